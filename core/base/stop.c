/* stop.c - the flag that Ctrl-C raises and long loops poll. */
#include "base/base.h"

#include <stdatomic.h>

/* Atomic, as the handler runs in any thread and others look; without a lock it may be set there (C11, 7.14.1.1). */
static atomic_int wanted;

void stop_request(void)
{
	atomic_store_explicit(&wanted, 1, memory_order_relaxed);
}

void stop_clear(void)
{
	atomic_store_explicit(&wanted, 0, memory_order_relaxed);
}

bool stop_requested(void)
{
	return atomic_load_explicit(&wanted, memory_order_relaxed) != 0;
}
