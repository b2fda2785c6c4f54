-- usage.lua - the usage text of a command is its parser.
--
--   usage: muster check [options] FILE...        operands: X one, X... one or more, [X] at most one
--   options:
--     --json           an option without a value
--     --kind K         with a value: "--kind K" or "--kind=K"
--     --to csv|json    one of these; an option named in the first line must be given
--     --threads N      N is a positive integer, C one character (or \t, tab)
--
-- A command is a module of lua/muster/cmd: { usage = text, run = function(options, operands) -> status }.
local core = require "muster.core"

local usage = {}

local function complain(...)
  io.stdout:flush()
  io.stderr:write(...)
  io.stderr:write "\n"
end

-- What is wrong with how the command was called: on stderr, status 2.
function usage.wrong(name, format, ...)
  complain("muster ", name, ": ", format:format(...), ("\ntry 'muster help %s'"):format(name))
  return 2
end

-- == the text ===========================================================================================

local function parse_operands(line)
  local list = {}
  for word in line:gmatch "%S+" do
    local name = word:match "^%[?(%u+)"
    if name then
      list[#list + 1] = { name = name, optional = word:sub(1, 1) == "[", many = word:find("...", 1, true) ~= nil }
    end
  end
  return list
end

-- { name, operands, options = { ["--kind"] = {value = "K"} }, required = {"--to"} }
function usage.parse_text(text)
  local first = text:match "^usage: ([^\n]*)"
  local spec = { name = first:match "^muster (%S+)", options = {}, required = {} }
  local rest = first:gsub("%-%-[%w-]+ %S+", function(word)
    spec.required[#spec.required + 1] = word:match "^%S+"
    return ""
  end)
  spec.operands = parse_operands(rest:match "^muster %S+(.*)$":gsub("%[options%]", ""))
  for line in text:gmatch "\n  (%-[^\n]*)" do
    local short = line:match "^(%-%a), "
    local name, value = line:match "(%-%-[%w-]+) ?(%S*)"
    local option = { name = name, value = value ~= "" and value or nil }
    spec.options[name] = option
    if short then
      spec.options[short] = option
    end
  end
  return spec
end

-- == the words ==========================================================================================

local function list_text(words)
  return table.concat(words, ", ", 1, #words - 1) .. (#words > 1 and " or " or "") .. words[#words]
end

-- The value of an option as the usage text wants it, or nil and what was expected.
local function convert(wanted, text)
  if wanted == "N" then
    local n = text:find "^[0-9]+$" and math.tointeger(tonumber(text))
    return n and n > 0 and n or nil, "a positive integer"
  elseif wanted == "C" then
    text = (text == "\\t" or text == "tab") and "\t" or text
    return #text == 1 and text ~= "\n" and text ~= "\r" and text or nil, "one character"
  elseif wanted:find("|", 1, true) then
    local words = {}
    for word in wanted:gmatch "[^|]+" do
      words[#words + 1] = word
      if word == text then
        return text
      end
    end
    return nil, list_text(words)
  end
  return text ~= "" and text or nil, "a " .. wanted:lower()
end

-- A letter alone is near to every other: no guess.
local function suggest(word, options)
  if #word < 3 then
    return ""
  end
  local names = {}
  for name in pairs(options) do
    names[#names + 1] = name
  end
  table.sort(names)
  local near = core.nearest(word, names)
  return near and ("; did you mean '%s'?"):format(near) or ""
end

-- options { kind = "casualties", json = true }, operands { "a.csv" }; or nil and what is wrong.
function usage.parse(spec, words)
  local options, operands, i = {}, {}, 1
  while i <= #words do
    local word = words[i]
    if word == "--" then
      table.move(words, i + 1, #words, #operands + 1, operands)
      break
    elseif word:find "^%-." then
      local name, given = word:match "^(%-%-[^=]+)=(.*)$"
      name = name or word
      local option = spec.options[name]
      if not option then
        return nil, ("unknown option '%s'%s"):format(name, suggest(name, spec.options))
      elseif not option.value then
        if given then
          return nil, ("%s takes no value"):format(name)
        end
        options[option.name:sub(3)] = true
      else
        if not given then
          i = i + 1
          given = words[i]
        end
        if not given then
          return nil, ("%s: the value is missing"):format(name)
        end
        local value, expected = convert(option.value, given)
        if value == nil then
          return nil, ("%s: expected %s, found '%s'"):format(name, expected, given)
        end
        options[option.name:sub(3)] = value
      end
    else
      operands[#operands + 1] = word
    end
    i = i + 1
  end
  return options, operands
end

-- What is missing or too much, or nil.
local function check_complete(spec, options, operands)
  for _, name in ipairs(spec.required) do
    if options[name:sub(3)] == nil then
      local _, expected = convert(spec.options[name].value, "")
      return ("%s is missing: expected %s"):format(name, expected)
    end
  end
  local most = 0
  for k, operand in ipairs(spec.operands) do
    if #operands < k and not operand.optional then
      return ("%s is missing"):format(operand.name)
    end
    most = operand.many and math.huge or most + 1
  end
  if #operands > most then
    return ("unexpected '%s'"):format(operands[most + 1])
  end
end

-- == running ============================================================================================

-- An error about data begins with its place, which editors jump to; anything else says whose it is.
local function report(message)
  if type(message) == "string" and message:find "^[^\n]-: error: " then
    complain(message)
  else
    complain("muster: ", tostring(message))
  end
end

-- Called by the program: muster NAME ARG... Returns the exit status.
function usage.main(name, ...)
  local command = require("muster.cmd." .. name)
  local spec = usage.parse_text(command.usage)
  local options, operands = usage.parse(spec, { ... })
  if options and options.help then
    io.write(command.usage)
    return 0
  end
  local wrong = options and check_complete(spec, options, operands) or not options and operands
  if wrong then
    return usage.wrong(name, "%s", wrong)
  end
  local ok, status = pcall(command.run, options, operands)
  if not ok then
    report(status)
    return 1
  end
  return status or 0
end

return usage
