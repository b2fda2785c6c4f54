/*
 * base.h - what every layer stands on: errors, memory, byte buffers, text, dates.
 *
 * The lowest layer. It knows nothing of tables, files or Lua, and includes no other folder.
 */
#ifndef MUSTER_BASE_H
#define MUSTER_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define HOT_UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define PRINTF_LIKE(fmt, args)
#define HOT_UNLIKELY(x) (x)
#endif

/*
 * Before a function that is nothing but hot loops over arrays: all optimisation, and on x86-64 a second copy for AVX2,
 * chosen when the program starts. Both give the same bits: nothing is reordered that rounds. (The thread sanitizer
 * cannot live with such a choice, clang 14 optimises the loops at -O2 as it is.)
 */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define KERNEL __attribute__((optimize("O3"), target_clones("default", "avx2")))
#elif defined(__GNUC__) && !defined(__clang__)
#define KERNEL __attribute__((optimize("O3")))
#else
#define KERNEL
#endif

#define MUSTER_VERSION "0.1.0"

/* == errors ==================================================================================
 *
 * A function that can fail returns 0 or an err_code and takes a `struct err *` last. The pointer
 * may be NULL when the caller does not want the message. Messages are lower case without a full
 * stop, say first what failed, and quote the subject. Outputs change only on success.
 */
#define ERR_LIST(X)                                            \
	X(OK, "no error")                                      \
	X(MEMORY, "out of memory")                             \
	X(IO, "input or output failed")                        \
	X(DATA, "the data broke a rule")                       \
	X(TYPE, "a value of another type was expected")        \
	X(DOMAIN, "a value outside the function's domain")     \
	X(NAME, "an unknown name")                             \
	X(USAGE, "wrong usage")                                \
	X(CHILD, "another program failed")                     \
	X(INTERRUPT, "interrupted")                            \
	X(RETYPE, "a column has another type than its first rows")

enum err_code {
#define X(name, text) ERR_##name,
	ERR_LIST(X)
#undef X
};

struct err {
	enum err_code code;
	char msg[1024];
};
#define ERR_INIT { .code = ERR_OK }

/* Fill *e (when not NULL) and return `code`; a message that does not fit ends in "...". */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int err_nomem(struct err *e);
int err_copy(struct err *e, const struct err *from);            /* its code */
/* ERR_IO with the reason of errno: "cannot open 'x.csv': No such file or directory". */
int err_errno(struct err *e, const char *doing, const char *path);

/* == memory ==================================================================================
 *
 * All of core allocates here, so that tests can make the n-th allocation fail. NULL means out of
 * memory. mem_column returns storage aligned to 64 bytes and padded to a multiple of 64, as the
 * Apache Arrow columnar format asks; from 4 MiB on aligned to 2 MiB, in huge pages where the system
 * gives them. What is never touched takes no memory. It is released by mem_free like the rest.
 */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);       /* zeroed; NULL also when count * size overflows */
void *mem_resize(void *p, size_t size);          /* realloc of plain memory, never of a column */
void *mem_column(size_t size);                   /* zeroed padding, contents undefined */
/*
 * The same column with room for `size` bytes and its first `used` kept, or as many of them as fit; what lies
 * behind them is undefined but for the padding, which is zero. NULL leaves p as it was. Pages of big columns
 * move to the new place without a copy, so growing is cheap and never needs the memory twice.
 */
void *mem_column_resize(void *p, size_t used, size_t size);
void mem_free(void *p);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);
/* Test hook: let `n` more allocations of this process succeed, then fail all; negative = never fail. */
void mem_fail_after(long n);
long mem_allocations(void);                      /* how many were asked for since the last mem_fail_after */

/* == arenas ==================================================================================
 *
 * Memory in small pieces that all go at once, aligned to 16 bytes. NULL means out of memory.
 */
struct arena {
	struct arena_block *last;
};
#define ARENA_INIT { 0 }

void *arena_room(struct arena *a, size_t n);                     /* contents undefined */
void *arena_zero(struct arena *a, size_t count, size_t size);
char *arena_text(struct arena *a, const char *p, size_t n);      /* a copy with a NUL behind it */
void arena_clear(struct arena *a);                               /* empties, keeps the biggest block */
void arena_release(struct arena *a);

/* == byte buffers ============================================================================
 *
 * A growing run of bytes. Adding never reports: a failed allocation sets `failed`, later adds do
 * nothing, and the one check is where the result is used. `p` is NUL-terminated once non-NULL.
 */
struct buf {
	char *p;
	size_t n, cap;
	bool failed;
};
#define BUF_INIT { 0 }

void buf_add(struct buf *b, const void *p, size_t n);
void buf_char(struct buf *b, char c);
void buf_str(struct buf *b, const char *s);
void buf_fill(struct buf *b, char c, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
/*
 * Where n more bytes may be written, with a NUL behind them; NULL, and `failed`, without memory. They are added by moving
 * b->n past what was written of them; until then what is there is no text, and may be overwritten.
 */
char *buf_room(struct buf *b, size_t n);
void buf_clear(struct buf *b);                   /* empties, keeps the memory and a failure */
void buf_release(struct buf *b);
int buf_check(const struct buf *b, struct err *e);   /* ERR_MEMORY when an add failed */

/* == text ==================================================================================== */

/* A run of bytes that somebody else owns; it may hold any byte. */
struct slice {
	const char *p;
	size_t n;
};
static inline struct slice slice_of(const char *p, size_t n) { return (struct slice){ p, n }; }
bool slice_is(struct slice s, const char *word);
bool slice_eq(struct slice a, struct slice b);

/*
 * Numbers as a CSV field holds them, the whole slice or nothing: no blanks, no thousands marks, no
 * hexadecimal, the decimal point whatever the locale.
 *   int64    -?(0|[1-9][0-9]*) within the range; false also for -0, a leading + or a leading zero
 *   float64  -?digits[.digits][(e|E)[+-]digits] with at least one digit and no leading zeros, or nan, NaN,
 *            inf, -inf; correctly rounded; overflow to infinity is refused, underflow is not
 */
bool text_int64(struct slice s, int64_t *out);
bool text_float64(struct slice s, double *out);
bool text_bool(struct slice s, bool *out);        /* true, false */

enum { TEXT_NUMBER_MAX = 32 };
/* The fewest digits that read back as the same double, laid out as printf's %g; nan, inf, -inf. Returns the length. */
size_t text_print_float64(char out[TEXT_NUMBER_MAX], double v);
size_t text_print_int64(char out[TEXT_NUMBER_MAX], int64_t v);
/* 12000 as "12,000"; the sign in front. Returns the length. */
size_t text_print_grouped(char out[TEXT_NUMBER_MAX], int64_t v);

/* Length of the longest prefix of p that is valid UTF-8 (RFC 3629: no surrogates, no overlong forms). */
size_t text_utf8_valid(const char *p, size_t n);
/* Columns a terminal needs: combining marks 0, East Asian wide 2. Invalid bytes count 1 each. */
size_t text_width(const char *p, size_t n);
/* Append with control bytes and invalid UTF-8 as \xHH, so that nothing can drive a terminal. */
void text_escape(struct buf *out, const char *p, size_t n);

/*
 * In lower or upper case: Latin, Greek, Cyrillic and Armenian letters, letter by letter, the same in every locale; all other
 * bytes as they are. `to` has room for n bytes; returns how many of them it takes, as some letters become shorter.
 */
size_t text_lower(char *to, const char *p, size_t n);
size_t text_upper(char *to, const char *p, size_t n);

/*
 * The name among `names` nearest to `wanted` by edit distance with transpositions, or NULL when none
 * is near enough to be a slip of the pen (a third of the length, at least one letter).
 */
const char *text_nearest(const char *wanted, const char *const *names, size_t n);

/* == files ===================================================================================
 *
 * A file is written whole or not at all: under a temporary name beside it, synced, renamed. The target of a symbolic link
 * is replaced, not the link. "-" is standard output, behind what stdio still holds for it; a pipe or a device is written
 * as it stands.
 *
 * Text of any length goes out in pieces: add to *text, and call file_out_step now and then, which hands it on when
 * there is enough. Only file_out_commit makes the file; file_out_release drops what was not committed, so that nothing
 * is left behind, and may come twice. With `hold`, pipes, devices and standard output get nothing before the commit
 * either: what is too much for memory waits in a file without a name in TMPDIR.
 */
struct file_out {
	struct buf *text;        /* add here: &own, or the caller's */
	struct buf own;
	char *path;
	struct buf temp, target; /* names of the file while it is written, and of what it becomes; empty for the others */
	int fd;                  /* -1 = in memory so far */
	bool standard, special, hold;    /* "-"; no plain file; see above */
	int64_t size, started;   /* bytes written to fd, and those of them that the disk was told to begin with */
};
#define FILE_OUT_INIT { .fd = -1 }

int file_out_open(struct file_out *o, const char *path, bool hold, struct err *e);
/* All goes to the end of *to, which stays the caller's. */
void file_out_memory(struct file_out *o, struct buf *to);
/* ERR_MEMORY when an add failed; ERR_IO; ERR_INTERRUPT when a stop was requested. */
int file_out_step(struct file_out *o, struct err *e);
/* These bytes behind the text, without a copy of many. */
int file_out_add(struct file_out *o, const char *p, size_t n, struct err *e);
int file_out_commit(struct file_out *o, struct err *e);          /* releases, whatever comes of it */
void file_out_release(struct file_out *o);

/* All of `bytes` under `path`, as above. */
int file_write(const char *path, const struct buf *bytes, struct err *e);

/* == dates ===================================================================================
 *
 * A date is a count of days since 1970-01-01 in the proleptic Gregorian calendar, a datetime a count
 * of microseconds since 1970-01-01T00:00:00Z. Years 0001 to 9999.
 * Source of the day arithmetic: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
enum { DATE_TEXT_MAX = 16, DATETIME_TEXT_MAX = 40 };
bool date_valid(int year, int month, int day);
int32_t date_days(int year, int month, int day);                 /* needs date_valid */
void date_civil(int32_t days, int *year, int *month, int *day);
int date_month_last(int year, int month);                        /* last day of the month: 28 to 31 */
bool date_parse(struct slice s, int32_t *days);                  /* YYYY-MM-DD and nothing else */
size_t date_print(char out[DATE_TEXT_MAX], int32_t days);
/*
 * YYYY-MM-DD(T| )hh:mm[:ss[.fraction]][Z|(+|-)hh[:]mm]. No zone means UTC, whatever TZ says; a fraction
 * has 1 to 6 digits; no leap second and no 24:00, which have no microsecond of their own.
 */
bool datetime_parse(struct slice s, int64_t *micros);
size_t datetime_print(char out[DATETIME_TEXT_MAX], int64_t micros);   /* always with Z, fraction only if any */

/* == sorting ================================================================================= */

/* Below, at or above zero as *a stands before, beside or behind *b. */
typedef int sort_compare(const void *a, const void *b, const void *ctx);
/* n items of `size` bytes, in place, equal ones in the order they had. ERR_MEMORY leaves them as they were. */
int sort_stable(void *items, size_t n, size_t size, sort_compare *compare, const void *ctx, struct err *e);

/* == threads ================================================================================= */

enum { THREAD_MAX = 64 };
int thread_online(void);         /* processors this process may use, at most THREAD_MAX and the limit */
void thread_limit(int n);        /* the user's; 0 = none */
typedef void thread_work(void *ctx, int number);
/*
 * work(ctx, 0) here and work(ctx, 1) ... in n - 1 threads, until all are done. Where the system gives fewer threads
 * there are fewer: the work is taken from a common queue, not dealt out.
 */
void thread_run(int n, thread_work *work, void *ctx);

/* == stop ====================================================================================
 *
 * Long loops poll stop_requested and return ERR_INTERRUPT: Lua's own hook cannot fire inside C.
 * The flag is set from a signal handler.
 */
void stop_request(void);
void stop_clear(void);
bool stop_requested(void);

#endif
