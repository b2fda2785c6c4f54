/*
 * source.c - the files of a load, opened one after the other and given away block by block.
 *
 * One thread at a time is in here, so what is counted needs no lock; it joins the ledger when the pass is over.
 */
#include "csv/load_priv.h"

#include <stdio.h>
#include <sys/stat.h>

/* == the dialect == */

/* The separator and the quote of a file, given or sniffed. */
static int source_dialect(struct loading *l, struct source *s, struct err *e)
{
	struct load_dialect *d = &l->out->dialects[s - l->sources];
	struct scan_options scan = l->o->scan;
	int rc;

	if (l->o->sniff && !(scan.sep && scan.quote)) {
		if ((rc = sniff_input(s->in, scan.sep, scan.quote, scan.skip, scan.comment, &d->sniff, e)))
			return rc;
		if (!d->sniff.clear)
			return sniff_unclear(&d->sniff, s->name, e);
		scan.sep = d->sniff.best.sep;
		scan.quote = d->sniff.best.quote;
		d->sniffed = true;
	}
	d->sep = scan.sep;
	d->quote = scan.quote;
	s->scan = scan;
	return 0;
}

const char *source_guess(const struct loading *l, const struct source *s, char out[SOURCE_GUESS_MAX])
{
	const struct load_dialect *d = &l->out->dialects[s - l->sources];
	char sep[SNIFF_NAME_MAX], quote[SNIFF_NAME_MAX];
	bool usual = d->sep == ',' && d->quote == '"' && s->nfields > 1;

	*out = '\0';
	if (d->sniffed && !(usual && l->o->rejects))
		snprintf(out, SOURCE_GUESS_MAX, " (separator %s and quote %s, guessed)", sniff_name(sep, d->sep),
			 sniff_name(quote, d->quote));
	return out;
}

/* == blocks == */

static void add_counts(struct ledger *g, const struct scan_counts *c)
{
	g->bytes_rows += c->rows;
	g->bytes_terminators += c->terminators;
	g->bytes_skipped += c->skipped;
	g->blank_lines += c->blank_lines;
}

/*
 * The header out of the first block of a file that has a record; s->begun says that this one had. A block in front of
 * it, blank lines and comments, is counted here and is empty then: nobody else may see it before the header is known.
 */
static int take_header(struct loading *l, struct source *s, struct block *b, struct err *e)
{
	struct records one = { 0 };
	struct scan_batch batch;
	struct scan_counts *c = &one.counts;
	int rc = records_of_block(&one, b, s->scan.quote, 1, &batch, e);

	if (rc)
		goto done;
	if (!batch.nrecords) {
		if (!l->settled)
			add_counts(&l->read, c);
		b->n = 0;
		goto done;
	}
	s->begun = true;
	if (b->patch && !l->o->no_header) {
		rc = err_set(e, ERR_DATA, "line %lld of '%s' is the header and no row", (long long)b->line, s->name);
		goto done;
	}
	if ((!s->header && (rc = header_read(l, s, &batch, &batch.records[0], e))) || l->o->no_header)
		goto done;
	if (b->slow) {
		b->batch.records++;
		b->batch.nrecords--;
	} else {
		reader_drop(l->reader, b, (size_t)(c->rows + c->terminators + c->skipped));
		if (!l->settled)
			add_counts(&l->read, c);
	}
done:
	records_release(&one);
	return rc;
}

/* What is read again has to be what was read. */
static int same_file(struct source *s, bool again, struct err *e)
{
	struct stat st;

	if (!s->path || s->size < 0 || stat(s->path, &st))
		return 0;
	if (again && (st.st_size != s->size_read || st.st_mtim.tv_sec != s->seconds || st.st_mtim.tv_nsec != s->nanoseconds))
		return err_set(e, ERR_IO, "'%s' changed while it was read", s->name);
	s->size_read = st.st_size;
	s->seconds = st.st_mtim.tv_sec;
	s->nanoseconds = st.st_mtim.tv_nsec;
	return 0;
}

static int open_source(struct loading *l, struct source *s, struct err *e)
{
	int rc = same_file(s, l->settled, e);

	if (rc)
		return rc;
	if (!s->in)
		rc = input_open(&s->in, s->path, &l->o->input, e);
	else if (l->settled)
		rc = input_rewind(s->in, e);
	if (rc)
		return rc;
	if (!input_can_rewind(s->in) && !l->settled && !l->forgets)
		input_keep(s->in);
	if (!l->settled && (rc = source_dialect(l, s, e)))
		return rc;
	s->begun = false;
	if ((rc = reader_open(s->in, &s->scan, &l->reader, e)))
		return rc;
	reader_patches(l->reader, s->patches, s->npatches);
	return 0;
}

static int close_source(struct loading *l, struct source *s, struct err *e)
{
	int64_t bytes, skipped, dropped;

	reader_counts(l->reader, &bytes, &skipped, &dropped);
	reader_close(l->reader);
	l->reader = NULL;
	if (!l->settled) {
		l->read.bytes += bytes;
		l->read.bytes_skipped += skipped;
		l->read.dropped_lines += dropped;
		if (!s->header)
			return err_set(e, ERR_DATA, "%s:1:1: error: %s", s->name,
				       bytes ? "no header: there are only blank lines" : "the file is empty");
	}
	if (s->path && input_can_rewind(s->in)) {
		input_close(s->in);
		s->in = NULL;
	}
	l->at++;
	return 0;
}

int sources_next(struct loading *l, struct block *b, int32_t *file, struct err *e)
{
	int rc;

	for (;;) {
		bool fresh = !l->reader;
		struct source *s = &l->sources[l->at];

		if (l->at == l->nsources) {
			b->n = 0;
			return 0;
		}
		if ((fresh && (rc = open_source(l, s, e))) || (rc = reader_next(l->reader, b, e)))
			return rc;
		if (!b->n) {
			if ((rc = close_source(l, s, e)))
				return rc;
			continue;
		}
		if (!s->begun) {
			if ((rc = take_header(l, s, b, e)))
				return rc;
			if (!b->n)       /* there was nothing else in it */
				continue;
		}
		*file = (int32_t)l->at;
		return 0;
	}
}

void sources_counted(struct loading *l)
{
	struct ledger *g = &l->out->ledger, *r = &l->read;

	g->bytes += r->bytes;
	g->bytes_rows += r->bytes_rows;
	g->bytes_terminators += r->bytes_terminators;
	g->bytes_skipped += r->bytes_skipped;
	g->blank_lines += r->blank_lines;
	g->dropped_lines += r->dropped_lines;
	*r = (struct ledger){ 0 };
}

void sources_rewind(struct loading *l)
{
	reader_close(l->reader);
	l->reader = NULL;
	l->at = 0;
	for (size_t i = 0; i < l->nsources; i++)
		l->sources[i].begun = false;
}

void source_release(struct source *s)
{
	for (size_t k = 0; s->header && k < s->nfields; k++)
		mem_free(s->header[k]);
	mem_free(s->header);
	dict_free(s->names);
	mem_free(s->wanted);
	mem_free(s->field);
	mem_free(s->patches);
	mem_free(s->name);
	if (s->path)
		input_close(s->in);
}
