-- captures: claims about counts of prisoners, deserters, and deaths to avoid capture.
return {
  name = "captures",
  extends = "claims",
  help = "Claims about counts of prisoners.",

  columns = {
    { "measure",
      values = { "captured", "held", "surrendered", "defected", "died_in_custody", "suicide_to_avoid_capture" },
      help = "Who is counted. Men who left their own positions are `defected` with the flag desertion." },
    { "basis",
      help = "cumulative: all so far; increment: in addition to earlier ones; stock: held on the day as_of." },
    { "flags", more_values = { "desertion" },
      help = "verbal: a quantity in words, numbers empty; month_level: only the month is known; combined: counts other troops"
        .. " too; stale: an old figure under a new date; mutated: changed by the carrier; misattributed: credited to"
        .. " somebody else; desertion: left their own positions, not over to the other side." },
  },

  rules = {
    { "only", "measure", values = { "defected" }, when = { flags = "desertion" } },
  },
}
