-- sources: who makes claims and who carries them.
return {
  name = "sources",
  help = "Who makes claims and who carries them.",

  columns = {
    { "source_id", "string", required = true, unique = true, form = "slug",
      help = "The key that `origin` and `via` of the other files refer to." },
    { "name", "string", required = true,
      help = "The name of the body or outlet." },
    { "kind", "string", required = true,
      values = { "government", "military_intelligence", "military", "parliament", "media", "ngo", "think_tank",
        "academic", "international_org", "unnamed_officials" },
      help = "Official bodies of one country (the first four) are related, not independent." },
    { "country", "string", required = true, form = "country",
      help = "ISO 3166-1 alpha-2; INT when there is none or it is not known." },
    { "reliability", "string", required = true, values = { "A", "B", "C", "D", "E", "F" },
      help = "On the Admiralty scale: A completely reliable, E unreliable, F cannot be judged." },
    { "note", "string",
      help = "What the rating rests on." },
  },
}
