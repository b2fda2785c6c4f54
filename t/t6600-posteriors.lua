-- Posteriors that others published with reference draws (posteriordb): every mean within 4 joint Monte Carlo standard errors, every
-- standard deviation within 10 %, every R-hat below 1.01. Eight schools, whose data are in the repository, is always tested.
local lu = require "lu"
local posterior = require "posterior"

local t = os.getenv "T" or "t"
local shared = (os.getenv "ROOT" or t .. "/..") .. "/../shared"

local function check(case)
  local fit = posterior.fit(case)
  local found = posterior.compare(case, fit)
  for _, q in ipairs(found) do
    local what = ("%s, %s: z %.2f, ratio of sds %.3f, R-hat %.4f"):format(case.name, q.name, q.z, q.ratio, q.rhat)
    lu.assertTrue(math.abs(q.z) < 4, what)
    lu.assertTrue(math.abs(q.ratio - 1) < 0.1, what)
    lu.assertTrue(q.rhat < 1.01, what)
  end
  lu.assertEquals(#found, #case.reference)
end

local published = posterior.published(t, shared)
for _, entry in ipairs(dofile(t .. "/posteriors/index.lua")) do
  _G["Test_" .. entry.name:gsub("%W", "_")] = function()
    if not published then
      lu.skip("no posteriordb beside the repository")
    end
    for _, case in ipairs(published) do
      if case.name == entry.name then
        return check(case)
      end
    end
    lu.fail "not among the published ones"
  end
end

-- Nothing that is published is left out.
function TestAll_of_the_index_are_here()
  if not published then
    lu.skip("no posteriordb beside the repository")
  end
  local here = {}
  for _, case in ipairs(published) do
    here[case.name] = true
  end
  for _, row in muster.load(shared .. "/data/reference/posteriordb/index.csv"):rows() do
    lu.assertTrue(here[row.posterior], row.posterior)
  end
end

os.exit(lu.run())
