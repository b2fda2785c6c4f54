# Running scripts: arguments, where they come from, what they see, what is said when they fail.
. "$T/lib.sh"

printf '#!/usr/bin/env muster\nprint(#arg, arg[0], ...)\n' >args.lua
is "$(muster run args.lua a 'b c')" "2	args.lua	a	b c" "run SCRIPT ARG..."
is "$(muster args.lua a 'b c')" "2	args.lua	a	b c" "SCRIPT ARG... is the same, and a shebang line is fine"
is "$(muster run -- args.lua --out x)" "2	args.lua	--out	x" "-- ends the options"
is "$(muster run args.lua --out x)" "2	args.lua	--out	x" "so does the script"
is "$(echo 'print("from", ...)' | muster run - a)" "from	a" "run - reads standard input"
is "$(echo 'print("from", ...)' | muster - a)" "from	a" "so does - alone"
is "$(muster -e '1+1')" 2 "-e prints what an expression gives"
is "$(muster -e '...' a b)" "a	b" "-e has arguments"
is "$(muster -e 'local x = 4 return x, nil, "s"')" "4	nil	s" "-e runs statements"
is "$(muster -e 'nil')" "" "nil alone is not printed"
is "$(muster -e '0.1 + 0.2')" "0.30000000000000004" "numbers read back"

# what a script sees
muster -e 'local seen = {} for k in pairs(_G) do seen[#seen + 1] = k end table.sort(seen) print(table.concat(seen, " "))' >out
is "$(cat out)" "_G _VERSION arg assert collectgarbage coroutine debug dofile error getmetatable io ipairs load loadfile math \
muster next os package pairs pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber \
tostring type utf8 warn xpcall" "the globals are Lua's, arg and muster"
mkdir -p lib/sub 'odd;?dir'
echo 'return "beside"' >lib/other.lua
echo 'return "below"' >lib/sub/init.lua
echo 'print((require "other"), (require "sub"))' >lib/main.lua
is "$(muster lib/main.lua)" "beside	below" "require finds modules beside the script"
mkdir muster && echo 'error "not ours"' >muster/losses.lua
is "$(muster -e 'type(muster.losses)')" table "a folder muster/ in the working folder shadows nothing"
cp lib/main.lua 'odd;?dir/main.lua' && echo 'print "odd"' >'odd;?dir/main.lua'
is "$(muster 'odd;?dir/main.lua')" odd "a folder that package.path cannot hold does no harm"
LUA_INIT='print "init"' muster -e 'return 1' >out
is "$(cat out)" 1 "LUA_INIT is not run"

# text only
lua5.4 -e 'io.open("b.luac", "wb"):write(string.dump(function() print "ran" end))'
exit_is 1 "bytecode is not run" muster b.luac
like "$err" 'binary chunk' "it says so"
is "$(muster -e 'load(string.dump(function() end)) == nil')" true "nor by load"
is "$(muster -e 'load(string.dump(function() end), "x", "b") == nil')" true "whatever the mode"
is "$(muster -e 'loadfile "b.luac" == nil')" true "nor by loadfile"
is "$(muster -e 'pcall(dofile, "b.luac")' | cut -c1-5)" false "nor by dofile"
cp b.luac mod.lua
is "$(muster -e 'pcall(require, "mod")' | head -1 | cut -c1-5)" false "nor by require"
is "$(muster -e 'load("return ...", "x", "t", {})(7)')" 7 "load works on text"
is "$(muster -e 'load("return a", "x", nil, { a = 8 })()')" 8 "with an environment"

# errors
cat >fail.lua <<'END'
local function inner()
  error("boom")
end
local function outer()
  inner()
end
outer()
END
exit_is 1 "a failing script" muster fail.lua
is "$err" "muster: fail.lua:2: boom
  fail.lua:2: in function 'inner'
  fail.lua:5: in function 'outer'
  fail.lua:7: in the main chunk" "the reader's frames, and no others"
echo 'local t = nil; print(t.x)' >one.lua
exit_is 1 "an error in the main chunk" muster one.lua
is "$err" "muster: one.lua:1: attempt to index a nil value (local 't')" "needs no frames"
printf 'x = = 1\n' >syntax.lua
exit_is 1 "a syntax error" muster syntax.lua
like "$err" "^muster: syntax.lua:1: unexpected symbol near '='" "has a line"
exit_is 1 "an error object without text" muster -e 'error({})'
is "$err" "muster: (error object is a table value)" "is named"
exit_is 1 "an error object with __tostring" muster -e 'error(setmetatable({}, {__tostring = function() return "mine" end}))'
is "$err" "muster: mine" "is shown"
exit_is 1 "nil as an error" muster -e 'error(nil)'
is "$err" "muster: (error object is a nil value)" "is named"
exit_is 1 "an unknown function of muster" muster -e 'muster.lod "x"'
is "$err" "muster: (command line):1: muster has no 'lod'; did you mean 'load'?" "names the nearest"
echo 'local function f(n) if n == 0 then error "deep" end f(n - 1) return 1 end f(40)' >deep.lua
exit_is 1 "a deep error" muster deep.lua
is "$(echo "$err" | wc -l)" 13 "shows a dozen frames at most"
exit_is 1 "endless recursion" muster -e 'local function f() return 1 + f() end f()'
like "$err" 'stack overflow' "is an error like others"

# --out, --threads
echo 'muster.table{ n = {1} }:write "deep/er/n.csv" muster.table{ n = {2} }:write(arg[1])' >write.lua
exit_is 0 "run --out" muster run --out made/here write.lua "$WORK/abs.csv"
is "$(tr -d '\r' <made/here/deep/er/n.csv | tr '\n' ' ')" "n 1 " "relative names are below the folder, which is made"
is "$(tr -d '\r' <abs.csv | tr '\n' ' ')" "n 2 " "absolute ones are not"
exit_is 0 "run --out=DIR/" muster run --out=made2/ write.lua "$WORK/abs.csv"
ok "the folder may end in a slash" test -f made2/deep/er/n.csv
: >file
exit_is 1 "--out below a file" muster run --out file/x write.lua
exit_is 1 "--out is a file" muster run --out file write.lua
like "$err" "'file' is not a folder" "it says so"
echo 'print(require("muster.base.paths").threads())' >threads.lua
is "$(muster run --threads 3 threads.lua)" 3 "--threads is a limit that later layers can read"
is "$(muster run threads.lua)" "nil" "no limit by default"

# files that are not alike
printf 'a\n1\n' >like1.csv && printf 'a\n2\n' >like2.csv && printf 'a,b\n3,4\n' >unlike.csv
exit_is 0 "files of one form" muster -e '#muster.load "like?.csv"'
is "$out $err" "2 " "nothing to say of them"
exit_is 0 "files that differ" muster -e '#muster.load "*like*.csv"'
is "$out $err" "3 1 of 3 files differ in their columns; t:drift() lists how" "one line tells"

# a locale with a decimal comma changes nothing
if locale -a 2>/dev/null | grep -qi '^de_DE\.utf-\{0,1\}8$'; then
	is "$(LC_ALL=de_DE.UTF-8 muster -e '1.5, tonumber "2.5"')" "1.5	2.5" "numbers do not follow the locale"
else
	skip "no locale de_DE.UTF-8" "numbers do not follow the locale"
fi
done_testing
