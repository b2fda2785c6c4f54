# bench-mcmc.awk - the runs of t/perf/bench-mcmc as tables. A line of input: model, tool, round, seconds of sampling, seconds with
# compilation, smallest bulk ESS, largest R-hat. Of a tool's runs in a round the median counts; ratios are those of one round.

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

function of_round(model, tool, round, what,    v, k, n) {
	n = count[model, tool, round]
	for (k = 1; k <= n; k++)
		v[k] = run[model, tool, round, k, what]
	return n ? median(v, n) : 0
}

function of_all(model, tool, what,    v, n, r) {
	for (r = 1; r <= rounds; r++)
		if (count[model, tool, r])
			v[++n] = of_round(model, tool, r, what)
	return median(v, n)
}

function ratio(model, tool, what,    v, n, r) {
	for (r = 1; r <= rounds; r++)
		if (count[model, "muster", r] && count[model, tool, r])
			v[++n] = of_round(model, "muster", r, what) / of_round(model, tool, r, what)
	return n ? sprintf("%.1f (%.1f to %.1f)", median(v, n), lowest, highest) : "-"
}

{
	if (!($1 in models)) {
		models[$1]
		order[++nmodels] = $1
	}
	if (!($2 in tools)) {
		tools[$2]
		names[++ntools] = $2
	}
	k = ++count[$1, $2, $3]
	run[$1, $2, $3, k, "seconds"] = $4
	run[$1, $2, $3, k, "whole"] = $5
	run[$1, $2, $3, k, "ess"] = $6
	run[$1, $2, $3, k, "rate"] = $6 / $4
	run[$1, $2, $3, k, "rate_whole"] = $6 / $5
	if ($7 > worst[$1, $2])
		worst[$1, $2] = $7
	if ($3 > rounds)
		rounds = $3
	seen[$1, $2]
}

END {
	for (i = 1; i <= nmodels; i++) {
		m = order[i]
		printf "\n%s, %d rounds\n\n", m, rounds
		print "| tool | seconds | with compilation | smallest bulk ESS | ESS/s | muster over it | ESS/s with compilation | muster over it | largest R-hat |"
		print "|---|---|---|---|---|---|---|---|---|"
		for (j = 1; j <= ntools; j++) {
			t = names[j]
			if ((m, t) in seen)
				printf "| %s | %.3f | %.3f | %.0f | %.0f | %s | %.0f | %s | %.4f |\n", t, of_all(m, t, "seconds"), of_all(m, t, "whole"),
					of_all(m, t, "ess"), of_all(m, t, "rate"), ratio(m, t, "rate"), of_all(m, t, "rate_whole"), ratio(m, t, "rate_whole"), worst[m, t]
		}
	}
}
