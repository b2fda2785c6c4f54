-- captures.lua - how rare is capture, and against what.
--
-- Units: persons; rates per 1,000 casualties or killed, per 100,000 soldier-days. A handful of prisoners bounds a
-- rate with exact Poisson limits (Garwood 1936) and says nothing about why. Reference classes are published facts
-- of other wars (datasets/reference), each on the base its source counts: killed, or killed and wounded.
--
-- Surrender programmes form a funnel: exposed to a message -> contact -> case -> arrived -> kept. Figures of
-- different stages are different things (visits, messages, cases, persons) and are never compared across programmes.
local muster = require "muster.init"
local registry = require "muster.base.registry"
local interval = require "muster.interval"

local define, fail = registry.define, registry.fail
local captures = registry.module("muster.captures", "How rare is capture, and against what: exact rates, history, the "
  .. "funnel of surrender.")

-- == what was counted ===================================================================================

-- The figure that the best graded claim gives for a measure; claims in words have none.
local function best_figure(claims, measure, basis)
  local best
  for _, row in claims:rows() do
    if row.measure == measure and row.basis == basis and row.figure
      and (not best or (row.credibility or 9) < (best.credibility or 9)
        or row.credibility == best.credibility and row.as_of > best.as_of) then
      best = row
    end
  end
  return best
end

captures.counted = define {
  name = "muster.captures.counted", args = "claims: Table, events: Table", returns = "table",
  help = "The prisoners, from two files that can check each other: taken (persons with a capture event), died (claims of "
    .. "death in custody), alive (taken less died), held (the best graded claim of a stock), range (alive to taken, for a "
    .. "rate) and agree (whether alive equals held).",
  example = "local d, q = muster.date, muster.quantity\n"
    .. "local events = muster.table{ { person = 'P1', event = 'captured' }, { person = 'P1', event = 'interview' } }\n"
    .. "local claims = muster.table{ { measure = 'held', basis = 'stock', as_of = d '2025-01-11', figure = q{ best = 1 } } }\n"
    .. "return muster.captures.counted(claims, events).agree",
  fn = function(claims, events)
    local seen, taken = {}, 0
    for _, row in events:rows() do
      if row.event == "captured" and row.person and not seen[row.person] then
        seen[row.person] = true
        taken = taken + 1
      end
    end
    local died = best_figure(claims, "died_in_custody", "cumulative")
    local held = best_figure(claims, "held", "stock")
    local dead = died and died.figure.high or 0
    local alive = math.max(0, taken - math.tointeger(dead))
    return {
      taken = taken, died = math.tointeger(dead), alive = alive, held = held and held.figure,
      range = interval.of(alive, taken), agree = held ~= nil and held.figure.low <= alive and alive <= held.figure.high,
    }
  end,
}

-- == rates ==============================================================================================

captures.rate = define {
  name = "muster.captures.rate", args = "taken: number|table|Quantity, base: number|table|Quantity, per?: number, level?: number",
  returns = "table",
  help = "Captures per 1,000 (or `per`) of the base: exact Poisson limits when both are known within bounds only, the "
    .. "widest interval they allow.",
  example = "return tostring(muster.captures.rate({ low = 2, high = 3 }, { low = 3000, high = 6000 }))",
  fn = function(taken, base, per, level)
    return interval.of(muster.stats.poisson_rate(interval.of(taken), interval.of(base) / (per or 1000), level or 0.95))
  end,
}

captures.rates = define {
  name = "muster.captures.rates", args = "taken: number|table, claims: Table, per?: number", returns = "Table",
  help = "Captures per 1,000 (or `per`) for each claim of losses as the base: columns origin, as_of, measure, figure, low, high.",
  example = "local t = muster.table{ { origin = 'x', measure = 'killed_or_wounded', figure = muster.quantity{ best = 3000 } } }\n"
    .. "return muster.captures.rates(2, t)[1].high",
  fn = function(taken, claims, per)
    local rows = {}
    for _, row in claims:rows() do
      if row.figure and row.figure.high > 0 then
        local rate = captures.rate(taken, row.figure, per)
        rows[#rows + 1] = {
          origin = row.origin, as_of = row.as_of, measure = row.measure, figure = row.figure, low = rate.low, high = rate.high,
        }
      end
    end
    return muster.table(rows, { "origin", "as_of", "measure", "figure", "low", "high" })
  end,
}

-- == history ============================================================================================

-- A printed figure of the reference tables as a quantity.
local function figure(row)
  return muster.quantity { qualifier = row.qualifier, low = row.low, best = row.best, high = row.high, measure = row.measure }
end

captures.reference = define {
  name = "muster.captures.reference", args = "name: \"history\"|\"surrender\"", returns = "Table",
  help = "A table of published facts from other wars (datasets/reference), with the column figure.",
  example = "return #muster.captures.reference 'history'",
  fn = function(name)
    -- totals of wars that were over long ago have no date on which they became known
    local t = muster.load(("%s/%s.csv"):format(muster.dataset "reference".path, name), { timeless = name == "history" })
    local figures = {}
    for i, row in t:rows() do
      local effect = (row.best or row.low) < 0        -- a change, not a count
      figures[i] = not effect and figure(row) or nil
    end
    figures.n = #t
    return t:with("figure", figures)
  end,
}

captures.history = define {
  name = "muster.captures.history", args = "", returns = "Table",
  help = "Captured per 1,000 killed, or per 1,000 killed or wounded, in other wars, on the base each source counts: "
    .. "columns class, side, base (a measure), captured, of, low, high (with exact limits; infinite where the source "
    .. "bounds one side only).",
  example = "return muster.captures.history()[1].class",
  fn = function()
    local found, order = {}, {}
    for _, row in captures.reference "history":rows() do
      local key = row.class .. "\31" .. row.side
      local pair = found[key]
      if not pair then
        pair = { class = row.class, side = row.side, source = row.source }
        found[key], order[#order + 1] = pair, pair
      end
      if row.measure == "captured" then
        pair.captured = row.figure
      else
        pair.base, pair.of = row.measure, row.figure
      end
    end
    local rows = {}
    for _, pair in ipairs(order) do
      if pair.captured and pair.of then
        local rate = captures.rate(pair.captured, pair.of)
        rows[#rows + 1] = {
          class = pair.class, side = pair.side, base = pair.base, captured = pair.captured, of = pair.of,
          nominal = pair.captured.stated and pair.of.stated and 1000 * pair.captured.stated / pair.of.stated
            or pair.captured.stated and 1000 * pair.captured.stated / pair.of:point "midpoint",
          low = rate.low, high = rate.high, source = pair.source,
        }
      end
    end
    return muster.table(rows, { "class", "side", "base", "captured", "of", "nominal", "low", "high", "source" })
  end,
}

captures.refusals = define {
  name = "muster.captures.refusals", args = "level?: number", returns = "Table",
  help = "Prisoners who declined to be repatriated when given the choice (Korea, 1953), as a share of those counted: "
    .. "columns who, declined, counted, share, low, high (Clopper and Pearson).",
  example = "return muster.captures.refusals()[1].share",
  fn = function(level)
    local sums, order = {}, {}
    for _, row in captures.reference "surrender":rows() do
      local declined = row.measure == "declined_repatriation"
      if row.stage == "kept" and (declined or row.measure == "repatriated") then
        local key = row.programme .. "\31" .. row.who
        local sum = sums[key]
        if not sum then
          sum = { programme = row.programme, who = row.who, declined = 0, counted = 0 }
          sums[key], order[#order + 1] = sum, sum
        end
        local n = math.tointeger(row.figure:point "stated")
        sum.declined, sum.counted = sum.declined + (declined and n or 0), sum.counted + n
      end
    end
    for _, sum in ipairs(order) do
      sum.share = sum.declined / sum.counted
      sum.low, sum.high = muster.stats.binomial_limits(sum.declined, sum.counted, level or 0.95)
    end
    return muster.table(order, { "programme", "who", "declined", "counted", "share", "low", "high" })
  end,
}

captures.reached = define {
  name = "muster.captures.reached", args = "", returns = "Table",
  help = "By channel, the share of prisoners who had seen or heard the message and of these the share it helped to decide "
    .. "(Gulf War, 1991). Both are shares of men who had already surrendered: upper bounds, and silent on all others.",
  example = "return muster.captures.reached()[1].of_those",
  fn = function()
    local found, order = {}, {}
    for _, row in captures.reference "surrender":rows() do
      if row.measure == "saw_or_heard" or row.measure == "decided_by_it" then
        local key = row.programme .. "\31" .. row.who
        if not found[key] then
          found[key] = { programme = row.programme, channel = row.who }
          order[#order + 1] = found[key]
        end
        found[key][row.measure] = row.best
      end
    end
    for _, row in ipairs(order) do
      row.of_those = row.decided_by_it / row.saw_or_heard
    end
    return muster.table(order, { "programme", "channel", "saw_or_heard", "decided_by_it", "of_those" })
  end,
}

-- == the funnel =========================================================================================

local STAGES = { exposed = 1, contact = 2, case = 3, arrived = 4, kept = 5 }
captures.stages = { "exposed", "contact", "case", "arrived", "kept" }

captures.conversion = define {
  name = "muster.captures.conversion", args = "later: table, earlier: table", returns = "table",
  help = "The share of an earlier stage that reached a later one, from two rows of one programme and day: fields low, high "
    .. "(what the claims allow), stated (the printed numbers divided) and note. Refuses stages that are equal or the "
    .. "wrong way round, other programmes and other days: applications are not people who surrendered.",
  example = "local q, d = muster.quantity, muster.date '2023-12-31'\n"
    .. "local arrived = { programme = 'x', date = d, stage = 'arrived', unit = 'persons', figure = q{ qualifier = "
    .. "'more_than', best = 220 } }\n"
    .. "local contact = { programme = 'x', date = d, stage = 'contact', unit = 'messages', figure = q{ qualifier = "
    .. "'more_than', best = 26000 } }\n"
    .. "return muster.captures.conversion(arrived, contact).stated",
  fn = function(later, earlier)
    local a, b = STAGES[later.stage or ""], STAGES[earlier.stage or ""]
    if not a or not b then
      fail("both rows need a stage of the funnel: %s", table.concat(captures.stages, ", "))
    elseif later.programme ~= earlier.programme then
      fail("'%s' and '%s' are different programmes: their stages cannot be mixed", later.programme, earlier.programme)
    elseif a == b then
      fail("both figures are of the stage '%s': there is nothing to convert", later.stage)
    elseif a < b then
      fail("'%s' comes before '%s' in the funnel: give the later stage first", later.stage, earlier.stage)
    elseif later.date ~= earlier.date then
      fail("the figures are of different days: %s and %s", tostring(later.date), tostring(earlier.date))
    end
    local f, g = later.figure, earlier.figure
    local bounds = interval.of(f) / interval.of(g)
    local note = later.unit ~= earlier.unit and ("%s counted over %s: not a share of people"):format(later.unit,
      earlier.unit) or nil
    return {
      low = bounds.low, high = bounds.high, stated = f.stated and g.stated and f.stated / g.stated, note = note,
    }
  end,
}

-- == died by own hand ===================================================================================

captures.own_hand = define {
  name = "muster.captures.own_hand", args = "claims: Table", returns = "table",
  help = "Claims of men who died, or tried to die, by their own hand to avoid capture: fields claims, and least and most, "
    .. "the bounds when every claim is about others or all about the same.",
  example = "local t = muster.table{ { measure = 'suicide_to_avoid_capture', figure = muster.quantity{ best = 1 } } }\n"
    .. "return muster.captures.own_hand(t).most",
  fn = function(claims)
    local least, most, n = 0, 0, 0
    for _, row in claims:rows() do
      if row.measure == "suicide_to_avoid_capture" and row.figure then
        n, least, most = n + 1, math.max(least, row.figure.low), most + row.figure.high
      end
    end
    return { claims = n, least = least, most = most }
  end,
}

return captures
