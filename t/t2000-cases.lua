-- t/cases/csv.test: each line is a test of its own.
local lu = require "lu"
local json = require "json"
local core = require "muster.core"

local work = os.getenv "WORK"

local function bytes(s)
  local names = { r = "\r", n = "\n", t = "\t", ["0"] = "\0", ["\\"] = "\\" }
  return (s:gsub("\\(x?)(.)(%x?)", function(x, c, more)
    if x == "x" then
      return string.char(tonumber(c .. more, 16))
    end
    return assert(names[c], "no escape \\" .. c) .. more
  end))
end

local function shown(records)
  local out = {}
  for i, record in ipairs(records) do
    local fields = {}
    for k, field in ipairs(record) do
      if type(field) == "table" then
        field = field.hex:gsub("%x%x", function(hex) return string.char(tonumber(hex, 16)) end)
      end
      fields[k] = "[" .. field .. "]"
    end
    out[i] = table.concat(fields)
  end
  return table.concat(out, " / ")
end

local function read(text, lenient)
  local from, to = work .. "/in.csv", work .. "/out.json"
  local f <close> = assert(io.open(from, "wb"))
  f:write(text)
  f:close()
  local ok, why = pcall(core.convert_strings, from, to, "json", { lenient = lenient })
  if not ok then
    local line, column = why:match "in%.csv:(%d+):(%d+): error:"
    return line and ("fault %d:%d"):format(line, column) or why
  end
  local g <close> = assert(io.open(to, "rb"))
  return shown(json.decode(g:read "a"))
end

for i, line in ipairs(lu.cases "csv.test") do
  local input, want = line:match "^(.-)%s*%-> (.*)$"
  assert(input, "no case: " .. line)
  local rest = input:match "^lenient: (.*)$"
  _G[("Test%03d %s"):format(i, line:gsub("%s%s+", " "))] = function()
    lu.assertEquals(read(bytes(rest or input), rest ~= nil), bytes(want))
  end
end

os.exit(lu.run())
