-- How many North Korean soldiers were sent to Russia, and how many are there: by whose account, when?
--
--   muster run scripts/dprk/10-deployment.lua [folder for the plots, else build/demo]
local folder = ... or "build/demo"
local page, evidence, deployment, interval = muster.page, muster.evidence, muster.deployment, muster.interval
local dprk = muster.dataset "dprk"
local sources, names = dprk.sources, muster.evidence.names(dprk.sources)

page.question "How many North Korean soldiers were sent to Russia, and how many are there: by whose account, when?"

-- == one carrier for each claim =========================================================================

local claims = evidence.claims(dprk.deployments)
local said = evidence.claims(dprk.deployments, { retold = false })

page.say("%d rows hold %d claims: rows that agree in origin, measure, day, basis and contingent carry one claim, and one "
  .. "of them speaks for it (%s). In %d claims the carriers print different figures ('altered'). In %d the only carriers "
  .. "changed the figure, credited someone else or dated it anew: drawn hollow, used nowhere below.", #dprk.deployments,
  #claims, evidence.rule,
  #claims:filter(function(row) return row.altered end), #claims - #said)
page.rests(said, sources)

-- Sent so far, present on a day, and planned are three questions; nothing below adds or subtracts across them.
local kinds = deployment.split(said)

-- Under muster.known_by some of the claims are still to come, and bounds of none are no bounds.
local function bounds(envelope)
  return envelope.low and envelope.high and interval.text(envelope) or envelope.low and interval.text(interval.of(envelope.low, math.huge))
    or envelope.high and interval.text(interval.of(0, envelope.high)) or "none"
end

-- == sent ===============================================================================================

page.section "Sent so far (cumulative): the latest word of each origin"

local function sent(contingent, title)
  local latest = deployment.latest(kinds.sent, { contingent = contingent }):sort("as_of", "origin")
  local graded = latest:filter(function(row) return row.credibility <= 3 end)
  if #latest == 0 then
    page.say("%s: nothing was known yet.", title)
    return latest
  end
  local widest, narrower = deployment.envelope(latest), deployment.envelope(graded)
  page.say("%s: %s by all accounts (lowest %s, highest %s); %s by those graded at least possible (credibility 1 to 3).", title,
    bounds(widest), widest.low_by or "nobody", widest.high_by or "nobody", bounds(narrower))
  page.show(latest, { "as_of", "origin", "figure", "credibility", "carriers", "altered" })
  page.rests(latest, sources)
  return latest
end

local first = sent("first_wave", "The first wave, October to December 2024")
local force = sent("all", "The whole force")

page.say("A bound stays a bound: 'up to 12,000' says nothing about the least, 'more than 11,000' nothing about the most. "
  .. "The ranges come from what is printed: 'about 10,000' is read as 10,000 give or take 10 %, so the lowest end is a "
  .. "reading, not a quotation.")

page.section "Do one origin's parts add up to its whole?"

local sums = deployment.add_up(said:filter(function(row) return row.measure == "dispatched" end),
  { parts = { "first_wave", "second_wave" }, whole = "all" })
for _, row in sums:rows() do
  page.say("%s: %s gives %s; its own total is %s. Both %s be true.", row.origin, row.parts, interval.text(row), row.whole,
    row.agree and "can" or "cannot")
end
if #sums > 0 then
  page.rests(kinds.sent:filter(function(row) return row.origin == sums[1].origin end), sources)
else
  page.say "Nobody had given both yet."
end

-- == present ============================================================================================

page.section "Present (stock), by period"

local whole = { first_wave = true, all = true }         -- engineers and builders are parts, never set beside the whole
local present = kinds.present:filter(function(row) return whole[row.contingent] end)
local periods = {
  { "2024-10-18", "2024-11-04" }, { "2024-11-05", "2025-01-15" }, { "2025-07-01", "2025-11-30" }, { "2026-02-01", "2026-02-28" },
}
local there = {}
for i, period in ipairs(periods) do
  local rows = evidence.on(present, period[1], period[2])
  local e, who = deployment.envelope(rows), evidence.origins(rows, sources)
  there[i] = {
    from = muster.date(period[1]), to = muster.date(period[2]), soldiers = bounds(e), lowest_by = e.low_by,
    highest_by = e.high_by, claims = #rows, voices = who.independent,
    independent = ("%.1f"):format(who.effective),
  }
end
page.show(muster.table(there, { "from", "to", "soldiers", "lowest_by", "highest_by", "claims", "voices", "independent" }))
if there[#periods].claims > 0 then          -- what is said of all periods has no place where the last is still to come
  page.say("In October 2024 the accounts of people already there lie furthest apart, also between bodies of one state. Later "
    .. "periods rest on two or three voices each, less what one took from another, and each of these on what it chose to publish. The South "
    .. "Korean service gave combat troops and a total on 12 February 2026; the file has both under one key, so they count as one altered "
    .. "claim, and the total (about 11,000) is the one that does not speak.")
end
page.rests(present, sources)

-- == planned ============================================================================================

page.section "Planned, or held possible"

page.show(kinds.planned:sort("as_of", "origin"), { "as_of", "origin", "contingent", "basis", "figure", "credibility" })
local reached = deployment.envelope(kinds.sent:filter(function(row) return row.credibility <= 4 end))
page.say("Plans, forecasts and capacities are never used as numbers sent. The most that any claim graded better than "
  .. "improbable says was sent, at any time, is %s (%s).", reached.high and interval.text(reached.high) or "not known yet",
  reached.high_by or "nobody")
page.rests(kinds.planned, sources)

-- == pictures ===========================================================================================

-- One colour for each state whose officials speak, the same in every picture.
local speakers = {
  { "South Korean officials", "officials of KR", "blue" }, { "US officials", "officials of US", "vermillion" },
  { "Ukrainian officials", "officials of UA", "green" }, { "all others", nil, "purple" },
}
local panels = { dispatched = "Sent so far (cumulative)", in_theatre = "Present (stock)", planned = "Planned or held possible" }
local voice = evidence.voices(sources)
local drawn = claims:filter(function(row)
  return panels[row.measure] ~= nil and (row.measure == "planned" or row.basis ~= "increment" and whole[row.contingent])
end):sort("measure", "as_of")
local who, what = {}, {}
for i, row in drawn:rows() do
  who[i], what[i] = speakers[4][1], panels[row.measure]
  for _, speaker in ipairs(speakers) do
    who[i] = voice[row.origin] == speaker[2] and speaker[1] or who[i]
  end
end
drawn = drawn:with("who", who):with("what", what)

local function points(plot, rows)
  for _, speaker in ipairs(speakers) do
    local own = rows:filter(function(row) return row.who == speaker[1] end)
    plot = #own > 0 and plot:point(own, { name = speaker[1], ink = speaker[3] }) or plot
  end
  return plot
end

page.save(points(muster.plot(drawn, { x = "as_of", y = "figure", panel = "what", hollow = "retold" }), drawn)
  :title "Who said how many North Korean soldiers, of which day"
  :subtitle "One mark for each claim. Arrows are bounds ('up to', 'more than'), bars are ranges and rounding."
  :xlabel "day that the claim describes" :ylabel "soldiers"
  :caption(evidence.cite(drawn, sources):match "^[^:]*" .. ". Hollow: known only from a carrier that changed it. Parts of "
    .. "the force and increments are left out, except among plans. Source: datasets/dprk.")
  :size(1000, 880), folder, "10-deployment-claims")

-- The same claims again, a line for each origin.
local marks = {
  about = "~", at_least = "≥", more_than = ">", up_to = "≤", as_many_as = "≤", nearly = "<", exact = "", range = "",
}
local function brief(figure)
  local function thousands(n)
    return muster.interval.text(n / 1000)
  end
  return marks[figure.kind] .. (figure.stated and thousands(figure.stated)
    or thousands(figure.low) .. "–" .. thousands(figure.high)) .. "k"
end
local says, called = {}, {}
for i, row in drawn:rows() do
  says[i], called[i] = brief(row.figure), names[row.origin]
end
drawn = drawn:with("says", says):with("called", called)
for _, part in ipairs { { "2024-10-01", "2025-01-31", "The first four months, by origin", "10-deployment-arrival" },
  { "2025-02-01", "2026-03-31", "From February 2025, by origin", "10-deployment-later" } } do
  local from, to, title, name = table.unpack(part)
  local rows = evidence.on(drawn, from, to)
  local save = #rows > 0 and page.save or function() end          -- a time of which nothing was known yet has no picture
  save(points(muster.plot(rows, { x = "as_of", y = "called", panel = "what", hollow = "retold", label = "says" }), rows)
    :title(title)
    :subtitle "Claims in thousands (k). ~ about, > more than, ≥ at least, ≤ up to, < nearly."
    :xlabel "day that the claim describes"
    :caption((#rows:filter(function(row) return row.retold end) > 0
      and "Hollow: known only from a carrier that changed it. " or "")
      .. "Officials of one country (one colour) are not independent of each other. Source: datasets/dprk.")
    :size(1100), folder, name)
end

-- The latest word of each origin, one under the other.
local function latest_of(rows, title)
  local part = {}
  for i = 1, #rows do
    part[i] = title
  end
  return rows:select("origin", "as_of", "figure", "credibility"):with("part", part)
end
local both = {}
for _, rows in ipairs { latest_of(first, "First wave"), latest_of(force, "Whole force") } do
  for _, row in rows:rows() do
    row.origin = ("%s, %s"):format(names[row.origin], row.as_of)
    row.says = ("%s (graded %d)"):format(row.figure, row.credibility)
    both[#both + 1] = row
  end
end
page.save(muster.plot(muster.table(both), { y = "origin", x = "figure", panel = "part", label = "says" }):forest()
  :title "Sent so far: the latest word of each origin"
  :subtitle "Soldiers dispatched in all, with the day the figure describes."
  :xlabel "soldiers"
  :caption("Graded 1 (confirmed) to 5 (improbable). Officials of one country are not independent of each other. Source: "
    .. "datasets/dprk.")
  , folder, "10-deployment-origins")
