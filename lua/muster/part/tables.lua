-- tables.lua - tables from Lua values, and the verbs that are a few lines over take().
local core = require "muster.core"
local notes = require "muster.base.notes"
local registry = require "muster.base.registry"

local define = registry.define

-- Sorted, because a Lua table has no order of its own and output must not depend on hash seeds.
local function sorted_names(t)
  local names = {}
  for name in pairs(t) do
    if type(name) ~= "string" then
      registry.fail("muster.table: a column name is a string, found %s", type(name))
    end
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

-- { {a = 1}, {a = 2, b = 3} } -> names, arrays, 2
local function from_rows(rows, names)
  for i, row in ipairs(rows) do
    if type(row) ~= "table" then
      registry.fail("muster.table: row %d is a %s, not a table of values by column", i, type(row))
    end
  end
  if not names then
    local seen = {}
    for _, row in ipairs(rows) do
      for name in pairs(row) do
        seen[name] = true
      end
    end
    names = sorted_names(seen)
  end
  local arrays, known = {}, {}
  for k, name in ipairs(names) do
    local values = {}
    for i, row in ipairs(rows) do
      values[i] = row[name]
    end
    arrays[k], known[name] = values, true
  end
  for i, row in ipairs(rows) do
    for name in pairs(row) do
      if not known[name] then
        registry.fail("muster.table: row %d has '%s', which is not among the names", i, tostring(name))
      end
    end
  end
  return names, arrays, #rows
end

-- How many rows the values of a column fill.
local function length(name, values)
  if core.class(values) == "Column" then
    return #values
  elseif type(values) ~= "table" then
    registry.fail("muster.table: column '%s' is a %s, not a table of values", name, type(values))
  end
  local n = values.n or #values
  if math.type(n) ~= "integer" or n < 0 then
    registry.fail("muster.table: the n of column '%s' is a number of rows, found %s", name, tostring(n))
  end
  return n
end

-- { a = {1, 2}, b = {3, n = 2} } -> names, arrays, 2
local function from_columns(columns, names)
  local there = sorted_names(columns)
  names = names or there
  local arrays, rows, known = {}, 0, {}
  for k, name in ipairs(names) do
    local values = columns[name]
    if values == nil then
      registry.fail("muster.table: no column '%s'%s", name, registry.suggest(name, there))
    end
    arrays[k], known[name] = values, true
    rows = math.max(rows, length(name, values))
  end
  for _, name in ipairs(there) do
    if not known[name] then
      registry.fail("muster.table: there is a column '%s', which is not among the names", name)
    end
  end
  return names, arrays, rows
end

return function(muster)
  muster.table = define {
    name = "muster.table", args = "values: table, names?: string[]", returns = "Table",
    help = "A table from Lua: columns { name = {values} } or rows { {name = value}, ... }. A missing value is nil "
      .. "(give a column its length in `n`). `names` fixes the order of the columns, else it is alphabetical.",
    example = "return muster.table({ { origin = 'a', n = 1 }, { origin = 'b' } }, { 'origin', 'n' })",
    fn = function(values, names)
      -- no rows, but names: a table without rows
      if values[1] ~= nil or names and next(values) == nil then
        return core.columns(from_rows(values, names))
      end
      return core.columns(from_columns(values, names))
    end,
  }

  define {
    name = "Table:union", args = "other: Table, ...: Table", returns = "Table",
    help = "The rows of this table and then those of the others. Columns go together by name; a table that lacks one "
      .. "misses it. Integers beside floats become floats; other types that differ are an error.",
    example = "return muster.table{ n = {1, 2} }:union(muster.table{ n = {3}, m = {'x'} })",
    fn = function(t, ...)
      local all = core.concat { t, ... }
      local extras = core.extras(t)
      local kind, sources = (extras or {}).kind, (extras or {}).sources
      for i = 1, select("#", ...) do
        local other = core.extras((select(i, ...))) or {}
        kind = kind == other.kind and kind or nil
        sources = sources == other.sources and sources or nil
      end
      -- What a load knows of itself (its ledger, its rejects) is not true of several.
      core.extras(all, { kind = kind, sources = sources })
      local said = {}
      for i = 1, select("#", ...) do
        said[i] = notes.of((select(i, ...)))
      end
      return notes.add(all, notes.of(t), table.unpack(said))
    end,
  }

  define {
    name = "Table:rows", args = "", returns = "function",
    help = "For loops: each row as a Lua table in which a missing value is an absent key.",
    example = "local sum = 0; for i, row in muster.table{ n = {1, 2} }:rows() do sum = sum + row.n end; return sum",
    fn = function(t)
      local i = 0
      return function()
        i = i + 1
        local row = t[i]
        if row then
          return i, row
        end
      end
    end,
  }

  define {
    name = "Table:glimpse", args = "", returns = "",
    help = "Print one line for each column: name, type, how many are missing, the first values.",
    example = "muster.table{ n = {1, 2, 3} }:glimpse()",
    fn = function(t)
      print(("%d row%s, %d columns"):format(#t, #t == 1 and "" or "s", #t:names()))
      local width = 0
      for _, name in ipairs(t:names()) do
        width = math.max(width, #name)
      end
      for _, name in ipairs(t:names()) do
        local column, shown = t:column(name), {}
        for i = 1, math.min(#column, 6) do
          local v = column[i]
          shown[i] = v == nil and "-" or tostring(v):gsub("[%c]", " "):sub(1, 24)
        end
        print(("  %-" .. width .. "s  %-8s  %s%s"):format(name, column:type(),
          column:missing() > 0 and ("(%d missing) "):format(column:missing()) or "", table.concat(shown, ", ")))
      end
      for _, note in ipairs(notes.of(t)) do
        print(note)
      end
    end,
  }

  core.unknown_method(function(class, key)
    local names = {}
    for name in pairs(core.classes[class]) do
      names[#names + 1] = name
    end
    local shown = type(key) == "string" and "'" .. key .. "'" or "named by a " .. type(key)
    table.sort(names)
    local advice = registry.suggest(key, names)
    if advice == "" and class == "Scan" and core.classes.Table[key] then
      advice = ", which needs all rows: scan:table() makes a table of them"
    elseif advice == "" and #names < 8 then
      advice = "; it has " .. table.concat(names, ", ")
    end
    registry.fail("%s %s has no method %s%s", class:find "^[AEIOU]" and "an" or "a", class:lower(), shown, advice)
  end)
end
