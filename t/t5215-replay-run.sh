#!/bin/sh
# A run as of a day prints what a run on that day would have printed: over copies of the data that end there.
. "$T/lib.sh"

day=2025-02-01
mkdir -p "$WORK/now" "$WORK/then/datasets/dprk" "$WORK/then/datasets/reference"
ln -s "$ROOT/datasets" "$WORK/now/datasets"
cp "$ROOT"/datasets/dprk/* "$WORK/then/datasets/dprk"
cp "$ROOT"/datasets/reference/* "$WORK/then/datasets/reference"

# Cut by the column by name, with the program that is told nothing of a day.
cat >"$WORK/cut.lua" <<'END'
local day, column, from, to = ...
local known = muster.load(from):filter(column .. " <= $day", { day = muster.date(day) })
known:write(to)
END
for file in deployments casualties captures; do
	muster run "$WORK/cut.lua" $day reported "$ROOT/datasets/dprk/$file.csv" "$WORK/then/datasets/dprk/$file.csv"
done
for file in dprk/capture_events dprk/context reference/surrender; do
	muster run "$WORK/cut.lua" $day date "$ROOT/datasets/$file.csv" "$WORK/then/datasets/$file.csv"
done

for script in 30-captures 40-incentive; do
	cd "$WORK/then" && muster run --out "$WORK/a" "$ROOT/scripts/dprk/$script.lua" plots >"$WORK/then.txt" 2>"$WORK/then.err"
	is $? 0 "$script runs on the day"
	cd "$WORK/now" && muster run --known-by $day --out "$WORK/b" "$ROOT/scripts/dprk/$script.lua" plots >"$WORK/now.txt" 2>"$WORK/now.err"
	is $? 0 "$script runs as of the day"
	is "$(cmp "$WORK/then.txt" "$WORK/now.txt" && test -s "$WORK/now.txt" && echo same)" same "$script prints the same"
	like "$(cat "$WORK/now.err")" "captures.csv: 10 of 23 rows held back: not known on 2025-02-01" "$script says what is held back"
	is "$(grep -c 'held back' "$WORK/then.err")" 0 "nothing was held back on the day"
done
is "$(diff -r "$WORK/a" "$WORK/b" >/dev/null && ls "$WORK/a/plots" | wc -l | tr -d ' ')" "$(ls "$WORK/b/plots" | wc -l | tr -d ' ')" "the pictures are the same bytes"

# before the claims that a page is about were made, the page says so
for script in 10-deployment 20-losses 30-captures regret genealogy; do
	cd "$WORK/now" && exit_is 0 "$script in December 2024" muster run --known-by 2024-12-20 --out "$WORK/c" "$ROOT/scripts/dprk/$script.lua" plots
	unlike "$out" '2026-02-1[0-9] |12 February 2026' "$script does not speak of what came later"
done

cd "$WORK/now" || exit 1
is "$(muster run --known-by=$day - <<'END'
print(muster.known_by())
END
)" $day "--known-by=DAY"
exit_is 2 "a day that is none" muster run --known-by 2025-02-30 x.lua
like "$(muster run --known-by soon x.lua 2>&1)" "expected a date such as 2025-01-31, found 'soon'" "says what is expected"
exit_is 2 "no day" muster run --known-by
echo 'muster.known_by "2025-02-02"' >later.lua
exit_is 1 "a script cannot know more than it is told" muster --known-by $day later.lua
like "$(muster --known-by $day later.lua 2>&1)" "later.lua:1: muster.known_by: 2025-02-02 is later" "and is told so at its line"
done_testing
