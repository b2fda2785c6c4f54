-- kinds.lua - reading a file or a table under a schema: its keys and vocabularies, its figures, its warnings.
--
-- The kinds themselves are the files of lua/muster/schema, one table each; nothing here knows what a
-- casualty is. A kind of one's own is a file like them, or one that extends one of them.
local core = require "muster.core"
local registry = require "muster.base.registry"
local schema = require "muster.base.schema"
local files = require "muster.base.files"
local paths = require "muster.base.paths"

local kinds = {}

kinds.names = schema.kinds

-- The kind of that name, or of a schema file, in its plain form: { kind, help, columns, rules }. What kinds extend is
-- found like a kind, to be looked at.
function kinds.find(name)
  if name:find "%.lua$" or name:find "/" then
    return schema.read_file(name)
  end
  local hint = registry.suggest(name, schema.names)
  return schema.named(name) or registry.fail("no kind '%s'%s", name,
    hint ~= "" and hint or "; there are " .. table.concat(kinds.names, ", ") .. ", and files that end in .lua")
end

-- == what belongs to the data set: sources.csv and codebook.csv =========================================

-- "data/dprk/casualties.csv", "sources.csv" -> "data/dprk/sources.csv"; nil when no such file is there
-- of several files the first one counts
local function beside(path, name)
  path = type(path) == "table" and path[1] or path
  if type(path) ~= "string" or path == "-" then
    return nil
  end
  local other = (path:match "^(.*/)[^/]*$" or "") .. name
  return core.path_kind(other) == "file" and other or nil
end

-- The table that `origin` and `via` refer to, and its name for messages: given, or beside the file, or none.
local function find_sources(path, options, notes)
  local given = options.sources
  if given == false then
    return nil
  elseif core.class(given) == "Table" then
    return given, "the table of sources"
  elseif core.class(path) == "Table" and (core.extras(path) or {}).sources and type(given) ~= "string" then
    return core.extras(path).sources, "its sources"
  end
  local found = type(given) == "string" and given or beside(path, "sources.csv")
  if not found then
    notes[#notes + 1] = { text = core.class(path) == "Table" and "no table of sources: origin and via are not checked"
      or "no sources.csv beside this file: origin and via are not checked" }
    return nil
  end
  local t = kinds.load("sources", found, { rejects = options.rejects })
  if options.rejects and #t:rejects() > 0 then
    notes[#notes + 1] = { text = ("%d rows of %s are faulty, and rows that refer to them are unknown here"):format(
      #t:rejects(), found) }
  end
  return t, found:match "[^/]*$"
end

-- "casualties", "location" -> the values that codebook.csv lists for them; nil when it lists none. Field within: for the same
-- keys, value -> the value that holds it.
local function find_vocabularies(path, options)
  local given = options.codebook
  if given == false then
    return {}
  end
  local found = given
  if type(given) ~= "string" and core.class(given) ~= "Table" then
    found = beside(path, "codebook.csv")
  end
  if not found then
    return {}
  end
  local t = kinds.load("codebook", found, {})
  local lists = { name = type(found) == "string" and found:match "[^/]*$" or "the codebook", within = {} }
  for _, row in t:rows() do
    local key = row.kind .. "." .. row.column
    lists[key], lists.within[key] = lists[key] or {}, lists.within[key] or {}
    table.insert(lists[key], row.value)
    lists.within[key][row.value] = row.within
  end
  return lists
end

local function source_keys(t)
  for _, name in ipairs(t:names()) do
    if name == "source_id" then
      return t:column(name):values()
    end
  end
  registry.fail("option 'sources': the table has no column 'source_id'")
end

local function has_any(kind, key)
  for _, c in ipairs(kind.columns) do
    if c[key] then
      return true
    end
  end
  return false
end

-- == loading ============================================================================================

-- The schema as the core takes it, with the keys and vocabularies of this data set filled in.
local function for_core(kind, path, options)
  local notes, columns, types = {}, {}, {}
  local sources, sources_name, keys
  if has_any(kind, "key_of") then
    sources, sources_name = find_sources(path, options, notes)
    keys = sources and source_keys(sources)
  end
  local vocabularies = has_any(kind, "vocabulary") and find_vocabularies(path, options) or {}
  local within = {}
  for i, c in ipairs(kind.columns) do
    local values, from, form = c.values, nil, c.form
    if c.key_of then
      values, from = keys, sources_name
    elseif c.vocabulary then
      values, from = vocabularies[kind.kind .. "." .. c.name], vocabularies.name
      form = not values and "slug" or form
      within[c.name] = vocabularies.within and vocabularies.within[kind.kind .. "." .. c.name]
    end
    columns[i] = {
      name = c.name, type = c.type, need = c.need, unique = c.unique, separator = c.separator, form = form,
      min = c.min, max = c.max, values = values, from = values and from,
    }
    if c.type ~= "quantity" then
      types[c.name] = c.type
    end
  end
  return { kind = kind.kind, columns = columns, rules = kind.rules, notes = notes, rounding = options.rounding },
    types, sources, within
end

-- In rejects mode the caller is about to look at t:faults() itself.
local function show_warnings(t, options)
  for _, fault in ipairs(not options.rejects and core.extras(t).faults or {}) do
    if fault.warning then
      core.complain(fault.text)
    end
  end
end

-- Options of muster.load that a kind takes; header, columns and types are the schema's.
local file_options = { "sep", "quote", "lenient", "skip", "comment", "decimal", "missing", "rejects", "encoding",
  "max_ratio", "file", "threads", "replay" }

-- Files (as muster.load takes them), or a table made in Lua, as a table of the kind `name`.
function kinds.load(name, path, options)
  options = options or {}
  path = core.class(path) == "Table" and path or paths.input(path)
  local kind = kinds.find(name)
  for _, base in ipairs(schema.bases) do
    if name == base then
      registry.fail("'%s' is what kinds have in common and not a kind: a schema file says extends = \"%s\"", name, base)
    end
  end
  local rounding = options.rounding
  if rounding ~= nil and not (rounding >= 0 and rounding < 1) then
    registry.fail("option 'rounding': expected a share of the number, 0 or more and less than 1, found %s",
      core.number(rounding))
  end
  for _, option in ipairs { "header", "columns", "types" } do
    if options[option] ~= nil then
      registry.fail("option '%s' does not go with a schema, which says what columns there are", option)
    end
  end
  local plain, types, sources, within = for_core(kind, path, options)
  local t
  if core.class(path) == "Table" then
    for _, option in ipairs(file_options) do
      if options[option] ~= nil then
        registry.fail("option '%s' is for files, and this is a table", option)
      end
    end
    local warnings
    t, warnings = core.check_kind(path, plain)
    core.extras(t, { faults = warnings })
  else
    local passed = { types = types }
    for _, option in ipairs(file_options) do
      passed[option] = options[option]
    end
    t = files.show_drift(core.load_kind(path, files.options(passed), plain))
  end
  local extras = core.extras(t)
  extras.kind, extras.sources, extras.within = kind.kind, sources, within
  show_warnings(t, options)
  return core.replay_day() and require("muster.base.replay").limit(t, kind, options, path) or t
end

return kinds
