-- muster.loo, waic, compare and power_scale: against what the R package loo 2.5.1 gave for the same log likelihoods
-- (t/cases/loo.test), and in words.
local lu = require "lu"

local T = os.getenv "T" or "t"

local cases, power = {}, { prior = {}, likelihood = {} }
for line in io.lines(T .. "/cases/loo.test") do
  local what, file, name, rest = line:match "^(%a+) (%S+) (%S+) (.+)$"
  local of, quantity, value = line:match "^power %S+ (%S+) (%S+) (%S+)"
  if of then
    power[of][quantity] = tonumber(value)
  elseif what then
    local v = {}
    for word in rest:gmatch "%S+" do
      v[#v + 1] = word == "inf" and math.huge or tonumber(word)
    end
    cases[what .. " " .. file .. " " .. name] = v
  end
end

local sets = {}
local function draws_of(file)
  sets[file] = sets[file] or muster.draws(muster.load(("%s/data/%s.csv"):format(T, file)))
  return sets[file]
end

local function close(got, wanted, what)
  lu.assertAlmostEquals(got, wanted, 1e-9 * math.max(1, math.abs(wanted)), what)
end

local by = {}
for i = 1, 24 do
  by[i] = (i - 1) % 4 + 1
end

function TestLoo_rows_and_totals()
  for _, file in ipairs { "log-lik", "log-lik-student" } do
    local l, w = muster.loo(draws_of(file)), muster.waic(draws_of(file))
    local want = cases["total " .. file .. " -"]
    for i, v in ipairs { l.elpd, l.se, l.p, l.p_se, w.elpd, w.se, w.p, w.p_se } do
      close(v, want[i], file .. " total " .. i)
    end
    close(l.ic, -2 * want[1])
    close(w.ic_se, 2 * want[6])
    for i, row in l:table():rows() do
      want = cases[("row %s %s"):format(file, row.row)]
      close(row.elpd, want[1], row.row)
      close(row.p, want[3], row.row)
      close(w:table()[i].elpd, want[7], row.row)
      close(w:table()[i].p, want[8], row.row)
      if want[4] < math.huge then
        close(row.mcse, want[2], row.row)
        close(row.k, want[4], row.row)
        close(row.ess, want[5], row.row)
        close(row.r_eff, want[6], row.row)
      else
        lu.assertEquals(row.k, -math.huge)
      end
    end
  end
end

function TestLoo_groups()
  for _, file in ipairs { "log-lik", "log-lik-student" } do
    local l = muster.loo(draws_of(file), { by = by })
    lu.assertEquals(l:table():names()[1], "group")
    for _, row in l:table():rows() do
      local want = cases[("group %s %s"):format(file, row.group)]
      close(row.elpd, want[1])
      close(row.k, want[4])
      close(row.r_eff, want[6])
    end
  end
  -- groups of one row each are rows
  local names = draws_of("log-lik"):quantities()
  close(muster.loo(draws_of "log-lik", { by = names }).elpd, muster.loo(draws_of "log-lik").elpd)
  local column = muster.table({ by = by }):column "by"
  close(muster.loo(draws_of "log-lik", { by = column }).elpd, muster.loo(draws_of "log-lik", { by = by }).elpd)
end

-- Sums of log likelihoods far below what exp() can hold: elpd moves by the constant, nothing else does.
function TestLoo_of_tiny_likelihoods()
  local t, columns = draws_of("log-lik-student"):table(), {}
  for i, name in ipairs(draws_of("log-lik-student"):quantities()) do
    local v = t:column(name):values()
    for k = 1, #v do
      v[k] = v[k] - 3000
    end
    columns[name] = i <= 2 and v or nil
  end
  local chains = t:column "chain"
  columns.chain = chains
  local low = muster.loo(muster.draws(muster.table(columns)), { by = { 1, 1 } }):table()[1]
  local high = muster.loo(muster.draws(t, { names = { "row1", "row2" } }), { by = { 1, 1 } }):table()[1]
  lu.assertAlmostEquals(low.elpd, high.elpd - 6000, 1e-7)
  lu.assertAlmostEquals(low.k, high.k, 1e-7)
  lu.assertAlmostEquals(low.mcse, high.mcse, 1e-7)
  lu.assertAlmostEquals(low.r_eff, high.r_eff, 1e-7)
end

function TestLoo_in_words()
  local l = muster.loo(draws_of "log-lik")
  lu.assertEquals(l.bad, { "row5", "row20" })
  lu.assertAlmostEquals(l.threshold, 1 - 1 / math.log(600, 10), 1e-12)
  local text = tostring(l)
  lu.assertStrContains(text, "From 600 draws of the log likelihood of 24 rows\n")
  lu.assertStrContains(text, "elpd_loo     -53.6   9.2\np_loo          7.1   5.3\nlooic        107.2  18.4")
  lu.assertStrContains(text, "2 rows of 24 have a Pareto k above 0.64: row5, row20.")
  text = tostring(muster.loo(draws_of "log-lik-student", { by = by }))
  lu.assertStrContains(text, "24 rows in 4 groups, left out one group at a time")
  lu.assertStrContains(text, "All Pareto k are at most 0.64")
  lu.assertStrContains(tostring(muster.waic(draws_of "log-lik")), "In 2 rows the effective number of parameters is above 0.4")
end

function TestCompare()
  local normal, student = muster.loo(draws_of "log-lik"), muster.loo(draws_of "log-lik-student")
  local t = muster.compare { ["log-lik"] = normal, ["log-lik-student"] = student }
  local want = cases["compare log-lik-student log-lik"]
  lu.assertEquals({ t[1].model, t[2].model }, { "log-lik-student", "log-lik" })
  lu.assertEquals({ t[1].difference, t[1].se }, { 0.0, 0.0 })
  close(t[2].difference, want[1])
  close(t[2].se, want[2])
  lu.assertEquals({ t[1].bad, t[2].bad }, { 0, 2 })
  lu.fails("two models", muster.compare, { a = normal })
  lu.fails("'a' is no result", muster.compare, { a = 3, b = normal })
  lu.fails("they do not compare", muster.compare, { a = normal, b = muster.loo(draws_of "log-lik", { by = by }) })
  lu.fails("they do not compare", muster.compare, { a = normal, b = muster.waic(draws_of "log-lik") })
end

function TestPower_scale()
  local d = draws_of "log-lik-draws"
  local t, k_prior, k_likelihood = muster.power_scale(d, { prior = "prior", likelihood = "likelihood" })
  for _, row in t:rows() do
    if row.name ~= "fixed" then
      close(row.prior, power.prior[row.name])
      close(row.likelihood, power.likelihood[row.name])
    end
  end
  lu.assertEquals(t:column("name"):values(), { "a", "b", "sigma", "fixed", n = 4 })
  lu.assertEquals(t:column("says"):values(), { "informed by the data", "informed by the data", "prior and data pull apart", "constant", n = 4 })
  close(k_prior, 0.08667725724918815)
  close(k_likelihood, 0.32175855196129183)
  local sum = muster.power_scale(d, { prior = d:column "prior", likelihood = draws_of "log-lik", names = { "b" } })
  lu.assertAlmostEquals(sum[1].likelihood, t[2].likelihood, 1e-3)      -- the file of rows has one row more, a constant, and 8 digits
  lu.fails("Option 'prior' takes", muster.power_scale, d)
  lu.fails("no draws of 'priior'; did you mean 'prior'?", muster.power_scale, d, { prior = "priior" })
end

-- normal data with a normal prior, in closed form: each draw is exact, so nothing is random.
function TestPower_scale_says_what_is_prior()
  local n, theta, wide, tight, flat = 4000, {}, {}, {}, {}
  local stats = muster.stats
  for i = 1, n do
    -- van der Corput's order, so that chains do not trend
    local u, base, k = 0, 0.5, i
    while k > 0 do
      u, base, k = u + base * (k % 2), base / 2, k // 2
    end
    theta[i] = stats.normal_quantile(u)
    wide[i], tight[i], flat[i] = -0.5 * (theta[i] / 100) ^ 2, -0.5 * theta[i] ^ 2, -0.5 * (theta[i] / 80) ^ 2
  end
  local function says(prior, likelihood)
    local d = muster.draws { chains = { { theta = theta, lprior = prior, log_lik = likelihood } } }
    return muster.power_scale(d)[1].says
  end
  lu.assertEquals(says(wide, tight), "informed by the data")
  lu.assertEquals(says(tight, wide), "mostly prior")
  lu.assertEquals(says(tight, tight), "prior and data pull apart")
  lu.assertEquals(says(wide, flat), "neither moves it")
end

function TestLoo_of_few_draws_says_so()
  local d = muster.draws { chains = { { y = { -1, -2, -1.5, -1.2 } } } }
  lu.assertStrContains(tostring(muster.loo(d)), "Too few draws to tell whether the estimate can be trusted: there are 4")
  lu.assertEquals(muster.loo(d).bad, { "y" })
end

function TestErrors()
  local d = muster.draws { chains = { { ["y[1]"] = { -1, -2, -1.5 }, ["y[2]"] = { -1, -1 / 0, -2 } } } }
  lu.fails("muster.loo: the log likelihood of 'y[2]' at draw 2 is -inf: it has to be finite", muster.loo, d)
  lu.fails("the log likelihood of group 'x' at draw 2", muster.loo, d, { by = { "x", "x" } })
  lu.fails("`by` has 1 values for 2 rows", muster.loo, d, { by = { "x" } })
  lu.fails("the log density of the priors at draw 2 is -inf", muster.power_scale, d, { prior = "y[2]", likelihood = "y[1]", names = { "y[1]" } })
end

os.exit(lu.run())
