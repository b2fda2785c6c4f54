/* thread.c - the same function in several threads, and how many make sense. */
#define _GNU_SOURCE        /* sched_getaffinity */
#include "base/base.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static atomic_int limit;

void thread_limit(int n)
{
	atomic_store(&limit, n);
}

int thread_online(void)
{
	int most = atomic_load(&limit), n;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set))
		return 1;
	most = most > 0 && most < THREAD_MAX ? most : THREAD_MAX;
	n = CPU_COUNT(&set);
	return n < most ? n : most;
}

struct share {
	thread_work *work;
	void *ctx;
	int number;
};

static void *start(void *p)
{
	const struct share *s = p;

	s->work(s->ctx, s->number);
	return NULL;
}

void thread_run(int n, thread_work *work, void *ctx)
{
	struct share shares[THREAD_MAX];
	pthread_t threads[THREAD_MAX];
	int started = 1;

	n = n > THREAD_MAX ? THREAD_MAX : n;
	for (; started < n; started++) {
		shares[started] = (struct share){ work, ctx, started };
		if (pthread_create(&threads[started], NULL, start, &shares[started]))
			break;
	}
	work(ctx, 0);
	for (int i = 1; i < started; i++)
		pthread_join(threads[i], NULL);
}
