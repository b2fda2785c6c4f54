-- muster check: every fault of files, as lines that editors jump to or as JSON.
local core = require "muster.core"
local guess = require "muster.base.guess"
local json = require "muster.base.json"
local muster = require "muster.init"
local usage = require "muster.base.usage"

local check = {}

check.usage = [[
usage: muster check [options] FILE...

Read CSV files and report every fault: on stderr as FILE:LINE:COLUMN: error: ..., with the line
and a caret. Standard output gets one line for each file. - is standard input. The kind of a file
is that of --kind, else that of its name (casualties*.csv), else it is a plain table.

options:
  --kind K          the kind of the files: deployments, casualties, captures, capture_events,
                    sources, context, legal_norms, codebook, or a schema file that ends in .lua
  --json            one JSON object a line, with rows, columns and errors, for each file
  --lenient         take stray quotes as data
  --sep C           the separator: one character, \t or tab; guessed without it
  --encoding NAME   of text that is not UTF-8: utf-16, latin1, cp1252, cp1251, koi8-u, koi8-r,
                    euc-kr, cp949
  --max-ratio N     read compressed files that inflate up to N times (200)
  --rejects FILE    write the rejected rows of all files to FILE, as CSV: file, line, column, field,
                    reason, raw, and corrected, which is empty
  --replay FILE     read the rows with a text in the column corrected of FILE as that text
  --threads N       use at most N threads
  -h, --help        this text

Exit status: 0 when every row of every file was kept, else 1.
]]

local function note(...)
  io.stdout:flush()
  io.stderr:write(...)
  io.stderr:write "\n"
end

-- == rejected rows, out and back in =====================================================================

local reject_columns = { "file", "line", "column", "field", "reason", "raw", "corrected" }

-- The rejected rows of all files as one table, ready to be corrected.
local function write_rejects(path, tables, threads)
  local all = muster.table({}, reject_columns)
  if tables[1] then
    all = #tables == 1 and tables[1] or tables[1]:union(table.unpack(tables, 2))
    all = all:with("corrected", { n = #all })
  end
  core.write(all, path, "csv", threads)
end

-- As rejects name it.
local function name_of(path)
  return path == "-" and "standard input" or path
end

-- The corrections of a file of rejects by path of the file that they are for. With one file they are all for it,
-- whatever folder it was in; the loader says so when they are not.
local function corrections(replay, files)
  local t = core.read_replay(replay)
  if #files == 1 then
    return { [files[1]] = t }
  end
  local rows, by_file = {}, {}
  for _, path in ipairs(files) do
    rows[name_of(path)] = {}
  end
  for i, row in t:rows() do
    local list = rows[row.file]
    if not list then
      error(("%s: a correction is for line %d of '%s', which is not among the files"):format(replay, row.line,
        row.file or ""), 0)
    end
    list[#list + 1] = i
  end
  for _, path in ipairs(files) do
    by_file[path] = t:take(rows[name_of(path)])
  end
  return by_file
end

-- == a file =============================================================================================

-- What is known of a file: { file, rows, rejected, columns, faults }. One that gives no table has a fault too.
local function read(path, kind, reading)
  local ok, t = pcall(guess.load, path, kind, reading)
  if ok and core.extras(t).arrow then
    ok, t = false, ("%s: error: this is an Arrow file, which is checked whenever it is read; check reads CSV"):format(
      path == "-" and "standard input" or path)
  end
  if ok then
    return { file = path, table = t, rows = #t, rejected = t:ledger().rows_rejected, faults = t:faults() }
  end
  local text = tostring(t)
  local line, column, message = text:match "^[^\n]-:(%d+):(%d+): error: ([^\n]*)"
  message = message or text:match "^[^\n]-: error: ([^\n]*)"
  if not message then
    message = text
    text = ("%s: error: %s"):format(path == "-" and "standard input" or path, text)
  end
  return { file = path, rows = 0, rejected = 0,
    faults = { { line = math.tointeger(line), column = math.tointeger(column), message = message, text = text } } }
end

-- The columns of the file, in its order; what a kind adds (`figure`) is not in it.
local function columns(t)
  local list, has = {}, {}
  for _, name in ipairs(t and t:names() or {}) do
    has[name] = true
  end
  for _, name in ipairs(t and core.extras(t).loaded or {}) do
    if has[name] then
      local column = t:column(name)
      list[#list + 1] = json.object { "name", name, "type", column:type(), "missing", column:missing() }
    end
  end
  return json.list(list)
end

local function write_json(result)
  local errors = {}
  for _, fault in ipairs(result.faults) do
    if not fault.warning then
      errors[#errors + 1] = json.object { "line", fault.line or json.null, "column", fault.column or json.null,
        "field", fault.field or json.null, "message", fault.message }
    end
  end
  io.write(json.text(json.object {
    "file", result.file, "rows", result.rows, "rejected", result.rejected,
    "columns", columns(result.table), "errors", json.list(errors),
  }), "\n")
end

local function write_text(result)
  if result.table then
    io.write(("%s: %d row%s, %d rejected\n"):format(result.file, result.rows, result.rows == 1 and "" or "s",
      result.rejected))
  else
    io.write(result.file, ": not read\n")
  end
end

-- What is written over something that is read is a slip that costs the data.
local function wrong_rejects(options, files)
  if options.rejects == "-" then
    return "--rejects: expected the name of a file, found '-': standard output has a line for each file"
  end
  for _, path in ipairs(files) do
    if path == options.rejects then
      return ("--rejects: '%s' is one of the files that are checked"):format(path)
    end
  end
  if options.rejects and options.rejects == options.replay then
    return ("--rejects: '%s' has the corrections to replay"):format(options.replay)
  end
end

function check.run(options, files)
  if options.kind and not guess.known(options.kind) then
    return usage.wrong("check", "%s", guess.unknown(options.kind))
  end
  local reading, wrong = guess.reading(options)
  wrong = wrong or wrong_rejects(options, files)
  if wrong then
    return usage.wrong("check", "%s", wrong)
  end
  reading.rejects = true
  local failed, rejects = false, {}
  local replay = options.replay and corrections(options.replay, files) or {}
  for _, path in ipairs(files) do
    reading.replay = replay[path]
    local result = read(path, guess.kind_of(path, options), reading)
    for _, fault in ipairs(result.faults) do
      failed = failed or not fault.warning
      if fault.warning or not options.json then
        note(fault.text)
      end
    end
    (options.json and write_json or write_text)(result)
    rejects[#rejects + 1] = result.table and result.table:rejects()
  end
  if options.rejects then
    write_rejects(options.rejects, rejects, options.threads)
  end
  return failed and 1 or 0
end

return check
