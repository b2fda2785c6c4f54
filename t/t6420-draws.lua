-- The class Draws: out of tables of any sampler, and its summaries against values that R's posterior gave for the same draws.
local lu = require "lu"
local digits = require "muster.base.digits"

local T = os.getenv "T" or "t"

-- t/cases/draws.test by "file quantity measure probability".
local expected = {}
for line in io.lines(T .. "/cases/draws.test") do
  local key, value = line:match "^(%S+ %S+ %S+ %S+) (%S+)$"
  if key and not line:find "^#" then
    expected[key] = value == "inf" and math.huge or tonumber(value) or false
  end
end

local function want(...)
  local v = expected[table.concat({ ... }, " ")]
  assert(v ~= nil, "no such case: " .. table.concat({ ... }, " "))
  return v or nil
end

local function close(got, wanted, what)
  if wanted == nil or wanted == math.huge or got == nil then
    lu.assertEquals(got, wanted, what)
  else
    lu.assertAlmostEquals(got, wanted, 1e-9 * math.max(1e-12, math.abs(wanted)), what)
  end
end

local function load_set(file)
  return muster.load(("%s/data/%s.csv"):format(T, file))
end

local columns = { mean = { "mean", "-" }, sd = { "sd", "-" }, q5 = { "quantile", "0.05" }, q50 = { "quantile", "0.5" },
  q95 = { "quantile", "0.95" }, ess_bulk = { "ess_bulk", "-" }, ess_tail = { "ess_tail", "-" }, rhat = { "rhat", "-" },
  mcse_mean = { "mcse_mean", "-" } }

function TestSummary_is_that_of_posterior()
  for _, file in ipairs { "draws", "draws-odd", "draws-one", "draws-short" } do
    local d = muster.draws(load_set(file))
    local s = d:summary { digits = "all" }
    lu.assertEquals(#s, 15)
    for _, row in s:rows() do
      for column, case in pairs(columns) do
        close(row[column], want(file, row.name, case[1], case[2]), file .. " " .. row.name .. " " .. column)
      end
    end
  end
end

function TestDiagnose_is_that_of_posterior()
  local d = muster.draws(load_set "draws")
  for _, name in ipairs(d:quantities()) do
    local all = d:diagnose(name)
    for _, m in ipairs { "mean", "sd", "mad", "rhat", "rhat_basic", "ess_bulk", "ess_tail", "ess_mean", "ess_sd", "mcse_mean", "mcse_sd" } do
      close(all[m], want("draws", name, m, "-"), name .. " " .. m)
    end
    close(all.ess_median, want("draws", name, "ess_quantile", "0.5"))
    close(all.mcse_median, want("draws", name, "mcse_quantile", "0.5"))
    local q, mcse, ess = d:quantile(name, 0.05)
    close(q, want("draws", name, "quantile", "0.05"))
    close(mcse, want("draws", name, "mcse_quantile", "0.05"))
    close(ess, want("draws", name, "ess_quantile", "0.05"))
  end
end

function TestCheck_names_the_worst()
  local c = muster.draws(load_set "draws"):check()
  lu.assertEquals({ c.rhat.name, c.ess_bulk.name, c.constant, c.unusable, c.draws }, { "stuck", "stuck", { "constant" }, {}, 480 })
  lu.assertEquals(c.ess_tail.name, "wide")
  lu.assertNil(c.ebfmi)
  local v = { 1, 2, 4, 3, 5, 9, 2, 1 }
  local own = muster.draws { chains = { { mu = v, energy__ = { 1, 2, 4, 1, 2, 4, 1, 2 }, divergent__ = { 0, 0, 1, 0, 0, 1, 0, 0 }, lp__ = v } } }
  lu.assertEquals(own:quantities(), { "lp__", "mu" })
  -- steps 1 2 -3 1 2 -3 1: 29 over 8; mean 17 / 8, squares 47 - 17^2 / 8, over 7
  lu.assertAlmostEquals(own:check().ebfmi[1], (29 / 8) / ((47 - 17 ^ 2 / 8) / 7), 1e-12)
  lu.assertEquals(own:check().divergences, 2)
end

-- == where draws come from ================================================================================

-- The same draws in several forms.
function TestDraws_forms_agree()
  local a, b = { 1.5, 2.5, 0.5, 1.0 }, { 2.0, 3.0, 1.0, 0.0 }
  local wanted = { { 1.5, 2.5, 0.5, 1.0 }, { 2.0, 3.0, 1.0, 0.0 } }
  local forms = {
    muster.draws { chains = { { mu = a }, { mu = b } } },
    muster.draws { chains = { muster.table { mu = a }, muster.table { mu = b } } },
    muster.draws(muster.table { mu = { 1.5, 2.5, 0.5, 1.0, 2.0, 3.0, 1.0, 0.0 }, chain = { 1, 1, 1, 1, 2, 2, 2, 2 } }),
    -- rows in any order; R's posterior numbers draws over all chains too
    muster.draws(muster.table { mu = { 0.0, 1.0, 3.0, 0.5, 2.0, 2.5, 1.0, 1.5 }, [".chain"] = { 2, 1, 2, 1, 2, 1, 2, 1 },
      [".iteration"] = { 4, 4, 2, 3, 1, 2, 3, 1 }, [".draw"] = { 8, 4, 6, 3, 5, 2, 7, 1 } }),
    muster.draws(muster.table { mu = { 2.5, 1.5, 0.5, 1.0, 2.0, 3.0, 1.0, 0.0 }, run = { "x", "x", "x", "x", "y", "y", "y", "y" },
      n = { 20, 10, 30, 40, 1, 2, 3, 4 } }, { chain = "run", draw = "n" }),
  }
  for i, d in ipairs(forms) do
    lu.assertEquals(d:array "mu", wanted, "form " .. i)
    lu.assertEquals({ d.chains, d.iterations }, { 2, 4 })
  end
  lu.assertEquals(muster.draws(forms[1]:table()):array "mu", wanted)
  lu.assertEquals(muster.draws(muster.table { mu = a }).chains, 1)
  lu.assertEquals(#forms[1]:column "mu", 8)
end

function TestDraws_names_of_stan()
  local d = muster.draws { chains = { { ["theta.1"] = { 1, 2 }, ["b.2.3"] = { 3, 4 }, stepsize__ = { 1, 1 }, ["x.y"] = { 1, 2 } } } }
  lu.assertEquals(d:quantities(), { "b[2,3]", "theta[1]", "x.y" })
  lu.assertEquals(d:summary({ names = { "theta" } }):column("name")[1], "theta[1]")
end

function TestDraws_cut_to_the_shortest()
  local d = muster.draws { chains = { { mu = { 1.0, 2.0, 3.0 } }, { mu = { 5.0, 6.0, 7.0, 8.0, 9.0 } } } }
  lu.assertEquals(d:array "mu", { { 1, 2, 3 }, { 5, 6, 7 } })
  lu.assertEquals(d.notes, { "the chains have 3, 5 draws: the first 3 of each are kept" })
  lu.assertStrContains(tostring(d), "the chains have 3, 5 draws")
end

function TestDraws_errors()
  local t = muster.table { mu = { 1.0, 2.0 }, place = { "a", "b" } }
  lu.fails("column 'place' is of type string", muster.draws, t)
  lu.assertEquals(muster.draws(t, { names = { "mu" } }):quantities(), { "mu" })
  lu.fails("the table has no column 'nu'; did you mean 'mu'?", muster.draws, t, { names = { "nu" } })
  lu.fails("option 'chain': the table has no column 'chian'", muster.draws, t, { chain = "chian" })
  lu.fails("there are no chains", muster.draws, { chains = {} })
  lu.fails("there are no draws", muster.draws, { chains = { { mu = {} } } })
  lu.fails("chain 2 has no 'tau'", muster.draws, { chains = { { mu = { 1 }, tau = { 1 } }, { mu = { 1 } } } })
  lu.fails("chain 2 has quantities", muster.draws, { chains = { { mu = { 1 } }, { mu = { 1 }, tau = { 1 } } } })
  lu.fails("no field 'chain'; did you mean 'chains'?", muster.draws, { chains = {}, chain = 1 })
  lu.fails("rows 1 and 3 are the same draw of one chain", muster.draws, muster.table { mu = { 1, 2, 3 }, draw = { 1, 2, 1 } })
  lu.fails("'theta.1' and 'theta[1]' are the same quantity", muster.draws, { chains = { { ["theta.1"] = { 1 }, ["theta[1]"] = { 2 } } } })
  local d = muster.draws { chains = { { sigma = { 1.0, 2.0 } } } }
  lu.fails("no draws of 'sigmma'; did you mean 'sigma'?", d.column, d, "sigmma")
  lu.fails("a quantile is between 0 and 1", d.summary, d, { quantiles = { 5 } })
  lu.fails("no draws of 'x'", d.summary, d, { names = { "x" } })
end

-- == digits ===============================================================================================

function TestDigits_stop_where_the_error_begins()
  for _, case in ipairs {
    { 4.4105, 0.07, "4.4" }, { 4.4105, 0.04, "4.41" }, { 4.4105, 0.004, "4.410" }, { 11234.5, 25, "11230" }, { 11234.5, 60, "11200" },
    { -0.04, 0.07, "0.0" }, { -0.46, 0.07, "-0.5" }, { 0.000012345, 1e-7, "1.23e-05" }, { 1e-9, 1e-6, "0" }, { 3, 0, "3" },
    { 123456.789, nil, "1.235e+05" }, { math.huge, 1, "inf" }, { 9.99, 0.2, "10.0" }, { 0.5, 40, "0" }, { 77, 40, "80" },
  } do
    lu.assertEquals(digits.text(case[1], case[2]), case[3])
  end
  lu.assertEquals(digits.text(nil), "-")
end

-- What is printed of a mean lies within its Monte Carlo error of the mean itself; the table has it whole.
function TestSummary_prints_within_the_error()
  local d = muster.draws(load_set "draws")
  local t, seen = d:summary(), 0
  local printed = {}
  for line in tostring(t):gmatch "[^\n]+" do
    local name, mean = line:match "^(%S+)%s+(%S+)"
    printed[name or ""] = tonumber(mean)
  end
  for _, row in t:rows() do
    if row.mcse_mean then
      seen = seen + 1
      lu.assertTrue(math.abs(printed[row.name] - row.mean) <= row.mcse_mean * (1 + 1e-9), row.name)
    end
  end
  lu.assertTrue(seen > 10)
  lu.assertEquals(tostring(d:summary { names = { "moderate" }, quantiles = { 0.05 } }),
    "          mean   sd   5 %  ESS bulk  tail  R-hat\nmoderate  50.1  3.0  45.2       148   204  1.003")
  lu.assertStrContains(tostring(d:summary { digits = "all" }), "50.05328958")
  lu.fails("option 'digits'", d.summary, d, { digits = "some" })
end

function TestPrint_says_what_is_worst()
  local text = tostring(muster.draws(load_set "draws"))
  lu.assertStrContains(text, "4 chains of 120 draws, 15 quantities")
  lu.assertStrContains(text, "constant              2.5  constant")
  lu.assertStrContains(text, "largest R-hat inf (stuck), smallest effective sample size 4 (stuck) in the bulk, 42 (wide) in the tails")
end

-- == reference draws ======================================================================================

-- Means, sds and quantiles of thinned draws lie about those of all draws, and the chains agree, as their authors say.
function TestReference_draws_of_posteriordb()
  local folder = (os.getenv "ROOT" or T .. "/..") .. "/../shared/data/reference/posteriordb/"
  local f = io.open(folder .. "summary.csv")
  if not f then
    lu.skip("no reference draws beside the repository")
  end
  f:close()
  local seen, worst = 0, 0
  local by = {}
  for _, row in muster.load(folder .. "summary.csv"):rows() do
    by[row.posterior] = by[row.posterior] or {}
    by[row.posterior][row.parameter] = row
  end
  for posterior, parameters in pairs(by) do
    local s = muster.draws(muster.load(("%sdraws_thinned/%s.csv"):format(folder, posterior))):summary { digits = "all" }
    for _, row in s:rows() do
      local all = parameters[row.name]
      if all then
        seen = seen + 1
        worst = math.max(worst, math.abs(row.mean - all.mean) / row.mcse_mean)
        lu.assertTrue(row.rhat < 1.05 and row.ess_bulk > 400, posterior .. " " .. row.name)
        lu.assertTrue(math.abs(row.sd / all.sd - 1) < 0.15, posterior .. " " .. row.name)
      end
    end
  end
  lu.assertTrue(seen > 100, seen .. " parameters")
  lu.assertTrue(worst < 4.5, ("the mean of thinned draws is %.1f standard errors off"):format(worst))
end

os.exit(lu.run())
