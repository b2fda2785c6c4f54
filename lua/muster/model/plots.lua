-- plots.lua - pictures of a fit. What the verdict says against it stands on each of them.
local core = require "muster.core"
local fit = require "muster.model.fit"
local muster = require "muster.init"
local names = require "muster.model.names"
local registry = require "muster.base.registry"
local verdict = require "muster.model.verdict"
local wrap = require "muster.base.wrap"

local define, fail = registry.define, registry.fail
local plots = {}

local PANELS = 5             -- panels of a picture, unless names ask for others
local MARKS = 2000           -- dots and places of a line of one panel
local BINS = 20              -- of a histogram of ranks
local LINES = 40             -- intervals of one picture
local GRID = 128             -- places where a density is worked out
local NARROW = 0.01          -- of the whole axis: less is a point
local REPLICATED = 100       -- predicted data sets that the observed one is compared with

-- == parts =================================================================================================

local function marked(p, s, title)
  local v = fit.verdict(s)
  p = p:title(title)
  if v.status == verdict.USABLE then
    return p
  end
  local first = v.problems[1]
  return p:subtitle(wrap.cut(("%s: %s"):format(v.status:upper(), first.what), 110))
end

-- The elements asked for; without names the parameters that are no more than a few, else the first of them.
local function chosen(s, options, most, what)
  local wanted = options.names
  local list = names.select(s.index, wanted, what)
  if wanted then
    return list
  end
  local out = {}
  for _, e in ipairs(list) do
    if e.q.role == "parameter" and #out < most then
      out[#out + 1] = e
    end
  end
  return #out > 0 and out or table.move(list, 1, math.min(#list, most), 1, {})
end

local function left_out(s, options, list)
  local all = 0
  for _, e in ipairs(s.index.list) do
    all = all + (e.q.role == "parameter" and 1 or 0)
  end
  return not options.names and all > #list and ("%d of %d parameters: names = { ... } picks others"):format(#list, all) or nil
end

local function finish(p, s, options, list, title, narrow)
  local rest = narrow or left_out(s, options, list)
  p = marked(p, s, title)
  return rest and p:caption(rest) or p
end

-- On one axis, numbers that spread by less than a hundredth of the others are points: they are left out and named, unless asked for.
local function seen_together(s, options, list)
  if options.names then
    return list
  end
  local by, low, high = {}, math.huge, -math.huge
  for _, m in ipairs(fit.measured(s)) do
    by[m.e] = m.quantiles
  end
  for _, e in ipairs(list) do
    low, high = math.min(low, by[e][1] or low), math.max(high, by[e][3] or high)
  end
  local kept, rest = {}, {}
  for _, e in ipairs(list) do
    local q = by[e]
    local to = q[1] and q[3] and q[3] - q[1] < NARROW * (high - low) and rest or kept
    to[#to + 1] = e
  end
  if #kept == 0 or #rest == 0 then
    return list
  end
  local words = {}
  for i = 1, math.min(#rest, 6) do
    words[i] = rest[i].name
  end
  return kept, ("Too narrow to be seen on this axis: %s%s. names = { ... } shows them."):format(table.concat(words, ", "),
    #rest > 6 and (" and %d more"):format(#rest - 6) or "")
end

local function chain_name(c)
  return ("chain %d"):format(c)
end

-- == traces and ranks ======================================================================================

local function trace(s, options)
  local list = chosen(s, options, PANELS, "Fit:plot")
  local step = math.max(1, math.ceil(s.draws / MARKS))
  local rows = { draw = {}, value = {}, chain = {}, quantity = {} }
  for _, e in ipairs(list) do
    local column = core.block_column(s.values, e.at)
    for c = 1, s.chains do
      for i = 1, s.draws, step do
        local n = #rows.draw + 1
        rows.draw[n], rows.value[n], rows.chain[n], rows.quantity[n] = i, column[(c - 1) * s.draws + i], chain_name(c), e.name
      end
    end
  end
  local p = muster.plot(muster.table(rows), { x = "draw", y = "value", colour = "chain" }):line{ size = 0.5 }:panel "quantity"
  return finish(p:xlabel "draw after warmup", s, options, list, "Traces")
end

-- Ranks among all draws, those of equal ones in the order of the draws.
local function ranks(column)
  local order, rank = {}, {}
  for i = 1, #column do
    order[i] = i
  end
  local values = column:values()
  table.sort(order, function(a, b)
    return values[a] ~= values[b] and values[a] < values[b] or values[a] == values[b] and a < b
  end)
  for r, i in ipairs(order) do
    rank[i] = r
  end
  return rank
end

local function rank(s, options)
  local list = chosen(s, options, PANELS, "Fit:plot")
  local n = s.chains * s.draws
  local rows = { rank = {}, count = {}, chain = {}, quantity = {} }
  for _, e in ipairs(list) do
    local rank_of = ranks(core.block_column(s.values, e.at))
    for c = 1, s.chains do
      local counts = {}
      for i = 1, s.draws do
        local bin = (rank_of[(c - 1) * s.draws + i] - 1) * BINS // n + 1
        counts[bin] = (counts[bin] or 0) + 1
      end
      for bin = 1, BINS + 1 do
        local k = #rows.rank + 1
        rows.rank[k], rows.count[k] = (bin - 1) / BINS, counts[math.min(bin, BINS)] or 0
        rows.chain[k], rows.quantity[k] = chain_name(c), e.name
      end
    end
  end
  local p = muster.plot(muster.table(rows), { x = "rank", y = "count", colour = "chain" }):step():panel "quantity"
    :reference{ y = s.draws / BINS }:xlabel "rank among the draws of all chains, as a share":ylabel "draws"
  return finish(p, s, options, list, "Ranks by chain: alike where chains agree")
end

-- == distributions =========================================================================================

-- Gaussian kernels of Silverman's width (B. Silverman, Density Estimation, 1986, section 3.4.2), summed over counts in fine bins.
local function density(values, low, high)
  local n, sorted = #values, table.move(values, 1, #values, 1, {})
  table.sort(sorted)
  local mean, square = 0, 0
  for _, v in ipairs(values) do
    mean = mean + v / n
  end
  for _, v in ipairs(values) do
    square = square + (v - mean) ^ 2
  end
  local spread = math.min(math.sqrt(square / math.max(1, n - 1)),
    (sorted[math.ceil(0.75 * n)] - sorted[math.max(1, math.ceil(0.25 * n))]) / 1.34)
  local width = 0.9 * (spread > 0 and spread or math.max(1e-12, math.sqrt(square / math.max(1, n - 1)))) * n ^ -0.2
  low, high = low or sorted[1] - 3 * width, high or sorted[n] + 3 * width
  local step = (high - low) / (GRID - 1)
  local counts, out = {}, {}
  for _, v in ipairs(values) do
    local bin = math.floor((v - low) / step + 0.5)
    if bin >= 0 and bin < GRID then
      counts[bin] = (counts[bin] or 0) + 1
    end
  end
  for i = 0, GRID - 1 do
    local sum = 0
    for bin, count in pairs(counts) do
      sum = sum + count * math.exp(-0.5 * ((i - bin) * step / width) ^ 2)
    end
    out[i + 1] = { low + i * step, sum / (n * width * math.sqrt(2 * math.pi)) }
  end
  return out
end

local function density_plot(s, options)
  local list, narrow = seen_together(s, options, chosen(s, options, PANELS, "Fit:plot"))
  local rows = { value = {}, density = {}, chain = {}, quantity = {} }
  for _, e in ipairs(list) do
    local column = core.block_column(s.values, e.at)
    local all = column:values()
    local low, high = all[1], all[1]
    for _, v in ipairs(all) do
      low, high = math.min(low, v), math.max(high, v)
    end
    for c = 1, s.chains do
      local own = table.move(all, (c - 1) * s.draws + 1, c * s.draws, 1, {})
      for _, at in ipairs(density(own, low, high)) do
        local n = #rows.value + 1
        rows.value[n], rows.density[n], rows.chain[n], rows.quantity[n] = at[1], at[2], chain_name(c), e.name
      end
    end
  end
  local p = muster.plot(muster.table(rows), { x = "value", y = "density", colour = s.chains > 1 and "chain" or nil }):line():panel "quantity"
  return finish(p:ylabel "density", s, options, list, "Densities by chain", narrow)
end

local function interval(s, options)
  local list, narrow = seen_together(s, options, chosen(s, options, LINES, "Fit:plot"))
  local by, rows = {}, { name = {}, median = {}, low = {}, high = {} }
  for _, m in ipairs(fit.measured(s)) do
    by[m.e] = m
  end
  for i, e in ipairs(list) do
    local q = by[e].quantiles
    rows.name[i], rows.low[i], rows.median[i], rows.high[i] = e.name, q[1], q[2], q[3]
  end
  local p = muster.plot(muster.table(rows), { x = "median", y = "name", low = "low", high = "high" }):forest():xlabel "median and 90 % interval"
  return finish(p, s, options, list, "Intervals", narrow)
end

-- == pairs =================================================================================================

-- The first name along x, each other one in a panel; divergent draws in another colour and on top.
local function pairs_plot(s, options)
  local list = chosen(s, options, 3, "Fit:plot")
  if #list < 2 then
    fail("Fit:plot: pairs need two numbers or more: names = { \"mu\", \"tau\" }")
  end
  local step = math.max(1, math.ceil(s.chains * s.draws / MARKS))
  local x = core.block_column(s.values, list[1].at)
  local divergent = s.infos and core.block_column(s.infos, 6)
  local fine, bad = { x = {}, y = {}, quantity = {} }, { x = {}, y = {}, quantity = {} }
  for k = 2, #list do
    local y = core.block_column(s.values, list[k].at)
    for i = 1, #x do
      local strayed = divergent and divergent[i] ~= 0
      local to = strayed and bad or i % step == 0 and fine
      if to then
        local n = #to.x + 1
        to.x[n], to.y[n], to.quantity[n] = x[i], y[i], list[k].name
      end
    end
  end
  local p = muster.plot(muster.table(fine), { x = "x", y = "y" }):point{ name = "draws", ink = "sky", size = 0.5 }
  if #bad.x > 0 then
    p = p:point(muster.table(bad), { x = "x", y = "y", name = "divergent", ink = "vermillion", size = 0.8 })
  end
  p = #list > 2 and p:panel "quantity" or p:ylabel(list[2].name)
  return finish(p:xlabel(list[1].name), s, { names = options.names or {} }, list, ("Pairs with %s"):format(list[1].name))
end

-- == predictions beside the data ===========================================================================

local function observed_quantity(s, options)
  local there, first, number = {}, nil, nil
  for k, q in ipairs(s.about.quantities) do
    if q.role == "observed" then
      there[#there + 1] = q.name
      if not first and (not options.names or q.name == options.names[1]) then
        first, number = q, k
      end
    end
  end
  if not first then
    fail("Fit:plot: the model observes no '%s'%s", options.names and options.names[1] or "data",
      options.names and registry.suggest(options.names[1], there) or "")
  end
  return first, number
end

-- Row by row: the middle 90 % of the predictions, and what was observed.
local function predictive_rows(q, low, high, predicted)
  local bottom, top = table.unpack(core.draws_ask(predicted, nil, { { "quantile", 0.05 }, { "quantile", 0.95 } }))
  local rows, seen, published = { at = {}, low = {}, high = {} }, { at = {}, value = {} }, { at = {}, low = {}, high = {} }
  for i = 1, q.n do
    rows.at[i], rows.low[i], rows.high[i] = i, bottom[q.at + i], top[q.at + i]
    if low[i] == low[i] and (not high or high[i] == low[i]) then
      seen.at[#seen.at + 1], seen.value[#seen.value + 1] = i, low[i]
    elseif high and (low[i] == low[i] or high[i] == high[i]) then
      local n = #published.at + 1
      published.at[n], published.low[n] = i, low[i] == low[i] and low[i] or -math.huge
      published.high[n] = high[i] == high[i] and high[i] or math.huge
    end
  end
  local p = muster.plot(muster.table(rows), { x = "at", low = "low", high = "high" }):interval{ name = "predicted, 90 %", ink = "sky" }
  if #published.at > 0 then
    p = p:interval(muster.table(published), { x = "at", low = "low", high = "high", name = "published bounds", ink = "black" })
  end
  if #seen.at > 0 then
    p = p:point(muster.table(seen), { x = "at", y = "value", name = "observed", ink = "black" })
  end
  return p:xlabel "row":ylabel(q.name)
end

local function quantile_of(sorted, p)
  return sorted[math.max(1, math.min(#sorted, math.floor(p * (#sorted - 1) + 1.5)))]
end

-- Of many rows, the density of all: the observed one over the middle 90 % of those of replicated data, place by place.
local function predictive_density(s, q, low, predicted)
  local from, to = math.huge, -math.huge
  local sets = { low }
  local step = math.max(1, s.chains * s.draws // REPLICATED)
  for i = step, s.chains * s.draws, step do
    if #sets <= REPLICATED then
      sets[#sets + 1] = table.move(core.block_row(predicted, i), q.at + 1, q.at + q.n, 1, {})
    end
  end
  for k, values in ipairs(sets) do
    local sorted = table.move(values, 1, #values, 1, {})
    table.sort(sorted)
    -- a few far draws of a heavy tail must not make all else a single peak
    local cut = k > 1 and 0.01 or 0
    from, to = math.min(from, sorted[math.ceil(cut * #sorted + 1e-9)]), math.max(to, sorted[math.max(1, math.floor((1 - cut) * #sorted))])
  end
  local margin = (to - from) * 0.05 + 1e-9
  local band, seen, at = { value = {}, low = {}, high = {} }, { value = {}, density = {} }, {}
  for k, values in ipairs(sets) do
    for i, place in ipairs(density(values, from - margin, to + margin)) do
      if k == 1 then
        at[i], band.value[i], seen.value[i], seen.density[i] = {}, place[1], place[1], place[2]
      else
        at[i][k - 1] = place[2]
      end
    end
  end
  for i, heights in ipairs(at) do
    table.sort(heights)
    band.low[i], band.high[i] = quantile_of(heights, 0.05), quantile_of(heights, 0.95)
  end
  local p = muster.plot(muster.table(band), { x = "value", low = "low", high = "high" }):ribbon{ name = "replicated, 90 %", ink = "sky" }
    :line(muster.table(seen), { x = "value", y = "density", name = "observed", ink = "black", size = 2 })
  return p:xlabel(q.name):ylabel "density"
end

local function predictive(s, options)
  local q, number = observed_quantity(s, options)
  local low, high = core.posterior_data(s.posterior, number)
  local predicted = fit.predicted(s)
  local exact = true
  for i = 1, q.n do
    exact = exact and low[i] == low[i] and (not high or high[i] == low[i])
  end
  if q.n > 80 and not exact then
    fail("Fit:plot: %d rows of '%s' with bounds are too many to show one by one, and a bound is no number whose density could be shown", q.n, q.name)
  end
  local p = q.n <= 80 and predictive_rows(q, low, high, predicted) or predictive_density(s, q, low, predicted)
  return marked(p, s, ("Predicted and observed: %s"):format(q.name))
end

-- == the method ============================================================================================

local kinds = { trace = trace, rank = rank, density = density_plot, interval = interval, pairs = pairs_plot, predictive = predictive }

define {
  name = "Fit:plot", args = "kind: string, options?: {names?: string[]}", returns = "Plot",
  help = "A picture of the fit: \"trace\", \"rank\" (histograms of ranks by chain), \"density\", \"interval\" (medians and 90 %), \"pairs\" (the "
    .. "first of `names` against the others, divergent draws marked), \"predictive\" (data that the model would have made, beside the "
    .. "observed). A fit that is not usable says so on the picture.",
  example = "return " .. fit.example .. ":plot 'trace'",
  fn = function(f, kind, options)
    local make = kinds[kind]
    if not make then
      local there = {}
      for name in pairs(kinds) do
        there[#there + 1] = name
      end
      table.sort(there)
      fail("Fit:plot: no picture '%s'%s; there are %s", kind, registry.suggest(kind, there), table.concat(there, ", "))
    end
    return make(fit.state(f), options or {})
  end,
}

plots.density = density
return plots
