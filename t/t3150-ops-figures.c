/*
 * t3150-ops-figures.c - arithmetic of published figures: codes by hand, bounds against every value that the operands allow, what
 * is refused and why, parts, points by policy.
 */
#include "op_run.h"

#define KILLED " nan computed killed cumulative -"
#define SENT " nan computed sent cumulative -"
#define KILLED_OF_SENT " nan computed killed cumulative sent"

/* Arithmetic is in another list than functions of figures. */
static const struct op_row arithmetic[] = {
	OP_ROW("+", "q:11 32", "q:1 2", "q:10 30"),
	OP_ROW("+", "q:11 inf", "q:1 inf", "q:10 30"),
	OP_ROW("+", "q:11 32" KILLED, "q:1 2 1 about killed cumulative -", "q:10 30 nan range killed cumulative -"),
	OP_ROW("+", "q:11 32" KILLED, "q:1 2", "q:10 30" KILLED),
	OP_ROW("+", "q:11 32" KILLED, "q:10 30" KILLED, "q:1 2"),
	OP_ROW("+", "q:15 35" KILLED, "q:10 30" KILLED, "f:5"),
	OP_ROW("+", "q:15 35" KILLED, "f:5", "q:10 30" KILLED),
	OP_ROW("+", "q:2 4 nan computed killed_or_wounded cumulative -", "q:1 2" KILLED, "q:1 2 nan computed wounded cumulative -"),
	OP_ROW("+", "!killed (cumulative) and sent (cumulative) cannot be added: their measure differs", "q:1 2" KILLED, "q:1 2" SENT),
	OP_ROW("+", "!killed (cumulative) and killed (increment) cannot be added: their basis differs; an increment adds to the total that "
	       "it follows, and their days are not known", "q:1 2" KILLED,
	       "q:1 2 nan computed killed increment -"),
	OP_ROW("+", "!killed (cumulative) and killed (cumulative) of sent cannot be added: their base differs", "q:1 2" KILLED,
	       "q:0 1" KILLED_OF_SENT),
	OP_ROW("+", "!nan is no figure", "q:1 2", "f:nan"),
	OP_ROW("+", "!a figure is finite", "f:inf", "q:1 2"),
	OP_ROW("-", "q:-1 2", "q:1 3", "q:1 2"),
	OP_ROW("-", "q:-inf 2", "q:1 3", "q:1 inf"),
	OP_ROW("-", "q:5 7" KILLED, "q:10 12" KILLED, "f:5"),
	OP_ROW("-", "q:-7 -5" KILLED, "f:5", "q:10 12" KILLED),
	OP_ROW("-", "!killed (cumulative) and sent (cumulative) cannot be subtracted: their measure differs", "q:1 2" KILLED, "q:1 2" SENT),
	OP_ROW("-", "q:-2 -1" KILLED, "q:1 2" KILLED),
	OP_ROW("-", "q:-inf 0", "q:0 inf"),
	OP_ROW("*", "q:2 6", "q:1 2", "q:2 3"),
	OP_ROW("*", "q:-6 6", "q:-2 2", "q:2 3"),
	OP_ROW("*", "q:0 0", "q:0 0", "q:1 inf"),
	OP_ROW("*", "q:0 inf", "q:0 inf", "q:0 3"),
	OP_ROW("*", "q:20 60" KILLED, "q:10 30" KILLED, "f:2"),
	OP_ROW("*", "q:-60 -20" KILLED, "f:-2", "q:10 30" KILLED),
	OP_ROW("*", "q:3500 5250" KILLED, "q:0.35 0.4375" KILLED_OF_SENT, "q:10000 12000" SENT),
	OP_ROW("*", "q:3500 5250" KILLED, "q:10000 12000" SENT, "q:0.35 0.4375" KILLED_OF_SENT),
	OP_ROW("*", "q:0.125 0.5" KILLED_OF_SENT, "q:0.25 0.5 nan computed killed cumulative first", "q:0.5 1 nan computed first cumulative sent"),
	OP_ROW("*", "!killed (cumulative) and sent (cumulative) cannot be multiplied: neither is a share of the other", "q:1 2" KILLED,
	       "q:1 2" SENT),
	OP_ROW("*", "!killed (cumulative) of sent and sent (increment) cannot be multiplied: neither is a share of the other; the share is one of sent",
	       "q:0 1" KILLED_OF_SENT, "q:1 2 nan computed sent increment -"),
	OP_ROW("/", "q:2 6", "q:12 18", "q:3 6"),
	OP_ROW("/", "q:0 6", "q:12 18", "q:3 inf"),
	OP_ROW("/", "q:4 inf", "q:12 18", "q:0 3"),
	OP_ROW("/", "q:-inf -4", "q:12 18", "q:-3 0"),
	OP_ROW("/", "q:-inf -4", "q:-18 -12", "q:0 3"),
	OP_ROW("/", "q:0 inf", "q:-3 0", "q:-2 0"),
	OP_ROW("/", "q:-inf inf", "q:-1 1", "q:0 1"),
	OP_ROW("/", "q:-inf inf", "q:1 2", "q:-1 1"),
	OP_ROW("/", "q:0 0", "q:0 0", "q:0 1"),
	OP_ROW("/", "q:0 inf", "q:0 inf", "q:1 inf"),
	OP_ROW("/", "?", "q:12 18", "q:0 0"),
	OP_ROW("/", "?", "q:12 18", "f:0"),
	OP_ROW("/", "q:0.25 0.5" KILLED, "q:2750 5500" KILLED, "f:11000"),
	OP_ROW("/", "q:2 4", "f:11000", "q:2750 5500" KILLED),
	OP_ROW("/", "q:0.5 2", "q:1 2" KILLED, "q:1 2" KILLED),
	OP_ROW("/", "q:0.25 0.4" KILLED_OF_SENT, "q:3000 4000" KILLED, "q:10000 12000" SENT),
	OP_ROW("/", "q:7500 8000" SENT, "q:3000 3000" KILLED, "q:0.375 0.4" KILLED_OF_SENT),
	OP_ROW("/", "q:0.5 2", "q:0.2 0.4" KILLED_OF_SENT, "q:0.2 0.4" KILLED_OF_SENT),
	OP_ROW("/", "!killed (cumulative) and sent (stock) cannot be divided: their basis differs; a stock is who is there on a day, without those who left", "q:1 2" KILLED,
	       "q:1 2 nan computed sent stock -"),
	OP_ROW("/", "!wounded (cumulative) and killed (cumulative) of sent cannot be divided: they are shares of different things",
	       "q:1 2 nan computed wounded cumulative -", "q:0 1" KILLED_OF_SENT),
};

static const struct op_row functions[] = {
	OP_ROW("quantity", "q:5 5", "f:5"),
	OP_ROW("quantity", "q:10000 12000", "f:10000", "f:12000"),
	OP_ROW("quantity", "q:3 inf", "f:3", "f:inf"),
	OP_ROW("quantity", "!low 3 is above high 2", "f:3", "f:2"),
	OP_ROW("quantity", "!nan is no figure", "f:nan"),
	OP_ROW("low", "f:3001", "q:3001 inf 3000 more_than killed cumulative -"),
	OP_ROW("high", "f:inf", "q:3001 inf 3000 more_than killed cumulative -"),
	OP_ROW("stated", "f:3000", "q:3001 inf 3000 more_than killed cumulative -"),
	OP_ROW("stated", "?", "q:1 2"),
	OP_ROW("kind", "s:more_than", "q:3001 inf 3000 more_than killed cumulative -"),
	OP_ROW("kind", "s:computed", "q:1 2"),
	OP_ROW("measure", "s:killed", "q:1 2" KILLED_OF_SENT),
	OP_ROW("measure", "?", "q:1 2"),
	OP_ROW("basis", "s:cumulative", "q:1 2" KILLED_OF_SENT),
	OP_ROW("basis", "?", "q:1 2"),
	OP_ROW("base", "s:sent", "q:1 2" KILLED_OF_SENT),
	OP_ROW("base", "?", "q:1 2" KILLED),
	OP_ROW("point", "f:11000", "q:10000 12000", "s:midpoint"),
	OP_ROW("point", "f:10000", "q:10000 12000", "s:floor"),
	OP_ROW("point", "f:12000", "q:10000 12000", "s:ceiling"),
	OP_ROW("point", "f:12000", "q:0 12000 12000 up_to - - -", "s:stated"),
	OP_ROW("point", "!'10,000-12,000' has no stated: two numbers were printed", "q:10000 12000 nan range - - -", "s:stated"),
	OP_ROW("point", "!'10,000-12,000' has no stated: it was computed", "q:10000 12000", "s:stated"),
	OP_ROW("point", "!'> 3,000' has no midpoint: no upper bound was claimed", "q:3001 inf 3000 more_than - - -", "s:midpoint"),
	OP_ROW("point", "!'<= 5' has no floor: it has no lower bound", "q:-inf 5", "s:floor"),
	OP_ROW("point", "!'any number' has no midpoint: no upper bound was claimed", "q:-inf inf", "s:midpoint"),
	OP_ROW("point", "!no policy 'midpont'; did you mean 'midpoint'?", "q:1 2", "s:midpont"),
	OP_ROW("point", "!no policy 'best'; a figure becomes a point by 'midpoint', 'floor', 'ceiling', 'stated', 'ucdp' or 'acled'", "q:1 2", "s:best"),
	OP_ROW("overlaps", "b:true", "q:5 10", "q:8 20"),
	OP_ROW("overlaps", "b:true", "q:5 10", "q:10 20"),
	OP_ROW("overlaps", "b:false", "q:5 10", "q:11 20"),
	OP_ROW("overlaps", "b:true", "q:0 100", "q:11 20"),
	OP_ROW("overlaps", "b:false", "q:9 10 10 nearly - - -", "q:10 20"),
	OP_ROW("overlaps", "b:true", "q:9 10 10 nearly - - -", "q:9 20"),
	OP_ROW("overlaps", "b:false", "q:0.4 1 0.4 more_than killed cumulative sent", "q:0.4 0.4" KILLED_OF_SENT),
	OP_ROW("overlaps", "!killed (cumulative) and sent (cumulative) cannot be compared: their measure differs", "q:1 2" KILLED, "q:1 2" SENT),
	OP_ROW("covers", "b:true", "q:5 10", "f:10"),
	OP_ROW("covers", "b:false", "q:5 10", "f:10.5"),
	OP_ROW("covers", "b:false", "q:5 10", "f:nan"),
	OP_ROW("covers", "b:false", "q:9 10 10 nearly - - -", "f:10"),
	OP_ROW("covers", "b:true", "q:0 0 0 nearly - - -", "f:0"),
	OP_ROW("covers", "b:false", "q:0.4 1 0.4 more_than - - sent", "f:0.4"),
	OP_ROW("covers", "b:true", "q:3001 inf", "f:1e300"),
};

/* == every value that the operands allow is in the result, and its bounds are met == */

static double random_bound(uint64_t *seed)
{
	uint64_t r = op_noise(seed);

	return r % 5 == 0 ? 0 : (double)((int64_t)(r >> 8 & 15) - 7);
}

static struct quantity random_figure(uint64_t *seed)
{
	struct quantity q = { .stated = NAN, .kind = QUANTITY_COMPUTED };
	double a = random_bound(seed), b = random_bound(seed);
	uint64_t r = op_noise(seed);

	q.low = r % 9 == 0 ? -INFINITY : fmin(a, b);
	q.high = r % 7 == 0 ? INFINITY : fmax(a, b);
	return q;
}

/* k of 12 steps through the figure; far away where a bound is open. */
static double inside(const struct quantity *q, int k)
{
	double low = isinf(q->low) ? fmin(q->high, 0) - 1e9 : q->low, high = isinf(q->high) ? fmax(q->low, 0) + 1e9 : q->high;

	return k == 12 ? high : low + (high - low) * k / 12;
}

static double apply(char op, double x, double y)
{
	return op == '+' ? x + y : op == '-' ? x - y : op == '*' ? x * y : x / y;
}

static void bounds(void)
{
	static const struct {
		char op;
		int (*run)(const struct quantity *, const struct quantity *, struct quantity *, struct err *);
	} ops[] = { { '+', quantity_add }, { '-', quantity_subtract }, { '*', quantity_multiply }, { '/', quantity_divide } };

	for (size_t o = 0; o < 4; o++) {
		uint64_t seed = 17;
		int outside = 0, loose = 0, empty = 0;

		for (int round = 0; round < 20000; round++) {
			struct quantity a = random_figure(&seed), b = random_figure(&seed), q;
			double least = INFINITY, most = -INFINITY;

			ops[o].run(&a, &b, &q, NULL);
			for (int i = 0; i <= 12; i++)
				for (int j = 0; j <= 12; j++) {
					double y = inside(&b, j), v = apply(ops[o].op, inside(&a, i), y);

					if (ops[o].op == '/' && y == 0)
						continue;
					least = fmin(least, v);
					most = fmax(most, v);
					/* rounding of what was tried, not of the bounds */
					outside += v < q.low - 1e-9 * fabs(v) || v > q.high + 1e-9 * fabs(v);
				}
			if (isnan(q.low)) {
				empty++;
				outside += most >= least;
				continue;
			}
			/* a bound is met, or open, or comes near to 0 where the divisor is far away */
			loose += isfinite(q.low) && !(fabs(least - q.low) < 1e-7);
			loose += isfinite(q.high) && !(fabs(most - q.high) < 1e-7);
			loose += isinf(q.low) && ops[o].op != '/' && least > -1e8;
			loose += isinf(q.high) && ops[o].op != '/' && most < 1e8;
		}
		is_int(outside, 0, "%c: the result holds all that may be true", ops[o].op);
		is_int(loose, 0, "%c: and no more", ops[o].op);
		ok(ops[o].op == '/' ? empty > 100 : !empty, "%c: nothing comes of 0 as the only divisor", ops[o].op);
	}
}

/* Figures that only arithmetic makes. */
static void shown(void)
{
	static const struct {
		double low, high;
		const char *text;
	} cases[] = {
		{ -5, 3, "-5 to 3" }, { -5, -3, "-5 to -3" }, { -INFINITY, 3, "<= 3" }, { -INFINITY, INFINITY, "any number" }, { -5, -5, "-5" },
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct quantity q = { .low = cases[k].low, .high = cases[k].high, .stated = NAN, .kind = QUANTITY_COMPUTED };
		struct buf text = BUF_INIT;

		quantity_print(&text, &q);
		is_str(text.p, cases[k].text, "shown as %s", cases[k].text);
		buf_release(&text);
	}
}

int main(void)
{
	for (size_t k = 0; k < sizeof arithmetic / sizeof *arithmetic; k++)
		op_case(ops_arithmetic, arithmetic[k].name, arithmetic[k].args, arithmetic[k].want);
	for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
		op_case(ops_figures, functions[k].name, functions[k].args, functions[k].want);
	bounds();
	shown();
	return done();
}
