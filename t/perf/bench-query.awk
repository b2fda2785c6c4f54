# bench-query.awk - the runs of t/perf/bench-query as a table: awk -f bench-query.awk TOOLS QUERIES TRUTH RUNS
#
# TOOLS: a tool a line. QUERIES: name, tab, title. TRUTH: a query and what its result is, * for anything. RUNS: as bench-query notes them.
# A time is the median over the rounds of the medians of a round. A result is right when it does not contradict TRUTH and most tools
# that have one have the same. The ratio is that of the fastest right peer to muster, the median over the rounds.

function median(v, n,    i, j, x) {     # sorts v; leaves its ends in lowest and highest
	for (i = 2; i <= n; i++) {
		x = v[i]
		for (j = i - 1; j && v[j] > x; j--)
			v[j + 1] = v[j]
		v[j + 1] = x
	}
	lowest = v[1]
	highest = v[n]
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function time(tool, query,    r, v, n) {
	for (r = 1; r <= rounds; r++)
		if ((tool, query, r) in ms)
			v[++n] = ms[tool, query, r]
	return n ? median(v, n) : -1
}

function ratio(over, under, query,    r, v, n) {
	for (r = 1; r <= rounds; r++)
		if ((over, query, r) in ms && (under, query, r) in ms)
			v[++n] = ms[over, query, r] / ms[under, query, r]
	return n ? median(v, n) : 0
}

function contradicts(query, result,    a, b, n, k) {
	n = split(truth[query], a, " ")
	split(result, b, " ")
	for (k = 1; k <= n; k++)
		if (a[k] != "*" && a[k] != b[k])
			return 1
	return 0
}

# Sets wrong[tool, query].
function judge(query,    i, tool, count, most, common, tie, any) {
	for (i = 1; i <= tools; i++)
		if ((name[i], query) in result && !contradicts(query, result[name[i], query])) {
			count[result[name[i], query]]++
			any++
		}
	for (i in count)
		if (count[i] > most) {
			most = count[i]
			common = i
			tie = 0
		} else if (count[i] == most)
			tie = 1
	if (tie)
		print_later = print_later query ": the tools do not agree, and none is in the majority\n"
	for (i = 1; i <= tools; i++) {
		tool = name[i]
		if ((tool, query) in result && !tie && result[tool, query] != common) {
			wrong[tool, query] = 1
			print_later = print_later query ": " tool " is wrong, it says " result[tool, query] ", right is " common "\n"
		}
		if ((tool, query) in unsteady)
			print_later = print_later query ": " tool " gives different results in different rounds\n"
	}
	if (any == 1)
		print_later = print_later query ": only one tool has a result, which is compared with nothing but make-events\n"
}

function show(t) {
	return sprintf(t < 10 ? "%.2f" : t < 100 ? "%.1f" : "%.0f", t)
}

function rule(n,    s) {
	while (n--)
		s = s "-"
	return s
}

BEGIN { FS = "\t" }
FILENAME ~ /tools$/ { name[++tools] = $1; next }
FILENAME ~ /queries$/ { query[++queries] = $1; title[$1] = $2; next }
FILENAME ~ /truth$/ {
	at = index($0, " ")
	truth[substr($0, 1, at - 1)] = substr($0, at + 1)
	next
}
$1 == "ms" {
	n = split($5, v, " ")
	for (i = 1; i <= n; i++)
		v[i] += 0
	ms[$2, $4, $3] = median(v, n)
	if ($3 > rounds)
		rounds = $3
}
$1 == "is" {
	if (($2, $3) in result && result[$2, $3] != $4)
		unsteady[$2, $3] = 1
	result[$2, $3] = $4
}
$1 == "no" { reason[$2, $3] = $4 }
$1 == "anon" { anon[$2] = $4 > anon[$2] ? $4 : anon[$2] }
$1 == "dropped" { dropped[$2] += $4 }

END {
	line = sprintf("| %-28s |", "query")
	under = sprintf("| %s |", rule(28))
	for (i = 1; i <= tools; i++) {
		line = line sprintf(" %10s |", name[i])
		under = under " " rule(9) ": |"
	}
	print line " best peer / muster             |"
	print under " " rule(30) " |"
	for (q = 1; q <= queries; q++) {
		judge(query[q])
		line = sprintf("| %-28s |", title[query[q]])
		peer = ""
		for (i = 1; i <= tools; i++) {
			t = time(name[i], query[q])
			bad = (name[i], query[q]) in wrong
			line = line sprintf(" %10s |", t < 0 ? "-" : show(t) (bad ? " wrong" : ""))
			if (name[i] != "muster" && t >= 0 && !bad && (peer == "" || t < best)) {
				best = t
				peer = name[i]
			}
		}
		r = peer == "" || ("muster", query[q]) in wrong ? 0 : ratio(peer, "muster", query[q])
		if (r) {
			line = line sprintf(" %-30s |", sprintf("%.2f (%.2f to %.2f) %s", r, lowest, highest, peer))
			logs += log(r)
			counted++
			if (r < 1)
				slower = slower sprintf("%s%s %.2f", slower == "" ? "" : ", ", title[query[q]], r)
		} else
			line = line sprintf(" %-30s |", "-")
		print line
	}
	print ""
	if (counted)
		printf "geometric mean of the ratios of %d queries: %.2f\n", counted, exp(logs / counted)
	if (slower != "")
		print "slower than the best peer: " slower
	line = ""
	for (i = 1; i <= tools; i++)
		if (name[i] in anon)
			line = line sprintf("%s%s %.0f", line == "" ? "" : ", ", name[i], anon[name[i]] / 1000)
	if (line != "")
		print "peak anonymous memory of the query over the CSV, MB: " line
	printf "%s", print_later
	for (i = 1; i <= tools; i++) {
		for (q = 1; q <= queries; q++)
			if ((name[i], query[q]) in reason)
				print title[query[q]] ": " name[i] ": " reason[name[i], query[q]]
		if ((name[i], "all") in reason)
			print name[i] ": " reason[name[i], "all"]
		if (name[i] in dropped)
			print name[i] ": " dropped[name[i]] " disturbed runs were thrown away"
	}
}
