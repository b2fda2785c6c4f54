/* count-libcsv.c - what a CSV file costs libcsv alone: fields and records are counted and nothing is kept. */
#include <csv.h>
#include <stdio.h>

static void on_field(void *p, size_t n, void *counts)
{
	(void)p;
	((long long *)counts)[0]++;
	((long long *)counts)[1] += (long long)n;
}

static void on_record(int c, void *counts)
{
	(void)c;
	((long long *)counts)[2]++;
}

static int no_space(unsigned char c)
{
	(void)c;
	return 0;
}

int main(int argc, char **argv)
{
	static char piece[1 << 18];
	long long counts[3] = { 0 };
	struct csv_parser p;
	FILE *f = argc > 1 ? fopen(argv[1], "rb") : NULL;
	size_t n;

	if (!f || csv_init(&p, CSV_STRICT | CSV_STRICT_FINI))
		return fprintf(stderr, "usage: count-libcsv FILE\n"), 2;
	csv_set_space_func(&p, no_space);
	while ((n = fread(piece, 1, sizeof piece, f)))
		if (csv_parse(&p, piece, n, on_field, on_record, counts) != n)
			return fprintf(stderr, "%s\n", csv_strerror(csv_error(&p))), 1;
	csv_fini(&p, on_field, on_record, counts);
	csv_free(&p);
	fclose(f);
	printf("%lld records, %lld fields, %lld bytes in fields\n", counts[2], counts[0], counts[1]);
	return 0;
}
