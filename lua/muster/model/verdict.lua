-- verdict.lua - whether draws can be used, in words: which number says no, of which parameter, and what to try next.
--
-- Limits: R-hat 1.01 and 100 effective draws for each chain (A. Vehtari et al., Rank-normalization, folding, and localization,
-- Bayesian Analysis 16, 2021), E-BFMI 0.3 (M. Betancourt, arXiv:1604.00695, 2016), no divergences (the same, arXiv:1701.02434,
-- 2017), Pareto k 0.7 (A. Vehtari et al., Pareto smoothed importance sampling, JMLR 25, 2024). Beyond the second limit of each
-- draws are not usable: by then means and intervals of the test problems of these papers were plainly wrong.
local core = require "muster.core"
local wrap = require "muster.base.wrap"

local verdict = {}

local USABLE, CARE, UNUSABLE = "usable", "with care", "not usable"
verdict.USABLE, verdict.CARE, verdict.UNUSABLE = USABLE, CARE, UNUSABLE

local RHAT, RHAT_WORST = 1.01, 1.05
local ESS, ESS_WORST = 100, 25              -- for each chain
local EBFMI, EBFMI_WORST = 0.3, 0.1
local DIVERGENT_WORST = 0.01                -- share of draws
local DEPTH_SHARE = 0.01                    -- trajectories cut short: a matter of speed, said once they are many
local K, K_WORST = 0.5, 0.7
local TOO_FEW = 5                           -- divergences that lie nowhere in particular
local TIED = 0.95                           -- a correlation from which on two parameters are hardly told apart
local LOOKED_AT = 200                       -- parameters among which such a one is looked for
local MORE = 10                             -- times the draws there are: beyond that more of them are no remedy
local TELLING = 1                           -- sds between divergent draws and the others before a place is named

local meta = { __name = "verdict", __tostring = function(v) return v.text end }

local function count(n)
  return (tostring(n):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

-- The element with the largest (sign 1) or smallest (sign -1) of a measure.
local function worst(measured, key, sign)
  local name, value
  for _, m in ipairs(measured) do
    local v = m[key]
    if v and (not value or sign * v > sign * value) then
      name, value = m.name, v
    end
  end
  return name, value
end

local function mean_sd(values)
  local n, mean, square = #values, 0, 0
  for _, v in ipairs(values) do
    mean = mean + v / n
  end
  for _, v in ipairs(values) do
    square = square + (v - mean) ^ 2
  end
  return mean, n > 1 and math.sqrt(square / (n - 1)) or 0
end

-- Where divergences are: the parameter whose values there lie furthest from the others, on the scale it is sampled on.
local function place_of_divergences(s)
  local name, side, most, limit
  local divergent = core.block_column(s.infos, 6)
  for _, e in ipairs(s.index.list) do
    if e.q.role == "parameter" then
      local column, there, all = core.block_column(s.values, e.at), {}, {}
      local scale = e.q.positive and math.log or function(v) return v end
      for i = 1, #column do
        local v = scale(column[i])
        all[i] = v
        there[#there + 1] = divergent[i] ~= 0 and v or nil
      end
      local mean, sd = mean_sd(all)
      local at = mean_sd(there)
      local apart = sd > 0 and (at - mean) / sd or 0
      if math.abs(apart) > (most or TELLING) then
        most, name, side = math.abs(apart), e.name, apart < 0 and "small" or "large"
        limit = e.q.positive and math.exp(at) or at
      end
    end
  end
  return name and ("mostly where %s is %s (around %s)"):format(name, side, ("%.2g"):format(limit))
end

-- The parameter that is hardly told apart from this one: by their correlation, on the scale they are sampled on.
local function tied(s, name)
  local e = s.index.by[name] and s.index.by[name][1]
  if not e or e.q.role ~= "parameter" then
    return nil
  end
  local function scores(of)
    local scale = of.q.positive and math.log or function(v) return v end
    local values = core.block_column(s.values, of.at):values()
    for i, v in ipairs(values) do
      values[i] = scale(v)
    end
    local mean, sd = mean_sd(values)
    return values, mean, sd
  end
  local x, x_mean, x_sd = scores(e)
  local other, most, seen = nil, TIED, 0
  for _, o in ipairs(s.index.list) do
    seen = seen + (o.q.role == "parameter" and 1 or 0)
    if o ~= e and o.q.role == "parameter" and seen <= LOOKED_AT then
      local y, y_mean, y_sd = scores(o)
      local sum = 0
      for i = 1, #x do
        sum = sum + (x[i] - x_mean) * (y[i] - y_mean)
      end
      local r = sum / ((#x - 1) * x_sd * y_sd)
      if math.abs(r) > math.abs(most) then
        other, most = o.name, r
      end
    end
  end
  return other, most
end

-- Chains whose means are apart by more than the draws of one of them spread: more than one mode.
local function modes(s, name)
  local e = s.index.by[name] and s.index.by[name][1]
  if not e or s.chains < 2 then
    return nil
  end
  local column, means, within = core.block_column(s.values, e.at), {}, 0
  for c = 1, s.chains do
    local own = {}
    for i = 1, s.draws do
      own[i] = column[(c - 1) * s.draws + i]
    end
    local mean, sd = mean_sd(own)
    means[c], within = mean, math.max(within, sd)
  end
  table.sort(means)
  return means[#means] - means[1] > 2 * within
    and ("chains lie between %.3g and %.3g"):format(means[1], means[#means]) or nil
end

-- The status of a number that is nil when there is none; `below`: small ones are the bad ones.
local function level(v, limit, unusable, below)
  if not v then
    return nil
  elseif below then
    v, limit, unusable = -v, -limit, -unusable
  end
  return v > unusable and UNUSABLE or v > limit and CARE or nil
end

-- == what can be wrong: each gives nothing, or { status, what, name, value, try } ==========================

local function find_numbers(_, measured)
  for _, m in ipairs(measured) do
    if m.broken then
      return { status = UNUSABLE, name = m.name, what = ("%s is not a finite number in some draws"):format(m.name),
        try = "look at its definition: a logarithm of 0, a division by 0, an overflow" }
    end
  end
end

local function find_few(s)
  if s.kind ~= "posterior" or s.draws >= 100 then
    return nil
  end
  return { status = s.draws < 4 and UNUSABLE or CARE, what = ("each chain has only %s"):format(wrap.plural(s.draws, "draw")),
    try = "fit:continue{ draws = 1000 }" }
end

local function find_interrupted(s)
  return s.interrupted and { status = CARE, what = ("it was interrupted: %s of %s, %s of %s draws each"):format(
    s.chains, wrap.plural(s.wanted_chains, "chain"), count(s.draws), count(s.wanted)),
    try = "fit:continue{} goes on where it stopped" }
end

local function find_one_chain(s)
  return s.kind == "posterior" and s.chains == 1 and { status = CARE, what = "it is one chain, which cannot contradict itself",
    try = "chains = 4" }
end

local function find_divergences(s)
  if s.divergences == 0 then
    return nil
  end
  local share = s.divergences / (s.chains * s.draws)
  local where = s.divergences >= TOO_FEW and place_of_divergences(s)
  return { status = share > DIVERGENT_WORST and UNUSABLE or CARE, value = s.divergences,
    what = ("%s of %s draws (%.3g %%)%s: parts of the distribution were not reached"):format(
      wrap.plural(s.divergences, "divergence"), count(s.chains * s.draws), 100 * share, where and ", " .. where or ""),
    try = ("adapt_delta = %s; where effects have a common spread, write them as mu + tau * z with z ~ normal(0, 1), or back; a prior that "
      .. "keeps scales away from 0 and from extremes"):format(s.options.adapt_delta < 0.95 and "0.95" or "0.99") }
end

local function bound_together(name, other, r)
  return ("the data hardly tell %s from %s (correlation %.3f): leave one out, give it a narrower prior, or write the model with their sum or difference; "
    .. "fit:plot(\"pairs\", { names = { \"%s\", \"%s\" } }) shows it"):format(name, other, r, name, other)
end

local function find_rhat(s, measured)
  local name, v = worst(measured, "rhat", 1)
  local status = level(v, RHAT, RHAT_WORST)
  if not status then
    return nil
  end
  local other, r = tied(s, name)
  local apart = not other and modes(s, name)
  return { status = status, name = name, value = v,
    what = ("R-hat of %s is %.3g: chains do not agree on it%s"):format(name, v, apart and " (" .. apart .. ")" or ""),
    try = other and bound_together(name, other, r) or apart and "if they are the same solution under other labels, use `ordered`; else a prior that says which is meant; fit:plot 'trace' shows them"
      or ("warmup = %d and twice the draws; fit:plot 'rank' shows which chain is apart"):format(math.max(1000, 2 * s.options.warmup)) }
end

local function find_ess(s, measured, key, of, told)
  local name, v = worst(measured, key, -1)
  local need = ESS * math.max(s.chains, 4)
  local status = level(v, need, ESS_WORST * math.max(s.chains, 4), true)
  if not status then
    return nil
  end
  local more = math.ceil(s.draws * (need / math.max(v, 1) - 1) / 100) * 100
  local other, r = tied(s, name)
  local remedy = other and bound_together(name, other, r) or more <= MORE * s.draws and ("fit:continue{ draws = %d }"):format(more)
    or "another form: it is strongly tied to other parameters, or the data hardly tell it; fit:plot 'pairs' shows with which"
  return { status = status, name = name, value = v,
    what = ("%s has %.0f effective draws for %s, %d are needed"):format(name, v, of, need),
    try = remedy ~= told and remedy or nil }
end

-- `imprecise`: { name, error, wanted } of what until_mcse asked for and max_draws did not give.
local function find_precision(s)
  local p = s.imprecise
  return p and { status = CARE, name = p.name, value = p.error,
    what = ("the Monte Carlo error of %s is %.2g after %s draws of each chain, until_mcse asked for %.2g"):format(p.name, p.error, count(s.draws), p.wanted),
    try = ("a larger max_draws: about %s"):format(count(math.ceil(s.draws * (p.error / p.wanted) ^ 2 / 100) * 100)) }
end

local function find_energy(s)
  if s.kind ~= "posterior" then
    return nil
  end
  local lowest, chain
  for c, v in ipairs(core.block_ebfmi(s.infos, 7)) do
    if v == v and (not lowest or v < lowest) then
      lowest, chain = v, c
    end
  end
  local status = level(lowest, EBFMI, EBFMI_WORST, true)
  return status and { status = status, value = lowest,
    what = ("E-BFMI of chain %d is %.2f: the tails were hardly explored"):format(chain, lowest),
    try = "another form for heavy tails or hierarchies (mu + tau * z), shorter-tailed priors, more warmup" }
end

local function find_depth(s)
  if s.kind ~= "posterior" then
    return nil
  end
  local depth, full = core.block_column(s.infos, 4), 0
  for i = 1, #depth do
    full = full + (depth[i] >= s.options.max_treedepth and 1 or 0)
  end
  return full > DEPTH_SHARE * #depth and { status = CARE, value = full,
    what = ("%.0f %% of trajectories were cut short at max_treedepth = %d: sampling is slow"):format(100 * full / #depth, s.options.max_treedepth),
    try = ("data and parameters of about unit scale, metric = \"dense\", or max_treedepth = %d"):format(s.options.max_treedepth + 2) }
end

local function find_weights(s)
  local status = level(s.k, K, K_WORST)
  return status and { status = status, value = s.k,
    what = ("Pareto k of the approximation is %.2f: it is not the posterior"):format(s.k), try = "model:sample{ ... }" }
end

local function find_notes(s)
  return s.about.notes ~= "" and { status = USABLE, note = true, what = s.about.notes:gsub("%s*\n%s*", "; "):gsub("; $", "") } or nil
end

-- == together ============================================================================================

local function praise(s, measured)
  local parts = {}
  if s.kind == "prior" then
    return ("%s independent draws of the prior"):format(count(s.draws))
  elseif s.kind == "laplace" then
    return ("%s draws of a normal approximation%s"):format(count(s.draws), s.k and (", Pareto k %.2f"):format(s.k) or "")
  end
  parts[1] = ("%s of %s draws"):format(wrap.plural(s.chains, "chain"), count(s.draws))
  local name, v = worst(measured, "rhat", 1)
  parts[#parts + 1] = name and ("largest R-hat %.3f (%s)"):format(v, name)
  local bulk, tail = { worst(measured, "ess_bulk", -1) }, { worst(measured, "ess_tail", -1) }
  local least = bulk[2] and tail[2] and (bulk[2] < tail[2] and bulk or tail)
  if least then
    parts[#parts + 1] = ("fewest effective draws %.0f (%s)"):format(least[2], least[1])
  end
  parts[#parts + 1] = s.divergences == 0 and "no divergences" or wrap.plural(s.divergences, "divergence")
  return table.concat(parts, ", ")
end

-- `s` is what a fit knows of itself (fit.lua), `measured` a list of { name, rhat, ess_bulk, ess_tail, broken } of what varies.
function verdict.of(s, measured)
  local problems = {}
  local function add(p)
    problems[#problems + 1] = p or nil
    return p or nil
  end
  add(find_numbers(s, measured))
  add(find_interrupted(s))
  add(find_divergences(s))
  if s.kind == "posterior" then
    local disagree = add(find_rhat(s, measured))
    local middle = add(find_ess(s, measured, "ess_bulk", "its middle", disagree and disagree.try))
    -- a remedy is said once
    local ends = find_ess(s, measured, "ess_tail", "its 5 % and 95 % ends", disagree and disagree.try)
    if ends and middle and ends.try == middle.try then
      ends.try = nil
    end
    add(ends)
    add(find_precision(s))
    add(find_one_chain(s))
  end
  add(find_energy(s))
  add(find_depth(s))
  add(find_few(s))
  add(find_weights(s))
  local rank, status = { [USABLE] = 1, [CARE] = 2, [UNUSABLE] = 3 }, USABLE
  for _, p in ipairs(problems) do
    status = rank[p.status] > rank[status] and p.status or status
  end
  for at, p in ipairs(problems) do
    p.at = at
  end
  table.sort(problems, function(a, b)
    return rank[a.status] ~= rank[b.status] and rank[a.status] > rank[b.status] or rank[a.status] == rank[b.status] and a.at < b.at
  end)
  add(find_notes(s))
  local lines = { ("%s: %s"):format(status, praise(s, measured)) }
  for _, p in ipairs(problems) do
    p.at = nil
    lines[#lines + 1] = wrap.paragraph((p.note and "note: " or "- ") .. p.what, 110, "  ", "  ")
    if p.try then
      lines[#lines + 1] = wrap.paragraph("try: " .. p.try, 110, "    ", "     ")
    end
  end
  return setmetatable({ status = status, problems = problems, text = table.concat(lines, "\n") }, meta)
end

return verdict
