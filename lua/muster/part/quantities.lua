-- quantities.lua - what scripts ask of figures beside their arithmetic: the policies that make numbers of them, and what they all say.
local core = require "muster.core"
local registry = require "muster.base.registry"

local define = registry.define

return function(muster)
  muster.policies = define {
    name = "muster.policies", args = "", returns = "Table",
    help = "The policies by which a figure becomes one number (q:point, point() in expressions), what each does and whose rule it is: "
      .. "columns policy, meaning, source.",
    example = "return muster.policies():select('policy', 'meaning')",
    fn = function()
      return muster.table(core.policies(), { "policy", "meaning", "source" })
    end,
  }

  define {
    name = "Quantity:points", args = "", returns = "Table",
    help = "The figure as a number by every policy: columns policy, point (missing where the policy has no answer) and why_not.",
    example = "return muster.quantity{ qualifier = 'range', low = 10000, high = 12000 }:points()",
    fn = function(q)
      local rows = {}
      for i, row in ipairs(core.policies()) do
        local known, point = pcall(q.point, q, row.policy)
        rows[i] = { policy = row.policy, point = known and point or nil, why_not = not known and point:match "' has no [%a ]+: (.*)$" or nil }
      end
      -- columns, so that a figure without any point keeps a column of numbers
      local columns = { policy = { n = #rows }, point = { n = #rows }, why_not = { n = #rows } }
      for i, row in ipairs(rows) do
        columns.policy[i], columns.point[i], columns.why_not[i] = row.policy, row.point, row.why_not
      end
      return muster.table(columns, { "policy", "point", "why_not" })
    end,
  }
end
