# bench-machine.sh - `machine` prints what a benchmark ran on.

cpu() { awk -F ' *: *' -v key="$1" '$1 ~ key "[ \t]*$" { print $2; exit }' /proc/cpuinfo; }

machine() {
	flags=$(cpu '^(flags|Features)' | tr ' ' '\n' | grep -E '^(sse4_2|pclmulqdq|bmi2|avx2|avx512(f|bw|vl|_vbmi2?)|asimd|sve)$' | paste -sd ' ')
	echo "$(nproc) x $(cpu '^(model name|CPU part)') ($flags), $(awk '/MemTotal/ { printf "%.0f", $2 / 1e6 }' /proc/meminfo) GB, $(uname -srm), \
huge pages $(sed 's/.*\[\(.*\)\].*/\1/' /sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null || echo none)"
}
