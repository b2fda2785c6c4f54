# The test tools themselves: each must be able to fail, and to say so in TAP that prove understands.
. "$T/lib.sh"

# prove on one file made here; its verdict in $out
verdict() { # FILE
	out=$(MUSTER_BUILD="$MUSTER_BUILD" prove --exec "$T/run" "$1" 2>&1)
}

cat >good.sh <<'END'
. "$T/lib.sh"
is a a "same"
like "one two" "t.o$" "a match"
exit_is 3 "status" sh -c 'exit 3'
skip "no reason at all" "not made"
done_testing
END
verdict good.sh
like "$out" "^Result: PASS" "a good script passes"

cat >bad.sh <<'END'
. "$T/lib.sh"
is a b "different"
done_testing
END
verdict bad.sh
like "$out" "Failed test:? +1$" "a failed check fails"
like "$out" "got: +a" "and says what was found"

printf '. "$T/lib.sh"\nis a a same\n' >cut.sh
verdict cut.sh
like "$out" "No plan found|no plan" "a script that stops early fails"

printf '. "$T/lib.sh"\nis a a same\n: >"$TMPDIR/left"\ndone_testing\n' >litter.sh
verdict litter.sh
like "$out" "left in TMPDIR: left" "a file left in TMPDIR is named"
like "$out" "^Result: FAIL" "and fails"

printf '. "$T/lib.sh"\nskip_all "not here"\n' >skipped.sh
verdict skipped.sh
like "$out" "skipped: not here" "a skipped file gives its reason"

exit_is 124 "a command that hangs is ended" within 1 sleep 10

lua() { # NAME TEXT
	printf 'local lu = require "lu"\n%s\nos.exit(lu.run())\n' "$2" >"$1.lua"
	verdict "$1.lua"
}
lua pass 'function TestOne() lu.assertEquals(1, 1) end  TestTwo = { testA = function() lu.skip "later" end }'
like "$out" "^Result: PASS" "a good Lua test passes"
lua fail 'function TestOne() lu.assertEquals(1, 2) end'
like "$out" "Failed test:? +1$" "a failed assertion fails"
like "$out" "fail.lua:2: expected: 2, actual: 1" "and says where and what"
lua raise 'function TestOne() error "boom" end'
like "$out" "Failed test:? +1$" "an error in a test fails"
lua empty 'local function TestOne() end'
like "$out" "no global function or table named Test" "a Lua file without tests says so"
like "$out" "^Result: FAIL" "and fails"
lua table 'Tests = { check = function() end }'
like "$out" "^Result: FAIL" "a table without test methods fails"
lua exits 'function TestOne() end function TestTwo() lu.unregisterCurrentSuite() os.exit(0) end'
like "$out" "^Result: FAIL" "a test that leaves early fails"

done_testing
