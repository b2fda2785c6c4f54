/*
 * t6800-model-language.c - every construct of the model language: t/cases/models.test has models with data, a point, and the log density
 * there as t/cases/models.py computes it; t/cases/model-errors.test has wrong ones with their messages.
 *
 * Gradients are held against difference quotients of the log density, extrapolated to step 0 as in slope.h. Draws of priors and
 * predictions are held against means and standard deviations.
 */
#include "model_case.h"
#include "tap.h"

enum { UNKNOWNS_MAX = 64, NUMBERS_MAX = 512, DRAWS = 4000 };

struct posed {
	char name[4096], text[8192], data[4096];
	double q[UNKNOWNS_MAX];
	int nq;
};

static bool near(double got, double want, double tolerance)
{
	return (isnan(got) && isnan(want)) || got == want || fabs(got - want) <= tolerance * (1 + fabs(want));
}

static int numbers(const char *s, double *out, int room)
{
	int n = 0;
	char *end;

	for (; n < room; s = end, n++) {
		out[n] = strtod(s, &end);
		if (end == s)
			break;
	}
	return n;
}

static void same_numbers(const char *what, const char *name, const double *got, int n, const char *wanted)
{
	double want[NUMBERS_MAX];
	int m = numbers(wanted, want, NUMBERS_MAX);
	bool good = n == m;

	for (int i = 0; i < n && i < m; i++)
		if (!near(got[i], want[i], 1e-9)) {
			good = false;
			fprintf(stderr, "%s: %s, number %d: got %.17g, expected %.17g\n", name, what, i + 1, got[i], want[i]);
		}
	if (n != m)
		fprintf(stderr, "%s: %s: %d numbers, expected %d\n", name, what, n, m);
	ok(good, "%s: %s", name, what);
}

/* == at a point == */

static double density(struct posterior_run *r, const double *q)
{
	double lp;

	return posterior_density(r, q, &lp, NULL, NULL) ? NAN : lp;
}

/* Ridders' table of difference quotients. */
static double quotient(struct posterior_run *r, double *q, int i)
{
	enum { ROWS = 8 };
	double table[ROWS][ROWS], best = NAN, error = INFINITY, x = q[i], h = 0.05;

	for (int k = 0; k < ROWS; k++, h /= 2) {
		double four = 4, up, down;

		q[i] = x + h;
		up = density(r, q);
		q[i] = x - h;
		down = density(r, q);
		table[k][0] = (up - down) / (2 * h);
		for (int j = 1; j <= k; j++, four *= 4) {
			double off;

			table[k][j] = table[k][j - 1] + (table[k][j - 1] - table[k - 1][j - 1]) / (four - 1);
			off = fmax(fabs(table[k][j] - table[k][j - 1]), fabs(table[k][j] - table[k - 1][j - 1]));
			if (off < error) {
				error = off;
				best = table[k][j];
			}
		}
	}
	q[i] = x;
	return best;
}

static void check_gradient(const struct posed *m, struct posterior_run *r)
{
	double grad[UNKNOWNS_MAX], q[UNKNOWNS_MAX], lp;
	bool good;

	memcpy(q, m->q, sizeof q);
	good = !posterior_density(r, q, &lp, grad, NULL) && near(lp, density(r, q), 1e-12);
	for (int i = 0; i < m->nq; i++) {
		double want = quotient(r, q, i);

		if (!near(grad[i], want, 1e-6)) {
			good = false;
			fprintf(stderr, "%s: derivative %d is %.12g, the quotient %.12g\n", m->name, i + 1, grad[i], want);
		}
	}
	ok(good, "%s: gradient of %d", m->name, m->nq);
}

static const struct model_quantity *quantity(const struct posterior *p, const char *name)
{
	const struct model_quantity *list;
	int n = posterior_quantities(p, &list);

	for (int i = 0; i < n; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

/* The way back from the values finds the same point. */
static void check_back(const struct posed *m, const struct posterior *p, struct posterior_run *r)
{
	double row[NUMBERS_MAX] = { 0 }, q[UNKNOWNS_MAX] = { 0 };
	struct err e = ERR_INIT;
	bool good = posterior_width(p) < NUMBERS_MAX && !posterior_values(r, m->q, row, &e) && !posterior_unconstrain(r, row, q, &e);

	for (int i = 0; good && i < m->nq; i++)
		good = near(q[i], m->q[i], 1e-8);
	ok(good, "%s: from the values back to the point", m->name);
	if (!good)
		fprintf(stderr, "%s\n", e.msg);
}

/* == moments == */

static bool moments_fit(const char *name, const double *x, const char *wanted)
{
	double want[2], mean = 0, var = 0;

	if (numbers(wanted, want, 2) != 2)
		return false;
	for (int i = 0; i < DRAWS; i++)
		mean += x[i] / DRAWS;
	for (int i = 0; i < DRAWS; i++)
		var += (x[i] - mean) * (x[i] - mean) / (DRAWS - 1);
	if (fabs(mean - want[0]) < 5 * want[1] / sqrt(DRAWS) + 1e-12 && fabs(sqrt(var) - want[1]) < 0.1 * want[1] + 1e-12)
		return true;
	fprintf(stderr, "%s: mean %g, sd %g\n", name, mean, sqrt(var));
	return false;
}

/* "prior NAME MEAN SD" and "predict NAME MEAN SD": the last number of NAME over draws of the prior. */
static void check_moments(const struct posed *m, const struct posterior *p, struct posterior_run *r, const char *line, bool predicted)
{
	static double x[DRAWS];
	double row[NUMBERS_MAX], rows[NUMBERS_MAX];
	const struct model_quantity *v;
	struct random random;
	struct err e = ERR_INIT;
	char name[64] = "";
	int skipped = 0;

	sscanf(line, "%63s%n", name, &skipped);
	random = random_open(11, 0);
	if (!(v = quantity(p, name))) {
		ok(false, "%s: there is no %s", m->name, name);
		return;
	}
	for (int i = 0; i < DRAWS; i++) {
		if (posterior_prior(r, &random, row, NULL, rows, &e)) {
			ok(false, "%s: %s", m->name, e.msg);
			return;
		}
		x[i] = predicted ? rows[v->at + v->n - 1] : row[v->at + v->n - 1];
	}
	ok(moments_fit(m->name, x, line + skipped), "%s: %s of %s", m->name, predicted ? "predictions" : "draws of the prior", name);
}

/* == a case == */

static void check_line(const struct posed *m, const struct posterior *p, struct posterior_run *r, const char *line)
{
	double row[NUMBERS_MAX], lp = NAN;
	const struct model_quantity *v;
	struct err e = ERR_INIT;
	char name[64] = "";
	int skipped = 0;

	if (!strncmp(line, "lp ", 3)) {
		posterior_density(r, m->q, &lp, NULL, &e);
		ok(near(lp, strtod(line + 3, NULL), 1e-9), "%s: log density", m->name);
		if (!near(lp, strtod(line + 3, NULL), 1e-9))
			fprintf(stderr, "%s: got %.15g, expected %s: %s%s\n", m->name, lp, line + 3, e.msg, posterior_why(r));
		check_gradient(m, r);
		check_back(m, p, r);
	} else if (!strncmp(line, "log_lik", 7)) {
		ok(!posterior_log_lik(r, m->q, row, NULL, NULL), "%s: log likelihoods", m->name);
		same_numbers("log likelihoods", m->name, row, posterior_log_liks(p), line + 7);
	} else if (!strncmp(line, "value ", 6)) {
		sscanf(line + 6, "%63s%n", name, &skipped);
		if (!(v = quantity(p, name)) || posterior_values(r, m->q, row, NULL))
			ok(false, "%s: value of %s", m->name, name);
		else
			same_numbers(name, m->name, row + v->at, v->n, line + 6 + skipped);
	} else if (!strncmp(line, "prior ", 6)) {
		check_moments(m, p, r, line + 6, false);
	} else if (!strncmp(line, "predict ", 8)) {
		check_moments(m, p, r, line + 8, true);
	} else {
		ok(false, "%s: what is '%s'?", m->name, line);
	}
}

static int bind_posed(const struct posed *m, struct case_data *d, struct posterior **out, struct err *e)
{
	struct model *model = NULL;
	int rc = model_parse(m->text, strlen(m->text), &model, e);

	case_data(d, m->data);
	if (!rc)
		rc = model_bind(model, d->inputs, d->n, 0, out, e);
	model_unref(model);
	return rc;
}

static void check_model(struct posed *m, char lines[][4096], int nlines)
{
	static struct case_data data;
	struct posterior *p = NULL;
	struct posterior_run *r = NULL;
	struct err e = ERR_INIT;

	if (!ok(!bind_posed(m, &data, &p, &e) && posterior_unknowns(p) == m->nq && !posterior_run_new(p, &r, &e), "%s: binds", m->name))
		fprintf(stderr, "%s: %s (%d unknowns, expected %d)\n", m->name, e.msg, p ? posterior_unknowns(p) : -1, m->nq);
	for (int i = 0; r && i < nlines; i++)
		check_line(m, p, r, lines[i]);
	posterior_run_free(r);
	posterior_unref(p);
}

static FILE *open_cases(const char *name)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof path, "%s/cases/%s", getenv("T") ? getenv("T") : "t", name);
	if (!(f = fopen(path, "r")))
		ok(false, "%s opens", path);
	return f;
}

static void models(void)
{
	static char lines[16][4096], line[4096];
	static struct posed m;
	FILE *f = open_cases("models.test");
	int nlines = 0;
	bool some = false;

	while (f && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!*line || !strncmp(line, "## ", 3))
			continue;
		if (!strncmp(line, "== ", 3)) {
			if (some)
				check_model(&m, lines, nlines);
			m = (struct posed){ 0 };
			snprintf(m.name, sizeof m.name, "%s", line + 3);
			nlines = 0;
			some = true;
		} else if (!strncmp(line, "| ", 2)) {
			snprintf(m.text + strlen(m.text), sizeof m.text - strlen(m.text), "%s\n", line + 2);
		} else if (!strncmp(line, "data ", 5)) {
			snprintf(m.data, sizeof m.data, "%s", line + 5);
		} else if (!strncmp(line, "q ", 2)) {
			m.nq = numbers(line + 2, m.q, UNKNOWNS_MAX);
		} else if (nlines < 16) {
			snprintf(lines[nlines++], sizeof lines[0], "%s", line);
		}
	}
	if (some)
		check_model(&m, lines, nlines);
	if (f)
		fclose(f);
}

/* == errors == */

/* "text :: data => message", where \n are line ends; "line 3, column 9: message" is written 3:9 message. */
static void check_error(char *line, int number)
{
	static struct case_data data;
	static struct posed m;
	char *wanted = strstr(line, " => "), *given, got[2048], *end;
	struct posterior *p = NULL;
	struct err e = ERR_INIT;
	int l, c, length = 0;
	size_t n = 0;

	m = (struct posed){ 0 };
	if (!wanted) {
		ok(false, "line %d of the cases has two parts", number);
		return;
	}
	*wanted = '\0';
	wanted += 4;
	if ((given = strstr(line, " :: "))) {
		*given = '\0';
		snprintf(m.data, sizeof m.data, "%s", given + 4);
	}
	for (const char *s = line; *s; s++) {
		m.text[n++] = s[0] == '\\' && s[1] == 'n' ? '\n' : *s;
		s += s[0] == '\\' && s[1] == 'n';
	}
	if (!bind_posed(&m, &data, &p, &e))
		snprintf(got, sizeof got, "no error");
	else if (sscanf(e.msg, "line %d, column %d: %n", &l, &c, &length) == 2)
		snprintf(got, sizeof got, "%d:%d %s", l, c, e.msg + length);
	else
		snprintf(got, sizeof got, "%s", e.msg);
	if ((end = strchr(got, '\n')))
		*end = '\0';
	is_str(got, wanted, "%d: %s", number, line);
	posterior_unref(p);
}

static void errors(void)
{
	static char line[4096];
	FILE *f = open_cases("model-errors.test");
	int number = 0;

	while (f && fgets(line, sizeof line, f)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (*line && strncmp(line, "## ", 3))
			check_error(line, number);
	}
	if (f)
		fclose(f);
}

int main(void)
{
	models();
	errors();
	return done();
}
