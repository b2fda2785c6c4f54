-- cats.lua - the list of functions as a LuaCATS file, from which editors complete and check scripts.
local core = require "muster.core"
local registry = require "muster.base.registry"

local cats = {}

-- "a: string, b?: {c: integer, d: string}" -> { { name = "a", type = "string" }, ... }
local function parameters(args)
  local list, depth, from = {}, 0, 1
  local function take(to)
    local name, optional, kind = args:sub(from, to):match "^%s*([%w_.]+)(%??)%s*:%s*(.-)%s*$"
    if name then
      list[#list + 1] = { name = name, optional = optional, type = kind }
    end
  end
  for at = 1, #args do
    local c = args:sub(at, at)
    if c == "{" then
      depth = depth + 1
    elseif c == "}" then
      depth = depth - 1
    elseif c == "," and depth == 0 then
      take(at - 1)
      from = at + 1
    end
  end
  take(#args)
  return list
end

local function comment(out, text)
  for line in (text .. "\n"):gmatch "(.-)\n" do
    out[#out + 1] = "---" .. line
  end
end

local function function_lines(out, record)
  comment(out, record.help)
  comment(out, "")
  comment(out, "Example: `" .. record.example:gsub("%s+", " ") .. "`")
  local names = {}
  for _, p in ipairs(parameters(record.args)) do
    out[#out + 1] = ("---@param %s%s %s"):format(p.name, p.optional, p.type)
    names[#names + 1] = p.name
  end
  if record.returns ~= "" then
    out[#out + 1] = "---@return " .. record.returns
  end
  out[#out + 1] = ("function %s(%s) end"):format(record.name, table.concat(names, ", "))
  out[#out + 1] = ""
end

-- The whole file.
function cats.text()
  registry.all()
  -- modules load on first use, and list their functions then
  for _, source in ipairs(core.sources()) do
    if source:find "^muster%.[%w_]+$" then
      require(source)
    end
  end
  local records = table.move(registry.list, 1, #registry.list, 1, {})
  table.sort(records, function(a, b) return a.name < b.name end)
  local out = {
    "---@meta",
    "-- Made from muster's list of functions (make types). Point your editor's Lua language server at this folder.",
    "",
    "---@class muster",
    "muster = {}",
    "",
  }
  local seen = { muster = true }
  for _, record in ipairs(records) do
    local class = record.name:match "^(%u%w*):"
    local module = record.name:match "^(muster%.[%w_.]+)%.[%w_]+$"
    if class and not seen[class] then
      seen[class] = true
      out[#out + 1] = "---@class " .. class
      out[#out + 1] = ("local %s = {}"):format(class)
      out[#out + 1] = ""
    elseif module and not seen[module] then
      seen[module] = true
      if registry.by_name[module] then
        -- a loader that is a module too: its functions are fields
        out[#out + 1] = "---@class " .. module
      end
      out[#out + 1] = module .. " = {}"
      out[#out + 1] = ""
    end
  end
  for _, record in ipairs(records) do
    if record.fn then
      function_lines(out, record)
    end
  end
  return table.concat(out, "\n")
end

return cats
