/*
 * category.h - what measures count, as sets of people: which are parts of which, which have nobody in common.
 *
 * Losses are sets of five parts that do not overlap: killed, seriously_wounded, lightly_wounded, missing, captured. `wounded`,
 * `casualties`, `irrecoverable` and every name "a_or_b" of such sets are unions of them, so that sums and differences have names.
 * Forces and prisoners are known by what contains them: in_combat within in_theatre within dispatched. An intent (planned) and every
 * other name is a measure of its own: nothing is known of it but that it is itself.
 */
#ifndef MUSTER_CATEGORY_H
#define MUSTER_CATEGORY_H

#include "base/base.h"

#define CATEGORY_PARTS 5         /* of the losses; part k is bit 1 << k of a set */
enum { CATEGORY_ALL = (1 << CATEGORY_PARTS) - 1 };

#define CATEGORY_RELATION_LIST(X)                                                     \
	X(SAME, "same")               /* one set under both names */                  \
	X(WITHIN, "within")           /* all that a counts are counted by b */        \
	X(CONTAINS, "contains")       /* the other way round */                       \
	X(APART, "apart")             /* nobody is in both */                         \
	X(OVERLAPS, "overlaps")       /* a part is in both, and each has one more */  \
	X(UNRELATED, "unrelated")     /* nothing is known */

enum category_relation {
#define X(name, text) CATEGORY_##name,
	CATEGORY_RELATION_LIST(X)
#undef X
	CATEGORY_RELATION_COUNT
};
const char *category_relation_name(enum category_relation r);

/* The set of parts that a name stands for; 0 when it is no set of losses. */
unsigned category_parts(struct slice name);
const char *category_part_name(int part);
/* The name of a set of losses: "killed", "killed_or_wounded", "casualties"; NULL for the empty set. */
const char *category_of_parts(unsigned parts);
enum category_relation category_relation(struct slice a, struct slice b);
/*
 * What two sets of losses count together, and what is left of the first without the second. False, and nothing set, when one of them is no
 * set of losses, or nothing is left. The text is static.
 */
bool category_union(struct slice a, struct slice b, struct slice *out);
bool category_difference(struct slice a, struct slice b, struct slice *out);
/* What next contains a name that is no set of losses: "in_theatre" for "in_combat"; false when nothing is known to. */
bool category_parent(struct slice name, struct slice *out);
/* The relation as a sentence without a full stop: "the killed are already among killed_or_wounded". */
void category_explain(struct buf *out, struct slice a, struct slice b);

#endif
