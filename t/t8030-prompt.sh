# The prompt: from a pipe, and on a terminal that script(1) makes.
. "$T/lib.sh"

# == from a pipe ==
piped() { printf "$1" | muster repl 2>err; }

is "$(piped '1 + 1\nx = 5\nx\nnil\n"a", nil, 2\n')" "2
5
a	nil	2" "expressions print what they give, statements and nil nothing"
is "$(piped 'for i = 1, 2 do\nprint(i)\nend\n1 +\n1\nf = function(\n  a)\nreturn a end\nf(7)\n')" "1
2
2
7" "a chunk goes on until it is complete"
is "$(piped '6 * 7\n_ + 1\n_\n')" "42
43
43" "_ is the last result"
is "$(piped 'x = 1\nerror "boo"\nx\n')" "1" "an error does not end it"
is "$(cat err)" "muster: stdin:2: boo" "and is told with its line"
printf 'error "boo"\n1\n' | muster repl >out 2>err
is "$?" 1 "the status tells that something failed"
printf 'x =' | muster repl >out 2>err
is "$?" 1 "an unfinished chunk at the end"
like "$(cat err)" "stdin:1: .*<eof>" "is an error"
is "$(piped 'print "a"\nexit\nprint "b"\n')" a "exit ends it"
is "$(piped '')" "" "nothing gives nothing"
is "$(piped 'help\n' | wc -l)" 2 "help without parentheses says how to use it"
like "$(piped 'help(muster.table)\n')" '^muster.table\(' "help(x) explains"
is "$(piped '{ 3, 2, b = 1, a = { x = "q\\n" }, [true] = 0 }\n')" '{ 3, 2, a = { x = "q\n" }, b = 1, [true] = 0 }' "tables are printed in order"
is "$(piped 't = {}; t.self = t; t.list = {t}\nt\n')" '{ list = { <_> }, self = <_> }' "cycles are named"

# == on a terminal ==
script -qec true /dev/null </dev/null >/dev/null 2>&1 || { skip "no script(1)" "the prompt on a terminal" && done_testing; }
export TERM=xterm XDG_STATE_HOME="$WORK/state"
mkdir data && printf 'origin,killed\na,1\nb,2\n' >data/losses.csv

# Each key is sent when the answer to the one before is on the screen, so that no pause is a guess.
start() {
	rm -f keys screen status && mkfifo keys && : >screen
	{
		timeout -k 1 60 script -qefc "trap : INT; stty cols 120; $MUSTER; echo status=\$?" screen <keys >/dev/null 2>&1
	} &
	exec 4>keys
}
send() { printf "$1" >&4; }
# seen TEXT NAME - within ten seconds
seen() {
	i=0
	while ! sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g' screen | tr -d '\r\007' | grep -Fq -- "$1"; do
		i=$((i + 1))
		[ $i -lt 100 ] || break
		sleep 0.1
	done
	[ $i -lt 100 ]
	t_result $? "$2" || sed 's/^/# /' screen >&2
}

start
seen "help() lists the functions" "a greeting"
send '20 + 3\r'
seen "23" "an expression is answered"
send 't = muster.load "data/lo\t\r'
seen 'data/losses.csv"' "Tab completes the name of a file"
send '#t + 40\r'
seen 42 "which was then read"
send 't:col\t "ki\t[2] + 50\r'
seen 't:column "killed"[2] + 50' "Tab completes a method and the name of a column"
seen 52 "which works"
send 't:sort("-ki\t):column "killed"[1] + 60\r'
seen 62 "columns to sort by, downwards too"
send 'muster.da\t\t\t'
seen "muster.dataset" "Tab lists what is possible"
send '\003'
send 'muster.load("x"):gl\t'
seen 'muster.load("x"):glimpse' "methods of what a call would give"
send '\003'
send 'd = muster.losses.ra\t'
seen 'muster.losses.rate' "functions of a module that was not loaded yet"
send '\003'
send 'while true do end\r'
sleep 0.3
send '\003'
seen "interrupted" "Ctrl-C stops what runs"
send '70 + 1\r'
seen 71 "and the session goes on"
send 'unfinished(\r'
seen ">> " "more is asked for"
send '\003'
send '80 + 1\r'
seen 81 "Ctrl-C drops the lines typed so far"
send 'local gone = 1\r'
seen "a local ends with its line" "the first local is remarked on"
send 'for i = 91, 92 do\rprint(i)\rend\r'
seen 92 "several lines"
send '\004'
seen "status=0" "Ctrl-D ends it"
exec 4>&-
wait
history=$XDG_STATE_HOME/muster/history
is "$(stat -c %a "$history")" 600 "the history is the owner's alone"
like "$(cat "$history")" '^20 \+ 3$' "and holds what was typed"
start
seen "help() lists" "again"
send '\033[A\r'
seen "print(i)" "the last entry is back, with all its lines"
seen 92 "and runs"
send '\004'
seen "status=0" "the end"
exec 4>&-
wait
: >nofolder
XDG_STATE_HOME=$WORK/nofolder
start
seen "help() lists" "no place for the history is no error"
send '1000 + 1\r'
seen 1001 "it works without"
send '\004'
seen "status=0" "and ends well"
exec 4>&-
wait
done_testing
