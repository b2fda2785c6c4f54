# Compressed files from the command line: the same messages as for the plain file, damage, bombs. What packs is gzip and zstd.
. "$T/lib.sh"
command -v gzip >/dev/null || skip_all "no gzip here"
zstd=zstd
command -v zstd >/dev/null || zstd=

# without the name of the file, which differs
same_as_plain() { # FILE WHAT [OPTION...]
	c_file=$1 c_what=$2 && shift 2
	"$MUSTER" check plain.csv >plain.out 2>plain.err
	c_plain=$?
	"$MUSTER" check "$@" "$c_file" >packed.out 2>packed.err
	is $? $c_plain "$c_what: the status of the plain file"
	sed "s/^$c_file:/plain.csv:/" packed.err >packed.same
	ok "$c_what: the same messages" diff plain.err packed.same
	sed "s/^$c_file:/plain.csv:/" packed.out >packed.same
	ok "$c_what: the same summary" diff plain.out packed.same
}

awk 'BEGIN {
	printf "id,day,what\r\n"
	for (i = 1; i <= 20000; i++)
		printf "%d,2025-01-%02d,%s\r\n", i, 1 + i % 28, i % 5000 == 7 ? "\"x\"y" : i % 7000 == 3 ? "\"two\nlines\"" : i % 3001 == 5 ? "a,b" : "text " i * 7919
	printf "1,2\r\n"
}' >plain.csv
is "$("$MUSTER" check plain.csv 2>/dev/null)" "plain.csv: 19989 rows, 12 rejected" "the plain file has faults"
gzip -c plain.csv >whole.gz
{ head -c 1000 plain.csv | gzip -c; tail -c +1001 plain.csv | gzip -1c; printf '\0\0\0\0'; } >parts.csv
same_as_plain whole.gz "gzip"
same_as_plain parts.csv "gzip in two members, by another name"
if [ -n "$zstd" ]; then
	zstd -qc plain.csv >whole.zst
	{ head -c 1000 plain.csv | zstd -qc; tail -c +1001 plain.csv | zstd -q19c; } >parts.zst
	same_as_plain whole.zst "zstd"
	same_as_plain parts.zst "zstd in two frames"
	zstd -qc --no-check --long=27 plain.csv >long.zst
	same_as_plain long.zst "zstd with a long window and no checksum"
else
	skip "no zstd here" "zstd"
fi
if command -v iconv >/dev/null; then
	iconv -f UTF-8 -t UTF-16 plain.csv | gzip -c >wide.gz
	same_as_plain wide.gz "UTF-16 inside gzip"
	iconv -f UTF-8 -t UTF-16BE plain.csv >wide.csv
	same_as_plain wide.csv "UTF-16 by name" --encoding utf-16
else
	skip "no iconv here" "UTF-16"
fi
is "$(gzip -c plain.csv | "$MUSTER" check - 2>/dev/null)" "-: 19989 rows, 12 rejected" "gzip from a pipe"
is "$("$MUSTER" check - <whole.gz 2>/dev/null)" "-: 19989 rows, 12 rejected" "gzip as standard input"
"$MUSTER" convert --lenient --strings --to csv plain.csv want
"$MUSTER" convert --lenient --strings --to csv parts.csv got
ok "converted as the plain file is" cmp want got
exit_is 1 "describe is strict" muster describe parts.csv
like "$err" "^parts.csv:7:16: error: expected 3 fields, found 4( |$)" "and names the place"

# damage
printf 'n,s\n1,a\n2,b\n3,c\n' | gzip -c | head -c -3 >cut.csv
exit_is 1 "a cut file" muster check cut.csv
is "$out" "cut.csv: not read" "gives no table"
like "$err" '^cut.csv:5:1: error: gzip data ends early, behind byte [0-9]+: cut\?$' "and the message says why"
exit_is 1 "the same as JSON" muster check --json cut.csv
like "$out" '"errors":\[\{"line":5,"column":1,"field":null,"message":"gzip data ends early, behind byte [0-9]+: cut\?"\}\]' "with the place"
exit_is 1 "nothing is written" muster convert --to csv cut.csv out.csv
ok "of a cut file" test ! -e out.csv
# a fault of a row before the damage comes first in the file, so it is the one that is told, on every way and in any block
awk 'BEGIN { print "n,s"; for (i = 1; i <= 150000; i++) print i == bad ? i ",\"x\"y" : i % 7 ? i ",text" : i ",\"a, b\"" }' bad=0 >even.csv
gzip -1c even.csv | head -c 250000 >even.gz
message=$(muster describe even.gz 2>&1 | tail -1)
like "$message" '^even.gz:[0-9]+:[0-9]+: error: gzip data ends early' "without another fault the damage is told"
last=$(echo "$message" | cut -d: -f2)
for bad in 2 300 20000 $((last - 500)); do
	awk -v bad="$bad" 'NR == bad { sub(/,.*/, ",\"x\"y") } { print }' even.csv >uneven.csv
	gzip -1c uneven.csv | head -c 250000 >uneven.gz
	for threads in 1 2 5; do
		is "$(muster describe --threads $threads uneven.gz 2>&1 | grep error | sed 's/: error:.*//')" "uneven.gz:$bad:$((${#bad} + 5))" \
			"line $bad is told before the damage, $threads threads"
	done
	is "$(muster convert --strings --to csv uneven.gz - 2>&1 | head -1 | sed 's/: error:.*//')" "uneven.gz:$bad:$((${#bad} + 5))" \
		"and by convert --strings"
	is "$(MUSTER_SIMD=libcsv muster convert --strings --to csv uneven.gz - 2>&1 | head -1 | sed 's/: error:.*//')" \
		"uneven.gz:$bad:$((${#bad} + 5))" "also when libcsv reads"
	is "$(muster -e 'muster.scan("uneven.gz"):count()' 2>&1 | grep error | sed 's/: error:.*//;s/^muster: //')" \
		"uneven.gz:$bad:$((${#bad} + 5))" "and by a scan"
done
exit_is 1 "a row that is cut off is none" muster describe even.gz
unlike "$err" 'expected 2 fields' "so it has no fault"
echo 'return { name = "w", help = "Words.", columns = { { "w", "string", values = { "a", "b" }, help = "A or b." } } }' >w.lua
printf 'w\na\nc\nb\na\n' | gzip -c | head -c -3 >w.csv
exit_is 1 "what only the schema finds" muster describe --kind w.lua w.csv
like "$err" "^w.csv:3:1: error: column 'w': 'c' is not" "is told before the damage, too"
{ cat whole.gz; echo garbage; } >more.gz
exit_is 1 "something behind the data" muster check more.gz
like "$err" 'error: behind the gzip data, at byte [0-9]+, stands something else$' "is an error"
gzip -c whole.gz >twice.gz
exit_is 1 "packed twice" muster check twice.gz
like "$err" '^twice.gz:1:1: error: this is gzip data inside gzip data, not CSV$' "is refused"

# 10 GiB as 640 members of 16 MiB: at most 256 MiB of memory
limited() {
	case $MUSTER_BUILD in
	*/san-*) "$@" ;;                 # a sanitizer needs terabytes of addresses
	*) (ulimit -v 262144 && "$@") ;;
	esac
}
yes 0000000,0000000 | head -c 16M | gzip -9c >member
for i in 1 2 3 4 5 6 7 8 9 10; do cat member member member member member member member member; done >eighty
for i in 1 2 3 4 5 6 7 8; do cat eighty; done >bomb.gz
exit_is 1 "10 GiB in gzip" limited within 60 "$MUSTER" check bomb.gz
like "$err" 'error: gzip data that inflates at a ratio of [0-9]+, above the cap of 200: the option max_ratio raises it' "are stopped"
exit_is 1 "--max-ratio" limited within 60 "$MUSTER" check --max-ratio 300 bomb.gz
like "$err" 'ratio of [0-9]+, above the cap of 300' "raises the cap"
if [ -n "$zstd" ]; then
	{ echo n,s; yes 12345678,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | head -c 64M; } | zstd -qc >member
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do cat member member member member member member member member member member; done >bomb.zst
	exit_is 1 "10 GiB in zstd" limited within 60 "$MUSTER" check bomb.zst
	like "$err" 'error: zstd data that inflates at a ratio of [0-9]+, above the cap of 200: the option max_ratio raises it' "are stopped"
else
	skip "no zstd here" "10 GiB in zstd"
fi
done_testing
