-- models.lua - models as text: methods of Model and Fit, and muster.matrix.
local registry = require "muster.base.registry"

return function(muster)
  local data = require "muster.model.data"
  require "muster.model.run"
  require "muster.model.plots"
  require "muster.model.checks"
  require "muster.model.calibrate"

  muster.matrix = registry.define {
    name = "muster.matrix", args = "t: Table, columns: string[], options?: {intercept?: boolean}", returns = "Matrix",
    help = "Columns of a table as a matrix for a model: data = { X = muster.matrix(t, { \"x1\", \"x2\" }) }. With `intercept` its first "
      .. "column is 1. `names`, `rows` and `intercept` can be read.",
    example = "local t = muster.table{ x1 = { 1, 2 }, x2 = { 3, 4 } }\nreturn #muster.matrix(t, { 'x1', 'x2' }, { intercept = true }).names",
    fn = data.matrix,
  }
end
