/* fb_read.c - reading FlatBuffers that somebody may have made up. */
#include "arrow/fb.h"

#include <string.h>

static uint16_t get16(const struct fb *f, size_t at)
{
	uint16_t v;

	memcpy(&v, f->p + at, sizeof v);
	return v;
}

static uint32_t get32(const struct fb *f, size_t at)
{
	uint32_t v;

	memcpy(&v, f->p + at, sizeof v);
	return v;
}

int32_t fb_int32_at(const struct fb *f, size_t at)
{
	return (int32_t)get32(f, at);
}

int64_t fb_int64_at(const struct fb *f, size_t at)
{
	int64_t v;

	memcpy(&v, f->p + at, sizeof v);
	return v;
}

static size_t broken(struct fb *f, size_t at)
{
	if (!f->bad)
		f->bad_at = at;
	f->bad = true;
	return 0;
}

static bool inside(const struct fb *f, size_t at, size_t n)
{
	return at <= f->n && n <= f->n - at;
}

/* What the distance at a position leads to, with room for `need` bytes. */
static size_t follow(struct fb *f, size_t at, size_t need)
{
	uint32_t distance;

	if (f->bad || !inside(f, at, 4))
		return broken(f, at);
	distance = get32(f, at);
	if (!distance || !inside(f, at, distance) || !inside(f, at + distance, need))
		return broken(f, at);
	return at + distance;
}

/* The vtable of a table; 0 when that, or the table, is not all in the buffer. */
static size_t vtable(struct fb *f, size_t table)
{
	int64_t at = (int64_t)table - fb_int32_at(f, table);

	if (at < 4 || !inside(f, (size_t)at, 4) || get16(f, (size_t)at) < 4 || !inside(f, (size_t)at, get16(f, (size_t)at)) ||
	    get16(f, (size_t)at + 2) < 4 || !inside(f, table, get16(f, (size_t)at + 2)))
		return broken(f, table);
	return (size_t)at;
}

static size_t check_table(struct fb *f, size_t table)
{
	return table && vtable(f, table) ? table : 0;
}

size_t fb_root(struct fb *f)
{
	return check_table(f, follow(f, 0, 4));
}

/* Where the field is, or 0 when the table has none. */
static size_t find(struct fb *f, size_t table, int field, size_t size)
{
	size_t at, slot = 4 + 2 * (size_t)field;
	uint16_t offset;

	if (!table || f->bad || !(at = vtable(f, table)) || slot + 2 > get16(f, at))
		return 0;
	offset = get16(f, at + slot);
	if (!offset)
		return 0;
	if (offset < 4 || (size_t)offset + size > get16(f, at + 2))
		return broken(f, at + slot);
	return table + offset;
}

int64_t fb_int(struct fb *f, size_t table, int field, int size, int64_t otherwise)
{
	size_t at = find(f, table, field, (size_t)size);

	if (!at)
		return otherwise;
	switch (size) {
	case 1:
		return f->p[at];
	case 2:
		return (int16_t)get16(f, at);
	case 4:
		return fb_int32_at(f, at);
	default:
		return fb_int64_at(f, at);
	}
}

size_t fb_table(struct fb *f, size_t table, int field)
{
	size_t at = find(f, table, field, 4);

	return at ? check_table(f, follow(f, at, 4)) : 0;
}

struct fb_vector fb_vector(struct fb *f, size_t table, int field, size_t size)
{
	size_t at = find(f, table, field, 4), n;

	if (!at || !(at = follow(f, at, 4)))
		return (struct fb_vector){ 0, 0 };
	n = get32(f, at);
	if (n > (f->n - at - 4) / size) {
		broken(f, at);
		return (struct fb_vector){ 0, 0 };
	}
	return (struct fb_vector){ at + 4, n };
}

size_t fb_vector_table(struct fb *f, struct fb_vector v, size_t i)
{
	return i < v.n ? check_table(f, follow(f, v.at + 4 * i, 4)) : 0;
}

struct slice fb_string(struct fb *f, size_t table, int field)
{
	struct fb_vector v = fb_vector(f, table, field, 1);

	return v.at ? slice_of((const char *)f->p + v.at, v.n) : slice_of(NULL, 0);
}
