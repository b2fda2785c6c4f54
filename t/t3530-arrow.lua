-- t3530-arrow.lua - Arrow files from Lua: muster.load, t:write, Scan:write, and the cache beside a CSV file.
local lu = require "lu"

local function path(name)
  return os.getenv "WORK" .. "/" .. name
end

local function write(name, text)
  local f <close> = assert(io.open(path(name), "wb"))
  f:write(text)
  return path(name)
end

local function bytes(name)
  local f <close> = assert(io.open(path(name), "rb"))
  return f:read "a"
end

local function exists(name)
  local f = io.open(path(name), "rb")
  return f ~= nil and f:close()
end

local function assert_same(a, b)
  lu.assertEquals(b:names(), a:names())
  lu.assertEquals(#b, #a)
  for _, name in ipairs(a:names()) do
    local x, y = a:column(name), b:column(name)
    lu.assertEquals(y:type(), x:type(), name)
    for i = 1, #a do
      lu.assertEquals(tostring(y[i]), tostring(x[i]), name .. " " .. i)
    end
  end
end

local all = muster.table({
  { b = true, n = 1, x = 0.5, d = muster.date "2025-01-13", t = muster.datetime "2025-01-13T12:00:00.25Z", s = "é",
    q = muster.quantity{ best = 12000, qualifier = "up_to", measure = "sent" } },
  { n = -2, x = 2.0, s = "" }, { b = false, n = math.maxinteger, x = 1e300, s = "é" },
}, { "b", "n", "x", "d", "t", "s", "q" })

-- == files ==============================================================================================

function TestArrow_round_trip()
  for _, format in ipairs { "arrow", "arrows" } do
    local file = path("all." .. format)
    all:write(file)
    local t = muster.load(file)
    assert_same(all, t)
    local where, row = t:where(3)
    lu.assertEquals(where, file)
    lu.assertEquals(row, 3)
    lu.assertEquals(t:ledger().rows_read, 3)
    lu.assertEquals(t:ledger().bytes, #bytes("all." .. format))
    lu.assertEquals(#t:faults(), 0)
    lu.assertEquals(#t:rejects(), 0)
    lu.assertEquals(t:rejects():names(), { "file", "line", "column", "field", "reason", "raw" })
    lu.assertEquals(#t:explain_types(), 0)
    lu.assertEquals(#t:drift(), 0)
    lu.assertErrorMsgContains("an Arrow file has no dialect", t.dialect, t)
  end
  lu.assertEquals(bytes("all.arrow"):sub(1, 6), "ARROW1")
  lu.assertEquals(bytes("all.arrows"):sub(1, 4), "\xff\xff\xff\xff")
  lu.assertNotNil(bytes("all.arrow"):find("muster.type", 1, true))
end

function TestArrow_format_by_name()
  all:write(path "named", "arrow")
  assert_same(all, muster.load(path "named"))
  lu.assertErrorMsgContains("name it csv, json, jsonl, arrow or arrows", all.write, all, path "x.txt")
end

function TestArrow_several_files()
  all:head(1):write(path "one.arrow")
  all:tail(2):write(path "two.arrow")
  local t = muster.load { path "one.arrow", path "two.arrow" }
  assert_same(all, t)
  local file, row = t:where(3)
  lu.assertEquals({ file, row }, { path "two.arrow", 2 })
  lu.assertEquals(t:ledger().rows_read, 3)
  local csv = write("three.csv", "n\n1\n")
  lu.assertErrorMsgContains("three.csv: error: this is no Arrow file", muster.load, { path "one.arrow", csv })
  lu.assertErrorMsgContains("an Arrow IPC file, not CSV", muster.load, { csv, path "one.arrow" })
end

function TestArrow_options()
  all:write(path "all.arrow")
  lu.assertEquals(muster.load(path "all.arrow", { columns = { "s", "n" } }):names(), { "n", "s" })
  lu.assertErrorMsgContains("there is no column 'm'", muster.load, path "all.arrow", { columns = { "m" } })
  lu.assertErrorMsgContains("option 'sep' says how text is read, and", muster.load, path "all.arrow", { sep = ";" })
  lu.assertErrorMsgContains("option 'types' says how text is read, and", muster.load, path "all.arrow",
    { types = { n = "string" } })
  lu.assertErrorMsgContains("does not go with 'schema'", muster.load, path "all.arrow", { schema = "sources", cache = true })
end

function TestArrow_elsewhere()
  all:write(path "all.arrow")
  all:write(path "all.arrows")
  lu.assertErrorMsgContains("this is an Arrow IPC file, not CSV", muster.sniff, path "all.arrow")
  lu.assertErrorMsgContains("this is an Arrow IPC stream, not CSV", muster.sniff, path "all.arrows")
  lu.assertErrorMsgContains("this is an Arrow IPC file, not CSV", function() muster.scan(path "all.arrow"):count() end)
  lu.assertErrorMsgContains("this is an Arrow IPC file, not CSV", muster.sources, path "all.arrow")
end

function TestArrow_packed()
  all:write(path "all.arrow")
  if os.execute("gzip -c '" .. path "all.arrow" .. "' > '" .. path "all.gz" .. "' 2>/dev/null") then
    assert_same(all, muster.load(path "all.gz"))
  else
    lu.skip "no gzip here"
  end
end

function TestArrow_damage()
  all:write(path "all.arrow")
  local text = bytes "all.arrow"
  local cut = write("cut.arrow", text:sub(1, -2))
  lu.assertErrorMsgContains("cut.arrow: error: the file is cut: it does not end in ARROW1", muster.load, cut)
  local ok, why = pcall(muster.load, write("odd.arrow", (text:gsub("\xc3\xa9", "\xc3\x29"))))
  lu.assertFalse(ok)
  lu.assertStrContains(tostring(why), "column 's', row 1: a text is not UTF-8")
  muster.table { s = { "a", "\xc3\xa9", "a", "\xc3\xa9" } }:write(path "coded.arrow")
  ok, why = pcall(muster.load, write("odd.arrow", (bytes "coded.arrow":gsub("\xc3\xa9", "\xc3\x29"))))
  lu.assertFalse(ok)
  lu.assertStrContains(tostring(why), "column 's', dictionary value 2: a text is not UTF-8")
end

-- == scans ==============================================================================================

function TestArrow_of_a_scan()
  local lines = { "n,day,word,text" }
  for i = 1, 300000 do
    lines[#lines + 1] = ("%d,2025-01-%02d,%s,%s"):format(i, i % 28 + 1, i % 7 == 0 and "" or "word" .. i * 31 % 500,
      ("some text %d "):format(i):rep(8))
  end
  local csv = write("big.csv", table.concat(lines, "\n") .. "\n")
  local n = 0
  for _ in muster.scan(csv):chunks() do
    n = n + 1
  end
  lu.assertTrue(n > 1)
  local want = muster.load(csv)
  for _, format in ipairs { "arrow", "arrows" } do
    muster.scan(csv):write(path("big." .. format))
    local t = muster.load(path("big." .. format))
    lu.assertEquals(#t, #want)
    for _, name in ipairs(want:names()) do
      local a, b = want:column(name), t:column(name)
      lu.assertEquals(b:type(), a:type())
      for i = 1, #t, 97 do
        if a[i] ~= b[i] then
          lu.fail(("%s %d: %s, %s"):format(name, i, a[i], b[i]))
        end
      end
    end
  end
  muster.scan(csv):head(0):write(path "none.arrow")
  lu.assertEquals(muster.load(path "none.arrow"):names(), want:names())
end

-- == the cache ==========================================================================================

-- What a cached load has to tell as the first one did.
local function told(t)
  local out = {}
  for i = 1, #t do
    local file, line = t:where(i)
    out[#out + 1] = file .. ":" .. line
  end
  local faults = {}
  for i, fault in ipairs(t:faults()) do
    faults[i] = { fault.file, fault.line, fault.message, fault.warning, fault.text }
  end
  local dialect = t:dialect()
  return { where = out, ledger = t:ledger(), faults = faults, dialect = dialect, types = tostring(t:explain_types()),
    rejects = #t:rejects(), rejects_text = tostring(t:rejects()), drift = #t:drift() }
end

local odd = "n,s,n\n\n1,\"a\nb\",x\n2,c,\n\n3,,y\n"

function TestCache_is_used_and_loses_nothing()
  local csv = write("c.csv", odd)
  local plain = muster.load(csv)
  local first = muster.load(csv, { cache = true })
  lu.assertTrue(exists "c.csv.arrow")
  local kept = bytes "c.csv.arrow"
  local second = muster.load(csv, { cache = true })
  lu.assertEquals(bytes "c.csv.arrow", kept)
  assert_same(plain, first)
  assert_same(plain, second)
  lu.assertEquals(told(first), told(plain))
  lu.assertEquals(told(second), told(plain))
  -- it is read: a mark in the Arrow file shows in the table
  write("c.csv.arrow", (kept:gsub("a\nb", "A\nB")))
  lu.assertEquals(muster.load(csv, { cache = true })[1].s, "A\nB")
  -- but not by a load that does not ask for it
  lu.assertEquals(muster.load(csv)[1].s, "a\nb")
end

function TestCache_is_never_stale()
  local csv = write("d.csv", "n,s\n1,a\n")
  muster.load(csv, { cache = true })
  local before = bytes "d.csv.arrow"
  -- the same length, and the time of the file before the cache
  write("d.csv", "n,s\n1,b\n")
  os.execute("touch -r '" .. path "d.csv.arrow" .. "' '" .. csv .. "'")
  lu.assertEquals(muster.load(csv, { cache = true })[1].s, "b")
  lu.assertNotEquals(bytes "d.csv.arrow", before)
  lu.assertEquals(muster.load(csv, { cache = true })[1].s, "b")
end

function TestCache_is_of_its_options()
  local csv = write("e.csv", "n,s\n1,a\n")
  lu.assertEquals(muster.load(csv, { cache = true })[1].n, 1)
  lu.assertEquals(muster.load(csv, { cache = true, types = { n = "string" } })[1].n, "1")
  lu.assertEquals(muster.load(csv, { cache = true, types = { n = "string" }, threads = 1 })[1].n, "1")
  lu.assertEquals(muster.load(csv, { cache = true })[1].n, 1)
  lu.assertEquals(muster.load(csv, { cache = true, columns = { "s" } }):names(), { "s" })
end

function TestCache_of_another_name()
  local csv = write("f.csv", odd)
  muster.load(csv, { cache = true })
  local other = path "./f.csv"
  local kept = bytes "f.csv.arrow"
  local t = muster.load(other, { cache = true })
  lu.assertEquals(bytes "f.csv.arrow", kept)
  lu.assertEquals(told(t), told(muster.load(other)))
end

function TestCache_that_is_damaged()
  local csv = write("g.csv", "n,s\n1,a\n2,b\n")
  muster.load(csv, { cache = true })
  local good = bytes "g.csv.arrow"
  for at = 1, #good, 7 do
    write("g.csv.arrow", good:sub(1, at - 1) .. string.char(good:byte(at) ~ 0x55) .. good:sub(at + 1))
    local t = muster.load(csv, { cache = true })
    lu.assertEquals(#t, 2)
  end
  for _, text in ipairs { "", "no Arrow at all", good:sub(1, 100), good:sub(1, -2) } do
    write("g.csv.arrow", text)
    lu.assertEquals(muster.load(csv, { cache = true })[2].s, "b")
    lu.assertEquals(bytes "g.csv.arrow", good)
  end
end

function TestCache_with_many_runs_of_lines()
  local lines = { "n,s" }
  for i = 1, 70000 do
    lines[#lines + 1] = i .. ",\"two\nlines\""
  end
  local csv = write("h.csv", table.concat(lines, "\n") .. "\n")
  local first, second = muster.load(csv, { cache = true }), muster.load(csv, { cache = true })
  lu.assertEquals(second:names(), { "n", "s" })
  lu.assertEquals(select(2, second:where(70000)), 2 * 70000)
  lu.assertEquals(select(2, second:where(12345)), select(2, first:where(12345)))
  lu.assertEquals(muster.load(csv .. ".arrow"):names()[3], "muster.cache.lines")
end

function TestCache_where_there_can_be_none()
  local csv = write("i.csv", "n\n1\n")
  lu.assertErrorMsgContains("option 'cache' is for one plain file", muster.load, { csv, csv }, { cache = true })
  lu.assertErrorMsgContains("option 'cache' is for one plain file", muster.load, "-", { cache = true })
  lu.assertErrorMsgContains("option 'cache' is for one plain file", muster.load, path "nowhere.csv", { cache = true })
  local bad = write("j.csv", "n\n1\nx,y\n")
  lu.assertEquals(#muster.load(bad, { cache = true, rejects = true }):rejects(), 1)
  lu.assertFalse(exists "j.csv.arrow")
  all:write(path "k.arrow")
  assert_same(all, muster.load(path "k.arrow", { cache = true }))
  lu.assertFalse(exists "k.arrow.arrow")
  -- a folder in the way stands for a folder that cannot be written
  os.execute("mkdir '" .. csv .. ".arrow'")
  lu.assertEquals(#muster.load(csv, { cache = true }), 1)
  lu.assertEquals(#muster.load(csv, { cache = true }), 1)
end

os.exit(lu.run())
