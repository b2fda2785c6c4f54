/*
 * bench-run.c - one timed run: bench-run FILE SECONDS [NAME=VALUE...] COMMAND [ARGUMENT...]
 *               or bench-run --quiet SECONDS: wait until the machine is idle, but no longer than that
 *
 * FILE is read once, so that the run finds it in the page cache; then COMMAND runs as often as fits into SECONDS, at
 * least once, its output passed on. At the end of standard error comes one line of numbers:
 *
 *   microseconds of a run, start of the process included (the median, if there were several)
 *   microseconds of processor time of a run, all threads (the mean): other load changes it less
 *   peak anonymous memory in kB: RssAnon of /proc, looked at every 1 to 10 ms; unlike the next one without mapped files
 *   peak resident memory in kB: ru_maxrss
 *   percent of one core that everything else on the machine used meanwhile, stolen time included
 *
 * Exit status: that of the first run that failed, 127 when there is no such command, 2 for wrong usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { RUNS = 1000 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Processor seconds of this program, or of the children it has waited for. */
static double used_by(int who)
{
	struct rusage r;

	getrusage(who, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e-6;
}

/* Core seconds since the start of the machine that were neither idle nor waiting for a disk. */
static double busy(void)
{
	unsigned long long user, nice, sys, idle, wait, irq, softirq, steal;
	FILE *f = fopen("/proc/stat", "r");
	int n = f ? fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &sys, &idle, &wait, &irq, &softirq,
			   &steal) : 0;

	if (f)
		fclose(f);
	return n == 8 ? (double)(user + nice + sys + irq + softirq + steal) / (double)sysconf(_SC_CLK_TCK) : 0;
}

static double used_by_others(void)
{
	return busy() - used_by(RUSAGE_SELF) - used_by(RUSAGE_CHILDREN);
}

static void read_through(const char *path)
{
	static char piece[1 << 20];
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return;
	while (read(fd, piece, sizeof piece) > 0)
		;
	close(fd);
}

static long anonymous_kb(pid_t pid)
{
	char path[64], text[4096], *at;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
	if ((fd = open(path, O_RDONLY)) < 0)
		return 0;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return (at = strstr(text, "RssAnon:")) ? atol(at + 8) : 0;
}

/* Until others use less than a quarter of a core for half a second. */
static void wait_for_quiet(double seconds)
{
	double end = now() + seconds, start, before;

	do {
		start = now();
		before = used_by_others();
		nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL);
	} while (used_by_others() - before >= 0.25 * (now() - start) && now() < end);
}

/* One run; its time goes to *seconds, and *anon and *rss grow with its peaks. Returns the exit status. */
static int run(char **command, double *seconds, long *anon, long *rss)
{
	double start = now(), elapsed;
	posix_spawnattr_t attr;
	sigset_t none, child;
	struct rusage r;
	pid_t pid;
	int status;

	sigemptyset(&none);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);           /* its end interrupts the wait below, not only the next one */
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	errno = posix_spawnp(&pid, command[0], NULL, &attr, command, environ);
	posix_spawnattr_destroy(&attr);
	if (errno)
		return perror(command[0]), 127;
	for (;;) {
		long ns, kb;

		elapsed = now() - start;
		ns = elapsed < 0.9 ? (long)(1e6 + elapsed * 1e7) : 10000000;
		if (sigtimedwait(&child, NULL, &(struct timespec){ .tv_nsec = ns }) == SIGCHLD)
			break;
		if ((kb = anonymous_kb(pid)) > *anon)
			*anon = kb;
	}
	wait4(pid, &status, 0, &r);
	*seconds = now() - start;
	if (r.ru_maxrss > *rss)
		*rss = r.ru_maxrss;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static double times[RUNS];
	double enough, start, used, others, elapsed;
	long anon = 0, rss = 0;
	int n = 0, rc, at = 3;

	if (argc == 3 && !strcmp(argv[1], "--quiet"))
		return wait_for_quiet(atof(argv[2])), 0;
	for (; at < argc && strchr(argv[at], '='); at++)
		putenv(argv[at]);
	if (at >= argc)
		return fprintf(stderr, "usage: bench-run FILE SECONDS [NAME=VALUE...] COMMAND [ARGUMENT...]\n"), 2;
	enough = atof(argv[2]);
	read_through(argv[1]);
	others = used_by_others();
	used = used_by(RUSAGE_CHILDREN);
	start = now();
	do
		if ((rc = run(argv + at, &times[n++], &anon, &rss)))
			return rc;
	while ((elapsed = now() - start) < enough && n < RUNS);
	others = used_by_others() - others;
	used = used_by(RUSAGE_CHILDREN) - used;
	qsort(times, (size_t)n, sizeof *times, by_size);
	/* The kernel counts in ticks of 10 ms: less than a tenth of a second says little. */
	fprintf(stderr, "%.0f %.0f %ld %ld %.0f\n", times[n / 2] * 1e6, used / n * 1e6, anon, rss,
		others > 0 ? 100 * others / (elapsed > 0.1 ? elapsed : 0.1) : 0);
	return 0;
}
