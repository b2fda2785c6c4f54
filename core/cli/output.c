/*
 * output.c - the standard descriptors at the beginning and at the end.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A closed descriptor 0, 1 or 2 would be given to the next file that is opened, and results or messages would
 * land in it. They are filled with ends on which the real use fails.
 */
static void fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			return;
}

static bool finished;

/* Only now is it known that all output arrived. A reader that closed the pipe has what it wanted. */
int output_finish(int status)
{
	int failed;

	finished = true;
	errno = 0;
	failed = fflush(stdout) || ferror(stdout);
	if (!failed || status || errno == EPIPE || signals_caught())
		return signals_status(status);
	fprintf(stderr, "muster: cannot write to standard output%s%s\n", errno ? ": " : "",
		errno ? strerror(errno) : "");
	return STATUS_FAILED;
}

/* A script that calls os.exit comes here without main's end. */
static void at_exit(void)
{
	int status;

	if (!finished && (status = output_finish(STATUS_FINE)))
		_exit(status);
}

void output_begin(void)
{
	fill_descriptors();
	atexit(at_exit);
}
