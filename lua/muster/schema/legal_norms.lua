-- legal_norms: rules of law and practice that bear on where a prisoner may go.
-- One row is one norm, position or practice. A reading of secondary sources, not legal advice.
return {
  name = "legal_norms",
  help = "Law on where a prisoner may go.",

  columns = {
    { "norm_id", "string", required = true, unique = true,
      help = "The key of the row." },
    { "instrument", "string", required = true,
      help = "The treaty, act, statement or practice." },
    { "article", "string",
      help = "As it is cited: 4, 109(1), ..." },
    { "pathways_barred", "string", list = ";",
      values = { "repatriate_dprk", "exchange_via_russia", "transfer_rok", "transfer_third_state",
        "accommodate_ukraine", "hold_until_end" },
      help = "The ways that the norm closes. Both empty: it does not decide where a prisoner goes." },
    { "pathways_allowed", "string", list = ";",
      values = { "repatriate_dprk", "exchange_via_russia", "transfer_rok", "transfer_third_state",
        "accommodate_ukraine", "hold_until_end" },
      help = "The ways that it opens." },
    { "applies_when", "string", required = true,
      help = "The facts on which the norm depends." },
    { "effect", "string", required = true,
      help = "What it then says." },
    { "note", "string",
      help = "Reservations; whether the pathway is the compiler's inference." },
    { "source", "string", required = true,
      help = "The address of the text, or the file name of a text that came with the data set." },
  },
}
