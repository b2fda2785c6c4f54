/*
 * convert_text.c - the fields of a column of text, copied one behind the other.
 *
 * How many bytes a block has is counted before it gets its rows, and the same number is written afterwards.
 */
#include "csv/convert_priv.h"

#include <string.h>

static size_t unquoted_size(struct slice s, char quote)
{
	size_t n = s.n - 2;

	for (const char *p = s.p + 1, *end = s.p + s.n - 1; (p = memchr(p, quote, (size_t)(end - p))); p += 2)
		n--;
	return n;
}

/* Is what stands between these quotes a spelling of a missing value? */
static bool missing_in_quotes(const struct converter *v, struct slice s)
{
	for (size_t i = 0; i < v->o->nmissing; i++) {
		const char *word = v->o->missing[i];
		size_t at = 1;

		for (; *word && at + 1 < s.n && s.p[at] == *word; word++)
			at += s.p[at] == v->quote ? 2 : 1;
		if (!*word && at + 1 == s.n)
			return true;
	}
	return false;
}

size_t convert_text_size(const struct converter *v, const struct rows *r, const struct converting *c)
{
	char quote = v->quote;
	struct kernel_fields f;
	size_t total = 0;

	if (c->field < 0)
		return 0;
	if (r->b->slow || !v->plain_missing) {
		for (size_t i = 0; i < r->n; i++) {
			struct slice s = field_at(r, i, c->field);

			if (field_quoted(v, r, s))
				total += missing_in_quotes(v, s) ? 0 : unquoted_size(s, quote);
			else
				total += field_is_missing(v->o, s) ? 0 : s.n;
		}
		return total;
	}
	f = fields_of(r, c->field, 0);
	for (size_t i = 0; i < r->n; i++) {
		uint32_t begin = f.begin[i * f.begin_stride] + f.begin_add, size = f.end[i * f.end_stride] - begin;

		total += size;
		if (f.p[begin] == quote)
			total -= size - unquoted_size(slice_of(f.p + begin, size), quote);
	}
	return total;
}

/*
 * The common case without a branch on the length, which no processor can foresee: WIDE bytes are copied whatever the
 * field has. What is behind it is overwritten by the next.
 */
enum { WIDE = 64 };

static void copy_text(char *to, const char *from, size_t n, size_t room)
{
	if (n <= WIDE && room >= WIDE)
		memcpy(to, from, WIDE);
	else
		memcpy(to, from, n);
}

static size_t indexed_text(struct converter *v, const struct rows *r, struct converting *c, int64_t *offsets, size_t from, size_t n)
{
	struct kernel_fields f = fields_of(r, c->field, from);
	char *bytes = c->col->bytes, quote = v->quote;
	size_t at = c->text_at, end = c->text_end;

	for (size_t i = 0; i < n; i++) {
		uint32_t begin = f.begin[i * f.begin_stride] + f.begin_add;
		size_t size = f.end[i * f.end_stride] - begin;
		const char *p = f.p + begin;
		bool gone = !size;

		offsets[i] = (int64_t)at;
		if (*p == quote) {       /* of an empty field this is what ends it */
			size = field_unquote(bytes + at, slice_of(p, size), quote);
			gone = !size;
		} else {
			copy_text(bytes + at, p, size, end - at);
		}
		c->map[(from + i) / 64] |= (uint64_t)gone << ((from + i) % 64);
		c->missing += gone;
		at += size;
	}
	return at;
}

int convert_text_rows(struct converter *v, const struct rows *r, struct converting *c, int64_t row, size_t from, size_t n,
		      struct err *e)
{
	int64_t *offsets = store_array(v->store, c->col, KIND_TEXT);
	char *bytes = c->col->bytes;
	size_t at = c->text_at;

	if (!offsets)
		return err_nomem(e);
	if (c->field >= 0 && !r->b->slow && v->plain_missing) {
		c->text_at = indexed_text(v, r, c, offsets + row + (int64_t)from, from, n);
		return 0;
	}
	for (size_t i = from; i < from + n; i++) {
		struct slice s = c->field < 0 ? slice_of("", 0) : field_at(r, i, c->field);

		offsets[row + (int64_t)i] = (int64_t)at;
		if (field_quoted(v, r, s)) {
			size_t size = field_unquote(bytes + at, s, v->quote);

			if (field_is_missing(v->o, slice_of(bytes + at, size)))
				field_mark_missing(c, i);
			else
				at += size;
		} else if (field_is_missing(v->o, s)) {
			field_mark_missing(c, i);
		} else {
			copy_text(bytes + at, s.p, s.n, c->text_end - at);
			at += s.n;
		}
	}
	c->text_at = at;
	return 0;
}
