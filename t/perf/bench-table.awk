# bench-table.awk - the runs of t/perf/bench-load as a table: awk -v right=TEXT -f bench-table.awk LIST WRONG RUNS
#
# LIST holds the readers in order, WRONG those that were caught with another result, RUNS a line a run: name, round,
# microseconds, those of the processor, kB anonymous, kB resident, percent of a core that others used, runs thrown away
# before it. Ratios are medians over the rounds, each of two runs of the same round; a reader of 5 columns compares with
# its like.

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

function of(name, what,    r, v, n) {   # the median of what was measured
	for (r = 1; r <= rounds; r++)
		if ((name, r, what) in run)
			v[++n] = run[name, r, what]
	return median(v, n)
}

function ratio(over, under,    r, v, n, m) {
	for (r = 1; r <= rounds; r++)
		if ((over, r, "us") in run && (under, r, "us") in run)
			v[++n] = run[over, r, "us"] / run[under, r, "us"]
	if (!n)
		return "-"
	m = median(v, n)
	return sprintf("%.2f (%.2f to %.2f)", m, lowest, highest)
}

function seconds(us) {
	return sprintf(us < 1e5 ? "%.5f" : "%.3f", us / 1e6)
}

function row(name, time, base, peer, cpu, anon, rss, dropped, result) {
	printf "| %-22s | %-28s | %-24s | %-24s | %7s | %7s | %7s | %7s | %-5s |\n", name, time, base, peer, cpu, anon, rss,
	       dropped, result
}

BEGIN { FS = "\t" }
FILENAME ~ /list$/ { name[++names] = $1; next }
FILENAME ~ /wrong$/ { wrong[$1] = 1; next }
{
	run[$1, $2, "us"] = $3
	run[$1, $2, "cpu"] = $4
	run[$1, $2, "anon"] = $5 / 1000
	run[$1, $2, "rss"] = $6 / 1000
	kept[$1] += $7 >= 25
	any_kept += $7 >= 25
	dropped[$1] += $8
	if ($2 > rounds)
		rounds = $2
}

END {
	for (i = 1; i <= names; i++) {
		s = name[i]
		group[s] = s ~ /5 columns$/ ? ", 5 columns" : ""
		if (s ~ /^muster/ || !(s in kept))
			continue
		m = of(s, "us")
		if (!(group[s] in peer) || m < best[group[s]]) {
			best[group[s]] = m
			peer[group[s]] = s
		}
	}
	row("reader", "seconds (min to max)", "times muster", "fastest peer / it", "cpu s", "anon MB", "rss MB", "dropped", "right")
	row("---", "---", "---", "---", "--:", "--:", "--:", "--:", "---")
	for (i = 1; i <= names; i++) {
		s = name[i]
		if (!(s in kept)) {
			row(s, "failed", "", "", "", "", "", "", "NO")
			continue
		}
		base = "muster" group[s]
		m = seconds(of(s, "us"))
		row(s, m " (" seconds(lowest) " to " seconds(highest) ")", s == base ? "1" : ratio(s, base),
		    s ~ /^muster/ && group[s] in peer ? ratio(peer[group[s]], s) : "", seconds(of(s, "cpu")),
		    sprintf("%.1f", of(s, "anon")), sprintf("%.1f", of(s, "rss")), dropped[s] (kept[s] ? "+" kept[s] : ""), s in wrong ? "NO" : "yes")
	}
	print "\nright: " right "; dropped: runs thrown away for other load" (any_kept ? ", +n: disturbed ones that were kept" : "")
	for (i = 1; i <= names; i++) {
		s = name[i]
		g = group[s]
		if (s != "muster" g || !(s in kept) || !(g in peer))
			continue
		m = of(s, "anon")
		printf "%s: the fastest peer is %s, %s times as long", s, peer[g], ratio(peer[g], s)
		printf m ? ", %.2f times the anonymous memory\n" : "\n", m ? of(peer[g], "anon") / m : 0
	}
}
