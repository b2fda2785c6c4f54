-- time.lua - time, twice: the day that a row describes, and the day on which it became known.
local core = require "muster.core"
local registry = require "muster.base.registry"
local replay = require "muster.base.replay"

local define = registry.define

local sample = "muster.table({\n"
  .. "  { origin = 'a', measure = 'killed', basis = 'cumulative', as_of = muster.date '2025-01-13', reported = muster.date '2025-01-13',\n"
  .. "    figure = muster.quantity{ qualifier = 'about', best = 300 } },\n"
  .. "  { origin = 'a', measure = 'killed', basis = 'cumulative', as_of = muster.date '2025-01-13', reported = muster.date '2025-02-04',\n"
  .. "    figure = muster.quantity{ best = 1000 } } })"

local function names_of(t)
  local known = {}
  for _, name in ipairs(t:names()) do
    known[name] = true
  end
  return known
end

-- Whose figures they are: what sets one series apart from another.
local function series_of(known)
  local series = {}
  for _, name in ipairs { "measure", "basis", "contingent" } do
    series[#series + 1] = known[name] and name or nil
  end
  return series
end

local function unknown_origin(t, origin)
  local names = core.agg(t, { "origin" }, {}):column("origin"):values()
  local list = {}
  for i = 1, names.n do
    list[#list + 1] = names[i]
  end
  registry.fail("Table:revisions: no row of origin '%s'%s", origin, registry.suggest(origin, list))
end

return function(muster)
  muster.known_by = define {
    name = "muster.known_by", args = "day?: string|Date", returns = "Date?",
    help = "From here on the script knows what was known on that day: loaders and scans give only rows whose `reported` (in tables without that "
      .. "column: `date`) is not later, and say on standard error how many they hold back; a later day cannot be asked for, and tables, "
      .. "columns, scans and groups from before the call are refused. A file without such a column is held back as a whole, unless its kind "
      .. "has no dates at all or the loader is told `timeless = true`. Without an argument: the day in force, or nil.",
    example = "return muster.known_by()",
    fn = function(day)
      local before = core.replay_day()
      if day == nil then
        return before
      end
      day = replay.check(muster.date(day), "muster.known_by")
      if day ~= before then
        core.replay_begin(day)
      end
      return day
    end,
  }

  define {
    name = "Table:known_by", args = "day: string|Date", returns = "Table",
    help = "The rows that were known on that day: `reported` (in tables without that column: `date`) is not later. A row without it is not "
      .. "known. A row flagged month_level that was reported in the month it describes counts as of the last day of that month.",
    example = "return #" .. sample .. ":known_by '2025-01-31'",
    fn = function(t, day)
      return replay.known(t, replay.check(muster.date(day), "Table:known_by"), "Table:known_by")
    end,
  }

  define {
    name = "Table:as_of", args = "day: string|Date, last?: string|Date", returns = "Table",
    help = "The rows that describe that day, or a day from it to `last`: by `as_of` (in tables without that column: `date`). A row flagged "
      .. "month_level describes any day of its month. Who said it first or last is left as it is: t:known_by(x):as_of(y) is what was said "
      .. "of y by x.",
    example = "return #" .. sample .. ":as_of '2025-01-13'",
    fn = function(t, day, last)
      local from, to = muster.date(day), muster.date(last or day)
      replay.check(to, "Table:as_of")
      if to < from then
        registry.fail("Table:as_of: the last day, %s, is before the first, %s", to, from)
      end
      return replay.describing(t, from, to, "Table:as_of")
    end,
  }

  define {
    name = "Table:revisions", args = "origin: string", returns = "Table",
    help = "How the figures of one origin changed: a row for each statement with a figure, by measure, basis and contingent, then by the day "
      .. "described and the day reported. Columns as_of, reported, measure, basis, contingent, figure, previous (the figure before), change "
      .. "(all that the bounds of both allow; missing where the figure is repeated, and between increments of different days), what ('first', 'new day', 'fell': "
      .. "a total of a later day that is below the one before, 'revised' or 'repeated': the same day again), days since it was last reported, and carriers: rows "
      .. "that agree in all but carrier are one statement, and the best graded one speaks.",
    example = "return " .. sample .. ":revisions 'a'",
    fn = function(t, origin)
      local known = names_of(t)
      for _, name in ipairs { "origin", "measure", "basis", "as_of", "reported", "figure" } do
        if not known[name] then
          registry.fail("Table:revisions: the table has no column '%s'%s", name, registry.suggest(name, t:names()))
        end
      end
      local own = core.filter(t, "origin == $origin", { origin = origin })
      if #own == 0 then
        unknown_origin(t, origin)
      end
      local series = series_of(known)
      local statement = table.move(series, 1, #series, 1, {})
      statement[#statement + 1], statement[#statement + 2] = "as_of", "reported"
      own = core.derive(core.filter(own, "not is_missing(figure)"), {},
        { ("carriers = count() over (%s)"):format(table.concat(statement, ", ")) })
      own = known.credibility and core.sort(own, { "credibility" }) or own
      local order = ("over (%s order as_of, reported)"):format(table.concat(series, ", "))
      -- a total that falls has no increment, and a difference of totals refuses it: it is told here, with codes set aside
      own = core.derive(core.sort(core.distinct(own, statement), statement), {}, {
        "previous = lag(figure) " .. order,
        "days = reported - lag(reported) " .. order,
        "what = if(is_missing(previous), 'first', if(as_of ~= lag(as_of) " .. order .. ", "
          .. "if(basis == 'cumulative' and coalesce(high(figure) < low(previous), false), 'fell', 'new day'), "
          .. "if(string(figure) == string(previous), 'repeated', 'revised')))",
        "change = if(what == 'repeated' or basis == 'increment' and what == 'new day', nil, "
          .. "if(what == 'fell', quantity(low(figure) - high(previous), high(figure) - low(previous)), figure - previous))",
      })
      local columns = { "as_of", "reported", "figure", "previous", "change", "what", "days", "carriers" }
      table.move(columns, 3, #columns, 3 + #series)
      table.move(series, 1, #series, 3, columns)
      return core.pick(own, columns, columns)
    end,
  }
end
