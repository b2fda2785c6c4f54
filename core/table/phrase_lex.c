/*
 * phrase_lex.c - a phrase in tokens: numbers with their separators checked, words in lower case, signs under one spelling.
 *
 * A separator that stands in the wrong place is an error, as "1,00" may be a hundred or one: nothing is guessed.
 */
#include "table/phrase_priv.h"

#include <string.h>

struct lexer {
	const char *p, *end;
	int column;
	char decimal;
};

/* The character at p and its length; 0 at the end. The text was checked. */
static uint32_t peek(const struct lexer *l, const char *p, int *n)
{
	const unsigned char *s = (const unsigned char *)p;

	*n = 0;
	if (p >= l->end)
		return 0;
	if (s[0] < 0x80)
		return *n = 1, s[0];
	if (s[0] < 0xe0)
		return *n = 2, (uint32_t)(s[0] & 31) << 6 | (s[1] & 63);
	if (s[0] < 0xf0)
		return *n = 3, (uint32_t)(s[0] & 15) << 12 | (uint32_t)(s[1] & 63) << 6 | (s[2] & 63);
	return *n = 4, (uint32_t)(s[0] & 7) << 18 | (uint32_t)(s[1] & 63) << 12 | (uint32_t)(s[2] & 63) << 6 | (s[3] & 63);
}

static bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }

static bool is_blank(uint32_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0xa0 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x205f ||
	       c == 0x2060 || c == 0x3000 || c == 0xfeff;
}

static bool is_apostrophe(uint32_t c) { return c == '\'' || c == 0x2019 || c == 0x2bc; }

/* Signs under the spelling that the grammar knows; "" is passed over. */
static const struct {
	uint32_t c;
	const char *sign;
} signs[] = {
	{ '-', "-" }, { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" }, { 0x2013, "-" }, { 0x2014, "-" }, { 0x2015, "-" },
	{ 0x2212, "-" }, { 0xfe58, "-" }, { 0xff0d, "-" }, { '%', "%" }, { 0x66a, "%" }, { 0xff05, "%" }, { '~', "~" },
	{ 0x2248, "~" }, { 0x223c, "~" }, { 0x2243, "~" }, { '+', "+" }, { '/', "/" }, { 0x2044, "/" }, { 0x2215, "/" },
	{ '<', "<" }, { '>', ">" }, { 0x2264, "<=" }, { 0x2265, ">=" }, { 0x2a7d, "<=" }, { 0x2a7e, ">=" }, { ',', "," },
	{ ';', ";" }, { ':', ":" }, { '!', "!" }, { '?', "?" }, { '.', "." }, { '&', "&" },
	{ '"', "" }, { 0x201c, "" }, { 0x201d, "" }, { 0x201e, "" }, { 0x2018, "" }, { 0x2019, "" }, { '\'', "" }, { 0xab, "" },
	{ 0xbb, "" }, { '(', "" }, { ')', "" }, { '[', "" }, { ']', "" }, { '`', "" },
};

static const struct {
	uint32_t c;
	int top, bottom;
} fractions[] = {
	{ 0xbd, 1, 2 }, { 0xbc, 1, 4 }, { 0xbe, 3, 4 }, { 0x2153, 1, 3 }, { 0x2154, 2, 3 }, { 0x2155, 1, 5 }, { 0x2156, 2, 5 },
	{ 0x2157, 3, 5 }, { 0x2158, 4, 5 }, { 0x2159, 1, 6 }, { 0x215a, 5, 6 }, { 0x215b, 1, 8 }, { 0x215c, 3, 8 }, { 0x215d, 5, 8 },
	{ 0x215e, 7, 8 },
};

static const char *sign_of(uint32_t c)
{
	for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
		if (signs[k].c == c)
			return signs[k].sign;
	return NULL;
}

static bool is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
	if (is_blank(c) || sign_of(c) || c < 0xc0 || (c >= 0x20a0 && c <= 0x20bf) || (c >= 0x2150 && c <= 0x218f))
		return false;
	return true;
}

const char *phrase_quote(char out[PHRASE_QUOTE_MAX], struct slice s)
{
	size_t n = s.n < 40 ? s.n : 40;

	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)s.p[i] < 32 || s.p[i] == 127 ? '?' : s.p[i];
	memcpy(out + n, n < s.n ? "..." : "", n < s.n ? 4 : 1);
	return out;
}

/* == numbers == */

static size_t digits_at(const struct lexer *l, const char *p)
{
	size_t n = 0;

	while (p + n < l->end && is_digit((unsigned char)p[n]))
		n++;
	return n;
}

/* A separator at p with a digit behind it: ',', '.', '\'' or ' ' for a blank of any width; 0 when there is none. */
static char separator(const struct lexer *l, const char *p, int *n)
{
	uint32_t c = peek(l, p, n), next;
	int m;

	if (!c)
		return 0;
	next = peek(l, p + *n, &m);
	if (!is_digit(next))
		return 0;
	return c == ',' || c == '.' ? (char)c : is_apostrophe(c) ? '\'' : is_blank(c) ? ' ' : 0;
}

static const char *name_of(char sep)
{
	return sep == ' ' ? "the blank" : sep == ',' ? "','" : sep == '.' ? "'.'" : "the apostrophe";
}

static int add_digits(struct lexer *l, struct token *t, const char *p, size_t n, struct err *e)
{
	size_t had = strlen(t->digits);

	if (had + n > DIGITS_MAX)
		return err_set(e, ERR_DATA, "column %d: a number of more than %d digits", l->column, DIGITS_MAX);
	memcpy(t->digits + had, p, n);
	t->digits[had + n] = '\0';
	return 0;
}

/* Digits, then groups of three behind one kind of separator, then a decimal part. Every character but a blank is a byte. */
static int lex_number(struct lexer *l, struct token *t, struct err *e)
{
	size_t n = digits_at(l, l->p), first = n;
	int column = l->column, len, rc;
	char used = 0, sep;

	t->kind = TOKEN_NUMBER;
	t->whole = true;
	if ((rc = add_digits(l, t, l->p, n, e)))
		return rc;
	l->p += n;
	l->column += (int)n;
	while ((sep = separator(l, l->p, &len))) {
		const char *group = l->p + len;

		n = digits_at(l, group);
		if (!t->whole)
			return err_set(e, ERR_DATA, "column %d: expected the end of the number behind its decimal part, found %s%s", l->column,
				       name_of(sep), sep == ',' ? "; with decimal = ',' a comma is the decimal sign" : "");
		if (sep == l->decimal) {
			t->whole = false;
			if ((rc = add_digits(l, t, ".", 1, e)))
				return rc;
		} else if (used && sep != used) {
			return err_set(e, ERR_DATA, "column %d: expected one number with one kind of separator, found %s behind %s", l->column,
				       name_of(sep), name_of(used));
		} else if (first > 3) {
			return err_set(e, ERR_DATA, "column %d: expected one to three digits before %s, found '%.*s'", column, name_of(sep),
				       (int)first, t->digits);
		} else if (n != 3) {
			return err_set(e, ERR_DATA, "column %d: expected three digits behind %s, found '%.*s'%s", l->column + 1, name_of(sep),
				       n < 30 ? (int)n : 30, group,
				       sep == ',' ? "; with decimal = ',' a comma is the decimal sign" : "");
		} else {
			used = sep;
			t->grouped = true;
		}
		if ((rc = add_digits(l, t, group, n, e)))
			return rc;
		l->p = group + n;
		l->column += 1 + (int)n;
	}
	if (t->digits[0] == '0' && first > 1)
		return err_set(e, ERR_DATA, "column %d: expected a number that does not begin with 0, found '%s'", column, t->digits);
	if (t->digits[0] == '0' && t->grouped)
		return err_set(e, ERR_DATA, "column %d: expected a first group other than 0, found '0%c'", column, used);
	return 0;
}

/* == words and signs == */

static void lex_word(struct lexer *l, struct token *t)
{
	const char *from = l->p;
	uint32_t c;
	int n, m;

	t->kind = TOKEN_WORD;
	t->capital = *from >= 'A' && *from <= 'Z';
	while ((c = peek(l, l->p, &n)) && (is_letter(c) || is_digit(c) || (is_apostrophe(c) && is_letter(peek(l, l->p + n, &m))))) {
		l->p += n;
		l->column++;
	}
	n = (int)(l->p - from);
	/* Too long for any word of the tables: no word at all, and then unknown. */
	if (n < WORD_MAX)
		t->word[text_lower(t->word, from, (size_t)n)] = '\0';
}

static int lex_sign(struct lexer *l, struct token *t, struct err *e)
{
	char shown[PHRASE_QUOTE_MAX];
	int n, m;
	uint32_t c = peek(l, l->p, &n), next = peek(l, l->p + n, &m);
	const char *sign = sign_of(c);

	t->kind = TOKEN_SIGN;
	if (c == '$' || c == 0xa3 || c == 0xa5 || (c >= 0x20a0 && c <= 0x20bf))
		return err_set(e, ERR_DATA, "column %d: '%s' is money; a figure counts people", l->column,
			       phrase_quote(shown, slice_of(l->p, (size_t)n)));
	for (size_t k = 0; k < sizeof fractions / sizeof *fractions; k++)
		if (fractions[k].c == c) {
			t->kind = TOKEN_FRACTION;
			t->top = fractions[k].top;
			t->bottom = fractions[k].bottom;
			sign = "fraction";
		}
	if (!sign)
		return err_set(e, ERR_DATA, "column %d: expected a number or a word, found '%s'", l->column,
			       phrase_quote(shown, slice_of(l->p, (size_t)n)));
	if ((c == '<' || c == '>') && next == '=') {
		sign = c == '<' ? "<=" : ">=";
		n += m;
		l->column++;
	}
	/* The stop of a sentence or of "approx." */
	if (c == '.' && !is_digit(next))
		sign = "";
	memcpy(t->word, sign, strlen(sign) + 1);
	l->p += n;
	l->column++;
	return 0;
}

static bool is_pause(const struct token *t)
{
	return t->kind == TOKEN_SIGN && strchr(",;:!?.", t->word[0]);
}

int phrase_lex(struct phrase *p, struct slice text, struct err *e)
{
	struct lexer l = { .p = text.p, .end = text.p + text.n, .column = 1, .decimal = p->options->decimal };
	bool spaced = false;
	size_t valid;

	p->n = p->at = 0;
	if (text.n > PHRASE_MAX)
		return err_set(e, ERR_DATA, "expected one figure of at most %d bytes, found %zu", PHRASE_MAX, text.n);
	if ((valid = text_utf8_valid(text.p, text.n)) < text.n)
		return err_set(e, ERR_DATA, "byte %zu of the phrase is not UTF-8", valid + 1);
	while (l.p < l.end) {
		struct token *t = &p->tokens[p->n];
		int n, rc = 0;
		uint32_t c = peek(&l, l.p, &n);

		if (is_blank(c)) {
			spaced = true;
			l.p += n;
			l.column++;
			continue;
		}
		if (p->n == TOKEN_MAX)
			return err_set(e, ERR_DATA, "column %d: expected one figure, found more than %d words and numbers", l.column, TOKEN_MAX);
		*t = (struct token){ .column = l.column, .spaced = spaced };
		t->text.p = l.p;
		if (is_digit(c))
			rc = lex_number(&l, t, e);
		else if (is_letter(c))
			lex_word(&l, t);
		else
			rc = lex_sign(&l, t, e);
		if (rc)
			return rc;
		t->text.n = (size_t)(l.p - t->text.p);
		if (t->kind != TOKEN_SIGN || t->word[0]) {
			p->n++;
			spaced = false;
		}
	}
	while (p->n && is_pause(&p->tokens[p->n - 1]))
		p->n--;
	p->tokens[p->n] = (struct token){ .kind = TOKEN_END, .column = l.column, .text = slice_of(l.end, 0) };
	return 0;
}
