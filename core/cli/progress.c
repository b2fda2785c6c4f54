/* progress.c - one line on the terminal while a load, or a run of chains, takes longer than a second. */
#include "bind/bind_load.h"
#include "bind/bind_model.h"
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double begun, shown;      /* seconds; 0 = there is nothing to take back */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void size_text(char out[32], double bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	size_t u = 0;

	for (; bytes >= 999.5 && u < 4; u++)
		bytes /= 1000;
	snprintf(out, 32, bytes < 9.95 && u ? "%.1f %s" : "%.0f %s", bytes, units[u]);
}

static void show(int64_t taken, int64_t size, int64_t rows, double t)
{
	char done[32], all[32], line[160], count[TEXT_NUMBER_MAX];
	double left;
	int n;

	size_text(done, (double)taken);
	size_text(all, (double)size);
	text_print_grouped(count, rows);
	if (size > 0 && taken > 0 && taken <= size) {
		left = (t - begun) * (double)(size - taken) / (double)taken;
		n = snprintf(line, sizeof line, "%3d %%  %s of %s  %s rows  %.0f s left", (int)(100.0 * (double)taken / (double)size),
			     done, all, count, left);
	} else {
		n = snprintf(line, sizeof line, "%s  %s rows  %.0f s", done, count, t - begun);
	}
	fprintf(stderr, "\r%.*s\033[K", n, line);
	fflush(stderr);
	shown = t;
}

/* A load that begins has taken next to nothing; one that ends says so with rows < 0. */
static void load_progress(void *ctx, int64_t taken, int64_t size, int64_t rows)
{
	double t = now();

	(void)ctx;
	if (rows < 0) {
		if (shown > 0)
			fputs("\r\033[K", stderr);
		begun = shown = 0;
		return;
	}
	if (begun <= 0)
		begun = t;
	if (t - begun > 1 && t - shown > 0.1)
		show(taken, size, rows, t);
}

/* "sampling 4 chains  62 %  3,210 of 8,000 iterations  2 divergences  12 s left" */
static void show_chains(const struct mcmc_progress *chains, int n, double t)
{
	char done[TEXT_NUMBER_MAX], all[TEXT_NUMBER_MAX], line[200];
	int64_t iterations = 0, total = 0, divergences = 0;
	bool warmup = false;
	double share;
	int k;

	for (int i = 0; i < n; i++) {
		iterations += chains[i].iterations;
		total += chains[i].total;
		divergences += chains[i].divergences;
		warmup = warmup || chains[i].phase == MCMC_WARMUP;
	}
	share = total > 0 ? (double)iterations / (double)total : 0;
	text_print_grouped(done, iterations);
	text_print_grouped(all, total);
	k = snprintf(line, sizeof line, "%s %d chain%s  %3d %%  %s of %s iterations", warmup ? "warming up" : "sampling", n,
		     n == 1 ? "" : "s", (int)(100 * share), done, all);
	if (divergences)
		k += snprintf(line + k, sizeof line - (size_t)k, "  %lld divergence%s", (long long)divergences, divergences == 1 ? "" : "s");
	if (share > 0)
		k += snprintf(line + k, sizeof line - (size_t)k, "  %.0f s left", (t - begun) * (1 - share) / share);
	fprintf(stderr, "\r%.*s\033[K", k, line);
	fflush(stderr);
	shown = t;
}

static void sampling_progress(const struct mcmc_progress *chains, int n)
{
	double t = now();

	if (!n) {
		load_progress(NULL, 0, 0, -1);
		return;
	}
	if (begun <= 0)
		begun = t;
	if (t - begun > 1 && t - shown > 0.1)
		show_chains(chains, n, t);
}

void progress_install(void)
{
	if (!isatty(STDERR_FILENO))
		return;
	bind_progress = load_progress;
	bind_sampling = sampling_progress;
}
