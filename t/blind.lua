-- blind.lua - a table of claims without what its compiler knew: rows in another order, ids that say nothing, no notes, and of
-- the flags only those that describe content. The marks come apart from it, for scoring.
local blind = {}

local CONTENT = { verbal = true, share_only = true, month_level = true, combined = true }
local MARKS = { mutated = true, stale = true, misattributed = true }

-- The blinded table; marks[i] of its row i: altered (some mark), mutated, stale, misattributed, and the group of its id.
function blind.table(t, seed)
  math.randomseed(seed or 1)
  local order = {}
  for i = 1, #t do
    table.insert(order, math.random(i), i)
  end
  local mixed, ids, flags, notes, marks = t:take(order), {}, {}, {}, {}
  for i, row in mixed:rows() do
    local kept, mark = {}, {}
    for flag in (row.flags or ""):gmatch "[^;%s]+" do
      kept[#kept + 1] = CONTENT[flag] and flag or nil
      mark[flag] = MARKS[flag]
    end
    mark.altered = next(mark) ~= nil
    local group = row.claim_id
    for _, tail in ipairs { "%-[abc]$", "%-mutated$", "%-stale$", "%-misattributed$", "%-copy$" } do
      group = group:gsub(tail, "")
    end
    mark.group, mark.id = group, row.claim_id
    ids[i], flags[i], notes[i], marks[i] = ("x%04d"):format(i), table.concat(kept, ";"), "", mark
  end
  return mixed:with("claim_id", ids):with("flags", flags):with("note", notes), marks
end

return blind
