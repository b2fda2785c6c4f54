-- evidence.lua - what tables of claims can be asked about who said what first.
local registry = require "muster.base.registry"

local define = registry.define

local claims = [[
local d, q = muster.date, muster.quantity
local function row(via, day, figure)
  return { origin = "ministry", via = via, measure = "killed", basis = "cumulative", as_of = d "2024-05-01",
    reported = d(day), figure = figure }
end
local t = muster.table({
  row("first", "2024-05-01", q{ qualifier = "about", best = 600 }), row("second", "2024-05-02", q{ best = 600 }) })
]]

return function(muster)
  define {
    name = "Table:evidence",
    args = "options?: {combined?: boolean, retold?: boolean, known_by?: string|Date, sources?: Table}", returns = "Table",
    help = "One row for each claim: carriers that agree in origin, measure, as_of, basis and contingent are one piece of evidence. "
      .. "Adds carriers, chain (who carried it, in order of reported), first_carrier, altered, figures (what each prints, where "
      .. "they differ) and retold. Any table with these columns and a figure (or low, best, high, qualifier) will do.",
    example = claims .. "return t:evidence()[1].chain",
    fn = function(t, options)
      return muster.evidence.chains(t, options)
    end,
  }

  define {
    name = "Table:genealogy", args = "options?: {sources?: Table, context?: Table}", returns = "table",
    help = "Which row retells which, and what changed on the way: muster.genealogy.of of these claims.",
    example = claims .. "return t:genealogy():text()",
    fn = function(t, options)
      return muster.genealogy.of(t, options)
    end,
  }
end
