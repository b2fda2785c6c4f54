/*
 * kernel_priv.h - what the implementations of kernel.h share.
 *
 * A kernel is two passes. The first takes the common form without a branch that depends on the data: fields of
 * varying length would make it wrong half the time. It works on blocks of 64 fields, so that one word says which of
 * them it did not take. The second pass tries all forms on those alone.
 */
#ifndef MUSTER_KERNEL_PRIV_H
#define MUSTER_KERNEL_PRIV_H

#include "csv/kernel.h"

enum { KERNEL_BLOCK = 64, KERNEL_NO_POINT = 16, KERNEL_MIXED };

extern const struct kernel_ops kernel_plain;
#if defined(__x86_64__)
extern const struct kernel_ops kernel_avx2, kernel_avx512;
#endif

/* From [n] on: zeros, then ones in the last n of sixteen bytes. */
extern const uint8_t kernel_last_bytes[32];
/* 10 to the number of digits behind the point; 1 for KERNEL_NO_POINT. */
extern const double kernel_powers[KERNEL_NO_POINT + 1];

/*
 * The second passes: convert what they can of the fields left[0..nleft), keep the others in left[] and return how
 * many those are.
 */
size_t kernel_rest_int64(const struct kernel_fields *f, int64_t *out, uint32_t *left, size_t nleft);
size_t kernel_rest_float64(const struct kernel_fields *f, char point, double *out, uint32_t *left, size_t nleft);
size_t kernel_rest_date(const struct kernel_fields *f, int32_t *out, uint32_t *left, size_t nleft);

static inline struct slice kernel_field(const struct kernel_fields *f, size_t i)
{
	uint32_t from = f->begin[i * f->begin_stride] + f->begin_add;

	return slice_of(f->p + from, f->end[i * f->end_stride] - from);
}

/* A block of fields, next to each other: where they begin and end behind p, and how many bytes they have. */
struct kernel_block {
	uint32_t begin[KERNEL_BLOCK], end[KERNEL_BLOCK], size[KERNEL_BLOCK];
};

static inline void kernel_gather(const struct kernel_fields *f, size_t i, size_t n, struct kernel_block *b)
{
	const uint32_t *begin = f->begin + i * f->begin_stride, *end = f->end + i * f->end_stride;
	size_t begin_stride = f->begin_stride, end_stride = f->end_stride;
	uint32_t add = f->begin_add;

	for (size_t k = 0; k < n; k++, begin += begin_stride, end += end_stride) {
		uint32_t from = *begin + add;

		b->begin[k] = from;
		b->end[k] = *end;
		b->size[k] = *end - from;
	}
}

/* Bit k of `mask` is field i + k. */
static inline size_t kernel_leave(uint32_t *left, size_t nleft, uint64_t mask, size_t i)
{
	for (; mask; mask &= mask - 1)
		left[nleft++] = (uint32_t)(i + (size_t)__builtin_ctzll(mask));
	return nleft;
}

/* All n fields to the second pass, when there are too few for the first. */
static inline size_t kernel_leave_all(uint32_t *left, size_t n)
{
	for (size_t i = 0; i < n; i++)
		left[i] = (uint32_t)i;
	return n;
}

/*
 * Decimals of one column mostly have the same number of digits behind the point. The first pass for float64 takes
 * only those that have as many as most (KERNEL_NO_POINT: no point), so that the place of the point depends on the
 * column and not on the field. This is what three in four of a sample of the n fields have, or KERNEL_MIXED.
 */
unsigned kernel_places(const struct kernel_fields *f, size_t n, char point);

#endif
