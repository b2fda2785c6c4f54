-- t2235-dialect.lua - guessed separators and quotes as scripts and commands see them.
local lu = require "lu"
local core = require "muster.core"

local work, program, root = os.getenv "WORK", os.getenv "MUSTER", os.getenv "ROOT"

local function file(text, name)
  return lu.write(work .. "/" .. (name or "x.csv"), text)
end

-- The status, standard output and standard error of the program.
local function run(words, input)
  local ok, _, status = os.execute(("cd '%s' && '%s' %s <'%s' >out 2>err"):format(work, program, words,
    input and file(input, "in") or "/dev/null"))
  return ok and 0 or status, lu.read(work .. "/out"), lu.read(work .. "/err")
end

local semicolons = "name;n;x\nKursk;1;1,5\nSudzha;2;2,5\n"
local refused = "p;x,y\nq;x,y\nr;x,y\ns,t;x,y\nu;v;x,y\n"

function TestDialect_of_a_load()
  local t = muster.load(file(semicolons))
  lu.assertEquals(t:names(), { "name", "n", "x" })
  local d = t:dialect()
  lu.assertEquals({ d.sep, d.quote, d.sniffed, d.records, d.agree, d.fields }, { ";", '"', true, 3, 3, 3 })
  lu.assertTrue(d.score > 0.5 and d.score <= 1)
  d.sep = "x"
  lu.assertEquals(t:dialect().sep, ";")
  lu.assertEquals(muster.load(file(semicolons), { decimal = "," }):column("x"):type(), "float64")
  lu.fails("this table was not read from a file", function() return muster.table({ n = { 1 } }):dialect() end)
end

function TestDialect_that_is_named()
  local t = muster.load(file(semicolons), { sep = ",", rejects = true })
  lu.assertEquals(t:dialect(), { sep = ",", quote = '"', sniffed = false })
  lu.assertEquals(t:names(), { "name;n;x" })
  -- naming the separator names the reading: the quote is the double one then
  t = muster.load(file "a;b\n'x';1\n'y';2\n", { sep = ";" })
  lu.assertEquals(t[1].a, "'x'")
  t = muster.load(file "a;b\n'x';1\n'y';2\n")
  lu.assertEquals({ t[1].a, t:dialect().quote }, { "x", "'" })
  t = muster.load(file "a;b\n'x';1\n'y';2\n", { quote = '"' })
  lu.assertEquals({ t[1].a, t:dialect().sep, t:dialect().sniffed }, { "'x'", ";", true })
end

function TestDialect_options_of_a_load_hold_for_the_guess()
  lu.assertEquals(#muster.load(file("a, b, c\n" .. semicolons), { skip = 1 }), 2)
  lu.assertEquals(#muster.load(file("#a,b,c\n" .. semicolons .. "#d,e\n"), { comment = "#" }), 2)
  lu.assertEquals(muster.load(file "1;x\n2;y\n", { header = false }):names(), { "column_1", "column_2" })
  local t = muster.load(file "id\tsize\n1\t5\"\n2\t6\"\n", { lenient = true })
  lu.assertEquals(t:column("size"):values(), { '5"', '6"', n = 2 })
end

function TestDialect_refusal()
  local message = lu.fails("x.csv: error: cannot tell the separator: ", muster.load, file(refused))
  lu.assertStrContains(message, "',' gives 2 fields in 4 of 5 records")
  lu.assertStrContains(message, "';' 2 fields in 4 of 5")
  lu.assertStrContains(message, "; line 4 tells them apart; name it with the option 'sep' (--sep)")
  lu.fails("cannot tell the separator", muster.load, file(refused), { rejects = true })
  lu.assertEquals(muster.load(file(refused), { sep = ",", rejects = true }):dialect().sniffed, false)
end

-- A wrong guess is easy to see.
function TestDialect_in_messages()
  lu.fails("x.csv:3:2: error: expected 2 fields, found 1 (separator ';' and quote '\"', guessed)", muster.load,
    file "a;b\n1;2\n3\n4;5\n")
  lu.fails("expected 2 fields, found 1 (separator ',' and quote '\"', guessed)", muster.load, file "a,b\n1,2\n3\n4,5\n")
  lu.fails("expected 1 field, found 2 (separator ',' and quote '\"', guessed)", muster.load, file "a\n1,2\n3\n")
  local t = muster.load(file "a\tb\n1\t2\n3\n4\t5\n", { rejects = true })
  lu.assertEquals(t:rejects()[1].reason, "expected 2 fields, found 1 (separator tab and quote '\"', guessed)")
  -- nothing to say of the usual one in a list of rejects, or of one that was named
  t = muster.load(file "a,b\n1,2\n3\n4,5\n", { rejects = true })
  lu.assertEquals(t:rejects()[1].reason, "expected 2 fields, found 1")
  t = muster.load(file "a;b\n1;2\n3\n4;5\n", { rejects = true, sep = ";" })
  lu.assertEquals(t:rejects()[1].reason, "expected 2 fields, found 1")
end

function TestDialect_sniff()
  local s = muster.sniff(file(refused))
  lu.assertEquals({ s.clear, s.records, s.agree, s.fields, s.differs }, { false, 5, 4, 2, 4 })
  lu.assertEquals({ s.second.records, s.second.agree, s.second.fields }, { 5, 4, 2 })
  lu.assertEquals(s.sep == "," and s.second.sep or s.sep, ";")
  s = muster.sniff(file "a,b\n1,2\n")
  lu.assertEquals({ s.sep, s.quote, s.clear, s.second, s.differs }, { ",", '"', true })
  s = muster.sniff(file "a;b\n'x';1\n'y';2\n", { sep = ";" })
  lu.assertEquals({ s.sep, s.quote }, { ";", "'" })
  s = muster.sniff(file "a;b\n'x';1\n'y';2\n", { quote = '"' })
  lu.assertEquals({ s.sep, s.quote }, { ";", '"' })
  s = muster.sniff(file("a,b,c,d\n" .. semicolons), { skip = 1 })
  lu.assertEquals({ s.sep, s.records }, { ";", 3 })
  lu.fails("No such file", muster.sniff, "nowhere.csv")
  lu.fails("gzip", muster.sniff, file "\x1f\x8b\8\0\0\0\0\0")
  lu.fails("no option 'decimal'", muster.sniff, "x.csv", { decimal = "," })
  lu.assertEquals(muster.sniff(file "").sep, ",")
end

-- The kinds too, and what they find beside a file.
function TestDialect_of_kinds()
  local data = root .. "/datasets/dprk/"
  local plain = muster.load(data .. "captures.csv")
  local names, lines = plain:names(), {}
  for i = 1, #plain do
    local cells = {}
    for k, name in ipairs(names) do
      local value = plain[i][name]
      cells[k] = value == nil and "" or '"' .. tostring(value):gsub('"', '""') .. '"'
    end
    lines[i] = table.concat(cells, ";")
  end
  file(table.concat(names, ";") .. "\n" .. table.concat(lines, "\n") .. "\n", "captures.csv")
  file(lu.read(data .. "sources.csv"), "sources.csv")
  file(lu.read(data .. "codebook.csv"), "codebook.csv")
  local t = muster.captures(work .. "/captures.csv")
  lu.assertEquals({ #t, t:dialect().sep, t:kind() }, { 23, ";", "captures" })
end

function TestDialect_in_describe()
  local function first_line(text)
    local status, out = run("describe -", text)
    lu.assertEquals(status, 0)
    return out:match "[^\n]*"
  end
  lu.assertEquals(first_line(semicolons), "standard input: a plain table, 2 rows, 3 columns, separator ';'")
  lu.assertEquals(first_line "a\tb\n'x'\t1\n'y'\t2\n",
    "standard input: a plain table, 2 rows, 2 columns, separator tab, quote '")
  lu.assertEquals(first_line "a,b\n1,2\n", "standard input: a plain table, 1 row, 2 columns")
end

function TestDialect_in_convert()
  file(semicolons)
  file(refused, "refused.csv")
  local status, out, err = run "convert --to csv x.csv -"
  lu.assertEquals({ status, out, err }, { 0, 'name,n,x\r\nKursk,1,"1,5"\r\nSudzha,2,"2,5"\r\n', "" })
  status, out = run "convert --strings --to jsonl x.csv -"
  lu.assertEquals({ status, out }, { 0, '["name;n;x"]\n["Kursk;1;1","5"]\n["Sudzha;2;2","5"]\n' })
  status, out, err = run "convert --to csv refused.csv -"
  lu.assertEquals({ status, out }, { 1, "" })
  lu.assertEquals(err:match "^refused.csv: error: cannot tell the separator: " ~= nil, true)
  lu.assertEquals(run "convert --sep ';' --to csv x.csv -", 0)
end

function TestDialect_in_check()
  file(refused, "refused.csv")
  file("a;b\n1;2\n3\n", "ragged.csv")
  local status, out, err = run "check refused.csv ragged.csv"
  lu.assertEquals({ status, out }, { 1, "refused.csv: not read\nragged.csv: 1 row, 1 rejected\n" })
  lu.assertStrContains(err, "\nrefused.csv: error: cannot tell the separator: ")
  lu.assertStrContains(err, "ragged.csv:3:2: error: expected 2 fields, found 1 (separator ';' and quote '\"', guessed)\n")
  status, out = run "check --json refused.csv"
  lu.assertEquals(status, 1)
  lu.assertStrContains(out, '"errors":[{"line":null,"column":null,"field":null,"message":"cannot tell the separator: ')
  status = run "check --sep ';' ragged.csv"
  lu.assertEquals(status, 1)
end

-- Each of several files has its own.
function TestDialect_of_several_files()
  local one, two = file("n;name\n1;'a;b'\n2;c\n", "one.csv"), file("name\tn\n\"a\tb\"\t3\nd\t4\n", "two.csv")
  local t = core.load({ one, two }, {})
  lu.assertEquals(t:column("name"):values(), { "a;b", "c", "a\tb", "d", n = 4 })
  lu.assertEquals(t:column("n"):values(), { 1, 2, 3, 4, n = 4 })
  local first, second = t:dialect(), t:dialect(2)
  lu.assertEquals({ first.sep, first.quote, second.sep, second.quote }, { ";", "'", "\t", '"' })
  lu.fails("there is no file 3: 2 were read", t.dialect, t, 3)
  lu.fails("refused.csv: error: cannot tell the separator", core.load, { one, file(refused, "refused.csv") }, {})
end

-- A pipe is looked at and then read, whole.
function TestDialect_of_a_pipe()
  local rows = { "id;note" }
  for i = 1, 20000 do
    rows[i + 1] = i .. ";some text, and more"
  end
  file(table.concat(rows, "\n"), "long.csv")
  lu.assertEquals(os.execute(("cat '%s/long.csv' | '%s' -e 'local t = muster.load \"-\" print(#t, t:dialect().sep)' >'%s/out'")
    :format(work, program, work)), true)
  lu.assertEquals(lu.read(work .. "/out"), "20000\t;\n")
end

os.exit(lu.run())
