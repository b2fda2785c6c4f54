# A C program of somebody else uses the library: names do not meet, headers suffice, a table comes out, a model is sampled.
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

# A model: theta given 7 of 10 is Beta(8, 4), whose mean is 2/3 and whose standard deviation is 0.13.
cat > model.c <<'C'
#include "muster.h"
#include <stdio.h>
#include <string.h>

int main(void)
{
	static const char text[] = "theta ~ beta(1, 1); k ~ binomial(n, theta)";
	static const double k = 7, n = 10;
	const struct model_input data[] = { { .name = "k", .values = &k }, { .name = "n", .values = &n } };
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	struct model *model = NULL;
	struct posterior *posterior = NULL;
	struct posterior_run *run = NULL;
	struct mcmc *chains = NULL;
	struct err e = ERR_INIT;
	double sum = 0, theta;
	int rc;

	o.chains = 2;
	if (!(rc = model_parse(text, strlen(text), &model, &e)) && !(rc = model_bind(model, data, 2, 0, &posterior, &e)) &&
	    !(rc = posterior_run_new(posterior, &run, &e)) && !(rc = mcmc_new(&o, posterior_unknowns(posterior), &chains, &e))) {
		struct density density = { .n = posterior_unknowns(posterior), .eval = posterior_density, .ctx = run };

		rc = mcmc_run(chains, &density, 1, 1000, NULL, &e);
		for (int c = 0; !rc && c < 2; c++)
			for (int i = 0; !rc && i < 1000; i++, sum += theta)
				rc = posterior_values(run, mcmc_draws(chains, c) + i, &theta, &e);
	}
	puts(rc ? e.msg : sum / 2000 > 0.64 && sum / 2000 < 0.69 ? "two thirds" : "something else");
	mcmc_free(chains);
	posterior_run_free(run);
	posterior_unref(posterior);
	model_unref(model);
	return rc != 0;
}
C
ok "a program with a model compiles and links" ${CC:-cc} -std=c11 -I"$ROOT/core" -I"$MUSTER_BUILD/include" -o model model.c \
	"$MUSTER_BUILD/libmuster.a" -lcsv $(pkg-config --libs gsl zlib libzstd liblz4 libxxhash) -lpthread
is "$(./model)" "two thirds" "and samples it"
done_testing
