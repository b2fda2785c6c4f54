/*
 * expr_rows.h - small tables told in a line, and expressions over them, for the tests of expressions.
 *
 *   x:int64 = 1 - 3; name:string = a 'b c' -        columns; - is missing, quotes where a value has blanks
 */
#ifndef EXPR_ROWS_H
#define EXPR_ROWS_H

#include "expr/expr.h"

#include <stdio.h>
#include <string.h>

enum { ROWS_COLUMNS = 16, ROWS_MOST = 64 };

struct rows {
	int ncols, n;
	char names[ROWS_COLUMNS][32];
	const char *name_list[ROWS_COLUMNS];
	enum type types[ROWS_COLUMNS];
	struct column *cols[ROWS_COLUMNS];
};

static inline void rows_release(struct rows *r)
{
	for (int i = 0; i < r->ncols; i++)
		column_unref(r->cols[i]);
	memset(r, 0, sizeof *r);
}

/* A figure as "low~high", "nearly 11000", or a number. */
static inline bool rows_figure(struct builder *b, struct slice s)
{
	static const struct {
		const char *word;
		enum quantity_kind kind;
	} words[] = { { "about", QUANTITY_ABOUT }, { "nearly", QUANTITY_NEARLY }, { ">", QUANTITY_MORE_THAN },
		      { ">=", QUANTITY_AT_LEAST }, { "upto", QUANTITY_UP_TO } };
	char text[64];
	struct quantity q = { .kind = QUANTITY_EXACT };
	double low = NAN, best = NAN, high = NAN;
	char *p = text, *share;

	snprintf(text, sizeof text, "%.*s", (int)s.n, s.p);
	if ((share = strchr(text, '@'))) {
		*share = '\0';
		q.base = slice_of(s.p + (share + 1 - text), s.n - (size_t)(share + 1 - text));
	}
	if (strchr(text, '~')) {
		q.kind = QUANTITY_RANGE;
		sscanf(text, "%lf~%lf", &low, &high);
	} else {
		for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
			size_t n = strlen(words[k].word);

			if (!strncmp(p, words[k].word, n) && p[n] != '=') {
				q.kind = words[k].kind;
				p += n;
				break;
			}
		}
		sscanf(p, "%lf", &best);
	}
	if (quantity_bounds(q.kind, low, best, high, QUANTITY_ROUNDING, q.base.n > 0, &q, NULL))
		return false;
	builder_quantity(b, &q);
	return true;
}

/* False, and a line on stderr, when the text is none. */
static inline bool rows_parse(struct rows *r, const char *text)
{
	const char *p = text;

	memset(r, 0, sizeof *r);
	while (*p == ' ')
		p++;
	while (*p) {
		char type[16] = "";
		struct builder b;
		int used = 0, n = 0;

		if (sscanf(p, " %31[^:; ]:%15[a-z0-9] =%n", r->names[r->ncols], type, &used) < 2 || !used ||
		    !type_from_name(type, &r->types[r->ncols]))
			goto bad;
		p += used;
		builder_init(&b, r->types[r->ncols], NULL);
		for (; *p && *p != ';'; n++) {
			struct slice v;

			while (*p == ' ')
				p++;
			if (!*p || *p == ';')
				break;
			if (*p == '\'') {
				v = slice_of(p + 1, strcspn(p + 1, "'"));
				p += v.n + 2;
			} else {
				v = slice_of(p, strcspn(p, " ;"));
				p += v.n;
				if (slice_is(v, "-")) {
					builder_missing(&b);
					continue;
				}
			}
			if (b.type == TYPE_QUANTITY ? !rows_figure(&b, v) : !builder_parse(&b, v)) {
				builder_release(&b);
				goto bad;
			}
		}
		if (builder_finish(&b, &r->cols[r->ncols], NULL))
			return false;
		r->name_list[r->ncols] = r->names[r->ncols];
		r->ncols++;
		r->n = n;
		p += *p == ';';
		while (*p == ' ')
			p++;
	}
	return true;
bad:
	fprintf(stderr, "no rows: %s\n", p);
	return false;
}

/* A value as text: - for missing, strings in quotes where they are no word. */
static inline void rows_show(struct buf *out, const struct vec *v, int32_t i)
{
	char text[DATETIME_TEXT_MAX];
	int32_t k = v->constant ? 0 : i;
	struct slice s;

	if (!vec_has(v, i)) {
		buf_char(out, '-');
		return;
	}
	switch (v->type) {
	case TYPE_BOOL: buf_str(out, v->as.truth[k] == 1 ? "true" : v->as.truth[k] ? "ODD" : "false"); break;
	case TYPE_INT64: buf_printf(out, "%lld", (long long)v->as.i64[k]); break;
	case TYPE_FLOAT64: text_print_float64(text, v->as.f64[k]), buf_str(out, text); break;
	case TYPE_DATE: date_print(text, v->as.days[k]), buf_str(out, text); break;
	case TYPE_DATETIME: datetime_print(text, v->as.i64[k]), buf_str(out, text); break;
	case TYPE_QUANTITY: quantity_print(out, &v->as.figure[k]); break;
	default:
		s = vec_text(v, i);
		buf_char(out, '\'');
		buf_add(out, s.p, s.n);
		buf_char(out, '\'');
	}
}

/* Rows from, from + 1 ... of the table as a batch; the caller releases the rooms. */
static inline int rows_batch(const struct rows *r, int64_t from, const uint32_t *rows, int32_t n, struct vec *cols,
			     struct vec_room *rooms, struct batch *b, struct err *e)
{
	int rc = 0;

	for (int i = 0; i < r->ncols && !rc; i++)
		rc = vec_of_column(&cols[i], &rooms[i], r->cols[i], from, rows, n, e);
	*b = (struct batch){ .n = n, .cols = cols, .first = from, .rows = rows };
	return rc;
}

#endif
