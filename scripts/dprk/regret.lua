-- How would the headline have read on every day, and which of these days would we regret?
--
--   muster run scripts/dprk/regret.lua [folder for the plots, else build/demo]
local folder = ... or "build/demo"
local page, evidence, regret, interval = muster.page, muster.evidence, muster.regret, muster.interval
local date = muster.date
local dprk = muster.dataset "dprk"
local sources = dprk.sources
local END = date "2026-04-01"                -- where the pictures end; the data ends in March 2026

page.question "How would the headline have read on every day, and which of these days would we regret?"

-- == the headline =======================================================================================

-- What a newspaper would print: what is said of the newest day of which anything is said.
local function choose(measure, more)
  local options = { measure = measure, basis = "cumulative", contingent = "all", retold = false, sources = sources, near = 7 }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return options
end
-- Claims of a measure that the curves read: one for each origin and day.
local function claims_of(measure)
  return evidence.claims(dprk.casualties, { retold = false })
    :filter("measure == $measure and basis == 'cumulative' and contingent == 'all' and not is_missing(figure)", { measure = measure })
end

local panels = {
  { measure = "killed_or_wounded", title = "Killed or wounded", top = 8000 }, { measure = "killed", title = "Killed", top = 3000 },
}
local curves = {}
for k = #panels, 1, -1 do          -- under muster.known_by one of them may still have to be claimed
  local measure = panels[k].measure
  if #claims_of(measure) == 0 then
    table.remove(panels, k)
  end
end
if #panels == 0 then
  page.say "Nothing was known yet of losses in number, so there is no headline to regret."
  return
end
for _, panel in ipairs(panels) do
  curves[panel.measure] = regret.curve(dprk.casualties, choose(panel.measure))
end

page.say("A headline is what the claims about the newest day say together, a week counting as one day. It is made of what was "
  .. "known on the day it is of: a bound stays a bound, and carriers that changed a claim, as far as was to be seen by then, are left out. "
  .. "It is regretted when it does not cover what the same claims, and those that came later, say of that same day now.")

-- Bounds in words; "now" only where it differs.
local function lines_of(curve)
  local rows = {}
  for i, row in curve:rows() do
    rows[i] = {
      known = row.known, of = row.about, headline = interval.text { low = row.low, high = row.high }, independent = row.independent,
      now = row.verdict ~= "stands" and interval.text { low = row.now_low, high = row.now_high } or nil, verdict = row.verdict,
      days = row.days > 0 and row.days or nil, news = row.news,
    }
  end
  return muster.table(rows, { "known", "of", "headline", "independent", "now", "verdict", "days", "news" })
end

for _, panel in ipairs(panels) do
  page.section(panel.title .. " so far: the headline on every day of news")
  page.show(lines_of(curves[panel.measure]))
  page.rests(claims_of(panel.measure), sources)
end
page.say "'now' is what is said of the same day with all that is known in the end, 'days' how long it took until a headline covered that, 'news' whose claims are new among those that speak."

-- == one day, seen from later ones ======================================================================

local DAY = date "2025-01-15"
page.section(("What was said of %s, and when"):format(DAY))
local asked = not muster.known_by() or muster.known_by() >= DAY          -- nobody can ask it before
local of_day = {}
if not asked then
  page.say "That day was still to come."
end
for _, panel in ipairs(asked and panels or {}) do
  of_day[panel.measure] = regret.curve(dprk.casualties, choose(panel.measure, { of = DAY }))
  page.say("%s:", panel.title)
  local changed = of_day[panel.measure]:filter "news ~= '' or verdict ~= 'stands'"
  page.show(lines_of(changed))
end
page.say "Where 'now' is wider than the headline, somebody has since said otherwise of that day; what was said before still stands beside it."

-- == which rule is regretted least ======================================================================

page.section "Which rule is regretted least?"

-- Days on which a headline stood, and those on which it did not cover what is said now; how wide it was where it had two ends.
local function score(curve)
  local all, bad, width, two = 0, 0, 0, 0
  for i, row in curve:rows() do
    local days = (curve[i + 1] and curve[i + 1].known or curve[#curve].known) - row.known
    all = all + days
    bad = bad + ((row.verdict == "stands" or row.verdict == "covers") and 0 or days)
    if row.high < math.huge then
      width, two = width + days * (row.high - row.low), two + days
    end
  end
  return { days = all, regretted = bad, two_ended = two, mean_width = two > 0 and math.floor(width / two + 0.5) or nil }
end
local rules, lines = {
  { "the newest day", { near = 0 } }, { "the newest week", {} }, { "the newest month", { near = 30 } },
  { "latest of each origin, 90 days", { read = "origins", within = 90 } }, { "latest of each origin, ever", { read = "origins" } },
}, {}
for _, panel in ipairs(panels) do
  for _, rule in ipairs(rules) do
    local line = score(regret.curve(dprk.casualties, choose(panel.measure, rule[2])))
    line.measure, line.rule = panel.title, rule[1]
    lines[#lines + 1] = line
  end
end
page.show(muster.table(lines, { "measure", "rule", "days", "regretted", "two_ended", "mean_width" }))
page.say("Regret and width are bought with each other: the more claims speak, the wider the headline and the fewer days it has to be "
  .. "regretted. 'two ended' are the days with an upper end at all.")

-- == pictures ===========================================================================================

local speakers = {
  { "South Korean officials", "officials of KR", "blue" }, { "British officials", "officials of GB", "vermillion" },
  { "Ukrainian officials", "officials of UA", "green" }, { "all others", nil, "purple" },
}
local voice = evidence.voices(sources)

-- Steps as an area: each row holds until the next one. What has no upper end goes up to the top of its panel.
local function stairs(curve, panel, low, high)
  local rows = {}
  for i, row in curve:rows() do
    for _, day in ipairs { row.known, curve[i + 1] and curve[i + 1].known or END } do
      rows[#rows + 1] = { day = day, low = math.min(row[low], panel.top), high = math.min(row[high], panel.top), what = panel.title }
    end
  end
  return muster.table(rows, { "day", "low", "high", "what" })
end

-- Each claim on the day when somebody first printed it; only those that moved the headline say what they said.
local function marks(curve, panel)
  local key = { "origin", "measure", "as_of", "basis", "contingent" }
  local first = dprk.casualties:group_by(table.unpack(key)):agg("first = min(reported)")
  local moved, before = {}, {}
  for _, row in curve:rows() do
    moved[tostring(row.known)] = row.low ~= before.low or row.high ~= before.high
    before = row
  end
  local rows = {}
  for i, row in claims_of(panel.measure):join(first, { on = key }):sort("first", "origin"):rows() do
    local who = speakers[#speakers][1]
    for _, speaker in ipairs(speakers) do
      who = voice[row.origin] == speaker[2] and speaker[1] or who
    end
    rows[i] = { first = row.first, describes = row.as_of - (evidence.has_flag(row, "month_level") and row.as_of.day - 1 or 0), figure = row.figure, who = who, what = panel.title,
      says = moved[tostring(row.first)] and tostring(row.figure):gsub("about ", "~ ") or nil }
  end
  return muster.table(rows, { "first", "describes", "figure", "who", "what", "says" })
end

-- What is said now beyond the headline, above (or below) it; no height where there is nothing.
local function missed(curve, panel, above)
  local rows = {}
  for i, row in curve:rows() do
    local low, high = math.max(row.now_low, math.min(row.high, row.now_high)), row.now_high
    if not above then
      low, high = row.now_low, math.min(row.now_high, math.max(row.low, row.now_low))
    end
    rows[i] = { known = row.known, low = low, high = high }
  end
  return stairs(muster.table(rows), panel, "low", "high")
end

local function union(a, b)
  return a and a:union(b) or b
end

local function draw(which, keep)
  local claims, headline, over, under
  for _, panel in ipairs(panels) do
    local curve = which[panel.measure]
    claims, headline = union(claims, keep(marks(curve, panel))), union(headline, stairs(curve, panel, "low", "high"))
    over, under = union(over, missed(curve, panel, true)), union(under, missed(curve, panel, false))
  end
  local plot = muster.plot(claims, { x = "first", y = "figure", panel = "what" })
    :ribbon(headline, { x = "day", low = "low", high = "high", ink = "sky", name = "the headline of that day" })
    :ribbon(over, { x = "day", low = "low", high = "high", ink = "orange", name = "what it missed" })
    :ribbon(under, { x = "day", low = "low", high = "high", ink = "orange", name = "what it missed" })
  for _, speaker in ipairs(speakers) do
    local own = claims:filter("who == $who", { who = speaker[1] })
    plot = #own > 0 and plot:point(own, { x = "first", y = "figure", name = speaker[1], ink = speaker[3], label = "says" }) or plot
  end
  return plot:ylabel "soldiers":size(1000, 860)
end

page.save(draw(curves, function(t) return t end)
  :title "How the headline would have read, and what it missed"
  :subtitle "Soldiers lost so far: what the claims about the newest week say. Shading up to the top of a panel has no upper end."
  :xlabel "day of the headline"
  :caption("Orange: said of that day now, and not in the headline. Marks: claims on the day they were first reported; those that moved the headline say how. Each panel has its own scale. "
    .. evidence.cite(claims_of "killed_or_wounded":union(claims_of "killed"), sources):match "^[^:]*" .. ". Source: datasets/dprk.")
  , folder, "regret-headline")

if not asked then
  return
end
local until_day = date "2025-04-15"
for measure, curve in pairs(of_day) do
  of_day[measure] = curve:filter("known <= $last", { last = until_day })
end
END = until_day
page.save(draw(of_day, function(t) return t:filter("describes <= $last and first <= $until", { last = DAY + 7, ["until"] = until_day }) end)
  :title(("What was said of %s, by the day on which it was asked"):format(DAY))
  :subtitle "Soldiers lost so far: what the claims about that week say. Shading up to the top of a panel has no upper end."
  :xlabel "day on which it was asked"
  :caption("Orange: said of it now, and not in the answer. Marks: claims about that week or an earlier day, on the day they were first reported; those that moved the answer say how. "
    .. "Each panel has its own scale. Source: datasets/dprk.")
  , folder, "regret-day")
