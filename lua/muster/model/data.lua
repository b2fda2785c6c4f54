-- data.lua - what is given as data becomes the list of { name, value } that the binding reads (core/bind/bind_model_data.c).
local core = require "muster.core"
local registry = require "muster.base.registry"

local fail = registry.fail
local data = {}

core.new_class "Matrix"

-- A matrix of the columns of a table: { names, columns, intercept, rows }.
function data.matrix(t, names, options)
  local columns = {}
  local there = t:names()
  if #names == 0 then
    fail("muster.matrix: no column is named")
  end
  for k, name in ipairs(names) do
    local known = false
    for _, other in ipairs(there) do
      known = known or other == name
    end
    if not known then
      fail("muster.matrix: the table has no column '%s'%s", name, registry.suggest(name, there))
    end
    local column = t:column(name)
    local kind = column:type()
    if kind == "string" or kind == "quantity" then
      fail("muster.matrix: column '%s' is of type %s, and a matrix has numbers%s", name, kind,
        kind == "string" and ": give the column itself as data, as an index" or "")
    end
    for i = 1, column:missing() > 0 and #column or 0 do
      if column[i] == nil then
        fail("muster.matrix: column '%s' has no value in row %d", name, i)
      end
    end
    columns[k] = column
  end
  local intercept = options and options.intercept or false
  local all = table.move(names, 1, #names, intercept and 2 or 1, intercept and { "intercept" } or {})
  return core.new_object("Matrix", { names = all, columns = columns, intercept = intercept, rows = #t })
end

-- What the binding reads of one value.
local function plain(name, value)
  local class = core.class(value)
  if class == "Matrix" then
    return { columns = value.columns, intercept = value.intercept }
  elseif class == "Table" then
    fail("data '%s' is a table: give one of its columns, muster.matrix(t, { ... }), or the table itself as data", name)
  elseif type(value) == "table" and not class and #value == 0 and next(value) ~= nil then
    fail("data '%s' is a table of names ('%s'): expected a list of values", name, tostring((next(value))))
  elseif type(value) == "function" or type(value) == "nil" then
    fail("data '%s' is a %s", name, type(value))
  end
  return value
end

local function add_table(list, given, t)
  for _, name in ipairs(t:names()) do
    if not given[name] then
      given[name] = true
      list[#list + 1] = { name, t:column(name) }
    end
  end
  if not given.N then
    given.N = true
    list[#list + 1] = { "N", #t }
  end
end

-- `given` is nil, a Table (its columns, and N, the number of its rows), or values by name; among those `table` may be a Table,
-- of which what is not given by name is taken.
function data.list(given)
  local list, known = {}, {}
  if given == nil then
    return list
  elseif core.class(given) == "Table" then
    add_table(list, known, given)
    return list
  end
  local names = {}
  for name in pairs(given) do
    if type(name) ~= "string" then
      fail("data are given by name, as in data = { y = { 1, 2 } }: found the %s %s", type(name), tostring(name))
    end
    names[#names + 1] = name
  end
  table.sort(names)
  local t = core.class(given.table) == "Table" and given.table
  for _, name in ipairs(names) do
    if not (t and name == "table") then
      list[#list + 1], known[name] = { name, plain(name, given[name]) }, true
    end
  end
  if t then
    add_table(list, known, t)
  end
  return list
end

return data
