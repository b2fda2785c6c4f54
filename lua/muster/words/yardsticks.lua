-- yardsticks.lua - published tables of words for probabilities, as they were published.
--
-- A row is { term, low, high, other spellings ... } from the least to the most likely, per cent; `row` names one of several
-- sets of terms that a document says not to mix; below / above say that the end itself is not part of the band.
-- Bands may touch, overlap or leave gaps: that is how they were published, and nothing is smoothed here.
local yardsticks = {}

yardsticks.names = { "icd203", "uk", "kent", "fr", "ipcc" }

yardsticks.icd203 = {
  title = "ICD 203, Analytic Standards (United States)",
  source = "Office of the Director of National Intelligence, Intelligence Community Directive 203, 2 January 2015, D.6.e(2)(a); "
    .. "https://www.dni.gov/files/documents/ICD/ICD-203.pdf",
  about = "Two rows of terms that are not to be mixed; bands touch; below 1 % and above 99 % there is no term.",
  rows = { "likelihood", "probability" },
  terms = {
    { "almost no chance", 1, 5, row = "likelihood" },
    { "remote", 1, 5, row = "probability" },
    { "very unlikely", 5, 20, row = "likelihood" },
    { "highly improbable", 5, 20, row = "probability" },
    { "unlikely", 20, 45, row = "likelihood" },
    { "improbable", 20, 45, "improbably", row = "probability" },
    { "roughly even chance", 45, 55, row = "likelihood" },
    { "roughly even odds", 45, 55, row = "probability" },
    { "likely", 55, 80, row = "likelihood" },
    { "probable", 55, 80, "probably", row = "probability" },
    { "very likely", 80, 95, row = "likelihood" },
    { "highly probable", 80, 95, row = "probability" },
    { "almost certain", 95, 99, "almost certainly", row = "likelihood" },
    { "nearly certain", 95, 99, "nearly certainly", row = "probability" },
  },
}

yardsticks.uk = {
  title = "PHIA probability yardstick (United Kingdom)",
  source = "Professional Head of Intelligence Assessment, Explaining Uncertainty in UK Intelligence Assessment, 24 March 2025; "
    .. "https://www.gov.uk/government/publications/explaining-uncertainty-in-uk-intelligence-assessment",
  about = "Gaps of five points between the bands, on purpose; all ends are approximate.",
  terms = {
    { "remote chance", 0, 5 },
    { "highly unlikely", 10, 20 },
    { "unlikely", 25, 35 },
    { "realistic possibility", 40, 50, above = true },
    { "likely", 55, 75, "probable", "probably", "likely or probable" },
    { "highly likely", 80, 90 },
    { "almost certain", 95, 100, "almost certainly", above = true },
  },
}

yardsticks.kent = {
  title = "Sherman Kent, Words of Estimative Probability (1964)",
  source = "S. Kent, Words of Estimative Probability, Studies in Intelligence 8 (1964) 49-65: 93 % give or take about 6, 75 give "
    .. "or take about 12, 50 and 30 give or take about 10, 7 give or take about 5",
  about = "Never adopted; the bands leave gaps, and 40 % belongs to two terms.",
  terms = {
    { "impossible", 0, 0, "impossibility" },
    { "almost certainly not", 2, 12 },
    { "probably not", 20, 40 },
    { "chances about even", 40, 60 },
    { "probable", 63, 87, "probably" },
    { "almost certain", 87, 99, "almost certainly" },
    { "certain", 100, 100, "certainty" },
  },
}

yardsticks.fr = {
  title = "Vocabulaire des probabilités estimatives (French)",
  source = "Public Safety Canada, PS64-106/2007F, after Kent; as published by the MISP project, misp-taxonomies, "
    .. "vocabulaire-des-probabilites-estimatives version 3",
  about = "Kent's bands under French terms; 40 % belongs to two of them.",
  terms = {
    { "presque aucune chance", 2, 12, "quasi impossible", "presque impossible", "minces chances", "très douteux",
      "très peu probable", "très improbable", "improbable", "peu de chances" },
    { "probablement pas", 20, 40, "invraisemblable", "peu probable" },
    { "chances à peu près égales", 40, 60, "une chance sur deux" },
    { "probable", 63, 87, "vraisemblable", "probablement" },
    { "quasi certaine", 87, 99, "quasi certain", "presque certain", "presque certaine", "très probable", "certain" },
  },
}

yardsticks.ipcc = {
  title = "IPCC likelihood scale (AR5)",
  source = "M. Mastrandrea et al., Guidance Note for Lead Authors of the IPCC Fifth Assessment Report on Consistent Treatment of "
    .. "Uncertainties, 2010, table 1, with the three additional terms of the working groups",
  about = "Bands lie inside each other on purpose: what is very likely is likely too.",
  terms = {
    { "exceptionally unlikely", 0, 1 },
    { "extremely unlikely", 0, 5 },
    { "very unlikely", 0, 10 },
    { "unlikely", 0, 33 },
    { "about as likely as not", 33, 66 },
    { "more likely than not", 50, 100, below = true },
    { "likely", 66, 100 },
    { "very likely", 90, 100 },
    { "extremely likely", 95, 100 },
    { "virtually certain", 99, 100 },
  },
}

return yardsticks
