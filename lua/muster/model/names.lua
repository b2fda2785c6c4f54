-- names.lua - the names of a model's quantities and of their elements: theta, theta[3], theta[nis], b[2,3].
local registry = require "muster.base.registry"

local names = {}

-- "[2,3]" of the i-th element (from 1) of a quantity, which lies by row; the first place by its level where it has some.
local function suffix(q, i)
  if #q.dims == 0 then
    return ""
  end
  local places, rest = {}, i - 1
  for k = #q.dims, 1, -1 do
    places[k] = rest % q.dims[k] + 1
    rest = rest // q.dims[k]
  end
  if q.levels then
    places[1] = q.levels[places[1]]
  end
  return "[" .. table.concat(places, ",") .. "]"
end

function names.element(q, i)
  return q.name .. suffix(q, i)
end

-- The quantities of a row of draws, or of a row of data: a list of the elements { name, q, i, at }, in the order of the text.
function names.elements(about, observed)
  local list = {}
  for _, q in ipairs(about.quantities) do
    local kept = q.role == "parameter" or q.role == "derived"
    if observed and q.role == "observed" or not observed and kept then
      for i = 1, q.n do
        -- a single number that was observed has no place to name
        list[#list + 1] = { name = observed and q.n == 1 and q.name or names.element(q, i), q = q, i = i, at = q.at + i }
      end
    end
  end
  return list
end

-- Two observed expressions may be written alike: y ~ ... for some rows, y ~ ... for others.
local function apart(list)
  local count = {}
  for _, e in ipairs(list) do
    count[e.name] = (count[e.name] or 0) + 1
    if count[e.name] > 1 then
      e.name = ("%s (line %d)"):format(e.name, e.q.line)
    end
  end
  return list
end

local function squeeze(text)
  return (text:gsub("%s*([%[%],])%s*", "%1"))
end

-- What a word may stand for: elements by name and by number, and all elements of a quantity.
function names.index(about, observed)
  local index = { list = apart(names.elements(about, observed)), by = {}, words = {} }
  local function add(word, e)
    local key = squeeze(word)
    if not index.by[key] then
      index.by[key] = {}
      index.words[#index.words + 1] = word
    end
    local to = index.by[key]
    to[#to + 1] = e
  end
  for _, e in ipairs(index.list) do
    add(e.name, e)
    if #e.q.dims > 0 then
      add(e.q.name, e)
      if e.q.levels then
        local plain = names.element({ name = e.q.name, dims = e.q.dims }, e.i)
        if plain ~= e.name then
          add(plain, e)
        end
      end
    end
  end
  return index
end

-- The elements that a word stands for, or an error that says what there is; `what` calls, as in "Fit:column".
function names.find(index, word, what)
  local found = index.by[squeeze(word)]
  if not found then
    local base, inside = word:match "^%s*([%w_]+)%s*%[(.*)%]"
    local whole = base and index.by[base]
    if whole and #whole[1].q.dims > 0 then
      registry.fail("%s: '%s' has no element [%s]: it has %s", what, base, inside,
        whole[1].q.levels and "the levels " .. table.concat(whole[1].q.levels, ", ", 1, math.min(8, #whole[1].q.levels))
        or "[" .. table.concat(whole[1].q.dims, ", ") .. "] elements")
    end
    registry.fail("%s: the model has no '%s'%s", what, word, registry.suggest(word, index.words))
  end
  return found
end

-- All that is named, each once, in the order of the text; everything without names.
function names.select(index, wanted, what)
  if not wanted then
    return index.list
  end
  local kept, list = {}, {}
  for _, word in ipairs(wanted) do
    for _, e in ipairs(names.find(index, word, what)) do
      kept[e] = true
    end
  end
  for _, e in ipairs(index.list) do
    list[#list + 1] = kept[e] and e or nil
  end
  return list
end

-- The numbers of one row as Lua values by name: numbers, arrays, arrays of arrays.
function names.values(about, row)
  local function nest(q, depth, from, count)
    if depth > #q.dims then
      return row[from]
    end
    local out, step = {}, count // math.max(1, q.dims[depth])
    for i = 1, q.dims[depth] do
      out[i] = nest(q, depth + 1, from + (i - 1) * step, step)
    end
    return out
  end
  local values = {}
  for _, q in ipairs(about.quantities) do
    if q.role == "parameter" or q.role == "derived" then
      values[q.name] = nest(q, 1, q.at + 1, q.n)
    end
  end
  return values
end

-- A row of draws in which what `values` names is set, over what `row` has; the inverse of the above.
function names.row(about, row, values, what)
  local known, by = {}, {}
  for _, q in ipairs(about.quantities) do
    if q.role == "parameter" then
      known[#known + 1], by[q.name] = q.name, q
    end
  end
  local function put(q, value, depth, from, count, path)
    if depth > #q.dims then
      if type(value) ~= "number" then
        registry.fail("%s: %s: expected a number, found %s", what, path, registry.shown(value))
      end
      row[from] = value
      return
    end
    local step = count // math.max(1, q.dims[depth])
    for i = 1, q.dims[depth] do
      local one = value
      if type(value) == "table" then
        one = value[i]
        if #value ~= q.dims[depth] then
          registry.fail("%s: %s: expected %d values, found %d", what, path, q.dims[depth], #value)
        end
      end
      put(q, one, depth + 1, from + (i - 1) * step, step, ("%s[%d]"):format(path, i))
    end
  end
  for name, value in pairs(values) do
    local q = by[name]
    if not q then
      registry.fail("%s: the model has no parameter '%s'%s", what, tostring(name), registry.suggest(name, known))
    end
    put(q, value, 1, q.at + 1, q.n, "'" .. name .. "'")
  end
  return row
end

return names
