-- json.lua - values of ours as JSON text, keys in the order in which they are given.
--
-- Lua tables have no order and do not tell an empty list from an empty object, so both are built by hand:
--   json.object { "file", "a.csv", "rows", 3, "errors", json.list {} }
local core = require "muster.core"

local json = {}

local Raw = {}
Raw.__index = Raw

-- Stands for null where nil would end a list.
json.null = setmetatable({ text = "null" }, Raw)

function json.text(v)
  if getmetatable(v) == Raw then
    return v.text
  elseif type(v) == "string" then
    return core.json_string(v)
  elseif type(v) == "number" then
    if v ~= v or v == math.huge or v == -math.huge then
      return core.json_string(core.number(v))
    end
    return core.number(v)
  elseif type(v) == "boolean" then
    return tostring(v)
  end
  error("no JSON for a " .. type(v))
end

-- { key, value, key, value, ... }
function json.object(pairs_)
  local parts = {}
  for i = 1, #pairs_, 2 do
    parts[#parts + 1] = core.json_string(pairs_[i]) .. ":" .. json.text(pairs_[i + 1])
  end
  return setmetatable({ text = "{" .. table.concat(parts, ",") .. "}" }, Raw)
end

function json.list(values)
  local parts = {}
  for i, v in ipairs(values) do
    parts[i] = json.text(v)
  end
  return setmetatable({ text = "[" .. table.concat(parts, ",") .. "]" }, Raw)
end

return json
