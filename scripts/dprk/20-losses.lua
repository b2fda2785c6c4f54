-- What share of the North Korean soldiers was lost, and how fast: does "over 3,000, about 40 %" hold?
--
--   muster run scripts/dprk/20-losses.lua [folder for the plots, else build/demo]
local folder = ... or "build/demo"
local page, evidence, deployment, losses, interval = muster.page, muster.evidence, muster.deployment, muster.losses,
  muster.interval
local date = muster.date
local dprk = muster.dataset "dprk"
local sources, names = dprk.sources, muster.evidence.names(dprk.sources)

page.question "What share of the North Korean soldiers was lost, and how fast: does \"over 3,000, about 40 %\" hold?"

-- == the claims =========================================================================================

local said = evidence.claims(dprk.casualties, { retold = false })
local whole = said:filter(function(row) return row.contingent == "all" end)
local totals = whole:filter(function(row) return row.basis == "cumulative" and row.figure ~= nil end)
local lost = totals:filter(function(row) return row.measure == "killed_or_wounded" end):sort("as_of", "origin")

page.say("%d rows hold %d claims about losses; %d of these are running totals of the whole force with a number. Killed, "
  .. "wounded, and killed or wounded are three measures; 'killed or seriously wounded' is a fourth and narrower one. They "
  .. "are never added to each other.", #dprk.casualties, #said, #totals)

page.section "Killed or wounded so far, by the day described"
page.show(lost, { "as_of", "origin", "figure", "share", "share_of", "carriers", "altered" })
page.rests(lost, sources)

-- == every claimed base =================================================================================

page.section "Every claimed base: who says how many were sent"

-- The latest word of each origin on the first wave and on the whole force, whenever it was said: the question is
-- what the share would be if that base were true.
local sent = deployment.split(evidence.claims(dprk.deployments, { retold = false })).sent
local first = deployment.latest(sent, { contingent = "first_wave" })
local force = deployment.latest(sent, { contingent = "all" })
local first_bases, force_bases = deployment.bases(first), deployment.bases(force)

page.say "The first wave (October to December 2024), the base of claims up to spring 2025:"
page.show(first_bases, { "base", "origins" })
page.say "The whole force, counted from April 2025 on:"
page.show(force_bases, { "base", "origins" })
page.rests(first, sources, "first wave")

-- == 3,000 = 40 % =======================================================================================

page.section "\"Over 3,000, about 40 % of the initial deployment\" (origin dailynk, January 2025)"

local forty = losses.implied(lost:filter(function(row)
  return row.share_of == "initial_deployment" and row.origin == "dailynk"
end))[1]
if not forty or #first == 0 or #force == 0 then          -- under muster.known_by: the questions below are about what came later
  page.say "Nothing was known of this yet, so the page ends here."
  return
end
page.say("To the letter: %s sent. As claimed, %s with a share read as %s: %s sent.", forty.sum, forty.figure,
  interval.text(losses.claimed_share(forty.share), "%"), interval.text(forty))
page.say("The same text gives 10,000-12,000 sent. The other way round: what share 3,000 is of each claimed base, and what "
  .. "40 % of that base is.")

local function spelled(count, share, bases)
  local rows = {}
  for i, row in bases:rows() do
    rows[i] = {
      base = row.base, printed_count = interval.text(losses.share(count, row.base), "%"),
      share_of_base = interval.text(interval.of(row.base) * share), who_claims_the_base = row.origins,
    }
  end
  return muster.table(rows, { "base", "printed_count", "share_of_base", "who_claims_the_base" })
end
page.show(spelled(3000, 0.40, first_bases))
local room, closed = {}, {}
for _, row in first_bases:rows() do
  local share = losses.share(3000, row.base)
  if share.high == math.huge then
    room[#room + 1] = "'" .. row.base .. "'"
  else
    closed[#closed + 1] = share
  end
end
page.say("Wherever a least number sent is claimed, 3,000 is %s of it at most: %s in the same text. Only %s, which name no "
  .. "least number, "
  .. "leave room for 40 %%, and a base of %s is claimed by nobody. 'Over 3,000' could hide 4,000 to 4,800 and then be 40 %%; but "
  .. "4,000 of 11,000 is %s, printed elsewhere as 'nearly 40 %%' (western_officials, 15 January): numerator and fraction seem to "
  .. "come from two different claims.", interval.text(interval.hull(table.unpack(closed)).high, "%"),
  interval.text(losses.share(3000, { low = 10000, high = 12000 }), "%"), table.concat(room, " and "),
  interval.text(forty.nominal), interval.text(losses.share(4000, 11000), "%"))

-- == one third of 12,000 ================================================================================

page.section "\"One third of up to 12,000\" (origin newsweek, March 2025)"

page.say("To the letter: 12,000 / 3 = %s. As claimed, 'up to 12,000' bounds the base from above only: the share says at "
  .. "most %s lost, and no least number at all. What a third of each claimed base is, and what share 4,000 (the total "
  .. "most origins print by then) is of it:",
  interval.text(interval.of(12000) / 3), interval.text((interval.of(12000) * losses.claimed_share(0.33)).high))
page.show(spelled(4000, 1 / 3, first_bases))
page.say("4,000 is %s of 10,000 to 12,000: 'a third', 36 %% and 'nearly 40 %%' can all be the same 4,000 over different "
  .. "bases. 3,000 "
  .. "cannot be more than the first of them.", interval.text(losses.share(4000, { low = 10000, high = 12000 }), "%"))

-- == claimed and implied ================================================================================

page.section "Every printed share, beside what its count is of every claimed base"

-- Carriers of one claim print different shares, so each printed share is a line of its own.
local printed = evidence.shares(dprk.casualties):filter(function(row)
  return row.measure == "killed_or_wounded" and row.share_of ~= "casualties"
end):sort("as_of", "origin")
local counted = printed:filter(function(row) return row.figure ~= nil end)
local rows = {}
for i, row in losses.implied(counted):rows() do
  rows[i] = {
    origin = row.origin, carrier = row.via, as_of = row.as_of, printed = ("%s = %.0f %%"):format(row.figure, 100 * row.share),
    implies = interval.text(row.nominal), as_claimed = interval.text { low = row.low, high = row.high },
  }
end
page.show(muster.table(rows, { "as_of", "origin", "carrier", "printed", "implies", "as_claimed" }))
page.say "'Implies' is the base to the letter, printed number over printed share; 'as claimed' keeps every bound."
page.assume("a printed share has no qualifier in the file and is read as itself give or take %.0f %% of itself. 'Deployed' "
  .. "and 'initial deployment' are both taken for the first wave.", 100 * losses.reading)

-- To the letter under the three round bases, and the bounds over all as claimed.
local round = { 10000, 11000, 12000 }
local shares = losses.shares(counted, first_bases)
local function over_all_bases(row)
  local all = {}
  for _, one in shares:rows() do
    local bounded = one.low > 0            -- a base of "more than" has no upper end and leaves no lower end to the share
    if bounded and one.origin == row.origin and one.as_of == row.as_of then
      all[#all + 1] = { low = one.low, high = one.high }
    end
  end
  return interval.hull(table.unpack(all))
end
local lines, picture = {}, {}
for i, row in counted:rows() do
  local widest, claim = over_all_bases(row), ("%s (%s): %s"):format(names[row.origin], row.via, row.figure)
  lines[i] = { claim = ("%s (%s): %s"):format(row.origin, row.via, row.figure),
    printed = ("%.0f %%"):format(100 * row.share), as_claimed = interval.text(widest, "%") }
  picture[#picture + 1] = { claim = claim, low = widest.low, high = widest.high }
  for _, base in ipairs(round) do
    local share = losses.share(row.figure:point "stated", base).low
    local name = "of " .. interval.text(base)
    lines[i][name] = interval.text(share, "%")
    picture[#picture + 1] = { claim = claim, share = share, base = name .. ", to the letter" }
  end
  picture[#picture + 1] = { claim = claim, share = row.share }
end
page.show(muster.table(lines, { "claim", "printed", "of 10,000", "of 11,000", "of 12,000", "as_claimed" }))
page.say("'More than' in the count, or 'up to' in the base, leaves a share without an upper end: 'at least'. To the "
  .. "letter: the printed number divided by the round base, every qualifier dropped, as a newspaper would. 'As claimed': "
  .. "the bounds over all claimed bases.")
page.rests(counted, sources, "counts")

page.section "Shares printed without a count"

rows = {}
for _, row in printed:rows() do
  if not row.figure then
    rows[#rows + 1] = {
      as_of = row.as_of, origin = row.origin, printed = ("%.0f %% of %s"):format(100 * row.share, row.share_of),
      soldiers_of_the_bases = interval.text(losses.claimed_share(row.share) * deployment.envelope(first)),
    }
  end
end
page.show(muster.table(rows, { "as_of", "origin", "printed", "soldiers_of_the_bases" }))

page.section "Later totals under the bases of the whole force"

local later = lost:filter(function(row) return row.as_of >= date "2025-04-01" end)
rows = {}
for i, row in later:rows() do
  rows[i] = { as_of = row.as_of, origin = row.origin, figure = row.figure }
  for _, base in force_bases:rows() do
    rows[i][tostring(base.base)] = interval.text(losses.share(row.figure, base.base), "%")
  end
end
local heads = { "as_of", "origin", "figure" }
for _, base in force_bases:rows() do
  heads[#heads + 1] = tostring(base.base)
end
page.show(muster.table(rows, heads))
page.say("The losses are mostly those of the first wave; setting them against all who were ever sent answers another "
  .. "question, and a smaller share.")
page.rests(later, sources)

-- == the dead ===========================================================================================

page.section "The dead among the casualties"

local dead = losses.dead(whole):sort("as_of", "origin")
rows = {}
for i, row in dead:rows() do
  rows[i] = { as_of = row.as_of, origin = row.origin, dead = interval.text({ low = row.low,
    high = row.high < 1 and row.high or math.huge }, "%"), from = row.from }
end
page.show(muster.table(rows, { "as_of", "origin", "dead", "from" }))
page.say("A tenth, a quarter, a third, two thirds: this ratio divides the origins more than any count does, so no number "
  .. "of dead should be worked out from a total of casualties without naming whose ratio was used.")
page.rests(whole:filter(function(row) return row.measure == "killed" and row.basis == "cumulative" end), sources)

-- == rates ==============================================================================================

page.section "Losses per 1,000 soldier-days, up to the pause of January 2025"

-- Contested inputs: the codebook's contradictions 12 and 13.
local starts = { date "2024-11-05", date "2024-12-01", date "2024-12-15" }
local pause = { date "2025-01-13", date "2025-01-15" }
page.assume("first combat in early November (5 November; Ukrainian accounts), in the first week of December (1 December) "
  .. "or in mid-December 2024 (15 December): all three are used. The pause begins between 13 and 15 January 2025 (most "
  .. "accounts). One page prints mid-December for the pause; losses are claimed for the weeks after it, so it is left out.")

local january = lost:filter(function(row) return row.as_of <= pause[2] end)
local most = deployment.envelope(january).high
local kursk = deployment.split(evidence.claims(dprk.deployments, { retold = false })).present
local presence, stock = deployment.presence(kursk, { from = starts[1], to = pause[2], location = "kursk", lost = most })
page.say("Present: %s soldiers in the Kursk region by the stock claims for those weeks, the lower end reduced by the "
  .. "greatest loss claimed by then (%s) as though all had fallen on the first day. Nobody claims a number in combat, so "
  .. "these are rates per soldier present, not per soldier fighting.", interval.text(presence), interval.text(most))
page.rests(stock, sources, "presence")

local rates = losses.rates(totals:filter(function(row)
  return row.as_of >= date "2024-12-19" and row.as_of <= pause[2]
    and (row.measure == "killed_or_wounded" or row.measure == "killed")
end):sort("measure", "as_of", "origin"), { presence = presence, first = starts, pause = pause })

-- One line for each claim, a column for each first day.
local by_claim, order = {}, {}
for _, row in rates:rows() do
  local key = row.origin .. row.measure .. row.as_of
  if not by_claim[key] then
    by_claim[key] = { measure = row.measure, origin = row.origin, as_of = row.as_of, figure = row.figure }
    order[#order + 1] = by_claim[key]
  end
  by_claim[key][tostring(row.first)] = interval.text { low = row.low, high = row.high }
end
page.show(muster.table(order, { "measure", "origin", "as_of", "figure", "2024-11-05", "2024-12-01", "2024-12-15" }))
page.say("The last columns are the three first days of combat. Each entry is the widest rate that the claim, the presence "
  .. "and the days allow, with exact 95 % Poisson limits. Men are hit together, not one by one, so the limits are the "
  .. "least uncertainty; the choice of the first day alone moves the rate by a factor of two or more.")

-- == pictures ===========================================================================================

-- The same colours as in 10-deployment.lua.
local speakers = {
  { "South Korean officials", "officials of KR", "blue" }, { "Ukrainian officials", "officials of UA", "green" },
  { "British officials", "officials of GB", "sky" }, { "Western officials, unnamed", "western_officials", "black" },
  { "North Korean state media", "officials of KP", "orange" },
}
local voice = evidence.voices(sources)
local panels = {
  killed = "Killed", wounded = "Wounded", killed_or_wounded = "Killed or wounded",
}
local drawn = evidence.claims(dprk.casualties):filter(function(row)
  return row.basis == "cumulative" and row.figure ~= nil and row.contingent == "all" and panels[row.measure] ~= nil
end):sort("measure", "as_of")
local who, what = {}, {}
for i, row in drawn:rows() do
  who[i], what[i] = "all others", panels[row.measure]
  for _, speaker in ipairs(speakers) do
    who[i] = voice[row.origin] == speaker[2] and speaker[1] or who[i]
  end
end
drawn = drawn:with("who", who):with("what", what)
local over_time = muster.plot(drawn, { x = "as_of", y = "figure", panel = "what", hollow = "retold" })
speakers[#speakers + 1] = { "all others", nil, "purple" }
for _, speaker in ipairs(speakers) do
  local own = drawn:filter(function(row) return row.who == speaker[1] end)
  over_time = over_time:point(own, { name = speaker[1], ink = speaker[3] })
end
page.save(over_time
  :title "Losses claimed so far, by measure"
  :subtitle "Running totals, one mark for each claim. Arrows are bounds, bars are ranges and rounding."
  :xlabel "day that the claim describes" :ylabel "soldiers"
  :caption(evidence.cite(drawn, sources):match "^[^:]*" .. ". Hollow: known only from a carrier that changed or re-dated "
    .. "it. Each panel has its own scale; the one claim of 'killed or seriously wounded' (about 4,000) is not drawn. "
    .. "Source: datasets/dprk.")
  :size(1000, 800), folder, "20-losses-over-time")

local marks = muster.table(picture, { "claim", "low", "high", "share", "base" })
local bounds = marks:filter(function(row) return row.low ~= nil end)
local dots = marks:filter(function(row) return row.base ~= nil end)
local prints = marks:filter(function(row) return row.share ~= nil and row.base == nil end)
page.save(muster.plot(bounds, { y = "claim" })
  :interval { low = "low", high = "high", ink = "light", name = "bounds over all claimed bases" }
  :point(dots, { x = "share", y = "claim", colour = "base" })
  :point(prints, { x = "share", y = "claim", ink = "black", hollow = true, size = 1.6, name = "as printed" })
  :title "What share was lost, by print and by arithmetic?"
  :subtitle "Killed or wounded, over soldiers of the first wave. An arrow: the claims give no upper end."
  :xlabel "share lost" :percent "x"
  :caption(("Bases: the latest word of %d origins on the first wave. In brackets the carrier that prints the share. "
    .. "Source: datasets/dprk."):format(#first))
  :size(1000, 560), folder, "20-losses-shares")

local forest = {}
for i, row in rates:rows() do
  forest[i] = {
    claim = ("%s, %s: %s"):format(names[row.origin], row.as_of, row.figure), measure = panels[row.measure],
    first = "If combat began on " .. tostring(row.first), low = row.low, high = row.high,
  }
end
page.save(muster.plot(muster.table(forest, { "claim", "measure", "first", "low", "high" }),
  { y = "claim", low = "low", high = "high", colour = "measure", panel = "first" }):interval()
  :title "How fast? Losses per 1,000 soldier-days"
  :subtitle "Before the pause of January 2025: the widest rate each claim allows, for three contested first days."
  :xlabel "per 1,000 soldier-days" :log "x"
  :caption(("Exposure: %s soldiers present in the Kursk region x days; nobody claims how many fought. Exact 95 %% Poisson "
    .. "limits on top of the claims' own bounds. An arrow: no upper end is claimed. Source: "
    .. "datasets/dprk."):format(interval.text(presence)))
  :size(1100), folder, "20-losses-rates")
