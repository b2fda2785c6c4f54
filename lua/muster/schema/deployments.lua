-- deployments: claims about troops planned, sent, present and returned.
return {
  name = "deployments",
  extends = "claims",
  help = "Claims about troops sent and present.",

  columns = {
    { "measure", values = { "dispatched", "in_theatre", "in_combat", "withdrawn", "planned" },
      help = "What is counted: ever sent, present, fighting, gone home (wounded too), or only intended." },
    { "basis",
      help = "cumulative: all so far; increment: in addition to earlier ones; stock: present on the day as_of." },
  },
}
