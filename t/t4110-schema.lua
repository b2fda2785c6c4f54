-- Schemas: the ones of muster are data; one's own are read without trust, and told what is wrong with them.
local lu = require "lu"

local root, work = os.getenv "ROOT", os.getenv "WORK"

local read = lu.read

local function write(name, text)
  return lu.write(work .. "/" .. name, text)
end

-- == the schemas of muster ==============================================================================

-- A reader copies one to begin their own: it must be plain data, with nothing of the program behind it.
function TestOwn_schemas_run_as_files_from_elsewhere()
  for _, row in muster.kinds():rows() do
    local copy = write(row.kind .. ".lua", read(root .. "/lua/muster/schema/" .. row.kind .. ".lua"))
    lu.assertEquals(tostring(muster.kind(copy)), tostring(muster.kind(row.kind)))
  end
end

-- What claims have in common is in one file, and no kind changes more of it than its words and lists.
function TestOwn_claim_columns_agree()
  local first
  for _, name in ipairs { "claims", "deployments", "casualties", "captures" } do
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

local function names_of(list, field)
  local names = {}
  for i, item in ipairs(list) do
    names[i] = item[field]
  end
  return table.concat(names, " ")
end

-- A table shows its columns in this order, and of two rules that one value breaks the first one tells.
function TestOwn_claim_columns_and_rules_stand_in_their_order()
  local first, last = "as_of origin measure basis figure ", "contingent location qualifier low best high credibility flags "
    .. "note url claim_id"
  for name, middle in pairs { deployments = "reported via ", captures = "reported via ",
    casualties = "share share_of reported via since " } do
    lu.assertEquals(names_of(muster.kind(name).columns, "name"), first .. middle .. last)
  end
  lu.assertEquals(names_of(muster.kind("deployments").rules, "verb"), "shape order month_end")
  lu.assertEquals(names_of(muster.kind("captures").rules, "verb"), "shape order month_end only")
  lu.assertEquals(names_of(muster.kind("casualties").rules, "verb"), "shape order order together filled only month_end")
end

function TestOwn_base_is_shown_and_not_loaded()
  lu.assertEquals(muster.kind("claims").name, "claims")
  for _, row in muster.kinds():rows() do
    lu.assertNotEquals(row.kind, "claims")
  end
  lu.assertErrorMsgContains("'claims' is what kinds have in common and not a kind", muster.load, "x", { schema = "claims" })
  lu.assertErrorMsgContains("no kind 'clams'; did you mean 'claims'?", muster.kind, "clams")
end

-- The loaders' help is written before any schema is read.
function TestOwn_help_of_loaders_agrees_with_schemas()
  local registry = require "muster.base.registry"
  for _, row in muster.kinds():rows() do
    local keys, figure = false, false
    for _, c in ipairs(muster.kind(row.kind).columns) do
      keys, figure = keys or c.key_of ~= nil, figure or c.type == "quantity"
    end
    local help = registry.by_name["muster." .. row.kind].help
    lu.assertEquals(help:find("`sources`", 1, true) ~= nil, keys, row.kind)
    lu.assertEquals(help:find("`rounding`", 1, true) ~= nil, figure, row.kind)
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

-- == a kind that extends another ========================================================================

local equipment = [[
return {
  name = "equipment",
  extends = "claims",
  help = "Claims about guns and vehicles.",
  columns = {
    { "measure", values = { "delivered", "destroyed" } },
    { "item", "string", required = true, values = { "gun", "truck" }, after = "basis" },
    { "calibre", "float64", min = 20, unit = "mm", after = "item" },
    { "maker", "string", after = "basis" },
    { "contingent", required = false },
    { "location", values = { "kursk", "belgorod" } },
    { "low", unit = "pieces" },
    { "flags", more_values = { "photo" } },
    { "seen_until", "date" },
  },
  rules = {
    { "only", "measure", values = { "destroyed" }, when = { flags = "photo" } },
    { "order", "as_of", "seen_until", after = "order" },
    { "filled", "calibre", when = { item = "gun" } },
  },
}
]]

local function column(kind, name)
  for _, c in ipairs(kind.columns) do
    if c.name == name then
      return c
    end
  end
end

function TestExtends_columns_and_rules_come_together()
  local kind = muster.kind(write("equipment.lua", equipment))
  lu.assertEquals(names_of(kind.columns, "name"), "as_of origin measure basis item calibre maker figure reported via "
    .. "contingent location qualifier low best high credibility flags note url claim_id seen_until")
  lu.assertEquals(names_of(kind.rules, "verb"), "shape order order month_end only filled")
  local measure, low, flags = column(kind, "measure"), column(kind, "low"), column(kind, "flags")
  lu.assertEquals({ measure.type, measure.need, measure.values }, { "string", "value", { "delivered", "destroyed" } })
  lu.assertEquals(measure.help, column(muster.kind "claims", "measure").help)
  lu.assertEquals({ low.type, low.need, low.min, low.unit }, { "int64", "column", 0, "pieces" })
  lu.assertEquals(column(kind, "contingent").need, "optional")
  lu.assertEquals({ column(kind, "location").vocabulary, column(kind, "location").values }, { nil, { "kursk", "belgorod" } })
  lu.assertEquals(flags.values, { "verbal", "share_only", "month_level", "combined", "stale", "mutated", "misattributed",
    "photo" })
  -- what is extended is not changed by it
  lu.assertEquals(#column(muster.kind "claims", "flags").values, 7)
  lu.assertNil(column(muster.kind "deployments", "item"))
  lu.assertEquals(column(muster.kind "deployments", "low").unit, "persons")
end

local head = "claim_id,reported,as_of,origin,via,measure,basis,item,calibre,low,best,high,qualifier,location,credibility,"
  .. "flags,url,seen_until\n"

function TestExtends_loads_with_figure_and_both_sorts_of_rules()
  local path = write("equipment.lua", equipment)
  write("sources.csv", "source_id,name,kind,country,reliability\nnis,NIS,ngo,FR,B\n")
  local csv = write("guns.csv", head
    .. "a,2025-01-02,2025-01-01,nis,nis,delivered,cumulative,gun,170,,,50,up_to,kursk,2,,u,\n"
    .. "b,2025-01-02,2025-01-01,nis,nis,delivered,cumulative,gun,170,50,50,,at_least,kursk,2,,u,\n"
    .. "c,2025-01-02,2025-01-01,nsi,nis,killed,cumulative,truck,,3,3,3,exact,kursk,2,,u,\n"
    .. "d,2025-01-02,2025-01-01,nis,nis,delivered,cumulative,truck,,3,3,3,exact,kursk,2,photo,u,\n"
    .. "e,2025-01-02,2025-01-01,nis,nis,destroyed,cumulative,gun,,3,,2,range,kyiv,9,photo;blurred,u,\n"
    .. "f,2025-01-02,2025-01-15,nis,nis,destroyed,stock,truck,,3,3,3,exact,kursk,2,month_level,u,2025-01-03\n"
    .. "a,2025-01-02,2025-01-15,nis,nis,destroyed,stock,truck,,3,3,3,exact,kursk,2,month_level,u,\n")
  local t = muster.load(csv, { schema = path, rejects = true })
  lu.assertEquals({ t:kind(), #t, t[1].item }, { "equipment", 1, "gun" })
  local q = t[1].figure
  lu.assertEquals({ q.low, q.high, q.stated, q.measure, q.basis }, { 50, math.huge, 50, "delivered", "cumulative" })
  lu.assertEquals(t:sources()[1].name, "NIS")
  local told = {}
  for _, f in ipairs(t:faults()) do
    if not f.warning then
      told[#told + 1] = ("%d %s: %s"):format(f.line, f.field, f.message)
    end
  end
  lu.assertEquals(told, {
    "2 best: qualifier 'up_to' is written best = high, low empty; found high 50",
    "4 origin: 'nsi' is not in sources.csv; did you mean 'nis'?",
    "4 measure: 'killed' is not an allowed measure; expected 'delivered' or 'destroyed'",
    "5 measure: measure is 'delivered', but must be 'destroyed' when flags has 'photo'",
    "6 calibre: must not be empty when item is 'gun'",
    "6 low: low 3 is above high 2",
    "6 location: 'kyiv' is not an allowed location; expected 'kursk' or 'belgorod'",
    "6 credibility: 9 is not between 1 and 6",
    "6 flags: 'blurred' is not allowed in flags; expected 'verbal', 'share_only', 'month_level', 'combined', 'stale', "
      .. "'mutated', 'misattributed' or 'photo'",
    "7 as_of: as_of 2025-01-15 is after seen_until 2025-01-03",
    "8 claim_id: 'a' is already the claim_id of line 2",
    "8 as_of: 2025-01-15 is not the last day of its month, as it must be when flags has 'month_level'",
  })
end

-- Without `after` the rule of one's own comes last, and the base's rule tells first.
function TestExtends_order_of_rules_decides_which_tells()
  local csv = write("one.csv", head
    .. "f,2025-01-02,2025-01-15,nis,nis,destroyed,stock,truck,,3,3,3,exact,kursk,2,month_level,u,2025-01-03\n")
  local function first(text)
    local t = muster.load(csv, { schema = write("order.lua", text), sources = false, rejects = true })
    return t:faults()[1].message
  end
  lu.assertStrContains(first(equipment), "as_of 2025-01-15 is after seen_until 2025-01-03")
  lu.assertStrContains(first((equipment:gsub(', after = "order"', ""))), "2025-01-15 is not the last day of its month")
end

function TestExtends_a_kind_that_extends()
  local kind = muster.kind(write("chain.lua", [[return { name = "deaths", extends = "casualties", help = "The dead.",
    columns = { { "cause", "string", after = "since" } } }]]))
  lu.assertEquals(names_of(kind.columns, "name"), (names_of(muster.kind("casualties").columns, "name"):gsub("since", "since cause")))
  lu.assertEquals(#kind.rules, 7)
  local path = write("alone.lua", "return { name = 'dead', extends = 'casualties', help = 'Another name.' }")
  lu.assertEquals(#muster.load(root .. "/datasets/dprk/casualties.csv", { schema = path, codebook = false }), 101)
  -- a name of one's own never hides the base
  lu.assertEquals(#muster.kind(write("same.lua", "return { name = 'claims', extends = 'claims', help = 'h' }")).columns, 18)
end

function TestExtends_never_in_a_circle()
  local name = "muster.schema.context"
  local own = require(name)
  package.loaded[name] = { name = "context", extends = "context", help = "h" }
  local ok, message = pcall(muster.kind, write("circle.lua", "return { name = 'x', extends = 'context', help = 'h' }"))
  package.loaded[name] = own
  lu.assertFalse(ok)
  lu.assertStrContains(message, "context: extends: 'context' extends itself")
  lu.assertEquals(muster.kind(work .. "/circle.lua").name, "x")
end

-- == schemas with mistakes in them ======================================================================

local function extending(rest)
  return "return { name = 'x', help = 'h', extends = 'claims', " .. rest .. " }"
end

local mistakes = {
  { "return { name = 'x', help = 'h', extends = 'clams' }", "extends: no 'clams'; did you mean 'claims'?" },
  { "return { name = 'x', help = 'h', extends = 'own.lua' }", "extends: no 'own.lua'; there are deployments, " },
  { "return { name = 'x', help = 'h', extends = { 'claims' } }", "extends: expected a text, found a table" },
  { extending "columns = { { 'a', 'string', after = 'figre' } }", "column 'a': after: no column 'figre'; did you mean 'figure'?" },
  { extending "columns = { { 'a', 'string', after = 'b' }, { 'b', 'string' } }", "column 'a': after: no column 'b'" },
  { extending "columns = { { 'a', 'string', after = 3 } }", "column 'a': after: expected a text, found a number" },
  { extending "columns = { { 'low', 'string' } }", "column 'low': type: it is int64 in 'claims', which it extends, and cannot be string" },
  { extending "columns = { { 'low', {} } }", "column 'low': type: it is int64 in 'claims'" },
  { extending "columns = { { 'mesure', values = { 'a' } } }",
    "column 'mesure': 'claims' has no such column, and a new one needs a type; did you mean 'measure'?" },
  { extending "columns = { { 'low', after = 'high' } }", "column 'low': after: it stands where 'claims' has it" },
  { extending "columns = { { 'low' }, { 'low' } }", "column 'low' is there twice" },
  { extending "columns = { { 'low', values = { 'a' } } }", "column 'low': values are listed for text" },
  { extending "columns = { { 'low', max = -1 } }", "column 'low': min is above max" },
  { extending "columns = { { 'flags', more_values = { 'stale' } } }", "column 'flags': more_values: 'stale' is in the list already" },
  { extending "columns = { { 'flags', more_values = {} } }", "column 'flags': more_values: the list is empty" },
  { extending "columns = { { 'flags', more_values = { 'a' }, values = { 'b' } } }", "more_values: values says them all" },
  { extending "columns = { { 'measure', more_values = { 'a' } } }", "more_values: there is no list to add to" },
  { extending "columns = { { 'a', 'string', more_values = { 'b' } } }", "more_values: 'claims' has no such column" },
  { extending "columns = { { 'a', 'string', aftr = 'low' } }", "column 'a': no key 'aftr'; did you mean 'after'?" },
  { extending "columns = 3", "columns: expected a list of { \"name\", \"type\", ... }, found a number" },
  { extending "rules = { { 'order', 'low', 'higgh' } }", "rule 1 (order): no column 'higgh'; did you mean 'high'?" },
  { extending "rules = { { 'order', 'low', 'high', after = 'shap' } }", "rule 1: after: no rule 'shap'; did you mean 'shape'?" },
  { extending "rules = { { 7, 'low' }, { 'order', 'low', 'high', after = 'only' } }", "rule 2: after: no rule 'only'" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'int64', after = 'b' } } }",
    "column 'a': after is for a schema that extends another" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'string', more_values = { 'b' } } } }",
    "column 'a': more_values is for a schema that extends another" },
  { "return { name = 'x', help = 'h', columns = { { 'a', 'date' } }, rules = { { 'filled', 'a', after = 'order' } } }",
    "rule 1: after is for a schema that extends another" },
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
  local texts, places = {}, {}
  for i, name in ipairs { "claims", "casualties" } do
    texts[i] = read(root .. "/lua/muster/schema/" .. name .. ".lua")
    for from, to in texts[i]:gmatch '()"[^"\n]*"()' do
      places[#places + 1] = { from, to - 1, texts[i] }
    end
    for from, to in texts[i]:gmatch "= ()[%w]+()" do
      places[#places + 1] = { from, to - 1, texts[i] }
    end
  end
  local good = 0
  for _ = 1, 600 do
    local place = places[random(#places)]
    local text = place[3]
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
  lu.assertTrue(good > 0 and good < 600)
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
