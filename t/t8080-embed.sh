# A C program of somebody else uses the library: names do not meet, headers suffice, a table comes out.
. "$T/lib.sh"

case $MUSTER_BUILD in
*/san-*) skip_all "the library of a sanitized build needs the sanitizer's own flags" ;;
esac
command -v "${CC:-cc}" >/dev/null || skip_all "no C compiler"

plain=$(nm -g --defined-only "$MUSTER_BUILD/libmuster.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | grep -v '^muster_' | head -3)
is "$plain" "" "every name in the library begins with muster_"

cat > prog.c <<'C'
#include "muster.h"
#include <stdio.h>

int main(int argc, char **argv)
{
	struct load_options o = LOAD_DEFAULT;
	struct load l = LOAD_INIT;
	struct buf text = BUF_INIT;
	struct err e = ERR_INIT;

	if (argc < 2 || load_file(argv[1], &o, &l, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	table_print(&text, l.table, NULL);
	fputs(text.p, stdout);
	buf_release(&text);
	load_release(&l);
	return 0;
}
C
# A second file with functions of the same names as the library's: they must not meet.
cat > other.c <<'C'
int table_new(void);
int table_new(void) { return 1; }
int buf_add(void);
int buf_add(void) { return 2; }
C
ok "a program compiles and links" ${CC:-cc} -std=c11 -I"$ROOT/core" -I"$MUSTER_BUILD/include" -o prog prog.c other.c \
	"$MUSTER_BUILD/libmuster.a" -lcsv $(pkg-config --libs gsl zlib libzstd liblz4 libxxhash) -lpthread
printf 'n,who\n1,a\n22,b\n' > t.csv
is "$(./prog t.csv)" "    n  who
int64  string
    1  a
   22  b" "and reads a table"
exit_is 1 "and is told what is wrong" ./prog nowhere.csv
like "$err" "cannot open 'nowhere.csv'" "with the library's message"
done_testing
