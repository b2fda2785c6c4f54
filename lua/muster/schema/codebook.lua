-- codebook: the allowed values of columns whose vocabulary belongs to one data set.
-- The other files beside it are checked against it.
return {
  name = "codebook",
  help = "Vocabularies of one data set.",

  columns = {
    { "kind", "string", required = true, form = "slug",
      help = "The kind of the file that the value is for: deployments, casualties, ..." },
    { "column", "string", required = true, form = "slug",
      help = "The column of that file." },
    { "value", "string", required = true, form = "slug",
      help = "The value as it stands in the file." },
    { "meaning", "string", required = true,
      help = "What it means." },
    { "within", "string", form = "slug",
      help = "The value of the same column that holds everybody whom this one counts; empty when the data set does not say." },
  },
}
