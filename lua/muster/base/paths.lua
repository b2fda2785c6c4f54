-- paths.lua - which files a script means. Relative names of output are below the folder of `muster run --out`.
local core = require "muster.core"
local registry = require "muster.base.registry"

local paths = {}

-- The path to write when a script says `path`. Folders that are missing below --out are made; without
-- --out, or for an absolute path or "-", it is the path itself.
function paths.output(path)
  -- a stock lua5.4 with muster.so has no options, hence no core.out
  local out = core.out and core.out()
  if not out or path == "-" or path:sub(1, 1) == "/" then
    return path
  end
  local whole = out .. (out:sub(-1) == "/" and "" or "/") .. path
  local folder = whole:match "^(.*)/[^/]*$"
  if folder ~= "" then
    core.make_folders(folder)
  end
  return whole
end

-- A pattern (*, ?, [) stands for the files it matches, unless there is a file of exactly that name.
local function expand(path, list)
  if not path:find "[*?[]" or core.path_kind(path) then
    list[#list + 1] = path
    return
  end
  local found = core.glob(path) or registry.fail("no file matches '%s'", path)
  table.move(found, 1, #found, #list + 1, list)
end

-- The files that a script means by `path`, a name, a pattern or a list of them: a name, or a list of names.
function paths.input(path)
  if type(path) == "string" and not path:find "[*?[]" then
    return path
  end
  local list = {}
  for _, one in ipairs(type(path) == "table" and path or { path }) do
    expand(one, list)
  end
  return list
end

-- The upper limit on threads that the user set, or nil.
function paths.threads()
  return core.threads and core.threads()
end

return paths
