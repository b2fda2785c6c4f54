-- view.lua - what a reader of an audit wants beside its conflicts: where a claim is printed and by whom it was carried,
-- the conflicts by subject, and which rows the audit could not use.
--
-- An audit knows claims; files and carriers are found again in the tables it was made from.
local core = require "muster.core"
local evidence = require "muster.evidence"

local view = {}

view.verdicts = { "cannot both be true", "unlikely together", "did not come true" }

local KINDS = { "deployments", "casualties", "captures" }

-- "casualties.csv:57", or the row's number in a table that was made in Lua.
local function place_of(t, at)
  local ok, file, line = pcall(t.where, t, at)
  return ok and { file = file, line = line } or { line = at }
end

-- claim_id -> the rows that carry it, by kind: all rows of its evidence group, with where they stand
local function carriers_by_id(tables)
  local by_id = {}
  for _, kind in ipairs(KINDS) do
    local t = tables[kind]
    local ids = {}
    for _, group in ipairs(t and evidence.groups(t) or {}) do
      for _, one in ipairs(group.rows) do
        one.place = place_of(t, one.at)
        ids[one.row.claim_id or ""] = group.rows
      end
    end
    by_id[kind] = ids
  end
  return by_id
end

-- What a row prints: its figure, else its share; the same text where the same was printed.
local function printed(row)
  return row.figure and tostring(row.figure) or row.share and ("%s %%"):format(core.number(100 * row.share)) or "words"
end

-- The claims of an audit, by id: each the row of audit.claims with `places` (of all its rows, in file order) and `carried`, a
-- list of { printed, via = list of carriers } with one entry for each different figure.
function view.claims(audit, tables)
  local by_id, claims = carriers_by_id(tables), {}
  for _, c in audit.claims:rows() do
    c.carried, c.places = {}, {}
    local by_text = {}
    for _, one in ipairs((by_id[c.kind] or {})[c.claim_id or ""] or {}) do
      local text = printed(one.row)
      c.places[#c.places + 1] = one.place
      if not by_text[text] then
        by_text[text] = { printed = text, via = {} }
        c.carried[#c.carried + 1] = by_text[text]
      end
      table.insert(by_text[text].via, one.row.via)
    end
    claims[c.id] = c
  end
  return claims
end

-- Conflicts by verdict: { ["cannot both be true"] = 12, ... }
function view.count(conflicts)
  local n = {}
  for _, verdict in ipairs(view.verdicts) do
    n[verdict] = 0
  end
  for _, c in ipairs(conflicts) do
    n[c.verdict] = (n[c.verdict] or 0) + 1
  end
  return n
end

-- The conflicts that others stand for, each once.
function view.alike(conflicts)
  local list = {}
  for _, c in ipairs(conflicts) do
    table.move(c.also or {}, 1, #(c.also or {}), #list + 1, list)
  end
  return list
end

-- Who is counted, with the part of the force where it is not all of it: "killed or wounded", "killed (engineers)".
local function counted(c)
  local part = c.contingent and c.contingent ~= "all" and (" (%s)"):format((c.contingent:gsub("_", " "))) or ""
  return (c.measure:gsub("_", " ")) .. part
end

-- What a conflict is about, whatever the days: the different things that its claims count.
local function subject_of(conflict, claims)
  local names, seen = {}, {}
  for _, id in ipairs(conflict.claims) do
    local name = counted(claims[id])
    if not seen[name] then
      seen[name], names[#names + 1] = true, name
    end
  end
  table.sort(names)
  return table.concat(names, " / "), #names
end

-- The conflicts by subject, in order of each subject's gravest one: a list of { subject, conflicts, claims = how many,
-- things = how many different things they count }.
function view.subjects(conflicts, claims)
  local list, by_name = {}, {}
  for _, c in ipairs(conflicts) do
    local name, things = subject_of(c, claims)
    local subject = by_name[name]
    if not subject then
      subject = { subject = name, things = things, conflicts = {}, claims = 0, seen = {} }
      by_name[name], list[#list + 1] = subject, subject
    end
    table.insert(subject.conflicts, c)
    for _, id in ipairs(c.claims) do
      subject.claims = subject.claims + (subject.seen[id] and 0 or 1)
      subject.seen[id] = true
    end
  end
  return list
end

-- == what could not be used =============================================================================

-- The claims that took no part, by reason in order of how many rows they are: a list of { why, rows, places }.
function view.left_out(audit, tables)
  local by_id, list, by_why = carriers_by_id(tables), {}, {}
  for _, row in audit.left_out:rows() do
    local one = by_why[row.why]
    if not one then
      one = { why = row.why, rows = 0, places = {} }
      by_why[row.why], list[#list + 1] = one, one
    end
    one.rows = one.rows + row.rows
    for _, carrier in ipairs((by_id[row.kind] or {})[row.claim_id or ""] or {}) do
      one.places[#one.places + 1] = carrier.place
    end
  end
  for _, one in ipairs(list) do
    table.sort(one.places, function(a, b)
      local x, y = a.file or "", b.file or ""
      return x ~= y and x < y or x == y and a.line < b.line
    end)
  end
  table.sort(list, function(a, b)
    return a.rows ~= b.rows and a.rows > b.rows or a.rows == b.rows and a.why < b.why
  end)
  return list
end

-- Places as text: "casualties.csv:5, 7 and captures.csv:3"; file names without their folder.
function view.places_text(places, most)
  local parts, last = {}, nil
  for k, place in ipairs(places) do
    if most and k > most then
      parts[#parts + 1] = ("... (%d in all)"):format(#places)
      break
    end
    local file = place.file and place.file:match "[^/]*$" or "row"
    parts[#parts + 1] = file == last and core.number(place.line)
      or ("%s%s%d"):format(file, place.file and ":" or " ", place.line)
    last = file
  end
  return table.concat(parts, ", ")
end

return view
