-- context: the setting - incentives, policies, and dated events that are no count of troops.
-- A figure with two ends is two rows.
return {
  name = "context",
  help = "Incentives, policies and dated events.",

  columns = {
    { "date", "date",
      help = "The day of the event or of the figure; empty where no source dates it." },
    { "category", "string", required = true,
      values = { "arms_exports", "pay_per_soldier", "commodities", "oil", "labour", "treaty", "policy_statement",
        "legal_opinion", "exchange_offer", "information_operation", "reward_or_amnesty", "family_punishment",
        "state_honours", "command", "loss_rate", "operational_event", "open_letter" },
      help = "What the row is about. `loss_rate` is a rate and not a count." },
    { "value", "float64",
      help = "The number, where there is one." },
    { "unit", "string",
      help = "Of the value: USD, persons, USD_per_month, ..." },
    { "qualifier", "string", required = true,
      values = { "exact", "about", "at_least", "more_than", "up_to", "as_many_as", "nearly", "less_than", "range" },
      help = "How the number was said; `range` in both rows of a figure with two ends." },
    { "origin", "string", required = true, key_of = "sources",
      help = "Who says so." },
    { "via", "string", required = true, key_of = "sources",
      help = "Who carried it." },
    { "note", "string",
      help = "In the compiler's words." },
    { "url", "string", required = true,
      help = "The address of the page, or the file name of a text that came with the data set." },
    { "item_id", "string", required = true, unique = true,
      help = "The key of the row." },
  },

  rules = {
    { "together", "value", "unit" },
  },
}
