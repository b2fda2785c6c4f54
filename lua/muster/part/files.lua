-- files.lua - tables from files and back: muster.load, t:write, and what a load knows of itself.
local core = require "muster.core"
local paths = require "muster.base.paths"
local registry = require "muster.base.registry"
local kinds = require "muster.base.kinds"

local define = registry.define

local function extra(t, name)
  local extras = core.extras(t)
  local value = extras and extras[name]
  if value == nil then
    registry.fail("this table was not read from a file")
  end
  return value
end

return function(muster)
  -- The options of every loader; the kinds add their own.
  registry.load_options = "header?: boolean, sep?: string, quote?: string, lenient?: boolean, skip?: integer, "
    .. "comment?: string, decimal?: string, missing?: string[], columns?: string[], types?: table, rejects?: boolean"

  muster.load = define {
    name = "muster.load", returns = "Table",
    args = "path: string, options?: {" .. registry.load_options .. ", schema?: string, sources?: string|Table|boolean, "
      .. "codebook?: string|Table|boolean, rounding?: number}",
    help = "Any CSV file as a table; '-' is standard input. Types are inferred from the whole file unless `types` "
      .. "declares them. A faulty row is an error; with `rejects = true` such rows go to t:rejects(). "
      .. "`lenient` takes stray quotes as data, `columns` reads only those, `missing` lists further spellings of missing. "
      .. "`schema` names a kind or a schema file, and the file is read under it (see muster.kind).",
    example = "return #muster.load('datasets/dprk/sources.csv')",
    fn = function(path, options)
      if options and options.schema then
        return kinds.load(options.schema, path, options)
      end
      for _, name in ipairs { "sources", "codebook", "rounding" } do
        if options and options[name] ~= nil then
          registry.fail("muster.load: option '%s' goes with the option 'schema'", name)
        end
      end
      return core.load(path, options)
    end,
  }

  define {
    name = "Table:rejects", args = "", returns = "Table",
    help = "The rows a load refused: file, line, column, field, reason, raw text. Empty when all were good.",
    example = "return #muster.load('datasets/dprk/sources.csv', { rejects = true }):rejects()",
    fn = function(t)
      return extra(t, "rejects")
    end,
  }

  define {
    name = "Table:ledger", args = "", returns = "table",
    help = "What a load read and where it went: rows_read = rows_kept + rows_rejected, bytes = bytes_rows + "
      .. "bytes_terminators + bytes_skipped, blank_lines, dropped_lines, columns_skipped.",
    example = "return muster.load('datasets/dprk/sources.csv'):ledger().rows_read",
    fn = function(t)
      local copy = {}
      for name, value in pairs(extra(t, "ledger")) do
        copy[name] = value
      end
      return copy
    end,
  }

  define {
    name = "Table:faults", args = "", returns = "table",
    help = "Errors and warnings of a load in file order, each with line, column, field, message, warning, raw and text.",
    example = "return #muster.load('datasets/dprk/sources.csv'):faults()",
    fn = function(t)
      return extra(t, "faults")
    end,
  }

  define {
    name = "Table:explain_types", args = "", returns = "Table",
    help = "Why each column has the type it has: for every narrower type, the first value that ruled it out.",
    example = "return muster.load('datasets/dprk/sources.csv'):explain_types()",
    fn = function(t)
      local rows = {}
      local names = extra(t, "loaded")
      for i, reason in ipairs(extra(t, "reasons")) do
        rows[i] = { column = names[reason.column], ruled_out = reason.type, line = reason.line, value = reason.text }
      end
      return muster.table(rows, { "column", "ruled_out", "line", "value" })
    end,
  }

  define {
    name = "Table:write", args = "path: string, format?: \"csv\"|\"json\"|\"jsonl\"", returns = "",
    help = "The table as a file, whole or not at all; the format follows the name's ending. '-' is standard output.",
    example = "muster.table{ n = {1, 2} }:write('-', 'csv')",
    fn = function(t, path, format)
      format = format or path:match "%.(%w+)$"
      if format ~= "csv" and format ~= "json" and format ~= "jsonl" then
        registry.fail("cannot tell the format of '%s': name it csv, json or jsonl", path)
      end
      core.write(t, paths.output(path), format)
    end,
  }
end
