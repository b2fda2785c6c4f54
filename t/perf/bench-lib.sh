# bench-lib.sh - what bench-load and bench-query have in common: tools and files. It is read with $muster, $dir, $work, $peers.

. t/perf/bench-machine.sh

${CC:-cc} -O2 -std=c11 -o "$work/make-events" t/perf/make-events.c
${CC:-cc} -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -o "$work/bench-run" t/perf/bench-run.c

python=python3  # the first of several that has pandas
for candidate in $(which -a python3 2>/dev/null); do
	"$candidate" -c 'import pandas' 2>/dev/null && python=$candidate && break
done

version() { # NAME - of a tool, or nothing when it is not there
	case $1 in
	muster*) echo "$("$muster" --version | head -n 1), commit $(git describe --always --dirty 2>/dev/null || echo unknown)" ;;
	polars*) node "$peers"/polars.js --version ;;
	DuckDB*) node "$peers"/duckdb.js --version ;;
	data.table*) Rscript "$peers"/datatable.R version ;;
	pandas*) "$python" "$peers"/pandas.py --version ;;
	esac 2>/dev/null </dev/null
}

bytes() { # SIZE
	case $1 in
	*[!0-9kmg]* | [kmg]*) echo "expected a size such as 100m, found '$1'" >&2 && return 1 ;;
	*k) echo "${1%k}000" ;;
	*m) echo "${1%m}000000" ;;
	*g) echo "${1%g}000000000" ;;
	*) echo "$1" ;;
	esac
}

make_file() { # SIZE - $dir/data/ev_SIZE.csv and .truth; fails when the disk is too small
	want=$(bytes "$1") made=$dir/data/ev_$1
	[ ! -s "$made.csv" ] || [ ! -s "$made.truth" ] || return 0
	free=$(df -Pk "$dir/data" | awk 'NR == 2 { print $4 }')
	if [ $((want / 1000)) -gt "$free" ]; then
		echo "$1: left out, $dir/data has $((free / 1000)) MB free and the file takes $((want / 1000000))"
		return 1
	fi
	echo "making $made.csv" >&2
	if ! "$work/make-events" "$want" >"$made.part" 2>"$made.truth" || ! mv "$made.part" "$made.csv"; then
		echo "$1: left out, $made.csv cannot be written"
		rm -f "$made.part" "$made.truth"
		return 1
	fi
	sync
}

truth() { # SIZE KEY
	awk -v key="$2" '$1 == key { print $2 }' "$dir/data/ev_$1.truth"
}
