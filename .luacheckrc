-- luacheck: the Lua that muster runs, its tests and its scripts.
std = "lua54"
-- tables of prose and of cases are long lines; `not (x <= y)` is how NaN is caught;
-- a table filled through a second name is "never accessed"
max_line_length = false
ignore = { "212/self", "331", "581", "582" }
globals = { "muster" }
-- luaunit finds tests as globals
files["t"] = { allow_defined_top = true, ignore = { "131/Test.*" } }
-- declarations without bodies, for editors
files["lua/types"] = { unused_args = false, ignore = { "211", "241", "311" } }
