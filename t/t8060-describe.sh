# muster describe and muster doctor.
. "$T/lib.sh"

printf 'n,x,day,ok,name,none\n1,0.5,2025-01-01,true,a,\n2,1.5,2025-01-03,false,a,\n10,,2025-01-31,true,b,\n' >f.csv
exit_is 0 "a file" muster describe f.csv
is "$out" 'f.csv: a plain table, 3 rows, 6 columns

column  type     missing  values
n       int64          0  1 to 10, median 2  @@       @
x       float64        1  0.5 to 1.5, median 0.5  @                  @
day     date           0  2025-01-01 to 2025-01-31, median 2025-01-03  @@                 @
ok      bool           0  2 true, 1 false
name    string         0  2 distinct: a 2, b 1
none    string         3  no value' "a line for each column"
is "$(LC_ALL=C.UTF-8 muster describe f.csv 2>/dev/null | grep '^n ')" "n       int64          0  1 to 10, median 2  ██       █" "blocks where the terminal shows UTF-8"
is "$(LC_ALL= LC_CTYPE= LANG=en_GB.utf8 muster describe f.csv 2>/dev/null | grep -c █)" 3 "by LANG too"
is "$(LC_ALL=C LANG=en_GB.utf8 muster describe f.csv 2>/dev/null | grep -c █)" 0 "unless LC_ALL says otherwise"
printf 'n\n%s\n%s\n' -9223372036854775808 9223372036854775807 >wide.csv
like "$(muster describe wide.csv 2>/dev/null)" '^n .* -9223372036854775808 to 9223372036854775807' "the widest integers"
printf 'x\nnan\ninf\n1e308\n-1e308\n' >odd.csv
like "$(muster describe odd.csv 2>/dev/null)" '^x .* -1e\+?308 to 1e\+?308, median -1e\+?308, 2 nan or infinite  ' "numbers that are not finite"
printf 't\n2025-01-01T00:00:00Z\n2025-01-02T00:00:00Z\n' >times.csv
like "$(muster describe times.csv 2>/dev/null)" '^t +datetime .*2025-01-01T00:00:00Z to 2025-01-02T00:00:00Z' "instants"
printf 'a,b\n' >none.csv
exit_is 0 "no rows" muster describe none.csv
like "$out" 'no value' "say so"
printf 'a\n\033[31mred\n' >evil.csv
like "$(muster describe evil.csv 2>/dev/null)" 'x1b\[31mred' "control bytes are shown, not sent"
exit_is 1 "a fault is an error" muster describe nosuch.csv
printf 'a,b\n1\n' >bad.csv
exit_is 1 "in the data too" muster describe bad.csv
like "$err" '^bad.csv:2:[0-9]+: error: ' "with its place first"
is "$(muster describe --threads 1 f.csv 2>&1)" "$(muster describe --threads 3 f.csv 2>&1)" "--threads changes nothing but the time"
exit_is 2 "threads are counted" muster describe --threads two f.csv
exit_is 2 "no file" muster describe
exit_is 2 "two files" muster describe f.csv f.csv
exit_is 2 "an unknown kind" muster describe --kind nothing f.csv

exit_is 0 "claims" muster describe "$ROOT/datasets/dprk/casualties.csv"
like "$out" ': casualties, 101 rows' "have a kind"
like "$out" '^figure +quantity .*from ".*" to ".*"' "and figures that stay claims"
is "$(echo "$out" | awk '{ if (length($0) > 100) n++ } END { print n + 0 }')" 0 "no line is wider than 100"

cd "$ROOT" && exit_is 0 "doctor" muster doctor
for name in muster Lua libcsv GSL readline scanner gnuplot font "data sets" sandbox; do
	like "$out" "^$name " "it tells of: $name"
done
like "$out" 'none: scripts run with your rights' "the sandbox is none"
like "$out" 'dprk in datasets/dprk' "the data set is found"
right=$(lua5.4 -e 'local t = {[true] = 1} local ok, v = pcall(function(n) return t[(n > 0)] end, 1) print(ok and v == 1)')
if [ "$right" = true ]; then
	unlike "$out" 't\[\(n > 0\)\]' "no fault in code generation"
else
	like "$out" 't\[\(n > 0\)\]' "the fault of this Lua is named"
fi
mkdir "$WORK/bin" && exit_is 1 "without gnuplot" env PATH="$WORK/bin" "$MUSTER" doctor
done_testing
