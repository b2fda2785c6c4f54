-- files.lua - what loaders of plain tables and of kinds have in common before and after a load.
local core = require "muster.core"
local notes = require "muster.base.notes"

local files = {}

-- The options of a load as the core takes them: a file of corrections is read.
function files.options(options)
  if not options or type(options.replay) ~= "string" then
    return options
  end
  local passed = {}
  for name, value in pairs(options) do
    passed[name] = value
  end
  passed.replay = core.read_replay(options.replay)
  return passed
end

-- One line about files that are not alike; t:drift() tells the rest.
function files.show_drift(t)
  local extras = core.extras(t)
  if extras.drift.files > 0 then
    core.complain(("%d of %d files differ in their columns; t:drift() lists how"):format(extras.drift.files, #extras.files))
  end
  return t
end

-- What Arrow files that muster wrote say of policies.
function files.policies(t)
  local extras = core.extras(t)
  for _, file in ipairs(extras.arrow and extras.files or {}) do
    local said = core.path_kind(file) == "file" and core.arrow_notes(file)
    notes.add(t, said and notes.unpack(said[notes.KEY]) or {})
  end
  return t
end

return files
