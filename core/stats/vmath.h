/*
 * vmath.h - elementary functions of arrays: out[i] = f(x[i]), i < n. `out` may be x.
 *
 * Some times as fast as the C library one by one; stats/vmath_inline.h has them as single functions for other loops, and says
 * how exact they are.
 */
#ifndef MUSTER_VMATH_H
#define MUSTER_VMATH_H

#include "base/base.h"

void vmath_exps(int64_t n, const double *x, double *out);
void vmath_expm1s(int64_t n, const double *x, double *out);
void vmath_logs(int64_t n, const double *x, double *out);
void vmath_log1ps(int64_t n, const double *x, double *out);
void vmath_inv_logits(int64_t n, const double *x, double *out);          /* 1 / (1 + exp(-x)) */
void vmath_log1p_exps(int64_t n, const double *x, double *out);          /* log(1 + exp(x)) */

#endif
