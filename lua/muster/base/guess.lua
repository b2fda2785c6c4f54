-- guess.lua - which kind of data set a file on the command line is: by option or by name, never by its header.
local core = require "muster.core"
local kinds = require "muster.base.kinds"
local registry = require "muster.base.registry"
local muster = require "muster.init"

local guess = {}

-- "data/casualties-2025.csv" -> "casualties"; the longest name wins. nil for a plain table.
function guess.kind_in_name(path)
  local base, found = path:match "[^/]*$", nil
  for _, name in ipairs(kinds.names) do
    if base:sub(1, #name) == name and base:find "%.csv" and #name > #(found or "") then
      found = name
    end
  end
  return found
end

-- Is it a kind, or the name of a schema file?
function guess.known(name)
  for _, known in ipairs(kinds.names) do
    if known == name then
      return true
    end
  end
  return name:find "%.lua$" ~= nil
end

function guess.unknown(name)
  local hint = registry.suggest(name, kinds.names)
  return ("unknown kind '%s'%s"):format(name, hint ~= "" and hint or ": there are " .. table.concat(kinds.names, ", "))
end

-- The options of muster.load that the command line has; or nil and what is wrong with them.
function guess.reading(options)
  local reading = { sep = options.sep, lenient = options.lenient, max_ratio = options["max-ratio"],
    threads = options.threads }
  if options.encoding then
    local why
    reading.encoding, why = core.encoding(options.encoding)
    if why then
      return nil, "--encoding: " .. why
    end
  end
  return reading
end

-- The kind of a file on the command line: `--kind`, else its name; else nil, and a note on stderr.
function guess.kind_of(path, options)
  local kind = options.kind or guess.kind_in_name(path)
  if not kind then
    io.stdout:flush()
    io.stderr:write(path == "-" and "standard input" or path,
      ": note: no kind in its name, read as a plain table (--kind names one)\n")
  end
  return kind
end

-- Read `path` as `kind`, or as a plain table when that is nil.
function guess.load(path, kind, options)
  if kind then
    return kinds.load(kind, path, options)
  end
  return muster.load(path, options)
end

return guess
