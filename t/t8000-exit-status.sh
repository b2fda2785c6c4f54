# Exit statuses, wrong names, and standard descriptors that are closed, full or broken.
. "$T/lib.sh"

exit_is 0 "--version" muster --version
like "$out" '^muster [0-9]+\.[0-9]+\.[0-9]+$' "it names the version"
exit_is 0 "--help" muster --help
like "$out" '^usage: muster ' "help asked for is on stdout"
is "$err" "" "and nothing is on stderr"
exit_is 0 "-h" muster -h
exit_is 0 "help" muster help
for name in run repl -e help check convert describe audit doctor; do
	exit_is 0 "help $name" muster help $name
	like "$out" "^usage: muster $name" "it is that command's"
done
for name in run repl check convert describe audit doctor; do
	exit_is 0 "$name --help" muster $name --help
	like "$out" "^usage: muster $name" "it is that command's"
done

exit_is 2 "no command and no terminal" muster
like "$err" '^usage: muster ' "usage is on stderr"
is "$out" "" "and nothing is on stdout"
for name in audit reproduce diff batch verify; do
	exit_is 2 "there is no command '$name'" muster $name
done
exit_is 2 "an unknown command" muster descrbe
like "$err" "unknown command 'descrbe'; did you mean 'describe'" "it names the nearest"
exit_is 2 "an unknown option" muster --versoin
like "$err" "unknown option '--versoin'; did you mean '--version'" "it names the nearest"
exit_is 2 "an unknown option of run" muster run --thread 2 x.lua
like "$err" "did you mean '--threads'" "it names the nearest"
exit_is 2 "--untrusted is unknown" muster run --untrusted x.lua
exit_is 2 "an unknown option of a command in Lua" muster check --jsn x.csv
like "$err" "unknown option '--jsn'; did you mean '--json'" "it names the nearest"
exit_is 2 "help on nothing there is" muster help descrbe
exit_is 2 "help on two commands" muster help run repl
exit_is 2 "run without a script" muster run
exit_is 2 "-e without code" muster -e
exit_is 2 "repl takes no words" muster repl x
for n in 0 -1 x 2x "" 99999999999; do
	exit_is 2 "--threads '$n'" muster run --threads "$n" x.lua
done
exit_is 2 "--threads without a number" muster run --threads
exit_is 2 "--out without a folder" muster run --out
exit_is 2 "--out with an empty name" muster run --out= x.lua

exit_is 1 "a script that is not there" muster nosuch.lua
like "$err" '^muster: .*nosuch.lua.*No such file' "it says so"
exit_is 1 "a folder is no script" muster "$WORK"
exit_is 1 "a failing line" muster -e 'error "boo"'
exit_is 3 "os.exit keeps its status" muster -e 'print(1) os.exit(3)'

# standard output
for code in 'return 1' 'for i = 1, 1e5 do print(i) end' 'print(1) os.exit(0)'; do
	muster -e "$code" >/dev/full 2>err
	is $? 1 "a full disk: $code"
	like "$(cat err)" '^muster: cannot write to standard output' "it says so"
	muster -e "$code" >&- 2>err
	is $? 1 "stdout closed: $code"
	like "$(cat err)" '^muster: cannot write to standard output' "it says so"
done
muster -e 'x = 1' >&- 2>err
is "$? $(cat err)" "0 " "stdout closed and not used"
muster --help >/dev/full 2>err
is $? 1 "help on a full disk"
for code in "for i = 1, 1e9 do print(i) end" "while true do io.write('some text') end"; do
	{
		within 20 muster -e "$code" 2>err
		echo $? >status
	} | head -c 100 >/dev/null
	is "$(cat status) $(cat err)" "0 " "a closed pipe is success: $code"
done
{
	within 20 muster -e 'local p = io.popen("true", "w") for i = 1, 1e5 do p:write("x\n") end p:close() print "on"' >out 2>err
	echo $? >status
}
is "$(cat status) $(cat out)" "0 on" "another pipe that breaks is the script's affair"

# standard input
muster - <&- >out 2>err
is $? 1 "no script from a closed stdin"
like "$(cat err)" '^muster: cannot read' "it says so"
muster -e 'io.read()' <&- >out 2>err
is $? 0 "a script may look at a closed stdin"
printf 'a\n1\n' >f.csv
muster -e 'local f = io.open("f.csv") print(f:read "l")' <&- >out 2>err
is "$(cat out)" a "a file opened with stdin closed is not taken for it"

env -u HOME "$MUSTER" -e "return 1" >out 2>err
is "$? $(cat out)" "0 1" "HOME unset"
done_testing
