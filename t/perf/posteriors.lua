-- muster run t/perf/posteriors.lua [PATTERN] - a table of every posterior that others drew: how far ours is from theirs, and how fast.
--
-- The largest |z| of the means, the worst ratio of standard deviations, divergences, seconds of sampling and what comes before it, and
-- the smallest bulk effective sample size a second. No part of any check.
package.path = "t/?.lua;" .. package.path
local core = require "muster.core"
local posterior = require "posterior"

local own = { "eight_schools", "arma11", "garch11", "hmm_gaussian", "gp_pois_regr", "logistic_interaction", "radon", "seeds", "surgical",
  "changepoint", "capture_m0", "capture_mb", "capture_mh", "hmm_drive", "sir", "ordered_logistic", "zero_inflated", "bounds" }
local cases = posterior.published("t", "../shared") or {}
table.move(posterior.own("t", own), 1, #own, #cases + 1, cases)

print "| posterior | largest abs(z) | worst ratio of sds | R-hat | divergences | seconds | ESS/s |\n|---|---|---|---|---|---|---|"
for _, case in ipairs(cases) do
  if case.name:find(arg[1] or "") then
    local start = core.clock()
    local done, fit = pcall(posterior.fit, case)
    local seconds = core.clock() - start
    if done then
      local found = posterior.compare(case, fit)
      print(("| %s | %.2f | %.3f | %.4f | %d | %.2f | %.0f |"):format(case.name, found.z, found.ratio, found.rhat, fit.divergences, seconds,
        found.ess / seconds))
    else
      print(("| %s | %s |"):format(case.name, tostring(fit):gsub("\n.*", "")))
    end
  end
end
