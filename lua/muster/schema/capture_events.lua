-- capture_events: what happened to each prisoner, and what they are said to want.
-- One row is one event for one person. Individuals carry a number and never a name.
return {
  name = "capture_events",
  help = "What happened to each prisoner.",

  columns = {
    { "date", "date",
      help = "The day of the event; empty where no source dates it." },
    { "person", "string", required = true, form = "person",
      help = "P1, P2, ...: an event about two persons is two rows." },
    { "event", "string", required = true,
      values = { "captured", "medical_care", "interview", "stated_preference", "statement_by_state",
        "transfer_proposed", "visit", "open_letter" },
      help = "What happened. `statement_by_state` also holds statements by an international body." },
    { "preference", "string", values = { "rok", "dprk", "ukraine", "undecided", "none" },
      help = "Where the person is said to want to go. none: no wish was voiced; empty: not the subject of the event." },
    { "origin", "string", required = true, key_of = "sources",
      help = "Who says so." },
    { "via", "string", required = true, key_of = "sources",
      help = "Who carried it." },
    { "note", "string",
      help = "In the compiler's words. No names, ages, units or injuries." },
    { "url", "string", required = true,
      help = "The address of the page, or the file name of a text that came with the data set." },
    { "event_id", "string", required = true, unique = true,
      help = "The key of the row." },
  },

  rules = {
    { "filled", "preference", when = { event = "stated_preference" } },
  },
}
