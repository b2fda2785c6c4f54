/*
 * tap.h - the whole test library for C: checks that speak the Test Anything Protocol to prove.
 *
 * A check counts, prints "ok N - what" or "not ok N - what", says on stderr where it failed and what was
 * found, and gives back whether it held. main ends in `return done();`, which prints the plan: a program that
 * stops before it has no plan and fails. Names of checks are printf formats.
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct { int run, failed; } tap;

#define ok(cond, ...)         tap_ok(__FILE__, __LINE__, (cond), __VA_ARGS__)
#define is_int(got, want, ...)    tap_int(__FILE__, __LINE__, (int64_t)(got), (int64_t)(want), __VA_ARGS__)
/* The same double, NaN included; the sign of zero counts. */
#define is_double(got, want, ...) tap_double(__FILE__, __LINE__, (got), (want), __VA_ARGS__)
/* NULL is a value of its own. */
#define is_str(got, want, ...)    tap_str(__FILE__, __LINE__, (got), (want), __VA_ARGS__)
/* One check that is not made, with the reason. */
#define skip(...)             tap_skip(__VA_ARGS__)

static inline bool tap_line(bool good, const char *fmt, va_list ap)
{
	tap.failed += !good;
	printf("%s %d - ", good ? "ok" : "not ok", ++tap.run);
	vprintf(fmt, ap);
	putchar('\n');
	fflush(stdout);          /* so that the lines of a program that crashes are seen */
	return good;
}

#define TAP_LINE(good)                                  \
	do {                                            \
		va_list ap;                             \
		va_start(ap, fmt);                      \
		tap_line((good), fmt, ap);              \
		va_end(ap);                             \
	} while (0)

__attribute__((format(printf, 4, 5)))
static inline bool tap_ok(const char *file, int line, bool good, const char *fmt, ...)
{
	TAP_LINE(good);
	if (!good)
		fprintf(stderr, "%s:%d: failed\n", file, line);
	return good;
}

__attribute__((format(printf, 5, 6)))
static inline bool tap_int(const char *file, int line, int64_t got, int64_t want, const char *fmt, ...)
{
	TAP_LINE(got == want);
	if (got != want)
		fprintf(stderr, "%s:%d: got %lld, expected %lld\n", file, line, (long long)got, (long long)want);
	return got == want;
}

__attribute__((format(printf, 5, 6)))
static inline bool tap_double(const char *file, int line, double got, double want, const char *fmt, ...)
{
	bool good = !memcmp(&got, &want, sizeof got) || (got != got && want != want);

	TAP_LINE(good);
	if (!good)
		fprintf(stderr, "%s:%d: got %.17g, expected %.17g\n", file, line, got, want);
	return good;
}

__attribute__((format(printf, 5, 6)))
static inline bool tap_str(const char *file, int line, const char *got, const char *want, const char *fmt, ...)
{
	bool good = got && want ? !strcmp(got, want) : got == want;

	TAP_LINE(good);
	if (!good)
		fprintf(stderr, "%s:%d: got      %s\n%s:%d: expected %s\n", file, line, got ? got : "(null)", file, line,
			want ? want : "(null)");
	return good;
}

__attribute__((format(printf, 1, 2)))
static inline void tap_skip(const char *fmt, ...)
{
	va_list ap;

	printf("ok %d # SKIP ", ++tap.run);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* The plan. The exit status is for a reader at a prompt; prove counts for itself. */
static inline int done(void)
{
	printf("1..%d\n", tap.run);
	return tap.failed > 0;
}

#endif
