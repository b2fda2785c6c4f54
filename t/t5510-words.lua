-- Words for probabilities against the published yardsticks, typed here by hand from the documents that
-- lua/muster/words/yardsticks.lua names.
local lu = require "lu"
local words = muster.words

-- term, per cent low and high
local published = {
  icd203 = {
    { "almost no chance", 1, 5 }, { "remote", 1, 5 }, { "very unlikely", 5, 20 }, { "highly improbable", 5, 20 },
    { "unlikely", 20, 45 }, { "improbable", 20, 45 }, { "improbably", 20, 45 }, { "roughly even chance", 45, 55 },
    { "roughly even odds", 45, 55 }, { "likely", 55, 80 }, { "probable", 55, 80 }, { "probably", 55, 80 },
    { "very likely", 80, 95 }, { "highly probable", 80, 95 }, { "almost certain", 95, 99 }, { "almost certainly", 95, 99 },
    { "nearly certain", 95, 99 },
  },
  uk = {
    { "remote chance", 0, 5 }, { "highly unlikely", 10, 20 }, { "unlikely", 25, 35 }, { "realistic possibility", 40, 50 },
    { "likely", 55, 75 }, { "probable", 55, 75 }, { "highly likely", 80, 90 }, { "almost certain", 95, 100 },
  },
  kent = {
    { "impossible", 0, 0 }, { "almost certainly not", 7 - 5, 7 + 5 }, { "probably not", 30 - 10, 30 + 10 },
    { "chances about even", 50 - 10, 50 + 10 }, { "probable", 75 - 12, 75 + 12 }, { "almost certain", 93 - 6, 93 + 6 },
    { "certain", 100, 100 },
  },
  fr = {
    { "presque aucune chance", 2, 12 }, { "probablement pas", 20, 40 }, { "chances à peu près égales", 40, 60 },
    { "probable", 63, 87 }, { "vraisemblable", 63, 87 }, { "quasi certaine", 87, 99 }, { "improbable", 2, 12 },
  },
  ipcc = {
    { "exceptionally unlikely", 0, 1 }, { "extremely unlikely", 0, 5 }, { "very unlikely", 0, 10 }, { "unlikely", 0, 33 },
    { "about as likely as not", 33, 66 }, { "more likely than not", 50, 100 }, { "likely", 66, 100 },
    { "very likely", 90, 100 }, { "extremely likely", 95, 100 }, { "virtually certain", 99, 100 },
  },
}

function TestWords_every_published_term()
  for name, terms in pairs(published) do
    for _, t in ipairs(terms) do
      local got = words.parse(t[1], name)
      lu.assertAlmostEquals(got.low * 100, t[2], 1e-9, name .. " " .. t[1])
      lu.assertAlmostEquals(got.high * 100, t[3], 1e-9, name .. " " .. t[1])
    end
  end
  local yardsticks = words.yardsticks()
  lu.assertEquals(#yardsticks, 5)
  for _, y in yardsticks:rows() do
    lu.assertTrue(#y.source > 40)
    lu.assertNotNil(published[y.name], y.name)
  end
end

-- The middle of a band, said, is a term with that band, and parses to it.
function TestWords_round_trip()
  for name in pairs(published) do
    for _, t in words.terms(name):rows() do
      local text, list = words.say((t.low + t.high) / 2, name, t.row)
      if name == "ipcc" then
        local got = words.parse(list[1], name)            -- nested bands: another one may say more
        lu.assertTrue(got.high - got.low <= t.high - t.low + 1e-12, t.term)
      else
        lu.assertEquals(text, t.term)
        lu.assertEquals(words.parse(text, name).low, t.low)
      end
    end
  end
end

--  p, yardstick, row, said, terms
local said = {
  { 0.83, "icd203", nil, "very likely", { "very likely" } },
  { 0.83, "icd203", "probability", "highly probable", { "highly probable" } },
  { 0.83, "uk", nil, "highly likely", { "highly likely" } },
  { 0.37, "uk", nil, "between 'unlikely' and 'realistic possibility' (37 % falls in the gap 35-40 %)", {} },
  { 0.07, "uk", nil, "between 'remote chance' and 'highly unlikely' (7 % falls in the gap 5-10 %)", {} },
  { 0.50, "uk", nil, "between 'realistic possibility' and 'likely' (50 % falls in the gap 50-55 %)", {} },
  { 0.4999, "uk", nil, "realistic possibility", { "realistic possibility" } },
  { 0.2, "icd203", nil, "very unlikely or unlikely (20 % is in both)", { "very unlikely", "unlikely" } },
  { 0.55, "icd203", nil, "roughly even chance or likely (55 % is in both)", { "roughly even chance", "likely" } },
  { 0.005, "icd203", nil, "less than 'almost no chance' (0.5 % is below 1 %)", {} },
  { 0.995, "icd203", nil, "more than 'almost certain' (99.5 % is above 99 %)", {} },
  { 0.4, "kent", nil, "probably not or chances about even (40 % is in both)", { "probably not", "chances about even" } },
  { 0.15, "kent", nil, "between 'almost certainly not' and 'probably not' (15 % falls in the gap 12-20 %)", {} },
  { 0, "kent", nil, "impossible", { "impossible" } },
  { 0.97, "ipcc", nil, "extremely likely", { "extremely likely" } },
  { 0.6, "ipcc", nil, "about as likely as not or more likely than not (60 % is in both)",
    { "about as likely as not", "more likely than not" } },
  { { low = 0.55, high = 0.95 }, "icd203", nil, "likely to very likely", { "likely", "very likely" } },
  { { low = 0.8, high = 0.9 }, "icd203", nil, "very likely", { "very likely" } },
  { { low = 0.3, high = 0.38 }, "uk", nil, "unlikely to below 'realistic possibility'", { "unlikely" } },
  { { low = 0.22, high = 0.3 }, "uk", nil, "above 'highly unlikely' to unlikely", { "unlikely" } },
}

function TestWords_say()
  for _, case in ipairs(said) do
    local text, list = words.say(case[1], case[2], case[3])
    lu.assertEquals(text, case[4])
    lu.assertEquals(list, case[5])
  end
  lu.assertEquals(words.phrase(0.62, "icd203"), "likely (62 %, icd203)")
  lu.assertEquals(words.phrase(0.37, "uk"), "between 'unlikely' and 'realistic possibility' (37 %, uk)")
end

-- Worked out by hand from the bands above: which terms of the other yardstick they reach, what is left over.
local translated = {
  { "highly likely", "uk", "icd203", { "very likely" }, {} },                          -- 80-90 in 80-95
  { "very likely", "icd203", "uk", { "highly likely" }, { { 0.90, 0.95 } } },          -- 80-95: 90-95 is a gap
  { "likely", "icd203", "uk", { "likely" }, { { 0.75, 0.80 } } },
  { "unlikely", "icd203", "uk", { "unlikely", "realistic possibility" }, { { 0.20, 0.25 }, { 0.35, 0.40 } } },
  { "realistic possibility", "uk", "icd203", { "unlikely", "roughly even chance" }, {} },
  { "remote", "icd203", "uk", { "remote chance" }, {} },
  { "remote chance", "uk", "icd203", { "almost no chance" }, { { 0, 0.01 } } },
  { "probable", "fr", "kent", { "probable" }, {} },
  { "probable", "kent", "icd203", { "likely", "very likely" }, {} },                   -- 63-87
  { "certain", "kent", "icd203", {}, { { 1, 1 } } },
  { "likely", "ipcc", "uk", { "likely", "highly likely", "almost certain" }, { { 0.75, 0.80 }, { 0.90, 0.95 } } },
}

function TestWords_translate()
  for _, case in ipairs(translated) do
    local got = words.translate(case[1], case[2], case[3])
    local names, gaps = {}, {}
    for i, t in ipairs(got.terms) do
      names[i] = t.term
    end
    for i, gap in ipairs(got.uncovered) do
      gaps[i] = { gap.low, gap.high }
    end
    lu.assertEquals(names, case[4], case[1])
    lu.assertEquals(#gaps, #case[5], case[1])
    for i, gap in ipairs(gaps) do
      lu.assertAlmostEquals(gap[1], case[5][i][1], 1e-12)
      lu.assertAlmostEquals(gap[2], case[5][i][2], 1e-12)
    end
  end
  lu.assertTrue(words.translate("probable", "fr", "kent").exact)
  lu.assertFalse(words.translate("highly likely", "uk", "icd203").exact)
end

--  text, yardstick, original, rules in order
local linted = {
  { "It is very likely that they left. It is unlikely that they return.", "icd203", nil, {} },
  { "It is likely that they left. It is probable that they return.", "icd203", nil, { "mixed_rows" } },
  { "We judge with high confidence that it is likely.", "icd203", nil, { "confidence" } },
  { "It is likely. We have high confidence in this.", "icd203", nil, {} },
  { "They might withdraw.", "icd203", nil, { "vague" } },
  { "They could withdraw, which is unlikely.", "uk", nil, {} },
  { "The unit arrived in May 2025. On 5 May it left.", "uk", nil, {} },
  { "May 2025 was quiet. The May offensive failed.", "uk", nil, {} },
  { "May they leave?", "uk", nil, { "vague" } },
  { "They may leave in May.", "uk", nil, { "vague" } },
  { "There is a realistic possibility that they stay.", "icd203", nil, { "other_yardstick" } },
  { "It is highly likely.", "icd203", nil, { "other_yardstick" } },
  { "It is highly likely.", "uk", nil, {} },
  { "It is not likely that they stay.", "uk", nil, { "negated" } },
  { "An unlikely place, mighty and mayoral; the remote village.", "uk", nil, {} },
  { "The force has likely suffered 6,000 casualties.", "uk", "The force has highly likely sustained 6,000 casualties.",
    { "softened" } },
  { "The force has highly likely suffered losses.", "uk", "The force has likely suffered losses.", { "hardened" } },
  { "It is highly unlikely.", "uk", "It is unlikely.", { "hardened" } },
  { "It is likely, 3.5 per cent or not.", "uk", "It is likely.", {} },
  { "This cannot be ruled out.", "uk", nil, { "vague" } },
}

function TestWords_lint()
  for _, case in ipairs(linted) do
    local rules = {}
    for _, finding in words.lint(case[1], case[2], { original = case[3] }):rows() do
      rules[#rules + 1] = finding.rule
    end
    lu.assertEquals(rules, case[4], case[1])
  end
  local findings = words.lint("It is likely. They might leave.", "uk")
  lu.assertEquals({ findings[1].sentence, findings[1].found }, { 2, "might" })
end

function TestWords_messages()
  lu.fails("no yardstick 'icd'; there are icd203, uk, kent, fr, ipcc", words.say, 0.5, "icd")
  lu.fails("'highly likely' is no term of the yardstick 'icd203'; it is one of uk (80-90 %)", words.parse, "highly likely", "icd203")
  lu.fails("did you mean 'likely'", words.parse, "likly", "uk")
  lu.fails("is 83 in per cent?", words.say, 83, "uk")
  lu.fails("no row 'likelyhood' in the yardstick 'icd203'; did you mean 'likelihood'?", words.say, 0.5, "icd203", "likelyhood")
  lu.fails("has one row of terms", words.say, 0.5, "uk", "likelihood")
  lu.assertEquals(words.parse("  Highly   Likely ", "uk").term, "highly likely")
end

os.exit(lu.run())
