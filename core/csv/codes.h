/*
 * codes.h - distinct short strings to consecutive codes: the inner loop of a dictionary column.
 *
 * Made for many fields at once (struct kernel_fields), so that the hashes and the cache misses of several probes
 * overlap. One `struct codes` belongs to one thread. Values that were added through codes_fields get their codes in
 * order of first appearance; what the caller adds himself (unescaped text of a left field) comes behind them, so
 * where the order of the file matters, sort by codes_first.
 */
#ifndef MUSTER_CODES_H
#define MUSTER_CODES_H

#include "csv/kernel.h"

struct codes;

/* At most `limit` values (up to 2^24 - 1). NULL = out of memory. */
struct codes *codes_new(size_t limit);
void codes_free(struct codes *c);                        /* NULL is fine */
/* Forget all values and flags, keep the memory. */
void codes_clear(struct codes *c);

/*
 * The codes of n fields, of the rows row, row + 1, ...: code[i] for each, added when new. Fields that are empty or
 * begin with `quote` (0 = there is none) are left, code[] undefined there: their indices go to left[] in ascending
 * order, *nleft says how many (room for n). Bytes of a field may be any.
 *
 * Returns how many fields were done (left ones among them): n, or fewer when field number so many is a value that did
 * not fit; codes_full or codes_failed then says why, and code[] and left[] are good up to there. It is no error to go
 * on: known values still get their codes.
 *
 * From call to call `row` must not go down, so that codes_first can tell the truth.
 */
size_t codes_fields(struct codes *c, const struct kernel_fields *f, size_t n, char quote, int64_t row, uint32_t *code,
		    uint32_t *left, size_t *nleft);
/*
 * One value, which may also be empty; nothing around it is read. The row may be one that codes_fields has passed.
 * False: it did not fit (codes_full) or no memory (codes_failed).
 */
bool codes_add(struct codes *c, struct slice value, int64_t row, uint32_t *code);

size_t codes_count(const struct codes *c);               /* codes are 0 .. count - 1 */
struct slice codes_value(const struct codes *c, uint32_t code);      /* good until the next value is added */
int64_t codes_first(const struct codes *c, uint32_t code);           /* the lowest row it was given with */
size_t codes_bytes(const struct codes *c);               /* of all values together; below 4 GiB, then full */
bool codes_full(const struct codes *c);                  /* a value was refused: too many, or too many bytes */
bool codes_failed(const struct codes *c);                /* an allocation failed */

#endif
