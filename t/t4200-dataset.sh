#!/bin/sh
# Where muster.dataset looks, and what a loader says on standard error.
. "$T/lib.sh"

# an installed program: bin/muster beside share/muster
mkdir -p home/bin home/share/muster/dprk home/share/muster/other far/datasets/mine
cp "$MUSTER" home/bin/muster
cp "$ROOT"/datasets/dprk/* home/share/muster/dprk
cp "$ROOT"/datasets/dprk/sources.csv far/datasets/mine
cat >dataset.lua <<'E'
local d = muster.dataset(...)
print(d.path, #d.sources)
E
cd far || exit 99

exit_is 0 "the installed data is found from anywhere" ../home/bin/muster run ../dataset.lua dprk
like "$out" 'share/muster/dprk	149$' "beside the program"

mkdir -p datasets/dprk
head -3 ../home/share/muster/dprk/sources.csv >datasets/dprk/sources.csv
exit_is 0 "a copy being worked on" ../home/bin/muster run ../dataset.lua dprk
is "$out" "datasets/dprk	2" "in ./datasets wins over the installed one"

exit_is 1 "an unknown data set" ../home/bin/muster run ../dataset.lua mien
like "$err" "no data set 'mien'; there are (.*, )?dprk, (.*, )?mine, .*did you mean 'mine'\?" "is told with what there is"

echo 'print(muster.dataset("mine").casualties)' >../field.lua
exit_is 1 "a file that is not there" ../home/bin/muster run ../field.lua
like "$err" "the data set 'mine' has no casualties.csv" "is named"

# warnings go to standard error, unless the caller asked for rejects and looks itself
mkdir bare && cp "$ROOT/datasets/dprk/captures.csv" bare
echo 'print(#muster.captures("bare/captures.csv"))' >../load.lua
exit_is 0 "a file without sources.csv" "$MUSTER" run ../load.lua
is "$out" 23 "is read"
is "$err" "bare/captures.csv: warning: no sources.csv beside this file: origin and via are not checked" "with one warning"
echo 'print(#muster.captures("bare/captures.csv", { rejects = true }):faults())' >../load.lua
exit_is 0 "with rejects" "$MUSTER" run ../load.lua
is "$out/$err" "1/" "the warning is in t:faults() alone"

# a fault: file, line, column, the line and a caret
sed 's/,captured,cumulative,1,/,capturd,cumulative,1,/' bare/captures.csv >bare/captures-bad.csv
cp "$ROOT/datasets/dprk/sources.csv" bare
echo 'muster.captures "bare/captures-bad.csv"' >../load.lua
exit_is 1 "a broken file" "$MUSTER" run ../load.lua
like "$err" "bare/captures-bad.csv:4:81: error: column 'measure': 'capturd' is not an allowed measure; did you mean 'captured'\?" \
	"is told with its place"
like "$err" '^ +\^' "and a caret"

done_testing
