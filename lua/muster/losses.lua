-- losses.lua - what share was lost, and how fast.
--
-- Units: soldiers; soldier-days = soldiers present x days in combat; rates per 1,000 soldier-days. Shares are
-- fractions (0 to 1). A share is worked out under every base that somebody claims, since the choice of the base
-- moves it more than any statistics does. Counts of losses are events of the Poisson kind only at best: men are
-- hit together, so exact limits (Garwood 1936) are the least uncertainty there is, and the bounds of the claims
-- and of the exposure come on top.
local muster = require "muster.init"
local registry = require "muster.base.registry"
local evidence = require "muster.evidence"
local interval = require "muster.interval"

local define, fail = registry.define, registry.fail
local losses = registry.module("muster.losses", "Shares lost under every claimed base, implied bases, and losses per 1,000 "
  .. "soldier-days.")

-- What losses can be a share of: people who were sent or are there. A plan is not a base, nor are those who left.
local BASES = { dispatched = true, in_theatre = true, in_combat = true }

-- A printed fraction without its own qualifier ("over a third" is entered as 0.33) is read as itself -+ 10 % of
-- itself, the most that the rule for "about" allows a rounded figure to move.
losses.reading = 0.1

local function share_interval(share, reading)
  reading = reading or losses.reading
  return interval.of(share * (1 - reading), share * (1 + reading))
end

local function is_quantity(v)
  return type(v) == "userdata"
end

losses.share = define {
  name = "muster.losses.share", args = "count: number|Quantity|table, base: number|Quantity|table", returns = "table",
  help = "Count over base, as an interval. Claims must fit: the count cumulative, the base people sent or present, never "
    .. "planned. 'Up to' in the base leaves the share without an upper end, 'more than' in the count too.",
  example = "local q = muster.quantity\n"
    .. "return tostring(muster.losses.share(q{ qualifier = 'more_than', best = 3000 }, q{ qualifier = 'range', low = 10000, "
    .. "high = 12000 }))",
  fn = function(count, base)
    if is_quantity(base) and base.measure and not BASES[base.measure] then
      fail("losses are no share of '%s': a base counts those dispatched, in_theatre or in_combat", base.measure)
    elseif is_quantity(count) and count.basis == "increment" then
      fail("'%s' is an increment, a part of the losses: its share of a base is not the share lost", tostring(count))
    end
    return interval.of(count) / interval.of(base)
  end,
}

losses.claimed_share = define {
  name = "muster.losses.claimed_share", args = "share: number, reading?: number", returns = "table",
  help = "A printed fraction as an interval: itself -+ 10 % of itself (losses.reading), because its qualifier is not kept.",
  example = "return tostring(muster.losses.claimed_share(0.40))",
  fn = share_interval,
}

losses.implied_base = define {
  name = "muster.losses.implied_base", args = "count: number|Quantity|table, share: number|table, reading?: number",
    returns = "table",
  help = "The base that a count and its claimed share imply: '3,000 = 40 %' implies 7,500. A number for the share is read "
    .. "as in claimed_share; reading = 0 takes it to the letter.",
  example = "return muster.losses.implied_base(3000, 0.40, 0).low",
  fn = function(count, share, reading)
    if type(share) == "number" then
      share = share_interval(share, reading)
    end
    return interval.of(count) / interval.of(share)
  end,
}

-- Rows with a count that is a total so far.
local function totals(t)
  local rows = {}
  for i, row in t:rows() do
    if row.figure and row.basis == "cumulative" then
      rows[#rows + 1] = i
    end
  end
  return t:take(rows)
end

losses.implied = define {
  name = "muster.losses.implied", args = "claims: Table, reading?: number", returns = "Table",
  help = "For each claim that prints a count and its share of a force: the base the two imply, to the letter (nominal) and "
    .. "as bounds (low, high), and the sum in words.",
  example = "local t = muster.table{ { origin = 'x', basis = 'cumulative', share = 0.40, share_of = 'deployed',\n"
    .. "  figure = muster.quantity{ qualifier = 'more_than', best = 3000 } } }\n"
    .. "return muster.losses.implied(t)[1].sum",
  fn = function(t, reading)
    local rows = {}
    for _, row in totals(t):rows() do
      if row.share and row.share_of ~= "casualties" then
        local count = row.figure.stated
        local base = losses.implied_base(row.figure, row.share, reading)
        rows[#rows + 1] = {
          origin = row.origin, via = row.via, as_of = row.as_of, figure = row.figure, share = row.share, share_of = row.share_of,
          nominal = count and count / row.share, low = base.low, high = base.high,
          sum = count and ("%s / %.2f = %s"):format(interval.text(count), row.share, interval.text(count / row.share)),
        }
      end
    end
    return muster.table(rows, { "origin", "via", "as_of", "figure", "share", "share_of", "nominal", "low", "high", "sum" })
  end,
}

losses.shares = define {
  name = "muster.losses.shares", args = "claims: Table, bases: Table", returns = "Table",
  help = "The share lost for each cumulative claim under each base (a table from deployment.bases): one row for each pair, "
    .. "with low and high (no upper end: infinite) and the share the claim itself prints, if it prints one.",
  example = "local q = muster.quantity\n"
    .. "local t = muster.table{ { origin = 'x', basis = 'cumulative', figure = q{ best = 4000 } } }\n"
    .. "return muster.losses.shares(t, muster.table{ { base = q{ best = 11000 }, origins = 'y' } })[1].low",
  fn = function(t, bases)
    local rows = {}
    for _, row in totals(t):rows() do
      for _, base in bases:rows() do
        local share = losses.share(row.figure, base.base)
        rows[#rows + 1] = {
          origin = row.origin, as_of = row.as_of, measure = row.measure, figure = row.figure, base = base.base,
          contingent = base.contingent, base_origins = base.origins, low = share.low, high = share.high,
          claimed = row.share_of ~= "casualties" and row.share or nil,
        }
      end
    end
    return muster.table(rows, { "origin", "as_of", "measure", "figure", "base", "contingent", "base_origins", "low", "high",
      "claimed" })
  end,
}

losses.dead = define {
  name = "muster.losses.dead", args = "claims: Table", returns = "Table",
  help = "The dead as a share of all casualties, for each origin and day that gives enough: killed over killed_or_wounded, "
    .. "else killed over killed + wounded, else the printed share of casualties. Columns origin, as_of, from (how), low, "
    .. "high.",
  example = "local q = muster.quantity\n"
    .. "local t = muster.table{ { origin = 'x', measure = 'killed', basis = 'cumulative', figure = q{ best = 300 } },\n"
    .. "  { origin = 'x', measure = 'killed_or_wounded', basis = 'cumulative', figure = q{ best = 3000 } } }\n"
    .. "return muster.losses.dead(t)[1].low",
  fn = function(t)
    local function partner(killed, measure)
      for _, row in t:rows() do
        if row.measure == measure and row.origin == killed.origin and row.as_of == killed.as_of and row.basis == "cumulative"
          and row.contingent == killed.contingent and row.figure then
          return interval.of(row.figure)
        end
      end
    end
    local rows = {}
    local function add(row, how, share)
      rows[#rows + 1] = {
        origin = row.origin, as_of = row.as_of, from = how, low = math.min(1, share.low), high = math.min(1, share.high),
      }
    end
    for _, row in t:rows() do
      if row.measure == "killed" and row.basis == "cumulative" then
        local total, wounded = partner(row, "killed_or_wounded"), partner(row, "wounded")
        local killed = row.figure and interval.of(row.figure)
        if killed and total then
          add(row, "killed / total", killed / total)
        elseif killed and wounded then
          -- k / (k + w) grows with k and falls with w
          add(row, "killed / (killed + wounded)", interval.of(killed.low / (killed.low + wounded.high),
            killed.high == math.huge and 1 or killed.high / (killed.high + wounded.low)))
        elseif row.share and row.share_of == "casualties" then
          add(row, "printed share", share_interval(row.share))
        end
      end
    end
    return muster.table(rows, { "origin", "as_of", "from", "low", "high" })
  end,
}

-- == rates ==============================================================================================

losses.days = define {
  name = "muster.losses.days", args = "first: Date|Date[], last: Date|Date[]", returns = "table",
  help = "Days in combat, both ends counted, when first and last day are contested: from the latest first to the earliest "
    .. "last, to the earliest first to the latest last; never below 0.",
  example = "local d = muster.date\nreturn tostring(muster.losses.days({ d '2024-11-05', d '2024-12-15' }, d '2025-01-15'))",
  fn = function(first, last)
    local function ends(v)
      if type(v) == "userdata" then
        return v, v
      end
      local low, high = v[1], v[1]
      for _, d in ipairs(v) do
        low, high = d < low and d or low, d > high and d or high
      end
      return low, high
    end
    local first_low, first_high = ends(first)
    local last_low, last_high = ends(last)
    return interval.of(math.max(0, last_low - first_high + 1), math.max(0, last_high - first_low + 1))
  end,
}

losses.rate = define {
  name = "muster.losses.rate",
  args = "count: number|Quantity|table, presence: number|Quantity|table, days: number|table, options?: {per?: number, "
    .. "level?: number}",
  returns = "table",
  help = "Losses per 1,000 soldier-days (or `per`): exact Poisson limits at the ends of the count over exposure = presence "
    .. "x days as an interval. The result holds every rate that the claims allow.",
  example = "return tostring(muster.losses.rate(3000, { low = 7000, high = 11500 }, { low = 30, high = 70 }))",
  fn = function(count, presence, days, options)
    options = options or {}
    local exposure = interval.of(presence) * interval.of(days) / (options.per or 1000)
    return interval.of(muster.stats.poisson_rate(interval.of(count), exposure, options.level or 0.95))
  end,
}

losses.rates = define {
  name = "muster.losses.rates",
  args = "claims: Table, options: {presence: number|Quantity|table, first: Date[], pause: Date|Date[], level?: number, "
    .. "per?: number}",
  returns = "Table",
  help = "Losses per 1,000 soldier-days for each cumulative claim and each claimed first day of combat, up to the claim's "
    .. "day or the pause, whichever is earlier. Columns origin, as_of, measure, figure, first, days_low, days_high, low, "
    .. "high (95 %).",
  example = "local d = muster.date\n"
    .. "local t = muster.table{ { origin = 'x', as_of = d '2025-01-13', measure = 'killed', basis = 'cumulative', figure = "
    .. "muster.quantity{ best = 300 } } }\n"
    .. "return muster.losses.rates(t, { presence = 11000, first = { d '2024-12-01' }, pause = d '2025-01-15' })[1].high",
  fn = function(t, options)
    local pauses = type(options.pause) == "userdata" and { options.pause } or options.pause
    local rows = {}
    for _, row in totals(t):rows() do
      local from, to = evidence.days(row)
      local last = {}
      for _, pause in ipairs(pauses) do
        last[#last + 1] = from < pause and from or pause
        last[#last + 1] = to < pause and to or pause
      end
      for _, first in ipairs(options.first) do
        local days = losses.days(first, last)
        if days.high > 0 then
          local rate = losses.rate(row.figure, options.presence, days, { level = options.level, per = options.per })
          rows[#rows + 1] = {
            origin = row.origin, as_of = row.as_of, measure = row.measure, figure = row.figure, first = first,
            days_low = days.low, days_high = days.high, low = rate.low, high = rate.high,
          }
        end
      end
    end
    return muster.table(rows, { "origin", "as_of", "measure", "figure", "first", "days_low", "days_high", "low", "high" })
  end,
}

return losses
