-- query.lua - the verbs of tables: text that C checks, plans and runs.
--
-- A verb gives a Table that holds a plan; it runs when somebody looks at the result. What is wrong with an expression is
-- told at once, what a row does to it at the line of the verb.
local core = require "muster.core"
local notes = require "muster.base.notes"
local registry = require "muster.base.registry"
local verbs = require "muster.base.verbs"

local define = registry.define

local sample = "muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } })"

local function rename(t, verb, ...)
  local from, to = t:names(), t:names()
  local pairs_of = verbs.renamings(verb, ...)
  for _, pair in ipairs(pairs_of) do
    local found
    for k, name in ipairs(from) do
      if name == pair.from then
        to[k], found = pair.to, true
      end
    end
    if not found then
      registry.fail("%s: no column '%s'%s", verb, pair.from, registry.suggest(pair.from, from))
    end
  end
  local taken = {}
  for k, name in ipairs(to) do
    if taken[name] then
      registry.fail("%s: two columns would be '%s': those that were '%s' and '%s'", verb, name, taken[name], from[k])
    end
    taken[name] = from[k]
  end
  return core.pick(t, from, to)
end

-- Keys of a join: "a", { "a", "b" }, or { mine = "theirs" } for names that differ.
local function join_keys(verb, option, on)
  if type(on) == "string" then
    return { on }, { on }
  end
  local left, right, named = {}, {}, {}
  for name, other in pairs(on) do
    if type(other) ~= "string" then
      registry.fail("%s: option '%s': expected the name of a column, found %s", verb, option, registry.shown(other))
    elseif type(name) == "string" then
      named[#named + 1] = name
    end
  end
  for i, name in ipairs(on) do
    left[i], right[i] = name, name
  end
  table.sort(named)
  for _, name in ipairs(named) do
    left[#left + 1], right[#right + 1] = name, on[name]
  end
  if #left == 0 and verb == "Table:join" then
    registry.fail("%s: option 'on' names no column", verb)
  end
  return left, right
end

return function(muster)
  muster.functions = define {
    name = "muster.functions", args = "", returns = "Table",
    help = "The operators and functions of expressions, as a table: name, class (operator, function, aggregate, window), group, args, help, example.",
    example = "return muster.functions():filter(\"class == 'aggregate'\"):select('name', 'help')",
    fn = function()
      local rows = {}
      for i, op in ipairs(core.operators()) do
        rows[i] = { name = op.name, class = op.class, group = op.group, args = op.args, help = op.help, example = op.example }
      end
      return muster.table(rows, { "name", "class", "group", "args", "help", "example" })
    end,
  }

  define {
    name = "Table:filter", args = "keep: string|function, bindings?: table", returns = "Table",
    help = "The rows for which a condition is true (not those where it is missing). Values come in by `$name`. "
      .. "A function keep(row) is convenient and slow: it calls Lua once for each row, a hundred times slower than text.",
    example = "return " .. sample .. ":filter('n > $least', { least = 1 })",
    fn = function(t, keep, bindings)
      if type(keep) == "string" then
        return notes.add(core.filter(t, keep, bindings), notes.found({ keep }, bindings))
      end
      local rows = {}
      for i = 1, #t do
        if keep(t[i]) then
          rows[#rows + 1] = i
        end
      end
      return t:take(rows)
    end,
  }

  define {
    name = "Table:select", args = "...: string", returns = "Table",
    help = "Only these columns, in this order.",
    example = "return " .. sample .. ":select('n', 'o')",
    fn = function(t, ...)
      if select("#", ...) == 0 then
        registry.fail("Table:select needs the name of a column")
      end
      return core.pick(t, { ... }, { ... })
    end,
  }

  define {
    name = "Table:rename", args = "...: string|table", returns = "Table",
    help = "Columns under other names: 'new = old', or { new = 'old' }. The others stay as they are.",
    example = "return " .. sample .. ":rename 'origin = o'",
    fn = function(t, ...)
      return rename(t, "Table:rename", ...)
    end,
  }

  define {
    name = "Table:derive", args = "...: string|table|nil", returns = "Table",
    help = "One more column for each 'name = expression', or another in the place of one of that name; later ones see earlier ones. "
      .. "Windows look at other rows: 'before = lag(n) over (o order day)'. A table behind the text binds `$name`; "
      .. "a table alone, { name = 'expression' }, is taken sorted by name.",
    example = "return " .. sample .. ":derive('twice = 2 * n', 'share = n / sum(n)')",
    fn = function(t, ...)
      local definitions, bindings = verbs.definitions("Table:derive", ...)
      return notes.add(core.derive(t, {}, definitions, bindings), notes.found(definitions, bindings))
    end,
  }

  define {
    name = "Table:agg", args = "...: string|table|nil", returns = "Table",
    help = "One row for all rows: 'name = expression' with aggregates inside, as 'n = count()', 'most = max(n)'. Missing values "
      .. "are skipped.",
    example = "return " .. sample .. ":agg('rows = count()', 'total = sum(n)')",
    fn = function(t, ...)
      local definitions, bindings = verbs.definitions("Table:agg", ...)
      if #definitions == 0 then
        registry.fail("Table:agg needs a definition, as 'n = count()'")
      end
      return notes.add(core.agg(t, {}, definitions, bindings), notes.of(t), notes.found(definitions, bindings))
    end,
  }

  define {
    name = "Table:group_by", args = "...: string|table|nil", returns = "Grouped",
    help = "Rows that agree in these columns, or in expressions ('month = date_trunc(\"month\", day)'), are a group: "
      .. ":agg gives a row for each, in order of first appearance, :derive computes within each. Missing is a group of its own.",
    example = "return " .. sample .. ":group_by('o'):agg('total = sum(n)')",
    fn = function(t, ...)
      local keys, definitions, bindings = verbs.keys("Table:group_by", t:names(), ...)
      if #definitions > 0 then
        t = notes.add(core.derive(t, {}, definitions, bindings), notes.found(definitions, bindings))
      end
      -- Keys are checked here, where they are named.
      core.agg(t, keys, {})
      return core.new_grouped { table = t, keys = keys }
    end,
  }

  define {
    name = "Table:sort", args = "...: string", returns = "Table",
    help = "Rows in the order of these columns; `-name` for descending. Stable; text by its bytes; missing is last both ways.",
    example = "return " .. sample .. ":sort('o', '-n')",
    fn = function(t, ...)
      if select("#", ...) == 0 then
        registry.fail("Table:sort needs the name of a column")
      end
      for i = 1, select("#", ...) do
        local name, way = (select(i, ...)):match "^%-?(.-)%s+([ad]e?sc)$"
        if name and core.nearest(name, t:names()) == name then
          registry.fail("Table:sort: '%s' sorts ascending, '-%s' descending; found '%s %s'", name, name, name, way)
        end
      end
      return core.sort(t, { ... })
    end,
  }

  define {
    name = "Table:distinct", args = "...: string", returns = "Table",
    help = "The first row of each combination of values of these columns (of all columns, when none is named).",
    example = "return " .. sample .. ":distinct 'o'",
    fn = function(t, ...)
      return core.distinct(t, { ... })
    end,
  }

  define {
    name = "Table:head", args = "n?: integer", returns = "Table",
    help = "The first n rows (10).",
    example = "return " .. sample .. ":head(2)",
    fn = function(t, n)
      return core.first(t, verbs.count("Table:head", n or 10))
    end,
  }

  define {
    name = "Table:join", returns = "Table",
    args = "other: Table, options: string|{on: string|table, how?: \"inner\"|\"left\"|\"full\"|\"semi\"|\"anti\", suffix?: string}",
    help = "Rows with those of another table that have the same values in the columns `on` ('a', { 'a', 'b' }, or { mine = 'theirs' }); missing "
      .. "never joins. inner (default): rows with a partner; left: all of mine; full: of both; semi, anti: mine with and without a "
      .. "partner, columns of mine only. Other columns of the same name get the suffix ('_right'). The left order is kept.",
    example = "return " .. sample .. ":join(muster.table({ { o = 'a', name = 'A' } }), { on = 'o', how = 'left' })",
    fn = function(t, other, options)
      if type(options) == "string" then
        options = { on = options }
      end
      local left, right = join_keys("Table:join", "on", options.on)
      local joined = core.join(t, other, { left = left, right = right, how = options.how, suffix = options.suffix })
      return notes.add(joined, notes.of(t), notes.of(other))
    end,
  }

  define {
    name = "Table:asof_join", returns = "Table",
    args = "other: Table, options: {time: string|table, by?: string|table, direction?: \"backward\"|\"forward\"|\"nearest\", "
      .. "tolerance?: number, strict?: boolean, suffix?: string}",
    help = "Each row with the one row of another table whose time is the nearest at or before its own (backward), at or after (forward), or "
      .. "either: what was last said by then. `time` is a column of both, or { mine = 'theirs' }; `by` has to be equal; "
      .. "`tolerance` in days (dates), microseconds (datetimes) or units; `strict` leaves out the same time.",
    example = "local a = muster.table({ { n = 5 } }); return a:asof_join(muster.table({ { n = 3, said = 'x' } }), { time = 'n' })",
    fn = function(t, other, options)
      local left, right = join_keys("Table:asof_join", "by", options.by or {})
      local mine, theirs = join_keys("Table:asof_join", "time", options.time)
      if #mine ~= 1 then
        registry.fail("Table:asof_join: option 'time' names one column, as 'day' or { mine = 'theirs' }; found %d", #mine)
      elseif options.tolerance and not (options.tolerance >= 0) then
        registry.fail("Table:asof_join: option 'tolerance': expected a number from 0 on, found %s", core.number(options.tolerance))
      end
      local joined = core.join(t, other, { left = left, right = right, left_time = mine[1], right_time = theirs[1],
        direction = options.direction, tolerance = options.tolerance, strict = options.strict, suffix = options.suffix })
      return notes.add(joined, notes.of(t), notes.of(other))
    end,
  }

  define {
    name = "Table:pivot", args = "options: {id: string|string[], names: string, values: string}", returns = "Table",
    help = "Long to wide: a row for each combination of the `id` columns, a column for each value of `names`, filled from `values`. Two rows "
      .. "for one cell are an error: aggregate first.",
    example = "return " .. sample .. ":head(2):pivot{ id = {}, names = 'o', values = 'n' }",
    fn = function(t, options)
      local id = type(options.id) == "string" and { options.id } or options.id
      return notes.add(core.pivot(t, id, options.names, options.values), notes.of(t))
    end,
  }

  define {
    name = "Table:unpivot", args = "columns: string[], names?: {name?: string, value?: string}", returns = "Table",
    help = "Wide to long: each of these columns becomes rows; `name` ('name') says which it was, `value` ('value') holds what was there.",
    example = "return muster.table({ { id = 1, a = 2, b = 3 } }):unpivot({ 'a', 'b' })",
    fn = function(t, columns, names)
      names = names or {}
      return notes.add(core.unpivot(t, columns, names.name or "name", names.value or "value"), notes.of(t))
    end,
  }

  define {
    name = "Table:sample", args = "n: integer, seed?: integer", returns = "Table",
    help = "n rows by chance, each at most once, in the order they have. The same seed (1) gives the same rows.",
    example = "return " .. sample .. ":sample(2)",
    fn = function(t, n, seed)
      return core.sample(t, verbs.count("Table:sample", n), seed or 1)
    end,
  }

  define {
    name = "Table:resample", args = "date: string, period: \"day\"|\"week\"|\"month\"|\"quarter\"|\"year\", ...: string|table|nil", returns = "Table",
    help = "A row for each day, week (ISO, from Monday), month, quarter or year from the first date to the last: the column `date` holds its first "
      .. "day, the others are aggregates as in agg. In a period without rows counts are 0 and everything else is missing.",
    example = "return muster.table({ { d = muster.date '2025-01-03' }, { d = muster.date '2025-03-01' } }):resample('d', 'month', 'n = count()')",
    fn = function(t, date, period, ...)
      local definitions, bindings = verbs.definitions("Table:resample", ...)
      return notes.add(verbs.resample("Table:resample", t, date, period, {}, definitions, bindings), notes.of(t), notes.found(definitions, bindings))
    end,
  }

  define {
    name = "Table:notes", args = "", returns = "string[]",
    help = "By which policies figures became numbers on the way to this table: a line for each definition or condition with point(). They "
      .. "stand below the printed table and go with it through every verb and into Arrow files.",
    example = "return muster.table{ { f = muster.quantity{ best = 3 } } }:derive(\"n = point(f, 'floor')\"):notes()[1]",
    fn = function(t)
      local list = notes.of(t)
      return table.move(list, 1, #list, 1, {})
    end,
  }

  define {
    name = "Table:explain", args = "", returns = "string",
    help = "What will run when somebody looks at the table, from the last verb to the first: which verbs are one pass, and which columns are read.",
    example = "return " .. sample .. ":filter('n > 1'):select('n'):explain()",
    fn = function(t)
      return core.explain(t)
    end,
  }

  -- == groups ==

  core.metamethod("Grouped", "__tostring", function(g)
    local grouped = core.grouped_recipe(g)
    return ("groups of a %s%s\nagg gives a row for each; %s"):format(grouped.scan and "scan" or "table",
      #grouped.keys > 0 and " by " .. table.concat(grouped.keys, ", ") or "", grouped.scan and "nothing is read before" or "derive, filter and resample work within them")
  end)
  core.metamethod("Grouped", "__len", function()
    registry.fail("how many groups there are says #groups:agg()")
  end)

  define {
    name = "Grouped:agg", args = "...: string|table|nil", returns = "Table",
    help = "A row for each group, in order of first appearance: the keys, and a column for each 'name = expression' with aggregates inside.",
    example = "return " .. sample .. ":group_by('o'):agg('n = count()', 'mean = mean(n)')",
    fn = function(g, ...)
      local grouped = core.grouped_recipe(g)
      local definitions, bindings = verbs.definitions("Grouped:agg", ...)
      if grouped.scan then
        return registry.aggregate_scan(grouped.scan, grouped.keys, definitions, bindings)
      end
      return notes.add(core.agg(grouped.table, grouped.keys, definitions, bindings), notes.of(grouped.table),
        notes.found(definitions, bindings))
    end,
  }

  -- The table of a group's verb that a scan, read part by part, cannot have.
  local function whole(g, verb)
    local grouped = core.grouped_recipe(g)
    if grouped.scan then
      registry.fail("%s needs all rows at once, and a scan has them in parts: scan:table() makes one table of them", verb)
    end
    return grouped
  end

  define {
    name = "Grouped:derive", args = "...: string|table|nil", returns = "Table",
    help = "As Table:derive, with aggregates and windows within each group.",
    example = "return " .. sample .. ":group_by('o'):derive('so_far = cumsum(n)')",
    fn = function(g, ...)
      local grouped = whole(g, "Grouped:derive")
      local definitions, bindings = verbs.definitions("Grouped:derive", ...)
      return notes.add(core.derive(grouped.table, grouped.keys, definitions, bindings), notes.found(definitions, bindings))
    end,
  }

  define {
    name = "Grouped:filter", args = "keep: string, bindings?: table", returns = "Table",
    help = "The rows for which a condition is true, in which aggregates and windows are those of the row's group.",
    example = "return " .. sample .. ":group_by('o'):filter('n == max(n)')",
    fn = function(g, keep, bindings)
      local grouped = whole(g, "Grouped:filter")
      return notes.add(core.filter_groups(grouped.table, grouped.keys, keep, bindings), notes.found({ keep }, bindings))
    end,
  }

  define {
    name = "Grouped:resample", args = "date: string, period: \"day\"|\"week\"|\"month\"|\"quarter\"|\"year\", ...: string|table|nil", returns = "Table",
    help = "As Table:resample, for each group, from the first date of all to the last.",
    example = "return muster.table({ { o = 'a', d = muster.date '2025-01-03' }, { o = 'b', d = muster.date '2025-03-01' } })"
      .. ":group_by('o'):resample('d', 'month', 'n = count()')",
    fn = function(g, date, period, ...)
      local grouped = whole(g, "Grouped:resample")
      local definitions, bindings = verbs.definitions("Grouped:resample", ...)
      return notes.add(verbs.resample("Grouped:resample", grouped.table, date, period, grouped.keys, definitions, bindings),
        notes.of(grouped.table), notes.found(definitions, bindings))
    end,
  }
end
