-- draws.lua - draws of any sampler: columns of numbers, chain after chain, all chains of one length.
--
--   { names, columns, chains, iterations, notes, sampler }
--
-- `columns[k]` holds the draws of `names[k]`; `sampler` has by name what a sampler writes about itself (divergent__, energy__),
-- which is no quantity. Whoever has draws makes the class Draws of them with `new`; the functions below work on the columns alone,
-- so that other classes can use them.
local core = require "muster.core"
local digits = require "muster.base.digits"
local registry = require "muster.base.registry"

local fail = registry.fail
local draws = {}

core.new_class "Draws"

local inside = setmetatable({}, { __mode = "k" })

draws.QUANTILES = { 0.05, 0.5, 0.95 }

function draws.new(s)
  s.notes, s.sampler = s.notes or {}, s.sampler or {}
  s.at = {}
  for k, name in ipairs(s.names) do
    s.at[name] = k
  end
  local d = core.new_object("Draws", { chains = s.chains, iterations = s.iterations, notes = s.notes })
  inside[d] = s
  return d
end

-- The description that a Draws was made of.
function draws.state(d)
  return inside[d]
end

-- == names ================================================================================================

-- "theta" stands for theta[1], theta[2] ...; "theta[1]" for itself.
local function select_names(s, wanted, what)
  if not wanted then
    return s.names
  end
  local list, words = {}, {}
  for _, word in ipairs(wanted) do
    local n = #list
    if s.at[word] then
      list[#list + 1] = word
    else
      for _, name in ipairs(s.names) do
        if name:sub(1, #word + 1) == word .. "[" then
          list[#list + 1] = name
        end
      end
    end
    if #list == n then
      for i, name in ipairs(s.names) do
        words[i] = name
      end
      fail("%s: there are no draws of '%s'%s", what, word, registry.suggest(word, words))
    end
  end
  return list
end

function draws.columns(s, names)
  local list = {}
  for i, name in ipairs(names) do
    list[i] = s.columns[s.at[name]]
  end
  return list
end

function draws.select(s, wanted, what)
  return select_names(s, wanted, what)
end

function draws.column(s, name, what)
  if not s.at[name] then
    fail("%s: there are no draws of '%s'%s", what, name, registry.suggest(name, s.names))
  end
  return s.columns[s.at[name]]
end

-- == what the draws say ===================================================================================

function draws.quantile_name(p)
  return "q" .. core.number(tonumber(("%.10g"):format(100 * p)))
end

local function check_quantiles(quantiles, what)
  for _, p in ipairs(quantiles) do
    if not (p >= 0 and p <= 1) then
      fail("%s: a quantile is between 0 and 1, found %s", what, core.number(p))
    end
  end
  return quantiles
end

local fixed = { "mean", "mcse_mean", "sd", "mcse_sd", "ess_bulk", "ess_tail", "rhat" }

-- For each of `columns`, or each number of a block (then `chains` is nil): { mean, mcse_mean, sd, ..., quantiles = {}, mcse = {} }; what the
-- draws do not give is nil.
function draws.measured(columns, chains, quantiles)
  local asked = {}
  for i, name in ipairs(fixed) do
    asked[i] = { name }
  end
  for _, p in ipairs(quantiles) do
    asked[#asked + 1] = { "quantile", p }
    asked[#asked + 1] = { "mcse_quantile", p }
  end
  local answers, rows = core.draws_ask(columns, chains, asked), {}
  for k = 1, #answers[1] do
    local row = { quantiles = {}, mcse = {} }
    for i, name in ipairs(fixed) do
      row[name] = answers[i][k]
    end
    for i = 1, #quantiles do
      row.quantiles[i], row.mcse[i] = answers[#fixed + 2 * i - 1][k], answers[#fixed + 2 * i][k]
    end
    rows[k] = row
  end
  return rows
end

-- Measures as text, each number with the digits its error supports. A row of `names` without measures stands as it is.
function draws.summary_text(names, rows, quantiles)
  local head = { "", "mean", "sd" }
  for _, p in ipairs(quantiles) do
    head[#head + 1] = ("%.4g %%"):format(100 * p)
  end
  local lines = { table.move({ "ESS bulk", "tail", "R-hat" }, 1, 3, #head + 1, head) }
  for i, name in ipairs(names) do
    local m, text = rows[i], digits.text
    local line = { name }
    if m and m.sd == 0 then
      line = { name, core.number(m.mean), "constant" }
    elseif m then
      line = { name, text(m.mean, m.mcse_mean), text(m.sd, m.mcse_sd) }
      for k = 1, #quantiles do
        line[#line + 1] = text(m.quantiles[k], m.mcse[k])
      end
      line[#line + 1] = m.ess_bulk and ("%.0f"):format(m.ess_bulk) or "-"
      line[#line + 1] = m.ess_tail and ("%.0f"):format(m.ess_tail) or "-"
      line[#line + 1] = m.rhat and ("%.3f"):format(m.rhat) or "-"
    end
    lines[#lines + 1] = line
  end
  return digits.aligned(lines)
end

-- Measures of the list `names` as a table of whole numbers, which prints those digits that their errors support, or ("all") all.
function draws.summary_table(names, rows, quantiles, all)
  local muster = require "muster.init"
  local order = { "name", "mean", "mcse_mean", "sd" }
  for _, p in ipairs(quantiles) do
    order[#order + 1] = draws.quantile_name(p)
  end
  table.move({ "ess_bulk", "ess_tail", "rhat" }, 1, 3, #order + 1, order)
  local columns = {}
  for _, name in ipairs(order) do
    columns[name] = { n = #names }
  end
  for i, name in ipairs(names) do
    local m = rows[i]
    columns.name[i] = name
    for _, field in ipairs { "mean", "mcse_mean", "sd", "ess_bulk", "ess_tail", "rhat" } do
      columns[field][i] = m[field]
    end
    for k, p in ipairs(quantiles) do
      columns[draws.quantile_name(p)][i] = m.quantiles[k]
    end
  end
  local t = muster.table(columns, order)
  if not all then
    core.extras(t, { text = draws.summary_text(names, rows, quantiles) })
  end
  return t
end

-- What Draws:summary and Fit:summary are asked for: quantiles, and whether all digits are printed.
function draws.summary_options(options, what)
  if options.digits and options.digits ~= "all" and options.digits ~= "supported" then
    fail("%s: option 'digits': expected supported or all, found '%s'", what, options.digits)
  end
  return check_quantiles(options.quantiles or draws.QUANTILES, what), options.digits == "all"
end

function draws.summary(s, options, what)
  local quantiles, all = draws.summary_options(options, what)
  local names = select_names(s, options.names, what)
  return draws.summary_table(names, draws.measured(draws.columns(s, names), s.chains, quantiles), quantiles, all)
end

-- == how far they can be trusted ==========================================================================

-- The largest or smallest answer and whose it is; quantities that never vary have none.
local function extreme(names, column, larger)
  local at
  for k = 1, #names do
    local v = column[k]
    if v ~= nil and (not at or larger and v > column[at] or not larger and v < column[at]) then
      at = k
    end
  end
  return at and { name = names[at], value = column[at] }
end

-- The numbers that a verdict rests on: the worst of each, and what the sampler said of itself.
function draws.check(s)
  local answers = core.draws_ask(s.columns, s.chains, { { "rhat" }, { "ess_bulk" }, { "ess_tail" }, { "sd" } })
  local out = {
    rhat = extreme(s.names, answers[1], true), ess_bulk = extreme(s.names, answers[2], false),
    ess_tail = extreme(s.names, answers[3], false), constant = {}, unusable = {}, draws = s.chains * s.iterations,
  }
  for k, name in ipairs(s.names) do
    local sd = answers[4][k]
    if sd == nil then
      out.unusable[#out.unusable + 1] = name
    elseif answers[1][k] == nil and sd == 0 then
      out.constant[#out.constant + 1] = name
    end
  end
  if s.sampler.energy__ then
    out.ebfmi = core.draws_ebfmi({ s.sampler.energy__ }, s.chains)
  end
  if s.sampler.divergent__ then
    out.divergences = core.draws_ask({ s.sampler.divergent__ }, s.chains, { { "mean" } })[1][1]
    out.divergences = out.divergences and math.floor(out.divergences * out.draws + 0.5)
  end
  return out
end

return draws
