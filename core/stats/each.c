/* each.c - the same work on many columns of draws, by several threads, each with a room of its own. */
#include "stats/diagnose_priv.h"

#include <pthread.h>

struct each {
	pthread_mutex_t lock;
	const struct each_work *work;
	int64_t next, failed;            /* failed: the lowest one so far that did */
	int rc;
	struct err e;
};

static void fail(struct each *s, int64_t i, int rc, const struct err *e)
{
	pthread_mutex_lock(&s->lock);
	if (!s->rc || i < s->failed) {
		s->rc = rc;
		s->failed = i;
		s->e = *e;
	}
	pthread_mutex_unlock(&s->lock);
}

/* Taken in order: when one fails, all before it are taken, so the lowest failure is the lowest there is. */
static void run(void *ctx, int number)
{
	struct each *s = ctx;
	struct err e = ERR_INIT;
	void *room = NULL;
	int64_t i = -1;
	int rc = s->work->open(s->work->ctx, &room, &e);

	(void)number;
	while (!rc) {
		pthread_mutex_lock(&s->lock);
		i = s->rc ? s->work->n : s->next++;
		pthread_mutex_unlock(&s->lock);
		if (i >= s->work->n)
			break;
		rc = stop_requested() ? err_set(&e, ERR_INTERRUPT, "interrupted") : s->work->one(s->work->ctx, room, i, &e);
	}
	if (rc)
		fail(s, i, rc, &e);
	if (room)
		s->work->close(room);
}

int each_run(const struct each_work *work, struct err *e)
{
	struct each s = { .work = work, .e = ERR_INIT };
	int threads = thread_online();

	pthread_mutex_init(&s.lock, NULL);
	thread_run(work->n < threads ? (int)work->n : threads, run, &s);
	pthread_mutex_destroy(&s.lock);
	return s.rc ? err_copy(e, &s.e) : 0;
}
