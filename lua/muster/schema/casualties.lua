-- casualties: claims about losses.
return {
  name = "casualties",
  extends = "claims",
  help = "Claims about losses.",

  columns = {
    { "measure",
      values = { "killed", "wounded", "killed_or_wounded", "killed_or_seriously_wounded", "missing" },
      help = "Who is counted. Categories are like units: the dead are not the dead or wounded." },
    { "basis",
      help = "cumulative: all so far; increment: over the days since to as_of; stock: on the day as_of." },
    { "share", "float64", min = 0, max = 1, unit = "fraction", after = "figure",
      help = "The fraction that the page claims, at its nominal value." },
    { "share_of", "string", values = { "initial_deployment", "deployed", "in_combat", "casualties" }, after = "share",
      help = "What the share is a share of. The dead as a share of all casualties: `casualties`." },
    { "since", "date", after = "via",
      help = "The first day that the figure covers, where it is stated." },
  },

  rules = {
    -- behind the order of the numbers: of two rules that a date breaks, the first one tells
    { "order", "since", "as_of", after = "order" },
    { "together", "share", "share_of", after = "order" },
    { "filled", "share", when = { flags = "share_only" }, after = "order" },
    { "only", "measure", values = { "killed" }, when = { share_of = "casualties" }, after = "order" },
  },
}
