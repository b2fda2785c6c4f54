/* stop.c - the flag that Ctrl-C raises and long loops poll. */
#include "base/base.h"

#include <signal.h>

static volatile sig_atomic_t wanted;

void stop_request(void)
{
	wanted = 1;
}

void stop_clear(void)
{
	wanted = 0;
}

bool stop_requested(void)
{
	return wanted != 0;
}
