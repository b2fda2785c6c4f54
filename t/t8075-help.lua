-- help() by name: methods, functions of muster, and what expressions know.
local lu = require "lu"

local function help(what)
  local lines, before = {}, print
  print = function(text) lines[#lines + 1] = text end              -- luacheck: ignore
  local ok, why = pcall(muster.help, what)
  print = before                                                   -- luacheck: ignore
  return ok and table.concat(lines, "\n") or why
end

local function first_line(what)
  return help(what):match "[^\n]*"
end

function TestHelp_functions_of_expressions()
  lu.assertEquals(first_line "exp2", "exp2(x)   function in expressions (Mathematics)")
  lu.assertEquals(first_line "<", "x < y   operator in expressions (Comparisons)")
  lu.assertEquals(first_line "not", "not a   operator in expressions (Conditions)")
  lu.assertEquals(first_line "lag", "lag(x[, n[, default]])   window in expressions (Windows)")
  -- the minus has two meanings
  lu.assertStrContains(help "-", "x - y   operator")
  lu.assertStrContains(help "-", "-x   operator")
end

function TestHelp_methods_without_their_class()
  lu.assertEquals(first_line "sort", "Table:sort(...: string) -> Table")
  lu.assertStrContains(help "filter", "see also Grouped:filter, Scan:filter")
  -- both, where a name is a method and a function
  lu.assertStrContains(help "count", "Scan:count() -> integer")
  lu.assertStrContains(help "count", "count([x])   aggregate in expressions")
end

function TestHelp_modules_that_are_not_loaded_yet()
  lu.assertStrContains(first_line "xrange", "Plot:xrange(")
  lu.assertStrContains(first_line "stats.logit", "muster.stats.logit(")
end

function TestHelp_suggests()
  lu.assertStrContains(help "filtr", "no help on 'filtr'; did you mean 'filter'?")
  lu.assertStrContains(help "date_trun", "did you mean 'date_trunc'?")
end

function TestHelp_lists()
  local list = help(nil)
  lu.assertStrContains(list, "Table:pivot                  Long to wide: a row for each")
  lu.assertStrContains(list, "muster.functions() lists what expressions know")
end

os.exit(lu.run())
