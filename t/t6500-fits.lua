-- Fits of models whose posterior is known in closed form, and the ways to ask for them.
local lu = require "lu"

local beta = muster.model "theta ~ beta(1, 1); k ~ binomial(n, theta)"
local small = { data = { k = 7, n = 10 }, warmup = 300, draws = 500, seed = 3 }

local function with(more)
  local o = {}
  for _, t in ipairs { small, more or {} } do
    for k, v in pairs(t) do
      o[k] = v
    end
  end
  return o
end

local function same(a, b)
  lu.assertEquals(a:values(), b:values())
end

-- theta given 7 of 10 is Beta(8, 4): mean 2/3, variance 32 / (144 * 13).
function TestFit_beta_binomial()
  local f = beta:sample(small)
  local t = f:summary()
  lu.assertEquals(t:column "name"[1], "theta")
  lu.assertTrue(math.abs(t:column "mean"[1] - 2 / 3) < 5 * t:column "mcse_mean"[1])
  lu.assertAlmostEquals(t:column "sd"[1], math.sqrt(32 / (144 * 13)), 0.01)
  lu.assertEquals({ f.chains, f.draws, f.divergences, #f:column "theta" }, { 4, 500, 0, 2000 })
  lu.assertEquals(f:verdict().status, "usable")
end

-- The summary of a fit is that of its draws, in numbers and in print.
function TestFit_summary_is_that_of_draws()
  local f = beta:sample(small)
  local d = muster.draws(f:table { names = { "theta" } }, { names = { "theta" } })
  for _, o in ipairs { {}, { quantiles = { 0.1, 0.5 } }, { digits = "all" } } do
    lu.assertEquals(tostring(f:summary(o)), tostring(d:summary(o)))
    lu.assertEquals(f:summary(o):names(), d:summary(o):names())
  end
  lu.assertEquals(f:summary():column("mean"):values(), d:summary():column("mean"):values())
end

function TestFit_same_bits_for_threads_and_parts()
  local whole = beta:sample(with { draws = 800, threads = 1 })
  local parts = beta:sample(with { draws = 300, threads = 2 }):continue { draws = 500 }
  same(whole:column "theta", parts:column "theta")
end

function TestFit_until_precise()
  local f = beta:sample(with { draws = 100, until_mcse = { theta = 0.002 }, max_draws = 20000 })
  lu.assertTrue(f.draws > 100 and f.draws < 20000)
  lu.assertTrue(f:summary():column "mcse_mean"[1] <= 0.002)
end

-- What was not reached is said.
function TestFit_not_precise_enough()
  local f = beta:sample(with { draws = 500, until_mcse = { theta = 1e-6 }, max_draws = 1000 })
  lu.assertEquals({ f.draws, f:verdict().status }, { 1000, "with care" })
  lu.assertStrContains(f:verdict().text, "the Monte Carlo error of theta is")
  lu.assertEquals(f:verdict().problems[1].name, "theta")
end

-- Only a + b is known: the verdict names both, and what to do.
function TestFit_two_that_cannot_be_told_apart()
  local f = muster.model "a ~ normal(0, 1000); b ~ normal(0, 1000); y ~ normal(a + b, 1)":sample { data = { y = { 1, 2, 3 } }, warmup = 200, draws = 100 }
  local text = f:verdict().text:gsub("%s+", " ")
  lu.assertStrContains(text, "the data hardly tell a from b (correlation -1.000)")
end

function TestFit_says_what_is_wrong_with_options()
  lu.fails("option 'draws': expected 1 or more, found -1", beta.sample, beta, with { draws = -1 })
  lu.fails("expected a list of values", beta.sample, beta, with { data = { k = { first = 7 }, n = 10 } })
  local ok, message = pcall(beta.sample, beta, { data = { 7, 10 } })
  lu.assertFalse(ok)
  lu.assertStrContains(message, "data are given by name")
end

-- The top of Beta(8, 4) is 7/10, its log integral that of the beta function times the binomial coefficient: 1/11.
function TestFit_top_and_laplace()
  local o = beta:optimize { data = small.data }
  lu.assertTrue(o.converged)
  lu.assertAlmostEquals(o.values.theta, 0.7, 1e-6)
  local l = beta:laplace { data = small.data, draws = 2000 }
  lu.assertAlmostEquals(l:summary():column "mean"[1], 2 / 3, 0.02)
  lu.assertAlmostEquals(l.log_evidence, math.log(1 / 11), 0.05)
end

-- The prior predictive of a uniform share is uniform on 0 ... n.
function TestFit_prior()
  local p = beta:prior { data = small.data, draws = 4000 }
  lu.assertAlmostEquals(p:summary():column "mean"[1], 0.5, 0.02)
  local counts = {}
  for _, k in ipairs(p:predict():column("k"):values()) do
    counts[k] = (counts[k] or 0) + 1
  end
  for k = 0, 10 do
    lu.assertTrue(math.abs((counts[k] or 0) - 4000 / 11) < 5 * math.sqrt(4000 / 11))
  end
end

-- Data come in many forms, with one meaning.
function TestFit_forms_of_data()
  local text = "b[2] ~ normal(0, 1); y ~ normal(matvec(X, b), 1)"
  local t = muster.table { x1 = { 1, 1, 1 }, x2 = { 0.5, -1, 2 }, y = { 1, 0, 2 } }
  local o = function(data) return { data = data, warmup = 100, draws = 50, chains = 1, seed = 2 } end
  local m = muster.model(text)
  local first = m:sample(o { X = { { 1, 0.5 }, { 1, -1 }, { 1, 2 } }, y = { 1, 0, 2 } }):column "b[2]"
  same(first, m:sample(o { X = muster.matrix(t, { "x1", "x2" }), y = t:column "y" }):column "b[2]")
  same(first, m:sample(o { X = muster.matrix(t, { "x2" }, { intercept = true }), table = t }):column "b[2]")
end

function TestFit_levels_of_text()
  local m = muster.model "theta[3] ~ normal(0, 1); y ~ normal(theta[g], 1)"
  local f = m:sample { data = { g = { "nis", "hur", "nis", "jcs" }, y = { 1, 2, 3, 4 } }, warmup = 100, draws = 50, chains = 1 }
  lu.assertEquals(#f:column "theta[2]", 50)
end

function TestFit_refuses()
  lu.fails("did you mean 'draws'", beta.sample, beta, { data = small.data, drws = 3 })
  lu.fails("option 'metric'", beta.sample, beta, with { metric = "round" })
  lu.fails("between 0 and 1", beta.sample, beta, with { adapt_delta = 2 })
  lu.fails("no parameter 'thta'; did you mean 'theta'", beta.sample, beta, with { init = { thta = 0.5 } })
  lu.fails("row 2 has 1 values, the first has 2", beta.sample, beta, with { data = { k = { { 1, 2 }, { 3 } }, n = 1 } })
  lu.fails("did you mean 'theta'", function() beta:sample(small):column "thetta" end)
  lu.fails("no picture 'traces'; did you mean 'trace'", function() beta:sample(small):plot "traces" end)
  lu.fails("line 1, column", muster.model, "theta ~ beta(1,")
end

-- A funnel at a step size that is too large: the verdict says so, on the picture too.
function TestFit_not_usable_is_said_everywhere()
  local m = muster.model "tau ~ normal(0, 3); x[9] ~ normal(0, exp(tau))"
  local f = m:sample { warmup = 100, draws = 200, adapt_delta = 0.6 }
  local v = f:verdict()
  lu.assertEquals(v.status, "not usable")
  lu.assertStrContains(v.text, "try:")
  lu.assertStrContains(f:plot("pairs", { names = { "tau", "x[1]" } }):script(), "NOT USABLE")
end

function TestFit_pictures()
  local f = beta:sample(small)
  for _, kind in ipairs { "trace", "rank", "density", "interval", "predictive" } do
    lu.assertStrContains(f:plot(kind):script(), "plot")
  end
end

-- Of many rows: the observed density, and a band of replicated ones that is drawn from left to right once.
function TestFit_picture_of_many_rows()
  local y = muster.stats.draw("normal", { 0, 1 }, { n = 100, seed = 4 })
  local f = muster.model "m ~ normal(0, 1); y ~ normal(m, 1)":sample { data = { y = y }, warmup = 200, draws = 200 }
  local script, numbers = f:plot("predictive"):script()
  local turns, last = 0, nil
  for line in numbers:gmatch "[^\n]+" do
    local x = tonumber(line:match "^%S+")
    turns = turns + (x and last and x < last and 1 or 0)
    last = x or last
  end
  lu.assertStrContains(script .. numbers, "replicated, 90 %")
  lu.assertTrue(turns <= 3, turns .. " turns")
end

-- Beside a number in thousands a share is a point: it is left out, and named.
function TestFit_picture_names_what_is_too_narrow()
  local f = muster.model "n ~ normal(1000, 100); share ~ beta(2, 2); y ~ normal(n, 100)":sample { data = { y = { 900 } }, warmup = 200, draws = 200 }
  lu.assertStrContains(f:plot("interval"):script(), "Too narrow to be seen on this axis: share")
  lu.assertFalse(f:plot("interval", { names = { "n", "share" } }):script():find("Too narrow", 1, true) ~= nil)
end

-- Posteriors of the model that made the data rank the truth evenly; those of another prior do not.
function TestCalibrate_right_and_wrong()
  local right = muster.calibrate(beta, { data = { n = 10, k = 0 }, worlds = 100, draws = 49, warmup = 150 })
  lu.assertTrue(right.uniform)
  local shifted = muster.calibrate(muster.model "theta ~ beta(1, 1); k ~ binomial(n, theta)", { data = { n = 10, k = 0 }, worlds = 100, draws = 49,
    warmup = 150, observe = function(drawn) return { k = math.min(10, drawn.k + 3) } end })
  lu.assertEquals(shifted.quantities[1].says, "biased high")
end

os.exit(lu.run())
