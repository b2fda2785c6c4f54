-- Several files as one table: lists and patterns, the column of file names, and how the files differ.
local lu = require "lu"

local folder = os.getenv "WORK" .. "/"
local function file(name, text)
  return lu.write(folder .. name, text)
end

-- Without the line on stderr that tells of differences; it is looked at in t8010.
local function load(names, options)
  local paths = {}
  for i, name in ipairs(type(names) == "table" and names or { names }) do
    paths[i] = folder .. name
  end
  return muster.load(type(names) == "table" and paths or paths[1], options)
end

-- "m2.csv b retyped string; ..." without the folder
local function drift(t)
  local list = {}
  for i, row in t:drift():rows() do
    list[i] = table.concat({ row.file:match "[^/]*$", row.column, row.what, row.type }, " ")
  end
  return table.concat(list, "; ")
end

local function lines(n, from, line)
  local list = {}
  for i = 1, n do
    list[i] = line:gsub("#", ("%d"):format(from + i))
  end
  return table.concat(list, "\n") .. "\n"
end

function TestFiles_a_list()
  file("a1.csv", "n,s\n1,x\n2,y\n")
  file("a2.csv", "s,n\nz,3\n")
  local t = load { "a1.csv", "a2.csv", "a1.csv" }
  lu.assertEquals(t:names(), { "n", "s" })
  lu.assertEquals(t:column("n"):values(), { 1, 2, 3, 1, 2, n = 5 })
  lu.assertEquals(t:column("s"):values(), { "x", "y", "z", "x", "y", n = 5 })
  lu.assertEquals({ t:where(3) }, { folder .. "a2.csv", 2 })
  lu.assertEquals({ t:where(5) }, { folder .. "a1.csv", 3 })
  lu.assertEquals(drift(t), "")
  lu.assertEquals(t:ledger().rows_read, 5)
  lu.assertEquals(t:ledger().bytes, 12 + 8 + 12)
  lu.assertEquals(drift(load { "a1.csv" }), "")
  lu.assertEquals(drift(load "a1.csv"), "")
  lu.fails("no file is named", muster.load, {})
  lu.fails("cannot open '" .. folder .. "a3.csv'", load, { "a1.csv", "a3.csv" })
  lu.fails("expected string or string[], found number", muster.load, 3)
end

function TestFiles_a_pattern()
  for _, name in ipairs { "p10", "p2", "P3", "q1", ".p4" } do
    file(name .. ".csv", "name\n" .. name .. "\n")
  end
  lu.assertEquals(load("p*.csv"):column("name"):values(), { "p10", "p2", n = 2 })
  lu.assertEquals(load("[pP]?.csv"):column("name"):values(), { "P3", "p2", n = 2 })
  lu.assertEquals(load { "q?.csv", "p2.csv", "p*2.csv" }:column("name"):values(), { "q1", "p2", "p2", n = 3 })
  lu.fails("no file matches '" .. folder .. "x*.csv'", load, "x*.csv")
  lu.fails("no file matches", load, { "q1.csv", "x*.csv" })
  -- a file of exactly that name is that file
  file("p?.csv", "name\nmark\n")
  lu.assertEquals(load("p?.csv"):column("name"):values(), { "mark", n = 1 })
  os.remove(folder .. "p?.csv")
end

function TestFiles_column_of_names()
  file("b1.csv", "n\n1\n2\n")
  file("b2.csv", "n\n")
  file("b3.csv", "n\n3\n")
  local t = load({ "b1.csv", "b2.csv", "b3.csv", "b1.csv" }, { file = "from" })
  lu.assertEquals(t:names(), { "n", "from" })
  local one, three = folder .. "b1.csv", folder .. "b3.csv"
  lu.assertEquals(t:column("from"):values(), { one, one, three, one, one, n = 5 })
  lu.assertEquals(load("b1.csv", { file = "from" }):column("from"):values(), { one, one, n = 2 })
  lu.assertEquals(#load("b2.csv", { file = "from" }):column("from"), 0)
  lu.fails("there is a column 'n' already", load, { "b1.csv", "b3.csv" }, { file = "n" })
  lu.fails("option 'file': expected the name of a column", load, "b1.csv", { file = "" })
  -- a column that is not read is not in the way
  file("b4.csv", "n,from\n4,x\n")
  lu.assertEquals(load("b4.csv", { file = "from", columns = { "n" } })[1], { n = 4, from = folder .. "b4.csv" })
end

-- More files than one byte of code can tell apart.
function TestFiles_many()
  local names = {}
  for i = 1, 300 do
    names[i] = ("many%03d.csv"):format(i)
    file(names[i], ("n\n%d\n"):format(i))
  end
  local t = load("many*.csv", { file = "from" })
  lu.assertEquals(#t, 300)
  for _, i in ipairs { 1, 256, 257, 300 } do
    lu.assertEquals(t[i], { n = i, from = folder .. names[i] })
  end
end

function TestFiles_rejects_and_rows_stay_beside_their_file()
  file("c1.csv", "n,m\n1,1\nx\n2,2\n")
  file("c2.csv", "n,m\ny\n3,3\n")
  local t = load({ "c1.csv", "c2.csv" }, { rejects = true, file = "from" })
  lu.assertEquals(t:column("from"):values(), { folder .. "c1.csv", folder .. "c1.csv", folder .. "c2.csv", n = 3 })
  local r = t:rejects()
  lu.assertEquals(r:column("file"):values(), { folder .. "c1.csv", folder .. "c2.csv", n = 2 })
  lu.assertEquals(r:column("line"):values(), { 3, 2, n = 2 })
  lu.fails("c1.csv:3:2: error: expected 2 fields, found 1", load, { "c1.csv", "c2.csv" })
end

function TestFiles_explain_types_names_the_file()
  file("e1.csv", "n\n1\n")
  file("e2.csv", "n\n1\nx\n")
  local t = load { "e1.csv", "e2.csv" }
  local why = {}
  for _, row in t:explain_types():rows() do
    why[row.ruled_out] = ("%s:%d"):format(row.file:match "[^/]*$", row.line)
  end
  lu.assertEquals(why, { bool = "e1.csv:2", date = "e1.csv:2", datetime = "e1.csv:2", int64 = "e2.csv:3", float64 = "e2.csv:3" })
  lu.assertEquals(load("e2.csv"):explain_types():names(), { "column", "ruled_out", "line", "value" })
end

-- == drift ==

function TestDrift_columns()
  file("d1.csv", "a,b\n1,2\n")
  file("d2.csv", "b,c\n2,2024-01-01\n")
  file("d3.csv", "a,b\n1,2\n")
  file("d4.csv", "a,b,e\n1,2,\n")
  lu.assertEquals(drift(load { "d1.csv", "d2.csv", "d3.csv" }),
    "d1.csv c missing; d2.csv a missing; d2.csv c added date; d3.csv c missing")
  lu.assertEquals(drift(load { "d1.csv", "d4.csv" }), "d1.csv e missing; d4.csv e added")
  -- what is not read does not differ
  lu.assertEquals(drift(load({ "d1.csv", "d2.csv" }, { columns = { "b" } })), "")
  lu.fails("was not read from a file", function() muster.table { n = { 1 } }:drift() end)
end

-- Which type each kind of file makes of the column, and what the load of some of them says.
local kinds = {
  int = "v\n1\n2\n", float = "v\n1\n2.5\n", date = "v\n2024-01-01\n", text = "v\nx\n1\n", codes = "v\n007\n",
  bool = "v\ntrue\n\n", none = "v,w\n,1\n,2\n", mixed = "v\n1\n2024-01-01\n", time = "v\n2024-01-01T00:00\n",
  quoted = 'v\n"12"\n""\n', huge = "v\n9223372036854775808\n",
}
for name, text in pairs(kinds) do
  file("k" .. name, text)
end

local expected = {
  { "int int", "" },
  { "int float", "kfloat v retyped float64" },
  { "float int", "" },
  { "int float float", "" },
  { "float int int", "kfloat v retyped float64" },
  { "int int text", "ktext v retyped string" },
  { "text int int", "ktext v retyped string" },
  { "text text int", "kint v retyped int64" },
  { "text codes huge", "" },
  { "codes int date", "kint v retyped int64; kdate v retyped date" },
  { "date int date", "kint v retyped int64" },
  { "int date date", "kint v retyped int64" },
  { "date int int", "kdate v retyped date" },
  { "int mixed int", "kmixed v retyped string" },
  { "date mixed date", "kmixed v retyped string" },
  { "time date time", "kdate v retyped date" },
  { "bool bool time", "ktime v retyped datetime" },
  { "quoted int int", "" },
  { "text quoted text", "kquoted v retyped int64" },
  { "int float date text bool", "kfloat v retyped float64; kdate v retyped date; ktext v retyped string; kbool v retyped bool" },
}

function TestDrift_types()
  for _, case in ipairs(expected) do
    local names = {}
    for name in case[1]:gmatch "%w+" do
      names[#names + 1] = "k" .. name
    end
    for threads = 1, 2 do
      lu.assertEquals(drift(load(names, { threads = threads })), case[2], case[1])
    end
  end
  lu.assertEquals(drift(load({ "kint", "kdate" }, { types = { v = "string" } })), "")
  lu.assertEquals(drift(load({ "kint", "ktext" }, { missing = { "x" } })), "")
  lu.assertEquals(drift(load { "kint", "knone", "kint" }), "kint w missing; knone w added int64; kint w missing")
end

-- What a file is said to hold does not depend on the blocks it was read in, on the threads, or on its neighbours.
function TestDrift_large_files()
  file("l1.csv", "n,s\n" .. lines(60000, 1000000, "#,word"))
  file("l2.csv", "n,s\n" .. lines(60000, 1000000, "#,word") .. "1.5,7\n")
  file("l3.csv", "n,s\n" .. lines(60000, 1000000, "#,#") .. "3,x\n")
  file("l4.csv", "n,s\n" .. lines(60000, 1000000, "#,#"))
  file("l5.csv", "n,s\n" .. lines(60000, 1000000, ",") .. "2024-01-01,a\n")
  for threads = 1, 4 do
    local t = load({ "l1.csv", "l2.csv", "l3.csv", "l4.csv", "l5.csv" }, { threads = threads })
    lu.assertEquals(#t, 300003)
    lu.assertEquals(drift(t), "l2.csv n retyped float64; l4.csv s retyped int64; l5.csv n retyped date")
    lu.assertEquals(drift(load({ "l5.csv", "l4.csv", "l3.csv", "l2.csv", "l1.csv" }, { threads = threads })),
      "l5.csv n retyped date; l4.csv s retyped int64; l2.csv n retyped float64")
  end
end

-- == kinds ==

function TestFiles_of_a_kind()
  local whole = muster.casualties "datasets/dprk/casualties.csv"
  local text = lu.read "datasets/dprk/casualties.csv"
  local head, body = text:match "^([^\n]*\n)(.*)$"
  local cut = body:sub(1, #body // 2):match "^.*\n()"
  os.execute("mkdir -p '" .. folder .. "one' '" .. folder .. "two'")
  for _, name in ipairs { "sources.csv", "codebook.csv" } do
    file("one/" .. name, lu.read("datasets/dprk/" .. name))
  end
  file("one/casualties-1.csv", head .. body:sub(1, cut - 1))
  file("one/casualties-2.csv", head .. body:sub(cut))
  local t = muster.casualties(folder .. "one/casualties-*.csv", { file = "from" })
  lu.assertEquals(#t, #whole)
  lu.assertEquals(t:kind(), "casualties")
  lu.assertEquals(t:column("claim_id"):values(), whole:column("claim_id"):values())
  lu.assertEquals(tostring(t[#t].figure), tostring(whole[#whole].figure))
  lu.assertEquals(t[#t].from, folder .. "one/casualties-2.csv")
  lu.assertEquals(t:faults(), {})
  -- sources.csv is that beside the first file
  os.rename(folder .. "one/casualties-2.csv", folder .. "two/casualties-2.csv")
  local paths = { folder .. "one/casualties-1.csv", folder .. "two/casualties-2.csv" }
  lu.assertEquals(#muster.casualties(paths):sources(), #whole:sources())
  lu.assertEquals(#muster.load(paths, { schema = "casualties", threads = 1 }), #whole)
  -- a key that two files share is there twice
  lu.fails("claim_id", muster.casualties, { paths[1], paths[1] })
end

os.exit(lu.run())
