-- loo.lua - what a model predicts for what it did not see: muster.loo, muster.waic, muster.compare; and how much of a quantity is
-- prior: muster.power_scale.
local core = require "muster.core"
local draws = require "muster.base.draws"
local loo = require "muster.base.loo"
local registry = require "muster.base.registry"

local define, fail = registry.define, registry.fail

local sample = "local function wave(a, b)\n  local v = {}\n  for i = 1, 40 do v[i] = a + b * math.sin(i * i) end\n  return v\nend\n"
  .. "local ll = muster.draws{ chains = { { ['y[1]'] = wave(-1, 0.1), ['y[2]'] = wave(-2, 0.2), ['y[3]'] = wave(-1, 0.3) } } }\n"

-- The columns of log likelihood of a Draws, and their names.
local function log_lik(d)
  local s = draws.state(d)
  return s.columns, s.names, s.chains
end

local function values(by)
  if by == nil or core.class(by) == "Column" then
    return by
  end
  return table.move(by, 1, #by, 1, {})
end

-- A Column of log densities: given, or the name of a quantity, or a Draws whose columns add up.
local function density(s, given, option, guesses, what)
  if core.class(given) == "Column" then
    return given
  elseif core.class(given) == "Draws" then
    local other = draws.state(given)
    return core.draws_total(other.columns, other.chains)
  elseif given then
    return draws.column(s, given, what), given
  end
  for _, name in ipairs(guesses) do
    if s.at[name] then
      return s.columns[s.at[name]], name
    end
  end
  fail("%s: which are the log densities of the %s? Option '%s' takes the name of a quantity, a Column, or Draws that add up", what,
    option == "prior" and "priors" or "likelihood", option)
end

return function(muster)
  muster.loo = define {
    name = "muster.loo", args = "log_lik: Draws, options?: {by?: table|Column}", returns = "Loo",
    help = "How well a model predicts each row of its data from the others: leave-one-out by Pareto smoothed importance sampling. `log_lik` has "
      .. "a quantity for each row of data, its log likelihood at each draw. With `by`, a value for each row (its origin, say), all rows "
      .. "of a value are left out together. Fields elpd, se, p, p_se, ic (-2 elpd), ic_se, threshold and bad, the rows whose Pareto k is above it.",
    example = sample .. "return muster.loo(ll, { by = { 'a', 'a', 'b' } }).elpd",
    fn = function(d, options)
      local columns, names, chains = log_lik(d)
      return loo.new("loo", columns, names, chains, values(options and options.by), "muster.loo")
    end,
  }

  muster.waic = define {
    name = "muster.waic", args = "log_lik: Draws, options?: {by?: table|Column}", returns = "Loo",
    help = "The same by the widely applicable information criterion, which needs no weights, but is wrong without saying where rows are "
      .. "influential: `bad` has those whose effective number of parameters is above 0.4. Prefer muster.loo.",
    example = sample .. "return muster.waic(ll).ic",
    fn = function(d, options)
      local columns, names, chains = log_lik(d)
      return loo.new("waic", columns, names, chains, values(options and options.by), "muster.waic")
    end,
  }

  define {
    name = "Loo:table", args = "", returns = "Table",
    help = "A row for each row (or group) left out: elpd, its Monte Carlo error (mcse), effective parameters (p), log density with the row "
      .. "(lpd), Pareto k, effective draws (ess) and r_eff.",
    example = sample .. "return muster.loo(ll):table()",
    fn = loo.table,
  }

  muster.compare = define {
    name = "muster.compare", args = "models: table", returns = "Table",
    help = "Models by what they predict, best first: { name = Loo, ... } of the same data. `difference` is the elpd less that of the best, with "
      .. "the standard error of the difference; below about 4, or twice its error, it tells little. `bad` counts rows with a Pareto k that is too high.",
    example = sample .. "return muster.compare{ one = muster.loo(ll), other = muster.loo(ll) }",
    fn = function(models)
      local list = {}
      for name, one in pairs(models) do
        if core.class(one) ~= "Loo" then
          fail("muster.compare: '%s' is no result of muster.loo or muster.waic", tostring(name))
        end
        list[#list + 1] = { name = tostring(name), loo = one }
      end
      if #list < 2 then
        fail "muster.compare: it takes two models to compare"
      end
      table.sort(list, function(a, b) return a.name < b.name end)
      return loo.compare(list, "muster.compare")
    end,
  }

  muster.power_scale = define {
    name = "muster.power_scale",
    args = "d: Draws, options?: {prior?: string|Column|Draws, likelihood?: string|Column|Draws, names?: string[]}",
    returns = "Table, number, number",
    help = "How far each quantity moves when the priors, or the likelihood, count for a little more or less (cumulative Jensen-Shannon "
      .. "distance for each doubling; from 0.05 on it counts). `says`: informed by the data, mostly prior, prior and data pull apart, neither moves "
      .. "it. `prior` and `likelihood` are log densities at each draw: a quantity's name (lprior, log_lik), a Column, or Draws that add up. Then the "
      .. "Pareto k of both weights.",
    example = sample .. "local d = muster.draws{ chains = { { mu = wave(1, 1), lprior = wave(-1, 0.4), log_lik = wave(-9, 2) } } }\n"
      .. "return (muster.power_scale(d))",
    fn = function(d, options)
      options = options or {}
      local s, what = draws.state(d), "muster.power_scale"
      local prior, prior_name = density(s, options.prior, "prior", { "lprior", "log_prior" }, what)
      local likelihood, likelihood_name = density(s, options.likelihood, "likelihood", { "log_lik" }, what)
      local names = options.names and draws.select(s, options.names, what)
      if not names then
        names = {}
        for _, name in ipairs(s.names) do
          names[#names + 1] = name ~= prior_name and name ~= likelihood_name and name ~= "lp__" and name or nil
        end
      end
      if #names == 0 then
        fail("%s: there is no quantity besides the log densities", what)
      end
      return loo.power_scale(draws.columns(s, names), names, s.chains, prior, likelihood, what)
    end,
  }
end
