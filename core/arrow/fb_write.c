/* fb_write.c - FlatBuffers from front to back. */
#include "arrow/fb.h"

#include <string.h>

/* Zeros until the end of the buffer is `past` bytes behind a multiple of `to`. */
static void align(struct fb_out *o, size_t to, size_t past)
{
	while (!o->b.failed && (o->b.n + to - past % to) % to)
		buf_char(&o->b, 0);
}

void fb_set_at(struct fb_out *o, size_t at, int size, int64_t v)
{
	if (!o->b.failed)
		memcpy(o->b.p + at, &v, (size_t)size);       /* the low bytes come first */
}

static size_t slot_at(const struct fb_out *o, size_t table, int field)
{
	int32_t back;
	uint16_t offset;

	memcpy(&back, o->b.p + table, sizeof back);
	memcpy(&offset, o->b.p + table - back + 4 + 2 * field, sizeof offset);
	return table + offset;
}

void fb_set(struct fb_out *o, size_t table, int field, int size, int64_t v)
{
	if (!o->b.failed)
		fb_set_at(o, slot_at(o, table, field), size, v);
}

void fb_link_at(struct fb_out *o, size_t at, size_t to)
{
	fb_set_at(o, at, 4, (int64_t)(to - at));
}

void fb_link(struct fb_out *o, size_t table, int field, size_t to)
{
	if (!o->b.failed)
		fb_link_at(o, slot_at(o, table, field), to);
}

/* The biggest fields first, so that each is where it may be when the table begins at a multiple of 8, less 4. */
size_t fb_add_table(struct fb_out *o, const uint8_t *sizes, int n)
{
	uint16_t offsets[16] = { 0 }, end = 4, head[2];
	size_t table;

	for (int size = 8; size; size /= 2)
		for (int k = 0; k < n; k++)
			if (sizes[k] == size) {
				offsets[k] = end;
				end = (uint16_t)(end + size);
			}
	head[0] = (uint16_t)(4 + 2 * n);
	head[1] = end;
	align(o, 8, (size_t)(8 - head[0] % 8 + 4) % 8);
	buf_add(&o->b, head, sizeof head);
	buf_add(&o->b, offsets, 2 * (size_t)n);
	table = o->b.n;
	buf_fill(&o->b, 0, end);
	fb_set_at(o, table, 4, head[0]);
	return table;
}

size_t fb_add_root(struct fb_out *o, const uint8_t *sizes, int n)
{
	size_t table;

	buf_fill(&o->b, 0, 4);
	table = fb_add_table(o, sizes, n);
	fb_link_at(o, 0, table);
	return table;
}

size_t fb_add_vector(struct fb_out *o, size_t n, size_t size)
{
	size_t at;

	align(o, size >= 8 ? 8 : 4, size >= 8 ? 4 : 0);
	at = o->b.n;
	buf_fill(&o->b, 0, 4 + n * size);
	fb_set_at(o, at, 4, (int64_t)n);
	return at;
}

size_t fb_add_string(struct fb_out *o, const char *p, size_t n)
{
	size_t at = fb_add_vector(o, 0, 4);

	fb_set_at(o, at, 4, (int64_t)n);
	buf_add(&o->b, p, n);
	buf_char(&o->b, 0);
	return at;
}
