-- schema.lua - a schema as somebody wrote it becomes the plain form that the core reads, or an error that
-- names the place in it. What a schema may say is in docs/manual/kinds.md.
local core = require "muster.core"
local extend = require "muster.base.extend"
local registry = require "muster.base.registry"

local schema = {}

-- The files of lua/muster/schema, in the order in which lists show them: the kinds, and what is there only to be extended.
schema.kinds = { "deployments", "casualties", "captures", "capture_events", "sources", "context", "legal_norms", "codebook" }
schema.bases = { "claims" }
schema.names = table.move(schema.bases, 1, #schema.bases, #schema.kinds + 1, { table.unpack(schema.kinds) })

local words = core.schema_words()

local function set(list)
  local out = {}
  for _, word in ipairs(list) do
    out[word] = true
  end
  return out
end

local types, forms, verbs = set(words.types), set(words.forms), set(words.verbs)
local names = set(schema.names)

-- What each key of a column holds, and the rules by verb: which keys they need or may have. `after` and `more_values`
-- are used up by extend.lua.
local column_keys = {
  required = "any", unique = "boolean", list = "string", form = "string", min = "number", max = "number",
  unit = "string", values = "table", vocabulary = "boolean", key_of = "string", help = "string",
  after = "string", more_values = "table",
}
local rule_keys = {
  order = { after = "optional string" },
  together = { after = "optional string" },
  shape = { by = "string", shapes = "table", when = "optional table", after = "optional string" },
  filled = { when = "table", after = "optional string" },
  only = { values = "table", when = "table", after = "optional string" },
  month_end = { when = "table", after = "optional string" },
}

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

-- One validation: `where` is the schema's name for messages; fail() never returns.
local function reader(where)
  local self = {}

  function self.fail(format, ...)
    registry.fail("%s: " .. format, where, ...)
  end

  function self.text(value, what)
    if type(value) ~= "string" or value == "" then
      self.fail("%s: expected a text, found %s", what, type(value) == "string" and "an empty one" or "a " .. type(value))
    end
    return value
  end

  -- A list of one or more texts; a single text is a list of itself.
  function self.texts(value, what)
    if type(value) == "string" then
      value = { value }
    elseif type(value) ~= "table" then
      self.fail("%s: expected a list of texts, found a %s", what, type(value))
    end
    for key in pairs(value) do
      if math.type(key) ~= "integer" or key < 1 or key > #value then
        self.fail("%s: expected a list of texts, found the key '%s'", what, tostring(key))
      end
    end
    local list = {}
    for i = 1, #value do
      list[i] = self.text(value[i], what)
    end
    if #list == 0 then
      self.fail("%s: the list is empty", what)
    end
    return list
  end

  function self.one_of(value, allowed, list, what)
    self.text(value, what)
    if not allowed[value] then
      self.fail("%s: no '%s'%s", what, value, core.nearest(value, list) and registry.suggest(value, list)
        or "; there are " .. table.concat(list, ", "))
    end
    return value
  end

  -- Only the keys of `known`, besides 1 .. last.
  function self.keys(t, known, last, what)
    for _, key in ipairs(sorted_keys(t)) do
      if not (math.type(key) == "integer" and key >= 1 and key <= last) and not known[key] then
        self.fail("%s: no key '%s'%s", what, tostring(key), registry.suggest(tostring(key), sorted_keys(known)))
      end
    end
  end

  return self
end

-- == columns ============================================================================================

local function read_values(r, c, what)
  local sources = (c.values and 1 or 0) + (c.vocabulary and 1 or 0) + (c.key_of and 1 or 0)
  if sources > 1 then
    r.fail("%s: one of values, vocabulary and key_of, not several", what)
  elseif sources == 1 and c[2] ~= "string" then
    r.fail("%s: values are listed for text, and this column is of type %s", what, c[2])
  elseif c.key_of and c.key_of ~= "sources" then
    r.fail("%s: key_of: expected 'sources', found '%s'", what, c.key_of)
  end
  return c.values and r.texts(c.values, what .. ": values")
end

local function read_column(r, c)
  local what = ("column '%s'"):format(c[1])
  r.one_of(c[2], types, words.types, what .. ": type")
  r.keys(c, column_keys, 2, what)
  for _, key in ipairs(sorted_keys(column_keys)) do
    local wanted = column_keys[key]
    if c[key] ~= nil and wanted ~= "any" and type(c[key]) ~= wanted then
      r.fail("%s: %s: expected a %s, found a %s", what, key, wanted, type(c[key]))
    end
  end
  local text, numeric = c[2] == "string", c[2] == "int64" or c[2] == "float64"
  if c.required ~= nil and c.required ~= true and c.required ~= false and c.required ~= "column" then
    r.fail("%s: required: expected true (every row has a value) or \"column\" (fields may be empty), found '%s'", what,
      tostring(c.required))
  elseif c.list and (not text or #c.list ~= 1 or c.list:find "[%c\"]") then
    r.fail("%s: list: expected the one character between the values of a text", what)
  elseif (c.unique or c.form) and not text then
    r.fail("%s: unique and form are for text, and this column is of type %s", what, c[2])
  elseif (c.min or c.max) and not numeric then
    r.fail("%s: min and max are for numbers, and this column is of type %s", what, c[2])
  elseif c.min and c.max and c.min > c.max then
    r.fail("%s: min is above max", what)
  end
  return {
    name = c[1], type = c[2], need = c.required == "column" and "column" or c.required and "value" or "optional",
    unique = c.unique, separator = c.list, form = c.form and r.one_of(c.form, forms, words.forms, what .. ": form"),
    min = c.min, max = c.max, values = read_values(r, c, what), vocabulary = c.vocabulary, key_of = c.key_of,
    unit = c.unit, help = c.help,
  }
end

local function read_columns(r, given)
  if #given == 0 then
    r.fail("columns: expected a list of { \"name\", \"type\", ... }")
  end
  local columns, by_name = {}, {}
  for i = 1, #given do
    local c = read_column(r, given[i])
    columns[i], by_name[c.name] = c, c
  end
  for _, c in ipairs(columns) do
    if c.type == "quantity" then
      for _, part in ipairs { "qualifier", "low", "best", "high" } do
        local other = by_name[part]
        local class = other and (other.type == "string" and "text" or "number")
        if class ~= (part == "qualifier" and "text" or "number") then
          r.fail("column '%s' of type quantity is made from qualifier, low, best and high; '%s' is %s", c.name, part,
            other and "of type " .. other.type or "not there")
        end
      end
    end
  end
  return columns, by_name
end

-- == rules ==============================================================================================

local function known_column(r, name, by_name, what)
  r.text(name, what)
  if not by_name[name] then
    r.fail("%s: no column '%s'%s", what, name, registry.suggest(name, sorted_keys(by_name)))
  elseif by_name[name].type == "quantity" then
    r.fail("%s: '%s' is made from other columns and cannot be in a rule", what, name)
  end
  return name
end

-- { flags = "verbal" } or { flags = { "verbal", "share_only" } }
local function read_when(r, when, by_name, what)
  local keys = sorted_keys(when)
  if #keys ~= 1 then
    r.fail("%s: when: expected { column = value } with one column, found %d", what, #keys)
  end
  return {
    column = known_column(r, keys[1], by_name, what .. ": when"),
    values = r.texts(when[keys[1]], what .. ": when"),
  }
end

local function read_shapes(r, given, width, what)
  local shapes = {}
  for _, value in ipairs(sorted_keys(given)) do
    local shape = given[value]
    if type(value) ~= "string" or type(shape) ~= "string" or #shape ~= width or shape:find "[^%a-]" then
      r.fail("%s: shapes: '%s': expected %d letters or '-', one for each column", what, tostring(value), width)
    end
    shapes[#shapes + 1] = { value = value, shape = shape }
  end
  return shapes
end

-- What an order compares: numbers with numbers, dates with dates.
local function class_of(column)
  return (column.type == "int64" or column.type == "float64") and "number" or column.type
end

local function check_types(r, verb, columns, by_name, what)
  for _, name in ipairs(columns) do
    local class = class_of(by_name[name])
    if verb == "order" and (class ~= class_of(by_name[columns[1]]) or class == "string" or class == "bool") then
      r.fail("%s: '%s' and '%s' have no common order", what, columns[1], name)
    elseif verb == "month_end" and class ~= "date" then
      r.fail("%s: '%s' is not a date", what, name)
    elseif verb == "shape" and class ~= "number" then
      r.fail("%s: '%s' is not a number", what, name)
    end
  end
end

local function read_rule(r, given, what, by_name)
  local verb = r.one_of(given[1], verbs, words.verbs, what .. ": verb")
  what = ("%s (%s)"):format(what, verb)
  r.keys(given, rule_keys[verb], #given, what)
  for _, key in ipairs(sorted_keys(rule_keys[verb])) do
    local wanted = rule_keys[verb][key]
    local optional = wanted:match "^optional (.*)"
    if type(given[key]) ~= (optional or wanted) and not (optional and given[key] == nil) then
      r.fail("%s: %s: expected a %s, found %s", what, key, optional or wanted,
        given[key] == nil and "nothing" or "a " .. type(given[key]))
    end
  end
  local columns = {}
  for k = 2, #given do
    columns[k - 1] = known_column(r, given[k], by_name, what)
  end
  if #columns < ((verb == "order" or verb == "together") and 2 or 1) then
    r.fail("%s: names too few columns", what)
  end
  check_types(r, verb, columns, by_name, what)
  return {
    verb = verb, columns = columns,
    by = given.by and known_column(r, given.by, by_name, what .. ": by"),
    shapes = given.shapes and read_shapes(r, given.shapes, #columns, what),
    values = given.values and r.texts(given.values, what .. ": values"),
    when = given.when and read_when(r, given.when, by_name, what),
  }
end

-- == the whole ==========================================================================================

local expanded = {}      -- name of a file of ours -> its columns and rules with those of its base

-- The columns and rules of `given` as they are written, those of its base among them. `above`: the names that led here.
local function expand(r, given, above)
  local base
  if given.extends ~= nil then
    local name = r.one_of(given.extends, names, schema.names, "extends")
    if above[name] then
      r.fail("extends: '%s' extends itself", name)
    end
    above[name] = true
    expanded[name] = expanded[name] or expand(reader(name), require("muster.schema." .. name), above)
    base = expanded[name]
  end
  return {
    name = given.name,
    columns = extend.columns(r, base, given.columns),
    rules = extend.rules(r, base, given.rules),
  }
end

-- The plain form of a schema: { kind, help, columns, rules }. `where` names it in messages.
function schema.read(given, where)
  local r = reader(where)
  if type(given) ~= "table" then
    r.fail("a schema is a table, found a %s", type(given))
  end
  r.keys(given, { name = true, help = true, extends = true, columns = true, rules = true }, 0, "the schema")
  if r.text(given.name, "name"):find "[^%l%d_]" then
    r.fail("name: expected lower-case letters, digits and underscores, found '%s'", given.name)
  end
  local whole = expand(r, given, {})
  local columns, by_name = read_columns(r, whole.columns)
  local rules = {}
  for i, rule in ipairs(whole.rules) do
    rules[i] = read_rule(r, rule.given, rule.what, by_name)
  end
  return { kind = given.name, help = r.text(given.help, "help"), columns = columns, rules = rules }
end

local read = {}      -- name -> plain form, read at the first use

-- The plain form of a file of ours; nil when there is none of that name.
function schema.named(name)
  if names[name] and not read[name] then
    read[name] = schema.read(require("muster.schema." .. name), name)
  end
  return read[name]
end

-- A schema file from anywhere: data in Lua's notation, run where it can reach nothing.
function schema.read_file(path)
  local text, why = core.text(path, 128 * 1024)
  if not text then
    registry.fail("%s", why)
  end
  local given, wrong = core.data(text, path)
  if not given then
    registry.fail("%s", wrong)
  end
  return schema.read(given, path)
end

return schema
