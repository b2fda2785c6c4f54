-- scores.lua - what a statement about a number is worth once the number is known.
--
-- All scores are penalties: less is better, 0 is perfect. Each is proper: who believes a distribution gets the least
-- expected penalty by stating what that distribution says, and nothing else.
--
-- A published figure states quantiles and not a whole distribution. With a level of 0.9 (an assumption, the same for
-- everybody) a two-sided figure states the 5 % and the 95 % quantile, "more than x" only the 5 % one and "up to x" only the
-- 95 % one. The interval score is the sum of the quantile scores of both ends, so the mean over the quantiles that a
-- figure states compares one-sided with two-sided figures, and the end that nobody stated costs nothing.
--
-- Sources: T. Gneiting and A. Raftery, Strictly proper scoring rules, JASA 102 (2007) 359-378 (interval score, CRPS);
-- T. Gneiting, Making and evaluating point forecasts, JASA 106 (2011) 746-762 (quantile score); J. Bracher et al.,
-- Evaluating epidemic forecasts in an interval format, PLOS Comput. Biol. 17 (2021) e1008618 (weighted interval score);
-- S. Baran and S. Lerch, Log-normal distribution based EMOS models, Q. J. R. Meteorol. Soc. 141 (2015) 2289-2299
-- (CRPS of a lognormal).
local core = require "muster.core"
local stats = require "muster.stats"
local registry = require "muster.base.registry"

local define, fail = registry.define, registry.fail
local scores = registry.module("muster.scores", "Proper scores of what was stated, also of one-sided figures and ranges.")

local function check_level(level)
  level = level or 0.9
  if not (level > 0 and level < 1) then
    fail("a level is between 0 and 1, found %s", core.number(level))
  end
  return level
end

-- Both ends through the same scale; a count of nothing has no logarithm.
local function on_scale(scale)
  if scale == nil or scale == "natural" then
    return function(v) return v end
  end
  return function(v)
    if v < 0 then
      fail("the logarithmic scale takes numbers from 0 on, found %s", core.number(v))
    end
    return math.log(v + 1)
  end
end

local function quantile(x, y, tau)
  return 2 * ((y < x and 1 or 0) - tau) * (x - y)
end

local function interval(low, high, y, level)
  local penalty = 2 / (1 - level)
  return { width = high - low, over = penalty * math.max(0, low - y), under = penalty * math.max(0, y - high) }
end

local function sum(parts)
  parts.score = parts.width + parts.over + parts.under
  return parts
end

-- == a probability =====================================================================================

local function check_probability(p)
  if not (p >= 0 and p <= 1) then
    fail("a probability is 0 to 1, found %s", core.number(p))
  end
end

scores.log = define {
  name = "muster.scores.log", args = "p: number, happened: boolean", returns = "number",
  help = "Logarithmic score of a stated probability, in nats: -log(p) when it happened, else -log(1 - p). Infinite for a "
    .. "certainty that failed.",
  example = "return muster.scores.log(0.9, true)",
  fn = function(p, happened)
    check_probability(p)
    return 0 - math.log(happened and p or 1 - p)
  end,
}

scores.brier = define {
  name = "muster.scores.brier", args = "p: number, happened: boolean", returns = "number",
  help = "Brier score of a stated probability: the squared distance to what happened (1 or 0).",
  example = "return muster.scores.brier(0.9, false)",
  fn = function(p, happened)
    check_probability(p)
    return (p - (happened and 1 or 0)) ^ 2
  end,
}

-- == quantiles and intervals ===========================================================================

scores.quantile = define {
  name = "muster.scores.quantile", args = "x: number, y: number, tau: number", returns = "number",
  help = "Score of x stated as the tau quantile (tau 0.05: 'above x with 95 %') when y holds: 2 (1{y < x} - tau) (x - y). "
    .. "Scores of all quantiles average to the CRPS.",
  example = "return muster.scores.quantile(3000, 4000, 0.05)",
  fn = function(x, y, tau)
    check_level(tau)
    return quantile(x, y, tau)
  end,
}

scores.interval = define {
  name = "muster.scores.interval", args = "low: number, high: number, y: number, level?: number", returns = "number, table",
  help = "Interval score of low to high stated with a level (0.9) when y holds: the width, and 2 / (1 - level) times the "
    .. "distance by which y lies outside. The table has its parts: width, over (y below the interval: overstated), under.",
  example = "return muster.scores.interval(3000, 4000, 4500)",
  fn = function(low, high, y, level)
    if low > high then
      fail("an interval needs low <= high, found %s and %s", core.number(low), core.number(high))
    end
    local parts = sum(interval(low, high, y, check_level(level)))
    return parts.score, parts
  end,
}

scores.wis = define {
  name = "muster.scores.wis", args = "median: number, intervals: table[], y: number", returns = "number, table",
  help = "Weighted interval score of a median and central intervals { low = , high = , level = } when y holds; with many "
    .. "intervals it nears the CRPS. The table has its parts: width, over, under.",
  example = "return muster.scores.wis(3500, { { low = 3000, high = 4000, level = 0.5 }, { low = 2000, high = 6000, level = 0.9 } }, 4500)",
  fn = function(median, intervals, y)
    local total, n = { width = 0, over = 0, under = 0 }, #intervals + 0.5
    total.over, total.under = math.max(0, median - y) / 2, math.max(0, y - median) / 2
    for i, part in ipairs(intervals) do
      if not (part.low and part.high and part.level) or part.low > part.high then
        fail("interval %d needs low <= high and a level", i)
      end
      local weight = (1 - check_level(part.level)) / 2
      for name, v in pairs(interval(part.low, part.high, y, part.level)) do
        total[name] = total[name] + weight * v
      end
    end
    for name, v in pairs(total) do
      total[name] = v / n
    end
    return sum(total).score, total
  end,
}

-- == whole distributions ===============================================================================

local function check_spread(sigma)
  if not (sigma > 0 and sigma < math.huge) then
    fail("sigma is above 0 and finite, found %s", core.number(sigma))
  end
end

scores.crps_normal = define {
  name = "muster.scores.crps_normal", args = "mu: number, sigma: number, y: number", returns = "number",
  help = "Continuous ranked probability score of a normal distribution when y holds, in the unit of y.",
  example = "return muster.scores.crps_normal(3500, 500, 4000)",
  fn = function(mu, sigma, y)
    check_spread(sigma)
    local z = (y - mu) / sigma
    local density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return sigma * (z * (2 * stats.normal(z) - 1) + 2 * density - 1 / math.sqrt(math.pi))
  end,
}

scores.crps_lognormal = define {
  name = "muster.scores.crps_lognormal", args = "mu: number, sigma: number, y: number", returns = "number",
  help = "Continuous ranked probability score of exp(normal(mu, sigma)) when y holds, in the unit of y.",
  example = "return muster.scores.crps_lognormal(math.log(3500), 0.2, 4000)",
  fn = function(mu, sigma, y)
    check_spread(sigma)
    local z = y > 0 and (math.log(y) - mu) / sigma or -math.huge
    local below = y > 0 and stats.normal(z) or 0
    local shifted = y > 0 and stats.normal(z - sigma) or 0
    return y * (2 * below - 1) - 2 * math.exp(mu + sigma * sigma / 2) * (shifted + stats.normal(sigma / math.sqrt(2)) - 1)
  end,
}

scores.crps_sample = define {
  name = "muster.scores.crps_sample", args = "sample: number[], y: number", returns = "number",
  help = "Continuous ranked probability score of equally likely draws when y holds: mean |x - y| less half the mean distance "
    .. "of two draws.",
  example = "return muster.scores.crps_sample({ 3000, 3500, 4200 }, 4000)",
  fn = function(sample, y)
    local n, x, near, apart = #sample, table.move(sample, 1, #sample, 1, {}), 0, 0
    if n == 0 then
      fail "a sample needs at least one draw"
    end
    table.sort(x)
    for i, v in ipairs(x) do
      near = near + math.abs(v - y)
      apart = apart + (2 * i - n - 1) * v        -- the sum of all |x[i] - x[j]| over i < j
    end
    return near / n - apart / (n * n)
  end,
}

-- == figures ===========================================================================================

-- Which quantiles a figure states: its finite ends. 0 below "up to x" is the end of all counts and says nothing.
local function stated(figure, level)
  local out, tail = {}, (1 - level) / 2
  if figure.low > 0 and figure.low > -math.huge then
    out[#out + 1] = { x = figure.low, tau = tail }
  end
  if figure.high < math.huge then
    out[#out + 1] = { x = figure.high, tau = 1 - tail }
  end
  return out
end

scores.figure = define {
  name = "muster.scores.figure",
  args = "figure: Quantity|table, y: number, options?: {level?: number, scale?: \"natural\"|\"log\"}", returns = "number, integer",
  help = "Score of a claim's figure (or { low = , high = }) when y holds: the mean quantile score of the ends that it states, "
    .. "and how many these are. 'More than x' states one and is not charged for the other; a figure without a finite end has "
    .. "no score (nil, 0). scale = 'log' scores log(1 + count): errors by a factor.",
  example = "return muster.scores.figure(muster.quantity{ qualifier = 'more_than', best = 6000 }, 6400, { scale = 'log' })",
  fn = function(figure, y, options)
    options = options or {}
    if type(figure) == "table" and not (type(figure.low) == "number" and type(figure.high) == "number") then
      fail "a figure is a quantity, or { low = , high = }"
    end
    local to, list = on_scale(options.scale), stated(figure, check_level(options.level))
    local total = 0
    for _, q in ipairs(list) do
      total = total + quantile(to(q.x), to(y), q.tau)
    end
    return #list > 0 and total / #list or nil, #list
  end,
}

return scores
