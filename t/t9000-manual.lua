-- Every Lua example of the README and the manual runs as it stands, in a program of its own.
local lu = require "lu"

local program = os.getenv "MUSTER"
local root = os.getenv "ROOT" or (os.getenv "T" or "t") .. "/.."

local function examples(path)
  local found, lines, number, at = {}, nil, 0, nil
  for line in io.lines(path) do
    number = number + 1
    if line == "```lua" then
      lines, at = {}, number
    elseif line == "```" and lines then
      found[#found + 1] = { line = at, text = table.concat(lines, "\n") .. "\n" }
      lines = nil
    elseif lines then
      lines[#lines + 1] = line
    end
  end
  return found
end

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
end

local list <close> = assert(io.popen(("cd '%s' && ls README.md docs/manual/*.md"):format(root)))
for path in list:lines() do
  local name = path:gsub("[^%w]", "_")
  local found = examples(root .. "/" .. path)
  if #found > 0 then
    _G["Test_" .. name] = function()
      for _, example in ipairs(found) do
        run(path, example)
      end
    end
  end
end

os.exit(lu.run())
