-- later.lua - what was known later of the number that a claim states.
--
-- Later claims of other voices about the same quantity (measure, basis, contingent) on the same day bound it from both
-- sides. A running total never falls, so for cumulative figures one about an earlier day bounds it from below and one about
-- a later day from above. What all of them allow is the later knowledge; where they contradict each other it is everything
-- that one of them allows, since nothing here knows who is right.
--
-- Officials of one country are one voice: their agreement is not knowledge of somebody else. That another voice only repeats
-- the claim cannot be seen from a figure; a longer lag makes it rarer.
local registry = require "muster.base.registry"
local evidence = require "muster.evidence"
local admiralty = require "muster.grades.admiralty"

local later = {}

-- A forecast may be lowered: it is no running total, whatever its basis says.
local FALLS = { planned = true }

local function quantity_key(row, columns)
  local parts = {}
  for i, name in ipairs(columns) do
    parts[i] = tostring(row[name] or "")
  end
  return table.concat(parts, "\31")
end

-- One entry for each claim that can be scored or teach something: the row that speaks for it, its days, its voice.
function later.claims(t, sources)
  admiralty.need(t, "muster.grades.earned", "origin", "measure", "basis", "as_of", "reported", "figure")
  local voices = sources and evidence.voices(sources) or {}
  local list, skipped = {}, { without_number = 0, joint = 0, undated = 0 }
  for _, group in ipairs(evidence.groups(t)) do
    local row = group.best.row
    local first, last = evidence.days(row)
    if not row.figure then
      skipped.without_number = skipped.without_number + 1
    elseif evidence.has_flag(row, "combined") then
      skipped.joint = skipped.joint + 1
    elseif not first or not row.reported then
      skipped.undated = skipped.undated + 1
    else
      list[#list + 1] = { row = row, first = first.days, last = last.days, said = row.reported.days,
        voice = voices[row.origin] or row.origin, figure = row.figure, by = row.origin, at = group.best.at }
    end
  end
  return list, skipped
end

-- The rows of a table of truths in the same form; columns that it does not have are not asked for.
function later.truths(t)
  admiralty.need(t, "muster.grades.earned: option 'truth'", "measure", "as_of", "figure")
  local list, known = {}, {}
  for _, name in ipairs(t:names()) do
    known[name] = true
  end
  for i, row in t:rows() do
    if not row.as_of or not row.figure then
      registry.fail("muster.grades.earned: option 'truth': row %d has no %s", i, row.as_of and "figure" or "as_of")
    end
    local first, last = evidence.days(row)
    list[i] = { row = row, first = first.days, last = last.days, figure = row.figure, by = row.origin or "truth" }
  end
  local columns = {}
  for _, name in ipairs { "measure", "basis", "contingent" } do
    columns[#columns + 1] = known[name] and name or nil
  end
  return list, columns
end

local COLUMNS = { "measure", "basis", "contingent" }
local OWN = { "origin", "measure", "basis", "contingent" }

-- What a figure says of the day of `claim`: both its ends when it is of the same day (or within option days of it), of other
-- days one of them, or nothing.
local function constraint(claim, other, options)
  if other.first <= claim.last + options.days and other.last >= claim.first - options.days then
    return other.figure.low, other.figure.high
  elseif not options.monotone or claim.row.basis ~= "cumulative" or FALLS[claim.row.measure] then
    return nil
  elseif other.last < claim.first then
    return other.figure.low, math.huge
  end
  return 0, other.figure.high
end

-- What all constraints allow, or when they exclude each other what any of them does; nil when there is none.
local function combine(list)
  if #list == 0 then
    return nil
  end
  local low, high, least, most, by, seen = 0, math.huge, math.huge, 0, {}, {}
  for _, c in ipairs(list) do
    low, high = math.max(low, c.low), math.min(high, c.high)
    least, most = math.min(least, c.low), math.max(most, c.high)
    if not seen[c.by] then
      seen[c.by] = true
      by[#by + 1] = c.by
    end
  end
  table.sort(by)
  if low > high then
    return { low = least, high = most, by = by, contradicted = true }
  end
  return { low = low, high = high, by = by }
end

-- A function from a claim to what `others` say of it: take(claim, other) tells who counts.
function later.finder(others, columns, options, take)
  local by_key = {}
  for _, other in ipairs(others) do
    local key = quantity_key(other.row, columns)
    by_key[key] = by_key[key] or {}
    table.insert(by_key[key], other)
  end
  return function(claim)
    local list = {}
    for _, other in ipairs(by_key[quantity_key(claim.row, columns)] or {}) do
      if take(claim, other) then
        local low, high = constraint(claim, other, options)
        if low and (low > 0 or high < math.huge) then
          list[#list + 1] = { low = low, high = high, by = other.by }
        end
      end
    end
    return combine(list)
  end
end

-- Both finders: of what others said later, or a table of truths says; and of what the origin itself said later.
function later.finders(claims, options)
  local lag, worst = options.lag, options.credibility
  local function taught(other)
    local n = other.row.credibility
    return n == nil or n <= worst
  end
  local others
  if options.truth then
    local truths, columns = later.truths(options.truth)
    others = later.finder(truths, columns, options, function() return true end)
  else
    others = later.finder(claims, COLUMNS, options, function(claim, other)
      return other.voice ~= claim.voice and other.said - claim.said >= lag and taught(other)
    end)
  end
  local own = later.finder(claims, OWN, options, function(claim, other)
    return other ~= claim and other.said > claim.said
  end)
  return others, own
end

return later
