-- Two soldiers taken alive among thousands of casualties: how rare is that, and beside what?
--
--   muster run scripts/dprk/30-captures.lua [folder for the plots, else build/demo]
local folder = ... or "build/demo"
local page, evidence, deployment, losses, interval = muster.page, muster.evidence, muster.deployment, muster.losses,
  muster.interval
local captures, date = muster.captures, muster.date
local dprk = muster.dataset "dprk"
local sources, names = dprk.sources, muster.evidence.names(dprk.sources)

page.question "Two soldiers taken alive among thousands of casualties: how rare is that, and beside what?"

-- == who was taken ======================================================================================

page.section "Prisoners: two files that check each other"

local claims = evidence.claims(dprk.captures, { retold = false })
local n = captures.counted(claims, dprk.capture_events)
page.say("The dated events name %d persons taken (by number, never by name); claims have %d of them dead of wounds in "
  .. "custody. That leaves %d alive, and the best graded claims of how many are held say %s: the two files %s.", n.taken,
  n.died, n.alive, n.held,
  n.agree and "agree" or "DISAGREE")
page.show(claims:filter(function(row)
  return row.measure == "captured" or row.measure == "held" or row.measure == "died_in_custody"
end):sort("as_of", "origin"), { "as_of", "origin", "measure", "basis", "figure", "carriers" })
page.say("A '-' is a number in words ('several', December 2024). 'Only two' leaves out the man who died. Below, a rate "
  .. "counts from %s to %s prisoners. Captured does not mean surrendered: nobody claims a number of surrenders.",
  interval.text(n.alive),
  interval.text(n.taken))
page.rests(claims, sources)

page.section "Died, or tried to die, by own hand to avoid capture"

-- Rows, not claims: one broadcast tells of single men and of a group, under one origin and day.
local hands = dprk.captures:filter(function(row) return row.measure == "suicide_to_avoid_capture" end)
local own_hand = captures.own_hand(hands)
page.show(hands:sort("as_of"), { "as_of", "origin", "via", "figure", "credibility" })
page.say("%d accounts: at least %s men if all tell of the same, no upper limit if none do. Alive in custody: %d. Accounts "
  .. "of this kind serve one side or the other, and none could be checked.", own_hand.claims, interval.text(own_hand.least),
  n.alive)

-- == per casualty =======================================================================================

page.section "Captures per 1,000 casualties and per 1,000 killed"

local totals = evidence.claims(dprk.casualties, { retold = false }):filter(function(row)
  return row.basis == "cumulative" and row.figure ~= nil and row.contingent == "all"
    and (row.measure == "killed_or_wounded" or row.measure == "killed")
end)
-- The denominator that belongs to captures of December 2024 and January 2025, and the latest one.
local january = totals:filter(function(row) return row.as_of >= date "2025-01-05" and row.as_of <= date "2025-01-31" end)
local latest = deployment.latest(totals:filter(function(row) return row.measure == "killed_or_wounded" end))
local function rates_of(rows)
  local out = {}
  for i, row in captures.rates(n.range, rows):rows() do
    out[i] = {
      as_of = row.as_of, origin = row.origin, measure = row.measure, figure = row.figure,
      per_1000 = interval.text { low = row.low, high = row.high },
    }
  end
  return muster.table(out, { "as_of", "origin", "measure", "figure", "per_1000" })
end
page.say "By the losses claimed for January 2025, when the last of the three were taken:"
page.show(rates_of(january:sort("measure", "as_of", "origin")))
page.rests(january, sources, "losses")
page.say "The latest total of each origin; nobody claims a capture after January 2025, so the rate falls as losses grow:"
page.show(rates_of(latest:sort("as_of", "origin")))
page.rests(latest, sources, "losses")

local all_january = january:filter(function(row) return row.measure == "killed_or_wounded" end)
local envelope = deployment.envelope(all_january)
if not (envelope.low and envelope.high) then          -- under muster.known_by: the rates below are over these claims
  page.say "No bounds of the losses of January 2025 were known yet, so the page ends here."
  return
end
local rate = captures.rate(n.range, envelope)
page.say("All January claims together: %s casualties, so %s captures per 1,000 casualties (95 %%, exact Poisson limits at "
  .. "the ends of both ranges).", interval.text(envelope), interval.text(rate))

-- == per soldier-day ====================================================================================

page.section "Captures per 100,000 soldier-days"

-- The same contested days as in 20-losses.lua (contradictions 12 and 13 of the codebook).
local starts = { date "2024-11-05", date "2024-12-01", date "2024-12-15" }
local pause = { date "2025-01-13", date "2025-01-15" }
local present = deployment.split(evidence.claims(dprk.deployments, { retold = false })).present
local presence, stock = deployment.presence(present,
  { from = starts[1], to = pause[2], location = "kursk", lost = envelope.high })
local days = losses.days(starts, pause)
local per_day = losses.rate(n.range, presence, days, { per = 100000 })
page.say("%s soldiers present in the Kursk region x %s days from first combat to the pause give %s soldier-days: %s "
  .. "captures per 100,000.",
  interval.text(presence), interval.text(days), interval.text(presence * days), interval.text(per_day))
page.assume("first combat on 5 November, 1 December or 15 December 2024; pause from 13 to 15 January 2025; the lower end "
  .. "of presence is reduced by the greatest claimed loss. Soldiers present, not soldiers in contact: nobody claims how "
  .. "many of them were.")
page.rests(stock, sources, "presence")

-- == beside what ========================================================================================

page.section "Beside other wars"

local history = captures.history()
local past = {}
for i, row in history:rows() do
  past[i] = {
    war = row.class, side = row.side, captured = row.captured, of = row.of, base = row.base,
    per_1000 = interval.text { low = row.low, high = row.high },
  }
end
page.show(muster.table(past, { "war", "side", "captured", "of", "base", "per_1000" }))
local killed = captures.rates(n.range, january:filter(function(row) return row.measure == "killed" end))
local pacific = history:filter(function(row) return row.base == "killed" and row.low > 0 end)
local function hull(t)
  local all = {}
  for i, row in t:rows() do
    all[i] = { low = row.low, high = row.high }
  end
  return interval.hull(table.unpack(all))
end
page.say("Facts from datasets/reference, each on the base its source counts. Soldiers who could expect to be exchanged "
  .. "(1861-1865) were taken by the hundred for each thousand casualties.")
page.say("Where capture was taught to be shame and death was expected of the soldier (Japan, 1944-1945) it was %s for each "
  .. "thousand killed; the January claims of North Korean dead give %s. The second interval is wide enough to hold the "
  .. "first. A likeness of rates is not a likeness of causes: front, weapons (a drone takes no prisoner), wounds and "
  .. "reporting differ.", interval.text(hull(pacific)),
  #killed > 0 and interval.text(hull(killed)) or "nothing yet")

page.section "What prisoners did with a choice, and which message reached them"

local refusals = {}
for i, row in captures.refusals():rows() do
  refusals[i] = {
    exchange = row.programme, prisoners = row.who, declined_return = row.declined, of = row.counted,
    share = ("%.2f %%"):format(100 * row.share), exact_limits = interval.text({ low = row.low, high = row.high }, "%"),
  }
end
page.show(muster.table(refusals, { "exchange", "prisoners", "declined_return", "of", "share", "exact_limits" }))
local reached = {}
for i, row in captures.reached():rows() do
  reached[i] = {
    war = row.programme, channel = row.channel, saw_or_heard = ("%.0f %%"):format(100 * row.saw_or_heard),
    decided_by_it = ("%.0f %%"):format(100 * row.decided_by_it), of_those_who_saw_it = ("%.1f %%"):format(100 * row.of_those),
  }
end
page.show(muster.table(reached, { "war", "channel", "saw_or_heard", "decided_by_it", "of_those_who_saw_it" }))
local stage = {}
for _, row in captures.reference "surrender":rows() do
  if row.programme == "Ukraine hotline" and row.date == date "2023-12-31" then
    stage[row.stage] = row
  end
end
local hotline = captures.conversion(stage.arrived, stage.contact)
page.say("The Gulf War shares are of men who had already surrendered: they say which of them was reached, not which share "
  .. "of those reached surrenders. Hotline 'I want to live' (Russian soldiers, December 2023): %s arrived, %s calls and "
  .. "messages, to the letter %.2f %%; both numbers are lower bounds, so the share has no bounds at all, and messages are "
  .. "not people (%s).", stage.arrived.figure,
  stage.contact.figure, 100 * hotline.stated, hotline.note)

-- == picture ============================================================================================

local panels = { killed_or_wounded = "Per 1,000 killed or wounded", killed = "Per 1,000 killed" }
local rows = {}
local function add(name, measure, low, high, kind)
  local per_1000 = low > 0 and muster.quantity { qualifier = "range", low = low, high = high }
    or muster.quantity { qualifier = "up_to", best = high }
  rows[#rows + 1] = { name = name, panel = panels[measure], rate = per_1000, kind = kind }
end
for _, measure in ipairs { "killed_or_wounded", "killed" } do
  local of = january:filter(function(row) return row.measure == measure end)
  for _, row in captures.rates(n.range, of):rows() do
    add(("%s, %s: %s"):format(names[row.origin], row.as_of, row.figure), measure, row.low, row.high,
      "North Korean soldiers, January 2025")
  end
  for _, row in history:rows() do
    if row.base == measure then
      add(("%s, %s"):format(row.class, row.side), measure, row.low, row.high, "other wars")
    end
  end
end
page.save(muster.plot(muster.table(rows, { "name", "panel", "rate", "kind" }),
  { y = "name", x = "rate", colour = "kind", panel = "panel" }):forest()
  :title "Taken alive, per thousand lost"
  :subtitle(("%s to %s prisoners against each claim of losses; exact 95 %% Poisson limits."):format(interval.text(n.alive),
    interval.text(n.taken)))
  :xlabel "captured per 1,000 (logarithmic)" :log "x"
  :caption("An arrow to the left: only an upper end can be given ('missing and prisoners' together, or 'more than' lost). "
    .. "A likeness of rates is not a likeness of causes. Claims: datasets/dprk. History: datasets/reference.")
  :size(1180), folder, "30-captures-per-thousand")
