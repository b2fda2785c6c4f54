/*
 * fb.h - FlatBuffers, as much of them as Arrow's metadata is made of: tables, vectors, strings, no schema compiler.
 *
 * A table is a position in the buffer; at it stands the distance back to its vtable, which says where in the table each
 * field is. Other things are reached over distances forward. Source: "FlatBuffers Internals",
 * https://flatbuffers.dev/internals/.
 *
 * Reading trusts nothing: whatever points outside the buffer sets `bad`, what is read then is the default, and the one
 * check is where the result is used, as with struct buf. Distances go forward and are never zero, so nothing can go in
 * circles; how often a part is read twice is the reader's to limit.
 */
#ifndef MUSTER_FB_H
#define MUSTER_FB_H

#include "base/base.h"

/* == reading == */

struct fb {
	const uint8_t *p;
	size_t n;
	bool bad;
	size_t bad_at;           /* where, from the start of the buffer */
};

struct fb_vector {
	size_t at, n;            /* the first element, and how many there are; 0, 0 when there is no such vector */
};

/* Positions of tables; 0 when there is none, which all others take for a table without fields. */
size_t fb_root(struct fb *f);
size_t fb_table(struct fb *f, size_t table, int field);
size_t fb_vector_table(struct fb *f, struct fb_vector v, size_t i);
/* A scalar of 1 (unsigned), 2, 4 or 8 bytes (signed). */
int64_t fb_int(struct fb *f, size_t table, int field, int size, int64_t otherwise);
/* Elements of `size` bytes each; tables have 4. */
struct fb_vector fb_vector(struct fb *f, size_t table, int field, size_t size);
/* The eight bytes at a position inside a vector that was found. */
int64_t fb_int64_at(const struct fb *f, size_t at);
int32_t fb_int32_at(const struct fb *f, size_t at);
/* Bytes in the buffer; p is NULL when there is no such field. */
struct slice fb_string(struct fb *f, size_t table, int field);

/* == writing ==
 *
 * Parents before children: a table is laid out with room for its fields, which are set then, and linked to what is
 * added behind it. A failed allocation sets b.failed, and positions mean nothing from then on.
 */
struct fb_out {
	struct buf b;
};
#define FB_OUT_INIT { BUF_INIT }

/* The root: a table with fields of these sizes, 0 for those that are left out. */
size_t fb_add_root(struct fb_out *o, const uint8_t *sizes, int n);
size_t fb_add_table(struct fb_out *o, const uint8_t *sizes, int n);
/* n zeroed elements of `size` bytes; returns the position to link to, 4 bytes before the first. */
size_t fb_add_vector(struct fb_out *o, size_t n, size_t size);
size_t fb_add_string(struct fb_out *o, const char *p, size_t n);
void fb_set(struct fb_out *o, size_t table, int field, int size, int64_t v);
void fb_set_at(struct fb_out *o, size_t at, int size, int64_t v);
void fb_link(struct fb_out *o, size_t table, int field, size_t to);
void fb_link_at(struct fb_out *o, size_t at, size_t to);

#endif
