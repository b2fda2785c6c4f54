# muster check: one message a fault, one line a file, JSON for programs.
. "$T/lib.sh"
data=$ROOT/datasets/dprk

exit_is 0 "our data set" muster check "$data"/deployments.csv "$data"/casualties.csv "$data"/captures.csv \
	"$data"/capture_events.csv "$data"/sources.csv "$data"/context.csv "$data"/legal_norms.csv "$data"/codebook.csv
is "$(echo "$out" | sed 's/.*: //' | tr '\n' ';')" "103 rows, 0 rejected;101 rows, 0 rejected;23 rows, 0 rejected;\
58 rows, 0 rejected;149 rows, 0 rejected;80 rows, 0 rejected;28 rows, 0 rejected;22 rows, 0 rejected;" "a line for each file"
is "$err" "" "and nothing to say"

printf 'n,name\n1,a\n2\n3,"x"y\n4,"open\n5,b\n' >bad.csv
exit_is 1 "a broken plain file" muster check bad.csv
is "$out" "bad.csv: 1 row, 3 rejected" "how many were rejected"
like "$err" '^bad.csv: note: no kind in its name' "it says that the file is read as a plain table"
like "$err" '^bad.csv:3:2: error: expected 2 fields, found 1$' "a ragged row"
like "$err" "^bad.csv:4:6: error: .*bytes after the closing quote" "bytes after a quote"
like "$err" "^bad.csv:5:3: error: .*never ends" "an open quote"
like "$err" '^  4,"open$' "the raw line"
like "$err" '^    \^$' "and a caret below it"
printf 'n,name\n3,"x"y\n' >quotes.csv
exit_is 1 "stray quotes are faults" muster check quotes.csv
exit_is 0 "--lenient takes them as data" muster check --lenient quotes.csv

# a casualty file with one fault of each sort a row
head -1 "$data/casualties.csv" | tr -d '\r' >header
names=$(cat header)
row() { # NAME=VALUE... - a good row with those fields changed
	awk -v names="$names" -v set="$*" 'BEGIN {
		v["claim_id"] = "cas-x-" ++n srand(); v["reported"] = v["as_of"] = "2025-01-13"; v["origin"] = v["via"] = "rok_nis"
		v["measure"] = "killed"; v["basis"] = "cumulative"; v["best"] = 300; v["qualifier"] = "about"
		v["contingent"] = "all"; v["location"] = "kursk"; v["credibility"] = 3; v["url"] = "https://example.org/"
		k = split(set, parts, " ")
		for (i = 1; i <= k; i++) { split(parts[i], p, "="); v[p[1]] = p[2] }
		k = split(names, name, ",")
		for (i = 1; i <= k; i++) printf "%s%s", v[name[i]], i < k ? "," : "\n"
	}'
}
mkdir broken && cp "$data/sources.csv" "$data/codebook.csv" broken
{
	cat header
	row claim_id=a
	row claim_id=b as_of=2025-02-30
	row claim_id=c low=500 best= high=400 qualifier=range
	row claim_id=d origin=nobody_known
	row claim_id=e best=abc
	echo 'f,2025-01-13'
} >broken/casualties.csv
exit_is 1 "a broken casualty file" muster check broken/casualties.csv
is "$out" "broken/casualties.csv: 1 row, 5 rejected" "one row is good"
like "$err" "^broken/casualties.csv:3:[0-9]+: error: column 'as_of': .*'2025-02-30'" "a bad date"
like "$err" "^broken/casualties.csv:4:[0-9]+: error: .*low" "low above high"
like "$err" "^broken/casualties.csv:5:[0-9]+: error: column 'origin': .*'nobody_known'" "an unknown origin"
like "$err" "^broken/casualties.csv:6:[0-9]+: error: column 'best': expected an integer, found 'abc'" "no number"
like "$err" "^broken/casualties.csv:7:[0-9]+: error: expected [0-9]+ fields, found 2" "a ragged row"
is "$(echo "$err" | grep -c ': error: ')" 5 "one message a fault"
cut -d, -f2- header >broken/casualties-short.csv
exit_is 1 "a column is missing" muster check broken/casualties-short.csv
like "$err" "$(head -c 8 header | cut -d, -f1)" "it is named"

# every file is looked at, whatever the others hold
: >empty.csv
printf 'a\n1\n' | gzip -c | head -c 10 >packed.csv
exit_is 1 "files that give no table" muster check nosuch.csv empty.csv packed.csv "$WORK" "$data/captures.csv"
is "$(echo "$out" | sed 's/.*: //' | tr '\n' ';')" "not read;not read;not read;not read;23 rows, 0 rejected;" "a line for each"
like "$err" "^nosuch.csv: error: cannot open" "not there"
like "$err" "^empty.csv:1:1: error: " "empty"
like "$err" "^packed.csv:1:1: error: gzip data ends early" "compressed, and cut"

# JSON
exit_is 1 "--json" muster check --json bad.csv nosuch.csv
is "$out" '{"file":"bad.csv","rows":1,"rejected":3,"columns":[{"name":"n","type":"int64","missing":0},{"name":"name","type":"string",'\
'"missing":0}],"errors":[{"line":3,"column":2,"field":null,"message":"expected 2 fields, found 1"},'\
'{"line":4,"column":6,"field":"name","message":"bytes after the closing quote of a field that began at line 4, column 3"},'\
'{"line":5,"column":3,"field":"name","message":"a quoted field that never ends"}]}
{"file":"nosuch.csv","rows":0,"rejected":0,"columns":[],"errors":[{"line":null,"column":null,"field":null,'\
'"message":"cannot open '"'nosuch.csv'"': No such file or directory"}]}' "one object a line"
is "$(muster check --json "$data/casualties.csv" | grep -c '"figure"')" 0 "columns are the file's own"

# kinds
cp "$data/captures.csv" other.csv && cp "$data/sources.csv" "$data/codebook.csv" .
exit_is 0 "--kind" muster check --kind captures other.csv
unlike "$err" "no kind" "then the name does not matter"
exit_is 2 "an unknown kind" muster check --kind capture other.csv
like "$err" "unknown kind 'capture'; did you mean 'captures'" "names the nearest"
cp "$data/casualties.csv" casualties-2025.csv
exit_is 0 "casualties*.csv" muster check casualties-2025.csv
is "$err" "" "is of that kind"

# rejected rows out, corrected, and back in
printf 'n,s\n1,a\nx,b\n3\n' >one.csv && printf 'n,s\n4,"d\n,\n6,f\n' >two.csv && printf 'n,s\n7,g\n' >good.csv
exit_is 1 "--rejects" muster check --rejects r.csv --kind n.lua one.csv
like "$err" "n.lua" "a schema file that is not there is an error"
cat >n.lua <<'END'
return { name = "n", help = "Numbers.", columns = {
  { "n", "int64", required = true, help = "A number." }, { "s", "string", help = "A text." } } }
END
exit_is 1 "--rejects with faults in three files" muster check --rejects r.csv --kind n.lua one.csv two.csv good.csv
is "$out" "one.csv: 1 row, 2 rejected
two.csv: 0 rows, 1 rejected
good.csv: 1 row, 0 rejected" "says what it says without"
is "$(tr -d '\r' <r.csv)" "file,line,column,field,reason,raw,corrected
one.csv,3,1,n,\"expected an integer, found 'x'\",\"x,b\",
one.csv,4,2,,\"expected 2 fields, found 1\",3,
two.csv,2,3,s,a quoted field that never ends,\"4,\"\"d
,
6,f
\"," "the rows of all files are in one, with an empty column for the correction"
awk 'BEGIN { RS = ORS = "\r\n" }
	/^one.csv,3/ { $0 = $0 "\"2,b\"" } /^one.csv,4/ { $0 = $0 "\"3,c\"" } /^two.csv/ { $0 = $0 "\"4,d\"" } { print }' r.csv >fixed.csv
exit_is 0 "--replay" muster check --replay fixed.csv --rejects left.csv --kind n.lua one.csv two.csv good.csv
is "$out" "one.csv: 3 rows, 0 rejected
two.csv: 1 row, 0 rejected
good.csv: 1 row, 0 rejected" "reads the corrected rows in their places"
is "$err" "" "which has no fault any more"
is "$(cat left.csv)" "$(printf 'file,line,column,field,reason,raw,corrected\r')" "nothing rejected: a header"
mkdir sub && cp one.csv sub
exit_is 1 "corrections of files that are not there" muster check --replay fixed.csv --kind n.lua one.csv good.csv
like "$err" "fixed.csv: a correction is for line 2 of 'two.csv', which is not among the files" "are an error"
grep -v ^two fixed.csv | grep -v '^[,6"]' >fixed-one.csv
exit_is 0 "one file in another folder" muster check --replay fixed-one.csv --kind n.lua sub/one.csv
exit_is 0 "standard input can be corrected, too" sh -c 'muster() { "$MUSTER" "$@"; }
	muster check --rejects in.csv --kind n.lua - <one.csv >/dev/null 2>&1
	grep -v "one.csv,4" fixed-one.csv | sed "s/^one.csv/standard input/" >in-fixed.csv
	muster check --replay in-fixed.csv --kind n.lua - <one.csv | grep -q ": 2 rows, 1 rejected"'
is "$(grep -c '^standard input,' in.csv)" 2 "under that name"
echo 'n,s' >changed.csv && echo '1,a' >>changed.csv && echo 'y,b' >>changed.csv && mv changed.csv sub/one.csv
exit_is 1 "a file that changed since" muster check --replay fixed-one.csv --kind n.lua sub/one.csv
like "$err" "line 3 of 'sub/one.csv' is not what the rejects say" "is not corrected"
exit_is 1 "no file of rejects" muster check --replay one.csv good.csv
like "$err" "^muster: one.csv: no column 'file': not a file of rejects" "is told"
exit_is 1 "no such file" muster check --replay nosuch.csv good.csv
exit_is 1 "a folder that is not there" muster check --rejects nowhere/r.csv good.csv
is "$out" "good.csv: 1 row, 0 rejected" "is told behind the rest"
before=$(cksum <one.csv)
exit_is 2 "a file is not written over by its rejects" muster check --rejects one.csv good.csv one.csv
like "$err" "'one.csv' is one of the files that are checked" "says why"
is "$(cksum <one.csv)" "$before" "and it is as it was"
exit_is 2 "nor are corrections" muster check --rejects fixed.csv --replay fixed.csv one.csv
exit_is 2 "nor do rejects go to standard output" muster check --rejects - one.csv

is "$(muster check --threads 1 --json bad.csv 2>/dev/null)" "$(muster check --threads 99999999999 --json bad.csv 2>/dev/null)" \
	"--threads changes nothing but the time"
exit_is 2 "no threads" muster check --threads 0 bad.csv
exit_is 2 "no file" muster check
printf 'a;b\n1;2\n' | muster check --sep ';' --json - >out 2>err
is "$? $(cat out)" '0 {"file":"-","rows":1,"rejected":0,"columns":[{"name":"a","type":"int64","missing":0},'\
'{"name":"b","type":"int64","missing":0}],"errors":[]}' "standard input"
is "$(muster check bad.csv bad.csv bad.csv 2>/dev/null | head -1)" "bad.csv: 1 row, 3 rejected" "a closed pipe"
done_testing
