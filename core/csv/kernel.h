/*
 * kernel.h - many fields of one column to values at once: the inner loops of the typed parse.
 *
 * A kernel takes what is common (plain digits, ISO dates, short decimals) and leaves the rest (signs it does not
 * know, missing or quoted fields, long numbers, text) to the careful parsers of base, field by field. What it does
 * convert is exactly what those would give.
 */
#ifndef MUSTER_KERNEL_H
#define MUSTER_KERNEL_H

#include "base/base.h"

/*
 * Field i is p[begin[i * begin_stride] + begin_add .. end[i * end_stride]). 64 bytes before p and behind the last
 * field are readable.
 */
struct kernel_fields {
	const char *p;
	const uint32_t *begin, *end;
	size_t begin_stride, end_stride;
	uint32_t begin_add;
};

/*
 * Convert n fields into out[0..n). The indices of fields that were left, with out[] undefined there, go to left[] in
 * ascending order (room for n); returns how many.
 *   int64    text_int64 of base.h: at least 1 to 18 plain digits, "-" before them too
 *   float64  text_float64: at least plain decimals of up to 15 digits in all, with `point` as the mark; exactly the
 *            double that strtod gives
 *   date     date_parse: YYYY-MM-DD of a day that exists
 */
typedef size_t kernel_int64(const struct kernel_fields *f, size_t n, int64_t *out, uint32_t *left);
typedef size_t kernel_float64(const struct kernel_fields *f, size_t n, char point, double *out, uint32_t *left);
typedef size_t kernel_date(const struct kernel_fields *f, size_t n, int32_t *out, uint32_t *left);

struct kernel_ops {
	const char *name;                /* as in index.h */
	bool (*supported)(void);
	kernel_int64 *int64;
	kernel_float64 *float64;
	kernel_date *date;
};

extern const struct kernel_ops *const kernel_all[];      /* fastest first, NULL behind the last */
const struct kernel_ops *kernel_best(void);              /* chosen as index_best chooses */

#endif
