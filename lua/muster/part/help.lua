-- help.lua - help(x) for a function, a module, or a name.
local core = require "muster.core"
local registry = require "muster.base.registry"

local function record_text(r)
  local lines = { ("%s(%s)%s"):format(r.name, r.args, r.returns ~= "" and " -> " .. r.returns or ""), "", "  " .. r.help }
  lines[#lines + 1] = ""
  for line in (r.example .. "\n"):gmatch "(.-)\n" do
    lines[#lines + 1] = "  > " .. line
  end
  return table.concat(lines, "\n")
end

-- One line for each function whose name begins with `prefix`.
local function list_text(prefix)
  local lines = {}
  for _, r in ipairs(registry.list) do
    if r.name:sub(1, #prefix) == prefix then
      lines[#lines + 1] = ("  %-28s %s"):format(r.name, (r.help:match "^[^.;:]*"))
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
      local call = op.class == "operator" and op.args or ("%s(%s)"):format(op.name, op.args)
      found[#found + 1] = ("%s   in expressions, %s: %s\n\n  %s\n\n  > %s"):format(call, op.class, op.group, op.help, op.example)
    end
  end
  return found[1] and table.concat(found, "\n\n")
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
    for _, name in ipairs { x, "muster." .. x, "Table:" .. x, "Column:" .. x, "Plot:" .. x } do
      if registry.by_name[name] then
        return record_text(registry.by_name[name])
      end
    end
    local operator = operator_text(x)
    if operator then
      return operator
    end
    local names = {}
    for _, op in ipairs(core.operators()) do
      names[#names + 1] = op.name
    end
    for name in pairs(registry.by_name) do
      names[#names + 1] = name
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
        print("muster " .. muster.version .. ": functions\n" .. list_text "muster." .. "\n\nmethods\n" .. list_text "Table:")
      else
        print(text_for(what))
      end
    end,
  }
end
