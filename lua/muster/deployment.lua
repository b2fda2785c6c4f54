-- deployment.lua - who says how many, when.
--
-- Units: soldiers; soldier-days for an exposure. Three kinds of figure never mix: cumulative (sent, ever),
-- stock (present on a day) and planned (intent, forecast or capacity). A contingent is a part: it is compared
-- with claims about the same part only. All functions take tables of claims, one row for each (see
-- muster.evidence.claims), and never turn a bound into a point.
local muster = require "muster.init"
local registry = require "muster.base.registry"
local evidence = require "muster.evidence"
local interval = require "muster.interval"

local define = registry.define
local deployment = registry.module("muster.deployment", "How many were sent and are there, by whose account, when.")

local function take(t, keep)
  local rows = {}
  for i, row in t:rows() do
    if keep(row) then
      rows[#rows + 1] = i
    end
  end
  return t:take(rows)
end

-- {"a", "b"} -> a set, nil -> anything
local function chooser(values)
  if values == nil then
    return function() return true end
  end
  local set = {}
  for _, v in ipairs(type(values) == "table" and values or { values }) do
    set[v] = true
  end
  return function(v) return v ~= nil and set[v] == true end
end

deployment.split = define {
  name = "muster.deployment.split", args = "claims: Table", returns = "table",
  help = "The claims apart by what they count: fields sent (cumulative), added (increments to earlier figures), present "
    .. "(stock), planned, withdrawn. A sum or a difference across these means nothing.",
  example = "local t = muster.table{ { measure = 'dispatched', basis = 'cumulative' }, { measure = 'planned', basis = "
    .. "'cumulative' } }\n"
    .. "return #muster.deployment.split(t).planned",
  fn = function(t)
    return {
      sent = take(t, function(r) return r.measure == "dispatched" and r.basis == "cumulative" end),
      added = take(t, function(r) return r.measure == "dispatched" and r.basis == "increment" end),
      present = take(t, function(r) return (r.measure == "in_theatre" or r.measure == "in_combat") and r.basis == "stock" end),
      planned = take(t, function(r) return r.measure == "planned" end),
      withdrawn = take(t, function(r) return r.measure == "withdrawn" end),
    }
  end,
}

-- The later claim of one origin: by the day described, then the day said, then the better grade.
local function later(a, b)
  if a.as_of ~= b.as_of then
    return a.as_of > b.as_of
  elseif a.reported ~= b.reported and a.reported and b.reported then
    return a.reported > b.reported
  end
  return (a.credibility or math.huge) < (b.credibility or math.huge)
end

deployment.latest = define {
  name = "muster.deployment.latest",
  args = "claims: Table, options?: {on?: string|Date, contingent?: string|string[], location?: string|string[]}",
  returns = "Table",
  help = "The latest figure of each origin that describes a day up to `on` (all of them when it is not given), for one "
    .. "contingent or several, in the order of the file. Give it claims of one kind: split them first.",
  example = "local t = muster.table{ { origin = 'a', as_of = muster.date '2024-10-23' }, { origin = 'a', as_of = "
    .. "muster.date '2024-11-30' } }\n"
    .. "return tostring(muster.deployment.latest(t)[1].as_of)",
  fn = function(t, options)
    options = options or {}
    local contingent, location = chooser(options.contingent), chooser(options.location)
    local newest = {}
    local candidates = evidence.on(t, nil, options.on)
    for i, row in candidates:rows() do
      if row.as_of and contingent(row.contingent) and location(row.location) then
        local known = newest[row.origin]
        if not known or later(row, candidates[known]) then
          newest[row.origin] = i
        end
      end
    end
    local rows = {}
    for _, i in pairs(newest) do
      rows[#rows + 1] = i
    end
    table.sort(rows)
    return candidates:take(rows)
  end,
}

deployment.envelope = define {
  name = "muster.deployment.envelope", args = "claims: Table", returns = "table",
  help = "The widest bounds that these claims state: the least lower and the greatest upper one. A claim that bounds one "
    .. "side only ('up to', 'more than') counts on that side only; where it lies beyond all bounds of the other side, "
    .. "that side is open. Fields low and high (nil where nobody states one), low_by and high_by (origins).",
  example = "local q = muster.quantity\n"
    .. "local t = muster.table{ { origin = 'a', figure = q{ best = 11000 } }, { origin = 'b', figure = q{ qualifier = "
    .. "'up_to', best = 12000 } } }\n"
    .. "return muster.deployment.envelope(t).low",
  fn = function(t)
    local out = {}
    for _, row in t:rows() do
      local f = row.figure
      if f and f.low > 0 and (not out.low or f.low < out.low) then
        out.low, out.low_by = f.low, row.origin
      end
      if f and f.high < math.huge and (not out.high or f.high > out.high) then
        out.high, out.high_by = f.high, row.origin
      end
    end
    for _, row in t:rows() do
      local f = row.figure
      if f and out.high and f.low > out.high then
        out.high, out.high_by = math.huge, row.origin
      end
      if f and out.low and f.high < out.low then
        out.low, out.low_by = 0, row.origin
      end
    end
    return out
  end,
}

-- "about 11,000" and "about 11,000" are one base, whoever says it.
local function figure_key(f)
  return ("%s %.17g %.17g"):format(f.kind, f.low, f.high)
end

deployment.bases = define {
  name = "muster.deployment.bases", args = "claims: Table", returns = "Table",
  help = "Each figure that is claimed once, largest last, with the origins that claim it: columns base, contingent, "
    .. "origins, first (the earliest day it was reported).",
  example = "local q = muster.quantity\n"
    .. "local t = muster.table{ { origin = 'b', figure = q{ best = 11000 } }, { origin = 'a', figure = q{ best = 11000 } } }\n"
    .. "return muster.deployment.bases(t)[1].origins",
  fn = function(t)
    local list, by_key = {}, {}
    for _, row in t:rows() do
      local f = row.figure
      if f then
        local key = figure_key(f) .. (row.contingent or "")
        local base = by_key[key]
        if not base then
          base = { base = f, contingent = row.contingent, who = {}, first = row.reported }
          by_key[key], list[#list + 1] = base, base
        end
        if row.reported and (not base.first or row.reported < base.first) then
          base.first = row.reported
        end
        base.who[#base.who + 1] = row.origin
      end
    end
    table.sort(list, function(a, b)
      local x, y = a.base, b.base
      local p, q = x.stated or x.low, y.stated or y.low
      if p ~= q then
        return p < q
      elseif a.contingent ~= b.contingent then
        return (a.contingent or "") < (b.contingent or "")
      end
      return figure_key(x) < figure_key(y)
    end)
    local rows = {}
    for i, base in ipairs(list) do
      table.sort(base.who)
      rows[i] = { base = base.base, contingent = base.contingent, origins = table.concat(base.who, ", "), first = base.first }
    end
    return muster.table(rows, { "base", "contingent", "origins", "first" })
  end,
}

deployment.add_up = define {
  name = "muster.deployment.add_up", args = "claims: Table, options: {parts: string[], whole: string}", returns = "Table",
  help = "For each origin that claims every part (contingents) and the whole: the sum of its latest figures for the parts "
    .. "beside its figure for the whole: columns origin, parts (in words), low, high (their sum), whole, agree (whether "
    .. "both can be true). Parts may be cumulative or increments, since each is another group of people.",
  example = "local q, d = muster.quantity, muster.date '2025-04-30'\n"
    .. "local function claim(part, n) return { origin = 'a', as_of = d, measure = 'dispatched', contingent = part, figure = "
    .. "q{ best = n } } end\n"
    .. "local t = muster.table{ claim('first', 11000), claim('second', 4000), claim('all', 15000) }\n"
    .. "return muster.deployment.add_up(t, { parts = { 'first', 'second' }, whole = 'all' })[1].agree",
  fn = function(t, options)
    local function by_origin(contingent)
      local out = {}
      for _, row in deployment.latest(t, { contingent = contingent }):rows() do
        out[row.origin] = row.figure
      end
      return out
    end
    local rows = {}
    for _, whole in deployment.latest(t, { contingent = options.whole }):rows() do
      local sum, words = interval.of(0), {}
      for i, part in ipairs(options.parts) do
        local figure = by_origin(part)[whole.origin]
        sum = sum and figure and sum + figure
        words[i] = tostring(figure)
      end
      if sum and whole.figure then
        rows[#rows + 1] = {
          origin = whole.origin, parts = table.concat(words, " + "), low = sum.low, high = sum.high, whole = whole.figure,
          agree = interval.meet(sum, whole.figure) ~= nil,
        }
      end
    end
    return muster.table(rows, { "origin", "parts", "low", "high", "whole", "agree" })
  end,
}

deployment.presence = define {
  name = "muster.deployment.presence",
  args = "claims: Table, options: {from: string|Date, to: string|Date, location?: string|string[], contingent?: "
    .. "string|string[], lost?: number|Quantity|table}",
  returns = "table, Table",
  help = "How many soldiers were there between two days: an interval from the least to the greatest stock claimed for a "
    .. "day in between, and the claims it rests on. With `lost` (losses claimed for those days) the lower end is reduced "
    .. "by the greatest of them, as though all had gone on the first day and nobody was replaced: wide, but it cannot be "
    .. "too narrow.",
  example = "local t = muster.table{ { as_of = muster.date '2024-12-19', origin = 'a', figure = muster.quantity{ best = "
    .. "11000 } } }\n"
    .. "return tostring((muster.deployment.presence(t, { from = '2024-12-01', to = '2025-01-15', lost = 4000 })))",
  fn = function(t, options)
    local contingent, location = chooser(options.contingent), chooser(options.location)
    local rows = take(evidence.on(t, options.from, options.to), function(r)
      return r.figure ~= nil and contingent(r.contingent) and location(r.location)
    end)
    local bounds = deployment.envelope(rows)
    if not bounds.low or not bounds.high or bounds.high == math.huge then
      registry.fail("no stock claim bounds the presence from %s to %s on both sides (%d claims)", tostring(options.from),
        tostring(options.to), #rows)
    end
    local low = bounds.low
    if options.lost then
      local lost = interval.of(options.lost).high
      low = math.max(0, low - (lost == math.huge and low or lost))
    end
    return interval.of(low, bounds.high), rows
  end,
}

return deployment
