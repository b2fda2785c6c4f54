-- embed.lua OUT FILE... - write the Lua files as C data, so that the program needs no folder beside it.
-- A file "lua/muster/losses.lua" is the module "muster.losses".
local out = assert(io.open(arg[1], "wb"))

out:write '/* made by core/bind/embed.lua; do not edit */\n#include "bind/bind.h"\n\n'
local rows = {}
for i = 2, #arg do
  local path = arg[i]
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  local bytes = {}
  for j = 1, #text do
    bytes[j] = text:byte(j) .. (j % 20 == 0 and ",\n" or ",")
  end
  out:write(("static const char text%d[] = {\n%s0 };\n"):format(i, table.concat(bytes)))
  local module = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/", ".")
  rows[#rows + 1] = ('\t{ "%s", text%d, %d },\n'):format(module, i, #text)
end
out:write("\nconst struct bind_source bind_sources[] = {\n", table.concat(rows), "\t{ 0, 0, 0 }\n};\n")
assert(out:close())
