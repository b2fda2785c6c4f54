-- notes.lua - by which policies figures in a table became numbers.
--
-- A number that was made of a figure looks like any other, so the table says which policy made it: the definition or condition in which
-- point() stands is noted with the policy, and the note goes with the table through every verb, also when the column got another
-- name or went into another one. A note is never taken back: it says what went into a table, not what is left of it.
local core = require "muster.core"

local notes = {}

-- The Arrow schema's key for the notes, one a line.
notes.KEY = "muster.policies"

function notes.of(t)
  return (core.extras(t) or {}).policies or {}
end

-- The notes of texts of the expression language with these bindings.
function notes.found(texts, bindings)
  local list = {}
  for _, text in ipairs(texts) do
    if type(text) == "string" and text:find("point", 1, true) then
      for _, policy in ipairs(core.policies_in(text, bindings)) do
        list[#list + 1] = ("by the policy '%s': %s"):format(policy, (text:gsub("%s+", " ")))
      end
    end
  end
  return list
end

-- The table with its own notes and those of the lists behind it.
function notes.add(t, ...)
  local own = notes.of(t)
  local all, there = {}, {}
  local function take(list)
    for _, note in ipairs(list) do
      if not there[note] then
        there[note] = true
        all[#all + 1] = note
      end
    end
  end
  take(own)
  for i = 1, select("#", ...) do
    take((select(i, ...)))
  end
  if #all > #own then
    -- extras are shared with other tables
    local extras = {}
    for name, value in pairs(core.extras(t) or {}) do
      extras[name] = value
    end
    extras.policies = all
    core.extras(t, extras)
  end
  return t
end

-- From and to the text in an Arrow schema.
function notes.pack(t)
  local list = notes.of(t)
  return #list > 0 and { [notes.KEY] = table.concat(list, "\n") } or nil
end

function notes.unpack(text)
  local list = {}
  for note in (text or ""):gmatch "[^\n]+" do
    list[#list + 1] = note
  end
  return list
end

return notes
