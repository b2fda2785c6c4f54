-- luacheck: the Lua that muster runs, its tests and its scripts.
std = "lua54"
max_line_length = 130
globals = { "muster" }
-- luaunit finds tests as globals
files["t"] = { allow_defined_top = true, ignore = { "131/Test.*" } }
