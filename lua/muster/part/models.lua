-- models.lua - models as text: methods of Model and Fit, and muster.matrix.
local core = require "muster.core"
local registry = require "muster.base.registry"

return function(muster)
  local data = require "muster.model.data"
  require "muster.model.run"
  require "muster.model.plots"
  require "muster.model.checks"
  require "muster.model.calibrate"

  muster.model_functions = registry.define {
    name = "muster.model_functions", args = "", returns = "Table",
    help = "The functions that only models have: name, arguments, and a sentence on each. Beside them a model knows the functions of "
      .. "expressions that have a mathematics, such as log and inv_logit.",
    example = "return muster.model_functions():head(3)",
    fn = function()
      return muster.table(core.model_functions(), { "name", "arguments", "help" })
    end,
  }

  muster.matrix = registry.define {
    name = "muster.matrix", args = "t: Table, columns: string[], options?: {intercept?: boolean}", returns = "Matrix",
    help = "Columns of a table as a matrix for a model: data = { X = muster.matrix(t, { \"x1\", \"x2\" }) }. With `intercept` its first "
      .. "column is 1. `names`, `rows` and `intercept` can be read.",
    example = "local t = muster.table{ x1 = { 1, 2 }, x2 = { 3, 4 } }\nreturn #muster.matrix(t, { 'x1', 'x2' }, { intercept = true }).names",
    fn = data.matrix,
  }
end
