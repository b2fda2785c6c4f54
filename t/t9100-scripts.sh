# The scripts of the worked case: they run, say what they must, draw what they promise, and repeat to the byte.
. "$T/lib.sh"
# ./datasets of the working folder is where the data is found
cp -r "$ROOT/datasets" datasets

exit_is 0 "demo runs" within 120 muster run "$ROOT/scripts/dprk/demo.lua" out
all=$out

like "$all" '^103 rows hold 79 claims' "deployments: rows and claims"
like "$all" 'first wave, October to December 2024: 9,000-12,500 by all' "deployments: the widest bounds"
like "$all" 'rok_nis: > 11,000 \+ 3,000-4,000 gives at least 14,001; its own total is about' "deployments: parts beside the whole"
like "$all" '^101 rows hold 5[0-9] claims about losses' "losses: rows and claims"
like "$all" 'To the letter: 3,000 / 0.40 = 7,500 sent' "losses: 3,000 = 40 % implies 7,500"
like "$all" '10,000-12,000  25-30 %        4,000-4,800' "losses: 3,000 of 10,000-12,000, and 40 % of it"
like "$all" 'To the letter: 12,000 / 3 = 4,000' "losses: a third of 12,000"
like "$all" '2025-01-15  western_officials  20.5-30.6 %' "losses: the dead among the casualties"
like "$all" 'name 3 persons taken' "captures: three taken"
like "$all" 'two files agree' "captures: files check each other"
like "$all" 'Chinese +14704 +21374 +68.79 %' "captures: Korea, Chinese"
like "$all" 'North Korean +7900 +83277 +9.49 %' "captures: Korea, North Korean"
like "$all" 'to the letter 0.85 %' "captures: the hotline"
like "$all" 'Every input below is an assumption' "incentive: said to be assumptions"
like "$all" 'cannot be estimated' "incentive: nothing is estimated"
like "$all" '2025-01-05  2025-01-05  3,800 +1  3,001-4,400  too narrow    67' "regret: a headline and what is said of its day now"
like "$all" '2025-01-13  2025-01-13  270-330 +1  270-1,100  too narrow     9' "regret: how long until it was seen"
like "$all" '^  altered rows, all +10 +10 +[0-3] ' "genealogy: the compiler's marks are found"
like "$all" 'planned read as sent' "genealogy: a plan told as sent"
like "$all" 'over 41 days' "genealogy: the rate and its total"
like "$all" '^227 rows hold 1[0-9]+ claims that have a number or a share' "audit: rows and claims"
like "$all" '^Without these [0-9]+ claims no two of the rest contradict each other' "audit: the smallest repair"
like "$all" '^[0-9]+\. cannot both be true: ' "audit: conflicts in sentences"
like "$all" '^usable: 4 chains' "models: the fit can be used"
like "$all" '^  lost +500 to 10,200 +4,[0-9]00 to 5,[0-9]00' "models: losses between bounds that the claims allow, and far inside the prior"
like "$all" 'such as one common source, is not in the model' "models: what claims cannot tell is said"
unlike "$all" '%%|nil|nan|userdata|table: 0x' "no slip of the pen in the pages"

# every number comes with its claims: at least one line for each table that rests on any
rests=$(printf '%s\n' "$all" | grep -c '^  Rests on')
[ "$rests" -ge 15 ]
t_result $? "each page names its evidence ($rests times)"

plots=$(ls out/*.svg | wc -l)
[ "$plots" -ge 5 ]
t_result $? "at least five plots, found $plots"
for svg in out/*.svg; do
	name=${svg##*/}
	printed=$(printf '%s\n' "$all" | grep -c "Plot: $svg")
	is "$printed" 1 "$name is announced"
	[ -s "${svg%.svg}.png" ]
	t_result $? "$name has a png beside it"
	if command -v xmllint >/dev/null; then
		ok "$name is well-formed" xmllint --noout "$svg"
	else
		grep -q '</svg>' "$svg"
		t_result $? "$name is complete"
	fi
done
for name in policies tornado effect belief compatible; do
	ok "the plot $name says that it shows assumptions" grep -q 'ASSUMPTIONS, NOT ESTIMATES' "out/40-incentive-$name.svg"
done

# alone, from another folder, with the data there: the same words and the same bytes
for script in 10-deployment 20-losses 30-captures 40-incentive regret genealogy audit models; do
	question=$(sed -n '1s/^-- //p' "$ROOT/scripts/dprk/$script.lua")
	exit_is 0 "$script alone" within 60 muster run "$ROOT/scripts/dprk/$script.lua" again
	is "$(printf '%s\n' "$out" | head -1)" "$question" "$script begins with its question"
done
same=0
for svg in out/*.svg; do
	cmp -s "$svg" "again/${svg#out/}" || same=1
done
t_result $same "plots repeat to the byte"

mkdir empty
exit_is 1 "without the data: refused" sh -c 'cd empty && exec "$MUSTER" run "$ROOT/scripts/dprk/20-losses.lua" out'
like "$err" "no data set 'dprk'" "without the data: said so"
done_testing
