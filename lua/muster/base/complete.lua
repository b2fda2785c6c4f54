-- complete.lua - the names that may follow at the prompt.
--
-- Only plain chains of names are looked up, without metamethods; nothing is called, so Tab has no effects.
-- What a call would give is read off the list of functions: muster.load(...): offers the methods of Table.
local core = require "muster.core"
local registry = require "muster.base.registry"

local complete = {}

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then
  true until while]]):gmatch "%a+" do
  keywords[#keywords + 1] = word
end

local function add(set, name, prefix)
  if type(name) == "string" and name:sub(1, #prefix) == prefix then
    set[name] = true
  end
end

-- A module of muster that is not loaded yet counts as a field.
local function muster_field(muster, name)
  local value = rawget(muster, name)
  if value == nil then
    for _, source in ipairs(core.sources()) do
      if source == "muster." .. name then
        local ok, module = pcall(require, source)
        return ok and module or nil
      end
    end
  end
  return value
end

local function field(value, name)
  if type(value) ~= "table" then
    return nil
  elseif value == package.loaded["muster.init"] then
    return muster_field(value, name)
  end
  local own = rawget(value, name)
  local meta = getmetatable(value)
  if own == nil and type(meta) == "table" and type(rawget(meta, "__index")) == "table" then
    return rawget(rawget(meta, "__index"), name)
  end
  return own
end

-- The value of "a.b.c", or nil.
local function lookup(chain)
  local value = _G
  for name in chain:gmatch "[^.]+" do
    value = field(value, name)
    if value == nil then
      return nil
    end
  end
  return value
end

-- The class that an expression has: a chain of names, or calls whose results the list of functions knows.
local function class_of(text)
  text = text:gsub("%s+$", "")
  local callee = text:match "^(.-)%s*%b()$" or text:match '^(.-)%s*"[^"]*"$' or text:match "^(.-)%s*'[^']*'$"
  if not callee then
    local chain = text:match "[%a_][%w_.]*$"
    local value = chain and lookup(chain)
    return core.class(value) or (type(value) == "string" and "string") or nil
  end
  local object, method = callee:match "^(.*):([%a_][%w_]*)$"
  local name
  if object then
    local class = class_of(object)
    name = class and class .. ":" .. method
  else
    name = callee:match "muster%.[%w_.]+$"
  end
  local record = name and registry.by_name[name]
  return record and record.returns:match "^%u%a*"
end

local function methods_of_class(class, prefix, set)
  for name in pairs(class == "string" and string or core.classes[class] or {}) do
    add(set, name, prefix)
  end
end

-- Names after a dot or a colon; after a colon only what can be called.
local function fields_of(value, prefix, only_functions, set)
  local class = core.class(value)
  if class then
    return methods_of_class(class, prefix, set)
  elseif type(value) == "string" then
    return methods_of_class("string", prefix, set)
  end
  local function each(t)
    for name, v in next, t do
      if not only_functions or type(v) == "function" then
        add(set, name, prefix)
      end
    end
  end
  if type(value) == "table" then
    each(value)
    if value == package.loaded["muster.init"] then
      for _, source in ipairs(core.sources()) do
        local name = source:match "^muster%.([%w_]+)$"
        if name and rawget(value, name) == nil and name ~= "init" then
          add(set, name, prefix)
        end
      end
    end
  end
  local meta = getmetatable(value)
  local index = type(meta) == "table" and rawget(meta, "__index")
  if type(meta) == "table" and rawget(meta, "__name") == "dataset" then
    for _, name in ipairs(require "muster.base.kinds".names) do
      add(set, name, prefix)
    end
  end
  if type(index) == "table" then
    each(index)
  end
end

-- Verbs that take expressions: the last word is completed, and functions are offered as well.
local expressions = { filter = true, derive = true, agg = true, group_by = true, resample = true }

-- The columns of the table that the call before the open quote is about.
local function columns(before, prefix, set)
  local chain, method = before:match "([%a_][%w_.]*):([%a_]%w*)%s*%(?[^()]*$"
  if method == "write" or method == "save" then
    return
  end
  chain = chain or before:match "muster%.plot%s*%(%s*([%a_][%w_.]*)%s*,.*$"
  local value = chain and lookup(chain)
  if core.class(value) ~= "Table" then
    return
  end
  local stem = method == "sort" and prefix:match "^%-" or expressions[method] and prefix:match "^(.-)[%w_]*$" or ""
  for _, name in ipairs(value:names()) do
    add(set, stem .. name, prefix)
  end
  if expressions[method] and #prefix > #stem then
    for _, op in ipairs(core.operators()) do
      add(set, op.name:find "^%a" and stem .. op.name, prefix)
    end
  end
end

local function sorted(set)
  local list = {}
  for name in pairs(set) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end

-- The candidates that may replace the word which begins at byte `start` of `line`, the text up to the cursor;
-- `quote` is where the string that the cursor is in begins. nil when there are none.
function complete.complete(line, start, quote)
  registry.all()
  local word, set = line:sub(start), {}
  if quote then
    columns(line:sub(1, quote - 1), word, set)
    local list = sorted(set)
    return #list > 0 and list or nil
  end
  local owner, mark, prefix = word:match "^(.-)([.:]?)([%w_]*)$"
  -- the pattern is as short as it can be: take the last mark
  local last = word:match "^.*()[.:]"
  if last then
    owner, mark, prefix = word:sub(1, last - 1), word:sub(last, last), word:sub(last + 1)
  end
  if mark == "" then
    fields_of(_G, word, false, set)
    for _, name in ipairs(keywords) do
      add(set, name, word)
    end
    return sorted(set)
  elseif owner == "" or owner:find ":" then
    local class = class_of(line:sub(1, start - 1) .. owner)
    if class then
      methods_of_class(class, prefix, set)
    end
  else
    local value = lookup(owner)
    if value ~= nil then
      fields_of(value, prefix, mark == ":", set)
    end
  end
  local list = sorted(set)
  for i, name in ipairs(list) do
    list[i] = owner .. mark .. name
  end
  return #list > 0 and list or nil
end

return complete
