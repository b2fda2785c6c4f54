/* vmath.c - elementary functions of arrays, as loops that compilers turn into vector code. */
#include "stats/vmath.h"

#include "stats/vmath_inline.h"

/* In place is a loop of its own: one that had to ask whether the arrays overlap would take a value at a time there. */
#define OF_ARRAYS(name, function)                                            \
	KERNEL void name(int64_t n, const double *x, double *out)            \
	{                                                                    \
		for (int64_t i = 0; i < n && x == out; i++)                  \
			out[i] = function(out[i]);                           \
		for (int64_t i = 0; i < n && x != out; i++)                  \
			out[i] = function(x[i]);                             \
	}

OF_ARRAYS(vmath_exps, vmath_exp)
OF_ARRAYS(vmath_expm1s, vmath_expm1)
OF_ARRAYS(vmath_logs, vmath_log)
OF_ARRAYS(vmath_log1ps, vmath_log1p)
OF_ARRAYS(vmath_inv_logits, vmath_inv_logit)
OF_ARRAYS(vmath_log1p_exps, vmath_log1p_exp)
