-- mcmc.lua data DIR, sample MODEL DIR OUT SEED REPEATS, or ess FILE - make bench-mcmc by muster itself: the data of all tools, its own
-- draws, and the effective sample size of everybody's.
local core = require "muster.core"
local task = arg[1]

local models = {
  eight = [[
    mu ~ normal(0, 5)
    tau ~ half_cauchy(5)
    z[J] ~ normal(0, 1)
    theta = mu + tau * z
    y ~ normal(theta, sigma)
  ]],
  logistic = [[
    alpha ~ normal(0, 2.5)
    beta[columns(X)] ~ normal(0, 2.5)
    y ~ bernoulli_logit(alpha + matvec(X, beta))
  ]],
  losses = [[
    mu ~ normal(0, 5)
    tau ~ half_normal(1)
    b ~ normal(0, 1)
    a[J] ~ normal(mu, tau)
    y ~ poisson_log(a[g] + b * x + log_exposure)
  ]],
}
-- what the other tools' draws hold too
local kept = { eight = { "mu", "tau", "theta" }, logistic = { "alpha", "beta" }, losses = { "mu", "tau", "b", "a" } }

local function write(path, header, rows)
  local f <close> = assert(io.open(path, "w"))
  f:write(header, "\n")
  for _, row in ipairs(rows) do
    f:write(table.concat(row, ","), "\n")
  end
end

-- == data ======================================================================================

-- Always the same: Lua's generator from a given seed.
local function normal()
  return math.sqrt(-2 * math.log(1 - math.random())) * math.cos(2 * math.pi * math.random())
end

local function poisson(rate)
  local k, p, least = 0, 1 - math.random(), math.exp(-rate)
  while p > least do
    k, p = k + 1, p * (1 - math.random())
  end
  return k
end

local function make_data(dir)
  math.randomseed(20241026)
  local rows, beta = {}, {}
  for k = 1, 10 do
    beta[k] = 0.8 * normal()
  end
  for i = 1, 1000 do
    local row, eta = { 0 }, -0.5
    for k = 1, 10 do
      row[k + 1] = ("%.6f"):format(normal())
      eta = eta + beta[k] * row[k + 1]
    end
    row[1] = math.random() < 1 / (1 + math.exp(-eta)) and 1 or 0
    rows[i] = row
  end
  write(dir .. "/logistic.csv", "y,x1,x2,x3,x4,x5,x6,x7,x8,x9,x10", rows)
  -- losses of 20 units in 50 reports each; exposure in soldier-days, some 450 losses a unit
  rows = {}
  for g = 1, 20 do
    local a = -4 + 0.6 * normal()
    for _ = 1, 50 do
      local days, x = 200 + 600 * math.random(), ("%.6f"):format(normal())
      rows[#rows + 1] = { g, poisson(math.exp(a + 0.3 * x) * days), ("%.8f"):format(math.log(days)), x }
    end
  end
  write(dir .. "/losses.csv", "g,y,log_exposure,x", rows)
end

local function data_of(name, dir)
  if name == "eight" then
    return { J = 8, y = { 28, 8, -3, 7, -1, 1, 18, 12 }, sigma = { 15, 10, 16, 11, 9, 11, 10, 18 } }
  end
  local t = muster.load(dir .. "/" .. name .. ".csv")
  if name == "logistic" then
    return { y = t:column "y", X = muster.matrix(t, { "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10" }) }
  end
  return { J = 20, g = t:column "g", y = t:column "y", log_exposure = t:column "log_exposure", x = t:column "x" }
end

-- == draws =====================================================================================

-- One line a run: seconds of sampling, and with all that comes before it. Draws go to OUT-K.csv in the folder of results (--out).
local function sample(name, dir, out, seed, repeats)
  local data = data_of(name, dir)
  for k = 1, repeats do
    local start, used = core.clock(), os.clock()
    local model = muster.model(models[name])
    local fit = model:sample { data = data, chains = 4, warmup = 1000, draws = 1000, seed = seed * 1000 + k, progress = false }
    -- by processor time, as rstan tells that of its chains, where others use the machine
    local seconds = math.min(core.clock() - start, (os.clock() - used) / 2)
    local t = fit:table { names = kept[name] }
    local columns = {}
    for _, column in ipairs(t:names()) do
      columns[#columns + 1] = column ~= "draw" and column ~= "log_density" and column ~= "divergent" and column or nil
    end
    t:select(table.unpack(columns)):write(("%s-%d.csv"):format(out, k))
    -- reading the text and binding the data take milliseconds: they count as sampling
    print(("run %d %.6f %.6f"):format(k, seconds, seconds))
  end
end

-- The smallest bulk effective sample size and the largest R-hat of a file of draws: a column chain, then quantities.
local function ess(path)
  local worst = muster.draws(muster.load(path)):check()
  print(("%.1f %.4f"):format(worst.ess_bulk.value, worst.rhat.value))
end

if task == "data" then
  make_data(arg[2])
elseif task == "sample" then
  sample(arg[2], arg[3], arg[4], math.tointeger(arg[5]), math.tointeger(arg[6]))
else
  ess(arg[2])
end
