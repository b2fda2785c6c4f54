/*
 * ops_figures.c - published figures: their arithmetic row by row, their parts, and how they become numbers.
 *
 * What the operations mean is in table/quantity_math.c; here is one loop over rows for all of them. A number beside a figure
 * is an exact figure without codes.
 */
#include "expr/ops_priv.h"
#include "table/phrase.h"

#include <string.h>

typedef int figure_op(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e);

/* == arithmetic == */

static int read_figure(const struct vec *v, int32_t i, struct quantity *out, struct err *e)
{
	if (v->type != TYPE_QUANTITY)
		return quantity_of(v->as.f64[op_row(v, i)], v->as.f64[op_row(v, i)], out, e);
	*out = v->as.figure[op_row(v, i)];
	return 0;
}

static int arithmetic(struct op_frame *f, const struct vec *args, struct quantity *to, figure_op *op, struct err *e)
{
	struct quantity a, b;
	int rc;

	for (int32_t i = 0; i < f->n; i++) {
		if (!op_has(f, i))
			continue;
		if ((rc = read_figure(&args[0], i, &a, e)) || (rc = read_figure(&args[1], i, &b, e)) ||
		    (rc = op(&a, &b, &to[i], e)))
			return op_fault(f, i, rc);
	}
	return 0;
}

int op_figure_add(OP_KERNEL_ARGS)
{
	OP_UNUSED;
	return arithmetic(f, args, out_room, quantity_add, e);
}

int op_figure_subtract(OP_KERNEL_ARGS)
{
	OP_UNUSED;
	return arithmetic(f, args, out_room, quantity_subtract, e);
}

int op_figure_multiply(OP_KERNEL_ARGS)
{
	OP_UNUSED;
	return arithmetic(f, args, out_room, quantity_multiply, e);
}

/* Bounds that are NaN say that there is no quotient at all. */
int op_figure_divide(OP_KERNEL_ARGS)
{
	struct quantity *to = out_room;
	int rc = arithmetic(f, args, to, quantity_divide, e);

	OP_UNUSED;
	for (int32_t i = 0; i < f->n && !rc; i++)
		f->out_there[i] = op_has(f, i) && !isnan(to[i].low);
	if (!rc)
		out->there = f->out_there;
	return rc;
}

int op_figure_negate(OP_KERNEL_ARGS)
{
	struct quantity *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++)
		if (op_has(f, i))
			quantity_negate(&args[0].as.figure[op_row(args, i)], &to[i]);
	return 0;
}

/* == parts == */

static int low(OP_KERNEL_ARGS)
{
	double *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++)
		if (op_has(f, i))
			to[i] = args[0].as.figure[op_row(args, i)].low;
	return 0;
}

static int high(OP_KERNEL_ARGS)
{
	double *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++)
		if (op_has(f, i))
			to[i] = args[0].as.figure[op_row(args, i)].high;
	return 0;
}

static int stated(OP_KERNEL_ARGS)
{
	double *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		f->out_there[i] = op_has(f, i) && !isnan(args[0].as.figure[op_row(args, i)].stated);
		if (f->out_there[i])
			to[i] = args[0].as.figure[op_row(args, i)].stated;
	}
	out->there = f->out_there;
	return 0;
}

static int kind(OP_KERNEL_ARGS)
{
	struct slice *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		const char *name;

		if (!op_has(f, i))
			continue;
		name = quantity_kind_name(args[0].as.figure[op_row(args, i)].kind);
		to[i] = slice_of(name, strlen(name));
	}
	return 0;
}

/* Codes are empty where they do not apply. */
#define CODE_KERNEL(name)                                                                                                     \
	static int name(OP_KERNEL_ARGS)                                                                                       \
	{                                                                                                                     \
		struct slice *to = out_room;                                                                                  \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		for (int32_t i = 0; i < f->n; i++) {                                                                          \
			f->out_there[i] = op_has(f, i) && args[0].as.figure[op_row(args, i)].name.n > 0;                      \
			if (f->out_there[i])                                                                                  \
				to[i] = args[0].as.figure[op_row(args, i)].name;                                              \
		}                                                                                                             \
		out->there = f->out_there;                                                                                    \
		return 0;                                                                                                     \
	}
CODE_KERNEL(measure)
CODE_KERNEL(basis)
CODE_KERNEL(base)
CODE_KERNEL(unit)

/* Days that nobody knows are missing. */
#define DAY_KERNEL(name)                                                                                                      \
	static int name(OP_KERNEL_ARGS)                                                                                       \
	{                                                                                                                     \
		int32_t *to = out_room;                                                                                       \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		for (int32_t i = 0; i < f->n; i++) {                                                                          \
			f->out_there[i] = op_has(f, i) && args[0].as.figure[op_row(args, i)].has_##name;                      \
			if (f->out_there[i])                                                                                  \
				to[i] = args[0].as.figure[op_row(args, i)].name;                                              \
		}                                                                                                             \
		out->there = f->out_there;                                                                                    \
		return 0;                                                                                                     \
	}
DAY_KERNEL(since)
DAY_KERNEL(as_of)

/* == points and tests == */

/* The name of the policy is looked at before there are rows, where it is known then. */
static int point_prepare(const struct vec *args, int nargs, void **scratch, struct err *e)
{
	enum quantity_policy policy;

	*scratch = NULL;
	if (nargs < 2 || !args[1].constant || !vec_has(&args[1], 0))
		return 0;
	return quantity_policy_from_name(vec_text(&args[1], 0), &policy, e);
}

static int point(OP_KERNEL_ARGS)
{
	enum quantity_policy policy = POLICY_COUNT;
	double *to = out_room;
	int rc;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		if (!op_has(f, i))
			continue;
		if ((policy == POLICY_COUNT || !args[1].constant) &&
		    (rc = quantity_policy_from_name(vec_text(&args[1], i), &policy, e)))
			return op_fault(f, i, rc);
		if ((rc = quantity_point(&args[0].as.figure[op_row(args, i)], policy, &to[i], e)))
			return op_fault(f, i, rc);
	}
	return 0;
}

static int overlaps(OP_KERNEL_ARGS)
{
	uint8_t *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		const struct quantity *a = &args[0].as.figure[op_row(&args[0], i)], *b = &args[1].as.figure[op_row(&args[1], i)];
		int rc;

		if (!op_has(f, i))
			continue;
		if ((rc = quantity_like(a, b, "compared", NULL, e)))
			return op_fault(f, i, rc);
		to[i] = quantity_overlaps(a, b);
	}
	return 0;
}

static int covers(OP_KERNEL_ARGS)
{
	uint8_t *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++)
		if (op_has(f, i))
			to[i] = quantity_covers(&args[0].as.figure[op_row(&args[0], i)], args[1].as.f64[op_row(&args[1], i)]);
	return 0;
}

static int make(OP_KERNEL_ARGS)
{
	struct quantity *to = out_room;
	int rc;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++)
		if (op_has(f, i) && (rc = quantity_of(args[0].as.f64[op_row(&args[0], i)],
						      args[nargs - 1].as.f64[op_row(&args[nargs - 1], i)], &to[i], e)))
			return op_fault(f, i, rc);
	return 0;
}

/* The codes that a phrase gives have to live as long as the batch. */
static int keep_code(struct op_frame *f, struct slice *code)
{
	char *copy;

	if (!code->n)
		return 0;
	if (!(copy = op_text_room(f->text, code->n)))
		return ERR_MEMORY;
	memcpy(copy, code->p, code->n);
	code->p = copy;
	return 0;
}

static int read_phrase(OP_KERNEL_ARGS)
{
	struct quantity *to = out_room;
	struct phrase_room room;
	char shown[OP_QUOTE_MAX];
	struct err why = ERR_INIT;
	int rc;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		if (!op_has(f, i))
			continue;
		if ((rc = quantity_parse(vec_text(&args[0], i), NULL, &room, &to[i], &why)))
			return op_fault(f, i, err_set(e, rc, "'%s' is no figure: %s", op_quote(shown, vec_text(&args[0], i)), why.msg));
		if (keep_code(f, &to[i].measure) || keep_code(f, &to[i].basis) || keep_code(f, &to[i].base))
			return err_nomem(e);
	}
	return 0;
}

/* == the list == */

#define OVERLOADS(...) (const struct op_overload[]){ __VA_ARGS__, { 0 } }
#define FUNCTION(name_, args_, overloads_, example_, help_)                                                                   \
	{ .name = name_, .class = OP_FUNCTION, .args = args_, .help = help_, .group = "Figures", .example = example_,         \
	  .overloads = overloads_ }
#define PART(kernel_, type) OVERLOADS({ .args = "q", .result = type, .kernel = kernel_ })

const struct op ops_figures[] = {
	FUNCTION("quantity", "low[, high]",
		 OVERLOADS({ .args = "f[f]", .result = 'q', .kernel = make, .flags = OP_FAILS },
			   { .args = "s", .result = 'q', .kernel = read_phrase, .flags = OP_FAILS }),
		 "quantity('more than 3,000 killed')",
		 "An uncertain number: a figure with these bounds and no codes; of a text, the figure that it says in English as published."),
	FUNCTION("low", "figure", PART(low, 'f'), "low(quantity(10000, 12000))", "The lower bound."),
	FUNCTION("high", "figure", PART(high, 'f'), "high(quantity(10000, 12000))",
		 "The upper bound; inf where none was claimed, so that is_finite(high(x)) tells."),
	FUNCTION("stated", "figure", PART(stated, 'f'), "is_missing(stated(quantity(10000, 12000)))",
		 "The number as printed; missing for ranges and computed figures."),
	FUNCTION("kind", "figure", PART(kind, 's'), "kind(quantity(5))",
		 "How it was said: exact, about, at_least, more_than, up_to, as_many_as, nearly, less_than, range, verbal or computed."),
	FUNCTION("measure", "figure", PART(measure, 's'), "is_missing(measure(quantity(5)))", "What is counted; missing when there is no code."),
	FUNCTION("basis", "figure", PART(basis, 's'), "is_missing(basis(quantity(5)))",
		 "Cumulative, increment or stock; missing when there is no code."),
	FUNCTION("base", "figure", PART(base, 's'), "is_missing(base(quantity(5)))", "What a share is a share of; missing for counts."),
	FUNCTION("unit", "figure", PART(unit, 's'), "is_missing(unit(quantity(5)))", "The unit; missing when there is none, as for persons."),
	FUNCTION("since", "figure", PART(since, 'd'), "is_missing(since(quantity(5)))",
		 "The first day that the figure covers; missing when it is not known."),
	FUNCTION("as_of", "figure", PART(as_of, 'd'), "is_missing(as_of(quantity(5)))",
		 "The day that the figure describes; missing when it is not known."),
	FUNCTION("point", "figure, policy",
		 OVERLOADS({ .args = "qs", .result = 'f', .kernel = point, .flags = OP_FAILS, .prepare = point_prepare }),
		 "point(quantity(10000, 12000), 'midpoint')",
		 "The figure as a number, by 'midpoint', 'floor', 'ceiling', 'stated', 'ucdp', 'acled' or 'airwars' (muster.policies()); an error "
		 "where it has none."),
	FUNCTION("overlaps", "a, b", OVERLOADS({ .args = "qq", .result = 'b', .kernel = overlaps, .flags = OP_FAILS }),
		 "overlaps(quantity(5, 10), quantity(8, 20))", "Whether some number is within both figures; their codes have to agree."),
	FUNCTION("covers", "figure, x", OVERLOADS({ .args = "qf", .result = 'b', .kernel = covers }), "covers(quantity(5, 10), 7)",
		 "Whether the number is within the figure's bounds."),
	{ 0 },
};
