-- help.lua - help(x) for a function, a module, or a name.
local core = require "muster.core"
local registry = require "muster.base.registry"
local verbs = require "muster.base.verbs"

local function record_text(r)
  local lines = { ("%s(%s)%s"):format(r.name, r.args, r.returns ~= "" and " -> " .. r.returns or ""), "", "  " .. r.help }
  lines[#lines + 1] = ""
  for line in (r.example .. "\n"):gmatch "(.-)\n" do
    lines[#lines + 1] = "  > " .. line
  end
  return table.concat(lines, "\n")
end

-- The first sentence, or what stands before a colon when that says enough.
local function gist(help)
  local sentence = (help .. " "):match "^(.-[^.])[.;] "
  local head = sentence:match "^([^:]*):%s"
  return head and #head >= 24 and head or sentence
end

-- One line for each function whose name begins with `prefix`.
local function list_text(prefix)
  local lines = {}
  for _, r in ipairs(registry.list) do
    if r.name:sub(1, #prefix) == prefix then
      lines[#lines + 1] = ("  %-28s %s"):format(r.name, gist(r.help))
    end
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

-- An operator or a function of expressions, or nil.
local function operator_text(name)
  local found = {}
  for _, op in ipairs(core.operators()) do
    if op.name == name then
      found[#found + 1] = ("%s   %s in expressions (%s)\n\n  %s\n\n  > %s"):format(verbs.call_text(op), op.class, op.group, op.help, op.example)
    end
  end
  return found[1] and table.concat(found, "\n\n")
end

-- Everything that goes by a name: the function of muster or the method, in full for the first of these classes that has it, and what it is in
-- expressions. nil when there is nothing.
local function name_text(name)
  local texts, others = {}, {}
  for _, path in ipairs { name, "muster." .. name, "Table:" .. name, "Grouped:" .. name, "Scan:" .. name, "Column:" .. name,
      "Quantity:" .. name, "Plot:" .. name } do
    local record = registry.by_name[path]
    if record and #texts == 0 then
      texts[1] = record_text(record)
    elseif record then
      others[#others + 1] = path
    end
  end
  texts[#texts + 1] = operator_text(name)
  if #others > 0 then
    texts[#texts + 1] = "see also " .. table.concat(others, ", ")
  end
  return texts[1] and table.concat(texts, "\n\n")
end

local function text_for(x)
  local record = registry.by_value[x]
  if record then
    local text = record.fn and record_text(record) or record.help
    return type(x) == "table" and text .. "\n\n" .. list_text(record.name .. ".") or text
  end
  local class = core.class(x)
  if class then
    return ("%s: its methods\n%s"):format(class, list_text(class .. ":"))
  end
  if type(x) == "string" then
    local text = name_text(x)
    if not text then
      registry.everything()
      text = name_text(x)
    end
    if text then
      return text
    end
    local names = {}
    for _, op in ipairs(core.operators()) do
      names[#names + 1] = op.name
    end
    for name in pairs(registry.by_name) do
      names[#names + 1] = name
      -- a method is asked for without its class
      names[#names + 1] = name:match "[:.]([%w_]+)$"
    end
    registry.fail("no help on '%s'%s", x, registry.suggest(x, names))
  end
  return "no help on a " .. type(x)
end

return function(muster)
  muster.help = registry.define {
    name = "muster.help", args = "what?: any", returns = "",
    help = "Print what a function does, its arguments and an example; without argument, the list of functions. Functions and "
      .. "operators of expressions go by their name: muster.help 'date_trunc'.",
    example = "muster.help(muster.date)",
    fn = function(what)
      if what == nil then
        print("muster " .. muster.version .. ": functions\n" .. list_text "muster." .. "\n\nmethods\n" .. list_text "Table:"
          .. "\n\nmuster.functions() lists what expressions know; muster.help 'lag' and muster.help 'sort' explain one name")
      else
        print(text_for(what))
      end
    end,
  }
end
