-- checks.lua - what a fit says of data: predictions, log likelihoods, leaving out, and how much of it is prior.
local core = require "muster.core"
local draws = require "muster.base.draws"
local fit = require "muster.model.fit"
local loo = require "muster.base.loo"
local names = require "muster.model.names"
local registry = require "muster.base.registry"

local define, fail = registry.define, registry.fail

-- Columns 1, 2 ... of a block under these names.
local function of_block(s, block, list)
  local columns = {}
  for k = 1, #list do
    columns[k] = core.block_column(block, k)
  end
  return draws.new { names = list, columns = columns, chains = s.chains, iterations = s.draws }
end

local function predicted_names(s)
  local list = {}
  for k, e in ipairs(names.index(s.about, true).list) do
    list[k] = e.name
  end
  return list
end

-- An outcome may be a vector: then there are fewer log likelihoods than numbers.
local function outcome_names(s)
  local list, known = {}, {}
  for _, q in ipairs(s.about.quantities) do
    for i = 1, q.role == "observed" and q.outcomes or 0 do
      local name = q.outcomes == 1 and q.name or q.outcomes == q.n and names.element(q, i) or ("%s[%d]"):format(q.name, i)
      known[name] = (known[name] or 0) + 1
      list[q.log_lik_at + i] = known[name] > 1 and ("%s (line %d)"):format(name, q.line) or name
    end
  end
  return list
end

-- Log likelihood of each outcome, and the log density of the priors, at each draw: made once.
local function likelihood(s)
  if not s.log_lik then
    s.log_lik, s.log_prior = core.posterior_rows(s.posterior, s.q, "log_lik", 0, 0)
  end
  return s.log_lik, s.log_prior
end

local function need_data(s, what)
  if #outcome_names(s) == 0 then
    fail("%s: the model observes nothing: no `~` has data on its left", what)
  end
end

define {
  name = "Fit:predict", args = "options?: {seed?: integer, threads?: integer}", returns = "Draws",
  help = "New data as the model would have made them, for each draw: a quantity for each number that was observed. Of a reported figure it is what "
    .. "the report is about. Of a fit of the prior it is what the prior expects to be seen.",
  example = "return " .. fit.example .. ":predict():summary()",
  fn = function(f, options)
    local s = fit.state(f)
    need_data(s, "Fit:predict")
    return of_block(s, fit.predicted(s, options and options.seed, options and options.threads), predicted_names(s))
  end,
}

define {
  name = "Fit:log_lik", args = "", returns = "Draws",
  help = "The log likelihood of each observed value at each draw, as muster.loo takes it.",
  example = "return " .. fit.example .. ":log_lik():summary()",
  fn = function(f)
    local s = fit.state(f)
    need_data(s, "Fit:log_lik")
    return of_block(s, (likelihood(s)), outcome_names(s))
  end,
}

for _, method in ipairs { "loo", "waic" } do
  define {
    name = "Fit:" .. method, args = "options?: {by?: table|Column}", returns = "Loo",
    help = "muster." .. method .. " of this fit: how well it predicts each row of its data from the others. With `by`, a value for each row (its "
      .. "origin, say), all rows of a value are left out together.",
    example = "return muster.model('mu ~ normal(0, 1); y ~ normal(mu, 1)'):sample{ data = { y = { 0.1, 0.9, -0.4 } }, warmup = 200, draws = 200 }:"
      .. method .. "().elpd",
    fn = function(f, options)
      local s = fit.state(f)
      need_data(s, "Fit:" .. method)
      local list, columns = outcome_names(s), {}
      local block = likelihood(s)
      for k = 1, #list do
        columns[k] = core.block_column(block, k)
      end
      local by = options and options.by
      return loo.new(method, columns, list, s.chains, type(by) == "table" and table.move(by, 1, #by, 1, {}) or by, "Fit:" .. method)
    end,
  }
end

define {
  name = "Fit:power_scale", args = "options?: {names?: string[]}", returns = "Table",
  help = "How much of each number is prior: how far it moves when the priors, or the likelihood, count for a little more or less (muster.power_scale). "
    .. "`says` puts it in words.",
  example = "return " .. fit.example .. ":power_scale()",
  fn = function(f, options)
    local s = fit.state(f)
    need_data(s, "Fit:power_scale")
    local block, prior = likelihood(s)
    local parts, columns, list = {}, {}, {}
    for k = 1, #outcome_names(s) do
      parts[k] = core.block_column(block, k)
    end
    for _, m in ipairs(fit.measured(s)) do
      list[#list + 1] = not m.constant and m.e or nil
    end
    local wanted = options and options.names and names.select(s.index, options.names, "Fit:power_scale") or list
    list = {}
    for k, e in ipairs(wanted) do
      columns[k], list[k] = core.block_column(s.values, e.at), e.name
    end
    return (loo.power_scale(columns, list, s.chains, core.block_column(prior, 1), core.draws_total(parts, s.chains), "Fit:power_scale"))
  end,
}
