/*
 * ode_method.c - the numbers of the methods, and linear equations of a few unknowns.
 *
 * Sources: J. R. Dormand and P. J. Prince, "A family of embedded Runge-Kutta formulae" (1980), its polynomial by L. F. Shampine as
 * in E. Hairer, S. P. Norsett and G. Wanner, Solving Ordinary Differential Equations I (2nd ed., 1993), II.6; C. A. Kennedy
 * and M. H. Carpenter, "Additive Runge-Kutta schemes for convection-diffusion-reaction equations" (2003), the implicit half of
 * ARK4(3)6L[2]SA. The `bend` of the latter is our own: the only solution of the order conditions up to 4 with no weight on
 * stage 2 (sum d = sum d c = sum d c^2 = 0, sum d c^3 = 1/4, sum d A c^2 = 1/12). t6700 checks all order conditions.
 */
#include <math.h>
#include <string.h>

#include "model/ode_priv.h"

const char *const ode_methods[] = { "rk45", "stiff", NULL };

const struct ode_table ode_tables[] = {
	[ODE_RK45] = {
		.stages = 7, .order = 5,
		.c = { 0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1 },
		.a = { { 0 },
		       { 1. / 5 },
		       { 3. / 40, 9. / 40 },
		       { 44. / 45, -56. / 15, 32. / 9 },
		       { 19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729 },
		       { 9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656 },
		       { 35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84 } },
		.error = { 71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40 },
		.bend = { -12715105075. / 11282082432, 0, 87487479700. / 32700410799, -10690763975. / 1880347072,
			  701980252875. / 199316789632, -1453857185. / 822651844, 69997945. / 29380423 },
	},
	[ODE_STIFF] = {
		.stages = 6, .order = 4, .gamma = 1. / 4,
		.c = { 0, 1. / 2, 83. / 250, 31. / 50, 17. / 20, 1 },
		.a = { { 0 },
		       { 1. / 4, 1. / 4 },
		       { 8611. / 62500, -1743. / 31250, 1. / 4 },
		       { 5012029. / 34652500, -654441. / 2922500, 174375. / 388108, 1. / 4 },
		       { 15267082809. / 155376265600, -71443401. / 120774400, 730878875. / 902184768, 2285395. / 8070912, 1. / 4 },
		       { 82889. / 524892, 0, 15625. / 83664, 69875. / 102672, -2260. / 8211, 1. / 4 } },
		.error = { 82889. / 524892 - 4586570599. / 29645900160, 0, 15625. / 83664 - 178811875. / 945068544,
			   69875. / 102672 - 814220225. / 1159782912, -2260. / 8211 + 3700637. / 11593932, 1. / 4 - 61727. / 225920 },
		.bend = { -1025532137. / 743597000, 0, 2272912625. / 475044192, -19304323. / 3490848, 2205534. / 1163225,
			  648559. / 2839000 },
	},
};

void ode_between(const struct ode_table *m, double theta, double *weight)
{
	int last = m->stages - 1;
	double rest = 1 - theta, rise = theta * theta * (3 - 2 * theta), bump = theta * theta * rest * rest;

	for (int j = 0; j <= last; j++)
		weight[j] = rise * m->a[last][j] + bump * m->bend[j];
	weight[0] += theta * rest * rest;
	weight[last] -= theta * theta * rest;
}

void ode_stage(const struct ode_table *m, int K, int i, double h, const double *y, const double *k, double *place)
{
	double a = h * m->a[i][0];

	for (int n = 0; n < K; n++)
		place[n] = y[n] + a * k[n];
	for (int j = 1; j < i; j++) {
		if (m->a[i][j] == 0)
			continue;
		a = h * m->a[i][j];
		for (int n = 0; n < K; n++)
			place[n] += a * k[j * K + n];
	}
}

int ode_jacobian(const struct ode_system *f, double t, const double *y, double *weight, double *J, struct err *e)
{
	int rc;

	memset(J, 0, (size_t)f->K * (size_t)f->K * sizeof *J);
	memset(weight, 0, (size_t)f->K * sizeof *weight);
	for (int i = 0; i < f->K; i++) {
		weight[i] = 1;
		if ((rc = f->pull(f->ctx, t, y, weight, J + i * f->K, NULL, e)))
			return rc;
		weight[i] = 0;
	}
	return 0;
}

bool ode_factor(int n, double *M, int *pivot)
{
	for (int c = 0; c < n; c++) {
		int best = c;

		for (int r = c + 1; r < n; r++)
			if (fabs(M[r * n + c]) > fabs(M[best * n + c]))
				best = r;
		pivot[c] = best;
		if (!(fabs(M[best * n + c]) > 0) || !isfinite(M[best * n + c]))
			return false;
		for (int k = 0; best != c && k < n; k++) {
			double held = M[c * n + k];

			M[c * n + k] = M[best * n + k];
			M[best * n + k] = held;
		}
		for (int r = c + 1; r < n; r++) {
			double ratio = M[r * n + c] /= M[c * n + c];

			for (int k = c + 1; k < n; k++)
				M[r * n + k] -= ratio * M[c * n + k];
		}
	}
	return true;
}

void ode_backsolve(int n, const double *M, const int *pivot, double *x)
{
	for (int c = 0; c < n; c++) {
		double held = x[pivot[c]];

		x[pivot[c]] = x[c];
		x[c] = held;
	}
	for (int r = 1; r < n; r++)
		for (int k = 0; k < r; k++)
			x[r] -= M[r * n + k] * x[k];
	for (int r = n - 1; r >= 0; r--) {
		for (int k = r + 1; k < n; k++)
			x[r] -= M[r * n + k] * x[k];
		x[r] /= M[r * n + r];
	}
}

void ode_backsolve_transposed(int n, const double *M, const int *pivot, double *x)
{
	for (int r = 0; r < n; r++) {
		for (int k = 0; k < r; k++)
			x[r] -= M[k * n + r] * x[k];
		x[r] /= M[r * n + r];
	}
	for (int r = n - 2; r >= 0; r--)
		for (int k = r + 1; k < n; k++)
			x[r] -= M[k * n + r] * x[k];
	for (int c = n - 1; c >= 0; c--) {
		double held = x[pivot[c]];

		x[pivot[c]] = x[c];
		x[c] = held;
	}
}
