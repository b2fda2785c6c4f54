-- lu.lua - luaunit for scripts that prove runs. A test file is
--
--   local lu = require "lu"
--   function TestTable_sorts() lu.assertEquals(...) end
--   os.exit(lu.run())
--
-- luaunit's own TAP prints why a test failed where prove hides it, and a run without a single test
-- succeeds; so the output is written here, and the empty run is a failure.
local lu = require "luaunit"

local Tap = {}
Tap.__index = Tap

local function line(ok, n, name, note)
  io.stdout:write(("%s %d - %s%s\n"):format(ok and "ok" or "not ok", n, name, note or ""))
  io.stdout:flush()
end

function Tap.new(runner)
  return setmetatable({ result = runner.result }, Tap)
end

function Tap:startSuite()
  print("1.." .. self.result.selectedCount)
end

function Tap.startClass() end
function Tap.startTest() end
function Tap.endClass() end

-- Called for a test that did not succeed; endTest for every one.
function Tap:updateStatus(node)
  if not node:isSkipped() then
    io.stderr:write(("%s: %s\n%s\n"):format(node.testName, tostring(node.msg), node.stackTrace or ""))
  end
end

function Tap:endTest(node)
  local note = node:isSkipped() and " # SKIP " .. tostring(node.msg):gsub("%s+", " ") or nil
  line(node:isSuccess() or node:isSkipped(), self.result.currentTestNumber, node.testName, note)
end

function Tap:endSuite()
  return self.result.notSuccessCount
end

-- The tests there are: global functions, and functions in global tables, whose names begin with Test or test.
local function count_tests()
  local n = 0
  for _, name in ipairs(lu.LuaUnit.collectTests()) do
    local value = _G[name]
    if type(value) == "function" then
      n = n + 1
    elseif type(value) == "table" then
      for method in pairs(value) do
        n = n + (type(method) == "string" and lu.LuaUnit.isMethodTestName(method) and 1 or 0)
      end
    end
  end
  return n
end

-- Run every test of the file; returns the exit status.
local function run()
  if count_tests() == 0 then
    io.stdout:write "1..1\nnot ok 1 - the file has tests\n"
    io.stderr:write "no global function or table named Test* was found\n"
    return 1
  end
  local runner = lu.LuaUnit.new()
  -- an explicit option, or luaunit would read the script's own arguments
  lu.LuaUnit.setOutputType(runner, "nil")
  runner.outputType = Tap
  local failed = runner:runSuite "--verbose"
  return failed == 0 and 0 or 1
end

-- fn(...) fails, with a message that has `part` in it as plain text; returns the message.
local function fails(part, fn, ...)
  local ok, message = pcall(fn, ...)
  if ok then
    lu.fail(("expected an error with '%s', got none"):format(part))
  end
  message = tostring(message)
  if not message:find(part, 1, true) then
    lu.fail(("expected an error with '%s', got '%s'"):format(part, message))
  end
  return message
end

-- The non-empty lines of a file under t/ that are not comments (-- ...): one case a line.
local function cases(name)
  local out = {}
  for text in io.lines((os.getenv "T" or "t") .. "/cases/" .. name) do
    if text:find "%S" and not text:find "^%s*%-%-" then
      out[#out + 1] = text
    end
  end
  assert(#out > 0, "no cases in " .. name)
  return out
end

-- A whole file, written and read; write gives its path back.
local function write(path, text)
  local f <close> = assert(io.open(path, "wb"))
  assert(f:write(text))
  return path
end

local function read(path)
  local f <close> = assert(io.open(path, "rb"))
  return f:read "a"
end

return setmetatable({ run = run, fails = fails, cases = cases, write = write, read = read }, { __index = lu })
