/*
 * category.c - the sets that measures count, and how they lie to each other.
 *
 * Losses have five parts that do not overlap, so a measure of losses is a set of bits, and its relations are those of sets. Where
 * parts are not known to be apart (a prisoner who surrendered may be held, or may have died in custody) there is only a chain of what
 * contains what. Facts are in the lists below, a row each.
 */
#include "table/category.h"

#include <string.h>

enum { KILLED = 1, SERIOUSLY = 2, LIGHTLY = 4, MISSING = 8, CAPTURED = 16, WOUNDED = SERIOUSLY | LIGHTLY };

static const struct {
	const char *name;
	unsigned parts;
} losses[] = {
	{ "killed", KILLED },
	{ "seriously_wounded", SERIOUSLY },
	{ "lightly_wounded", LIGHTLY },
	{ "missing", MISSING },
	{ "captured", CAPTURED },
	{ "wounded", WOUNDED },
	{ "irrecoverable", KILLED | MISSING | CAPTURED },
	{ "casualties", CATEGORY_ALL },
	/* words that mean the same */
	{ "dead", KILLED },
	{ "severely_wounded", SERIOUSLY },
	{ "irrecoverable_losses", KILLED | MISSING | CAPTURED },
	{ "losses", CATEGORY_ALL },
};

/* Inside what a measure counts: those of its own kind, or a set of losses. */
static const struct {
	const char *name, *within;
} contained[] = {
	{ "in_combat", "in_theatre" },
	{ "in_theatre", "dispatched" },
	{ "withdrawn", "dispatched" },
	{ "surrendered", "captured" },
	{ "held", "captured" },
	{ "died_in_custody", "captured" },
	{ "suicide_to_avoid_capture", "killed" },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static struct slice text(const char *s)
{
	return slice_of(s, strlen(s));
}

const char *category_relation_name(enum category_relation r)
{
	static const char *const names[] = {
#define X(name, text) text,
		CATEGORY_RELATION_LIST(X)
#undef X
	};

	return names[r];
}

const char *category_part_name(int part)
{
	return losses[part].name;
}

static unsigned one_name(struct slice name)
{
	for (size_t k = 0; k < COUNT(losses); k++)
		if (slice_is(name, losses[k].name))
			return losses[k].parts;
	return 0;
}

unsigned category_parts(struct slice name)
{
	unsigned parts = one_name(name);
	size_t from = 0;

	if (parts || !name.n)
		return parts;
	for (size_t at = 0; at <= name.n; at++) {
		unsigned more;

		if (at < name.n && (at + 4 > name.n || memcmp(name.p + at, "_or_", 4)))
			continue;
		if (!(more = one_name(slice_of(name.p + from, at - from))))
			return 0;
		parts |= more;
		from = at + 4;
		at += 3;
	}
	return parts;
}

/*
 * All 31 names, by their set. Static texts, because a code of a figure outlives the arithmetic that made it, and a list of
 * 31 is shorter than what would hold and free them.
 */
const char *category_of_parts(unsigned parts)
{
#define S "seriously_wounded"
#define L "lightly_wounded"
	static const char *const names[CATEGORY_ALL + 1] = {
		NULL, "killed", S, "killed_or_" S, L, "killed_or_" L, "wounded", "killed_or_wounded",
		"missing", "killed_or_missing", S "_or_missing", "killed_or_" S "_or_missing", L "_or_missing",
		"killed_or_" L "_or_missing", "wounded_or_missing", "killed_or_wounded_or_missing",
		"captured", "killed_or_captured", S "_or_captured", "killed_or_" S "_or_captured", L "_or_captured",
		"killed_or_" L "_or_captured", "wounded_or_captured", "killed_or_wounded_or_captured",
		"missing_or_captured", "irrecoverable", S "_or_missing_or_captured", "killed_or_" S "_or_missing_or_captured",
		L "_or_missing_or_captured", "killed_or_" L "_or_missing_or_captured", "wounded_or_missing_or_captured", "casualties",
	};
#undef S
#undef L

	return names[parts & CATEGORY_ALL];
}

bool category_parent(struct slice name, struct slice *out)
{
	for (size_t k = 0; k < COUNT(contained); k++)
		if (slice_is(name, contained[k].name))
			return *out = text(contained[k].within), true;
	return false;
}

static enum category_relation of_sets(unsigned a, unsigned b)
{
	if (a == b)
		return CATEGORY_SAME;
	if (!(a & b))
		return CATEGORY_APART;
	return (a & b) == a ? CATEGORY_WITHIN : (a & b) == b ? CATEGORY_CONTAINS : CATEGORY_OVERLAPS;
}

/* Whether a lies within b by the chain of what contains it, or apart from it; else unrelated. */
static enum category_relation upwards(struct slice a, struct slice b)
{
	unsigned whole = category_parts(b);

	while (category_parent(a, &a)) {
		unsigned parts = category_parts(a);

		if (slice_eq(a, b))
			return CATEGORY_WITHIN;
		if (parts && whole)
			return (parts & whole) == parts ? CATEGORY_WITHIN : parts & whole ? CATEGORY_UNRELATED : CATEGORY_APART;
	}
	return CATEGORY_UNRELATED;
}

/* The set of losses in which a measure of people lies; 0 when it is none. */
static unsigned hull(struct slice name)
{
	unsigned parts = category_parts(name);

	while (!parts && category_parent(name, &name))
		parts = category_parts(name);
	return parts;
}

enum category_relation category_relation(struct slice a, struct slice b)
{
	unsigned one, other;
	enum category_relation r;

	if (slice_eq(a, b))
		return CATEGORY_SAME;
	one = category_parts(a);
	other = category_parts(b);
	if (one && other)
		return of_sets(one, other);
	if ((r = upwards(a, b)) != CATEGORY_UNRELATED)
		return r;
	if ((r = upwards(b, a)) != CATEGORY_UNRELATED)
		return r == CATEGORY_WITHIN ? CATEGORY_CONTAINS : r;
	one = hull(a);
	other = hull(b);
	return one && other && !(one & other) ? CATEGORY_APART : CATEGORY_UNRELATED;
}

bool category_union(struct slice a, struct slice b, struct slice *out)
{
	unsigned one = category_parts(a), other = category_parts(b);

	if (!one || !other)
		return false;
	*out = text(category_of_parts(one | other));
	return true;
}

bool category_difference(struct slice a, struct slice b, struct slice *out)
{
	unsigned one = category_parts(a), other = category_parts(b);

	if (!one || !other || !(one & ~other))
		return false;
	*out = text(category_of_parts(one & ~other));
	return true;
}

void category_explain(struct buf *out, struct slice a, struct slice b)
{
	unsigned both = category_parts(a) & category_parts(b);

#define NAME(s) (int)((s).n < 60 ? (s).n : 60), (s).p
	switch (category_relation(a, b)) {
	case CATEGORY_SAME:
		buf_printf(out, "%.*s and %.*s count the same", NAME(a), NAME(b));
		break;
	case CATEGORY_WITHIN:
		buf_printf(out, "the %.*s are already among %.*s", NAME(a), NAME(b));
		break;
	case CATEGORY_CONTAINS:
		buf_printf(out, "the %.*s are already among %.*s", NAME(b), NAME(a));
		break;
	case CATEGORY_APART:
		buf_printf(out, "nobody is among both %.*s and %.*s", NAME(a), NAME(b));
		break;
	case CATEGORY_OVERLAPS:
		buf_printf(out, "%.*s and %.*s both count the %s", NAME(a), NAME(b), category_of_parts(both));
		break;
	default:
		buf_printf(out, "nothing is known of how %.*s and %.*s overlap", NAME(a), NAME(b));
		break;
	}
#undef NAME
}
