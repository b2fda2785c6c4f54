-- Scores against their definitions: sums over draws, integrals over thresholds, arithmetic by hand; and that the truth
-- gets the least expected penalty.
local lu = require "lu"
local scores, stats = muster.scores, muster.stats
local q = muster.quantity

-- Equally spaced quantiles stand for a distribution: draws without chance.
local function draws(mu, sigma, n, to)
  local list = {}
  for i = 1, n do
    list[i] = (to or function(v) return v end)(mu + sigma * stats.normal_quantile((i - 0.5) / n))
  end
  return list
end

local function mean(list, fn)
  local sum = 0
  for _, v in ipairs(list) do
    sum = sum + fn(v)
  end
  return sum / #list
end

-- z and t to more places than a table of Pearson and Hartley (1966), table 12, prints
function TestScores_distributions()
  lu.assertAlmostEquals(stats.normal(1.959964), 0.975, 1e-7)
  lu.assertAlmostEquals(stats.normal(0), 0.5, 1e-15)
  lu.assertAlmostEquals(stats.normal_quantile(0.975), 1.959964, 1e-6)
  for _, case in ipairs { { 0.95, 1, 6.314 }, { 0.95, 4, 2.132 }, { 0.95, 10, 1.812 }, { 0.975, 20, 2.086 }, { 0.05, 4, -2.132 },
    { 0.95, 1e12, 1.645 } } do
    lu.assertAlmostEquals(stats.student_quantile(case[1], case[2]), case[3], 5e-4)
  end
  lu.fails("between 0 and 1, found 1", stats.student_quantile, 1, 4)
  lu.fails("degrees of freedom are above 0, found 0", stats.student_quantile, 0.5, 0)
  lu.fails("between 0 and 1, found 0", stats.normal_quantile, 0)
end

function TestScores_by_hand()
  lu.assertAlmostEquals(scores.log(0.9, true), 0.10536051565782628, 1e-15)
  lu.assertAlmostEquals(scores.log(0.9, false), 2.302585092994046, 1e-15)
  lu.assertEquals(scores.log(1, false), math.huge)
  lu.assertAlmostEquals(scores.brier(0.9, false), 0.81, 1e-15)
  -- 90 % interval 3,000-4,000: inside it costs its width, 500 beyond it 20 times that more
  lu.assertAlmostEquals((scores.interval(3000, 4000, 3500)), 1000, 1e-9)
  local score, parts = scores.interval(3000, 4000, 4500)
  lu.assertAlmostEquals(score, 11000, 1e-6)
  lu.assertAlmostEquals(parts.under, 10000, 1e-6)
  lu.assertEquals({ parts.width, parts.over }, { 1000, 0 })
  -- the interval score is 2 / alpha times the sum of both quantile scores / 2
  local low, high = scores.quantile(3000, 4500, 0.05), scores.quantile(4000, 4500, 0.95)
  lu.assertAlmostEquals((low + high) / 0.1, score, 1e-6)
  -- Bracher et al., eq. (2): (|y - m| / 2 + sum alpha_k / 2 IS_k) / (K + 1/2)
  local wis = scores.wis(3500, { { low = 3000, high = 4000, level = 0.5 } }, 4500)
  lu.assertAlmostEquals(wis, (500 + 0.25 * (1000 + 4 * 500)) / 1.5, 1e-9)
end

function TestScores_closed_forms_are_the_mean_over_draws()
  for _, y in ipairs { 1, 3.1, 4, 9 } do
    lu.assertAlmostEquals(scores.crps_normal(4, 1.5, y), scores.crps_sample(draws(4, 1.5, 4000), y), 2e-3)
    lu.assertAlmostEquals(scores.crps_lognormal(1.2, 0.4, y), scores.crps_sample(draws(1.2, 0.4, 4000, math.exp), y), 4e-3)
  end
  lu.assertAlmostEquals(scores.crps_lognormal(1.2, 0.4, 0), scores.crps_sample(draws(1.2, 0.4, 4000, math.exp), 0), 4e-3)
  -- three draws by hand: mean |x - y| = (1000 + 500 + 200) / 3, mean |x - x'| / 2 = 2 (500 + 700 + 1200) / 18
  lu.assertAlmostEquals(scores.crps_sample({ 3500, 3000, 4200 }, 4000), 1700 / 3 - 2400 / 9, 1e-9)
  -- the CRPS is the mean of the quantile scores over all tau
  local sum, n = 0, 2000
  for i = 1, n do
    local tau = (i - 0.5) / n
    sum = sum + scores.quantile(4 + 1.5 * stats.normal_quantile(tau), 5, tau) / n
  end
  lu.assertAlmostEquals(sum, scores.crps_normal(4, 1.5, 5), 1e-3)
  -- and many intervals near it
  local intervals = {}
  for i = 1, 199 do
    local half = 1.5 * stats.normal_quantile(0.5 + i / 400)
    intervals[i] = { low = 4 - half, high = 4 + half, level = i / 200 }
  end
  lu.assertAlmostEquals((scores.wis(4, intervals, 5)), scores.crps_normal(4, 1.5, 5), 5e-3)
end

-- Proper: the expected score is least where the statement is the truth.
local function best(candidates, score, outcomes)
  local least, at
  for _, c in ipairs(candidates) do
    local expected = mean(outcomes, function(y) return score(c, y) end)
    if not least or expected < least then
      least, at = expected, c
    end
  end
  return at
end

function TestScores_truth_is_best()
  local outcomes = draws(8, 0.3, 2000)
  local means, spreads = {}, {}
  for i = -10, 10 do
    means[#means + 1], spreads[#spreads + 1] = 8 + i * 0.03, 0.3 * 1.1 ^ i
  end
  lu.assertAlmostEquals(best(means, function(m, y) return scores.crps_normal(m, 0.3, y) end, outcomes), 8, 1e-9)
  lu.assertAlmostEquals(best(spreads, function(s, y) return scores.crps_normal(8, s, y) end, outcomes), 0.3, 1e-9)
  -- a one-sided statement: P(Y > x) = 95 % is best said of the 5 % quantile
  local shifts = {}
  for i = -20, 20 do
    shifts[#shifts + 1] = 8 + 0.3 * stats.normal_quantile(0.05) + i * 0.02
  end
  lu.assertAlmostEquals(best(shifts, function(x, y) return scores.quantile(x, y, 0.05) end, outcomes),
    8 + 0.3 * stats.normal_quantile(0.05), 0.011)
  local function figure(x, y)
    return (scores.figure({ low = x, high = math.huge }, y))
  end
  lu.assertAlmostEquals(best(shifts, figure, outcomes), 8 + 0.3 * stats.normal_quantile(0.05), 0.011)
  -- a probability of an event
  local function event(p, happened) return scores.log(p, happened == 1) end
  local happened = {}
  for i = 1, 100 do
    happened[i] = i <= 70 and 1 or 0
  end
  lu.assertEquals(best({ 0.5, 0.6, 0.7, 0.8, 0.9 }, event, happened), 0.7)
  lu.assertEquals(best({ 0.5, 0.6, 0.7, 0.8, 0.9 }, function(p, h) return scores.brier(p, h == 1) end, happened), 0.7)
end

function TestScores_of_figures()
  local more, range = q { qualifier = "more_than", best = 6000 }, q { qualifier = "range", low = 6001, high = 8000 }
  local one, n = scores.figure(more, 6400)
  lu.assertEquals(n, 1)
  lu.assertAlmostEquals(one, 2 * 0.05 * (6400 - 6001), 1e-9)
  local two, m = scores.figure(range, 6400)
  lu.assertEquals(m, 2)
  lu.assertAlmostEquals(two, (2 * 0.05 * 399 + 2 * 0.05 * 1600) / 2, 1e-9)
  -- too high is paid for: 19 times what the same distance costs on the right side
  lu.assertAlmostEquals((scores.figure(more, 6001 - 399)) / one, 19, 1e-9)
  -- up to x: nobody claimed a lower end
  lu.assertEquals(select(2, scores.figure(q { qualifier = "up_to", best = 12000 }, 11000)), 1)
  lu.assertNil((scores.figure({ low = 0, high = math.huge }, 5)))
  -- on the logarithmic scale a factor costs the same for small and large counts
  local function factor(x)
    return (scores.figure({ low = x, high = math.huge }, 2 * x, { scale = "log" }))
  end
  lu.assertAlmostEquals(factor(1e6), 2 * 0.05 * math.log(2), 1e-6)
  lu.assertAlmostEquals(factor(1e6), factor(1e7), 1e-6)
end

function TestScores_messages()
  lu.fails("a level is between 0 and 1, found 90", scores.interval, 1, 2, 3, 90)
  lu.fails("low <= high", scores.interval, 2, 1, 3)
  lu.fails("sigma is above 0", scores.crps_normal, 0, 0, 1)
  lu.fails("a probability is 0 to 1", scores.log, 1.5, true)
end

os.exit(lu.run())
