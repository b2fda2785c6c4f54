-- The list of functions: whatever a script can reach is in it, complete, and its example runs.
local lu = require "lu"
local core = require "muster.core"
local registry = require "muster.base.registry"
registry.all()

-- The files right under muster: modules that load on first use, or parts of `muster` itself, which are no fields.
local function files()
  local names = {}
  for _, source in ipairs(core.sources()) do
    local name = source:match "^muster%.([%w_]+)$"
    if name and name ~= "init" then
      names[#names + 1] = name
    end
  end
  return names
end
local loads = {}
for _, name in ipairs(files()) do
  local ok, why = pcall(function() return muster[name] end)
  loads[name] = ok or tostring(why)
end

local function complete(record)
  local bad = {}
  for _, field in ipairs { "name", "args", "returns", "help", "example" } do
    if type(record[field]) ~= "string" then
      bad[#bad + 1] = field .. " is not there"
    end
  end
  if type(record.help) == "string" then
    if #record.help < 15 then
      bad[#bad + 1] = "the help says nothing"
    elseif not record.help:find "[%.%)]$" then
      bad[#bad + 1] = "the help is no sentence"
    end
  end
  if type(record.example) == "string" and not record.example:find "%w" then
    bad[#bad + 1] = "the example is empty"
  end
  return bad
end

-- path -> function, for every function that can be reached from a table by string keys
local function reach(value, path, found, seen)
  if type(value) == "function" then
    found[path] = value
  elseif type(value) == "table" and not seen[value] then
    seen[value] = true
    for key, item in next, value do
      if type(key) == "string" then
        reach(item, path .. "." .. key, found, seen)
      end
    end
    local mt = getmetatable(value)
    if type(mt) == "table" and type(mt.__call) == "function" and not registry.by_value[value] then
      found[path .. "()"] = mt.__call
    end
  end
  return found
end

function TestRegistry_every_function_is_listed()
  local missing = {}
  for path, fn in pairs(reach(muster, "muster", {}, {})) do
    if not registry.by_value[fn] then
      missing[#missing + 1] = path
    end
  end
  table.sort(missing)
  lu.assertEquals(missing, {})
end

function TestRegistry_every_method_is_listed()
  local missing, n = {}, 0
  for class, methods in pairs(core.classes) do
    for name, fn in pairs(methods) do
      n = n + 1
      local record = registry.by_value[fn]
      if not record or record.name ~= class .. ":" .. name then
        missing[#missing + 1] = class .. ":" .. name
      end
    end
  end
  table.sort(missing)
  lu.assertEquals(missing, {})
  lu.assertTrue(n > 10)
end

function TestRegistry_names_lead_to_their_functions()
  local wrong = {}
  for _, record in ipairs(registry.list) do
    local class, method = record.name:match "^(%w+):([%w_]+)$"
    local value
    if class then
      value = core.classes[class] and core.classes[class][method]
    else
      value = _G
      for part in record.name:gmatch "[%w_]+" do
        value = type(value) == "table" and value[part] or nil
      end
    end
    -- a loader that is also a module is a callable table
    if value ~= record.call and not (type(value) == "table" and registry.by_value[value] == record) then
      wrong[#wrong + 1] = record.name
    end
  end
  lu.assertEquals(wrong, {})
end

function TestRegistry_records_are_complete()
  local bad = {}
  for _, record in ipairs(registry.list) do
    for _, what in ipairs(complete(record)) do
      bad[#bad + 1] = record.name .. ": " .. what
    end
    local ok, why = pcall(record.parameters)
    if not ok then
      bad[#bad + 1] = record.name .. ": " .. tostring(why)
    end
  end
  lu.assertEquals(bad, {})
end

-- A module that does not load would only miss from the list.
function TestRegistry_modules_load()
  local bad = {}
  for name, state in pairs(loads) do
    if state ~= true and not state:find(("muster has no '%s'"):format(name), 1, true) then
      bad[#bad + 1] = name .. ": " .. state
    end
  end
  lu.assertEquals(bad, {})
end

-- One test an example, so that the report names it.
for _, record in ipairs(registry.list) do
  _G["TestExample_of_" .. record.name:gsub("[:.]", "_")] = function()
    local print_before = print
    local chunk, why = load(record.example, "=example")
    lu.assertNotNil(chunk, why)
    print = function(...)        -- luacheck: ignore
      for i = 1, select("#", ...) do
        tostring((select(i, ...)))
      end
    end
    local result = table.pack(pcall(chunk))
    print = print_before         -- luacheck: ignore
    lu.assertTrue(result[1], tostring(result[2]))
    for i = 2, result.n do
      tostring(result[i])
    end
  end
end

os.exit(lu.run())
