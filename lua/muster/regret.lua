-- regret.lua - how a headline would have read on every day, and what became of it.
--
-- A headline is a reading of claims: which of them speak, and what they say together. It has two days: the day of knowledge (what had
-- been reported by then) and the day it is about. curve() walks along the first and asks, for each, what the same reading says of the
-- same day with all that is known at the end. Revisions of one day (`of`) and the running headline are the two ways through that square.
-- The square of vintages is known from economics as real-time data: D. Croushore, T. Stark, A real-time data set for macroeconomists,
-- Journal of Econometrics 105 (2001).
local muster = require "muster.init"
local core = require "muster.core"
local registry = require "muster.base.registry"
local replay = require "muster.base.replay"
local evidence, deployment = require "muster.evidence", require "muster.deployment"

local define, fail = registry.define, registry.fail
local EPOCH = muster.date "1970-01-01"
local regret = registry.module("muster.regret", "How a headline would have read on every day, and what later proved wrong.")

-- == which claims =======================================================================================

-- The claims of one question, of any table of these columns.
local function narrow(t, options)
  for _, name in ipairs { "measure", "basis", "contingent" } do
    if options[name] ~= nil then
      t = core.filter(t, name .. " == $wanted", { wanted = options[name] })
    end
  end
  return core.filter(t, "not is_missing(figure)")
end

-- Figures of different measures, bases or parts are never read together: of several one is to be named.
local function choose(t, options, who)
  local there = {}
  for _, name in ipairs(t:names()) do
    there[name] = true
  end
  for _, name in ipairs { "origin", "measure", "basis", "as_of", "reported", "figure" } do
    if not there[name] then
      fail("%s: the table has no column '%s'%s", who, name, registry.suggest(name, t:names()))
    end
  end
  for _, name in ipairs { "measure", "basis", "contingent" } do
    local wanted = options[name]
    if there[name] then
      local found = core.agg(t, { name }, {}):column(name):values()
      if wanted == nil and found.n > 1 then
        fail("%s: there are claims of several kinds, so option '%s' has to name one: %s", who, name, table.concat(found, ", ", 1, found.n))
      elseif wanted ~= nil then
        t = core.filter(t, name .. " == $wanted", { wanted = wanted })
        if #t == 0 then
          fail("%s: no claims with %s '%s'%s", who, name, wanted, registry.suggest(wanted, found))
        end
      end
    elseif wanted ~= nil then
      fail("%s: option '%s': the table has no such column", who, name)
    end
  end
  return narrow(t, options)
end

-- The days on which something became known, in order.
local function days_of_news(t)
  local days = core.sort(core.agg(replay.with_day(t, "\1"), { "\1" }, {}), { "\1" }):column("\1"):values()
  local list = {}
  for i = 1, days.n do
    list[#list + 1] = days[i]        -- missing, which is last, is never known
  end
  return list
end

-- Each day of news with the claims known by then, one row for each: the first and the last day that a row may describe are in `from`
-- and `to`, and a claim that nobody had made before is `new`. A day on which an outlet only repeats a figure brings no news.
-- Which rows are retold is found among all that was known, since a total that came back as the dead is a claim of another measure.
local function snapshots(t, options, who)
  local list, heard, before = {}, {}, ""
  for _, day in ipairs(days_of_news(choose(t, options, who))) do
    local claims = narrow(evidence.claims(t:known_by(day), { combined = options.combined, retold = options.retold }), options)
    local rows, said = {}, {}
    for k, row in claims:rows() do
      local first, last = evidence.days(row)
      if first then
        row.from, row.to = first.days, last.days         -- numbers, which compare quickly
        local key = row.origin .. " " .. row.as_of
        row.at, row.new = k, not heard[key]
        heard[key] = true
        rows[#rows + 1] = row
        said[#said + 1] = ("%s %s %.17g %.17g"):format(key, row.figure, row.figure.low, row.figure.high)
      end
    end
    table.sort(said)
    local now = table.concat(said, "\n")
    if now ~= before then
      list[#list + 1] = { day = day, table = claims, rows = rows }
    end
    before = now
  end
  return list
end

-- The claims of a snapshot that describe a day up to `day` (days `near` it are that day too), and not one that is more than `within` days
-- before it. `on` is the day that a row is read for: its own; of a row that is known by its month only, `day` itself if that is in the
-- month, else the end of the month that is nearer to it.
local function about(snapshot, day, options)
  local list, to = {}, day.days + (options.near or 0)
  local from = options.within and day.days - options.within or math.mininteger
  for _, row in ipairs(snapshot.rows) do
    if row.from <= to and row.to >= from then
      row.on = math.min(row.to, math.max(day.days, row.from))
      list[#list + 1] = row
    end
  end
  return list
end

-- == readings ===========================================================================================

local function later(a, b)
  if a.on ~= b.on then
    return a.on > b.on
  end
  return a.reported > b.reported
end

local readings = {}

-- The claims about the newest day of which anything is said, and the days near it.
function readings.newest(rows, near)
  local newest, list = nil, {}
  for _, row in ipairs(rows) do
    newest = (not newest or row.on > newest) and row.on or newest
  end
  for _, row in ipairs(rows) do
    list[#list + 1] = row.on >= newest - near and row or nil
  end
  return list
end

-- The latest word of each origin.
function readings.origins(rows)
  local latest, list = {}, {}
  for _, row in ipairs(rows) do
    local before = latest[row.origin]
    latest[row.origin] = (not before or later(row, before)) and row or before
  end
  for _, row in ipairs(rows) do
    list[#list + 1] = latest[row.origin] == row and row or nil
  end
  return list
end

function readings.all(rows)
  return rows
end

-- A number, a figure or { low =, high = } as bounds.
local function bounds(value, who)
  if value == nil then
    return nil
  elseif type(value) == "number" then
    return { low = value, high = value, figure = value }
  elseif core.class(value) == "Quantity" or type(value) == "table" and (value.low or value.high) then
    return { low = value.low or 0, high = value.high or math.huge, figure = core.class(value) == "Quantity" and value or nil }
  end
  fail("%s: a reading gives a number, a quantity, { low = , high = } or nil, found %s", who, registry.shown(value))
end

local function take(snapshot, rows)
  local at = {}
  for i, row in ipairs(rows) do
    at[i] = row.at
  end
  return snapshot.table:take(at)
end

-- (snapshot, rows, day) -> bounds or nil, and the rows that spoke.
local function reader(options, who)
  local how, near = options.read or "newest", options.near or 0
  if readings[how] then
    return function(_, rows)
      local spoke = readings[how](rows, near)
      if #spoke == 0 then
        return nil, spoke
      elseif #spoke == 1 then
        return bounds(spoke[1].figure, who), spoke
      end
      local figures = {}
      for i, row in ipairs(spoke) do
        figures[i] = { origin = row.origin, figure = row.figure }
      end
      return bounds(deployment.envelope(muster.table(figures)), who), spoke
    end
  elseif type(how) == "function" then
    return function(snapshot, rows, day)
      return #rows > 0 and bounds(how(take(snapshot, rows), day), who) or nil, rows
    end
  elseif not how:find "[^%w_]" then
    fail("%s: no reading '%s'%s; there are newest, origins and all, aggregates such as 'max(figure)', and functions", who, how,
      registry.suggest(how, { "newest", "origins", "all" }))
  end
  return function(snapshot, rows)
    return #rows > 0 and bounds(take(snapshot, rows):agg("x = " .. how):column("x")[1], who) or nil, rows
  end
end

-- == what became of it ==================================================================================

local function covers(a, b)
  return a.low <= b.low and a.high >= b.high
end

-- How far apart two intervals are at the least; 0 where they meet.
local function gap(a, b)
  return math.max(0, a.low - b.high, b.low - a.high)
end

local function verdict(before, now)
  if not now then
    return "dropped"
  elseif before.low == now.low and before.high == now.high then
    return "stands"
  elseif covers(before, now) then
    return "covers"
  elseif gap(before, now) > 0 then
    return "wrong"
  end
  return covers(now, before) and "too narrow" or "overlaps"
end

local function names(rows, news)
  local list, seen = {}, {}
  for _, row in ipairs(rows) do
    if not seen[row.origin] and (not news or news(row)) then
      list[#list + 1], seen[row.origin] = row.origin, true
    end
  end
  table.sort(list)
  return list
end

-- Independent voices among origins; nil without sources.
local function voices(list, voice)
  if not voice then
    return nil
  end
  local n, spoke = 0, {}
  for _, origin in ipairs(list) do
    local who = voice[origin] or origin
    n, spoke[who] = n + (spoke[who] and 0 or 1), true
  end
  return n
end

local function point_of(value, policy)
  if not policy or type(value.figure) == "number" then
    return value.figure
  end
  local q = value.figure or (value.high == math.huge and muster.quantity { qualifier = "at_least", best = value.low }
    or muster.quantity { qualifier = "range", low = value.low, high = value.high })
  local ok, number = pcall(q.point, q, policy)
  return ok and number or nil          -- a bound has no midpoint: no number is better than a made one
end

local arguments = "claims: Table, options?: {read?: string|function, of?: string|Date, near?: integer, within?: integer, measure?: string, basis?: string, "
  .. "contingent?: string, policy?: string, combined?: boolean, retold?: boolean, sources?: Table}"

local sample = "local d, q = muster.date, muster.quantity\n"
  .. "local function said(origin, as_of, reported, n)\n"
  .. "  return { origin = origin, measure = 'killed', basis = 'cumulative', as_of = d(as_of), reported = d(reported), figure = q{ best = n } }\n"
  .. "end\n"
  .. "local t = muster.table{ said('a', '2025-01-13', '2025-01-13', 300), said('b', '2025-01-13', '2025-01-22', 1000) }\n"

local curve_columns = { "known", "about", "low", "high", "point", "policy", "claims", "origins", "independent", "news", "now_low", "now_high", "verdict",
  "off_by", "corrected", "days" }

regret.curve = define {
  name = "muster.regret.curve", args = arguments, returns = "Table",
  help = "How a headline would have read: a row for each day on which a claim became known. `read` says which claims make it: "
    .. "'newest' (those about the newest day, the default), 'origins' (the latest word of each origin), 'all', an aggregate such as 'count_distinct(origin)' "
    .. "or 'max(figure)', or a function(rows, day) that gives a number, a quantity or { low = , high = }. It is about the day of knowledge "
    .. "itself, or always about the day `of`; days up to `near` (0) apart count as one day, and claims about a day more than `within` days before "
    .. "are left out. Columns known, about (the newest "
    .. "day that was read), low, high, claims (known by then), origins (of those read), independent (related official bodies count once; "
    .. "where there are sources), news (whose claims are new among those read), now_low and now_high (the same reading of the same day "
    .. "with all that is known in the end), verdict ('stands', 'covers' what is said now, 'overlaps', 'too narrow', 'wrong': nothing in common, or "
    .. "'dropped': what it was read from is no longer read, and nothing else is said now), off_by "
    .. "(how far apart the two are at the least), corrected (the first day on which the headline of that day covers what is said now) "
    .. "and days until then. `policy` adds point, where the policy gives one, and its name. combined and retold as in muster.evidence.claims.",
  example = sample .. "return muster.regret.curve(t)",
  fn = function(t, options)
    options = options or {}
    local who = "muster.regret.curve"
    local read = reader(options, who)
    local of = options.of and replay.check(muster.date(options.of), who)
    if options.policy then
      muster.quantity { best = 1 }:point(options.policy)        -- an unknown one is an error here, and not a missing number there
    end
    local sources = options.sources or (core.extras(t) or {}).sources
    local voice = sources and evidence.voices(sources)
    local days = snapshots(t, options, who)
    local last, rows = days[#days], {}
    for i, snapshot in ipairs(days) do
      local day = of or snapshot.day
      local function at(k)
        return read(days[k], about(days[k], day, options), day)
      end
      local value, spoke = at(i)
      if value then
        -- before the rows are read for another day
        local origins, newest = names(spoke), nil
        for _, row in ipairs(spoke) do
          newest = (not newest or row.on > newest) and row.on or newest
        end
        local news = table.concat(names(spoke, function(row) return row.new end), ", ")
        local now, corrected = read(last, about(last, day, options), day), i
        while now and corrected < #days do
          local later_value = at(corrected)
          if later_value and covers(later_value, now) then
            break
          end
          corrected = corrected + 1
        end
        rows[#rows + 1] = {
          known = snapshot.day, about = EPOCH + newest, low = value.low, high = value.high, point = options.policy and point_of(value, options.policy),
          policy = options.policy, claims = #snapshot.rows, origins = #origins, independent = voices(origins, voice),
          news = news ~= "" and news or nil,
          now_low = now and now.low, now_high = now and now.high, verdict = verdict(value, now), off_by = now and gap(value, now),
          corrected = now and days[corrected].day, days = now and days[corrected].day - snapshot.day,
        }
      end
    end
    local columns = {}
    for _, name in ipairs(curve_columns) do
      if (options.policy or name ~= "point" and name ~= "policy") and (voice or name ~= "independent") then
        columns[#columns + 1] = name
      end
    end
    return muster.table(rows, columns)
  end,
}

regret.vintages = define {
  name = "muster.regret.vintages", args = arguments, returns = "Table",
  help = "The same reading for every day of knowledge and every day described up to then: a row for each pair, with known, day, low and high. One "
    .. "`known` is one vintage, the series as it stood then. Options as for muster.regret.curve; `of` keeps to one day described.",
  example = sample .. "return muster.regret.vintages(t)",
  fn = function(t, options)
    options = options or {}
    local who = "muster.regret.vintages"
    local read = reader(options, who)
    local of = options.of and replay.check(muster.date(options.of), who)
    local days, rows = snapshots(t, options, who), {}
    for _, snapshot in ipairs(days) do
      local described, seen = {}, {}
      for _, row in ipairs(snapshot.rows) do
        if not seen[row.to] and row.to <= snapshot.day.days then
          described[#described + 1], seen[row.to] = row.as_of, true
        end
      end
      table.sort(described)
      for _, day in ipairs(of and { of } or described) do
        local value = read(snapshot, about(snapshot, day, options), day)
        if value then
          rows[#rows + 1] = { known = snapshot.day, day = day, low = value.low, high = value.high }
        end
      end
    end
    return muster.table(rows, { "known", "day", "low", "high" })
  end,
}

return regret
