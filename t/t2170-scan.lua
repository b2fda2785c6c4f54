-- muster.scan: the same rows as muster.load, chunk by chunk.
local lu = require "lu"

-- Some 40 MB, so that there are several chunks; what makes the types stands in the last line.
local path = os.getenv "WORK" .. "/big.csv"
local rows = 900000
do
  local f = assert(io.open(path, "w"))
  f:write "id,name,share,note\n"
  for i = 1, rows, 100 do
    local block = {}
    for k = 0, 99 do
      block[#block + 1] = ("%d,n%d,%d,%s\n"):format(i + k, (i + k) % 7, i + k, k % 50 == 0 and '"a ""quoted"",\nnote"' or "plain text of some length")
    end
    f:write(table.concat(block))
  end
  f:write(rows + 1, ",n1,0.5,last\n")
  f:close()
end

function TestScan_types_are_those_of_the_whole_input()
  local next_chunk, _, _, stream <close> = muster.scan(path):chunks()
  local t = next_chunk()
  lu.assertEquals(t:column("share"):type(), "float64")
  lu.assertEquals(t:column("id"):type(), "int64")
  lu.assertEquals(type(stream), "userdata")
end

function TestScan_gives_every_row_once_and_in_order()
  local n, chunks = 0, 0
  for t in muster.scan(path):chunks() do
    local id = t:column "id"
    lu.assertEquals(id[1], n + 1)
    n, chunks = n + #t, chunks + 1
    lu.assertEquals(id[#t], n)
  end
  lu.assertEquals(n, rows + 1)
  lu.assertTrue(chunks > 1)
end

-- The column that the option adds is none of the files', so it must not be asked of them.
function TestScan_only_the_columns_needed_beside_the_name_of_the_file()
  local names = {}
  for k = 1, 2 do
    names[k] = ("%s/part%d.csv"):format(os.getenv "WORK", k)
    local f <close> = assert(io.open(names[k], "w"))
    f:write("id,note\n", ("%d,x\n"):format(k):rep(k))
  end
  local scan = muster.scan(names, { file = "file" })
  local counts = scan:group_by("file"):agg("rows = count()")
  lu.assertEquals({ counts[1].file, counts[1].rows, counts[2].file, counts[2].rows }, { names[1], 1, names[2], 2 })
  lu.assertEquals(scan:filter("ends_with(file, 'part2.csv') and id == 2"):count(), 2)
  lu.assertEquals(scan:select("note"):table():names(), { "note" })
end

function TestScan_rows_know_their_lines()
  local all = muster.load(path)
  local n = 0
  for t in muster.scan(path):chunks() do
    for _, i in ipairs { 1, #t // 2, #t } do
      local _, line = t:where(i)
      local _, expected = all:where(n + i)
      lu.assertEquals(line, expected)
    end
    n = n + #t
  end
end

function TestScan_steps_make_further_recipes()
  local s = muster.scan(path)
  local few = s:filter(function(row) return row.id % 100000 == 0 end):select("id", "name")
  lu.assertEquals(few:count(), 9)
  lu.assertEquals(few:names(), { "id", "name" })
  lu.assertEquals(few:table():column("id"):values()[9], 900000)
  lu.assertEquals(few:head(2):count(), 2)
  lu.assertEquals(s:with("one", function(t)
    local ones = {}
    for i = 1, #t do ones[i] = 1 end
    return ones
  end):head(5):table():column("one"):values(), { 1, 1, 1, 1, 1, n = 5 })
  lu.assertEquals(s:head(3):count(), 3)
  lu.assertEquals(s:head(0):count(), 0)
end

function TestScan_writes_what_a_load_writes()
  local one, two = os.getenv "WORK" .. "/one.csv", os.getenv "WORK" .. "/two.csv"
  muster.scan(path):write(one)
  muster.load(path):write(two)
  lu.assertEquals(os.execute(("cmp -s %s %s"):format(one, two)), true)
  muster.scan(path):head(70000):write(one, "jsonl")
  lu.assertErrorMsgContains("expected \"csv\" or \"jsonl\"", function() muster.scan(path):write(one, "json") end)
end

function TestScan_several_files_are_one()
  local a, b = os.getenv "WORK" .. "/p1.csv", os.getenv "WORK" .. "/p2.csv"
  lu.write(a, "x,y\n1,a\n2,b\n")
  lu.write(b, "y,z\nc,2025-01-01\n")
  local t = muster.scan(os.getenv "WORK" .. "/p[12].csv"):table()
  lu.assertEquals(t:names(), { "x", "y", "z" })
  lu.assertEquals({ #t, t[3].y, tostring(t[3].z), t[1].z }, { 3, "c", "2025-01-01", nil })
end

function TestScan_tells_faults_before_it_gives_rows()
  local bad = os.getenv "WORK" .. "/bad.csv"
  lu.write(bad, "x,y\n1,a\n2\n3,c\n")
  lu.assertErrorMsgContains("bad.csv:3:2: error: expected 2 fields, found 1", function()
    muster.scan(bad):count()
  end)
  local s = muster.scan(bad, { rejects = true })
  lu.assertEquals(s:count(), 2)
  lu.assertEquals(s:rejects():column("line"):values(), { 3, n = 1 })
  lu.assertEquals(s:ledger().rows_rejected, 1)
  lu.assertEquals(s:faults()[1].line, 3)
end

function TestScan_a_pipe_needs_its_types()
  local command = "printf 'x,y\\n1,a\\n2,b\\n' | " .. os.getenv "MUSTER" .. " -e \"%s\" 2>&1"
  local function say(code)
    local p = io.popen(command:format(code))
    local out = p:read "a"
    p:close()
    return out
  end
  lu.assertEquals(say "print(muster.scan('-', {types = {x = 'int64', y = 'string'}}):count())", "2\n")
  lu.assertStrContains(say "print(muster.scan('-'):count())", "can be read only once")
end

os.exit(lu.run())
