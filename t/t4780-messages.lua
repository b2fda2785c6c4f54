-- What an analyst reads when a verb is given something wrong: the line, the verb, the name, what was probably meant.
local lu = require "lu"

local t = muster.table({ { origin = "a", n = 1, day = muster.date "2025-01-01" }, { origin = "b", n = 2 }, { origin = "a", n = 5 } }, { "origin", "n", "day" })

-- message, and what is done
local cases = {
  { "select: no column 'orign'; did you mean 'origin'?", function() return t:select "orign" end },
  { "select: no column 'zzzz'; there are origin, n, day", function() return t:select "zzzz" end },
  { "Table:select needs the name of a column", function() return t:select() end },
  { "select: column 'n' is named twice", function() return t:select("n", "n") end },
  { "Table:rename: no column 'orign'; did you mean 'origin'?", function() return t:rename "o = orign" end },
  { "Table:rename: two columns would be 'n': those that were 'origin' and 'n'", function() return t:rename "n = origin" end },
  { "Table:rename: expected 'new = old', found 'x = n + 1'", function() return t:rename "x = n + 1" end },
  { "a filter is a condition, true or false; this is an int64\n  n + 1", function() return t:filter "n + 1" end },
  { "there is no column 'orign'; did you mean 'origin'?\n  orign == 'a'\n  ^", function() return t:filter "orign == 'a'" end },
  { "nothing is bound to $lest; did you mean $least?", function() return t:filter("n > $lest", { least = 1 }) end },
  { "expected a name for the result: name = expression\n  n + 1\n  ^", function() return t:derive "n + 1" end },
  { "Table:derive: 'x' is a number, not an expression", function() return t:derive { x = 3 } end },
  { "Table:agg needs a definition, as 'n = count()'", function() return t:agg() end },
  { "'n' has many values in a group", function() return t:agg "m = n" end },
  { "'s' is one value for the group already, and 'max' takes values of its rows", function() return t:agg("s = sum(n)", "m = max(s)") end },
  { "agg: the groups have a column 'origin' already", function() return t:group_by "origin":agg "origin = count()" end },
  { "group_by: no column 'orign'; did you mean 'origin'?", function() return t:group_by "orign" end },
  { "Table:group_by: 'n % 2' is an expression and needs a name: 'name = n % 2'", function() return t:group_by "n % 2" end },
  { "'=' gives a name to a result; to compare, write '=='\n  n = max(n)\n    ^", function() return t:group_by "origin":filter "n = max(n)" end },
  { "a filter is a condition, true or false; this is an int64\n  max(n)", function() return t:group_by "origin":filter "max(n)" end },
  { "a grouped has no method 'sort'; it has agg, derive, filter, resample", function() return t:group_by "origin":sort "n" end },
  { "how many groups there are says #groups:agg()", function() return #t:group_by "origin" end },
  { "sort: no column 'orign'; did you mean 'origin'?", function() return t:sort "-orign" end },
  { "Table:sort: 'n' sorts ascending, '-n' descending; found 'n desc'", function() return t:sort "n desc" end },
  { "distinct: no column 'dya'; did you mean 'day'?", function() return t:distinct "dya" end },
  { "Table:head: a number of rows cannot be negative: -1", function() return t:head(-1) end },
  { "Table:tail: a number of rows cannot be negative: -1", function() return t:tail(-1) end },
  { "Table:sample: a number of rows cannot be negative: -1", function() return t:sample(-1) end },
  { "join: no column 'orign'; did you mean 'origin'?", function() return t:join(t, "orign") end },
  { "join: the other table: no column 'origin'; did you mean 'origins'?", function() return t:join(t:rename "origins = origin", "origin") end },
  { "join: 'origin' is a string and 'n' of the other table an int64: they cannot be equal", function() return t:join(t, { on = { origin = "n" } }) end },
  { "Table:join: option 'on' names no column", function() return t:join(t, { on = {} }) end },
  { "Table:join: option 'on': expected the name of a column, found number 3", function() return t:join(t, { on = { 3 } }) end },
  { "option 'how': expected \"inner\" or \"left\"", function() return t:join(t, { on = "n", how = "outer" }) end },
  { "asof_join: the time 'origin' is a string; expected a date, a datetime or a number", function() return t:asof_join(t, { time = "origin" }) end },
  { "option 'time' names one column", function() return t:asof_join(t, { time = { "n", "day" } }) end },
  { "option 'tolerance': expected a number from 0 on, found -1", function() return t:asof_join(t, { time = "n", tolerance = -1 }) end },
  { "Table:resample: no column 'dya'; did you mean 'day'?", function() return t:resample("dya", "month", "n = count()") end },
  { "Table:resample: expected a column of dates or datetimes, and 'n' is int64", function() return t:resample("n", "month", "c = count()") end },
  { "option 'values' is missing", function() return t:pivot { id = "n", names = "origin" } end },
  { "the table was closed", function()
    local closed
    do
      local u <close> = t:filter "n > 1"
      closed = u
    end
    return #closed
  end },
}

function TestMessages_of_verbs()
  for _, c in ipairs(cases) do
    local why = lu.fails(c[1], function() return (c[2]()) end)
    lu.assertStrContains(why, "t4780-messages.lua:")
  end
end

function TestMessages_print_says_what_groups_and_scans_are()
  lu.assertStrContains(tostring(t:group_by("origin", "n")), "groups of a table by origin, n\n")
  local path = lu.write(os.getenv "WORK" .. "/a.csv", "n,s\n1,a\n2,b\n")
  local scan = muster.scan(path):filter("n > $x", { x = 1 }):select("s", "n"):head(3)
  lu.assertStrContains(tostring(scan), "scan of " .. path .. "\n  filter n > $x\n  select s, n\n  head 3\n")
  lu.assertStrContains(tostring(scan:group_by "s"), "groups of a scan by s\n")
  lu.fails("scan:count()", function() return #scan end)
  lu.fails("scan:table() makes a table of them", function() return scan:sort "n" end)
end

-- Values of every type as bindings, one and as lists; with a collection at every step.
function TestMessages_bindings_of_every_type()
  local values = { b = true, i = 3, f = 2.5, s = "text", d = muster.date "2025-01-01", t = muster.datetime "2025-01-01T10:00Z",
    q = muster.quantity { best = 5 } }
  for name, v in pairs(values) do
    local u = t:derive("v = $v", { v = v }):filter("not is_missing(v)")
    collectgarbage()
    lu.assertEquals(tostring(u:column("v")[3]), tostring(v), name)
    if name ~= "b" and name ~= "q" then
      lu.assertEquals(#u:filter("v in $list", { list = { v, v } }), 3, name)
      lu.assertEquals(#u:filter("v in $list", { list = u:column "v" }), 3, name)
    end
  end
  for _ = 1, 200 do
    local a = t:filter("n > $x and origin in $l", { x = 0, l = { "a", "b" .. math.random(9) } })
    collectgarbage "step"
    local b <close> = a:group_by "origin":agg "n = sum(n)"
    lu.assertEquals(b:column("n")[1], 6)
  end
end

-- A table that is closed lives on in what was made of it.
function TestMessages_what_was_made_of_a_closed_table_stays()
  local kept, groups
  do
    local u <close> = t:filter "n > 1"
    kept = u:derive "m = n * 2"
    groups = u:group_by "origin"
  end
  collectgarbage()
  lu.assertEquals(kept:column("m"):values(), { 4, 10, n = 2 })
  lu.fails("the table was closed", function() return groups:agg "n = count()" end)
  local deep = ("("):rep(5000) .. "n" .. (")"):rep(5000)
  lu.assertFalse((pcall(function() return t:filter(deep .. " > 1") end)))
end

os.exit(lu.run())
