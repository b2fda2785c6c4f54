# muster convert: typed and as strings, and never half a file.
. "$T/lib.sh"

printf 'n,name,day\r\n1,"a ""q""",2025-01-13\r\n,b;c,\r\n' >in.csv
is "$(muster convert --to json in.csv -)" '[
{"n":1,"name":"a \"q\"","day":"2025-01-13"},
{"n":null,"name":"b;c","day":null}
]' "JSON"
is "$(muster convert --to jsonl in.csv -)" '{"n":1,"name":"a \"q\"","day":"2025-01-13"}
{"n":null,"name":"b;c","day":null}' "JSON Lines"
muster convert --to csv in.csv out.csv
ok "CSV gives the same file" cmp in.csv out.csv
is "$(muster convert --strings --to jsonl in.csv -)" '["n","name","day"]
["1","a \"q\"","2025-01-13"]
["","b;c",""]' "--strings: the rows as they are, the header first"
printf 'a,b\n1\n2,3,4\n' >ragged.csv
is "$(muster convert --strings --to jsonl ragged.csv -)" '["a","b"]
["1"]
["2","3","4"]' "--strings keeps ragged rows"
is "$(printf 'a\tb\n1\t2\n' | muster convert --sep tab --to jsonl - -)" '{"a":1,"b":2}' "--sep tab"
is "$(printf 'a\tb\n1\t2\n' | muster convert --sep='\t' --to jsonl - -)" '{"a":1,"b":2}' "--sep=\\\\t"
is "$(printf 'a\n\377\n' | muster convert --strings --to jsonl - - | tail -1)" '[{"hex": "ff"}]' "bytes that are not UTF-8"
is "$(printf 'a,b\n1,x"y"\n' | muster convert --lenient --to jsonl - - | tail -1)" '{"a":1,"b":"x\"y\""}' "--lenient"

# failures leave what was there
echo before >kept.json
for strings in "" --strings; do
	printf 'a,b\n1,2\n3,"open\n' >open.csv
	exit_is 1 "a fault in the data $strings" muster convert $strings --to json open.csv kept.json
	like "$err" '^open.csv:3:3: error: ' "is told with its place"
	is "$(cat kept.json)" before "and the old file is still there"
done
exit_is 1 "no such input" muster convert --to json nosuch.csv kept.json
exit_is 1 "no such folder" muster convert --to json in.csv nowhere/out.json
is "$(ls -A | grep -v '^\.[oe]' | tr '\n' ' ')" "in.csv kept.json open.csv out.csv ragged.csv " "no temporary file is left"
muster convert --to json in.csv - >/dev/full 2>err
is $? 1 "a full disk"
muster convert --strings --to json in.csv - >/dev/full 2>err
is $? 1 "and with --strings"

# more than is kept in memory before the last line turns out to be bad
{ echo a,b; yes '1,"some text of a line"' | head -n 100000; echo '3,"open'; } >long.csv
for to in csv json jsonl; do
	exit_is 1 "a fault at the end of a long file, $to" muster convert --strings --to $to long.csv -
	is "$out" "" "nothing has come out"
	like "$err" '^long.csv:100002:3: error: ' "and its place is told"
done
sed -i '$d' long.csv
is "$(muster convert --strings --to jsonl long.csv - | cksum)" "$({ echo '["a","b"]'; yes '["1","some text of a line"]' | head -n 100000; } | cksum)" \
	"without it, all has"
muster convert --strings --to jsonl long.csv long.jsonl
is "$(cksum <long.jsonl)" "$(muster convert --strings --to jsonl long.csv - | cksum)" "a file holds the same"
muster convert --to jsonl --threads 1 long.csv one.jsonl && muster convert --to jsonl --threads 2 long.csv two.jsonl
ok "one thread and two write the same" cmp one.jsonl two.jsonl
exit_is 2 "no threads" muster convert --to jsonl --threads 0 long.csv one.jsonl
is "$(head -n 2 two.jsonl)" '{"a":1,"b":"some text of a line"}
{"a":1,"b":"some text of a line"}' "rows as objects"
muster convert --to csv long.csv - | head -n 1 >first
is "$(cat first)" "$(printf 'a,b\r')" "a reader that has seen enough"
is "$(ls -A | grep -c '^\.muster')" 0 "no temporary file is left"
is "$(muster -e 'io.write "one\n" muster.table{ n = { 2 } }:write("-", "jsonl") io.write "three\n"')" 'one
{"n":2}
three' "what the script wrote before stands before"

# usage
exit_is 2 "a format there is not" muster convert --to parquet in.csv out
like "$err" "expected csv, json, jsonl, arrow or arrows, found 'parquet'" "the known ones are named"
exit_is 2 "no format" muster convert in.csv out
exit_is 2 "no output" muster convert --to json in.csv
exit_is 2 "too many" muster convert --to json in.csv out more
exit_is 2 "a separator of two characters" muster convert --sep ab --to json in.csv -
exit_is 2 "no threads" muster convert --threads 0 --to json in.csv -
exit_is 0 "threads" muster convert --threads 2 --to json in.csv -
exit_is 2 "a value where there is none" muster convert --strings=yes --to json in.csv -
done_testing
