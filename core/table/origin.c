/*
 * origin.c - where rows come from, in little memory.
 *
 * A file and a line in it are one number, a place. Rows on consecutive lines have consecutive places, so a table as
 * it was read is one run, broken where a record has a line end inside quotes or a row was dropped. A table in another
 * order has no runs to speak of; it keeps the place of each row.
 */
#include "table/table_priv.h"

#include <assert.h>
#include <string.h>

#define LINE_LIMIT (INT64_C(1) << ORIGIN_LINE_BITS)

struct origin {
	long refs;
	int64_t rows;
	struct column *files;            /* their names */
	struct origin_run *runs;         /* by row; NULL when there are places */
	size_t nruns;
	int64_t *places;
};

/* == building == */

static void add_place(struct origin_runs *b, int64_t row, int64_t place)
{
	struct origin_run *last = b->n ? b->items + b->n - 1 : NULL, *grown;
	size_t cap = b->cap ? b->cap * 2 : 8;

	if (b->failed || (last && place - last->place == row - last->row))
		return;
	if (b->n == b->cap) {
		if (!(grown = mem_resize(b->items, cap * sizeof *grown))) {
			b->failed = true;
			return;
		}
		b->items = grown;
		b->cap = cap;
	}
	b->items[b->n++] = (struct origin_run){ row, place };
}

void origin_add(struct origin_runs *b, int64_t row, int32_t file, int64_t line)
{
	assert(b->n ? row > b->items[b->n - 1].row : row == 0 || b->failed || b->beyond);
	if (file < 0 || file >= ORIGIN_FILES_MAX || line < 0 || line >= LINE_LIMIT)
		b->beyond = true;
	else
		add_place(b, row, (int64_t)file << ORIGIN_LINE_BITS | line);
}

void origin_runs_release(struct origin_runs *b)
{
	mem_free(b->items);
	*b = (struct origin_runs)ORIGIN_RUNS_INIT;
}

static int64_t run_end(const struct origin_runs *b, size_t k, int64_t rows)
{
	return k + 1 < b->n ? b->items[k + 1].row : rows;
}

/* The last line of each run must be one, too: a place that runs over would be in the next file. */
static bool within(const struct origin_runs *b, int64_t rows)
{
	for (size_t k = 0; k < b->n; k++)
		if ((b->items[k].place & (LINE_LIMIT - 1)) + run_end(b, k, rows) - b->items[k].row > LINE_LIMIT)
			return false;
	return !b->beyond;
}

/* A run takes 16 bytes, a place 8. */
static bool runs_pay(size_t runs, int64_t rows)
{
	return runs <= (size_t)rows / 2 || rows < 2;
}

static int64_t *places_of(const struct origin_runs *b, int64_t rows)
{
	int64_t *places = mem_column((size_t)rows * sizeof *places);

	for (size_t k = 0; places && k < b->n; k++)
		for (int64_t row = b->items[k].row; row < run_end(b, k, rows); row++)
			places[row] = b->items[k].place + (row - b->items[k].row);
	return places;
}

/* With one of the two, which becomes the origin's on success. */
static int make(struct origin_run *runs, size_t nruns, int64_t *places, int64_t rows, const struct column *files,
		struct origin **out, struct err *e)
{
	struct origin *o = mem_zero(1, sizeof *o);

	if (!o)
		return err_nomem(e);
	*o = (struct origin){ 1, rows, column_ref(files), runs, nruns, places };
	*out = o;
	return 0;
}

/* Empties the list. */
static int finish(struct origin_runs *b, int64_t rows, const struct column *files, struct origin **out, struct err *e)
{
	bool pay = runs_pay(b->n, rows);
	struct origin_run *runs = !b->failed && pay ? mem_resize(b->items, b->n * sizeof *runs) : NULL;
	int64_t *places = b->failed || pay ? NULL : places_of(b, rows);
	int rc;

	if (runs)
		b->items = runs;
	rc = runs || places ? make(runs, b->n, places, rows, files, out, e) : err_nomem(e);
	if (runs && !rc)
		b->items = NULL;
	if (rc)
		mem_free(places);
	origin_runs_release(b);
	return rc;
}

static int name_column(const char *const *files, int32_t n, struct column **out, struct err *e)
{
	struct builder b;
	int rc = builder_init(&b, TYPE_STRING, e);

	for (int32_t k = 0; k < n && !rc; k++)
		builder_string(&b, files[k], strlen(files[k]));
	return rc ? rc : builder_finish(&b, out, e);
}

int origin_finish(struct origin_runs *b, int64_t rows, const char *const *files, int32_t nfiles, struct origin **out,
		  struct err *e)
{
	struct column *names = NULL;
	int rc = 0;

	assert(b->failed || b->beyond || (rows ? b->n > 0 && b->items[b->n - 1].row < rows : !b->n));
	if (!b->failed && !within(b, rows))
		rc = err_set(e, ERR_DOMAIN, "the place of a row is beyond line 2^%d or file 2^23", ORIGIN_LINE_BITS);
	if (!rc)
		rc = name_column(files, nfiles, &names, e);
	if (rc)
		origin_runs_release(b);
	else
		rc = finish(b, rows, names, out, e);
	column_unref(names);
	return rc;
}

/* == reading == */

struct origin *origin_ref(const struct origin *o)
{
	struct origin *shared = (struct origin *)(uintptr_t)o;     /* only the count of an origin ever changes */

	__atomic_fetch_add(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void origin_unref(struct origin *o)
{
	if (!o || __atomic_sub_fetch(&o->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	column_unref(o->files);
	mem_free(o->runs);
	mem_free(o->places);
	mem_free(o);
}

/* The run that holds a row. */
static size_t find_run(const struct origin *o, int64_t row)
{
	size_t low = 0, high = o->nruns;         /* it begins at or behind low, and before high */

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (o->runs[middle].row <= row)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* *k is the run of the row before, in which this one is likely to be, too. */
static int64_t place_of(const struct origin *o, int64_t row, size_t *k)
{
	if (o->places)
		return o->places[row];
	if (row < o->runs[*k].row || (*k + 1 < o->nruns && row >= o->runs[*k + 1].row)) {
		bool next = row >= o->runs[*k].row && (*k + 2 == o->nruns || row < o->runs[*k + 2].row);

		*k = next ? *k + 1 : find_run(o, row);
	}
	return o->runs[*k].place + (row - o->runs[*k].row);
}

bool origin_where(const struct origin *o, int64_t row, struct slice *file, int64_t *line)
{
	int64_t place;
	size_t k = 0;

	if (!o)
		return false;
	assert(row >= 0 && row < o->rows);
	place = place_of(o, row, &k);
	assert(place >> ORIGIN_LINE_BITS < o->files->length);
	*file = column_string(o->files, place >> ORIGIN_LINE_BITS);
	*line = place & (LINE_LIMIT - 1);
	return true;
}

/* == joining == */

/* The names of the files of `o`, as numbers of the files of all. */
static int32_t *number_files(const struct origin *o, struct dict *all)
{
	int32_t *map = mem_alloc((size_t)o->files->length * sizeof *map);

	for (int64_t k = 0; map && k < o->files->length; k++) {
		struct slice name = column_string(o->files, k);

		if ((map[k] = dict_code(all, name.p, name.n)) < 0) {
			mem_free(map);
			return NULL;
		}
	}
	return map;
}

static void add_all(struct origin_runs *b, int64_t row, const struct origin *o, const int32_t *map)
{
	for (int64_t k = 0; k < (o->places ? o->rows : (int64_t)o->nruns); k++) {
		int64_t place = o->places ? o->places[k] : o->runs[k].place;

		place = (int64_t)map[place >> ORIGIN_LINE_BITS] << ORIGIN_LINE_BITS | (place & (LINE_LIMIT - 1));
		add_place(b, row + (o->places ? k : o->runs[k].row), place);
	}
}

int origin_concat(const struct origin *const *from, int n, struct origin **out, struct err *e)
{
	struct origin_runs b = ORIGIN_RUNS_INIT;
	struct dict *names = dict_new();
	struct column *files = NULL;
	int64_t rows = 0;
	int rc = names ? 0 : err_nomem(e);

	for (int k = 0; k < n && !rc; k++) {
		int32_t *map = number_files(from[k], names);

		if (map)
			add_all(&b, rows, from[k], map);
		else
			rc = err_nomem(e);
		mem_free(map);
		rows += from[k]->rows;
	}
	if (!rc && dict_count(names) > ORIGIN_FILES_MAX)
		rc = err_set(e, ERR_DOMAIN, "rows of more than 2^23 files");
	if (!rc)
		rc = dict_column(names, &files, e);
	if (!rc)
		rc = finish(&b, rows, files, out, e);
	origin_runs_release(&b);
	column_unref(files);
	dict_free(names);
	return rc;
}

/* == taking == */

/* Runs out of runs: n rows from `from` on, which become the rows from `row` on. */
static void add_span(struct origin_runs *b, const struct origin *o, int64_t row, int64_t from, int64_t n)
{
	for (size_t k = find_run(o, from); n && k < o->nruns && o->runs[k].row < from + n; k++) {
		int64_t skip = o->runs[k].row < from ? from - o->runs[k].row : 0;

		add_place(b, row + (o->runs[k].row + skip - from), o->runs[k].place + skip);
	}
}

void origin_places(const struct origin *o, const uint32_t *idx, int64_t n, int64_t *places)
{
	size_t run = 0;

	if (o->places)
		for (int64_t k = 0; k < n; k++)
			places[k] = o->places[idx[k]];
	else
		for (int64_t k = 0; k < n; k++)
			places[k] = place_of(o, idx[k], &run);
}

void origin_span(const struct origin *o, int64_t from, int64_t n, int64_t *places)
{
	size_t run = 0;

	for (int64_t k = 0; k < n; k++)
		places[k] = place_of(o, from + k, &run);
}

const int64_t *origin_direct(const struct origin *o)
{
	return o->places;
}

int64_t origin_breaks(const struct origin *o)
{
	return (int64_t)o->nruns;
}

int origin_of_places(const struct origin *o, int64_t *places, int64_t rows, struct origin **out, struct err *e)
{
	struct origin_runs b = ORIGIN_RUNS_INIT;
	size_t runs = rows > 0;
	int rc;

	for (int64_t row = 1; row < rows; row++)
		runs += places[row] != places[row - 1] + 1;
	if (!runs_pay(runs, rows))
		return make(NULL, 0, places, rows, o->files, out, e);
	for (int64_t row = 0; row < rows; row++)
		add_place(&b, row, places[row]);
	if (!(rc = finish(&b, rows, o->files, out, e)))
		mem_free(places);
	return rc;
}

static int64_t *pick_places(const struct origin *o, const struct pick *p)
{
	int64_t *places = mem_column((size_t)p->n * sizeof *places), *to = places;
	size_t run = 0;

	if (!places)
		return NULL;
	for (size_t k = 0; k < p->nruns; to += p->runs[k++].n)
		if (p->runs[k].n)
			memcpy(to, o->places + p->runs[k].from, (size_t)p->runs[k].n * sizeof *to);
	for (int64_t k = 0; p->idx && k < p->n; k++)
		places[k] = place_of(o, p->idx[k], &run);
	return places;
}

int origin_pick(const struct origin *o, const struct pick *p, struct origin **out, struct err *e)
{
	struct origin_runs b = ORIGIN_RUNS_INIT;
	int64_t *places = NULL, row = 0;
	int rc;

	if (!p->idx && !o->places) {
		for (size_t k = 0; k < p->nruns; row += p->runs[k++].n)
			add_span(&b, o, row, p->runs[k].from, p->runs[k].n);
		return finish(&b, p->n, o->files, out, e);
	}
	if (!(places = pick_places(o, p)))
		return err_nomem(e);
	if ((rc = origin_of_places(o, places, p->n, out, e)))
		mem_free(places);
	return rc;
}

int origin_take(const struct origin *o, const int64_t *idx, int64_t n, struct origin **out, struct err *e)
{
	struct pick p;
	int rc = pick_rows(&p, idx, n, o->rows, "table", e);

	if (rc)
		return rc;
	rc = origin_pick(o, &p, out, e);
	pick_release(&p);
	return rc;
}

int origin_slice(const struct origin *o, int64_t from, int64_t n, struct origin **out, struct err *e)
{
	struct pick p;
	int rc = pick_span(&p, from, n, o->rows, "table", e);

	return rc ? rc : origin_pick(o, &p, out, e);
}
