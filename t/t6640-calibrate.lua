-- Simulation-based calibration: of three kinds of models the truth is ranked evenly, and of a fit that is wrong on purpose it is said
-- in which way it is wrong. WORLDS=500 makes more worlds than the hundred of every check.
local lu = require "lu"
local random = require "muster.base.random"

local q = muster.quantity
local worlds = tonumber(os.getenv "WORLDS") or 100

local function calibrate(model, data, more)
  local o = { data = data, worlds = worlds, draws = 49 }
  for key, value in pairs(more or {}) do
    o[key] = value
  end
  return muster.calibrate(muster.model(model), o)
end

local function even(c)
  for _, found in ipairs(c.quantities) do
    print(("# %s, p %.3f, out below %.4f"):format(found.text, found.p, c.limit))
  end
  lu.assertTrue(c.uniform, tostring(c))
end

function TestCalibrate_hierarchical_poisson()
  local unit, days, lost = {}, {}, {}
  for i = 1, 16 do
    unit[i], days[i], lost[i] = (i - 1) // 4 + 1, 1 + i % 5, 0
  end
  even(calibrate([[
    mean_log ~ normal(0, 1)
    spread ~ lognormal(log(0.5), 0.5)
    z[units] ~ normal(0, 1)
    lost ~ poisson(exp(mean_log + spread * z[unit]) * days)
  ]], { units = 4, unit = unit, days = days, lost = lost }))
end

function TestCalibrate_logistic()
  local uniform, X, y = random.stream(4), {}, {}
  for i = 1, 60 do
    X[i], y[i] = {}, 0
    for k = 1, 3 do
      X[i][k] = 2 * uniform() + 2 * uniform() - 2
    end
  end
  even(calibrate([[
    a ~ normal(0, 1.5)
    b[3] ~ normal(0, 1)
    y ~ bernoulli_logit(a + matvec(X, b))
  ]], { X = X, y = y }))
end

-- Every other claim says on which side of a number in the air the estimate lies, the others in which step of a scale.
local function say(x, i)
  if i % 2 == 0 then
    local number = 1000.0 * i
    if x > number then
      return number, math.huge
    end
    return 0, number
  end
  local step = 500.0 * i
  return x // step * step, (x // step + 1) * step
end

local claims = [[
  truth ~ lognormal(log(3000), 0.8)
  spread ~ lognormal(log(0.25), 0.4)
  said ~ reported(lognormal(log(truth), spread))
]]
local eight = { q "1", q "1", q "1", q "1", q "1", q "1", q "1", q "1" }

function TestCalibrate_claims()
  even(calibrate(claims, { said = eight }, { report = say }))
end

-- A scale that was printed one step too high.
function TestCalibrate_claims_of_a_wrong_scale()
  local c = muster.calibrate(muster.model [[
    truth ~ lognormal(log(3000), 0.8)
    reported(lognormal(log(truth), 0.2), low, high)
  ]], { data = { low = { 1, 1, 1, 1 }, high = { 2, 2, 2, 2 } }, worlds = 100, draws = 49,
    observe = function(drawn)
      local low, high = {}, {}
      for i, x in ipairs(select(2, next(drawn))) do
        local lower, upper = say(x, 1)
        low[i], high[i] = lower + 1000, upper + 1000
      end
      return { low = low, high = high }
    end })
  lu.assertEquals(c.quantities[1].says, "biased high")
end

-- `report` also finds the ends that reported() names.
function TestCalibrate_named_ends()
  even(calibrate([[
    truth ~ lognormal(log(3000), 0.8)
    reported(lognormal(log(truth), 0.2), low, high)
  ]], { low = { 1, 1, 1, 1 }, high = { 2, 2, 2, 2 } }, { report = say }))
end

-- Worlds have a standard deviation of 1; the fit is told another.
function TestCalibrate_says_what_is_wrong()
  local text = "mu ~ normal(0, 10); y ~ normal(mu, s)"
  for s, says in pairs { [1] = "uniform", [0.4] = "too narrow", [2.5] = "too wide" } do
    local c = calibrate(text, { y = { 0, 0, 0, 0 }, s = 1 }, { observe = function(drawn)
      return { y = drawn.y, s = s }
    end })
    lu.assertEquals(c.quantities[1].says, says)
  end
  for by, says in pairs { [0.7] = "biased high", [-0.7] = "biased low" } do
    local c = calibrate(text, { y = { 0, 0, 0, 0 }, s = 1 }, { observe = function(drawn)
      local y = {}
      for i, x in ipairs(drawn.y) do
        y[i] = x + by
      end
      return { y = y }
    end })
    lu.assertEquals(c.quantities[1].says, says)
  end
end

function TestCalibrate_refuses()
  local few = { data = { said = eight }, worlds = 2, draws = 9 }
  few.report = function() return 5, 6 end
  lu.fails("expected two bounds that hold the number", muster.calibrate, muster.model(claims), few)
  few.report = function(x) return x end
  lu.fails(" and nil: expected", muster.calibrate, muster.model(claims), few)
  few.report = nil
  lu.fails("give `report`", muster.calibrate, muster.model(claims), few)
  lu.fails("give `report`", muster.calibrate, muster.model "x ~ normal(0, 1); reported(normal(x, 1), low, high)",
    { data = { low = { 1 }, high = { 2 } } })
end

os.exit(lu.run())
