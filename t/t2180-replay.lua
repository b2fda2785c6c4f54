-- Rejected rows that were corrected go back into their places, and only there.
local lu = require "lu"

local folder = os.getenv "WORK" .. "/"
local function file(name, text)
  return lu.write(folder .. name, text)
end

-- The rejects of a load with corrections by line: { [3] = "x,1" }
local function corrected(t, texts)
  local r = t:rejects()
  local list = { n = #r }
  for i = 1, #r do
    list[i] = texts[r[i].line]
  end
  return r:with("corrected", list)
end

-- Load, correct and load again, with the corrections as a table and as a file: the same; gives the table.
local function replay(path, texts, options)
  options = options or {}
  options.rejects = true
  local fixes = corrected(muster.load(path, options), texts)
  options.replay = fixes
  local t = muster.load(path, options)
  fixes:write(folder .. "rejects.csv")
  options.replay = folder .. "rejects.csv"
  local u = muster.load(path, options)
  lu.assertEquals(tostring(u), tostring(t))
  lu.assertEquals(u:ledger(), t:ledger())
  lu.assertEquals(tostring(u:rejects()), tostring(t:rejects()))
  return t
end

local function column(t, name)
  local values = t:column(name):values()
  values.n = nil
  return values
end

function TestReplay_takes_its_place()
  local path = file("a.csv", "n,d\n1,2024-01-01\nx,2024-01-02\n3,2024-01-03\n4\n5,2024-01-05\n")
  local t = replay(path, { [3] = "2,2024-01-02", [5] = "4,2024-01-04\n" }, { types = { n = "int64", d = "date" } })
  lu.assertEquals(column(t, "n"), { 1, 2, 3, 4, 5 })
  lu.assertEquals(t:column("d"):type(), "date")
  lu.assertEquals({ t:where(4) }, { path, 5 })
  lu.assertEquals({ t:where(5) }, { path, 6 })
  local g = t:ledger()
  lu.assertEquals({ g.rows_read, g.rows_kept, g.rows_rejected, g.rows_replayed }, { 5, 5, 0, 2 })
  lu.assertEquals(g.bytes, #lu.read(path))
  lu.assertEquals(g.bytes, g.bytes_rows + g.bytes_terminators + g.bytes_skipped)
  lu.assertEquals(#t:faults(), 0)
  lu.assertEquals(#t:rejects(), 0)
  lu.assertEquals(muster.load(path, { rejects = true }):ledger().rows_replayed, 0)
end

-- Types are inferred from the corrected rows, not from what they replace.
function TestReplay_types()
  local path = file("b.csv", "n,m\n1,1\n2\n3,3\n")
  lu.assertEquals(replay(path, { [3] = "2.5,2" }):column("n"):type(), "float64")
  lu.assertEquals(replay(path, { [3] = "x,2" }):column("n"):type(), "string")
end

function TestReplay_quotes_first_and_last()
  -- the first row, one of several lines, broken quotes, the last row without a line end
  local path = file("c.csv", 'a,b\n"1","q\r\nr",3\n2,"two\nlines"\n3,"br"oken\n\n4,x\n5')
  local t = replay(path, { [2] = '1,"q\r\nr"', [6] = '3,"br""oken"', [9] = "5,y" })
  lu.assertEquals(column(t, "a"), { 1, 2, 3, 4, 5 })
  lu.assertEquals(column(t, "b"), { "q\r\nr", "two\nlines", 'br"oken', "x", "y" })
  local lines = {}
  for i = 1, 5 do
    lines[i] = select(2, t:where(i))
  end
  lu.assertEquals(lines, { 2, 4, 6, 8, 9 })
  lu.assertEquals(t:ledger().rows_replayed, 3)
  lu.assertEquals(t:ledger().blank_lines, 1)
  -- a quote that stays open until the end; what is swallowed by it comes back
  path = file("d.csv", 'a,b\n1,"open\n2,x\n')
  t = muster.load(path, { rejects = true })
  lu.assertEquals(#t, 0)
  local raw = t:rejects()[1].raw
  lu.assertEquals(raw, '1,"open\n2,x\n')
  lu.assertEquals(#replay(path, { [2] = '1,"open"' }), 1)
  -- CRLF, and the marks of the lenient reading
  path = file("e.csv", 'a,b\r\n1\r\n2,x\r\n3\r\n')
  t = replay(path, { [2] = "1,u", [4] = "3,v" })
  lu.assertEquals(column(t, "b"), { "u", "x", "v" })
  lu.assertEquals(column(replay(path, { [4] = '3,v"w"' }, { lenient = true }), "b"), { "x", 'v"w"' })
end

function TestReplay_without_a_header()
  local path = file("f.csv", "# c\n1,2\n3\n# d\n5,6\n7\n")
  local t = replay(path, { [3] = "3,4", [6] = "7,8" }, { header = false, comment = "#" })
  lu.assertEquals(column(t, "column_2"), { 2, 4, 6, 8 })
  path = file("g.csv", "x\ny\n\n1,2,3\n1,2\n")
  t = muster.load(path, { header = false, skip = 3, rejects = true })
  local fixes = muster.table({ { file = path, line = 4, raw = "1,2,3", corrected = "7,8" } }, { "file", "line", "raw", "corrected" })
  lu.assertEquals(#t, 1)
  t = muster.load(path, { header = false, skip = 3, replay = fixes })
  lu.assertEquals(column(t, "column_1"), { 7, 1 })
end

-- A correction that is itself faulty is rejected with its own reason, and can be corrected once more.
function TestReplay_still_wrong()
  local path = file("h.csv", "n,m\n1,1\n2\n3,x\n")
  local options = { types = { m = "int64" } }
  local t = replay(path, { [3] = "2,2,2", [4] = "3,y" }, options)
  lu.assertEquals(#t, 1)
  local r = t:rejects()
  lu.assertEquals({ r[1].line, r[1].column, r[1].reason, r[1].raw }, { 3, 5, "corrected: expected 2 fields, found 3", "2" })
  lu.assertEquals({ r[2].line, r[2].column, r[2].reason, r[2].raw },
    { 4, 3, "corrected: expected an integer, found 'y'", "3,x" })
  lu.assertStrContains(t:faults()[2].text, "h.csv:4:3: error: column 'm': corrected: expected an integer, found 'y'\n  3,y\n    ^")
  local g = t:ledger()
  lu.assertEquals({ g.rows_read, g.rows_kept, g.rows_rejected, g.rows_replayed }, { 3, 1, 2, 2 })
  -- only some of the rows
  options = { rejects = true, types = { m = "int64" }, replay = corrected(t, { [4] = "3,3" }) }
  t = muster.load(path, options)
  lu.assertEquals(column(t, "m"), { 1, 3 })
  lu.assertEquals(#t:rejects(), 1)
  lu.fails("h.csv:3:2: error: expected 2 fields, found 1", muster.load, path,
    { types = options.types, replay = options.replay })
  lu.fails("corrected: a quote inside a field", muster.load, path,
    { types = options.types, replay = options.replay:with("corrected", { '4,a"b"', n = 2 }) })
end

local function fix(rows)
  return muster.table(rows, { "file", "line", "raw", "corrected" })
end

function TestReplay_what_does_not_match()
  local path = file("i.csv", 'n,m\n1,1\n2\n"3\n3",3\n\n5,5\n')
  local function try(row, options)
    row.file = row.file or path
    options = options or {}
    options.replay = fix { row }
    return muster.load(path, options)
  end
  lu.fails("line 3 of '" .. path .. "' is not what the rejects say (the file changed?)", try,
    { line = 3, raw = "1", corrected = "2,2" })
  lu.fails("no row begins on line 5", try, { line = 5, raw = '3",3', corrected = "2,2" }, { rejects = true })
  lu.fails("no row begins on line 6", try, { line = 6, raw = "x", corrected = "2,2" }, { rejects = true })
  lu.fails("no row begins on line 99", try, { line = 99, raw = "x", corrected = "2,2" }, { rejects = true })
  lu.fails("no row begins on line 0", try, { line = 0, raw = "x", corrected = "2,2" }, { rejects = true })
  lu.fails("line 1 of '" .. path .. "' is the header", try, { line = 1, raw = "n,m", corrected = "a,b" })
  lu.fails("correction of line 3 of '" .. path .. "' is not one record", try, { line = 3, raw = "2", corrected = "2,2\n3,3" })
  lu.fails("is not one record", try, { line = 3, raw = "2", corrected = "\n" })
  lu.fails("is for 'other.csv', which is not read here", try, { file = "other.csv", line = 3, raw = "2", corrected = "2,2" })
  lu.fails("row 1 of the corrections has no 'raw'", try, { line = 3, corrected = "2,2" })
  -- the same file in another folder, when it is the only one
  lu.assertEquals(#try { file = "/elsewhere/i.csv", line = 3, raw = "2", corrected = "2,2" }, 4)
  lu.fails("no column 'corrected'", muster.load, path, { replay = muster.table { file = { "x" }, line = { 1 }, raw = { "" } } })
  lu.fails("column 'raw' is int64", muster.load, path,
    { replay = muster.table { file = { path }, line = { 3 }, raw = { 2 }, corrected = { "2,2" } } })
  lu.fails("line 3 of '" .. path .. "' is corrected in two ways", muster.load, path,
    { replay = fix { { file = path, line = 3, raw = "2", corrected = "2,2" }, { file = path, line = 3, raw = "2", corrected = "2,3" } } })
  local twice = { file = path, line = 3, raw = "2", corrected = "2,2" }
  lu.assertEquals(#muster.load(path, { replay = fix { twice, twice } }), 4)
end

function TestReplay_files_of_rejects()
  local path = file("j.csv", "s,n\n\xff,1\nb\n")
  local t = muster.load(path, { rejects = true })
  -- bytes that are no text come back as they were; a spreadsheet writes its own separator and order
  corrected(t, { [2] = "a,1", [3] = "b,2" }):write(folder .. "bytes.csv")
  lu.assertEquals(column(muster.load(path, { replay = folder .. "bytes.csv" }), "s"), { "a", "b" })
  file("sheet.csv", "corrected;raw;note;line;file\n\"a,1\";\xff,1;x;2;" .. path .. "\n;b;;3;" .. path .. "\nb,2;b;;3;j.csv\n")
  lu.assertEquals(column(muster.load(path, { replay = folder .. "sheet.csv" }), "s"), { "a", "b" })
  lu.fails("no column 'corrected': not a file of rejects", muster.load, path, { replay = file("k.csv", "file,line,raw\n") })
  lu.fails("no column", muster.load, path, { replay = file("k.csv", "") })
  lu.fails("k.csv:2:1: error: column 'line': expected an integer, found 'x'", muster.load, path,
    { replay = file("k.csv", "file,line,raw,corrected\nj.csv,x,b,c\n") })
  lu.fails("cannot open", muster.load, path, { replay = folder .. "nowhere.csv" })
end

function TestReplay_several_files()
  local one, two = file("l1.csv", "n,m\n1\n2,2\n"), file("l2.csv", "n,m\n3,3\n4\n")
  local t = muster.load({ one, two }, { rejects = true })
  local fixes = corrected(t, { [2] = "1,1", [3] = "4,4" })
  t = muster.load({ one, two }, { replay = fixes })
  lu.assertEquals(column(t, "n"), { 1, 2, 3, 4 })
  lu.assertEquals(t:ledger().rows_replayed, 2)
  -- a file that is read twice is corrected twice
  lu.assertEquals(#muster.load({ one, one, two }, { replay = fixes }), 6)
  lu.fails("'" .. two .. "', which is not read here", muster.load, one, { replay = fixes })
end

function TestReplay_kinds()
  local text = lu.read "datasets/dprk/casualties.csv"
  local head, first, rest = text:match "^([^\n]*\n)([^\r\n]*)(.*)$"
  for _, name in ipairs { "sources.csv", "codebook.csv" } do
    file(name, lu.read("datasets/dprk/" .. name))
  end
  -- a fault that only the schema finds
  local wrong = first:gsub(",increment,", ",incremen,", 1)
  local path = file("casualties.csv", head .. wrong .. rest)
  local whole = muster.casualties "datasets/dprk/casualties.csv"
  lu.assertTrue(wrong ~= first)
  local t = muster.casualties(path, { rejects = true })
  lu.assertEquals(t:rejects()[1].raw, wrong)
  local fixed = muster.casualties(path, { replay = corrected(t, { [2] = first }) })
  lu.assertEquals(#fixed, #whole)
  lu.assertEquals(tostring(fixed[1].figure), tostring(whole[1].figure))
  -- corrected, and still not right
  t = muster.casualties(path, { rejects = true, replay = corrected(t, { [2] = (wrong:gsub(",incremen,", ",incrment,", 1)) }) })
  lu.assertEquals(t:rejects()[1].raw, wrong)
  lu.assertStrContains(t:rejects()[1].reason, "corrected: ")
end

-- Many corrections in a file of many blocks, with any number of threads; every place is tried.
function TestReplay_large_file()
  local rows, expected, texts = {}, {}, {}
  for i = 1, 60000 do
    rows[i] = i % 997 == 0 and ("%d"):format(i) or i % 1999 == 0 and ('%d,"b"r'):format(i)
      or i % 501 == 0 and ('%d,"two\nlines"'):format(i) or ("%d,some text to fill the row"):format(i)
    expected[i] = i
  end
  for _, ends in ipairs { "\n", "\r\n" } do
    local path = file("large.csv", "n,s\n" .. table.concat(rows, ends))
    local t = muster.load(path, { rejects = true })
    lu.assertEquals(#t:rejects(), 60 + 30)
    for _, row in t:rejects():rows() do
      texts[row.line] = row.raw:match "^%d+" .. ",fixed"
    end
    local fixes = corrected(t, texts)
    local first
    for _, threads in ipairs { 1, 2, 5 } do
      t = muster.load(path, { replay = fixes, threads = threads })
      lu.assertEquals(column(t, "n"), expected)
      lu.assertEquals(t:ledger().rows_replayed, 90)
      lu.assertEquals(t:column("s")[997], "fixed")
      first = first or t:column("s"):values()
      lu.assertEquals(t:column("s"):values(), first)
    end
  end
end

os.exit(lu.run())
