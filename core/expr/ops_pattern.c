/*
 * ops_pattern.c - regular expressions: POSIX extended ones, of the C library.
 *
 * A pattern is compiled once, when the expression is. The C library locks a compiled pattern while it works, so each batch
 * borrows one of a few copies: threads do not wait for each other. A pattern without special characters is looked for as
 * plain bytes.
 *
 * Whatever the locale of the process (readline sets the user's), a pattern works on UTF-8 characters; where bytes give the same,
 * which is faster, it works on bytes. Without the locale C.UTF-8, which Debian always has, '.' is a byte.
 */
#include "expr/ops_priv.h"

#include <locale.h>
#include <regex.h>
#include <stdatomic.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZED 1
#endif
#endif

enum { COPIES = 8, GROUPS = 10 };

struct copy {
	atomic_flag taken;
	bool ready;                      /* compiled; changed by who has taken it */
	regex_t re;
};

struct pattern {
	char *text;                      /* as given */
	struct buf written;              /* for the C library */
	struct slice plain;              /* without special characters; p NULL = a regular expression */
	locale_t locale;
	int flags;
	size_t group;
	struct copy copies[COPIES];      /* the first is compiled from the start, and used by all when there is no other */
};

/* Only plain ASCII outside of classes and sets means the same for bytes and for characters. */
static bool needs_characters(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p >= 0x80 || *p == '.' || (*p == '[' && (p[1] == '^' || strstr(p, "[:"))) ||
		    (*p == '\\' && p[1] && strchr("wWsSbB<>", p[1])))
			return true;
	return false;
}

/* == ranges of letters beyond ASCII ==========================================================
 *
 * In C.UTF-8 the C library knows no order of characters but that of single bytes, and refuses [а-я]: such ranges are written
 * out as the characters that they are, in the order of Unicode.
 */

enum { RANGE_MAX = 2000 };

/* The character at p, valid UTF-8 that ends in NUL; returns its length. */
static int decode(const char *p, uint32_t *code)
{
	const unsigned char *u = (const unsigned char *)p;

	*code = u[0];
	if (u[0] < 0xc2)
		return 1;
	if (u[0] < 0xe0)
		return *code = (u[0] & 31u) << 6 | (u[1] & 63u), 2;
	if (u[0] < 0xf0)
		return *code = (u[0] & 15u) << 12 | (u[1] & 63u) << 6 | (u[2] & 63u), 3;
	return *code = (u[0] & 7u) << 18 | (u[1] & 63u) << 12 | (u[2] & 63u) << 6 | (u[3] & 63u), 4;
}

static void encode(struct buf *out, uint32_t c)
{
	if (c >= 0x10000)
		buf_char(out, (char)(0xf0 | c >> 18));
	if (c >= 0x800)
		buf_char(out, (char)(c >= 0x10000 ? 0x80 | (c >> 12 & 63) : 0xe0 | c >> 12));
	buf_char(out, (char)(c >= 0x800 ? 0x80 | (c >> 6 & 63) : 0xc0 | c >> 6));
	buf_char(out, (char)(0x80 | (c & 63)));
}

/* What stands between [ and ], from p on; returns where it goes on. */
static const char *write_set(struct buf *out, const char *p, bool *too_many)
{
	const char *first = p += *p == '^';

	while (*p && (*p != ']' || p == first)) {
		uint32_t from, to;
		int n = decode(p, &from);
		const char *end;

		if (*p == '[' && p[1] && strchr(":.=", p[1])) {
			const char close[] = { p[1], ']', '\0' };

			end = strstr(p + 2, close);
			end = end ? end + 2 : p + 1;
		} else if (p[n] == '-' && p[n + 1] && p[n + 1] != ']' && p[n + 1] != '[') {
			end = p + n + 1 + decode(p + n + 1, &to);
			if (to >= 0x80 && from <= to) {
				if (to - from > RANGE_MAX) {
					*too_many = true;
					return end;
				}
				if (from < 0x80) {
					buf_add(out, p, 2);
					buf_char(out, 0x7f);
					from = 0x80;
				}
				for (; from <= to; from++)
					if (from < 0xd800 || from > 0xdfff)
						encode(out, from);
				p = end;
				continue;
			}
		} else {
			end = p + n;
		}
		buf_add(out, p, (size_t)(end - p));
		p = end;
	}
	return p;
}

static int write_ranges(struct buf *out, const char *text, struct err *e)
{
	bool too_many = false;
	char shown[OP_QUOTE_MAX];
	const char *p = text;

	while (*p && !too_many) {
		if (*p == '\\' && p[1])
			buf_char(out, *p++);
		else if (*p == '[') {
			buf_char(out, *p++);
			if (*p == '^')
				buf_char(out, '^');
			p = write_set(out, p, &too_many);
			continue;
		}
		buf_char(out, *p++);
	}
	if (too_many)
		return err_set(e, ERR_DATA, "bad pattern '%s': a range of more than %d characters; name a class, as [[:alpha:]]",
			       op_quote(shown, slice_of(text, strlen(text))), RANGE_MAX);
	return buf_check(out, e);
}

/* == compiling == */

static const char *written(const struct pattern *p)
{
	return p->written.p ? p->written.p : "";
}

static int compile(struct pattern *p, struct err *e)
{
	char why[100], shown[OP_QUOTE_MAX];
	locale_t before = uselocale(p->locale);
	int rc = regcomp(&p->copies[0].re, written(p), REG_EXTENDED | p->flags);

	if (rc)
		regerror(rc, &p->copies[0].re, why, sizeof why);
	uselocale(before);
	p->copies[0].ready = !rc;
	if (rc == REG_ESPACE)
		return err_nomem(e);
	return rc ? err_set(e, ERR_DATA, "bad pattern '%s': %s", op_quote(shown, slice_of(p->text, strlen(p->text))), why) : 0;
}

void op_pattern_release(void *scratch)
{
	struct pattern *p = scratch;

	if (!p)
		return;
	for (int k = 0; k < COPIES; k++)
		if (p->copies[k].ready)
			regfree(&p->copies[k].re);
	if (p->locale)
		freelocale(p->locale);
	mem_free(p->text);
	buf_release(&p->written);
	mem_free(p);
}

/* The group that was asked for; else the first one, or the whole match where the pattern has none. */
static int choose_group(struct pattern *p, const struct vec *args, int nargs, struct err *e)
{
	size_t groups = p->copies[0].re.re_nsub;
	int64_t wanted;

	p->group = groups ? 1 : 0;
	if (nargs > 2) {
		wanted = args[2].as.i64[0];
		if (wanted < 0 || (uint64_t)wanted > groups)
			return err_set(e, ERR_DATA, "no group %lld in the pattern: it has %zu", (long long)wanted, groups);
		if (wanted >= GROUPS)
			return err_set(e, ERR_DATA, "group %lld: at most %d can be asked for", (long long)wanted, GROUPS - 1);
		p->group = (size_t)wanted;
	}
	return 0;
}

static int prepare(const struct vec *args, int nargs, int flags, void **scratch, struct err *e)
{
	char shown[OP_QUOTE_MAX];
	struct pattern *p;
	struct slice text;
	int rc;

	*scratch = NULL;
	if (!vec_has(&args[1], 0) || (nargs > 2 && !vec_has(&args[2], 0)))
		return 0;
	text = vec_text(&args[1], 0);
	if (text.n && (memchr(text.p, '\0', text.n) || text_utf8_valid(text.p, text.n) != text.n))
		return err_set(e, ERR_DATA, "bad pattern '%s': it is not text", op_quote(shown, text));
	if (!(p = mem_zero(1, sizeof *p)))
		return err_nomem(e);
	for (int k = 0; k < COPIES; k++)
		atomic_flag_clear(&p->copies[k].taken);
	p->flags = flags;
	if (!(p->text = mem_strndup(text.n ? text.p : "", text.n))) {
		rc = err_nomem(e);
		goto done;
	}
	if (needs_characters(p->text))
		p->locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
	if (!p->locale && !(p->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0))) {
		rc = err_nomem(e);
		goto done;
	}
	if (!strpbrk(p->text, "\\^$.[]|()*+?{}"))
		p->plain = slice_of(p->text, text.n);
	if (!(rc = write_ranges(&p->written, p->text, e)) && !(rc = compile(p, e)) && !(flags & REG_NOSUB))
		rc = choose_group(p, args, nargs, e);
done:
	if (rc)
		op_pattern_release(p);
	else
		*scratch = p;
	return rc;
}

int op_matches_prepare(const struct vec *args, int nargs, void **scratch, struct err *e)
{
	return prepare(args, nargs, REG_NOSUB, scratch, e);
}

int op_extract_prepare(const struct vec *args, int nargs, void **scratch, struct err *e)
{
	return prepare(args, nargs, 0, scratch, e);
}

/* A copy that nobody else uses, if there is one. */
static struct copy *borrow(struct pattern *p)
{
	for (int k = 1; k < COPIES; k++) {
		struct copy *c = &p->copies[k];

		if (atomic_flag_test_and_set_explicit(&c->taken, memory_order_acquire))
			continue;
		if (c->ready || !regcomp(&c->re, written(p), REG_EXTENDED | p->flags)) {
			c->ready = true;
			return c;
		}
		atomic_flag_clear_explicit(&c->taken, memory_order_release);
	}
	return &p->copies[0];
}

static void give_back(struct pattern *p, struct copy *c)
{
	if (c != &p->copies[0])
		atomic_flag_clear_explicit(&c->taken, memory_order_release);
}

/* The address sanitizer looks for a NUL behind the text, whatever REG_STARTEND says: there it gets one. */
static int run_pattern(const regex_t *re, struct slice s, size_t n, regmatch_t *found)
{
#ifdef ADDRESS_SANITIZED
	char *copy = mem_strndup(s.p, s.n);
	int rc = copy ? regexec(re, copy, n, found, REG_STARTEND) : REG_ESPACE;

	mem_free(copy);
	return rc;
#else
	return regexec(re, s.p, n, found, REG_STARTEND);
#endif
}

/*
 * Whether it matches, and where: found[0] and, for a group, found[group]. Texts are not NUL-terminated: REG_STARTEND says where
 * they end. The caller has set the locale.
 */
static int search(const struct pattern *p, const struct copy *c, struct slice s, regmatch_t *found, bool *good, struct err *e)
{
	const char *at;
	int rc;

	if (!s.n)
		s.p = "";
	if (p->plain.p) {
		at = op_text_find(s, p->plain);
		if ((*good = at != NULL)) {
			found[0].rm_so = (regoff_t)(at - s.p);
			found[0].rm_eo = found[0].rm_so + (regoff_t)p->plain.n;
		}
		return 0;
	}
	if (s.n > INT32_MAX)
		return err_set(e, ERR_DOMAIN, "a text of %zu bytes is too long for a pattern", s.n);
	found[0].rm_so = 0;
	found[0].rm_eo = (regoff_t)s.n;
	rc = run_pattern(&c->re, s, p->group + 1, found);
	*good = !rc;
	return rc && rc != REG_NOMATCH ? err_nomem(e) : 0;
}

int op_matches(OP_KERNEL_ARGS)
{
	struct pattern *p = f->scratch;
	uint8_t *to = out_room;
	regmatch_t found[GROUPS];
	locale_t locale;
	struct copy *c;
	int rc = 0;

	OP_UNUSED;
	if (!p)
		return 0;        /* a missing pattern: no row is there */
	locale = uselocale(p->locale);
	c = borrow(p);
	for (int32_t i = 0; i < f->n && !rc; i++) {
		bool good;

		if (!op_has(f, i))
			continue;
		if ((rc = search(p, c, vec_text(&args[0], i), found, &good, e)))
			op_fault(f, i, rc);
		else
			to[i] = good;
	}
	give_back(p, c);
	uselocale(locale);
	return rc;
}

int op_extract(OP_KERNEL_ARGS)
{
	struct pattern *p = f->scratch;
	struct slice *to = out_room;
	regmatch_t found[GROUPS];
	locale_t locale;
	struct copy *c;
	int rc = 0;

	OP_UNUSED;
	out->there = f->out_there;
	memset(f->out_there, 0, (size_t)f->n);
	if (!p)
		return 0;
	locale = uselocale(p->locale);
	c = borrow(p);
	for (int32_t i = 0; i < f->n && !rc; i++) {
		const regmatch_t *at = &found[p->group];
		struct slice s;
		bool good;

		if (!op_has(f, i))
			continue;
		s = vec_text(&args[0], i);
		if ((rc = search(p, c, s, found, &good, e))) {
			op_fault(f, i, rc);
		} else if (good && at->rm_so >= 0) {     /* a group of another branch has no place */
			f->out_there[i] = 1;
			to[i] = slice_of(s.n ? s.p + at->rm_so : "", (size_t)(at->rm_eo - at->rm_so));
		}
	}
	give_back(p, c);
	uselocale(locale);
	return rc;
}
