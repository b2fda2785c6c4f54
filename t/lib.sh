# lib.sh - the test library for shell scripts; a test begins with `. "$T/lib.sh"` and ends with `done_testing`.
# Every check prints one TAP line and says on stderr what was found where it failed.
set -u
t_count=0 t_failed=0
cd "$WORK" || exit 99

t_result() { # STATUS NAME
	t_count=$((t_count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $t_count - $2"
	else
		t_failed=$((t_failed + 1))
		echo "not ok $t_count - $2"
	fi
	return "$1"
}

# ok NAME COMMAND... - the command succeeds
ok() {
	t_name=$1 && shift
	"$@" >"$WORK/.out" 2>"$WORK/.err"
	t_status=$?
	t_result $((t_status != 0)) "$t_name" || {
		echo "# '$*' exited with $t_status" >&2
		sed 's/^/# /' "$WORK/.out" "$WORK/.err" >&2
	}
}

# is GOT WANT NAME - the same text
is() {
	[ "$1" = "$2" ]
	t_result $? "$3" || printf '# got:      %s\n# expected: %s\n' "$1" "$2" >&2
}

# like TEXT REGEX NAME - some line matches the extended regular expression
like() {
	printf '%s\n' "$1" | grep -Eq -e "$2"
	t_result $? "$3" || printf '# got:     %s\n# no match: %s\n' "$1" "$2" >&2
}

# unlike TEXT REGEX NAME
unlike() {
	! printf '%s\n' "$1" | grep -Eq -e "$2"
	t_result $? "$3" || printf '# got:   %s\n# a match: %s\n' "$1" "$2" >&2
}

# exit_is STATUS NAME COMMAND... - the exit status; leaves stdout in $out and stderr in $err
exit_is() {
	t_want=$1 t_name=$2 && shift 2
	"$@" >"$WORK/.out" 2>"$WORK/.err"
	t_status=$?
	out=$(cat "$WORK/.out") err=$(cat "$WORK/.err")
	[ $t_status = "$t_want" ]
	t_result $? "$t_name" || {
		echo "# '$*' exited with $t_status, expected $t_want" >&2
		sed 's/^/# /' "$WORK/.out" "$WORK/.err" >&2
	}
}

# skip REASON NAME - one check that is not made
skip() {
	t_count=$((t_count + 1))
	echo "ok $t_count - $2 # SKIP $1"
}

# skip_all REASON - before any check: nothing here can run
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# within SECONDS COMMAND... - as the command, but killed after that time (then status 124)
within() {
	t_limit=$1 && shift
	[ "$1" != muster ] || { shift && set -- "$MUSTER" "$@"; }
	timeout -k 2 "$t_limit" "$@"
}

# the program under test; the name works in a pipe and after `ok`, `exit_is`
muster() {
	"$MUSTER" "$@"
}

done_testing() {
	echo "1..$t_count"
	[ "$t_failed" = 0 ] || exit 1
	exit 0
}
