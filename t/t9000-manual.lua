-- Every Lua example of the README and the manual runs as it stands, in a program of its own. Where a block ```text follows, the example
-- prints exactly that; MUSTER_UPDATE=1 writes what it prints into the page instead, for a look at the difference.
local lu = require "lu"

local program = os.getenv "MUSTER"
local root = os.getenv "ROOT" or (os.getenv "T" or "t") .. "/.."
local update = os.getenv "MUSTER_UPDATE"

local function lines_of(path)
  local lines = {}
  for line in io.lines(path) do
    lines[#lines + 1] = line
  end
  return lines
end

-- The blocks ```lua of a page: { line = , text = , expected = , from = , to = }, the latter three where output follows.
local function examples(lines)
  local found, open = {}, nil
  local last            -- an example that a block of output may still follow
  for at, line in ipairs(lines) do
    if open then
      if line == "```" then
        open.text = table.concat(lines, "\n", open.from, at - 1) .. "\n"
        if open.kind == "lua" then
          last = { line = open.from - 1, text = open.text }
          found[#found + 1] = last
        elseif open.output then
          last.expected, last.from, last.to, last = open.from == at and "" or open.text, open.from, at - 1, nil
        end
        open = nil
      end
    else
      local kind = line:match "^```(%w*)$"
      if kind then
        open = { kind = kind, from = at + 1, output = kind == "text" and last ~= nil }
        last = kind == "text" and last or nil
      elseif line ~= "" then
        last = nil
      end
    end
  end
  return found
end

-- What it prints, both streams in their order.
local function run(path, example)
  local script, log = os.tmpname(), os.tmpname()
  local f <close> = assert(io.open(script, "w"))
  f:write(example.text)
  f:close()
  local ok = os.execute(("cd '%s' && '%s' run --out '%s' '%s' > '%s' 2>&1"):format(root, program, os.getenv "WORK" or ".",
    script, log))
  local g <close> = assert(io.open(log))
  local text = g:read "a"
  os.remove(script)
  os.remove(log)
  lu.assertTrue(ok, ("%s:%d: %s"):format(path, example.line, text))
  -- messages name the script, which has another name each time; CSV has lines that end in CR LF, pages do not
  return (text:gsub(script:gsub("%p", "%%%0"), "script.lua"):gsub("\r\n", "\n"))
end

local function check(path)
  local lines = lines_of(root .. "/" .. path)
  local found = examples(lines)
  for k = #found, 1, -1 do
    local example = found[k]
    local text = run(path, example)
    if example.expected and update then
      local rest = table.move(lines, example.to + 1, #lines, 1, {})
      for i = #lines, example.from, -1 do
        lines[i] = nil
      end
      for line in text:gmatch "([^\n]*)\n" do
        lines[#lines + 1] = line
      end
      table.move(rest, 1, #rest, #lines + 1, lines)
    elseif example.expected then
      lu.assertEquals(text, example.expected, ("%s:%d prints something else"):format(path, example.line))
    end
  end
  if update then
    local f <close> = assert(io.open(root .. "/" .. path, "w"))
    f:write(table.concat(lines, "\n"), "\n")
  end
end

local list <close> = assert(io.popen(("cd '%s' && ls README.md docs/manual/*.md"):format(root)))
for path in list:lines() do
  if #examples(lines_of(root .. "/" .. path)) > 0 then
    _G["Test_" .. path:gsub("[^%w]", "_")] = function()
      check(path)
    end
  end
end

-- The reading of pages, which decides what is compared at all.
function TestExamples_with_their_output()
  local found = examples { "```lua", "print(1)", "```", "", "```text", "1", "```", "", "```lua", "print(2)", "```", "Word.", "```text", "3", "```",
    "```lua", "```", "```text", "```" }
  lu.assertEquals(#found, 3)
  lu.assertEquals({ found[1].line, found[1].text, found[1].expected, found[1].from, found[1].to }, { 1, "print(1)\n", "1\n", 6, 6 })
  lu.assertNil(found[2].expected)
  lu.assertEquals(found[3].expected, "")
end

os.exit(lu.run())
