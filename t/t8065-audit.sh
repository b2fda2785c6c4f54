# muster audit: a folder of claims as a report, as JSON, as a plot; and what it says of folders that it cannot audit.
. "$T/lib.sh"
data=$ROOT/datasets/dprk
cp -r "$ROOT/t/data/karst" karst

# another war, with no sources, no codebook and two of the three files
exit_is 0 "conflicts are a result, no failure" muster audit karst
report=$out
is "$(printf '%s\n' "$report" | head -1)" "Audit of karst" "the folder is the title"
like "$report" '^deployments.csv 6 rows, casualties.csv 4 rows$' "which files, how many rows"
like "$report" '^9 claims in 10 rows, by 4 origins\.$' "claims, rows, origins; nobody knows who is independent"
like "$report" '^ +[1-9][0-9]*  cannot both be true(, and [0-9]+ like these)?$' "how many cannot both be true"
like "$report" 'Smallest repair: without ' "the smallest repair"
like "$report" 'war_ministry, 1931-05-01: 900 killed \(cumulative, all\)' "a claim: who, of which day, what"
like "$report" 'via evening_post; reported 1931-05-05; casualties.csv:2$' "by whom it was carried, when, where it stands"
like "$report" 'via evening_post, morning_star; .*deployments.csv:5, 6$' "two carriers of one claim"
like "$report" '\b900\b.*\b600\b|\b600\b.*\b900\b' "the dead do not become fewer: the arithmetic in a sentence"
like "$report" '^ +repair: ' "what would repair it"
is "$(printf '%s\n' "$err" | grep -c 'no sources.csv beside')" 1 "what is missing is said once"
unlike "$report" 'nil|userdata|table: 0x|%%' "no slip of the pen"
is "$(printf '%s\n' "$report" | awk '{ n = length($0) > n ? length($0) : n } END { print (n <= 100) }')" 1 "no line is longer than 100"
unlike "$report" "$(printf '\033')" "no colour where there is no terminal"

# every number of a claim in the report is one claim in the list, whatever the order of the rows
{ head -1 karst/casualties.csv && tail -n +2 karst/casualties.csv | sort -r; } >turned && mkdir other && mv turned other/casualties.csv
cp karst/deployments.csv other
is "$(muster audit other 2>/dev/null | sed 's/casualties.csv:[0-9]*/casualties.csv/; 1d')" \
	"$(muster audit karst 2>/dev/null | sed 's/casualties.csv:[0-9]*/casualties.csv/; 1d')" "the order of rows decides nothing"

# JSON: a line for each conflict
exit_is 0 "--json" muster audit --json karst
like "$(printf '%s\n' "$out" | head -1)" '^\{"number":1,"verdict":"[a-z ]+","rule":"[a-z]+","subject":".*"sentence":".*"claims":\[\{"id":.*"repair":\[' "an object"
like "$out" '"claim_id":"c1","kind":"casualties","origin":"war_ministry","carried":\[\{"printed":"900","via":\["evening_post"\]\}\],"reported":"1931-05-05","as_of":"1931-05-01","since":null,"measure":"killed"' "a claim"
like "$out" '"figure":\{"text":"at least 5,?000","kind":"at_least","low":5000,"high":null,"stated":5000\}|"text":">= 5,?000","kind":"at_least","low":5000,"high":null' "a bound stays a bound"
like "$out" '"places":\[\{"file":"karst/casualties.csv","line":2\}\]' "a place"
conflicts=$(printf '%s\n' "$out" | grep -c .)
is "$(printf '%s\n' "$report" | awk '/cannot both be true|unlikely together|did not come true/ && $1 ~ /^[0-9]+$/ { n += $1 } END { print n }')" \
	"$conflicts" "as many objects as the report counts conflicts"
if command -v python3 >/dev/null; then
	printf '%s\n' "$out" >lines.json
	ok "every line is JSON" python3 -c 'import json, sys
for line in open("lines.json"): json.loads(line)'
else
	skip "no python3" "every line is JSON"
fi

# what goes in
exit_is 0 "files in place of a folder" muster audit karst/deployments.csv karst/casualties.csv
like "$out" '^9 claims in 10 rows' "are the same claims"
exit_is 0 "a file twice" muster audit karst karst/deployments.csv
like "$out" '^9 claims in 10 rows' "counts once"
mkdir odd && cp karst/casualties.csv odd/losses.csv && cp karst/deployments.csv odd/arrivals.csv
exit_is 1 "a folder whose files have other names" muster audit odd
like "$err" '^odd: error: no claims: looked for deployments\*\.csv, casualties\*\.csv and captures\*\.csv; the CSV files there are arrivals.csv, losses.csv; .*--casualties' "says what was looked for, what is there and what to do"
exit_is 0 "files named by kind" muster audit --casualties odd/losses.csv --deployments odd/arrivals.csv
like "$out" '^9 claims in 10 rows' "are audited"
exit_is 0 "one kind alone" muster audit --casualties=odd/losses.csv
like "$out" '^4 claims in 4 rows' "is enough"
exit_is 1 "a folder above" sh -c 'mkdir above && cp -r karst above && "$MUSTER" audit above'
like "$err" '^above: error: no claims: .*; there is no CSV file; there are claims in above/karst$' "says where claims are"
mkdir slip && cp karst/casualties.csv slip/casulties.csv
exit_is 1 "a slip in the name" muster audit slip
like "$err" "is 'casulties.csv' meant to be casualties.csv\?" "names the nearest"
mkdir two && cp karst/deployments.csv two && head -3 karst/casualties.csv >two/casualties-1.csv && sed '2,3d' karst/casualties.csv | gzip -c >two/casualties-2.csv.gz
cp karst/casualties.csv two/casualties.csv~ && cp karst/casualties.csv two/casualties.csv.bak
exit_is 0 "several files of a kind, one of them packed" muster audit two
like "$out" '^9 claims in 10 rows' "are one, and copies of editors are none"
mkdir copy && cp karst/casualties.csv copy && cp karst/casualties.csv copy/casualties-copy.csv
exit_is 1 "a copy of a file" muster audit copy
like "$err" "casualties.csv:2: error: column 'claim_id': 'c1' is also in copy/casualties-copy.csv, line 2: is one file a copy\?|casualties-copy.csv:2: error: column 'claim_id': 'c1' is also in copy/casualties.csv, line 2: is one file a copy\?" "would count everything twice"

# --known-by
exit_is 0 "--known-by" muster audit --known-by 1931-05-31 karst
like "$out" '^Audit of karst, as known by 1931-05-31$' "is in the title"
unlike "$out" '1931-0[67]' "what came later is not there"
exit_is 2 "no day" muster audit --known-by May karst
like "$err" "^muster audit: --known-by: expected a day such as 2025-01-31, found 'May'" "says so"

# broken input
mkdir bad && sed 's/,about,/,abuot,/' karst/deployments.csv >bad/deployments.csv && sed 's/1931-07-01/1931-02-30/' karst/casualties.csv >bad/casualties.csv
exit_is 1 "faulty rows end the audit" muster audit bad
is "$out" "" "before a report"
like "$err" "^bad/deployments.csv:4:[0-9]+: error: column 'qualifier': 'abuot'.*did you mean 'about'" "each fault with its place"
like "$err" "^bad/casualties.csv:3:[0-9]+: error: column 'as_of'" "of all files"
like "$err" "^muster audit: 4 faults, so nothing was audited" "and how many"
exit_is 0 "--good-rows" muster audit --good-rows bad
like "$out" '^deployments.csv 3 rows \(3 faulty left out\), casualties.csv 3 rows \(1 faulty left out\)$' "says what is left out"
{ head -1 karst/deployments.csv; i=0; while [ $i -lt 60 ]; do echo x; i=$((i + 1)); done; } >bad/deployments.csv
exit_is 1 "many faults" muster audit bad
is "$(printf '%s\n' "$err" | grep -c ': error: ')" 20 "the first twenty"
like "$err" '^\.\.\. and 41 more faults$' "and how many more"
mkdir hollow header
: >hollow/casualties.csv
exit_is 1 "an empty file" muster audit hollow
like "$err" '^hollow/casualties.csv:1:1: error: ' "has its place"
head -1 karst/casualties.csv >header/casualties.csv
exit_is 0 "a header alone" muster audit header
like "$out" '^0 claims in 0 rows' "is no claim"
mkdir nothing
exit_is 1 "an empty folder" muster audit nothing
like "$err" '^nothing: error: no claims: .*the folder is empty' "says so"
exit_is 1 "no such folder" muster audit nosuch
like "$err" '^nosuch: error: no such file or folder' "says so"
echo hello >text.txt
exit_is 1 "another file" muster audit text.txt
like "$err" '^text.txt: error: no kind of claims in its name: expected a folder' "says what is expected"
exit_is 1 "a file of another kind" muster audit "$data/sources.csv"
like "$err" 'a file of the kind sources, which holds no claims' "says so"
head -c 700 /dev/zero >hollow/casualties.csv
exit_is 1 "a file of zero bytes" muster audit hollow
like "$err" '^hollow/casualties.csv:1:[0-9]+: error: ' "is refused with its place"
if [ "$(id -u)" != 0 ]; then
	mkdir locked && cp karst/casualties.csv locked && chmod 0 locked
	exit_is 1 "a folder that may not be read" muster audit locked
	like "$err" '^locked: error: cannot read this folder: Permission denied' "says why"
	chmod 700 locked
fi

# hostile texts do not reach the terminal
mkdir evil && sed "s/war_ministry/$(printf 'war\033[31m')/" karst/casualties.csv >evil/casualties.csv
muster audit evil >out 2>err
unlike "$(cat out err)" "$(printf '\033')" "control bytes are shown, not sent"

# usage
exit_is 2 "no folder" muster audit
like "$err" '^muster audit: DIR is missing: a folder with deployments\*\.csv' "says what"
exit_is 2 "an unknown option" muster audit --jsn karst
like "$err" "did you mean '--json'" "names the nearest"
exit_is 2 "a plot of an unknown format" muster audit --plot matrix.gif karst
like "$err" "its name should end in .svg, .png, .pdf or .txt" "before anything is read"
exit_is 1 "an option and a folder that is not there" muster audit --json nosuch
exit_is 0 "help" muster help audit
like "$out" '^usage: muster audit' "is the usage"

# plots
if command -v gnuplot >/dev/null; then
	exit_is 0 "--plot" muster audit --plot matrix.svg karst
	ok "draws a matrix" grep -q 'Who contradicts whom' matrix.svg
	like "$err" '^plot: matrix.svg$' "and says so beside the report"
	exit_is 1 "a plot into no folder" muster audit --plot nowhere/m.svg karst
	is "$(printf '%s\n' "$out" | head -1)" "Audit of karst" "is told behind the report"
	cp -r header quiet
	exit_is 1 "nothing to draw" muster audit --plot none.svg quiet
	like "$err" 'no two claims are in conflict' "is no picture"
else
	skip "no gnuplot" "--plot"
fi

# pipes and signals
muster audit "$data" 2>/dev/null | head -1 >first
is "$(cat first)" "Audit of $data" "a reader that stops reading"
exit_is 0 "is no failure" sh -c '"$MUSTER" audit "$1" 2>/dev/null | true' sh "$data"
exit_is 1 "a full disk is one" sh -c '"$MUSTER" audit "$1" >/dev/full 2>&1' sh "$data"
mkdir waits && mkfifo waits/casualties.csv
exit_is 130 "stopped by Ctrl-C while it waits for a file" timeout --preserve-status -k 5 -s INT 1 "$MUSTER" audit waits
is "$out" "" "it prints nothing"
is "$(muster audit --threads 1 karst 2>&1)" "$(muster audit --threads 4 karst 2>&1)" "--threads changes nothing but the time"

# the worked case, whole
exit_is 0 "the worked case" within 60 muster audit "$data"
like "$out" '^[0-9]+ claims in 227 rows, by [0-9]+ origins; [0-9]+ independent, official bodies of one country counted once\.$' "its headline"
like "$out" '^  cannot  unlikely  failed  claims  subject$' "its subjects"
like "$out" '^Left out$' "what it left out"
like "$out" '^  [0-9]+ rows? with others counted beside the force in question \(flag combined\): casualties.csv:' "and why"
short=$(printf '%s\n' "$out" | grep -c .)
exit_is 0 "--all" within 60 muster audit --all "$data"
[ "$(printf '%s\n' "$out" | grep -c .)" -ge "$short" ]
t_result $? "is no shorter"
unlike "$out" '\(--all\)|and [0-9]+ more' "and shortens nothing"
unlike "$out" '^    -   ' "only the first line of an item has its dash"
done_testing
