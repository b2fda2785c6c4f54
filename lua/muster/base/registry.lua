-- registry.lua - the one list of functions.
--
-- Every function a script can call, in C or in Lua, is one record here: name, arguments and results in
-- LuaCATS notation, a sentence of help, an example that runs. The record makes the argument checks,
-- help(), the prompt's completion and the manual's tables, so that they cannot disagree.
local core = require "muster.core"

local registry = {
  list = {},          -- records in order of definition
  by_name = {},       -- "muster.load", "Table:head" -> record
  by_value = setmetatable({}, { __mode = "k" }),      -- function or module -> record
}

-- An error that points at the reader's own line, whatever file of ours noticed it.
function registry.fail(format, ...)
  error(core.where() .. (select("#", ...) > 0 and format:format(...) or format), 0)
end

-- "; did you mean 'load'?" or "".
function registry.suggest(word, names)
  local near = core.nearest(tostring(word), names)
  return near and ("; did you mean '%s'?"):format(near) or ""
end

-- Set by muster.init: load one more part of the list of functions; false when all are there. Who wants to see the
-- whole list calls all() first.
registry.more = function() return false end

function registry.all()
  repeat until not registry.more()
end

-- all(), and the modules that load on first use.
function registry.everything()
  registry.all()
  for _, source in ipairs(core.sources()) do
    if source:find "^muster%.[%w_]+$" then
      require(source)
    end
  end
end

local function keys(t)
  local out = {}
  for k in pairs(t) do
    out[#out + 1] = k
  end
  table.sort(out)
  return out
end

-- What a value is called in a message: "number 3", "string 'abc'", "Table".
local function describe(v)
  local kind = core.class(v) or type(v)
  if kind == "string" then
    return ("string '%s'"):format(#v > 40 and v:sub(1, 37) .. "..." or v)
  elseif kind == "number" or kind == "boolean" then
    return kind .. " " .. tostring(v)
  end
  return kind
end

registry.shown = describe

-- == types: LuaCATS notation to a function (value) -> true, or false and where it went wrong ============

local plain = {
  any = function() return true end,
  integer = function(v) return math.type(v) == "integer" end,
  number = function(v) return type(v) == "number" end,
}
for _, name in ipairs { "string", "boolean", "table", "function", "nil" } do
  plain[name] = function(v) return type(v) == name end
end

local parse_type

-- "name?: type, ..." up to the character `stop`; a list of { name, optional, check, text }.
local function parse_fields(s, at, stop)
  local fields = {}
  at = s:match("^%s*()", at)
  while at <= #s and s:sub(at, at) ~= stop do
    local name, optional, next_at = s:match("^([%w_.]+)(%??)%s*:%s*()", at)
    if not name then
      error(("bad signature '%s' at %d"):format(s, at))
    end
    local check, text
    check, text, at = parse_type(s, next_at)
    fields[#fields + 1] = { name = name, optional = optional == "?", check = check, text = text }
    at = s:match("^%s*,?%s*()", at)
  end
  return fields, at
end

local function check_record(fields, v)
  if type(v) ~= "table" then
    return false
  end
  local known = {}
  for _, f in ipairs(fields) do
    known[f.name] = f
  end
  for key in pairs(v) do          -- first, since a misspelt option is missing under its right name
    if not known[key] then
      return false, ("no option '%s'%s"):format(tostring(key), registry.suggest(key, keys(known)))
    end
  end
  for _, f in ipairs(fields) do
    local value = v[f.name]
    if value == nil and not f.optional then
      return false, ("option '%s' is missing"):format(f.name)
    elseif value ~= nil then
      local ok, why = f.check(value)
      if not ok then
        return false, why or ("option '%s': expected %s, found %s"):format(f.name, f.text, describe(value))
      end
    end
  end
  return true
end

local function parse_base(s, at)
  local literal, after = s:match('^"([^"]*)"()', at)
  if literal then
    return function(v) return v == literal end, '"' .. literal .. '"', after
  end
  if s:sub(at, at) == "{" then
    local fields, stop = parse_fields(s, at + 1, "}")
    return function(v) return check_record(fields, v) end, "a table of options", stop + 1
  end
  local name, stop = s:match("^([%a_][%w_]*)()", at)
  if not name then
    error(("bad type in '%s' at %d"):format(s, at))
  end
  return plain[name] or function(v) return core.class(v) == name end, name, stop
end

local function array_of(check)
  return function(v)
    if type(v) ~= "table" then
      return false
    end
    for _, item in ipairs(v) do
      if not check(item) then
        return false
      end
    end
    return true
  end
end

function parse_type(s, at)
  local checks, texts = {}, {}
  repeat
    local check, text
    check, text, at = parse_base(s, at)
    while s:match("^%[%]", at) do
      check, text, at = array_of(check), text .. "[]", at + 2
    end
    checks[#checks + 1], texts[#texts + 1] = check, text
    local more = s:match("^%s*|%s*()", at)
    at = more or at
  until not more
  if #checks == 1 then
    return checks[1], texts[1], at
  end
  return function(v)
    local why
    for _, check in ipairs(checks) do
      local ok, reason = check(v)
      if ok then
        return true
      end
      why = why or reason
    end
    return false, why
  end, table.concat(texts, " or "), at
end

-- == checking a call ====================================================================================

local function check_call(record, params, n, ...)
  for i, p in ipairs(params) do
    if p.name == "..." then
      for k = i, n do
        local v = select(k, ...)
        local ok, why = p.check(v)
        if not ok then
          registry.fail("%s: argument %d: %s", record.name, k, why or ("expected %s, found %s"):format(p.text, describe(v)))
        end
      end
      return
    end
    local v = select(i, ...)
    if v == nil then
      if not p.optional then
        registry.fail("%s: argument '%s' is missing: expected %s", record.name, p.name, p.text)
      end
    else
      local ok, why = p.check(v)
      if not ok then
        registry.fail("%s: argument '%s': %s", record.name, p.name,
          why or ("expected %s, found %s"):format(p.text, describe(v)))
      end
    end
  end
  if n > #params then
    registry.fail("%s takes %d argument%s, got %d", record.name, #params, #params == 1 and "" or "s", n)
  end
end

-- The function that scripts get: arguments checked, then the real one. The signature is parsed at the first call.
local function checked(record)
  local fn, params = record.fn, nil
  local class = record.name:match "^(%w+):"
  local function parameters()
    params = params or parse_fields(record.args, 1, "")
    return params
  end
  record.parameters = parameters
  if class then
    return function(self, ...)
      if core.class(self) ~= class then
        registry.fail("%s: called on %s: use a colon, as in x%s(...)", record.name, describe(self),
          record.name:match ":.*")
      end
      check_call(record, parameters(), select("#", ...), ...)
      return fn(self, ...)
    end
  end
  return function(...)
    check_call(record, parameters(), select("#", ...), ...)
    return fn(...)
  end
end

-- Add a function to the list and give back its checked form. A module stores that in its own table:
--
--   losses.rate = define { name = "muster.losses.rate", args = "...", returns = "...", help = "...",
--     example = "...", fn = function(...) ... end }
--
-- "Class:method" becomes a method of the class at once.
function registry.define(record)
  for _, field in ipairs { "name", "args", "returns", "help", "example", "fn" } do
    if record[field] == nil then
      error(("function '%s' has no %s"):format(tostring(record.name), field), 2)
    end
  end
  if registry.by_name[record.name] then
    error(("function '%s' is defined twice"):format(record.name), 2)
  end
  local call = checked(record)
  record.call = call
  registry.list[#registry.list + 1] = record
  registry.by_name[record.name] = record
  registry.by_value[call] = record
  local class, method = record.name:match "^(%w+):([%w_]+)$"
  if class then
    core.classes[class][method] = call
  end
  return call
end

-- A value that help() can explain though it is no function: a module, or a loader that is also a module.
function registry.describe(value, record)
  registry.by_value[value] = record
  return value
end

-- A module of that name: a table that help() can explain, with the functions that C listed under the name
-- ("muster.stats.logit" -> logit). A module written in Lua adds its own with define.
function registry.module(name, help)
  local module = {}
  for _, record in ipairs(registry.list) do
    local own = record.name:sub(1, #name + 1) == name .. "." and record.name:match "([%w_]+)$"
    if own then
      module[own] = record.call
    end
  end
  return registry.describe(setmetatable(module, {
    __index = function(_, key)
      registry.fail("%s has no '%s'%s", name, tostring(key), registry.suggest(key, keys(module)))
    end,
    __name = name,
  }), { name = name, help = help })
end

return registry
