-- run.lua - models at work: chains, draws of the prior, the top of the density and the normal distribution at it.
local core = require "muster.core"
local data = require "muster.model.data"
local fit = require "muster.model.fit"
local names = require "muster.model.names"
local registry = require "muster.base.registry"

local define, fail = registry.define, registry.fail
local run = {}

-- Data under a name that the model does not have are told: a misspelt name makes an unknown of what was observed.
local function tell_unused(model, given)
  local words, known = {}, {}
  for word in model:text():gsub("%-%-[^\n]*", ""):gmatch "[%a_][%w_]*" do
    if not known[word] then
      words[#words + 1], known[word] = word, true
    end
  end
  local names_given = {}
  for name in pairs(core.class(given) ~= "Table" and given or {}) do
    names_given[#names_given + 1] = tostring(name)
  end
  table.sort(names_given)
  for _, name in ipairs(names_given) do
    if not known[name] and core.class(given[name]) ~= "Table" then
      core.complain(("data '%s' is not in the model%s"):format(name, registry.suggest(name, words)))
    end
  end
end

local function bind(model, given, flags)
  local list = data.list(given)
  tell_unused(model, given)
  local posterior = core.model_bind(model, list, flags)
  local about = core.posterior_about(posterior)
  return posterior, about
end
run.bind = bind

-- == starts ================================================================================================

-- q of what `values` names; what it does not name begins in the middle, at 0 of the unconstrained scale.
local function start_of(posterior, about, values, what)
  return core.posterior_unconstrain(posterior, names.row(about, core.posterior_middle(posterior), values, what))
end

-- Option `init`: a number, the radius; values by name; a list of those, one for each chain.
local function starts(posterior, about, init, chains)
  if init == nil or type(init) == "number" then
    return nil
  end
  local list = {}
  for c = 1, chains do
    local values = init
    if #init > 0 then
      values = init[c]
      if type(values) ~= "table" then
        fail("option 'init': %d starts for %d chains", #init, chains)
      end
    end
    list[c] = start_of(posterior, about, values, "option 'init'")
  end
  return list
end

-- == chains ================================================================================================

-- Of chains that stopped early, those whose draws are most together: numbers of the chains, and draws of each.
local function usable_chains(state, wanted)
  local order = {}
  for c = 1, #state do
    order[c] = c
  end
  table.sort(order, function(a, b)
    return state[a].draws ~= state[b].draws and state[a].draws > state[b].draws or state[a].draws == state[b].draws and a < b
  end)
  local chains, draws = 0, 0
  for k, c in ipairs(order) do
    local each = math.min(wanted, state[c].draws)
    if each > 0 and k * each >= chains * draws then
      chains, draws = k, each
    end
  end
  local list = table.move(order, 1, chains, 1, {})
  table.sort(list)
  return list, draws
end

-- A fit of the first `wanted` draws of each chain of the sampler, run as far as that.
local function fit_of(base, wanted, interrupted, precision)
  local list, draws = usable_chains(core.sampler_state(base.sampler), wanted)
  local thin = base.options.thin
  if draws < thin then
    fail("interrupted before the first draw: the warmup was not over")
  end
  local s = {
    kind = "posterior", model = base.model, posterior = base.posterior, about = base.about, sampler = base.sampler,
    options = base.options, wanted = wanted // thin, wanted_chains = base.options.chains, interrupted = interrupted, until_draws = wanted,
  }
  s.q, s.infos = core.sampler_blocks(s.sampler, list, draws, thin)
  s.chains, s.draws = core.block_shape(s.q)
  s.values = core.posterior_rows(s.posterior, s.q, "values", 0)
  local divergent = core.block_column(s.infos, 6)
  s.divergences = 0
  for i = 1, #divergent do
    s.divergences = s.divergences + (divergent[i] ~= 0 and 1 or 0)
  end
  local f = fit.new(s)
  s.imprecise = precision and not interrupted and fit.imprecise(s, precision) or nil
  return fit.warn(f)
end

-- until_mcse = { total = 25, theta = 0.1 } -> places in a row of draws.
local function wanted_precision(about, until_mcse)
  if not until_mcse then
    return nil
  end
  local index, list, sorted = names.index(about), {}, {}
  for name in pairs(until_mcse) do
    sorted[#sorted + 1] = tostring(name)
  end
  table.sort(sorted)
  for _, name in ipairs(sorted) do
    local error_wanted = until_mcse[name]
    if type(error_wanted) ~= "number" or not (error_wanted > 0) then
      fail("option 'until_mcse': the error of '%s': expected a number above 0, found %s", name, registry.shown(error_wanted))
    end
    for _, e in ipairs(names.find(index, name, "option 'until_mcse'")) do
      list[#list + 1] = { e.at, error_wanted }
    end
  end
  return #list > 0 and list or nil
end

local function go(base, draws, options)
  local precision = wanted_precision(base.about, options.until_mcse)
  local most = precision and (options.max_draws or 100 * draws) or draws
  if most < draws then
    fail("option 'max_draws': expected %d or more, found %d", draws, most)
  end
  local interrupted = core.sampler_run(base.sampler, most, options.threads or 0, options.progress == false, precision, options.block or draws)
  local there = most
  if precision and not interrupted then
    for _, chain in ipairs(core.sampler_state(base.sampler)) do
      there = math.min(there, chain.draws)
    end
  end
  return fit_of(base, there, interrupted, precision)
end

local function check_probability(name, v)
  if v and not (v > 0 and v < 1) then
    fail("option '%s': expected a number between 0 and 1, found %s", name, core.number(v))
  end
  return v
end

local sampling = "chains?: integer, warmup?: integer, draws?: integer, seed?: integer, threads?: integer, adapt_delta?: number, "
  .. "max_treedepth?: integer, metric?: string, init?: number|table, thin?: integer, until_mcse?: table, max_draws?: integer, progress?: boolean"

define {
  name = "Model:sample", args = "options: {data?: table|Table, " .. sampling .. "}", returns = "Fit",
  help = "Draws of the posterior by the No-U-Turn sampler, a thread per chain: 4 chains of 1000 draws after 1000 of warmup, seed 1, "
    .. "adapt_delta 0.8, max_treedepth 10, metric \"diag\" (dense, unit, auto). The same seed gives the same bits for any number of threads. "
    .. "`init`: a radius (2), or values by name, or a list of those for each chain. `until_mcse = { total = 25 }` goes on, `draws` at a time "
    .. "and up to `max_draws`, until the mean of each is that precise. `thin = 2` keeps every second draw. Ctrl-C keeps what was drawn.",
  example = "return " .. fit.example,
  fn = function(model, o)
    local posterior, about = bind(model, o.data)
    local options = {
      chains = o.chains or 4, warmup = o.warmup or 1000, seed = o.seed or 1, adapt_delta = check_probability("adapt_delta", o.adapt_delta) or 0.8,
      max_treedepth = o.max_treedepth or 10, metric = o.metric or "diag", thin = o.thin or 1,
      radius = type(o.init) == "number" and o.init or nil,
    }
    local draws = o.draws or 1000
    if draws < 1 then
      fail("option 'draws': expected 1 or more, found %d", draws)
    elseif options.thin < 1 or options.thin > draws then
      fail("option 'thin': expected 1 to %d, found %d", draws, options.thin)
    elseif (o.threads or 1) < 1 then
      fail("option 'threads': expected 1 or more, found %d", o.threads)
    end
    local sampler = core.sampler_new(posterior, options, starts(posterior, about, o.init, options.chains))
    local base = { model = model, posterior = posterior, about = about, sampler = sampler, options = options }
    return go(base, draws, o)
  end,
}

define {
  name = "Fit:continue", args = "options?: {draws?: integer, threads?: integer, until_mcse?: table, max_draws?: integer, progress?: boolean}",
  returns = "Fit",
  help = "A new fit with `draws` more of each chain (as many as there are): the same bits as one longer run. An interrupted fit goes on "
    .. "to where it was meant to end.",
  example = "return #" .. fit.example .. ":continue{ draws = 100 }:column 'theta'",
  fn = function(f, o)
    local s = fit.state(f)
    o = o or {}
    if s.kind ~= "posterior" then
      fail("Fit:continue: draws of the %s do not go on: ask for more of them", s.kind == "prior" and "prior" or "approximation")
    end
    local more = o.draws
    if more and more < 1 then
      fail("option 'draws': expected 1 or more, found %d", more)
    end
    local thin = s.options.thin
    local total = s.interrupted and not more and s.until_draws or s.draws * thin + (more or s.draws * thin)
    return go(s, total, { threads = o.threads, until_mcse = o.until_mcse, max_draws = o.max_draws, progress = o.progress, block = more or s.draws })
  end,
}

-- == draws that are independent ============================================================================

define {
  name = "Model:prior", args = "options?: {data?: table|Table, draws?: integer, seed?: integer, threads?: integer}", returns = "Fit",
  help = "Independent draws of the prior (1000), with the data that would follow from each (fit:predict). Of the data only what says how "
    .. "much there is of it matters. All priors must be proper.",
  example = "return " .. fit.small .. ":prior{ data = { k = 7, n = 10 }, draws = 100 }",
  fn = function(model, o)
    o = o or {}
    local posterior, about = bind(model, o.data)
    local options = { seed = o.seed or 1, chains = 1 }
    local s = { kind = "prior", model = model, posterior = posterior, about = about, options = options, divergences = 0, interrupted = false }
    s.values, s.q, s.predicted = core.posterior_prior(posterior, o.draws or 1000, options.seed, o.threads or 0)
    s.chains, s.draws = core.block_shape(s.values)
    return fit.new(s)
  end,
}

-- == tops ==================================================================================================

core.new_class "Optimum"

core.metamethod("Optimum", "__tostring", function(o)
  local lines = { ("%s (log density %.6g, %d of %d starts ended there)"):format(o.status, o.log_density, o.same, #o.starts) }
  for _, e in ipairs(o.elements) do
    lines[#lines + 1] = ("  %s = %.6g"):format(e.name, e.value)
  end
  return table.concat(lines, "\n")
end)

local function optimum(posterior, about, options, start)
  local top, block = core.posterior_optimize(posterior, options, start)
  local row, elements = core.block_row(block, 1), {}
  for i, e in ipairs(names.index(about).list) do
    elements[i] = { name = e.name, value = row[e.at] }
  end
  if not top.converged then
    core.complain(("the top of the density was not found: %s"):format(top.status))
  end
  return core.new_object("Optimum", {
    values = names.values(about, row), elements = elements, log_density = top.lp, converged = top.converged, status = top.status,
    same = top.same, starts = top.ends, interrupted = top.interrupted,
  }), top
end

local function check_starts(o)
  if o.starts and o.starts < 1 then
    fail("option 'starts': expected 1 or more, found %d", o.starts)
  end
end

define {
  name = "Model:optimize", args = "options: {data?: table|Table, seed?: integer, starts?: integer, iterations?: integer, init?: table}",
  returns = "Optimum",
  help = "Where the posterior density is highest, on the parameters' own scale (L-BFGS from 4 starts, of which `same` ended at the highest "
    .. "top): `values` by name, `log_density`, `converged`, `status` in words. With flat priors that is the maximum of the likelihood.",
  example = "return " .. fit.small .. ":optimize{ data = { k = 7, n = 10 } }.values.theta",
  fn = function(model, o)
    check_starts(o)
    local posterior, about = bind(model, o.data, "plain")
    return (optimum(posterior, about, { seed = o.seed, starts = o.starts, iterations = o.iterations },
      o.init and start_of(posterior, about, o.init, "option 'init'")))
  end,
}

define {
  name = "Model:laplace", args = "options: {data?: table|Table, draws?: integer, seed?: integer, starts?: integer, init?: table}",
  returns = "Fit",
  help = "Draws (1000) of the normal distribution with the curvature of the posterior at its top, on the unconstrained scale: an "
    .. "approximation that takes no time. The verdict says how good it is, by the Pareto k of the weights that would correct it. "
    .. "`log_evidence` is the log of the integral of the density by it.",
  example = "return " .. fit.small .. ":laplace{ data = { k = 7, n = 10 }, draws = 200 }",
  fn = function(model, o)
    check_starts(o)
    local posterior, about = bind(model, o.data)
    local start = o.init and start_of(posterior, about, o.init, "option 'init'")
    local _, top = optimum(posterior, about, { seed = o.seed, starts = o.starts }, start)
    local s = { kind = "laplace", model = model, posterior = posterior, about = about, options = { seed = o.seed or 1, chains = 1 },
      divergences = 0, interrupted = false }
    s.q, s.weights, s.log_evidence = core.posterior_laplace(posterior, top.q, o.draws or 1000, s.options.seed)
    s.values = core.posterior_rows(posterior, s.q, "values", 0)
    s.chains, s.draws = core.block_shape(s.values)
    s.k = core.block_pareto_k(s.weights)
    return fit.warn(fit.new(s))
  end,
}

run.sampling = sampling
return run
