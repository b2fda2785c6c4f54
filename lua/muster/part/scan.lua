-- scan.lua - files larger than memory: the same verbs, chunk by chunk.
--
-- A Scan is a recipe: files, options, steps. Nothing is read before something is asked of it, and then in chunks that
-- each pass through the steps and are forgotten.
local core = require "muster.core"
local registry = require "muster.base.registry"
local paths = require "muster.base.paths"

local define = registry.define

-- The chunks of a recipe after its steps: an iterator, and the stream to close when it is left early.
local function chunks(recipe)
  local stream = core.stream_open(paths.input(recipe.path), recipe.options)
  local states, ended = {}, false
  for i, step in ipairs(recipe.steps) do
    states[i] = { left = step.n }
  end
  local function next_chunk()
    local t = not ended and core.stream_next(stream)
    if not t then
      return nil
    end
    for i, step in ipairs(recipe.steps) do
      t = step.apply(t, states[i])
      ended = ended or states[i].left == 0
    end
    return t
  end
  return next_chunk, stream
end

local function with_step(scan, step)
  local recipe = core.scan_recipe(scan)
  local steps = table.move(recipe.steps, 1, #recipe.steps, 1, {})
  steps[#steps + 1] = step
  return core.new_scan { path = recipe.path, options = recipe.options, steps = steps }
end

return function(muster)
  local example = "muster.scan('datasets/dprk/casualties.csv')"

  muster.scan = define {
    name = "muster.scan", returns = "Scan",
    args = "path: string|string[], options?: {" .. registry.load_options .. "}",
    help = "Files of any size, read in chunks: the result is a recipe whose select, filter, with and head make further ones, and "
      .. "nothing is read before chunks(), rows(), count(), table() or write() ask for it. Types are those of the whole "
      .. "input, which is read once for them; standard input can be read only once, so all its types have to be declared.",
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
      return with_step(scan, { apply = function(t) return t:select(table.unpack(names)) end })
    end,
  }

  define {
    name = "Scan:filter", args = "keep: function", returns = "Scan",
    help = "The rows for which keep(row) is true. A call of Lua a row: convenient, and slow.",
    example = "return " .. example .. ":filter(function(row) return row.measure == 'killed' end):count()",
    fn = function(scan, keep)
      return with_step(scan, { apply = function(t) return t:filter(keep) end })
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
      return with_step(scan, { apply = function(t) return t:with(name, values(t)) end })
    end,
  }

  define {
    name = "Scan:head", args = "n?: integer", returns = "Scan",
    help = "The first n rows (10); reading stops there.",
    example = "return " .. example .. ":head(3):table()",
    fn = function(scan, n)
      n = n or 10
      if n < 0 then
        registry.fail("Scan:head: expected a number of rows, found %d", n)
      end
      return with_step(scan, { n = n, apply = function(t, state)
        t = t:head(state.left)
        state.left = state.left - #t
        return t
      end })
    end,
  }

  define {
    name = "Scan:chunks", args = "", returns = "function",
    help = "For loops: the tables that the files are read as, one after the other, all with the same columns and types.",
    example = "local n = 0; for t in " .. example .. ":chunks() do n = n + #t end; return n",
    fn = function(scan)
      local next_chunk, stream = chunks(core.scan_recipe(scan))
      return next_chunk, nil, nil, stream
    end,
  }

  define {
    name = "Scan:rows", args = "", returns = "function",
    help = "For loops: the number of each row, and the row as a Lua table in which a missing value is an absent key.",
    example = "local n = 0; for i, row in " .. example .. ":rows() do n = i end; return n",
    fn = function(scan)
      local next_chunk, stream = chunks(core.scan_recipe(scan))
      local t, at, n = nil, 0, 0
      return function()
        while not t or at == #t do
          t, at = next_chunk(), 0
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
      local n = 0
      for t in scan:chunks() do
        n = n + #t
      end
      return n
    end,
  }

  define {
    name = "Scan:table", args = "", returns = "Table",
    help = "All rows as one table.",
    example = "return " .. example .. ":select('origin'):table()",
    fn = function(scan)
      local all = {}
      for t in scan:chunks() do
        if #t > 0 or #all == 0 then
          all[#all + 1] = t
        end
      end
      return #all == 1 and all[1] or core.concat(all)
    end,
  }

  define {
    name = "Scan:write", args = "path: string, format?: \"csv\"|\"jsonl\"", returns = "",
    help = "All rows as a file, whole or not at all; the format follows the name's ending. '-' is standard output.",
    example = example .. ":head(2):select('origin'):write('-', 'csv')",
    fn = function(scan, path, format)
      format = format or path:match "%.(%w+)$"
      if format ~= "csv" and format ~= "jsonl" then
        registry.fail("cannot tell the format of '%s': name it csv or jsonl", path)
      end
      local parts
      for t in scan:chunks() do
        parts = parts or core.parts_open(paths.output(path), format)
        core.parts_add(parts, t)
      end
      core.parts_commit(parts)
    end,
  }

  -- Faults, rejects and the ledger of all that is read, whatever the steps make of it.
  local function known(scan)
    local recipe = core.scan_recipe(scan)
    local stream <close> = core.stream_open(paths.input(recipe.path), recipe.options)
    while core.stream_next(stream) do
    end
    return core.stream_known(stream)
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
      local next_chunk, _, _, stream <close> = scan:head(0):chunks()
      return stream and next_chunk():names()
    end,
  }
end
