-- fit.lua - the class Fit: draws of a model's parameters, and what they say.
--
-- A fit is of the posterior (chains), of the prior or of a normal approximation (independent draws). What it knows of itself is a
-- table that scripts do not see:
--
--   kind, model, posterior, about, index           the model bound to data, and the names of its quantities
--   chains, draws, q, infos, values                blocks of draws (core/bind/bind_model.h)
--   sampler, options, wanted, wanted_chains        of chains: how to go on
--   divergences, interrupted, k                    for the verdict
local core = require "muster.core"
local measure = require "muster.base.draws"
local muster = require "muster.init"
local names = require "muster.model.names"
local registry = require "muster.base.registry"
local verdict = require "muster.model.verdict"

local define, fail = registry.define, registry.fail
local fit = {}

core.new_class "Fit"

local inside = setmetatable({}, { __mode = "k" })
local QUANTILES = measure.QUANTILES
local SHOWN = 12             -- elements of one quantity that print(fit) shows

-- The fit of a state; `state` gives it back.
function fit.new(s)
  s.index = names.index(s.about)
  local f = core.new_object("Fit", {
    kind = s.kind, model = s.model, chains = s.chains, draws = s.draws, seed = s.options.seed, divergences = s.divergences,
    interrupted = s.interrupted, warmup = s.kind == "posterior" and s.options.warmup, log_evidence = s.log_evidence or false,
  })
  inside[f] = s
  return f
end

function fit.state(f)
  return inside[f]
end

-- == measures, made once =================================================================================

local function finite(v)
  return v and v - v == 0
end

-- By element of the index: what the draws say of it. `constant`: it never varies, so there is nothing to measure.
function fit.measured(s)
  if not s.measured then
    local all = measure.measured(s.values, nil, QUANTILES)
    s.measured = {}
    for k, e in ipairs(s.index.list) do
      local m = all[e.at]
      m.name, m.e = e.name, e
      m.broken = not (finite(m.mean) and finite(m.sd))
      m.constant = m.sd == 0
      s.measured[k] = m
    end
  end
  return s.measured
end

-- Of { place in a row of draws, error wanted }: the one that is furthest from what was wanted, if any is.
function fit.imprecise(s, wanted)
  local by, found = {}, nil
  for _, m in ipairs(fit.measured(s)) do
    by[m.e.at] = m
  end
  for _, w in ipairs(wanted) do
    local m = by[w[1]]
    if m and m.mcse_mean and m.mcse_mean > w[2] and (not found or m.mcse_mean / w[2] > found.error / found.wanted) then
      found = { name = m.name, error = m.mcse_mean, wanted = w[2] }
    end
  end
  return found
end

function fit.verdict(s)
  if not s.verdict then
    local varying = {}
    for _, m in ipairs(fit.measured(s)) do
      varying[#varying + 1] = not m.constant and m or nil
    end
    s.verdict = verdict.of(s, varying)
  end
  return s.verdict
end

-- New data of each draw, made once: a fit of the prior has its own.
function fit.predicted(s, seed, threads)
  if s.predicted and (not seed or seed == s.predicted_seed) then
    return s.predicted
  end
  s.predicted_seed = seed or s.options.seed
  s.predicted = core.posterior_rows(s.posterior, s.q, "predict", s.predicted_seed, threads or 0)
  return s.predicted
end

-- The measures of each element of the index.
local function measures_by(s, quantiles)
  local by, all = {}, quantiles and measure.measured(s.values, nil, quantiles)
  for _, m in ipairs(fit.measured(s)) do
    by[m.e] = all and all[m.e.at] or m
  end
  return by
end

-- print(fit): so many elements of each quantity, and how many more there are.
local function shown_text(s)
  local by, seen, names_shown, rows = measures_by(s), {}, {}, {}
  for _, e in ipairs(s.index.list) do
    seen[e.q] = (seen[e.q] or 0) + 1
    if seen[e.q] <= SHOWN then
      names_shown[#names_shown + 1] = e.name
      rows[#names_shown] = by[e]
    elseif seen[e.q] == SHOWN + 1 then
      names_shown[#names_shown + 1] = ("... %d more of %s"):format(e.q.n - SHOWN, e.q.name)
    end
  end
  return measure.summary_text(names_shown, rows, QUANTILES)
end

local function summary_table(s, options)
  local quantiles, all = measure.summary_options(options, "Fit:summary")
  local by, labels, rows = measures_by(s, options.quantiles), {}, {}
  for i, e in ipairs(names.select(s.index, options.names, "Fit:summary")) do
    labels[i], rows[i] = e.name, by[e]
  end
  return measure.summary_table(labels, rows, quantiles, all)
end

-- == methods ===============================================================================================

local small = "muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)')"
local example = small .. ":sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }"

define {
  name = "Fit:summary", args = "options?: {names?: string[], quantiles?: number[], digits?: \"supported\"|\"all\"}",
  returns = "Table",
  help = "A row for each number of the model, in the order of the text: mean with its Monte Carlo standard error (mcse_mean), sd, "
    .. "quantiles (5, 50 and 95 %), effective sample sizes and R-hat. `names` picks quantities (theta) or elements (theta[3]). "
    .. "Printed, numbers have only the digits that the draws support, or all with digits = 'all'; the table itself has them whole.",
  example = "return " .. example .. ":summary{ quantiles = { 0.1, 0.9 } }",
  fn = function(f, options)
    return summary_table(inside[f], options or {})
  end,
}

define {
  name = "Fit:column", args = "name: string", returns = "Column",
  help = "The draws of a number of the model, one chain after the other: mu, theta[3], b[2,3].",
  example = "return #" .. example .. ":column 'theta'",
  fn = function(f, name)
    local s = inside[f]
    local found = names.find(s.index, name, "Fit:column")
    if #found > 1 then
      fail("Fit:column: '%s' has %d elements: name one, as in '%s'", name, #found, found[1].name)
    end
    return core.block_column(s.values, found[1].at)
  end,
}

-- A name that no quantity of the model has.
local function free_name(s, name)
  while s.index.by[name] do
    name = name .. "_"
  end
  return name
end

define {
  name = "Fit:table", args = "options?: {names?: string[]}", returns = "Table",
  help = "The draws as a table: chain, draw, log_density and divergent of each, and a column for each number of the model (or those "
    .. "of `names`). It can be written, plotted and joined as any other.",
  example = "return " .. example .. ":table():head(3)",
  fn = function(f, options)
    local s = inside[f]
    local list = names.select(s.index, options and options.names, "Fit:table")
    local n, columns, order = s.chains * s.draws, {}, {}
    local function add(name, values)
      columns[name], order[#order + 1] = values, name
    end
    local chain, draw = { n = n }, { n = n }
    for i = 1, n do
      chain[i], draw[i] = (i - 1) // s.draws + 1, (i - 1) % s.draws + 1
    end
    add(free_name(s, "chain"), chain)
    add(free_name(s, "draw"), draw)
    if s.infos then
      add(free_name(s, "log_density"), core.block_column(s.infos, 1))
      local divergent, flags = core.block_column(s.infos, 6), { n = n }
      for i = 1, n do
        flags[i] = divergent[i] ~= 0
      end
      add(free_name(s, "divergent"), flags)
    end
    for _, e in ipairs(list) do
      add(e.name, core.block_column(s.values, e.at))
    end
    return muster.table(columns, order)
  end,
}

define {
  name = "Fit:quantities", args = "", returns = "Table",
  help = "What the model is made of, in the order of its text: name, role (parameter, derived, observed, discrete), shape, how many "
    .. "numbers that are, and the line.",
  example = "return " .. example .. ":quantities()",
  fn = function(f)
    local rows = {}
    for i, q in ipairs(inside[f].about.quantities) do
      rows[i] = { name = q.name, role = q.role, shape = #q.dims > 0 and "[" .. table.concat(q.dims, ", ") .. "]" or "", numbers = q.n, line = q.line }
    end
    return muster.table(rows, { "name", "role", "shape", "numbers", "line" })
  end,
}

define {
  name = "Fit:verdict", args = "", returns = "table",
  help = "Whether the draws can be used: `status` is \"usable\", \"with care\" or \"not usable\", `text` says why, `problems` is a list of "
    .. "{ status, what, name, value, try }, worst first: what failed, of which parameter, and what to try next.",
  example = "return " .. example .. ":verdict().status",
  fn = function(f)
    return fit.verdict(inside[f])
  end,
}

-- What is wrong with it is said at once: who does not ask for the verdict is told all the same.
function fit.warn(f)
  local v = fit.verdict(inside[f])
  if v.status ~= verdict.USABLE then
    core.complain("fit " .. v.text)
  end
  return f
end

core.metamethod("Fit", "__tostring", function(f)
  local s = inside[f]
  return fit.verdict(s).text .. "\n\n" .. shown_text(s)
end)

fit.example = example
fit.small = small
return fit
