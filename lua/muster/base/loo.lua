-- loo.lua - what a model predicts for what it did not see, and how much of a quantity is prior: the innards of muster.loo,
-- muster.waic, muster.compare and muster.power_scale, on columns of draws.
local core = require "muster.core"
local digits = require "muster.base.digits"
local registry = require "muster.base.registry"
local wrap = require "muster.base.wrap"

local fail = registry.fail
local loo = {}

core.new_class "Loo"

local inside = setmetatable({}, { __mode = "k" })

-- Below this there are not the 5 largest weights, a fifth of all, that the shape is fitted to.
loo.FEWEST = 21

-- == groups ===============================================================================================

-- The group of each of n rows and the groups' names, in order of first appearance.
local function number_groups(by, n, what)
  local group, names, known = {}, {}, {}
  if #by ~= n then
    fail("%s: `by` has %d values for %d rows of log likelihood", what, #by, n)
  end
  for i = 1, n do
    local value = by[i]
    if value == nil then
      fail("%s: row %d has no group", what, i)
    end
    local key = tostring(value)
    if not known[key] then
      names[#names + 1] = key
      known[key] = #names
    end
    group[i] = known[key]
  end
  return group, names
end

-- == estimates ============================================================================================

-- The sum of a column and its standard error, which takes rows as a sample: sqrt(n) sd.
local function total(column, factor)
  local n, sum = #column, 0
  for i = 1, n do
    sum = sum + column[i]
  end
  local mean, squares = sum / n, 0
  for i = 1, n do
    squares = squares + (column[i] - mean) ^ 2
  end
  return sum * (factor or 1), n > 1 and math.sqrt(n * squares / (n - 1)) * math.abs(factor or 1) or nil
end

local function noun(s)
  return s.grouped and "group" or "row"
end

-- fn(...), whose complaints about a log density are told with `what` and the names that C does not know; others pass.
local function named_faults(what, rename, fn, ...)
  local results = table.pack(pcall(fn, ...))
  if results[1] then
    return table.unpack(results, 2, results.n)
  end
  local message = tostring(results[2]):match "the log %a+.* it has to be finite"
  if message then
    fail("%s: %s", what, rename(message))
  end
  error(results[2], 0)
end

-- From columns of log likelihoods, one for each row of data; `names` say which. `by`, when given, has the group of each row.
function loo.new(method, columns, names, chains, by, what)
  if #columns == 0 then
    fail("%s: there is no log likelihood: the model has no data", what)
  end
  local group, groups
  if by then
    group, groups = number_groups(by, #columns, what)
    names = groups
  end
  local points = named_faults(what, function(message)
    return (message:gsub("row (%d+)", function(i)
      return (by and "group '%s'" or "'%s'"):format(names[tonumber(i)])
    end, 1))
  end, core.draws_loo, columns, chains, group, groups and #groups)
  local s = { method = method, names = names, points = points, chains = chains, draws = #columns[1], grouped = by ~= nil,
    rows = #columns, threshold = core.psis_threshold(#columns[1]) }
  local waic = method == "waic"
  s.elpd_column, s.p_column = waic and points.waic or points.elpd, waic and points.p_waic or points.p
  local fields = { method = method, draws = s.draws, threshold = s.threshold }
  fields.elpd, fields.se = total(s.elpd_column)
  fields.p, fields.p_se = total(s.p_column)
  fields.ic, fields.ic_se = total(s.elpd_column, -2)
  fields.bad = {}
  for i, name in ipairs(names) do
    local bad
    if waic then
      bad = points.p_waic[i] > 0.4
    else
      bad = points.k[i] > s.threshold
    end
    if bad then
      fields.bad[#fields.bad + 1] = name
    end
  end
  local l = core.new_object("Loo", fields)
  inside[l], s.fields = s, fields
  return l
end

function loo.state(l)
  return inside[l]
end

function loo.table(l)
  local muster, s = require "muster.init", inside[l]
  local p, label = s.points, noun(s)
  if s.method == "waic" then
    return muster.table({ [label] = s.names, elpd = p.waic, p = p.p_waic, lpd = p.lpd }, { label, "elpd", "p", "lpd" })
  end
  return muster.table({ [label] = s.names, elpd = p.elpd, mcse = p.mcse, p = p.p, lpd = p.lpd, k = p.k, ess = p.ess, r_eff = p.r_eff },
    { label, "elpd", "mcse", "p", "lpd", "k", "ess", "r_eff" })
end

-- == in words =============================================================================================

-- "a, b, c and 4 more", worst first.
local function some(list)
  local shown = table.move(list, 1, math.min(8, #list), 1, {})
  return table.concat(shown, ", ") .. (#list > 8 and (" and %d more"):format(#list - 8) or "")
end

local function worst_first(s, names, column)
  local at, out = {}, table.move(names, 1, #names, 1, {})
  for i, name in ipairs(s.names) do
    at[name] = at[name] or i
  end
  table.sort(out, function(a, b)
    local x, y = column[at[a]], column[at[b]]
    if x ~= y then
      return x > y
    end
    return at[a] < at[b]
  end)
  return out
end

function loo.advice(l)
  local s, bad = inside[l], l.bad
  local what = noun(s)
  if s.method == "waic" then
    return #bad == 0 and ("The effective number of parameters is below 0.4 in every %s: WAIC can be trusted."):format(what)
      or ("In %s the effective number of parameters is above 0.4 (%s): WAIC cannot be trusted there, ask muster.loo."):format(
        wrap.plural(#bad, what), some(worst_first(s, bad, s.points.p_waic)))
  elseif s.draws < loo.FEWEST then
    return ("Too few draws to tell whether the estimate can be trusted: there are %d, and it takes %d at least."):format(s.draws, loo.FEWEST)
  elseif #bad == 0 then
    return ("All Pareto k are at most %.2f: the estimate can be trusted."):format(s.threshold)
  end
  local one = #bad == 1
  return ("%s of %d %s a Pareto k above %.2f: %s. %s the posterior so much that its draws do not do for leaving %s out, and the "
    .. "true elpd is probably lower. Look at %s first; then sample again without %s, or give the model tails that "
    .. "expect such values."):format(wrap.plural(#bad, what), #s.names, one and "has" or "have", s.threshold, some(worst_first(s, bad, s.points.k)),
    one and "It moves" or "They move", one and "it" or "them", one and "it" or "them", one and "it" or "each of them")
end

function loo.text(l)
  local s = inside[l]
  local f = s.fields
  local function pair(name, v, se)
    return { name, ("%.1f"):format(v), se and ("%.1f"):format(se) or "-" }
  end
  local suffix = s.method == "waic" and "waic" or "loo"
  local head = ("From %d draws of the log likelihood of %s%s"):format(s.draws, wrap.plural(s.rows, "row"),
    s.grouped and (" in %s, left out one %s at a time"):format(wrap.plural(#s.names, "group"), "group") or "")
  local rows = { { "", "estimate", "SE" }, pair("elpd_" .. suffix, f.elpd, f.se), pair("p_" .. suffix, f.p, f.p_se),
    pair(s.method == "waic" and "waic" or "looic", f.ic, f.ic_se) }
  return table.concat({ head, "", digits.aligned(rows), "", wrap.paragraph(loo.advice(l), 100) }, "\n")
end

core.metamethod("Loo", "__tostring", loo.text)

-- == comparing ============================================================================================

-- `list` of { name, Loo }: a table, best first, with the difference of each from the best and its standard error.
function loo.compare(list, what)
  local muster, first = require "muster.init", nil
  for _, one in ipairs(list) do
    local s = inside[one.loo]
    first = first or { name = one.name, s = s }
    if #s.names ~= #first.s.names or s.method ~= first.s.method then
      fail("%s: '%s' is %s of %s and '%s' %s of %s: they do not compare", what, first.name, first.s.method,
        wrap.plural(#first.s.names, noun(first.s)), one.name, s.method, wrap.plural(#s.names, noun(s)))
    end
    for i, name in ipairs(s.names) do
      if name ~= first.s.names[i] then
        fail("%s: %s %d is '%s' in '%s' and '%s' in '%s': models compare on the same data, in the same order", what, noun(s), i,
          first.s.names[i], first.name, name, one.name)
      end
    end
  end
  table.sort(list, function(a, b)
    if a.loo.elpd ~= b.loo.elpd then
      return a.loo.elpd > b.loo.elpd
    end
    return a.name < b.name
  end)
  local rows, best = {}, inside[list[1].loo].elpd_column
  for i, one in ipairs(list) do
    local differences = {}
    for k = 1, #best do
      differences[k] = inside[one.loo].elpd_column[k] - best[k]
    end
    local difference, se = total(differences)
    rows[i] = { model = one.name, difference = difference, se = se, elpd = one.loo.elpd, elpd_se = one.loo.se, p = one.loo.p, bad = #one.loo.bad }
  end
  local t, lines = muster.table(rows, { "model", "difference", "se", "elpd", "elpd_se", "p", "bad" }), { { "", "difference", "SE", "elpd", "SE", "p", "bad k" } }
  local function tenth(v)
    return v and ("%.1f"):format(v) or "-"
  end
  for i, row in ipairs(rows) do
    lines[i + 1] = { row.model, tenth(row.difference), tenth(row.se), tenth(row.elpd), tenth(row.elpd_se), tenth(row.p), tostring(row.bad) }
  end
  core.extras(t, { text = digits.aligned(lines) })
  return t
end

-- == power scaling ========================================================================================

-- From here on a quantity counts as sensitive: about what a shift of the mean by 0.3 sd for a doubled prior gives (Kallioinen et al.).
loo.SENSITIVE = 0.05

local LONGEST = #"prior and data pull apart"

local function label(prior, likelihood)
  if prior == nil or likelihood == nil then
    return "constant"
  elseif prior >= loo.SENSITIVE then
    return likelihood >= loo.SENSITIVE and "prior and data pull apart" or "mostly prior"
  end
  return likelihood >= loo.SENSITIVE and "informed by the data" or "neither moves it"
end

-- Log densities of the priors and of the likelihood as Columns. A table: name, prior, likelihood, says.
function loo.power_scale(columns, names, chains, prior, likelihood, what)
  local muster = require "muster.init"
  local function weigh(density, of)
    return named_faults(what, function(message)
      return (message:gsub("the log density", "the log density of " .. of))
    end, core.draws_power, columns, chains, density)
  end
  local by_prior, k_prior = weigh(prior, "the priors")
  local by_likelihood, k_likelihood = weigh(likelihood, "the likelihood")
  local says = {}
  for i = 1, #names do
    says[i] = label(by_prior[i], by_likelihood[i])
  end
  local threshold = core.psis_threshold(#columns[1])
  if #columns[1] < loo.FEWEST then
    core.complain(("%s: too few draws to tell: there are %d, and it takes %d at least"):format(what, #columns[1], loo.FEWEST))
  elseif k_prior > threshold or k_likelihood > threshold then
    core.complain(("%s: the weights cannot be trusted: Pareto k %.2f of the priors and %.2f of the likelihood, at most %.2f is fine; draw more"):format(
      what, k_prior, k_likelihood, threshold))
  end
  says.n = #names
  local t = muster.table({ name = names, prior = by_prior, likelihood = by_likelihood, says = says }, { "name", "prior", "likelihood", "says" })
  local lines = { { "", "prior", "likelihood", "" } }
  for i = 1, #names do
    local prior_text, text = by_prior[i] and ("%.3f"):format(by_prior[i]) or "-", by_likelihood[i] and ("%.3f"):format(by_likelihood[i]) or "-"
    lines[i + 1] = { names[i], prior_text, text, says[i] .. (" "):rep(LONGEST - #says[i]) }
  end
  core.extras(t, { text = digits.aligned(lines) })
  return t, k_prior, k_likelihood
end

return loo
