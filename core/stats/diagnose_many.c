/* diagnose_many.c - the same questions about many quantities, by several threads. */
#include "stats/diagnose.h"
#include "stats/diagnose_priv.h"

struct many {
	int chains;
	int64_t n;
	draws_fill *fill;
	void *ctx;
	const struct diagnose_question *questions;
	int nquestions;
	double *out;
};

struct room {
	struct diagnose *d;
	double *x;
};

static void close_room(void *ctx)
{
	struct room *r = ctx;

	diagnose_free(r->d);
	mem_free(r->x);
	mem_free(r);
}

static int open_room(void *ctx, void **out, struct err *e)
{
	const struct many *m = ctx;
	struct room *r = mem_zero(1, sizeof *r);
	int rc;

	if (!r)
		return err_nomem(e);
	*out = r;
	if ((rc = diagnose_new(m->chains, m->n, &r->d, e)))
		return rc;
	r->x = mem_zero((size_t)m->chains * (size_t)m->n, sizeof *r->x);
	return r->x ? 0 : err_nomem(e);
}

static int one_quantity(void *ctx, void *room, int64_t i, struct err *e)
{
	const struct many *m = ctx;
	struct room *r = room;

	(void)e;
	m->fill(m->ctx, i, r->x);
	diagnose_load(r->d, r->x, m->n, 1);
	for (int k = 0; k < m->nquestions; k++)
		m->out[i * m->nquestions + k] = diagnose_ask(r->d, m->questions[k].measure, m->questions[k].p);
	return 0;
}

int diagnose_many(int chains, int64_t iterations, int64_t quantities, draws_fill *fill, void *ctx,
		  const struct diagnose_question *questions, int nquestions, double *out, struct err *e)
{
	struct many m = { chains, iterations, fill, ctx, questions, nquestions, out };
	struct each_work work = { quantities, &m, open_room, one_quantity, close_room };

	return each_run(&work, e);
}
