-- verbs.lua - what the verbs of tables and of scans have in common: reading their arguments, periods of time.
local core = require "muster.core"
local registry = require "muster.base.registry"

local verbs = {}

-- A name as an expression has it: a word, or in backquotes.
function verbs.quoted(name)
  if name:find "^[%a_][%w_]*$" then
    return name
  end
  return "`" .. name:gsub("`", "``") .. "`"
end

-- How an operator or function of the list is written: "x + y", "log(x[, base])".
function verbs.call_text(op)
  if op.class ~= "operator" then
    return ("%s(%s)"):format(op.name, op.args)
  end
  local left, right = op.args:match "^(%w+), (%w+)$"
  return left and ("%s %s %s"):format(left, op.name, right) or op.name .. (op.name:find "%w" and " " or "") .. op.args
end

local function sorted(t)
  local names = {}
  for name in pairs(t) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

-- 'name = expression', ... and then perhaps a table of bindings; or { name = 'expression', ... }, and then perhaps that.
-- Gives the list of definitions and the bindings.
function verbs.definitions(verb, ...)
  local list, bindings = {}, nil
  for i = 1, select("#", ...) do
    local arg = select(i, ...)
    -- nil: bindings that a caller passes on, and has none
    if arg == nil then
      goto continue
    elseif bindings then
      registry.fail("%s: nothing comes behind the table of bindings", verb)
    elseif type(arg) == "string" then
      list[#list + 1] = arg
    elseif type(arg) == "table" and #list == 0 then
      for k, text in ipairs(arg) do
        list[k] = text
      end
      for _, name in ipairs(sorted(arg)) do
        if type(name) == "string" then
          if type(arg[name]) ~= "string" then
            registry.fail("%s: '%s' is a %s, not an expression", verb, name, type(arg[name]))
          end
          list[#list + 1] = verbs.quoted(name) .. " = " .. arg[name]
        end
      end
      if #list == 0 then
        registry.fail("%s: no definitions: 'name = expression', or a table { name = 'expression' }", verb)
      end
    else
      bindings = arg
    end
    ::continue::
  end
  return list, bindings
end

-- Names of columns and 'name = expression' in one list: the names of all, the definitions, the bindings.
function verbs.keys(verb, known, ...)
  local there, keys, definitions, bindings = {}, {}, {}, nil
  for _, name in ipairs(known) do
    there[name] = true
  end
  for i = 1, select("#", ...) do
    local arg = select(i, ...)
    if arg == nil or type(arg) == "table" and i == select("#", ...) then
      bindings = arg
    elseif type(arg) ~= "string" then
      registry.fail("%s: argument %d: expected a column or 'name = expression', found a %s", verb, i, type(arg))
    elseif not there[arg] and not arg:find "=" and arg:find "[^%w_]" and select(3, core.expression_parts(arg, 2)) then
      registry.fail("%s: '%s' is an expression and needs a name: 'name = %s'", verb, arg, arg)
    elseif there[arg] or not arg:find "=" then
      keys[#keys + 1] = arg
    else
      keys[#keys + 1] = (core.expression_parts(arg, 1))
      definitions[#definitions + 1] = arg
    end
  end
  return keys, definitions, bindings
end

-- 'new = old', ..., or { new = 'old' }.
function verbs.renamings(verb, ...)
  local list = {}
  for i = 1, select("#", ...) do
    local arg = select(i, ...)
    if type(arg) == "table" then
      for _, name in ipairs(sorted(arg)) do
        if type(name) ~= "string" or type(arg[name]) ~= "string" then
          registry.fail("%s: expected { new = 'old' }", verb)
        end
        list[#list + 1] = { to = name, from = arg[name] }
      end
    else
      local name, columns, op = core.expression_parts(arg, 1)
      local old = next(columns)
      if op or not old then
        registry.fail("%s: expected 'new = old', found '%s'", verb, arg)
      end
      list[#list + 1] = { to = name, from = old }
    end
  end
  return list
end

function verbs.count(verb, n)
  if n < 0 then
    registry.fail("%s: a number of rows cannot be negative: %d", verb, n)
  end
  return n
end

-- == periods of time ====================================================================================

local counting = { count = true, count_if = true, count_distinct = true, n_missing = true }

-- The first days of all periods from the first date of a table to the last, as a table of one column; nil without any date.
local function calendar(t, date, period)
  local unit = "'" .. period .. "'"
  local span = core.agg(t, {}, {
    "a = date_trunc(" .. unit .. ", min(" .. date .. "))",
    "n = date_diff(" .. unit .. ", a, date_trunc(" .. unit .. ", max(" .. date .. ")))",
  })
  local first = span:column("a")[1]
  if not first then
    return nil
  end
  local steps = {}
  for k = 1, span:column("n")[1] + 1 do
    steps[k] = k - 1
  end
  return core.derive(core.columns({ "\1" }, { steps }, #steps), {}, { date .. " = date_add($first, `\1`, " .. unit .. ")" },
    { first = first })
end

function verbs.resample(verb, t, date, period, keys, definitions, bindings)
  local key, names = verbs.quoted(date), t:names()
  local at
  for k, name in ipairs(names) do
    at = name == date and k or at
  end
  local of = at and core.types(t)[at]
  if not at then
    registry.fail("%s: no column '%s'%s", verb, date, registry.suggest(date, names))
  elseif of ~= "date" and of ~= "datetime" then
    registry.fail("%s: expected a column of dates or datetimes, and '%s' is %s", verb, date, of)
  elseif #definitions == 0 then
    registry.fail("%s needs a definition, as 'n = count()'", verb)
  end
  -- Rows without a date are in no period.
  t = core.filter(t, "not is_missing(" .. key .. ")")
  local fill = {}
  for _, text in ipairs(definitions) do
    local name, _, op = core.expression_parts(text, 1)
    if counting[op] then
      fill[#fill + 1] = verbs.quoted(name) .. " = coalesce(" .. verbs.quoted(name) .. ", 0)"
    end
  end
  -- groups go by number: keys that are missing never join
  local group = "\1group"
  if #keys > 0 then
    t = core.number_groups(t, keys, group)
  end
  local by = #keys > 0 and table.move(keys, 1, #keys, 2, { group }) or {}
  by[#by + 1] = date
  local all = core.derive(t, {}, { key .. " = date_trunc('" .. period .. "', " .. key .. ")" })
  local counted = core.agg(all, by, definitions, bindings)
  local wanted = counted:names()
  local days = calendar(t, key, period)
  if #keys > 0 then
    table.remove(wanted, 1)
  end
  if not days then
    return core.pick(counted, wanted, wanted)
  end
  -- every group in every period
  local frame = core.pick(days, { date }, { date })
  if #keys > 0 then
    local groups = core.distinct(core.pick(t, by, by), { group })
    local known = table.move(by, 1, #by - 1, 1, {})
    groups = core.derive(core.pick(groups, known, known), {}, { "`\1` = 1" })
    frame = core.join(groups, core.derive(frame, {}, { "`\1` = 1" }), { left = { "\1" }, right = { "\1" }, multiplies = true })
    frame = core.pick(frame, by, by)
  end
  local on = #keys > 0 and { group, date } or { date }
  local figures = table.move(wanted, #keys + 2, #wanted, #on + 1, table.move(on, 1, #on, 1, {}))
  local filled = core.join(frame, core.pick(counted, figures, figures), { left = on, right = on, how = "left" })
  filled = core.pick(filled, wanted, wanted)
  return #fill > 0 and core.derive(filled, {}, fill) or filled
end

return verbs
