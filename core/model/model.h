/*
 * model.h - a model as text, the same bound to data, and what can be asked of it at a point.
 *
 *   text --model_parse--> struct model --model_bind + data--> struct posterior --posterior_run_new--> struct posterior_run
 *
 * A model and a posterior never change: threads share them. A run is one thread's. docs/manual/models.md has the language.
 * Errors of a text name line, column, shapes and the nearest valid name, with the line and a caret below.
 */
#ifndef MUSTER_MODEL_H
#define MUSTER_MODEL_H

#include "stats/random.h"

struct model;

/* ERR_DATA, ERR_MEMORY. */
int model_parse(const char *text, size_t n, struct model **out, struct err *e);
struct model *model_ref(const struct model *m);
void model_unref(struct model *m);
const char *model_text(const struct model *m);

/* Functions that only models have; the rest are those of the expression language that have a mathematics (expr/ops.h). */
struct model_function_help {
	const char *name, *args, *help;
};
/* False behind the last. */
bool model_function_at(int i, struct model_function_help *out);

enum { MODEL_RANK_MAX = 3 };

/* A value of the data: a number (rank 0), a vector, or an array by row. NAN is missing. All of it is copied. */
struct model_input {
	const char *name;
	int rank;
	int32_t dims[MODEL_RANK_MAX];
	const double *values;
	const double *high;              /* of published figures: `values` are then the lower bounds; else NULL. +-INFINITY = open */
	const char *const *levels;       /* of text: values are numbers of levels, from 1; else NULL */
	int nlevels;
};

/* How the bound model is to be read. */
enum model_flags {
	MODEL_NO_LIKELIHOOD = 1,         /* the prior alone: rows of data are not looked at */
	MODEL_NO_JACOBIAN = 2,           /* the density on the parameters' own scale: what is maximised */
};

/* ERR_DATA: it does not fit the data. ERR_NAME, ERR_DOMAIN, ERR_MEMORY. Inputs the model does not use are no error. */
struct posterior;
int model_bind(const struct model *m, const struct model_input *inputs, int ninputs, unsigned flags, struct posterior **out,
	       struct err *e);
struct posterior *posterior_ref(const struct posterior *p);
void posterior_unref(struct posterior *p);

/* Numbers of the unconstrained vector q. */
int posterior_unknowns(const struct posterior *p);

enum model_role {
	MODEL_PARAMETER,         /* left of `~`, sampled */
	MODEL_DERIVED,           /* left of `=` and depends on a parameter */
	MODEL_OBSERVED,          /* left of `~`, and data: in rows of log likelihood and of predictions */
	MODEL_DISCRETE,          /* left of `~`, a whole-numbered unknown that is summed out: not in a row of draws */
};

struct model_quantity {
	const char *name;        /* "theta"; of an observed expression its text */
	enum model_role role;
	int rank;
	int32_t dims[MODEL_RANK_MAX];
	int32_t n;               /* product of dims */
	int32_t at;              /* parameters and derived: place in a row of draws; observed: in a row of predictions */
	/* observed: its outcomes, which are vectors when there are fewer of them than numbers, and their place in a row of log likelihoods */
	int32_t outcomes, log_lik_at;
	bool whole;              /* outcomes are counts */
	bool positive;
	int line;                /* of the text, from 1 */
	/* observed: the data, n of them; with high, bounds. NULL of others. */
	const double *low, *high;
	/* The names of places 1 ... dims[0], when it is indexed by text; else NULL. */
	const char *const *levels;
};

/* In the order of the text. */
int posterior_quantities(const struct posterior *p, const struct model_quantity **out);
int posterior_width(const struct posterior *p);          /* numbers in a row of draws */
int posterior_rows(const struct posterior *p);           /* numbers in a row of predictions */
int posterior_log_liks(const struct posterior *p);       /* numbers in a row of log likelihoods */
/* Notes for the reader: a prior is improper, data that were not used ... line by line, "" = none. */
const char *posterior_notes(const struct posterior *p);

/* == at a point ============================================================================== */

struct posterior_run;
int posterior_run_new(const struct posterior *p, struct posterior_run **out, struct err *e);
void posterior_run_free(struct posterior_run *r);

/* The signature of density.eval (mcmc/mcmc.h), ctx = the run: log density of q (with the Jacobian of the constraints, but for MODEL_NO_JACOBIAN) and its gradient. */
int posterior_density(void *run, const double *q, double *lp, double *grad, struct err *e);
/* Why the last log density was -INFINITY; "" when it was not. */
const char *posterior_why(const struct posterior_run *r);

/* row[posterior_width]: parameters on their own scale and derived quantities. */
int posterior_values(struct posterior_run *r, const double *q, double *row, struct err *e);
/* q of a row (derived quantities in it are not looked at). ERR_DOMAIN: not in the support, by name. */
int posterior_unconstrain(struct posterior_run *r, const double *row, double *q, struct err *e);
/* rows[posterior_log_liks]: log likelihood of each outcome; *prior (may be NULL): log density of the priors, without Jacobians. */
int posterior_log_lik(struct posterior_run *r, const double *q, double *rows, double *prior, struct err *e);
/* rows[posterior_rows]: new data, as they would be seen; of reports what they are about; NAN where there is only a factor(). */
int posterior_predict(struct posterior_run *r, const double *q, struct random *random, double *rows, struct err *e);
/*
 * A draw of the prior: row[posterior_width] and, when not NULL, q and data rows[posterior_rows] that follow from it. ERR_DOMAIN: a prior is
 * improper, or the model has factor(), so there is no drawing from it.
 */
int posterior_prior(struct posterior_run *r, struct random *random, double *row, double *q, double *rows, struct err *e);

#endif
