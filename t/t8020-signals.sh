# Ctrl-C and kill: the status, how soon, and that what was open is closed.
. "$T/lib.sh"

# A shell may run the tests with SIGINT ignored; what the program is given must be the default.
plain() { perl -e '$SIG{INT} = $SIG{TERM} = "DEFAULT"; exec @ARGV' "$@"; }

# stopped SIGNAL COMMAND... - sent once after it has written "ready" to the file ready; killed after 20 s
stopped() {
	sig=$1 && shift
	rm -f ready
	exec 3<&0                        # a command in the background gets an empty stdin unless it is told
	plain timeout -k 1 20 "$@" >out 2>err <&3 &
	runner=$!
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ -e ready ] && break
		sleep 0.1
	done
	child=$(cat ready)
	sleep 0.1
	kill -"$sig" "$child"
	wait $runner
	status=$?
}

# The script tells its own process id: /proc is there on Linux, where this runs.
head='local f = io.open("/proc/self/stat") local pid = f:read "n" f:close()
local r = io.open("ready.part", "w") r:write(pid) r:close() os.rename("ready.part", "ready")
local closing <close> = setmetatable({}, { __close = function() io.stderr:write "closed\n" end })
local kept = setmetatable({}, { __gc = function() io.stderr:write "collected\n" end })
'
for name in loop pcall coroutine resume sleep; do
	case $name in
	loop)      body='while true do end' ;;
	pcall)     body='while true do pcall(function() while true do end end) end' ;;
	coroutine) body='coroutine.wrap(function() while true do xpcall(function() while true do end end, print) end end)()' ;;
	resume)    body='while true do coroutine.resume(coroutine.create(function() while true do end end)) end' ;;
	sleep)     body='local t = {} while true do t[#t % 1000 + 1] = ("x"):rep(100) end' ;;
	esac
	printf '%s%s\n' "$head" "$body" >busy.lua
	stopped INT "$MUSTER" busy.lua
	is $status 130 "SIGINT ends a script that is in: $name"
	like "$(cat err)" '^muster: busy.lua:[0-9]+: interrupted|^muster: interrupted' "and says so"
	like "$(cat err)" closed "what was to be closed is closed"
	like "$(cat err)" collected "and finalizers run"
	stopped TERM "$MUSTER" busy.lua
	is $status 143 "SIGTERM ends a script that is in: $name"
	like "$(cat err)" closed "what was to be closed is closed"
done

# busy in C: an endless file
printf '%s%s\n' "$head" 'muster.load "-"' >load.lua
for sig in INT TERM; do
	yes 1,2 2>/dev/null | {
		stopped $sig "$MUSTER" load.lua
		echo $status >status
	}
	is "$(cat status)" "$([ $sig = INT ] && echo 130 || echo 143)" "SIG$sig ends a load that is under way"
done

# busy writing: to a file, and to a pipe that nobody empties
big='local t = {} for i = 1, 20000 do t[i] = { a = i, b = ("%d words"):format(i) } end t = muster.table(t)
'
printf '%s%s%s\n' "$big" "$head" 'while true do t:write "written.csv" end' >write.lua
for sig in INT TERM; do
	stopped $sig "$MUSTER" write.lua
	is "$(echo $status | sed 's/130/INT/; s/143/TERM/')" $sig "SIG$sig ends a script that writes"
	is "$(ls -A | grep -c '^\.muster')" 0 "and no temporary file is left"
	is "$(tail -n 1 written.csv)" "$(printf '20000,20000 words\r')" "what is there is whole"
done
mkfifo full
printf '%s%s%s\n' "$big" "$head" 't:write("full", "csv")' >pipe.lua
sleep 20 <>full &
holder=$!
stopped INT "$MUSTER" pipe.lua
kill $holder
is $status 130 "SIGINT ends a script that waits for a pipe to be emptied"
like "$(cat err)" 'interrupted' "and says so"

# waiting for input
mkfifo never
printf '%s%s\n' "$head" 'io.open("never"):read()' >wait.lua
stopped INT "$MUSTER" wait.lua
is $status 130 "SIGINT ends a script that waits"
printf '%s%s\n' "$head" 'muster.load "never"' >wait.lua
stopped INT "$MUSTER" wait.lua
is $status 130 "SIGINT ends a load from a named pipe that nobody writes to"
like "$(cat err)" '^muster: wait.lua:[0-9]+: interrupted|^muster: interrupted' "and says so"

# what no hook can stop: one long call of Lua's own C code
printf '%s%s\n' "$head" 'string.find(("a"):rep(1e5), (".-"):rep(9) .. "b")' >match.lua
stopped TERM "$MUSTER" match.lua
is $status 143 "a call that cannot be stopped ends with the process"
done_testing
