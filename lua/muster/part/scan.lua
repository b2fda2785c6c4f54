-- scan.lua - files larger than memory: the same verbs, part by part.
--
-- A Scan is a recipe: files, options, steps. Nothing is read before something is asked of it, and then in parts that each pass through the
-- steps and are forgotten. Steps in text become one plan that C runs over each part; a Lua function stands between two such plans.
local core = require "muster.core"
local notes = require "muster.base.notes"
local registry = require "muster.base.registry"
local paths = require "muster.base.paths"
local verbs = require "muster.base.verbs"
local replay = require "muster.base.replay"

local define = registry.define

-- == running ============================================================================================

-- The plan of `steps` over tables like t, with the types of `part` where that has a column. Messages are of the line that each step was written on.
local function plan(t, steps, part)
  local hole = core.hole(t, part)
  local over = hole
  for _, step in ipairs(steps) do
    over = core.at(step.where, step.apply, over)
  end
  return over, hole
end

-- Steps in their order as pieces: lists of steps in text, and Lua functions between them.
local function pieces_of(steps)
  local pieces = {}
  for _, step in ipairs(steps) do
    local last = pieces[#pieces]
    if step.lua then
      pieces[#pieces + 1] = { lua = step.lua }
    elseif last and last.steps then
      last.steps[#last.steps + 1] = step
    else
      pieces[#pieces + 1] = { steps = { step } }
    end
  end
  return pieces
end

local function open(recipe, columns, optimistic)
  local options = recipe.options
  if columns then
    options = {}
    for name, value in pairs(recipe.options) do
      options[name] = value
    end
    options.columns = columns
  end
  return core.stream_open(paths.input(recipe.path), options, optimistic)
end

-- Without the column that the option `file` adds to those of the files: it cannot be read from them.
local function of_the_files(names, recipe)
  local list = {}
  for _, name in ipairs(names) do
    if name ~= recipe.options.file then
      list[#list + 1] = name
    end
  end
  return list
end

-- The names of both lists, each once.
local function with(names, more)
  local all, seen = {}, {}
  for _, list in ipairs { names, more } do
    for _, name in ipairs(list) do
      all[#all + 1], seen[name] = not seen[name] and name or nil, true
    end
  end
  return all
end

-- The columns that the first piece needs, nil for all, and a table without rows that has all of them: a step may name one that nobody
-- looks at. The first part of the files tells.
local function needed(recipe)
  local piece = pieces_of(recipe.steps)[1]
  if not piece or not piece.steps or recipe.path == "-" then
    return nil
  end
  local stream <close> = open(recipe, nil, true)
  local all = core.hole(core.stream_next(stream))
  local names, needs = of_the_files(all:names(), recipe), of_the_files(core.needs(plan(all, piece.steps)), recipe)
  local held = replay.parts(recipe)
  if held then
    needs = of_the_files(with(needs, held.columns(all)), recipe)
  end
  -- rows are rows of something: one column, if nothing else is wanted
  needs[1] = needs[1] or names[1]
  if #needs < #names then
    return needs, all
  end
  return nil
end

-- The tables that come of a stream after the steps, one after the other; an aggregation at the end gives its table behind the last part. Behind
-- the end comes nil, and true when the stream has to be restarted.
local function through(recipe, stream, all)
  local pieces = pieces_of(recipe.steps)
  local enough, ended, finished = false, false, false
  local held = replay.parts(recipe)

  local function pass(part)
    part = held and held.part(part) or part
    for i, piece in ipairs(pieces) do
      if piece.lua then
        part = piece.lua(part)
      else
        piece.chain = piece.chain or core.chain_open((plan(i == 1 and all or part, piece.steps, part)))
        local done
        part, done = core.chain_add(piece.chain, part)
        enough = enough or done
      end
      if not part then
        return nil
      end
    end
    return part
  end

  return function()
    while not ended do
      local part = core.stream_next(stream)
      if part == false then
        return nil, true
      elseif part == nil then
        break
      end
      part = pass(part)
      ended = enough
      if part then
        return part
      end
    end
    local last = pieces[#pieces]
    if finished then
      return nil
    end
    finished = true
    if held then
      held.done()
    end
    return last and last.chain and (core.chain_finish(last.chain)) or nil
  end
end

-- A table of the scan, with the policies of its steps.
local function said(t, recipe)
  for _, step in ipairs(recipe.steps) do
    notes.add(t, step.said or {})
  end
  return t
end

-- What somebody sees part by part: its types have to be right from the first on, so the files are read once for them.
local function run(recipe)
  local columns, known = needed(recipe)
  local stream = open(recipe, columns)
  return through(recipe, stream, known), stream
end

-- All at once: the types of the first part are taken to be those of all, and should they not be, it is done again.
local function all_of(recipe)
  local columns, known = needed(recipe)
  local stream <close> = open(recipe, columns, recipe.path ~= "-")
  local all, again
  repeat
    if again then
      core.stream_restart(stream)
    end
    local next_table = through(recipe, stream, known)
    all = {}
    local t
    t, again = next_table()
    while t do
      if #t > 0 or #all == 0 then
        all[#all + 1] = t
      end
      t, again = next_table()
    end
  until not again
  return said(#all == 1 and all[1] or core.concat(all), recipe)
end

-- `verb` and what it was given: for print.
local function with_step(scan, step, verb, ...)
  local recipe = core.scan_recipe(scan)
  local words = {}
  for i = 1, select("#", ...) do
    local arg = select(i, ...)
    if type(arg) == "string" or type(arg) == "number" then
      words[#words + 1] = tostring(arg)
    elseif type(arg) == "function" then
      words[#words + 1] = "by a Lua function"
    end
  end
  step.text = verb .. (#words > 0 and " " or "") .. table.concat(words, ", ")
  local steps = table.move(recipe.steps, 1, #recipe.steps, 1, {})
  step.where = core.where()
  steps[#steps + 1] = step
  return core.new_scan { path = recipe.path, options = recipe.options, steps = steps }
end

-- == the list ===========================================================================================

core.metamethod("Scan", "__tostring", function(scan)
  local recipe = core.scan_recipe(scan)
  local lines = { "scan of " .. (type(recipe.path) == "table" and table.concat(recipe.path, ", ") or recipe.path) }
  for _, step in ipairs(recipe.steps) do
    lines[#lines + 1] = "  " .. step.text
  end
  lines[#lines + 1] = "nothing is read before agg, chunks, count, rows, table or write ask for it"
  return table.concat(lines, "\n")
end)
core.metamethod("Scan", "__len", function()
  registry.fail("how many rows there are is known when they have been read: scan:count() does")
end)

return function(muster)
  local example = "muster.scan('datasets/dprk/casualties.csv')"

  muster.scan = define {
    name = "muster.scan", returns = "Scan",
    args = "path: string|string[], options?: {" .. registry.load_options .. "}",
    help = "Files of any size, read in parts: the result is a recipe to which filter, derive, select, rename, head and with add steps, and "
      .. "nothing is read before agg, chunks, rows, count, table or write ask for it; then only the columns that the steps need. Types are "
      .. "those of the whole input, which is read once for them; standard input can be read only once, so all its types have to be declared.",
    example = "return " .. example .. ":count()",
    fn = function(path, options)
      return core.new_scan { path = path, options = options or {}, steps = {} }
    end,
  }

  define {
    name = "Scan:select", args = "...: string", returns = "Scan",
    help = "Only these columns, in this order.",
    example = "return " .. example .. ":select('origin', 'best'):table()",
    fn = function(scan, ...)
      local names = { ... }
      if #names == 0 then
        registry.fail("Scan:select needs the name of a column")
      end
      return with_step(scan, { apply = function(t) return core.pick(t, names, names) end }, "select", ...)
    end,
  }

  define {
    name = "Scan:rename", args = "...: string|table", returns = "Scan",
    help = "As Table:rename.",
    example = "return " .. example .. ":rename('number = best'):head(3):table()",
    fn = function(scan, ...)
      local args = table.pack(...)
      return with_step(scan, { apply = function(t) return t:rename(table.unpack(args, 1, args.n)) end }, "rename", ...)
    end,
  }

  define {
    name = "Scan:filter", args = "keep: string|function, bindings?: table", returns = "Scan",
    help = "As Table:filter. With a function, a call of Lua a row: convenient, and slow.",
    example = "return " .. example .. ":filter(\"measure == 'killed'\"):count()",
    fn = function(scan, keep, bindings)
      if type(keep) == "function" then
        return with_step(scan, { lua = function(t) return t:filter(keep) end }, "filter", keep)
      end
      core.expression_parts(keep, 0)
      return with_step(scan, { apply = function(t) return core.filter(t, keep, bindings) end, said = notes.found({ keep }, bindings) },
        "filter", keep)
    end,
  }

  define {
    name = "Scan:derive", args = "...: string|table|nil", returns = "Scan",
    help = "As Table:derive, without windows: they need all rows.",
    example = "return " .. example .. ":derive('year = year(as_of)'):head(3):table()",
    fn = function(scan, ...)
      local definitions, bindings = verbs.definitions("Scan:derive", ...)
      for _, text in ipairs(definitions) do
        core.expression_parts(text, 1)
      end
      return with_step(scan, { apply = function(t) return core.derive(t, {}, definitions, bindings) end,
        said = notes.found(definitions, bindings) }, "derive", table.unpack(definitions))
    end,
  }

  define {
    name = "Scan:with", args = "name: string, values: function", returns = "Scan",
    help = "With one more column, or another in the place of one of that name: values(chunk) gives it for each chunk, as "
      .. "Table:with takes it.",
    example = "return " .. example .. ":with('twice', function(t)\n"
      .. "  local twice = {}\n  for i, row in t:rows() do twice[i] = row.best and row.best * 2 end\n  return twice\n"
      .. "end):count()",
    fn = function(scan, name, values)
      return with_step(scan, { lua = function(t) return t:with(name, values(t)) end }, "with", name, values)
    end,
  }

  define {
    name = "Scan:head", args = "n?: integer", returns = "Scan",
    help = "The first n rows (10); reading stops there.",
    example = "return " .. example .. ":head(3):table()",
    fn = function(scan, n)
      n = verbs.count("Scan:head", n or 10)
      return with_step(scan, { apply = function(t) return core.first(t, n) end }, "head", n)
    end,
  }

  define {
    name = "Scan:group_by", args = "...: string|table|nil", returns = "Grouped",
    help = "As Table:group_by; :agg then reads the files and gives a Table.",
    example = "return " .. example .. ":group_by('origin'):agg('n = count()')",
    fn = function(scan, ...)
      core.scan_recipe(scan)        -- raises now, and not at the aggregation, for a scan that cannot be used any more
      local keys, definitions, bindings = verbs.keys("Scan:group_by", {}, ...)
      if #definitions > 0 then
        scan = with_step(scan, { apply = function(t) return core.derive(t, {}, definitions, bindings) end,
          said = notes.found(definitions, bindings) }, "derive", table.unpack(definitions))
      end
      return core.new_grouped { scan = scan, keys = keys }
    end,
  }

  -- Called by Grouped:agg, which is in the part query.lua.
  function registry.aggregate_scan(scan, keys, definitions, bindings)
    for _, text in ipairs(definitions) do
      core.expression_parts(text, 1)
    end
    local last = with_step(scan, { apply = function(t) return core.agg(t, keys, definitions, bindings) end,
      said = notes.found(definitions, bindings) }, "agg", table.unpack(definitions))
    return all_of(core.scan_recipe(last))
  end

  define {
    name = "Scan:agg", args = "...: string|table|nil", returns = "Table",
    help = "As Table:agg: reads the files, and forgets each part once it is counted.",
    example = "return " .. example .. ":agg('n = count()', 'origins = count_distinct(origin)')",
    fn = function(scan, ...)
      return registry.aggregate_scan(scan, {}, verbs.definitions("Scan:agg", ...))
    end,
  }

  define {
    name = "Scan:chunks", args = "", returns = "function",
    help = "For loops: the tables that the files are read as, one after the other, all with the same columns and types.",
    example = "local n = 0; for t in " .. example .. ":chunks() do n = n + #t end; return n",
    fn = function(scan)
      local recipe = core.scan_recipe(scan)
      local next_table, stream = run(recipe)
      return function()
        local t = next_table()
        return t and said(t, recipe)
      end, nil, nil, stream
    end,
  }

  define {
    name = "Scan:rows", args = "", returns = "function",
    help = "For loops: the number of each row, and the row as a Lua table in which a missing value is an absent key.",
    example = "local n = 0; for i, row in " .. example .. ":rows() do n = i end; return n",
    fn = function(scan)
      local next_table, stream = run(core.scan_recipe(scan))
      local t, at, n = nil, 0, 0
      return function()
        while not t or at == #t do
          t, at = next_table(), 0
          if not t then
            return nil
          end
        end
        at, n = at + 1, n + 1
        return n, t[at]
      end, nil, nil, stream
    end,
  }

  define {
    name = "Scan:count", args = "", returns = "integer",
    help = "How many rows there are.",
    example = "return " .. example .. ":count()",
    fn = function(scan)
      return scan:agg("n = count()"):column("n")[1]
    end,
  }

  define {
    name = "Scan:table", args = "", returns = "Table",
    help = "All rows as one table.",
    example = "return " .. example .. ":select('origin'):table()",
    fn = function(scan)
      return all_of(core.scan_recipe(scan))
    end,
  }

  define {
    name = "Scan:write", args = "path: string, format?: \"csv\"|\"jsonl\"|\"arrow\"|\"arrows\"", returns = "",
    help = "All rows as a file, whole or not at all; the format follows the name's ending. '-' is standard output. `arrow` is "
      .. "an Arrow IPC file, `arrows` an Arrow stream.",
    example = example .. ":head(2):select('origin'):write('-', 'csv')",
    fn = function(scan, path, format)
      format = format or path:match "%.(%w+)$"
      if not (format == "csv" or format == "jsonl" or format == "arrow" or format == "arrows") then
        registry.fail("cannot tell the format of '%s': name it csv, jsonl, arrow or arrows", path)
      end
      local parts
      for t in scan:chunks() do
        parts = parts or core.parts_open(paths.output(path), format)
        core.parts_add(parts, t)
      end
      core.parts_commit(parts)
      for _, step in ipairs(core.scan_recipe(scan).steps) do
        for _, note in ipairs(step.said or {}) do
          core.complain(("%s does not say it: %s"):format(path, note))
        end
      end
    end,
  }

  define {
    name = "Scan:explain", args = "", returns = "string",
    help = "What is done to each part, from the last verb to the first, and which columns are read; looks at the first part for their names.",
    example = "return " .. example .. ":filter(\"measure == 'killed'\"):select('origin'):explain()",
    fn = function(scan)
      local recipe = core.scan_recipe(scan)
      local pieces = pieces_of(recipe.steps)
      local stream <close> = open(recipe)
      local t = core.stream_next(stream)
      if not pieces[1] or pieces[1].lua then
        return "read all columns of each part of the scan"
      end
      local lines = { core.explain((plan(t, pieces[1].steps))) }
      for k = 2, #pieces do
        table.insert(lines, 1, pieces[k].lua and "a Lua function" or ("then %d more steps in text"):format(#pieces[k].steps))
      end
      return table.concat(lines, "\n")
    end,
  }

  -- Faults, rejects and the ledger of all that is read, whatever the steps make of it.
  local function known(scan)
    local recipe = core.scan_recipe(scan)
    local stream <close> = core.stream_open(paths.input(recipe.path), recipe.options)
    local held = replay.parts(recipe)
    for part in core.stream_next, stream do
      if held then
        held.part(part)
      end
    end
    local all = core.stream_known(stream)
    all.ledger.held_back = held and held.done()
    return all
  end

  define {
    name = "Scan:rejects", args = "", returns = "Table",
    help = "The rows that a reading refuses, with the option rejects = true: file, line, column, field, reason, raw text.",
    example = "return #muster.scan('datasets/dprk/casualties.csv', { rejects = true }):rejects()",
    fn = function(scan)
      return known(scan).rejects
    end,
  }

  define {
    name = "Scan:faults", args = "", returns = "table",
    help = "Errors and warnings of a reading in file order, as t:faults() has them.",
    example = "return #" .. example .. ":faults()",
    fn = function(scan)
      return known(scan).faults
    end,
  }

  define {
    name = "Scan:ledger", args = "", returns = "table",
    help = "What a reading read and where it went, as t:ledger() has it.",
    example = "return " .. example .. ":ledger().rows_read",
    fn = function(scan)
      return known(scan).ledger
    end,
  }

  define {
    name = "Scan:names", args = "", returns = "string[]",
    help = "The names of the columns, in order.",
    example = "return " .. example .. ":names()",
    fn = function(scan)
      local next_table, _, _, stream <close> = scan:head(0):chunks()
      return stream and next_table():names()
    end,
  }
end
