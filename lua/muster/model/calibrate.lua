-- calibrate.lua - simulation-based calibration: in worlds drawn from the prior, does the posterior rank the truth evenly?
--
-- S. Talts, M. Betancourt, D. Simpson, A. Vehtari, A. Gelman, Validating Bayesian inference algorithms with simulation-based
-- calibration, arXiv:1804.06788 (2018); bands that hold for all places of the ECDF at once: T. Sailynoja, P.-C. Buerkner,
-- A. Vehtari, Graphical test for discrete uniformity and its applications, Statistics and Computing 32 (2022) 32.
local core = require "muster.core"
local data = require "muster.model.data"
local fit = require "muster.model.fit"
local muster = require "muster.init"
local names = require "muster.model.names"
local random = require "muster.base.random"
local registry = require "muster.base.registry"
local wrap = require "muster.base.wrap"

local define, fail = registry.define, registry.fail

core.new_class "Calibration"

local PLACES = 20            -- of the ECDF that are looked at
local SETS = 400             -- of uniform ranks, for the bands, for each quantity
local LEVEL = 0.95           -- of all quantities together: of many, one will always be out of its own

-- == uniform or not ========================================================================================

-- cdf[k + 1] = P(X <= k) of Binomial(n, p).
local function binomial(n, p)
  local cdf, sum, log_one = {}, 0, n * math.log(1 - p)
  for k = 0, n do
    sum = sum + math.exp(log_one)
    cdf[k + 1] = math.min(1, sum)
    log_one = log_one + math.log(math.max(n - k, 1e-300) / (k + 1)) + math.log(p / (1 - p))
  end
  return cdf
end

-- How many ranks (0 ... most) are below each place.
local function counts(ranks, most)
  local out = {}
  for k = 1, PLACES do
    out[k] = 0
  end
  for _, r in ipairs(ranks) do
    local k = r * PLACES // (most + 1) + 1
    out[k] = out[k] + 1
  end
  for k = 2, PLACES do
    out[k] = out[k] + out[k - 1]
  end
  out[PLACES] = nil
  return out
end

-- The smallest two-sided probability of the counts, place by place.
local function least(list, tables)
  local p = 1
  for k, n in ipairs(list) do
    local cdf = tables[k]
    p = math.min(p, 2 * math.min(cdf[n + 1], 1 - (n > 0 and cdf[n] or 0)))
  end
  return p
end

-- Of n uniform ranks 0 ... most: the tables, and the probability below which one of `quantities` sets is out of the bands.
local function bands(n, most, seed, quantities)
  local tables, uniform = {}, random.stream(seed)
  for k = 1, PLACES - 1 do
    tables[k] = binomial(n, math.ceil(k / PLACES * (most + 1) - 1e-9) / (most + 1))
  end
  local minima = {}
  local sets = math.max(1000, math.min(20000, SETS * quantities))
  for i = 1, sets do
    local ranks = {}
    for j = 1, n do
      ranks[j] = math.floor(uniform() * (most + 1))
    end
    minima[i] = least(counts(ranks, most), tables)
  end
  table.sort(minima)
  return tables, minima[math.max(1, math.floor((1 - LEVEL) / quantities * sets))]
end

local function shape(ranks, most)
  local n, mean, apart = #ranks, 0, 0
  for _, r in ipairs(ranks) do
    local u = (r + 0.5) / (most + 1)
    mean, apart = mean + u / n, apart + math.abs(u - 0.5) / n
  end
  local z_mean, z_apart = (mean - 0.5) * math.sqrt(12 * n), (apart - 0.25) * math.sqrt(48 * n)
  if math.abs(z_mean) >= math.abs(z_apart) then
    return z_mean < 0 and "biased high" or "biased low"
  end
  return z_apart > 0 and "too narrow" or "too wide"
end

local sentences = {
  uniform = "the truth is ranked evenly",
  ["biased high"] = "posteriors lie above the truth too often", ["biased low"] = "posteriors lie below the truth too often",
  ["too narrow"] = "the truth is in the tails too often: intervals are too short",
  ["too wide"] = "the truth is in the middle too often: intervals are too long",
}

-- == worlds ================================================================================================

-- The data that hold the ends of reported(distribution, low, high), where they are named.
local function ends(name)
  if name:find "^reported%(" then
    return name:match "([%a_][%w_]*)%s*,%s*([%a_][%w_]*)%s*%)$"
  end
end

local function check_observed(about, figures, report)
  for _, q in ipairs(about.quantities) do
    if q.role == "observed" and figures[q.name] and not report then
      fail("muster.calibrate: '%s' in line %d are published figures: give `report`, a function from a number that was simulated to the bounds "
        .. "that are said of it", q.name, q.line)
    end
    if q.role == "observed" and not q.name:find "^[%a_][%w_]*$" and not (report and ends(q.name)) then
      fail("muster.calibrate: '%s' in line %d is no plain name: give %s", q.name, q.line, ends(q.name)
        and "`report`, a function from a number that was simulated to the bounds that are said of it"
        or "`observe`, a function from what was simulated to data")
    end
  end
end

-- The simulated numbers of `figure ~ reported(...)` and reported(..., low, high) as the bounds that report(x, i) says of them.
local function reported(about, drawn, figures, report)
  for _, q in ipairs(about.quantities) do
    local low_name, high_name = ends(q.name)
    if q.role == "observed" and (low_name or figures[q.name]) then
      local values, bounds = drawn[q.name], { low = {}, high = {} }
      for i, x in ipairs(type(values) == "table" and values or { values }) do
        local low, high = report(x, i)
        if math.type(low) == nil or math.type(high) == nil or not (low <= x and x <= high) then
          fail("muster.calibrate: report(%g, %d) gave %s and %s: expected two bounds that hold the number", x, i, tostring(low), tostring(high))
        end
        bounds.low[i], bounds.high[i] = low + 0.0, high + 0.0
      end
      drawn[q.name] = nil
      if low_name then
        drawn[low_name], drawn[high_name] = bounds.low, bounds.high
      else
        drawn[q.name] = muster.table(bounds):derive "figure = quantity(low, high)":column "figure"
      end
    end
  end
  return drawn
end

-- Which of the data are published figures.
local function figures_of(list)
  local out = {}
  for _, pair in ipairs(list) do
    local value = pair[2]
    local one = type(value) == "table" and value[1] or value
    out[pair[1]] = core.class(value) == "Column" and value:type() == "quantity" or core.class(one) == "Quantity"
  end
  return out
end

-- The data of a world, by name.
local function simulated(about, row)
  local kinds = { quantities = {} }
  for i, q in ipairs(about.quantities) do
    local one = {}
    for key, value in pairs(q) do
      one[key] = value
    end
    one.role = q.role == "observed" and "parameter" or "discrete"
    one.dims = q.n == 1 and {} or q.dims
    kinds.quantities[i] = one
  end
  return names.values(kinds, row)
end

local function given_data(given, drawn)
  local list, at = data.list(given), {}
  for i, pair in ipairs(list) do
    at[pair[1]] = i
  end
  for name, value in pairs(drawn) do
    local i = at[name] or #list + 1
    if type(value) == "number" and list[i] and type(list[i][2]) ~= "number" then
      value = { value }
    end
    list[i], at[name] = { name, value }, i
  end
  return list
end

-- Ranks of the truth among every `thin`-th draw, added to `ranks`.
local function rank_world(s, o, row, drawn, seed)
  local posterior = core.model_bind(s.model, given_data(o.data, drawn), "posterior")
  local sampler = core.sampler_new(posterior, { chains = 1, warmup = o.warmup or 300, seed = seed, adapt_delta = o.adapt_delta or 0.9 })
  if core.sampler_run(sampler, s.most * s.thin, 1, true) then
    return false
  end
  local values = core.posterior_rows(posterior, (core.sampler_blocks(sampler, { 1 }, s.most * s.thin, s.thin)), "values", 0, 1)
  for k, e in ipairs(s.list) do
    local column, below = core.block_column(values, e.at), 0
    for i = 1, #column do
      below = below + (column[i] < row[e.at] and 1 or 0)
    end
    s.ranks[k][#s.ranks[k] + 1] = below
  end
  return true
end

local function result(s)
  local tables, limit = bands(#s.ranks[1], s.most, s.seed, #s.list)
  local rows, all = {}, true
  for k, e in ipairs(s.list) do
    local p = least(counts(s.ranks[k], s.most), tables)
    local says = p >= limit and "uniform" or shape(s.ranks[k], s.most)
    rows[k] = { name = e.name, says = says, text = ("%s: %s (%s)"):format(e.name, says, sentences[says]), ranks = s.ranks[k], p = p }
    all = all and says == "uniform"
  end
  local c = core.new_object("Calibration", { worlds = #s.ranks[1], most = s.most, quantities = rows, uniform = all, tables = tables,
    limit = limit, interrupted = s.interrupted or false })
  return c
end

core.metamethod("Calibration", "__tostring", function(c)
  local lines = { ("%s, ranks among %d draws%s"):format(wrap.plural(c.worlds, "world"), c.most, c.interrupted and ", interrupted" or "") }
  for _, q in ipairs(c.quantities) do
    lines[#lines + 1] = "  " .. q.text
  end
  return table.concat(lines, "\n")
end)

local example = "muster.calibrate(muster.model('theta ~ beta(2, 2); k ~ binomial(n, theta)'), { data = { n = 10, k = 0 }, worlds = 20, draws = 19, warmup = 100 })"

muster.calibrate = define {
  name = "muster.calibrate",
  args = "model: Model, options: {data?: table|Table, worlds?: integer, draws?: integer, thin?: integer, warmup?: integer, names?: string[], "
    .. "seed?: integer, adapt_delta?: number, report?: function, observe?: function}", returns = "Calibration",
  help = "Simulation-based calibration: draws parameters and data from the model (200 `worlds`), fits each, and looks at the rank of the truth among "
    .. "99 `draws` (every 5th, `thin`). Ranks are even when model and sampler are right. `uniform` says whether all are, `quantities` has "
    .. "name, says (uniform, too narrow, too wide, biased high, biased low), text and ranks of each. `data` gives what is not simulated, and the shape of what is. "
    .. "`report(x, i)` gives the two bounds that are said of the i-th number x of a `reported`; `observe` makes data, by name, of what was simulated in any other way.",
  example = "return " .. example .. ".worlds",
  fn = function(model, o)
    local list = data.list(o.data)
    local posterior = core.model_bind(model, list, "posterior")
    local about = core.posterior_about(posterior)
    local figures = figures_of(list)
    if not o.observe then
      check_observed(about, figures, o.report)
    end
    local s = { model = model, most = o.draws or 99, thin = o.thin or 5, seed = o.seed or 1, ranks = {} }
    local worlds = o.worlds or 200
    if s.most < 1 or s.thin < 1 or worlds < 1 then
      fail("muster.calibrate: worlds, draws and thin are 1 or more")
    end
    s.list = {}
    for _, e in ipairs(names.select(names.index(about), o.names, "muster.calibrate")) do
      if o.names or e.q.role == "parameter" then
        s.list[#s.list + 1] = e
        s.ranks[#s.ranks + 1] = {}
      end
    end
    local truth, _, rows = core.posterior_prior(posterior, worlds, s.seed, 0)
    for i = 1, worlds do
      local drawn = simulated(about, core.block_row(rows, i))
      drawn = o.report and reported(about, drawn, figures, o.report) or drawn
      if not rank_world(s, o, core.block_row(truth, i), o.observe and o.observe(drawn) or drawn, s.seed + i) then
        s.interrupted = true
        break
      end
    end
    if #s.ranks[1] == 0 then
      fail("interrupted before the first world")
    end
    return result(s)
  end,
}

-- The ECDF less the diagonal, and the band that a uniform one stays in.
define {
  name = "Calibration:plot", args = "", returns = "Plot",
  help = "The share of ranks below each place less what it should be, by quantity, in the band that uniform ones, all together, never leave in 95 of 100 cases.",
  example = "return " .. example .. ":plot()",
  fn = function(c)
    local rows, band = { at = {}, ecdf = {}, quantity = {} }, { at = {}, low = {}, high = {} }
    for k = 0, PLACES do
      local low, high, cdf = 0, 0, c.tables[k]
      if cdf then
        while 2 * cdf[low + 1] < c.limit do
          low = low + 1
        end
        high = c.worlds
        while 2 * (1 - cdf[high]) < c.limit do
          high = high - 1
        end
        low, high = low / c.worlds - k / PLACES, high / c.worlds - k / PLACES
      end
      band.at[k + 1], band.low[k + 1], band.high[k + 1] = k / PLACES, low, high
    end
    for _, q in ipairs(c.quantities) do
      local below = counts(q.ranks, c.most)
      for k = 0, PLACES do
        local n = #rows.at + 1
        rows.at[n], rows.quantity[n] = k / PLACES, ("%s: %s"):format(q.name, q.says)
        rows.ecdf[n] = below[k] and below[k] / c.worlds - k / PLACES or 0
      end
    end
    return muster.plot(muster.table(rows), { x = "at", y = "ecdf" })
      :ribbon(muster.table(band), { x = "at", low = "low", high = "high", ink = "light" }):line{ ink = "blue" }:panel "quantity"
      :xlabel "rank of the truth, as a share":ylabel "share of ranks below, less its own"
      :title((c.uniform and "Calibrated" or "Not calibrated") .. (#c.quantities == 1 and ": " .. c.quantities[1].text or "")):subtitle(("%s, 95 %% bands"):format(wrap.plural(c.worlds, "world")))
  end,
}

return fit
