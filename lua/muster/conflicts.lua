-- conflicts.lua - what an audit found, for readers: a report, the conflicts by subject, and two pictures.
--
-- An audit knows claims only. Where they stand and who carried them is found in the tables that it was made from, so each
-- function here takes both.
local core = require "muster.core"
local registry = require "muster.base.registry"
local plots = require "muster.audit.plots"
local report = require "muster.audit.report"
local view = require "muster.audit.view"

local define, fail = registry.define, registry.fail
local conflicts = registry.module("muster.conflicts", "What an audit found, for readers: a report, subjects, pictures.")

-- The tables as the parts below want them.
local function loaded(tables)
  return { files = {}, deployments = tables.deployments, casualties = tables.casualties, captures = tables.captures,
    sources = tables.sources }
end

local setup = "local cas = muster.casualties 'datasets/dprk/casualties.csv'\nlocal audit = muster.audit(nil, cas)\n"
local args = "audit: Audit, tables: {deployments?: Table, casualties?: Table, captures?: Table, sources?: Table}"

conflicts.report = define {
  name = "muster.conflicts.report", args = args .. ", options?: {title?: string, width?: integer, all?: boolean}",
  returns = "string",
  help = "An audit as a report, as `muster audit` prints it: counts, the smallest repair, then each conflict by subject with "
    .. "its arithmetic, its claims (carriers, file, line) and what would repair it. `tables` are those that the audit was "
    .. "made from, and sources if independent origins are to be counted. `all = true` shortens no list.",
  example = setup .. "return (muster.conflicts.report(audit, { casualties = cas }):match '[^\\n]+')",
  fn = function(audit, tables, options)
    options = options or {}
    return report.text(audit, loaded(tables),
      { title = options.title or "claims", width = options.width or core.print_width(), all = options.all })
  end,
}

conflicts.subjects = define {
  name = "muster.conflicts.subjects", args = "audit: Audit", returns = "table[]",
  help = "The conflicts by what their claims count, the gravest subject first: a list of { subject, conflicts, claims = how "
    .. "many take part, things = how many different things they count }.",
  example = setup .. "return muster.conflicts.subjects(audit)[1].subject",
  fn = function(audit)
    return view.subjects(audit.conflicts, view.claims(audit, {}))
  end,
}

conflicts.count = define {
  name = "muster.conflicts.count", args = "list: table", returns = "table",
  help = "How many conflicts of a list there are by verdict: cannot both be true, unlikely together, did not come true.",
  example = setup .. "return muster.conflicts.count(audit.conflicts)['cannot both be true'] > 0",
  fn = view.count,
}

conflicts.matrix = define {
  name = "muster.conflicts.matrix", args = args .. ", list?: table", returns = "Plot",
  help = "Who contradicts whom: a cell for each two of the claims that stand in most conflicts (20 at most), by what they count "
    .. "and the day that they describe. `list` are the conflicts to draw; without it all, with those that others stand for.",
  example = setup .. "return muster.conflicts.matrix(audit, { casualties = cas })",
  fn = function(audit, tables, list)
    return plots.matrix(audit, loaded(tables), list)
  end,
}

conflicts.timeline = define {
  name = "muster.conflicts.timeline", args = args .. ", list: table", returns = "Plot",
  help = "The claims of some conflicts (those of one subject, say) as what they say, by the day that they describe, with each "
    .. "two in conflict joined. An error where no two of them have a figure.",
  example = setup .. "local first = muster.conflicts.subjects(audit)[1]\n"
    .. "return pcall(muster.conflicts.timeline, audit, { casualties = cas }, first.conflicts)",
  fn = function(audit, tables, list)
    return plots.timeline(audit, loaded(tables), list)
      or fail "no two claims of these conflicts have a figure, so there is nothing to join"
  end,
}

return conflicts
