-- Models of other kinds (time series, groups, mixtures, bounds, curves) against posteriors by rstan, with data in the repository:
-- t/posteriors/more/make.R made both. Limits are those of t6600.
local lu = require "lu"
local posterior = require "posterior"

-- the quickest of each kind; all of them: muster run t/perf/posteriors.lua
local names = { "eight_schools", "arma11", "garch11", "seeds", "surgical", "logistic_interaction", "zero_inflated", "bounds" }

for _, case in ipairs(posterior.own(os.getenv "T" or "t", names)) do
  _G["Test_" .. case.name] = function()
    for _, q in ipairs(posterior.compare(case, posterior.fit(case))) do
      local what = ("%s, %s: z %.2f, ratio of sds %.3f, R-hat %.4f"):format(case.name, q.name, q.z, q.ratio, q.rhat)
      lu.assertTrue(math.abs(q.z) < 4, what)
      lu.assertTrue(math.abs(q.ratio - 1) < 0.1, what)
      lu.assertTrue(q.rhat < 1.01, what)
    end
  end
end

os.exit(lu.run())
