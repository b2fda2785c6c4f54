-- paths.lua - where output goes: relative names are below the folder of `muster run --out`.
local core = require "muster.core"

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

-- The upper limit on threads that the user set, or nil.
function paths.threads()
  return core.threads and core.threads()
end

return paths
