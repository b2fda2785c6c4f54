-- Tables, columns, dates and quantities as a script sees them: what they give, and what they say when misused.
local lu = require "lu"
local date = muster.date

local function sample()
  return muster.table({
    { origin = "b", n = 3, x = 0.5, day = date "2025-01-02", ok = true },
    { origin = "a", n = 1, day = date "2024-12-31" },
    { n = 2, x = 1.5, ok = false },
  }, { "origin", "n", "x", "day", "ok" })
end

-- { expression, part of the message }, with t, c, q, d as in `misuse`; every message begins with the script's line
local wrong = {
  { "muster.date()", "muster.date: argument 'day' is missing" },
  { "muster.date(2025)", "takes a year, a month and a day" },
  { "muster.date(2025, 2, 30)", "no such day: 2025-02-30" },
  { "muster.date '2025-02-30'", "expected a date such as 2025-01-31, found '2025-02-30'" },
  { "muster.date(2.5)", "found number 2.5" },
  { "muster.date(t)", "found Table" },
  { "muster.datetime 'x'", "expected a datetime such as" },
  { "muster.datetime()", "argument 'text' is missing" },
  { "d + 1.5", "only a whole number of days can be added" },
  { "d + d", "only a whole number of days can be added" },
  { "d - 1.5", "expected a date, found a number" },
  { "d - {}", "expected a date, found a table" },
  { "date '9999-12-31' + 1", "outside the years 1 to 9999" },
  { "date '0001-01-01' - 1", "outside the years 1 to 9999" },
  { "d + math.maxinteger", "outside the years 1 to 9999" },
  { "d < 5", "expected a date, found a number" },
  { "d.yeer", "a date has no field 'yeer'; it has year" },
  { "muster.datetime '2025-01-01T00:00Z' < d", "goes with another datetime only" },
  { "muster.datetime '2025-01-01T00:00Z' - 5", "goes with another datetime only" },
  { "muster.datetime('2025-01-01T00:00Z').x", "a datetime has no field 'x'" },
  { "t:column()", "Table:column: argument 'name' is missing: expected string" },
  { "t:column 'orgin'", "no column 'orgin'; did you mean 'origin'?" },
  { "t:column(3)", "expected string, found number 3" },
  { "t.column('n')", "called on string 'n': use a colon, as in x:column(...)" },
  { "t.column(c, 'n')", "called on Column" },
  { "c.values(t)", "Column:values: called on Table" },
  { "c.type(q)", "called on Quantity" },
  { "q.point(d, 'midpoint')", "called on Date" },
  { "t:column('n', 2)", "takes 1 argument, got 2" },
  { "t.n", "a table has no method 'n'; the column is t:column 'n'" },
  { "t:selct 'n'", "a table has no method 'selct'; did you mean 'select'?" },
  { "t[{}]", "a table has no method named by a table" },
  { "c:valuse()", "a column has no method 'valuse'; did you mean 'values'?" },
  { "t:select('n', 3)", "argument 2: expected string, found number 3" },
  { "t:select('n', 'n')", "column 'n' is named twice" },
  { "t:take{ 1, nil, 2 }", "expected the number of a row, found a nil" },
  { "t:take{ 'a' }", "expected integer[]" },
  { "t:take{ 4 }", "no row 4 in 3 rows" },
  { "t:take{ 0 }", "no row 0 in 3 rows" },
  { "t:take{ -4 }", "no row -4 in 3 rows" },
  { "t:head(-1)", "cannot be negative: -1" },
  { "t:head(1.5)", "expected integer, found number 1.5" },
  { "t:sort()", "sort needs the name of a column" },
  { "t:sort '-m'", "no column 'm'" },
  { "t:with('z', { 1, 2, 3, 4 })", "column 'z' has 4 values where 3 are wanted" },
  { "t:with('z', { 1, 'a' })", "column 'z', value 2: a string among values of type int64" },
  { "t:with('z', { {} })", "column 'z', value 1: a table cannot be in a column" },
  { "t:with('z', { 0.5, (1 << 53) + 1 })", "value 2: an integer that no float holds" },
  { "t:with('z', 5)", "expected Column or table, found number 5" },
  { "t:with('z', t:head(1):column 'n')", "column 'z' has 1 values, the table 3 rows" },
  { "t:where(1)", "this table was not read from a file" },
  { "t:where(9)", "no row 9 in 3 rows" },
  { "t:format{ wdth = 3 }", "no option 'wdth'; did you mean 'width'?" },
  { "t:format{ width = 'a' }", "option 'width': expected integer, found string 'a'" },
  { "t:filter(3)", "expected string or function" },
  { "q.hihg", "a quantity has no field 'hihg'" },
  { "q:point()", "argument 'policy' is missing" },
  { "q:point 'middle'", "found string 'middle'" },
  { "q + 'x'", "a claim is not a number: name a policy first" },
  { "{} - q", "a claim is not a number: name a policy first" },
  { "muster.quantity{ best = 1, qualifier = 'more_than' } < 3", "a claim is not a number: '> 1' may be below '3' or not; name a policy first" },
  { "q / 0", "nothing can be divided by 0" },
  { "muster.quantity{}", "needs the number in best" },
  { "muster.quantity{ best = 'a' }", "option 'best': expected number, found string 'a'" },
  { "muster.quantity{ bst = 1 }", "no option 'bst'; did you mean 'best'?" },
  { "muster.quantity{ best = 1, qualifier = 'some' }", "no qualifier 'some'" },
  { "muster.quantity{ qualifier = 'range', low = 3, high = 2 }", "low 3 is above high 2" },
  { "muster.quantity{ best = -3 }", "a count cannot be negative" },
  { "muster.quantity{ qualifier = 'range', low = 1, high = 2 }:point 'stated'", "two numbers were printed" },
  { "muster.quantity{ best = 1, qualifier = 'at_least' }:point 'ceiling'", "no upper bound was claimed" },
  { "muster.table()", "argument 'values' is missing" },
  { "muster.table{ 1, 2 }", "row 1 is a number" },
  { "muster.table{ { a = 1 }, 5 }", "row 2 is a number" },
  { "muster.table{ { 1, 2 } }", "a column name is a string, found number" },
  { "muster.table{ a = 5 }", "column 'a' is a number, not a table of values" },
  { "muster.table{ a = 'xyz' }", "column 'a' is a string, not a table of values" },
  { "muster.table({ a = { 1 } }, { 'b' })", "no column 'b'" },
  { "muster.table({ a = { 1 }, b = { 2 } }, { 'a' })", "a column 'b', which is not among the names" },
  { "muster.table({ a = { 1 } }, { 'a', 'a' })", "column 'a' is named twice" },
  { "muster.table({ { a = 1, b = 2 } }, { 'a' })", "row 1 has 'b', which is not among the names" },
  { "muster.table{ { a = 1 }, { a = 'x' } }", "column 'a', value 2: a string among values of type int64" },
  { "muster.table{ a = { n = -1 } }", "the n of column 'a' is a number of rows, found -1" },
  { "muster.table{ a = { 1, n = 'x' } }", "the n of column 'a' is a number of rows, found x" },
  { "muster.table{ a = { 1, 2, n = 1 } }", "column 'a' has 2 values where 1 are wanted" },
  { "muster.table{ a = { 1, n = 1 << 40 } }", "at most 2147483647 rows" },
  { "muster.table{ ['a\\0b'] = { 1 } }", "a column name holds a NUL byte" },
  { "muster.table{ a = { print } }", "a function cannot be in a column" },
  { "muster.nosuchthing", "muster has no 'nosuchthing'" },
  { "muster.tabel{}", "did you mean 'table'?" },
  { "muster.help 'muster.daet'", "did you mean 'muster.date'?" },
  { "muster.load()", "argument 'path' is missing" },
  { "muster.load '/nonexistent.csv'", "No such file or directory" },
  { "muster.load('x.csv', { separator = ';' })", "no option 'separator'" },
}

function TestMisuse_says_what_and_where()
  local bad = {}
  for i, case in ipairs(wrong) do
    -- on line 3 of a script of its own; a local, since a tail call would have no line
    local script = ("\nlocal t, c, q, d, date = ...\nlocal v = %s\nreturn v"):format(case[1])
    local ok, why = pcall(assert(load(script, "@script.lua")), sample(), sample():column "n",
      muster.quantity { best = 3 }, date "2025-01-01", date)
    if ok then
      bad[#bad + 1] = ("%d: %s: no error"):format(i, case[1])
    elseif not tostring(why):find("^script%.lua:3: ") or not tostring(why):find(case[2], 1, true) then
      bad[#bad + 1] = ("%d: %s: %s"):format(i, case[1], tostring(why))
    end
  end
  lu.assertEquals(bad, {})
end

-- A script may well be called muster.lua: its lines are the reader's, not ours.
function TestMisuse_in_a_script_named_like_us()
  local _, why = pcall(assert(load("muster.date 'x'\nreturn 1", "@muster.lua")))
  lu.assertStrContains(why, "muster.lua:1: expected a date")
end

function TestTable_rows_and_values()
  local t = sample()
  lu.assertEquals(#t, 3)
  lu.assertEquals(t:names(), { "origin", "n", "x", "day", "ok" })
  lu.assertEquals(t[1].origin, "b")
  lu.assertIsNil(t[3].origin)
  lu.assertIsNil(t[0])
  lu.assertIsNil(t[4])
  lu.assertIsNil(t[1.5])
  lu.assertEquals(t[2.0].n, 1)
  lu.assertEquals(math.type(t[1].n), "integer")
  lu.assertEquals(math.type(t[1].x), "float")
  lu.assertEquals(t[2].day, date "2024-12-31")
  lu.assertEquals(t[3].ok, false)
  lu.assertIsNil(t[2].ok)
  local sum = 0
  for i, row in t:rows() do
    sum = sum + i * row.n
  end
  lu.assertEquals(sum, 3 * 1 + 1 * 2 + 2 * 3)
end

function TestTable_columns()
  local t = sample()
  local c = t:column "x"
  lu.assertEquals(#c, 3)
  lu.assertEquals(c:type(), "float64")
  lu.assertEquals(c:missing(), 1)
  lu.assertEquals({ c[1], c[2], c[3], c[4], c[0] }, { 0.5, nil, 1.5 })
  lu.assertEquals(c:values(), { 0.5, nil, 1.5, n = 3 })
  lu.assertEquals(tostring(t:column "n"), "int64[3]: 3 1 2")
  local types = {}
  for i, name in ipairs(t:names()) do
    types[i] = t:column(name):type()
  end
  lu.assertEquals(types, { "string", "int64", "float64", "date", "bool" })
end

function TestTable_verbs()
  local t = sample()
  local function column(u, name)
    local out = {}
    for i = 1, #u do
      out[i] = tostring(u[i][name])
    end
    return table.concat(out, " ")
  end
  lu.assertEquals(column(t:sort "n", "n"), "1 2 3")
  lu.assertEquals(column(t:sort "-n", "n"), "3 2 1")
  lu.assertEquals(column(t:sort "origin", "origin"), "a b nil")
  lu.assertEquals(column(t:sort "-origin", "origin"), "b a nil")
  lu.assertEquals(column(t:sort "-x", "x"), "1.5 0.5 nil")
  lu.assertEquals(column(t:take { -1, 1, 1 }, "n"), "2 3 3")
  lu.assertEquals(column(t:head(2), "n"), "3 1")
  lu.assertEquals(column(t:tail(2), "n"), "1 2")
  lu.assertEquals(#t:head(99), 3)
  lu.assertEquals(#t:head(0), 0)
  lu.assertEquals(column(t:filter(function(row) return row.n > 1 end), "n"), "3 2")
  lu.assertEquals(t:select("x", "n"):names(), { "x", "n" })
  lu.assertEquals(column(t:with("n", { 7, nil, 9 }), "n"), "7 nil 9")
  lu.assertEquals(column(t, "n"), "3 1 2")
  lu.assertEquals(t:with("copy", t:column "day"):names()[6], "copy")
  lu.assertEquals(muster.table { a = { 1, 2.5 } }:column("a"):values(), { 1.0, 2.5, n = 2 })
  lu.assertEquals(muster.table { a = { n = 2 } }:column("a"):type(), "string")
end

function TestDate_arithmetic()
  local d = date "2024-02-28"
  lu.assertEquals(tostring(d + 1), "2024-02-29")
  lu.assertEquals(tostring(1 + d), "2024-02-29")
  lu.assertEquals(tostring(d + 2), "2024-03-01")
  lu.assertEquals(tostring(d - 59), "2023-12-31")
  lu.assertEquals(date "2025-03-01" - d, 367)
  lu.assertEquals({ d.year, d.month, d.day, d.days }, { 2024, 2, 28, 19781 })
  lu.assertTrue(d == date(2024, 2, 28) and d < date "2024-03-01" and d <= "2024-02-28" and not (d > d))
  lu.assertFalse(d == "2024-02-28")
  lu.assertEquals("on " .. d, "on 2024-02-28")
  lu.assertEquals(tostring(date(muster.datetime "2025-01-01T23:30:00-01:00")), "2025-01-02")
  lu.assertEquals(muster.datetime "2025-01-01T00:00:01Z" - muster.datetime "2025-01-01T00:00:00Z", 1000000)
end

function TestQuantity_fields()
  local q = muster.quantity { qualifier = "more_than", best = 3000, measure = "killed", basis = "cumulative" }
  lu.assertEquals({ q.low, q.high, q.stated, q.kind, q.measure, q.basis, q.base },
    { 3001.0, math.huge, 3000.0, "more_than", "killed", "cumulative", nil })
  lu.assertEquals(tostring(q), "> 3,000")
  lu.assertEquals(q:point "floor", 3001.0)
  local r = muster.quantity { qualifier = "range", low = 10000, high = 12000 }
  lu.assertIsNil(r.stated)
  lu.assertEquals(r:point "midpoint", 11000.0)
  lu.assertEquals(r:point "ceiling", 12000.0)
  local t = muster.table { figure = { q, nil, r, n = 3 } }
  lu.assertEquals(t:column("figure"):type(), "quantity")
  lu.assertEquals(tostring(t[1].figure), "> 3,000")
  lu.assertIsNil(t[2].figure)
  lu.assertEquals(t[3].figure.high, 12000.0)
  -- the value outlives its table
  local kept = t[1].figure
  t = nil         -- luacheck: ignore
  collectgarbage()
  lu.assertEquals(kept.measure, "killed")
end

function TestClose_once_and_twice()
  local seen
  do
    local t <close> = sample()
    seen = t
  end
  lu.fails("the table was closed", function() return #seen end)
  lu.fails("the table was closed", function() return seen:names() end)
  do
    local _ <close> = seen
  end
  local c = sample():column "n"
  do
    local _ <close> = c
  end
  lu.fails("the column was closed", function() return c[1] end)
  collectgarbage()
  -- a column outlives the table it came from, and a table its columns
  local kept
  do
    local t <close> = sample()
    kept = t:column "origin"
    local _ <close> = t:select "origin"
  end
  collectgarbage()
  lu.assertEquals(kept[1], "b")
end

function TestMetatables_are_closed()
  lu.assertEquals(getmetatable(sample()), "muster.Table")
  lu.assertFalse((pcall(setmetatable, sample(), {})))
  lu.assertFalse((pcall(function() sample().x = 1 end)))
end

function TestGarbage_under_pressure()
  collectgarbage("generational")
  local kept = {}
  for i = 1, 2000 do
    local t = muster.table { n = { i, i + 1, nil, i + 3, n = 4 }, s = { "a" .. i, "b", "b", "b" } }
    local u = t:sort("-n"):with("d", { date(2025, 1, 1 + i % 28) }):take { 1, 2, -1 }
    if i % 50 == 0 then
      kept[#kept + 1] = u:column "s"
    end
    lu.assertEquals(u[1].n, i + 3)
  end
  collectgarbage("incremental")
  collectgarbage()
  for k, c in ipairs(kept) do
    lu.assertEquals({ c[1], c[2], c[3] }, { "b", "b", "b" }, k)
  end
end

function TestPrint_is_the_same_through_every_door()
  local t = sample()
  lu.assertEquals(tostring(t), t:format())
  lu.assertEquals(t:format { rows = 1, width = 30 },
    "origin      n        x\nstring  int64  float64\nb           3      0.5\n... 2 more rows\nnot shown: day, ok")
end

-- Names of wide tables are looked up another way than those of narrow ones.
function TestWide_every_name_is_found()
  for _, n in ipairs { 31, 32, 33, 200 } do
    local columns, names = {}, {}
    for k = 1, n do
      names[k] = "c" .. k
      columns[names[k]] = { k, -k }
    end
    local t = muster.table(columns, names):with("c7", { 70, 71 }):with("new", { 1, 2 })
    for k = 1, n do
      lu.assertEquals(t:column("c" .. k)[1], k == 7 and 70 or k)
    end
    lu.assertEquals(#t:names(), n + 1)
    lu.assertEquals(t:select("new", "c1"):head(1)[1], { new = 1, c1 = 1 })
    lu.fails("no column 'c999'", t.column, t, "c999")
  end
end

function TestTable_union()
  local a = muster.table({ { n = 1, s = "x" }, { n = 2 } }, { "n", "s" })
  local b = muster.table({ { s = "y", m = true } }, { "s", "m" })
  local t = a:union(b, a)
  lu.assertEquals(t:names(), { "n", "s", "m" })
  lu.assertEquals(#t, 5)
  lu.assertEquals(t[3], { s = "y", m = true })
  lu.assertEquals(t[4], { n = 1, s = "x" })
  lu.assertEquals(a:union(muster.table { n = { 0.5 } }):column("n"):type(), "float64")
  lu.assertEquals(a:union(a:head(0)):column("n"):type(), "int64")
  lu.fails("column 'n' is int64 in one table and string in another", a.union, a, muster.table { n = { "x" } })
  lu.fails("argument 'other' is missing", a.union, a)
  lu.fails("argument 2: expected Table, found number 3", a.union, a, b, 3)
end

function TestTable_union_knows_what_all_know()
  local path = "datasets/dprk/casualties.csv"
  local t = muster.casualties(path)
  local both = t:head(2):union(t:tail(1))
  lu.assertEquals(both:kind(), "casualties")
  lu.assertEquals({ both:where(1) }, { t:where(1) })
  lu.assertEquals({ both:where(3) }, { t:where(#t) })
  lu.assertEquals(both:column("figure"):type(), "quantity")
  lu.assertEquals(tostring(both[3].figure), tostring(t[#t].figure))
  lu.assertTrue(#both:sources() > 0)
  lu.fails("was not read from a file", both.ledger, both)
  lu.assertNil(t:head(1):union(muster.load(path)):kind())
end

os.exit(lu.run())
