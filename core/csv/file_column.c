/* file_column.c - the column that says which file each row is of: a dictionary of names, and codes a block at a time. */
#include "csv/load_priv.h"

#include <string.h>

/* A file that is read twice is one value; files without rows are none. map[file] is its code. */
static int name_files(const struct loading *l, const struct store *s, int32_t *map, struct column **out, struct err *e)
{
	struct dict *d = dict_new();
	int rc = d ? 0 : err_nomem(e);

	for (int64_t b = 0; b < s->nblocks && !rc; b++) {
		const char *name = l->sources[s->stretches[b].file].name;

		if (s->stretches[b].n && (map[s->stretches[b].file] = dict_code(d, name, strlen(name))) < 0)
			rc = err_nomem(e);
	}
	if (!rc)
		rc = dict_column(d, out, e);
	dict_free(d);
	return rc;
}

static void put_codes(void *codes, int size, const struct stretch *at, int32_t code)
{
	if (size == 1)
		memset((uint8_t *)codes + at->row, code, at->n);
	for (uint32_t i = 0; size == 2 && i < at->n; i++)
		((uint16_t *)codes)[at->row + i] = (uint16_t)code;
	for (uint32_t i = 0; size == 4 && i < at->n; i++)
		((int32_t *)codes)[at->row + i] = code;
}

int loading_file_column(const struct loading *l, const struct store *s, struct table *t, struct err *e)
{
	const char *name = l->o->file_column;
	int32_t *map = NULL;
	struct column *dict = NULL, *c = NULL;
	void *codes = NULL;
	int size, rc;

	if (!name)
		return 0;
	if (table_find(t, name) >= 0)
		return err_set(e, ERR_NAME, "%s: there is a column '%s' already, and it cannot be that of the file names",
			       l->sources[0].name, name);
	if (!(map = mem_zero(l->nsources, sizeof *map)))
		return err_nomem(e);
	if ((rc = name_files(l, s, map, &dict, e)))
		goto done;
	size = code_size_for(dict->length);
	if (!(codes = mem_column((size_t)s->rows * (size_t)size))) {
		rc = err_nomem(e);
		goto done;
	}
	for (int64_t b = 0; b < s->nblocks; b++)
		put_codes(codes, size, &s->stretches[b], map[s->stretches[b].file]);
	if ((rc = column_of_codes(codes, size, dict, NULL, s->rows, 0, &c, e)))
		mem_free(codes);
	else
		rc = table_add(t, name, c, e);
done:
	mem_free(map);
	column_unref(dict);
	column_unref(c);
	return rc;
}
