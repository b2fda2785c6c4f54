/* parallel.c - work in segments that depend on the number of rows alone, done by several threads. */
#include "query/query.h"

#include <pthread.h>

/* Below this a segment is not worth a thread's start. */
enum { SEGMENT_ROWS = 16384 };

int query_segments(int64_t rows)
{
	int64_t n = rows / SEGMENT_ROWS;

	return n < 1 ? 1 : n > QUERY_SEGMENTS_MAX ? QUERY_SEGMENTS_MAX : (int)n;
}

int64_t query_segment_start(int64_t rows, int segments, int k)
{
	int64_t blocks = (rows + 63) / 64;

	return k >= segments ? rows : blocks * k / segments * 64;
}

struct parallel {
	pthread_mutex_t lock;
	query_work *work;
	void *ctx;
	int n, next;
	int rc, failed;                  /* the code of item `failed`, the lowest so far that did */
	struct err e;
};

/*
 * Items are taken in order, so when one fails, all before it have been taken and are finished: the lowest failure of them
 * is the lowest there is, whatever the timing.
 */
static void take_items(void *ctx, int number)
{
	struct parallel *p = ctx;
	struct err e = ERR_INIT;

	(void)number;
	for (;;) {
		int k, rc;

		pthread_mutex_lock(&p->lock);
		k = p->rc ? p->n : p->next++;
		pthread_mutex_unlock(&p->lock);
		if (k >= p->n)
			return;
		if (!(rc = p->work(p->ctx, k, &e)))
			continue;
		pthread_mutex_lock(&p->lock);
		if (!p->rc || k < p->failed) {
			p->rc = rc;
			p->failed = k;
			p->e = e;
		}
		pthread_mutex_unlock(&p->lock);
	}
}

int query_parallel(int n, int threads, query_work *work, void *ctx, struct err *e)
{
	struct parallel p = { .work = work, .ctx = ctx, .n = n, .e = ERR_INIT };

	threads = threads > 0 ? threads : thread_online();
	pthread_mutex_init(&p.lock, NULL);
	thread_run(threads < n ? threads : n, take_items, &p);
	pthread_mutex_destroy(&p.lock);
	if (p.rc && e)
		*e = p.e;
	return p.rc;
}
