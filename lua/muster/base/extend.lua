-- extend.lua - a schema that says `extends`: its columns and rules put in among those of its base.
--
-- What is merged is the schemas as they are written, and the outcome is read like any schema, so that a column has
-- to make sense as a whole and not by halves. Bases are shared by all that extend them and are never changed.
-- Every schema comes through here; one without a base keeps its lists as they are.
local registry = require "muster.base.registry"

local extend = {}

local function copy(t)
  local out = {}
  for key, value in pairs(t) do
    out[key] = value
  end
  return out
end

-- A list of the schema as it was written, each item a table; absent is empty.
local function items(r, given, what, item, form)
  if given == nil then
    return {}
  elseif type(given) ~= "table" then
    r.fail("%s: expected a list of %s, found a %s", what, form, type(given))
  end
  r.keys(given, {}, #given, what)
  for i = 1, #given do
    if type(given[i]) ~= "table" then
      r.fail("%s %d: expected %s, found a %s", item, i, form, type(given[i]))
    end
  end
  return given
end

-- == where they stand ===================================================================================
-- A list of places, { given, name, behind }: `behind` is the place that it was put behind, if it was.

local function stands_behind(place, other)
  while place and place ~= other do
    place = place.behind
  end
  return place ~= nil
end

-- Behind the last place whose name is `after`, and behind what was put there before; at the end when nothing is said.
local function put(r, places, place, after, what, noun)
  if after == nil then
    places[#places + 1] = place
    return
  end
  local at, known = nil, {}
  for i, other in ipairs(places) do
    known[i] = tostring(other.name)
    at = other.name == after and i or at
  end
  if not at then
    r.fail("%s: after: no %s '%s'%s", what, noun, r.text(after, what .. ": after"), registry.suggest(after, known))
  end
  place.behind = places[at]
  while places[at + 1] and stands_behind(places[at + 1], place.behind) do
    at = at + 1
  end
  table.insert(places, at + 1, place)
end

-- == columns ============================================================================================

-- Three ways to say which values are allowed: who says it one way does not mean the other too.
local function says_values(c)
  return c.values ~= nil or c.vocabulary ~= nil or c.key_of ~= nil
end

local function more_values(r, base, own, what)
  local list, known = {}, {}
  if own.values ~= nil or not base.values then
    r.fail("%s: more_values: %s", what, own.values ~= nil and "values says them all" or "there is no list to add to")
  end
  for i, value in ipairs(base.values) do
    list[i], known[value] = value, true
  end
  for _, value in ipairs(r.texts(own.more_values, what .. ": more_values")) do
    if known[value] then
      r.fail("%s: more_values: '%s' is in the list already", what, value)
    end
    list[#list + 1], known[value] = value, true
  end
  return list
end

-- The base's column with what `own` says of it.
local function merge(r, base, own, base_name)
  local what = ("column '%s'"):format(own[1])
  if own[2] ~= nil and own[2] ~= base[2] then
    r.fail("%s: type: it is %s in '%s', which it extends, and cannot be %s", what, base[2], base_name, tostring(own[2]))
  elseif own.after ~= nil then
    r.fail("%s: after: it stands where '%s' has it", what, base_name)
  end
  local merged = copy(base)
  if says_values(own) then
    merged.values, merged.vocabulary, merged.key_of = nil, nil, nil
  end
  for key, value in pairs(own) do
    merged[key] = value
  end
  if own.more_values ~= nil then
    merged.values, merged.more_values = more_values(r, base, own, what), nil
  end
  return merged
end

local function find(places, name)
  for _, place in ipairs(places) do
    if place.name == name then
      return place
    end
  end
end

local function add_column(r, places, own, base)
  local name = own[1]
  local what = ("column '%s'"):format(name)
  if not base and (own.after ~= nil or own.more_values ~= nil) then
    r.fail("%s: %s is for a schema that extends another", what, own.after ~= nil and "after" or "more_values")
  elseif own.more_values ~= nil then
    r.fail("%s: more_values: '%s' has no such column", what, base.name)
  elseif base and own[2] == nil then
    local known = {}
    for i, c in ipairs(base.columns) do
      known[i] = c[1]
    end
    r.fail("%s: '%s' has no such column, and a new one needs a type%s", what, base.name, registry.suggest(name, known))
  end
  local given = copy(own)
  given.after = nil
  put(r, places, { given = given, name = name }, own.after, what, "column")
end

-- The columns of `base` (nil: of none) with `own` among them, as they are written.
function extend.columns(r, base, own)
  local places, seen = {}, {}
  for i, c in ipairs(base and base.columns or {}) do
    places[i] = { given = c, name = c[1] }
  end
  for i, c in ipairs(items(r, own, "columns", "column", '{ "name", "type", ... }')) do
    local name = r.text(c[1], ("column %d: its name"):format(i))
    local place = find(places, name)
    if seen[name] then
      r.fail("column '%s' is there twice", name)
    elseif place then
      place.given = merge(r, place.given, c, base.name)
    else
      add_column(r, places, c, base)
    end
    seen[name] = true
  end
  local columns = {}
  for i, place in ipairs(places) do
    columns[i] = place.given
  end
  return columns
end

-- == rules ==============================================================================================

-- The rules of `base` and `own`: a list of { given, what }, `what` for messages. Their order matters, since of two
-- rules that one value breaks only the first tells.
function extend.rules(r, base, own)
  local places = {}
  for i, rule in ipairs(base and base.rules or {}) do
    places[i] = { given = rule.given, name = rule.given[1], what = ("rule %d of '%s'"):format(i, base.name) }
  end
  for i, rule in ipairs(items(r, own, "rules", "rule", '{ "verb", "column", ... }')) do
    local what = ("rule %d"):format(i)
    if rule.after ~= nil and not base then
      r.fail("%s: after is for a schema that extends another", what)
    end
    local given = copy(rule)
    given.after = nil
    put(r, places, { given = given, name = rule[1], what = what }, rule.after, what, "rule")
  end
  return places
end

return extend
