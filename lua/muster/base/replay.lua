-- replay.lua - what was known on a day: which rows that is, and how much is held back.
--
-- A row became known on the day in its column `reported`, in a table without such a column on that in `date`. A row without that day is
-- not known. What is loaded after muster.known_by(day) passes through here; older handles are refused in C (bind_replay.c).
local core = require "muster.core"
local registry = require "muster.base.registry"
local wrap = require "muster.base.wrap"

local replay = {}

-- Dates by which something can be known, in the order in which they count.
local WHEN = { "reported", "date" }

local function is_day(type_name)
  return type_name == "date" or type_name == "datetime"
end

-- name -> type of the columns of a table, without running its plan.
local function types_of(t)
  local types, list = {}, core.types(t)
  for k, name in ipairs(t:names()) do
    types[name] = list[k]
  end
  return types
end

-- The column that says when a row became known, of columns name -> type; nil and what is wrong when there is none.
local function when_known(types)
  for _, name in ipairs(WHEN) do
    if is_day(types[name]) then
      return name
    elseif types[name] then
      return nil, ("the column '%s' holds no dates but is %s"):format(name, types[name])
    end
  end
  return nil, "there is no column 'reported' or 'date'"
end

-- "flag month_level in the row": the day is any of its month.
local MONTH = "matches(coalesce(flags, ''), '(^|;) *month_level *(;|$)')"

local function day_text(name, types)
  return types[name] == "datetime" and "date(" .. name .. ")" or name
end

-- Where it is the day of the claim that is known by its month only, it may have been said on the last day of that month. A row that
-- was reported in a later month than it describes has its own day.
local function month_text(name, types)
  local month = ("date_trunc('month', %s)"):format(day_text(name, types))
  local same = name == "reported" and is_day(types.as_of)
    and (" and coalesce(%s == date_trunc('month', %s), true)"):format(month, day_text("as_of", types)) or ""
  return ("date_add(%s, 1, 'month') - 1"):format(month), MONTH .. same
end

-- The condition to be known on $day. Flags, which are text, are read only where they decide.
local function known_text(name, types)
  local text = day_text(name, types) .. " <= $day"
  if types.flags ~= "string" then
    return text
  end
  local last, monthly = month_text(name, types)
  return ("%s and not (%s > $day and %s)"):format(text, last, monthly)
end

local function need_when(t, verb)
  local types = types_of(t)
  local name, why = when_known(types)
  if not name then
    registry.fail("%s: %s, so nothing says when a row became known", verb, why)
  end
  return name, types
end

-- t with one more column: the day on which each row became known.
function replay.with_day(t, column, verb)
  local name, types = need_when(t, verb)
  local day = day_text(name, types)
  if types.flags == "string" then
    local last, monthly = month_text(name, types)
    day = ("if(coalesce(%s, false), %s, %s)"):format(monthly, last, day)
  end
  return core.derive(t, {}, { ("`%s` = %s"):format(column, day) })
end

-- The rows of t that were known by a day; `verb` is for messages.
function replay.known(t, day, verb)
  local name, types = need_when(t, verb)
  return core.filter(t, known_text(name, types), { day = day })
end

-- The rows of t that describe a day from `first` to `last`: as_of, in a table without such a column date.
function replay.describing(t, first, last, verb)
  local types = types_of(t)
  local name = is_day(types.as_of) and "as_of" or is_day(types.date) and "date"
  if not name then
    registry.fail("%s: there is no column 'as_of' or 'date' with dates%s", verb, registry.suggest("as_of", t:names()))
  end
  local day = day_text(name, types)
  local within = ("between(%s, $first, $last)"):format(day)
  if types.flags == "string" then
    -- the month of the row meets the span
    within = ("(%s or %s and date_trunc('month', %s) <= $last and date_add(date_trunc('month', %s), 1, 'month') > $first)"):format(
      within, MONTH, day, day)
  end
  return core.filter(t, within, { first = first, last = last })
end

-- A day that a function is asked about; later than the one in force is not to be asked for.
function replay.check(day, verb)
  local limit = core.replay_day()
  if limit and day > limit then
    registry.fail("%s: %s is later than muster.known_by '%s', by which this script knows", verb, day, limit)
  end
  return day
end

-- == loading ============================================================================================

-- Whether a kind is of no time: it has no dates at all, as a list of sources has none.
local function is_timeless(kind)
  for _, c in ipairs(kind.columns) do
    if is_day(c.type) then
      return false
    end
  end
  return true
end

local function name_of(extras, path)
  local files = extras and extras.files or type(path) == "table" and path
  return files and table.concat(files, ", ") or type(path) == "string" and path or "the table"
end

local function say(where, n, rows, why)
  core.complain(("%s: %d of %s held back: %s"):format(where, n, wrap.plural(rows, "row"), why))
end

-- What is read under a day: nil when all of it is known, whatever its rows say, else { name =, why = }: the column that tells, or why
-- there is none.
local function rule(types, kind, options)
  if not core.replay_day() or options and options.timeless or kind and is_timeless(kind) then
    return nil
  end
  local name, why = when_known(types)
  return { name = name, types = types, why = not name and why .. "; the option timeless = true says that these rows are of no time" }
end

local function limited(t, how)
  if how.name then
    return core.filter(t, known_text(how.name, how.types), { day = core.replay_day() })
  end
  return core.first(t, 0)
end

local function reason(how, undated)
  return how.why or ("not known on %s%s"):format(core.replay_day(),
    undated > 0 and (" (%d without a date in '%s')"):format(undated, how.name) or "")
end

-- A table as a loader has made it, with the rows that are known; says on standard error how many are held back, and in the ledger.
function replay.limit(t, kind, options, path)
  local how = rule(types_of(t), kind, options)
  if not how then
    return t
  end
  local extras, known = core.extras(t), limited(t, how)
  local n = #t - #known
  if n > 0 then
    say(name_of(extras, path), n, #t, reason(how, how.name and t:column(how.name):missing() or 0))
  end
  if extras and extras.ledger then
    extras.ledger.held_back = n
  end
  return known
end

-- The same for the parts of a scan, which come one after the other: part(t) gives what is known of each, columns() the ones that this
-- takes, done() says how many rows were held back. nil when nothing is in force.
function replay.parts(recipe)
  if not core.replay_day() or recipe.options.timeless then
    return nil
  end
  local held = { rows = 0, n = 0, undated = 0 }

  function held.columns(t)
    local types, list = types_of(t), {}
    local how = rule(types)
    for _, name in ipairs { how.name or "", "as_of", "flags" } do
      list[#list + 1] = how.name and types[name] and name or nil
    end
    return list
  end

  function held.part(t)
    local how = rule(types_of(t))
    local known = limited(t, how)
    held.rows, held.n, held.how = held.rows + #t, held.n + #t - #known, how
    held.undated = held.undated + (how.name and t:column(how.name):missing() or 0)
    return known
  end

  function held.done()
    if held.n > 0 then
      say(name_of(nil, recipe.path), held.n, held.rows, reason(held.how, held.undated))
    end
    return held.n
  end

  return held
end

-- Text that nobody has dated, such as the readme of a data set.
function replay.refuse(what)
  if core.replay_day() then
    registry.fail("%s has no date, so it is held back by muster.known_by '%s'", what, core.replay_day())
  end
end

return replay
