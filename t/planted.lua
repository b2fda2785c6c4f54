-- planted.lua - worlds whose genealogy is known: who said what, and random retellings with known changes.
--
-- Countries, bodies and outlets are invented. Every row knows its parent (a number of a row, nil for what an origin said
-- itself) and what was done to it on the way. Nothing of this is in the table that is handed out.
local planted = {}

local q, d = muster.quantity, muster.date
local COUNTRIES = { "AA", "BB", "CC", "DD", "EE" }
local OUTLETS = 30

local function sources()
  local rows = {}
  local function add(id, kind, country)
    rows[#rows + 1] = { source_id = id, kind = kind, country = country, reliability = "C" }
  end
  for _, c in ipairs(COUNTRIES) do
    add("staff_" .. c, "military", c)
    add("ministry_" .. c, "government", c)
  end
  for i = 1, 4 do
    add("institute_" .. i, "think_tank", COUNTRIES[i])
  end
  for i = 1, OUTLETS do
    add("outlet_" .. i, "media", COUNTRIES[i % #COUNTRIES + 1])
  end
  return muster.table(rows, { "source_id", "kind", "country", "reliability" })
end

-- Two or three digits that count, so that a coincidence says something.
local function number(random)
  local digits = random(2, 3)
  local x = random(10 ^ (digits - 1) // 1 | 0, 10 ^ digits // 1 - 1 | 0)
  return (x % 10 == 0 and x + 1 or x) * (digits == 2 and 100 or 10)
end

local function make(kind, x, high)
  if kind == "range" then
    return q { qualifier = "range", low = x, high = high }
  end
  return q { qualifier = kind, best = x }
end

-- Each change: given the parent's row, the child's fields that differ, or nil when it does not apply.
local changes = {}

function changes.echo() return {} end

changes["qualifier lost"] = function(row)
  return row.kind == "about" and { kind = "exact" } or nil
end
changes["qualifier reversed"] = function(row)
  local other = { more_than = "nearly", at_least = "up_to", nearly = "more_than" }
  return other[row.kind] and { kind = other[row.kind] } or nil
end
changes["figure altered"] = function(row, world)
  return row.kind ~= "range" and { x = row.x * world.random(12, 30) // 10 + 1 } or nil
end
changes["end added"] = function(row, world)
  return (row.kind == "about" or row.kind == "exact") and { kind = "range", high = row.x + 10 * world.random(300, 900) + 3 } or nil
end
changes["total read as wounded"] = function(row)
  return row.measure == "killed_or_wounded" and row.kind ~= "range" and { measure = "wounded" } or nil
end
changes["category widened"] = function(row)
  return row.measure == "killed" and row.kind ~= "range" and { measure = "killed_or_wounded" } or nil
end
changes["planned read as sent"] = function(row)
  return row.measure == "planned" and row.kind ~= "range" and { measure = "dispatched" } or nil
end
changes["combined read as one side"] = function(row)
  return row.flags == "combined" and { flags = false } or nil
end
changes["stale"] = function(_, world)
  return { later = world.random(100, 200) }
end
-- The carrier keeps number, measure and day, and names a body of another country, which has figures of its own.
changes["attribution swapped"] = function(row, world)
  if row.measure ~= "killed_or_wounded" or row.kind == "range" then
    return nil
  end
  for _, other in ipairs(world.roots) do
    if other.measure == row.measure and other.origin:sub(-2) ~= row.origin:sub(-2)
      and math.abs(other.as_of - row.as_of) <= 30 and other.x ~= row.x then
      return { origin = other.origin }
    end
  end
end
changes["copied across origins"] = function(row, world)
  return row.kind ~= "range" and { origin = "institute_" .. world.random(1, 4), own_day = true } or nil
end

planted.kinds = {}
for kind in pairs(changes) do
  planted.kinds[#planted.kinds + 1] = kind
end
table.sort(planted.kinds)

local function add(world, row)
  world.rows[#world.rows + 1] = row
  row.at = #world.rows
  return row
end

-- What origins say themselves: running totals that rise, in three categories, each with a number of its own.
local function speak(world)
  local measures = { "killed_or_wounded", "killed", "planned" }
  for k = 1, world.random(2, #COUNTRIES) do
    local c = COUNTRIES[k]
    for m, measure in ipairs(measures) do
      if m == 1 or world.random(2) == 1 then
        local day = d "2031-03-01" + world.random(0, 25)
        local kinds = { "about", "exact", "more_than", "at_least", "nearly" }
        world.roots[#world.roots + 1] = add(world, { origin = (world.random(2) == 1 and "staff_" or "ministry_") .. c,
          via = "outlet_" .. world.random(OUTLETS), measure = measure, as_of = day, reported = day, x = number(world.random),
          kind = kinds[world.random(#kinds)], flags = m == 2 and world.random(2) == 1 and "combined" or nil })
      end
    end
  end
end

local STATEMENT = { "origin", "measure", "as_of", "x", "high", "kind", "flags" }

local function said_already(world, parent, diff)
  for _, row in ipairs(world.rows) do
    local same = true
    for _, name in ipairs(STATEMENT) do
      local value = diff[name]
      if value == nil then
        value = parent[name]
      end
      same = same and (value or nil) == row[name]
    end
    if same then
      return true
    end
  end
end

-- What happens to a claim on its way: at most `world.most` changes from its origin to a page, and echoes. Two pages that make the same
-- change of the same claim are not planted: the second looks like an echo of the first, to everybody.
local function happens(parent, world)
  for _ = 1, (parent.changed or 0) >= world.most and 0 or world.random(0, 4) do
    local kind = planted.kinds[world.random(#planted.kinds)]
    local diff = changes[kind](parent, world)
    if diff and (kind == "echo" or kind == "stale" or diff.own_day or not said_already(world, parent, diff)) then
      return kind, diff
    end
  end
  return "echo", {}
end

local function retell(world, parent)
  local kind, diff = happens(parent, world)
  local row = {}
  for _, name in ipairs(STATEMENT) do
    row[name] = parent[name]
  end
  for name, value in pairs(diff) do
    row[name] = value or nil
  end
  row.via = diff.own_day and row.origin or "outlet_" .. world.random(OUTLETS)
  row.reported = parent.reported + (diff.later or world.random(1, 4))
  row.as_of = diff.own_day and row.reported or row.as_of
  row.own_day, row.later = nil, nil
  row.parent, row.change, row.changed = parent.at, kind, (parent.changed or 0) + (kind == "echo" and 0 or 1)
  return add(world, row)
end

-- { table, sources, rows }: rows[i] is row i of the table, with parent and change. Rows stand in a random order. `most` is how
-- many changes lie between an origin and a page at most, 1 when not given.
function planted.world(seed, most)
  math.randomseed(seed)
  local world = { rows = {}, roots = {}, random = math.random, most = most or 1 }
  speak(world)
  for _ = 1, 60 do
    retell(world, world.rows[math.random(#world.rows)])
  end
  local order, place = {}, {}
  for i = 1, #world.rows do
    table.insert(order, math.random(i), i)
  end
  local list, shuffled = {}, {}
  for i, k in ipairs(order) do
    place[k] = i
  end
  for i, k in ipairs(order) do
    local row = world.rows[k]
    row.parent = row.parent and place[row.parent]
    shuffled[i] = row
    list[i] = { claim_id = ("r%04d"):format(i), origin = row.origin, via = row.via, measure = row.measure, basis = "cumulative",
      contingent = "all", as_of = row.as_of, reported = row.reported, figure = make(row.kind, row.x, row.high), flags = row.flags }
  end
  return { table = muster.table(list, { "claim_id", "reported", "as_of", "origin", "via", "measure", "basis", "contingent", "figure",
    "flags" }), sources = sources(), rows = shuffled }
end

-- Rows that say the same of the same day cannot be told apart as parents.
function planted.same(a, b)
  for _, name in ipairs(STATEMENT) do
    if a[name] ~= b[name] then
      return false
    end
  end
  return true
end

return planted
