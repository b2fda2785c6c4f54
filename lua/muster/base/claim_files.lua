-- claim_files.lua - the files of claims that a command is given: in a folder by their names, or one by one.
--
-- Everything is read in the mode that keeps faulty rows apart, so that a caller sees all faults of all files and
-- decides itself whether good rows are enough.
local core = require "muster.core"
local guess = require "muster.base.guess"
local kinds = require "muster.base.kinds"
local wrap = require "muster.base.wrap"

local claim_files = {}

claim_files.kinds = { "deployments", "casualties", "captures" }

local is_claims = {}
for _, kind in ipairs(claim_files.kinds) do
  is_claims[kind] = true
end

local function fail(path, format, ...)
  error(("%s: error: %s"):format(path, format:format(...)), 0)
end

-- A copy that an editor or a packer left beside the file is no file of its own.
local function is_csv(name)
  return name:find "%.csv$" or name:find "%.csv%.gz$" or name:find "%.csv%.zst$"
end

local function listed(names, most)
  return table.concat(names, ", ", 1, math.min(#names, most)) .. (#names > most and (" and %d more"):format(#names - most) or "")
end

-- The kind of claims that a file of this name in a folder holds; nil for all else.
local function kind_in(folder, name)
  local kind = is_csv(name) and guess.kind_in_name(name)
  return is_claims[kind] and core.path_kind(folder .. name) == "file" and kind or nil
end

local function has_claims(folder)
  for _, name in ipairs(core.folder(folder) or {}) do
    if kind_in(folder, name) then
      return true
    end
  end
  return false
end

-- What to say of a folder without claims: what was looked for, what is there, what might be meant.
local function nothing_in(folder, names)
  local csv, hints, below = {}, {}, {}
  for _, name in ipairs(names) do
    local is = core.path_kind(folder .. name)
    if is == "folder" and has_claims(folder .. name .. "/") then
      below[#below + 1] = folder .. name
    elseif is == "file" and is_csv(name) then
      csv[#csv + 1] = name
      local near = not guess.kind_in_name(name)
        and core.nearest(name:match "^[^.]*":lower(), claim_files.kinds)
      hints[#hints + 1] = near and ("is '%s' meant to be %s.csv?"):format(name, near) or nil
    end
  end
  local there = #csv > 0 and "the CSV files there are " .. listed(csv, 8)
    or #names > 0 and "there is no CSV file" or "the folder is empty"
  fail(folder:gsub("(.)/$", "%1"), "no claims: looked for deployments*.csv, casualties*.csv and captures*.csv; %s%s%s%s",
    there, #below > 0 and "; there are claims in " .. listed(below, 8) or "",
    #hints > 0 and "; " .. table.concat(hints, " ") or "",
    #csv > 0 and "; a file of another name is given with --deployments, --casualties or --captures" or "")
end

local function add(found, kind, path)
  for _, known in ipairs(found[kind]) do
    if known == path then
      return
    end
  end
  table.insert(found[kind], path)
end

local function look_into(folder, found)
  local names, why = core.folder(folder)
  if not names then
    fail(folder, "cannot read this folder: %s", why)
  end
  table.sort(names)
  folder = folder:gsub("([^/])/*$", "%1/")
  local any = false
  for _, name in ipairs(names) do
    local kind = kind_in(folder, name)
    if kind then
      add(found, kind, folder .. name)
      any = true
    end
  end
  if not any then
    nothing_in(folder, names)
  end
end

-- Folders and files of claims, and `named` = { deployments = path, ... } whatever the names, as lists of paths by kind:
-- { deployments = { "x/deployments.csv" }, casualties = {}, captures = {} }
function claim_files.find(operands, named)
  local found = {}
  for _, kind in ipairs(claim_files.kinds) do
    found[kind] = {}
  end
  for _, path in ipairs(operands) do
    local is = core.path_kind(path)
    if is == "folder" then
      look_into(path, found)
    else
      local kind = guess.kind_in_name(path)
      if not is then
        fail(path, "no such file or folder")
      elseif not is_claims[kind] then
        fail(path, "%s: expected a folder, or a file named deployments*.csv, casualties*.csv or captures*.csv; a file of "
          .. "another name is given with --deployments, --casualties or --captures",
          kind and ("a file of the kind %s, which holds no claims"):format(kind) or "no kind of claims in its name")
      end
      add(found, kind, path)
    end
  end
  for _, kind in ipairs(claim_files.kinds) do
    if named[kind] then
      add(found, kind, named[kind])
    end
  end
  return found
end

-- Faults of the data and notes of all files, each said once; a note stands for all files of a folder.
local function collect(t, loaded, noted)
  for _, fault in ipairs(t:faults()) do
    local list = fault.warning and loaded.notes or loaded.faults
    local key = fault.warning and fault.message
    if not key or not noted[key] then
      list[#list + 1] = fault.text
    end
    noted[key or 0] = true
  end
end

-- A claim_id names one claim, also over several files: a copy of a file would be counted as evidence of its own.
local function check_ids(parts, loaded)
  local first = {}
  for k, t in ipairs(parts) do
    for i, row in t:rows() do
      local file, line = t:where(i)
      local known = row.claim_id and first[row.claim_id]
      if known and known.part ~= k then
        loaded.faults[#loaded.faults + 1] = ("%s:%d: error: column 'claim_id': '%s' is also in %s, line %d: is one file a copy?")
          :format(file, line, wrap.clean(row.claim_id), known.file, known.line)
      elseif row.claim_id and not known then
        first[row.claim_id] = { part = k, file = file, line = line }
      end
    end
  end
end

-- The files of one kind as one table, or nil.
local function load_kind(kind, found, reading, loaded, noted)
  local parts = {}
  for _, path in ipairs(found[kind]) do
    local options = { rejects = true }
    for name, value in pairs(reading) do
      options[name] = value
    end
    local t = kinds.load(kind, path, options)
    collect(t, loaded, noted)
    loaded.files[#loaded.files + 1] = { kind = kind, path = path, rows = #t, rejected = #t:rejects() }
    loaded.sources = loaded.sources or core.extras(t).sources
    parts[#parts + 1] = t
  end
  check_ids(parts, loaded)
  return #parts > 1 and parts[1]:union(table.unpack(parts, 2)) or parts[1]
end

-- The tables of what `find` found: a Table or nil for each kind, files = list of { kind, path, rows, rejected },
-- faults = texts, notes = texts, sources = Table?
function claim_files.load(found, reading)
  local loaded, noted = { files = {}, faults = {}, notes = {} }, {}
  for _, kind in ipairs(claim_files.kinds) do
    loaded[kind] = load_kind(kind, found, reading, loaded, noted)
  end
  return loaded
end

return claim_files
