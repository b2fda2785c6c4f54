-- distributions.lua - the list of distributions (core/stats/dist.c) as a table.
local core = require "muster.core"
local registry = require "muster.base.registry"

return function(muster)
  muster.distributions = registry.define {
    name = "muster.distributions", args = "", returns = "Table",
    help = "All distributions that models, muster.stats.lpdf and its neighbours know: name, parameters in their order, where outcomes "
      .. "lie, and a sentence on each. Names and parameters are Stan's.",
    example = "return muster.distributions():head(3)",
    fn = function()
      return muster.table(core.distributions(), { "name", "parameters", "support", "help" })
    end,
  }
end
