-- posterior.lua - a model with its data against means and standard deviations that another program drew.
--
-- A case is { name =, model = path of the text, data = path of JSON, reference = rows, sample = options }. Reference rows have
-- the columns of posteriordb's summary: parameter, mean, sd, mcse, q05 ... q95. Quantities have the same names on both sides.
local json = require "json"

local posterior = {}

local function read(path)
  local f = io.open(path, "rb")
  if not f then
    return nil
  end
  local text = f:read "a"
  f:close()
  return text
end

-- { posterior = { rows } } of a file of summaries, or nil when it is not there.
local function summaries(path)
  if not read(path) then
    return nil
  end
  local out = {}
  for _, row in muster.load(path):rows() do
    row.mcse = row.mcse_mean or row.mcse_mean_from_chains
    out[row.posterior] = out[row.posterior] or {}
    table.insert(out[row.posterior], row)
  end
  return out
end

-- Cases of posteriordb below `shared`; nil when it is not there.
function posterior.published(t, shared)
  local from = shared .. "/data/reference/posteriordb/"
  local reference = summaries(from .. "summary.csv")
  if not reference then
    return nil
  end
  local cases = {}
  for k, entry in ipairs(dofile(t .. "/posteriors/index.lua")) do
    cases[k] = { name = entry.name, model = t .. "/posteriors/" .. entry.model .. ".model", data = from .. "data/" .. entry.data .. ".json",
      reference = reference[entry.name], sample = entry.sample }
  end
  return cases
end

-- Options of some: hmm_gaussian has tops some 50 below the highest in log density, in which a chain from anywhere may stay.
local more = { gp_pois_regr = { adapt_delta = 0.95 }, hmm_gaussian = { init = { mu = { -3, 1, 6 } } } }

-- Cases whose data and summaries are in the repository.
function posterior.own(t, names)
  local cases = {}
  for k, name in ipairs(names) do
    local from = t .. "/posteriors/more/" .. name
    cases[k] = { name = name, model = from .. ".model", data = from .. ".json", reference = summaries(from .. ".csv")[name],
      sample = more[name] }
  end
  return cases
end

function posterior.text(case)
  return (assert(read(case.model), "no file " .. case.model))
end

function posterior.data(case)
  return json.decode((assert(read(case.data), "no file " .. case.data)))
end

function posterior.fit(case)
  local options = { data = posterior.data(case), chains = 4, warmup = 1000, draws = 1000, seed = 1, progress = false }
  for name, value in pairs(case.sample or {}) do
    options[name] = value
  end
  return muster.model((posterior.text(case))):sample(options)
end

-- For each quantity of the reference: z of the mean in joint Monte Carlo standard errors, ratio of the standard deviations, R-hat, ESS.
function posterior.compare(case, fit)
  local own = {}
  for _, row in fit:summary():rows() do
    own[row.name] = row
  end
  local out = { z = 0, ratio = 1, rhat = 0, ess = math.huge }
  for _, want in ipairs(case.reference) do
    local got = own[want.parameter]
    if not got then
      error(("%s: the fit has no quantity %s"):format(case.name, want.parameter), 0)
    end
    local z = (got.mean - want.mean) / math.sqrt(got.mcse_mean ^ 2 + want.mcse ^ 2)
    local ratio = got.sd / want.sd
    out[#out + 1] = { name = want.parameter, z = z, ratio = ratio, rhat = got.rhat, ess = got.ess_bulk }
    if not (math.abs(z) <= out.z) then
      out.z = math.abs(z)
    end
    if not (math.abs(ratio - 1) <= math.abs(out.ratio - 1)) then
      out.ratio = ratio
    end
    if not (got.rhat <= out.rhat) then
      out.rhat = got.rhat
    end
    if not (got.ess_bulk >= out.ess) then
      out.ess = got.ess_bulk
    end
  end
  return out
end

return posterior
