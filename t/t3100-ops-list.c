/*
 * t3100-ops-list.c - the list of operators and functions: every row complete, names once, every kernel quiet on rows that are
 * not there, whatever bytes stand in their place.
 */
#include "op_run.h"

static const struct op *const lists[] = { ops_arithmetic, ops_math, ops_text, ops_dates, ops_figures };
enum { LISTS = sizeof lists / sizeof *lists };

static bool sentence(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	return n > 8 && s[n - 1] == '.' && !strstr(s, "  ") && (s[0] < 'a' || s[0] > 'z' || !strncmp(s, "log(", 4) || !strncmp(s, "e to", 4) ||
								!strncmp(s, "x to", 4) || !strncmp(s, "exp(", 4));
}

/* Letters of types, brackets in pairs. */
static bool signature(const char *args)
{
	int open = 0;

	for (; *args; args++) {
		open += (*args == '[') - (*args == ']');
		if (!strchr("bifdtsq*[]", *args) || open < 0 || open > 1)
			return false;
	}
	return !open;
}

static void complete(void)
{
	for (int g = 0; g < LISTS; g++)
		for (const struct op *op = lists[g]; op->name; op++) {
			bool good = op->overloads && op->overloads->args;

			ok(sentence(op->help), "%s has help, a sentence", op->name);
			ok(op->group && *op->group && op->args && op->example && strstr(op->example, op->name),
			   "%s has a group, arguments, and an example that uses it", op->name);
			ok((op->class == OP_OPERATOR) == !((op->name[0] | 32) >= 'a' && (op->name[0] | 32) <= 'z'), "%s: its class", op->name);
			for (const struct op_overload *o = op->overloads; good && o->args; o++)
				good = signature(o->args) && strchr("bifdtsq*", o->result) && o->kernel && (!o->release || o->prepare);
			ok(good, "%s: its overloads", op->name);
		}
}

static void once(void)
{
	int twice = 0;

	for (int g = 0; g < LISTS; g++)
		for (const struct op *op = lists[g]; op->name; op++)
			for (int h = 0; h < LISTS; h++)
				for (const struct op *other = lists[h]; other->name; other++) {
					bool same = op != other && !strcmp(op->name, other->name);

					/* only the minus has two meanings */
					twice += same && (strcmp(op->name, "-") || !strcmp(op->args, other->args));
					if (same && strcmp(op->name, "-"))
						fprintf(stderr, "'%s' is there twice\n", op->name);
				}
	is_int(twice, 0, "each name is there once");
}

/* Types of the arguments, with those that may be left out and a few that repeat. */
static int expand(const struct op_overload *o, char star, char *letters)
{
	int n = 0;

	for (const char *p = o->args; *p; p++)
		if (*p != '[' && *p != ']')
			letters[n++] = *p == '*' ? star : *p;
	for (int k = 0; n && k < 2 && (o->flags & OP_LAST_REPEATS); k++, n++)
		letters[n] = letters[n - 1];
	letters[n] = '\0';
	return n;
}

/* Any value of the type that the function takes. */
static const char *any(const char *name, char letter)
{
	if (letter == 's')
		return !strcmp(name, "point") ? "s:midpoint" : !strcmp(name, "extract") ? "s:(month)" : "s:month";
	switch (letter) {
	case 'b': return "b:true";
	case 'i': return "i:1";
	case 'f': return "f:0.5";
	case 'd': return "d:2025-01-13";
	case 't': return "t:2025-01-13T08:30Z";
	default: return "q:1 2";
	}
}

/* No row is there: noise in all arguments, in every shape, must not fail and must not come out. */
static bool quiet(const char *name, const struct op_overload *o, const char *letters, int n)
{
	static const uint8_t none[VEC_MAX];
	enum op_shape shapes[OP_ARGS_MAX] = { OP_ARRAY };
	const char *specs[OP_ARGS_MAX];
	struct buf why = BUF_INIT;
	uint64_t seed = 3;
	bool good;

	for (int k = 0; k < n; k++) {
		specs[k] = any(name, letters[k]);
		if (k && (o->flags & OP_CONSTANT_TAIL))
			shapes[k] = OP_CONSTANT;
	}
	do {
		for (int round = 0; round < 3 && !why.n; round++)
			op_shape_run(&why, o, specs, n, "none", shapes, VEC_MAX, none, &seed);
		if (!why.n)
			op_shape_run(&why, o, specs, n, "none", shapes, 0, NULL, &seed);
	} while (!why.n && op_shapes_next(shapes, specs, n, o->flags));
	good = !why.n;
	if (!good)
		fprintf(stderr, "%s: %s\n", letters, why.p);
	buf_release(&why);
	return good;
}

static void noise(void)
{
	for (int g = 0; g < LISTS; g++)
		for (const struct op *op = lists[g]; op->name; op++) {
			bool good = true;

			for (const struct op_overload *o = op->overloads; o->args; o++)
				for (const char *star = strchr(o->args, '*') ? "bifdtsq" : "i"; *star; star++) {
					char letters[OP_ARGS_MAX + 1];
					int n = expand(o, *star, letters);

					good &= quiet(op->name, o, letters, n);
				}
			ok(good, "%s does not look at rows that are not there", op->name);
		}
}

int main(void)
{
	complete();
	once();
	noise();
	return done();
}
