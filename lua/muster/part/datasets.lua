-- datasets.lua - a folder of files of known kinds, each read when it is first asked for.
local core = require "muster.core"
local registry = require "muster.base.registry"
local kinds = require "muster.base.kinds"

-- ./datasets first, so that a copy being worked on wins over the installed one.
local function folders()
  local list = { "datasets" }
  for _, share in ipairs(core.share_folders()) do
    list[#list + 1] = share
  end
  return list
end

local function names_there()
  local seen, names = {}, {}
  for _, folder in ipairs(folders()) do
    for _, name in ipairs(core.folder(folder) or {}) do
      if not seen[name] and core.path_kind(folder .. "/" .. name) == "folder" then
        seen[name] = true
        names[#names + 1] = name
      end
    end
  end
  table.sort(names)
  return names
end

local function find(name)
  if name:find "^[^./\\][^/\\]*$" then
    for _, folder in ipairs(folders()) do
      local path = folder .. "/" .. name
      if core.path_kind(path) == "folder" then
        return path
      end
    end
  end
  local there = names_there()
  registry.fail("no data set '%s'; %s%s", name,
    #there > 0 and "there are " .. table.concat(there, ", ")
      or "there is none in ./datasets or beside the installed program", registry.suggest(name, there))
end

-- Fields are read when they are asked for and kept, so that rows of one file are the same table everywhere.
local dataset = { __name = "dataset" }

function dataset.__index(self, field)
  local value
  if field == "readme" then
    require("muster.base.replay").refuse(("the readme of '%s'"):format(self.name))
    local text, why = core.text(self.path .. "/README.md", 16 * 1024 * 1024)
    value = text or registry.fail("%s", why)
  else
    local known = false
    for _, name in ipairs(kinds.names) do
      known = known or name == field
    end
    if not known then
      local fields = { "path", "name", "readme", table.unpack(kinds.names) }
      registry.fail("a data set has no '%s'%s; it has %s", tostring(field), registry.suggest(field, fields),
        table.concat(fields, ", "))
    end
    local file = self.path .. "/" .. field .. ".csv"
    if core.path_kind(file) ~= "file" then
      registry.fail("the data set '%s' has no %s.csv", self.name, field)
    end
    value = kinds.load(field, file)
  end
  rawset(self, field, value)
  return value
end

function dataset.__tostring(self)
  local has = {}
  for _, name in ipairs(kinds.names) do
    if core.path_kind(self.path .. "/" .. name .. ".csv") == "file" then
      has[#has + 1] = name
    end
  end
  return ("data set '%s' in %s: %s"):format(self.name, self.path,
    #has > 0 and table.concat(has, ", ") or "no file of a known kind")
end

return function(muster)
  muster.dataset = registry.define {
    name = "muster.dataset", args = "name: string", returns = "Dataset",
    help = "A folder of data by name, from ./datasets or from where muster is installed: its files as fields "
      .. "(deployments, casualties, captures, sources, ...), each read when it is first asked for, and path, name, readme.",
    example = "local dprk = muster.dataset 'dprk'; return #dprk.deployments, #dprk.casualties",
    fn = function(name)
      return setmetatable({ name = name, path = find(name) }, dataset)
    end,
  }
end
