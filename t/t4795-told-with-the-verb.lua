-- What is wrong with a verb whatever the rows are is told by the verb, not when somebody looks at the result.
local lu = require "lu"

local t = muster.table({ { n = 1, q = muster.quantity { qualifier = "more_than", best = 3 } } }, { "n", "q" })

local cases = {
  { "m = mean(q)", "mean needs numbers, not quantities" },
  { "m = 1 + median(q)", "median needs numbers, not quantities" },
  { "m = quantile(n, 2)", "quantile needs a number from 0 to 1" },
  { "m = sd(q) over (n)", "sd needs numbers, not quantities" },
}

for k, case in ipairs(cases) do
  _G["TestTold_" .. k] = function()
    for _, verb in ipairs { "derive", "agg" } do
      -- an aggregate with `over` is no aggregate of groups
      if verb == "derive" or not case[1]:find "over" then
        local ok, why = pcall(function() return (t[verb](t, case[1])) end)
        lu.assertFalse(ok, verb .. " " .. case[1])
        lu.assertStrContains(why, case[2])
        lu.assertStrContains(why, "\n  " .. case[1] .. "\n")
      end
    end
  end
end

function TestTold_only_what_is_wrong()
  lu.assertEquals(t:agg("m = mean(n)", "q = quantile(n, 0.5)", "s = sum(q)"):column("m")[1], 1.0)
end

os.exit(lu.run())
