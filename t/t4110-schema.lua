-- Schemas: the ones of muster are data; one's own are read without trust, and told what is wrong with them.
local lu = require "lu"

local root, work = os.getenv "ROOT", os.getenv "WORK"

local function write(name, text)
  local path = work .. "/" .. name
  local f = assert(io.open(path, "wb"))
  f:write(text)
  f:close()
  return path
end

local function read(path)
  local f = assert(io.open(path, "rb"))
  local text = f:read "a"
  f:close()
  return text
end

-- == the schemas of muster ==============================================================================

-- A reader copies one to begin their own: it must be plain data, with nothing of the program behind it.
function TestOwn_schemas_run_as_files_from_elsewhere()
  for _, row in muster.kinds():rows() do
    local copy = write(row.kind .. ".lua", read(root .. "/lua/muster/schema/" .. row.kind .. ".lua"))
    lu.assertEquals(tostring(muster.kind(copy)), tostring(muster.kind(row.kind)))
  end
end

-- The claim columns are written out in three files; they must not drift apart.
function TestOwn_claim_columns_agree()
  local first
  for _, name in ipairs { "deployments", "casualties", "captures" } do
    local seen = {}
    for _, c in ipairs(muster.kind(name).columns) do
      seen[c.name] = ("%s %s %s %s %s"):format(c.type, c.need, c.min, c.max, c.unit)
    end
    for _, common in ipairs { "claim_id", "reported", "as_of", "origin", "via", "measure", "basis", "figure", "low", "best",
      "high", "qualifier", "contingent", "location", "credibility", "url", "flags", "note" } do
      lu.assertNotNil(seen[common], name .. "." .. common)
      first = first or seen
      lu.assertEquals(seen[common], first[common], name .. "." .. common)
    end
  end
end

function TestOwn_every_column_has_help()
  for _, row in muster.kinds():rows() do
    for _, c in ipairs(muster.kind(row.kind).columns) do
      lu.assertTrue(type(c.help) == "string" and #c.help > 10, row.kind .. "." .. c.name)
    end
  end
end

-- == a kind of one's own ================================================================================

local sightings = [[
return {
  name = "sightings",
  help = "Equipment seen, by day.",
  columns = {
    { "day", "date", required = true },
    { "seen_by", "string", required = true, key_of = "sources" },
    { "thing", "string", required = true, values = { "truck", "gun" } },
    { "place", "string", vocabulary = true },
    { "least", "int64", min = 0 },
    { "most", "int64", min = 0 },
    { "weight", "float64", max = 100 },
    { "who", "string", form = "person" },
  },
  rules = {
    { "order", "least", "most" },
    { "filled", "weight", when = { thing = "truck" } },
  },
}
]]

function TestKind_of_ones_own_reads_a_file()
  local path = write("sightings.lua", sightings)
  write("sources.csv", "source_id,name,kind,country,reliability\nme,Me,ngo,FR,B\n")
  write("codebook.csv", "kind,column,value,meaning\nsightings,place,bridge,the bridge\n")
  local csv = write("march.csv", "day,seen_by,thing,place,least,most,weight,who\n2025-03-01,me,gun,bridge,1,2,,P1\n"
    .. "2025-03-02,me,truck,bridge,3,2,,\n2025-03-02,you,gnu,brigde,,,200,Kim\n")
  local t = muster.load(csv, { schema = path, rejects = true })
  lu.assertEquals(t:kind(), "sightings")
  lu.assertEquals({ #t, t[1].most, tostring(t[1].day), t:column("weight"):type() }, { 1, 2, "2025-03-01", "float64" })
  local told = {}
  for i, f in ipairs(t:faults()) do
    told[i] = ("%d %s: %s"):format(f.line, f.field, f.message)
  end
  lu.assertEquals(told, {
    "3 least: least 3 is above most 2",
    "3 weight: must not be empty when thing is 'truck'",
    "4 seen_by: 'you' is not in sources.csv",
    "4 thing: 'gnu' is not an allowed thing; did you mean 'gun'?",
    "4 place: 'brigde' is not in codebook.csv; did you mean 'bridge'?",
    "4 weight: 200 is above 100, the most it can be",
    "4 who: 'Kim' is not written as the letter P and a number, since individuals carry no name",
  })
end

function TestKind_named_by_schema_option()
  lu.assertEquals(#muster.load(root .. "/datasets/dprk/casualties.csv", { schema = "casualties" }), 101)
  lu.assertErrorMsgContains("no kind 'casualtes'; did you mean 'casualties'?", muster.load, "x", { schema = "casualtes" })
  lu.assertErrorMsgContains("option 'types' does not go with a schema", muster.load, "x", { schema = "casualties", types = {} })
  lu.assertErrorMsgContains("option 'sources' goes with the option 'schema'", muster.load, "x", { sources = false })
end

-- == schemas with mistakes in them ======================================================================

local mistakes = {
  { "return 3", "a schema file returns a table, this one a number" },
  { "return { name = 'x', help = 'h' }", "columns: expected a list" },
  { "return { name = 'x', help = 'h', colums = {} }", "the schema: no key 'colums'; did you mean 'columns'?" },
  { "return { name = 'X y', help = 'h', columns = {} }", "name: expected lower-case letters" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'txt' } } }", "column 'a': type: no 'txt'; there are bool, int64" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'flaot64' } } }", "no 'flaot64'; did you mean 'float64'?" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'string', requird = true } } }",
    "column 'a': no key 'requird'; did you mean 'required'?" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'string', required = 'yes' } } }", "required: expected true" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'int64' }, { 'a', 'int64' } } }", "column 'a' is there twice" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'int64', values = { 'b' } } } }", "values are listed for text" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'string', values = {} } } }", "column 'a': values: the list is empty" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'string', min = 1 } } }", "min and max are for numbers" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'int64', min = 2, max = 1 } } }", "min is above max" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'string', form = 'slgu' } } }", "no 'slgu'; did you mean 'slug'?" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'string', list = '; ' } } }", "the one character" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'quantity' } } }", "'qualifier' is not there" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'int64' } }, rules = { { 'ordr', 'a' } } }",
    "rule 1: verb: no 'ordr'; did you mean 'order'?" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'int64' }, { 'b', 'date' } }, rules = { { 'order', 'a', 'b' } } }",
    "rule 1 (order): 'a' and 'b' have no common order" },
  { "return { name = 'x', help = 'h', columns = { { 'low', 'int64' } }, rules = { { 'order', 'lwo', 'low' } } }",
    "rule 1 (order): no column 'lwo'; did you mean 'low'?" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'int64' } }, rules = { { 'filled', 'a' } } }",
    "rule 1 (filled): when: expected a table, found nothing" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'int64' }, { 'b', 'string' } }, rules = { { 'shape', 'a', by = 'b', "
    .. "shapes = { z = 'xx' } } } }", "shapes: 'z': expected 1 letters or '-'" },
  { "local t = {} t.t = t return t", "no table in itself" },
  { "return { name = 'x', help = function() end }", "a schema holds text, numbers, booleans and tables" },
}

function TestMistakes_are_told_with_file_and_place()
  for _, case in ipairs(mistakes) do
    local path = write("mistake.lua", case[1])
    local ok, message = pcall(muster.kind, path)
    lu.assertFalse(ok, case[1])
    lu.assertStrContains(message, case[2], false, false, case[1])
    lu.assertStrContains(message, path .. ":", false, false, case[1])
  end
end

function TestMistakes_of_syntax_have_a_line()
  local path = write("syntax.lua", "return {\n  name = 'x'\n  help = 'y',\n}\n")
  lu.assertErrorMsgContains(path .. ":3: '}' expected", muster.kind, path)
end

-- Words of a good schema exchanged for others: whatever comes of it, the message is about the schema and not
-- from inside of the program.
function TestMistakes_at_random_are_never_ours()
  local words = { "true", "7", "-1.5", "'x'", "{}", "nil", "{ 'a' }", "{ low = 'x' }", "'low'", "'quantity'", "{ { } }", "0/0" }
  local seed = 1
  local function random(n)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed // 65536 % n + 1
  end
  local text = read(root .. "/lua/muster/schema/casualties.lua")
  local places = {}
  for from, to in text:gmatch '()"[^"\n]*"()' do
    places[#places + 1] = { from, to - 1 }
  end
  for from, to in text:gmatch "= ()[%w]+()" do
    places[#places + 1] = { from, to - 1 }
  end
  local good = 0
  for _ = 1, 400 do
    local place = places[random(#places)]
    local path = write("random.lua", text:sub(1, place[1] - 1) .. words[random(#words)] .. text:sub(place[2] + 1))
    local ok, message = pcall(muster.kind, path)
    good = good + (ok and 1 or 0)
    if ok then
      lu.assertEquals(type(tostring(message)), "string")
      local read_ok, t = pcall(muster.load, root .. "/datasets/dprk/casualties.csv", { schema = path, rejects = true })
      lu.assertTrue(read_ok, tostring(t))
      lu.assertEquals(#t + #t:rejects(), 101)
    else
      lu.assertStrContains(message, path .. ":")
      lu.assertNotStrContains(message, "muster.base")
    end
  end
  lu.assertTrue(good > 0 and good < 400)
end

-- == schemas that want to do something ==================================================================

local hostile = {
  { "os.execute 'touch owned'", "no 'os' here: a schema is data and has no globals" },
  { "return io.open 'x'", "no 'io' here" },
  { "muster.load 'x'", "no 'muster' here" },
  { "x = 1", "no 'x' here" },
  { "return require 'os'", "no 'require' here" },
  { "return ('x'):rep(1e9)", "attempt to index a string value" },
  { "return ('x').rep", "attempt to index a string value" },
  { "return setmetatable({}, {})", "no 'setmetatable' here" },
  { "while true do end", "took more than 200000 steps" },
  { "local function f() return f() end return f()", "took more than 200000 steps" },
  { "for i = 1, math.huge do end", "no 'math' here" },
  { "repeat until false", "took more than 200000 steps" },
  { "::a:: goto a", "took more than 200000 steps" },
  { "local function f() return 1 + f() end return f()", "more memory than a schema may use" },
  { "local t = {} for i = 1, 1e9 do t[i] = i end return t", "more memory than a schema may use" },
  { "local s = 'xxxxxxxxxxxxxxxx' while true do s = s .. s end", "more memory than a schema may use" },
  -- little in use at any time, much asked for: each step would cost what the string weighs
  { "local s = 'xxxxxxxxxxxxxxxx' for i = 1, 13 do s = s .. s end while true do local t = s .. s end",
    "more memory than a schema may use" },
  { "return " .. ("{"):rep(1000) .. ("}"):rep(1000), "C stack overflow" },
  { "return " .. ("("):rep(100000), "" },
  { "local t = {} for i = 1, 30 do t = { t } end return t", "a schema holds text" },
  { string.dump(load "return {}"), "attempt to load a binary chunk" },
  { ("x"):rep(200000), "longer than 131072 bytes" },
  { "", "a schema file returns a table, this one a nil" },
  { "\0", "" },
}

function TestHostile_schemas_fail_cleanly_and_soon()
  local begun = os.clock()
  for _, case in ipairs(hostile) do
    local path = write("hostile.lua", case[1])
    local ok, message = pcall(muster.kind, path)
    lu.assertFalse(ok, case[1]:sub(1, 60))
    lu.assertStrContains(message, case[2], false, false, case[1]:sub(1, 60))
    lu.assertStrContains(message, "hostile.lua", false, false, case[1]:sub(1, 60))
  end
  lu.assertTrue(os.clock() - begun < 20)
  lu.assertNil(io.open(work .. "/owned"))
  lu.assertNil(_G.x)
end

function TestHostile_paths()
  lu.assertErrorMsgContains("cannot open", muster.kind, work .. "/nothing.lua")
  lu.assertErrorMsgContains("not a plain file", muster.kind, work .. "/")
  lu.assertErrorMsgContains("not a plain file", muster.kind, "/dev/zero")
end

os.exit(lu.run())
