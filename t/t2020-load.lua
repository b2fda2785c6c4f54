-- muster.load: types, missing values, rejects, the ledger, messages with their places.
local lu = require "lu"

local function file(text)
  local path = os.tmpname()
  local f <close> = assert(io.open(path, "wb"))
  f:write(text)
  return path
end

local function load(text, options)
  local path = file(text)
  local ok, t = pcall(muster.load, path, options)
  os.remove(path)
  if not ok then
    error((t:gsub(path:gsub("%p", "%%%0"), "FILE")), 0)
  end
  return t
end

-- { values of a one-column file } -> its type
local function inferred(...)
  return load("v\n" .. table.concat({ ... }, "\n") .. "\n"):column("v"):type()
end

function TestLoad_types()
  lu.assertEquals(inferred("true", "false"), "bool")
  lu.assertEquals(inferred("1", "0", "-5"), "int64")
  lu.assertEquals(inferred("9223372036854775807", "-9223372036854775808"), "int64")
  lu.assertEquals(inferred("1", "2.5"), "float64")
  lu.assertEquals(inferred("1e3", "nan", "-inf"), "float64")
  lu.assertEquals(inferred("2024-02-29"), "date")
  lu.assertEquals(inferred("2024-02-29T10:00:00Z", "2024-02-29 10:00"), "datetime")
  -- what must not turn into a number or a date
  lu.assertEquals(inferred("007"), "string")
  lu.assertEquals(inferred("+1"), "string")
  lu.assertEquals(inferred("9223372036854775808", "1"), "string")
  lu.assertEquals(inferred("9223372036854775808", "1.5"), "string")
  lu.assertEquals(inferred("2024-02-30"), "string")
  lu.assertEquals(inferred("0x10"), "string")
  lu.assertEquals(inferred('"1,000"'), "string")
  lu.assertEquals(inferred(" 1"), "string")
  lu.assertEquals(inferred("1", "2024-01-01"), "string")
  lu.assertEquals(inferred('""', '""'), "string")
end

function TestLoad_order_of_rows_does_not_change_types()
  local rows = { "1,2024-01-01,x", "2.5,2024-01-02,7", "3,,true" }
  local first
  for _, order in ipairs { { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 }, { 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 } } do
    local t = load("a,b,c\n" .. rows[order[1]] .. "\n" .. rows[order[2]] .. "\n" .. rows[order[3]] .. "\n")
    local types = t:column("a"):type() .. " " .. t:column("b"):type() .. " " .. t:column("c"):type()
    first = first or types
    lu.assertEquals(types, first)
  end
  lu.assertEquals(first, "float64 date string")
end

function TestLoad_threads()
  lu.assertEquals(#load("a\n1\n", { threads = math.maxinteger }), 1)
  lu.assertErrorMsgContains("option 'threads': expected 1 or more, found 0", load, "a\n1\n", { threads = 0 })
end

function TestLoad_missing()
  local t = load('a,b\n,1\n"",2\nNA,3\n', { missing = { "NA" } })
  lu.assertEquals(t:column("a"):missing(), 3)
  lu.assertNil(t[1].a)
  lu.assertEquals(load("a\nNA\n")[1].a, "NA")
  lu.assertEquals(load("a,b\nnan,1\n"):column("a"):missing(), 0)
end

function TestLoad_explains_types()
  local t = load("v\n1\n2.5\nx\n"):explain_types()
  local why = {}
  for _, row in t:rows() do
    why[row.ruled_out] = row.line .. " " .. row.value
  end
  lu.assertEquals(why.int64, "3 2.5")
  lu.assertEquals(why.float64, "4 x")
end

function TestLoad_names()
  local t = load("x,x,,x_2\n1,2,3,4\n")
  lu.assertEquals(t:names(), { "x", "x_2", "column_3", "x_2_2" })
  local faults = t:faults()
  lu.assertEquals(#faults, 3)
  lu.assertTrue(faults[1].warning)
  lu.assertStrContains(faults[1].text, ":1:3: warning: the name 'x' is there twice")
  lu.assertEquals(load("1,2\n3,4\n", { header = false }):names(), { "column_1", "column_2" })
  lu.assertEquals(#load("1,2\n3,4\n", { header = false }), 2)
end

function TestLoad_dialect()
  lu.assertEquals(load("a;b\n1,5;'x;y'\n", { sep = ";", quote = "'", decimal = "," })[1], { a = 1.5, b = "x;y" })
  lu.assertEquals(load("junk\n# no\na\n#1\n2\n", { skip = 1, comment = "#" })[1].a, 2)
  lu.assertEquals(load("a,b,c\n1,2,3\n", { columns = { "c", "a" } }):names(), { "a", "c" })
  lu.assertEquals(load("a,b\n1,2\n", { columns = { "a" } }):ledger().columns_skipped, 1)
  lu.fails("no column 'aa' to read; did you mean 'a'?", load, "a,b\n1,2\n", { columns = { "aa" } })
  lu.fails("option 'sep': expected one character", load, "a\n1\n", { sep = "ab" })
  lu.fails("no option 'lenien'; did you mean 'lenient'?", load, "a\n1\n", { lenien = true })
  lu.fails("expected bool, int64", load, "a\n1\n", { types = { a = "integer" } })
end

local broken = 'n,d,s\n1,2024-01-01,ok\nx,2024-13-01,two\n3,2024-01-03\n4,2024-01-04,"a"b\n5,2024-01-05,\xff\n6,2024-01-06,end\n'

function TestLoad_rejects()
  local t = load(broken, { rejects = true, types = { n = "int64", d = "date" } })
  lu.assertEquals(t:column("n"):values(), { 1, 6, n = 2 })
  local r = t:rejects()
  lu.assertEquals(r:column("line"):values(), { 3, 4, 5, 6, n = 4 })
  lu.assertEquals(r:column("column"):values(), { 1, 13, 17, 14, n = 4 })
  lu.assertEquals(r[1].reason, "expected an integer, found 'x'; expected a date YYYY-MM-DD, found '2024-13-01'")
  lu.assertEquals(r[1].raw, "x,2024-13-01,two")
  lu.assertEquals(r[2].reason, "expected 3 fields, found 2")
  lu.assertStrContains(r[3].reason, "after the closing quote")
  lu.assertEquals(r[4].reason, "the byte 0xff is not UTF-8")
  local g = t:ledger()
  lu.assertEquals(g.rows_read, 6)
  lu.assertEquals(g.rows_kept + g.rows_rejected, g.rows_read)
  lu.assertEquals(g.bytes_rows + g.bytes_terminators + g.bytes_skipped, g.bytes)
  lu.assertEquals(g.bytes, #broken)
  lu.assertEquals(#t:faults(), 5)
  local where, line = t:where(2)
  lu.assertEquals(line, 7)
  lu.assertStrContains(where, "/")
end

function TestLoad_strict_tells_the_first_fault()
  local message = lu.fails("FILE:3:1: error: column 'n': expected an integer, found 'x'", load, broken,
    { types = { n = "int64" } })
  lu.assertStrContains(message, "\n  x,2024-13-01,two\n  ^\n(3 more")
  lu.assertStrContains(message, "t2020-load.lua:")
end

function TestLoad_caret_under_the_byte()
  local t = load('a,b\n"x\ny",q\n"x\nyz",1\n', { rejects = true, types = { b = "int64" } })
  local f = t:faults()[1]
  lu.assertEquals({ f.line, f.column }, { 3, 4 })
  lu.assertStrContains(f.text, '\n  y",q\n     ^')
end

-- What a terminal would obey is shown, not sent: in the message, the raw line, and the header.
function TestLoad_control_bytes_are_escaped()
  local t = load("n,\27[2J,\27[2J\n\27[31m,1,2\n", { rejects = true, types = { n = "int64" } })
  lu.assertEquals(#t:faults(), 2)
  for _, fault in ipairs(t:faults()) do
    lu.assertNotStrContains(fault.text, "\27")
    lu.assertStrContains(fault.text, "\\x1b[")
  end
end

function TestLoad_no_table_at_all()
  lu.fails("FILE:1:1: error: the file is empty", load, "")
  lu.fails("no header: there are only blank lines", load, "\r\n\r\n")
  lu.fails("FILE:1:1: error: gzip data ends early", load, "\x1f\x8b\x08\0\0\0\0\0")
  lu.fails("looks like UTF-16", load, "a\0,\0b\0\n\0")
  lu.fails("Parquet", load, "PAR1xxxx", { rejects = true })
  lu.fails("cannot open 'nowhere.csv': No such file", muster.load, "nowhere.csv")
  lu.fails("Is a directory", muster.load, "/")
  lu.fails("never ends", load, '"a\n1\n')
end

function TestLoad_header_only_and_one_column()
  lu.assertEquals(#load("a,b\n"), 0)
  lu.assertEquals(load("a,b\n"):names(), { "a", "b" })
  lu.assertEquals(load("a"):names(), { "a" })
end

function TestLoad_nul_bytes_stay()
  lu.assertEquals(load("a,b\nx\0y,1\n")[1].a, "x\0y")
  lu.fails("FILE:3:1: error: 4 NUL bytes and nothing else", load, "a\n1\n\0\0\0\0")
end

function TestLoad_many_faults_is_not_quadratic()
  local rows = { "n,m" }
  for _ = 1, 20000 do
    rows[#rows + 1] = "x,y"
  end
  local t = load(table.concat(rows, "\n"), { rejects = true, types = { n = "int64", m = "date" } })
  lu.assertEquals(#t:rejects(), 20000)
  lu.assertEquals(#t:faults(), 40000)
end

-- == writing ==

local function round_trip(t, format)
  local path = os.tmpname()
  t:write(path, format)
  local f <close> = assert(io.open(path, "rb"))
  local text = f:read "a"
  os.remove(path)
  return text
end

function TestWrite_csv_reads_back()
  local t = muster.table({
    { s = 'a "quoted", one', n = 1, x = 0.1, d = muster.date "2024-02-29" },
    { s = "two\nlines", x = 1e300 },
    { n = -9007199254740993, x = 5e-324, d = muster.date "0001-01-01" },
  }, { "s", "n", "x", "d" })
  local back = load(round_trip(t, "csv"))
  for i = 1, 3 do
    lu.assertEquals(back[i].s, t[i].s)
    lu.assertEquals(back[i].n, t[i].n)
    lu.assertEquals(back[i].x, t[i].x)
    lu.assertEquals(back[i].d, t[i].d)
  end
end

function TestWrite_a_lone_missing_value_is_not_a_blank_line()
  local t = muster.table { s = { "a", nil, "b", n = 3 } }
  lu.assertEquals(#load(round_trip(t, "csv")), 3)
end

function TestWrite_json()
  local t = muster.table({ { s = 'q"\\\1', x = 0 / 0, q = muster.quantity { qualifier = "more_than", best = 3000 } }, {} },
    { "s", "x", "q" })
  local text = round_trip(t, "jsonl"):gsub("-nan", "nan")
  lu.assertEquals(text, '{"s":"q\\"\\\\\\u0001","x":"nan","q":{"low":3001,"high":null,"stated":3000,"kind":"more_than",'
    .. '"measure":null,"basis":null,"base":null}}\n{"s":null,"x":null,"q":null}\n')
  lu.assertEquals(round_trip(muster.table { n = { 1, 2 } }, "json"), '[\n{"n":1},\n{"n":2}\n]\n')
end

function TestWrite_keeps_the_old_file_when_it_fails()
  lu.fails("cannot write", function() muster.table { n = { 1 } }:write "/nowhere/x.csv" end)
  lu.fails("cannot tell the format of 'x.xlsx'", function() muster.table { n = { 1 } }:write "x.xlsx" end)
end

os.exit(lu.run())
