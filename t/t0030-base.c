/* t0030-base.c - errors, memory and the growing buffer: what they promise when there is room, and when not. */
#include "base/base.h"
#include "tap.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>

static void errors(void)
{
	static char big[3000];
	struct err e = ERR_INIT;

	is_int(err_set(&e, ERR_DATA, "line %d: '%s'", 3, "x"), ERR_DATA, "err_set returns its code");
	is_str(e.msg, "line 3: 'x'", "and keeps the message");
	is_int(err_set(NULL, ERR_NAME, "%s", "nobody reads this"), ERR_NAME, "without an error object too");
	memset(big, 'a', sizeof big - 1);
	err_set(&e, ERR_IO, "%s", big);
	is_int(strlen(e.msg), sizeof e.msg - 1, "a message too long is cut to fit");
	is_str(e.msg + sizeof e.msg - 4, "...", "and says so");
	big[sizeof e.msg - 1] = '\0';
	err_set(&e, ERR_IO, "%s", big);
	is_str(e.msg, big, "one that just fits is whole");
	is_int(err_nomem(&e), ERR_MEMORY, "out of memory");
	errno = ENOENT;
	is_int(err_errno(&e, "open", "x.csv"), ERR_IO, "a system error");
	is_str(e.msg, "cannot open 'x.csv': No such file or directory", "says what, which and why");
	errno = ENOMEM;
	is_int(err_errno(&e, "open", "x.csv"), ERR_MEMORY, "no memory in the kernel is no memory");
}

static void memory(void)
{
	unsigned char *p;
	long bad = 0;

	for (size_t n = 0; n < 200; n++) {
		p = mem_column(n);
		bad += !p || (uintptr_t)p % 64;
		for (size_t i = n; p && i < (n + 63) / 64 * 64; i++)
			bad += p[i] != 0;
		mem_free(p);
	}
	is_int(bad, 0, "columns are aligned to 64 bytes, and their padding is zero");
	ok(!mem_column(SIZE_MAX) && !mem_column(SIZE_MAX - 63), "no column is larger than memory");
	ok(!mem_zero(SIZE_MAX / 2, 3), "count * size does not wrap round");
	p = mem_zero(0, 8);
	ok(p != NULL, "nothing is still something: NULL only means out of memory");
	mem_free(p);
	p = mem_alloc(0);
	ok(p != NULL, "also unzeroed");
	mem_free(p);
	mem_free(NULL);

	mem_fail_after(2);
	void *a = mem_alloc(1), *b = mem_zero(1, 1), *c = mem_column(1), *d = mem_alloc(1);
	char *s = mem_strdup("abc");
	long asked = mem_allocations();
	mem_fail_after(-1);
	ok(a && b && !c && !d && !s, "the third allocation fails, and all after it");
	is_int(asked, 5, "each was counted");
	mem_free(a);
	mem_free(b);
	s = mem_strndup("abcdef", 3);
	is_str(s, "abc", "strndup");
	mem_free(s);
}

static void buffers(void)
{
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	char text[300], want[300 * 64];
	size_t n = 0;
	long bad = 0;

	buf_release(&b);
	ok(b.p == NULL, "releasing an empty buffer does nothing");
	buf_add(&b, NULL, 0);
	ok(b.p && b.n == 0 && b.p[0] == '\0', "adding nothing makes it a string");
	buf_release(&b);

	for (int i = 0; i < 300; i++) {
		memset(text, 'a' + i % 26, (size_t)i);
		if (n + (size_t)i < sizeof want) {
			memcpy(want + n, text, (size_t)i);
			n += (size_t)i;
			buf_add(&b, text, (size_t)i);
			bad += b.n != n || b.n >= b.cap || b.p[b.n] || memcmp(b.p, want, n);
		}
	}
	is_int(bad, 0, "it grows by pieces of every size");
	buf_clear(&b);
	ok(b.n == 0 && b.cap && b.p[0] == '\0', "clear empties it and keeps the memory");
	buf_release(&b);

	/* each length around the first capacities */
	for (size_t len = 0; len < 300; len++) {
		memset(text, 'x', len);
		text[len] = '\0';
		buf_printf(&b, "%s", text);
		bad += b.n != len || strcmp(b.p, text);
		buf_release(&b);
		buf_fill(&b, 'x', len);
		bad += b.n != len || strcmp(b.p, text);
		buf_release(&b);
	}
	is_int(bad, 0, "printed and filled text of every length fits");

	buf_str(&b, "kept");
	buf_fill(&b, 'x', SIZE_MAX);
	ok(b.failed && b.n == 4 && !strcmp(b.p, "kept"), "more than memory fails and leaves what was there");
	buf_str(&b, "not added");
	ok(b.failed && !strcmp(b.p, "kept"), "later adds do nothing");
	buf_clear(&b);
	ok(b.failed, "clear does not forget it: the one check is where the result is used");
	is_int(buf_check(&b, &e), ERR_MEMORY, "the check reports it");
	buf_release(&b);
	is_int(buf_check(&b, &e), 0, "release does forget it");

	for (long fail = 0; fail < 8; fail++) {
		mem_fail_after(fail);
		for (int i = 0; i < 100; i++)
			buf_printf(&b, "%04d ", i);
		mem_fail_after(-1);
		if (!b.failed) {
			ok(fail > 0 && b.n == 500 && !strncmp(b.p + 495, "0099 ", 5), "with %ld allocations it is whole", fail);
			buf_release(&b);
			break;
		}
		ok(b.n % 5 == 0 && b.n < 500, "without allocation %ld it holds whole pieces and knows it failed", fail + 1);
		buf_release(&b);
	}
}

static void on_signal(int sig)
{
	(void)sig;
	stop_request();
}

static void stopping(void)
{
	ok(!stop_requested(), "nobody asked to stop");
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	ok(stop_requested(), "a signal did");
	stop_clear();
	ok(!stop_requested(), "and it can be cleared");
}

int main(void)
{
	errors();
	memory();
	buffers();
	stopping();
	return done();
}
