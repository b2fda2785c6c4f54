/* sniff_read.c - a text read under one dialect: how wide its records are, what its cells look like, the score of that. */
#include "csv/scan.h"
#include "csv/sniff_priv.h"

#include <string.h>

static const double one_column = 0.3;    /* score of a text that the comma does not divide */

struct column_quotes {
	int64_t filled, quoted;
};

void reading_release(struct reading *r)
{
	buf_release(&r->seen);
	buf_release(&r->columns);
	*r = (struct reading){ 0 };
}

/* == one reading == */

static void count_quotes(struct reading *r, size_t k, const struct cell *c)
{
	struct column_quotes *columns;

	if (r->columns.n <= k * sizeof *columns)
		buf_fill(&r->columns, '\0', (k + 1) * sizeof *columns - r->columns.n);
	if (r->columns.failed)
		return;
	columns = (struct column_quotes *)(void *)r->columns.p;
	columns[k].filled += c->text.n > 0;
	columns[k].quoted += c->text.n > 0 && c->quoted;
}

static void take_record(struct reading *r, const struct scan_batch *b, const struct scan_record *rec, bool strict)
{
	const char *raw = b->raw + rec->raw;
	struct seen seen = { rec->line, rec->fault ? 0 : rec->nfields };
	bool first = !r->seen.n;
	size_t at = 0;

	buf_add(&r->seen, &seen, sizeof seen);
	for (size_t k = 0; k < seen.width; k++) {
		struct slice s = b->fields[rec->field + k];
		struct cell c = { s, r->sep, strict && at < rec->raw_size && raw[at] == r->quote };

		cell_count(first ? &r->first : &r->rest, &c);
		if (!first && r->quote == '\'')
			count_quotes(r, k, &c);
		if (c.quoted)
			for (size_t i = 0; i < s.n; i++)
				at += s.p[i] == r->quote;        /* doubled in the file */
		at += s.n + (c.quoted ? 2 : 0) + 1;
	}
}

/*
 * The record at the end of a text that is cut off is not whole. But a quote that opens early and takes a quarter of the
 * text with it is a fault: under a wrong quote everything behind it would look well.
 */
static void drop_last(struct reading *r, size_t raw_size, const struct question *q)
{
	if (!q->whole && r->seen.n > sizeof(struct seen) && raw_size < q->text.n / 4)
		r->seen.n -= sizeof(struct seen);
}

/* The most frequent width: of equally frequent ones that of the header, else the greater. */
static int find_fields(struct reading *r, struct err *e)
{
	const struct seen *seen = seen_of(r);
	size_t most = 0;
	int64_t *counts;

	r->records = (int64_t)(r->seen.n / sizeof *seen);
	r->header = r->records ? seen[0].width : 0;
	for (int64_t i = 0; i < r->records; i++) {
		most = seen[i].width > most ? seen[i].width : most;
		r->faults += !seen[i].width;
	}
	if (!(counts = mem_zero(most + 1, sizeof *counts)))
		return err_nomem(e);
	for (int64_t i = 0; i < r->records; i++)
		counts[seen[i].width]++;
	r->fields = r->header;
	r->agree = r->header ? counts[r->header] : 0;
	for (size_t k = most; k > 0; k--)
		if (counts[k] > r->agree) {
			r->agree = counts[k];
			r->fields = k;
		}
	mem_free(counts);
	return 0;
}

static double score(const struct reading *r)
{
	struct cell_counts c = r->rest.filled ? r->rest : r->first;
	double shape = reading_share(r) * reading_share(r), cells = 1;

	if (r->fields < 2)
		return r->sep == ',' ? one_column * reading_share(r) : 0;
	shape *= r->header == r->fields ? 1 : 0.4;
	shape *= 1 - 0.5 / (double)r->fields;
	if (c.filled) {
		double spoilt = c.spoilt / (double)c.filled;

		cells = (0.8 + 0.2 * (double)c.typed / (double)c.filled) * (1 - 0.3 * (spoilt < 2 ? spoilt : 2));
	}
	return shape * cells;
}

static int read_under(const struct question *q, char sep, char quote, bool strict, struct reading *out, struct err *e)
{
	struct scan_options o = { .sep = sep, .quote = quote, .lenient = !strict, .skip = q->skip };
	struct reading r = { .sep = sep, .quote = quote, .done = true };
	struct input *in = NULL;
	struct scanner *s = NULL;
	struct scan_batch b;
	size_t last = 0;
	int rc;

	o.comment = q->comment;
	if ((rc = input_memory(&in, "", q->text.p, q->text.n, e)) || (rc = scan_ref.open(in, &o, &s, e)))
		goto done;
	while (!(rc = scan_ref.next(s, &b, e)) && b.nrecords) {
		for (size_t i = 0; i < b.nrecords; i++)
			take_record(&r, &b, &b.records[i], strict);
		last = b.records[b.nrecords - 1].raw_size;
	}
	if (!rc && (r.seen.failed || r.columns.failed))
		rc = err_nomem(e);
	if (rc)
		goto done;
	drop_last(&r, last, q);
	if (!(rc = find_fields(&r, e)))
		r.score = score(&r);
done:
	if (s)
		scan_ref.close(s);
	input_close(in);
	if (rc)
		reading_release(&r);
	else
		*out = r;
	return rc;
}

/* == the quote of one separator == */

/* Somewhere a field could begin with the single quote, and somewhere one could end with it. */
static bool single_quotes(struct slice t, char sep)
{
	bool begins = false, ends = false;

	for (size_t i = 0; i < t.n && !(begins && ends); i++) {
		const char *found = memchr(t.p + i, '\'', t.n - i);

		if (!found)
			break;
		i = (size_t)(found - t.p);
		begins |= !i || found[-1] == sep || found[-1] == '\n' || found[-1] == '\r';
		ends |= i + 1 == t.n || found[1] == sep || found[1] == '\n' || found[1] == '\r';
	}
	return begins && ends;
}

/* Columns hold quotes throughout or not at all, as a program writes them; in a text they stand here and there. */
static bool quotes_by_column(const struct reading *r)
{
	const struct column_quotes *c = (const struct column_quotes *)(const void *)r->columns.p;

	if (r->records == 1)
		return r->first.quoted == r->first.filled;
	for (size_t k = 0; k < r->columns.n / sizeof *c; k++)
		if (c[k].quoted && c[k].quoted * 10 < c[k].filled * 9)
			return false;
	return r->rest.quoted > 0;
}

/* Is `single` better than `twice`, the same separator with the double quote? */
static bool prefers_single(const struct reading *twice, const struct reading *single)
{
	int64_t quoted = single->first.quoted + single->rest.quoted;

	if (single->faults || twice->first.quoted + twice->rest.quoted || !quoted)
		return false;
	return single->agree == single->records && (reading_share(twice) < 1 || (quoted > 1 && quotes_by_column(single)));
}

int reading_make(const struct question *q, char sep, char quote, bool strict, struct reading *out, struct err *e)
{
	struct reading single = { 0 };
	int rc = read_under(q, sep, quote ? quote : sep == '"' ? '\'' : '"', strict, out, e);

	if (rc || quote || !strict || sep == '\'' || sep == '"' || !single_quotes(q->text, sep))
		return rc;
	if ((rc = read_under(q, sep, '\'', strict, &single, e)))
		return rc;
	if (prefers_single(out, &single)) {
		struct reading old = *out;

		*out = single;
		single = old;
	}
	reading_release(&single);
	return 0;
}
