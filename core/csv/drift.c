/*
 * drift.c - how the files of one load differ: columns that some lack, and columns that would have another type.
 *
 * Types are those that the values of a file alone make. What a block was converted as does not say that: a later file
 * is read as what the earlier ones had. So one bit for each class of values is kept a column and file. Nearly always
 * they follow from the kind of the block, or from one value of it; only a file that does differ is looked at whole.
 */
#include "csv/load_priv.h"

#include <string.h>

/* The type of values of these classes; TYPE_COUNT = of none. */
static enum type type_of(uint32_t seen)
{
	if (!seen)
		return TYPE_COUNT;
	for (int t = 0; t < TYPE_COUNT; t++)
		if (seen == 1u << t)
			return (enum type)t;
	return seen == (1u << TYPE_INT64 | 1u << TYPE_FLOAT64) ? TYPE_FLOAT64 : TYPE_STRING;
}

/* All that can still come leaves the type as it is. */
static bool settled(uint32_t seen, enum kind kind)
{
	return type_of(seen) == TYPE_STRING || (kind == KIND_FLOAT64 && seen & 1u << TYPE_FLOAT64);
}

int drift_look(struct converter *v, const struct rows *r, const struct converting *c, struct err *e)
{
	static const enum type types[] = { [KIND_BOOL] = TYPE_BOOL, [KIND_INT64] = TYPE_INT64, [KIND_DATE] = TYPE_DATE,
					   [KIND_DATETIME] = TYPE_DATETIME };
	uint8_t *all = &c->col->seen[v->file];
	uint32_t seen = __atomic_load_n(all, __ATOMIC_RELAXED);
	bool uniform = c->kind == KIND_BOOL || c->kind == KIND_INT64 || c->kind == KIND_DATE || c->kind == KIND_DATETIME;
	int rc = 0;

	if (c->field < 0 || c->kind == KIND_NONE || (c->kind != KIND_LEFT && c->missing == r->n) || settled(seen, c->kind))
		return 0;
	if (uniform)
		seen |= 1u << types[c->kind];
	for (size_t i = 0; !uniform && i < r->n && !settled(seen, c->kind); i++) {
		struct slice text = convert_text_of(v, r, i, c->field, e, &rc);

		if (rc)
			return rc;
		if (text.p)
			seen |= 1u << infer_class(text, v->o->decimal);
	}
	__atomic_fetch_or(all, (uint8_t)seen, __ATOMIC_RELAXED);
	return 0;
}

/* == the report == */

static bool has_column(const struct source *s, const struct store_column *c)
{
	return source_field(s, c->number) >= 0;
}

/* The type that the column has in most files; where as many have another, that of the first of them. */
static enum type usual_type(const struct store_column *c, size_t nfiles)
{
	size_t count[TYPE_COUNT + 1] = { 0 };
	enum type usual = TYPE_COUNT;

	for (size_t f = 0; f < nfiles; f++)
		count[type_of(c->seen[f])]++;
	for (size_t f = 0; f < nfiles; f++) {
		enum type t = type_of(c->seen[f]);

		if (t != TYPE_COUNT && (usual == TYPE_COUNT || count[t] > count[usual]))
			usual = t;
	}
	return usual;
}

static int add(struct load *out, size_t file, const struct store_column *c, enum load_drift_what what, enum type t, struct err *e)
{
	struct load_drift *grown = mem_resize(out->drift, (out->ndrift + 1) * sizeof *grown);

	if (!grown)
		return err_nomem(e);
	out->drift = grown;
	grown[out->ndrift++] = (struct load_drift){ (int32_t)file, c->number, what, t };
	return 0;
}

/* What file number f makes of one column; *differs when it is not as in the first file, or not of the usual type. */
static int compare(const struct loading *l, size_t f, const struct store_column *c, enum type usual, bool *differs, struct err *e)
{
	bool here = has_column(&l->sources[f], c), first = has_column(&l->sources[0], c);
	enum type t = c->declared ? c->type : type_of(c->seen[f]);
	int rc = 0;

	*differs |= here != first;
	if (!here)
		return add(l->out, f, c, DRIFT_MISSING, TYPE_COUNT, e);
	if (!first)
		rc = add(l->out, f, c, DRIFT_ADDED, t, e);
	if (rc || c->declared || t == TYPE_COUNT || t == usual || (t == TYPE_INT64 && usual == TYPE_FLOAT64))
		return rc;
	*differs = true;
	return add(l->out, f, c, DRIFT_RETYPED, t, e);
}

int drift_find(struct loading *l, struct err *e)
{
	const struct store *s = l->store;
	enum type *usual = mem_alloc(s->ncols * sizeof *usual);
	int rc = usual ? 0 : err_nomem(e);

	for (size_t k = 0; k < s->ncols && !rc; k++)
		usual[k] = usual_type(s->cols[k], l->nsources);
	for (size_t f = 0; f < l->nsources && !rc; f++) {
		bool differs = false;

		for (size_t k = 0; k < s->ncols && !rc; k++)
			rc = compare(l, f, s->cols[k], usual[k], &differs, e);
		l->out->ndrifted += differs;
	}
	mem_free(usual);
	return rc;
}
