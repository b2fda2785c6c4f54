-- claims: what kinds of claims have in common. No kind itself: others say extends = "claims" and what they count.
-- One row is one figure as one carrier printed it. Columns stand in the order in which a table shows them.
return {
  name = "claims",
  help = "What kinds of claims have in common: who said what number of what, of which day.",

  columns = {
    { "as_of", "date", required = true,
      help = "The day that the figure describes." },
    { "origin", "string", required = true, key_of = "sources",
      help = "Who made the estimate. Five outlets that repeat one briefing are one piece of evidence." },
    { "measure", "string", required = true,
      help = "What is counted. Figures of different measures are never compared." },
    { "basis", "string", required = true, values = { "cumulative", "increment", "stock" },
      help = "cumulative: all so far; increment: in addition to earlier ones; stock: on the day as_of." },
    { "figure", "quantity",
      help = "What the row claims: the interval that low, best, high and their qualifier mean. Made, not read." },
    { "reported", "date", required = true,
      help = "The day on which the figure became public." },
    { "via", "string", required = true, key_of = "sources",
      help = "Who carried it; the origin itself when it published the figure." },
    { "contingent", "string", required = true, vocabulary = true,
      help = "The part of the force that is counted. A part is never compared with the whole." },
    { "location", "string", required = true, vocabulary = true,
      help = "Where the persons counted are, or were." },
    { "qualifier", "string", required = true,
      values = { "exact", "about", "at_least", "more_than", "up_to", "as_many_as", "nearly", "less_than", "range" },
      help = "How the number was said." },
    { "low", "int64", required = "column", min = 0, unit = "persons",
      help = "The lower end, as printed." },
    { "best", "int64", required = "column", min = 0, unit = "persons",
      help = "The number, as printed: not a judgement of the most likely value. A range has none." },
    { "high", "int64", required = "column", min = 0, unit = "persons",
      help = "The upper end, as printed." },
    { "credibility", "int64", required = true, min = 1, max = 6,
      help = "Of the claim as carried, on the Admiralty scale: 1 confirmed, 6 cannot be judged." },
    { "flags", "string", list = ";",
      values = { "verbal", "share_only", "month_level", "combined", "stale", "mutated", "misattributed" },
      help = "verbal: a quantity in words, numbers empty; share_only: only a fraction was given; month_level: only the month"
        .. " is known; combined: counts other troops too; stale: an old figure under a new date; mutated: changed by the"
        .. " carrier; misattributed: credited to somebody else." },
    { "note", "string",
      help = "In the compiler's words: what the numbers do not say." },
    { "url", "string", required = true,
      help = "The address of the page, or the file name of a text that came with the data set." },
    { "claim_id", "string", required = true, unique = true,
      help = "The key of the row. Nothing is read from its spelling." },
  },

  rules = {
    -- x and y are numbers, - is an empty field, the same letter is the same number
    { "shape", "low", "best", "high", by = "qualifier",
      shapes = {
        exact = "xxx", about = "-x-", at_least = "xx-", more_than = "xx-",
        up_to = "-xx", as_many_as = "-xx", nearly = "-xx", less_than = "-xx", range = "x-y",
      },
      -- the numbers are empty in these rows, and only in these
      when = { flags = { "verbal", "share_only" } } },
    { "order", "low", "best", "high" },
    { "month_end", "as_of", when = { flags = "month_level" } },
  },
}
