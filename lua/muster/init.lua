-- muster: the one global a script gets. Parts load on first use; nothing is done eagerly.
local core = require "muster.core"
local registry = require "muster.base.registry"

local muster = { version = core.version }

-- Functions in C, as each bind file listed them.
for _, record in ipairs(core.functions) do
  local call = registry.define(record)
  local name = record.name:match "^muster%.([%w_]+)$"
  if name then
    muster[name] = call
  end
end

-- What the files of part/ add to `muster` itself or to a class: one after the other, until a name is found.
local parts = { "files", "tables", "quantities", "query", "scan", "kinds", "datasets", "words", "evidence", "grades", "time", "draws", "distributions", "models", "loo", "help" }

function registry.more()
  local part = table.remove(parts, 1)
  if part then
    require("muster.part." .. part)(muster)
  end
  return part ~= nil
end

for _, methods in pairs(core.classes) do
  setmetatable(methods, {
    __index = function(_, name)
      while registry.more() do
        local method = rawget(methods, name)
        if method then
          return method
        end
      end
    end,
  })
end

-- The other files beside this one are modules of their own name.
local function module_names()
  local names = {}
  for _, source in ipairs(core.sources()) do
    local name = source:match "^muster%.([%w_]+)$"
    if name ~= "init" then
      names[#names + 1] = name
    end
  end
  return names
end

return setmetatable(muster, {
  __index = function(_, name)
    while registry.more() do
      if rawget(muster, name) ~= nil then
        return rawget(muster, name)
      end
    end
    local names = module_names()
    for _, known in ipairs(names) do
      if known == name then
        local module = require("muster." .. name)
        rawset(muster, name, module)
        return module
      end
    end
    for key in pairs(muster) do
      names[#names + 1] = key
    end
    registry.fail("muster has no '%s'%s", tostring(name), registry.suggest(name, names))
  end,
  __name = "muster",
})
