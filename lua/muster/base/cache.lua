-- cache.lua - the table of a CSV file as FILE.arrow beside it, read instead while the file is what it was.
--
-- In the notes of its schema the Arrow file says what it was made of: the hash of all bytes of the CSV file, the options that
-- the file was read with, and the version of muster. What a load knows of itself besides (ledger, dialect, reasons, warnings) and
-- the lines of the rows are there too, so nothing is lost. A table with rejected rows is not kept.
local core = require "muster.core"
local registry = require "muster.base.registry"

local cache = {}

local LAYOUT = "1"
local LINES = "muster.cache.lines"
local MOST_RUNS = 65536         -- of lines that follow each other; more of them go into a column

-- == values as text ===================================================================================
--
-- b1, i12;, f<hexadecimal>;, 3:abc, and t<key><value>...e with the keys in order: for every value there is one text.

local put

local function by_text(a, b)
  return a.text < b.text
end

local function put_table(value, out)
  local keys = {}
  for key in pairs(value) do
    local text = {}
    if put(key, text) then
      keys[#keys + 1] = { key = key, text = table.concat(text) }
    end
  end
  table.sort(keys, by_text)
  out[#out + 1] = "t"
  for _, one in ipairs(keys) do
    local text = {}
    if put(value[one.key], text) then
      out[#out + 1] = one.text
      out[#out + 1] = table.concat(text)
    end
  end
  out[#out + 1] = "e"
end

-- False for what has no text: a Table, a function.
function put(value, out)
  local kind = math.type(value) or type(value)
  if kind == "integer" then
    out[#out + 1] = ("i%d;"):format(value)
  elseif kind == "float" then
    out[#out + 1] = ("f%a;"):format(value)
  elseif kind == "boolean" then
    out[#out + 1] = value and "b1" or "b0"
  elseif kind == "string" then
    out[#out + 1] = ("%d:%s"):format(#value, value)
  elseif kind == "table" then
    put_table(value, out)
  else
    return false
  end
  return true
end

local function encode(value)
  local out = {}
  put(value, out)
  return table.concat(out)
end

local get

local function get_table(text, at)
  local out = {}
  while text:sub(at, at) ~= "e" do
    local key, value
    key, at = get(text, at)
    value, at = get(text, at)
    out[key] = value
  end
  return out, at + 1
end

-- The value that begins at a byte, and where it ends; an error for a text that `put` did not make.
function get(text, at)
  local kind = text:sub(at, at)
  if kind == "t" then
    return get_table(text, at + 1)
  elseif kind == "b" then
    return text:sub(at + 1, at + 1) == "1", at + 2
  end
  local size, from = text:match("^(%d+):()", at)
  if size then
    local n = math.tointeger(tonumber(size))
    assert(from + n - 1 <= #text, "cut")
    return text:sub(from, from + n - 1), from + n
  end
  local number, after = text:match("^[if]([^;]+);()", at)
  return assert(tonumber(number)), after
end

-- == what belongs to a load ===========================================================================

-- Options that say how a file is read; not those that say by whom.
local function option_text(options)
  local said = {}
  for name, value in pairs(options) do
    if name ~= "cache" and name ~= "threads" and name ~= "timeless" then
      said[name] = value
    end
  end
  return encode(said)
end

local function about(options)
  return { ["muster.cache"] = LAYOUT, ["muster.cache.version"] = core.version, ["muster.cache.options"] = option_text(options) }
end

local function is_of(notes, wanted)
  for key, value in pairs(wanted) do
    if notes[key] ~= value then
      return false
    end
  end
  return true
end

-- Names of the file in what a load says of itself, in case it is reached by another name now.
local function rename(extras, path)
  local before = extras.file
  extras.file, extras.files = path, { path }
  for _, list in ipairs { extras.faults, extras.reasons, extras.drift } do
    for _, one in ipairs(list) do
      one.file = path
      if one.text and one.text:sub(1, #before + 1) == before .. ":" then
        one.text = path .. one.text:sub(#before + 1)
      end
    end
  end
end

-- == reading ==========================================================================================

local function restore(file, path, notes)
  local t = core.load(file)
  local lines = notes[LINES]
  if not lines then
    local names = t:names()
    assert(table.remove(names) == LINES)
    lines = t:column(LINES)
    t = t:select(table.unpack(names))
  end
  local extras = get(notes["muster.cache.extras"], 1)
  rename(extras, path)
  extras.rejects = cache.no_rejects()
  t = core.with_lines(t, path, lines)
  core.extras(t, extras)
  return t
end

-- The table in `file`, if that is the one of `path` under these options and the bytes are still the same.
local function kept(file, path, wanted)
  local notes = core.path_kind(file) == "file" and core.arrow_notes(file)
  if not notes or not is_of(notes, wanted) or notes["muster.cache.hash"] ~= core.file_hash(path) then
    return nil
  end
  -- a damaged file, or one that somebody else put there, is no cache
  local ok, t = pcall(restore, file, path, notes)
  return ok and t or nil
end

-- == writing ==========================================================================================

local function keep(t, file, notes)
  local extras = core.extras(t)
  notes["muster.cache.extras"] = encode(extras)
  notes[LINES] = core.lines(t, MOST_RUNS)
  if not notes[LINES] then
    local extended = t:with(LINES, core.line_column(t))
    core.write_noted(extended, file, notes)
    return
  end
  core.write_noted(t, file, notes)
end

-- == the whole ========================================================================================

-- An empty table of rejects, typed as a loader's are.
function cache.no_rejects()
  local one = { file = "", line = 1, column = 1, field = "", reason = "", raw = "" }
  return require("muster.init").table({ one }, { "file", "line", "column", "field", "reason", "raw" }):head(0)
end

-- What `read` gives, out of the cache where that can be and into it where it cannot.
function cache.load(path, options, read)
  local state = type(path) == "string" and path ~= "-" and core.file_state(path)
  if not state or options.replay then
    registry.fail("muster.load: option 'cache' is for one plain file%s", options.replay and ", without 'replay'" or "")
  end
  local file, wanted = path .. ".arrow", about(options)
  local t = kept(file, path, wanted)
  if t then
    return t
  end
  t = read()
  local extras = core.extras(t)
  if extras.arrow or #extras.rejects > 0 then
    return t
  end
  wanted["muster.cache.hash"] = core.file_hash(path)
  -- the hash is that of the bytes that were read when nothing has changed since before
  if wanted["muster.cache.hash"] and core.file_state(path) == state then
    pcall(keep, t, file, wanted)        -- a folder that cannot be written has no cache
  end
  return t
end

return cache
