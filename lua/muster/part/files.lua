-- files.lua - tables from files and back: muster.load, t:write, and what a load knows of itself.
local core = require "muster.core"
local paths = require "muster.base.paths"
local notes = require "muster.base.notes"
local registry = require "muster.base.registry"

local define = registry.define

local function extra(t, name)
  local extras = core.extras(t)
  local value = extras and extras[name]
  if value == nil then
    registry.fail(extras and extras.arrow and "an Arrow file has no " .. name or "this table was not read from a file")
  end
  return value
end

local formats = { csv = true, json = true, jsonl = true, arrow = true, arrows = true }

-- The reader's own: what they do to it stays with them.
local function copy(t)
  local out = {}
  for name, value in pairs(t) do
    out[name] = type(value) == "table" and copy(value) or value
  end
  return out
end

return function(muster)
  -- The options of every loader; the kinds add their own.
  registry.load_options = "header?: boolean, sep?: string, quote?: string, lenient?: boolean, skip?: integer, "
    .. "comment?: string, decimal?: string, missing?: string[], columns?: string[], types?: table, rejects?: boolean, "
    .. "encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean"

  muster.load = define {
    name = "muster.load", returns = "Table",
    args = "path: string|string[], options?: {" .. registry.load_options .. ", schema?: string, sources?: string|Table|boolean, "
      .. "codebook?: string|Table|boolean, rounding?: number, skip_unknown?: boolean, cache?: boolean}",
    help = "Any CSV file as a table; '-' is standard input. An Arrow file or stream is told by its content (of it `columns`, "
      .. "`max_ratio` and `threads` are taken; `skip_unknown` leaves out columns of types that muster has not). Several files, as a list or a pattern ('claims/*.csv'), are "
      .. "one table by column name: t:drift() says how they differ, `file` adds a column with their names. Gzip and zstd "
      .. "are unpacked, whatever the name; text that is not UTF-8 is read when `encoding` names it. The separator and the "
      .. "quote are guessed from the first 64 KiB unless `sep` names the separator (t:dialect() tells). "
      .. "Types are inferred from the whole file unless `types` "
      .. "declares them. A faulty row is an error; with `rejects = true` such rows go to t:rejects(). "
      .. "`lenient` takes stray quotes as data, `columns` reads only those, `missing` lists further spellings of missing. "
      .. "`replay` takes rejected rows as somebody corrected them: a file or a table of rejects with one more column, "
      .. "`corrected`, the text that takes the place of `raw`. "
      .. "`cache` keeps the table as FILE.arrow beside the file and reads that instead, as long as the bytes of the file, the "
      .. "options and muster's version are the same. "
      .. "`timeless` is for rows that are of no time: after muster.known_by nothing of them is held back. "
      .. "`schema` names a kind or a schema file, and the file is read under it (see muster.kind).",
    example = "return #muster.load('datasets/dprk/sources.csv')",
    fn = function(path, options)
      if options and options.schema then
        if options.cache or options.skip_unknown then
          registry.fail("muster.load: option '%s' does not go with 'schema'", options.cache and "cache" or "skip_unknown")
        end
        return require("muster.base.kinds").load(options.schema, path, options)
      end
      for _, name in ipairs { "sources", "codebook", "rounding" } do
        if options and options[name] ~= nil then
          registry.fail("muster.load: option '%s' goes with the option 'schema'", name)
        end
      end
      local files = require "muster.base.files"
      local function read()
        return files.policies(files.show_drift(core.load(paths.input(path), files.options(options))))
      end
      local t = options and options.cache and require("muster.base.cache").load(path, options, read) or read()
      return core.replay_day() and require("muster.base.replay").limit(t, nil, options, path) or t
    end,
  }

  muster.sniff = define {
    name = "muster.sniff", returns = "table",
    args = "path: string, options?: {sep?: string, quote?: string, skip?: integer, comment?: string, encoding?: string, "
      .. "max_ratio?: number}",
    help = "The separator and the quote that a file seems to use, from its first 64 KiB: sep, quote, score (0 to 1), clear "
      .. "(false: muster.load refuses to guess), records, fields (of most of them), agree (so many). `second` is the next "
      .. "best guess in the same form, if there is one, and `differs` the line of the first record that tells them apart. "
      .. "What `options` name is not guessed.",
    example = "return muster.sniff('datasets/dprk/sources.csv').sep",
    fn = function(path, options)
      return core.sniff(path, options)
    end,
  }

  define {
    name = "Table:dialect", args = "file?: integer", returns = "table",
    help = "What a load cut the records with: sep, quote, and whether it was guessed (sniffed). A guess has its score, "
      .. "records, fields, agree, second and differs too, as in muster.sniff. Of several files each has its own: `file` is "
      .. "its number (1).",
    example = "return muster.load('datasets/dprk/sources.csv'):dialect().sep",
    fn = function(t, file)
      local dialects = extra(t, "dialects")
      return copy(dialects[file or 1] or registry.fail("Table:dialect: there is no file %d: %d were read", file, #dialects))
    end,
  }

  define {
    name = "Table:rejects", args = "", returns = "Table",
    help = "The rows a load refused: file, line, column, field, reason, raw text. Empty when all were good.",
    example = "return #muster.load('datasets/dprk/sources.csv', { rejects = true }):rejects()",
    fn = function(t)
      if (core.extras(t) or {}).arrow then
        return require("muster.base.cache").no_rejects()
      end
      return extra(t, "rejects")
    end,
  }

  define {
    name = "Table:ledger", args = "", returns = "table",
    help = "What a load read and where it went: rows_read = rows_kept + rows_rejected, bytes = bytes_rows + "
      .. "bytes_terminators + bytes_skipped, blank_lines, dropped_lines, columns_skipped; rows_replayed of the rows read "
      .. "are corrected ones; held_back of the rows kept are not known yet (muster.known_by).",
    example = "return muster.load('datasets/dprk/sources.csv'):ledger().rows_read",
    fn = function(t)
      return copy(extra(t, "ledger"))
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
    help = "Why each column has the type it has: for every narrower type, the first value that ruled it out, with its line "
      .. "and, of several files, the file.",
    example = "return muster.load('datasets/dprk/sources.csv'):explain_types()",
    fn = function(t)
      local rows, several = {}, #extra(t, "files") > 1
      local names = extra(t, "loaded")
      for i, reason in ipairs(extra(t, "reasons")) do
        rows[i] = { column = names[reason.column], ruled_out = reason.type, file = several and reason.file or nil,
          line = reason.line, value = reason.text }
      end
      return muster.table(rows, several and { "column", "ruled_out", "file", "line", "value" }
        or { "column", "ruled_out", "line", "value" })
    end,
  }

  define {
    name = "Table:drift", args = "", returns = "Table",
    help = "How the files of one load differ: a row for each file and column where the file lacks a column that others "
      .. "have ('missing'), has one that the first file lacks ('added'), or holds values that alone make another type "
      .. "than those of most files ('retyped'), with the type that this file alone would give. Empty when nothing differs.",
    example = "return muster.load({ 'datasets/dprk/sources.csv', 'datasets/dprk/codebook.csv' }):drift()",
    fn = function(t)
      local rows, names = {}, extra(t, "loaded")
      for i, one in ipairs(extra(t, "drift")) do
        rows[i] = { file = one.file, column = names[one.column], what = one.what, type = one.type }
      end
      return muster.table(rows, { "file", "column", "what", "type" })
    end,
  }

  define {
    name = "Table:write", args = "path: string, format?: \"csv\"|\"json\"|\"jsonl\"|\"arrow\"|\"arrows\"", returns = "",
    help = "The table as a file, whole or not at all; the format follows the name's ending. '-' is standard output. `arrow` is "
      .. "an Arrow IPC file, `arrows` an Arrow stream.",
    example = "muster.table{ n = {1, 2} }:write('-', 'csv')",
    fn = function(t, path, format)
      format = format or path:match "%.(%w+)$"
      if not formats[format] then
        registry.fail("cannot tell the format of '%s': name it csv, json, jsonl, arrow or arrows", path)
      end
      core.write(t, paths.output(path), format, paths.threads(), notes.pack(t))
      if not format:find "^arrow" then
        for _, note in ipairs(notes.of(t)) do
          core.complain(("%s does not say it: %s"):format(path, note))
        end
      end
    end,
  }
end
