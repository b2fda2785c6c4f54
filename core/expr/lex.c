/*
 * lex.c - text to tokens: Lua's, without what the language does not have, and with $bindings and `names`.
 *
 * What other languages write instead (!=, &&, <>) is known here, so that the message can say how it is written.
 */
#include "expr/expr_priv.h"

#include <string.h>

static int fault(const struct lexer *l, size_t at, struct err *e, const char *fmt, ...) PRINTF_LIKE(4, 5);

static int fault(const struct lexer *l, size_t at, struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(l->model ? fault_numbered : fault_vat)(e, ERR_DATA, l->text, l->n, at, fmt, ap);
	va_end(ap);
	return ERR_DATA;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->n ? l->text[l->at + ahead] : '\0';
}

bool lex_is_word(const char *name)
{
	static const char *const reserved[] = { "and", "or", "not", "in", "true", "false", "nil" };

	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (!strcmp(name, reserved[i]))
			return false;
	if (!is_letter(*name))
		return false;
	while (is_letter(*name) || is_digit(*name))
		name++;
	return !*name;
}

bool lex_is_statement_word(const char *name)
{
	return !strcmp(name, "for") || !strcmp(name, "do") || !strcmp(name, "end");
}

/* True when a line ends among them. */
static bool skip_blanks(struct lexer *l)
{
	bool ends = l->at == 0;

	for (;;) {
		for (; is_blank(peek(l, 0)); l->at++)
			ends |= peek(l, 0) == '\n' || peek(l, 0) == '\r';
		if (peek(l, 0) != '-' || peek(l, 1) != '-')
			return ends;
		while (l->at < l->n && l->text[l->at] != '\n')
			l->at++;
	}
}

/* == numbers == */

static int hexadecimal(const struct lexer *l, struct token *t, struct slice s, struct err *e)
{
	uint64_t v = 0;

	if (s.n == 2)
		return fault(l, (size_t)t->at, e, "'%.*s' is no number", (int)s.n, s.p);
	for (size_t i = 2; i < s.n; i++) {
		int digit = hex_digit(s.p[i]);

		if (digit < 0)
			return fault(l, (size_t)t->at + i, e, "'%.*s' is no number", (int)(s.n < 60 ? s.n : 60), s.p);
		if (v >> 59)
			return fault(l, (size_t)t->at, e, "the integer is too big: the largest is 9223372036854775807");
		v = v * 16 + (uint64_t)digit;
	}
	t->value = (struct value){ .type = TYPE_INT64, .as.i64 = (int64_t)v };
	return 0;
}

/* As Lua reads one: all that could belong to a number, and then it has to be one. */
static int number(struct lexer *l, struct token *t, struct err *e)
{
	size_t start = l->at;
	bool hex = peek(l, 0) == '0' && (peek(l, 1) | 0x20) == 'x';
	struct slice s;

	while (is_digit(peek(l, 0)) || is_letter(peek(l, 0)) || peek(l, 0) == '.') {
		if (l->model && peek(l, 0) == '.' && peek(l, 1) == '.')
			break;
		if (!hex && (peek(l, 0) | 0x20) == 'e' && (peek(l, 1) == '-' || peek(l, 1) == '+'))
			l->at++;
		l->at++;
	}
	t->kind = TOKEN_NUMBER;
	s = slice_of(l->text + start, l->at - start);
	if (hex)
		return hexadecimal(l, t, s, e);
	while (s.n > 1 && s.p[0] == '0' && is_digit(s.p[1]))
		s.p++, s.n--;
	t->text = s;
	t->value = (struct value){ .type = TYPE_INT64 };
	if (text_int64(s, &t->value.as.i64))
		return 0;
	t->value = (struct value){ .type = TYPE_FLOAT64 };
	if (strspn(s.p, "0123456789") >= s.n) {
		/* one more than the largest, which unary minus makes the smallest */
		t->value = (struct value){ .type = TYPE_INT64, .as.i64 = INT64_MIN };
		if (slice_is(s, "9223372036854775808"))
			return 0;
		return fault(l, start, e, "the integer is too big: the largest is 9223372036854775807 (with a point, 1e19 or "
					  "10000000000000000000.0, it is a float)");
	}
	if (text_float64(s, &t->value.as.f64))
		return 0;
	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '.' && s.p[i + 1] == '.')
			return fault(l, start, e, "'%.*s' is no number; put a blank before '..'", (int)(s.n < 60 ? s.n : 60), s.p);
	if (strspn(s.p, "0123456789.eE+-") >= s.n && (memchr(s.p, 'e', s.n) || memchr(s.p, 'E', s.n) || s.n > 300) &&
	    is_digit(s.p[s.n - 1]))
		return fault(l, start, e, "the number is too large for a float");
	return fault(l, start, e, "'%.*s' is no number", (int)(s.n < 60 ? s.n : 60), s.p);
}

/* == strings == */

static void add_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_char(out, (char)c);
	} else if (c < 0x800) {
		buf_char(out, (char)(0xc0 | c >> 6));
		buf_char(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_char(out, (char)(0xe0 | c >> 12));
		buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_char(out, (char)(0xf0 | c >> 18));
		buf_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (c & 0x3f)));
	}
}

static int unicode_escape(struct lexer *l, size_t start, struct buf *out, struct err *e)
{
	uint32_t c = 0;
	int digits = 0;

	if (peek(l, 0) != '{')
		return fault(l, start, e, "expected '\\u{XXX}'");
	for (l->at++; hex_digit(peek(l, 0)) >= 0; l->at++, digits++)
		c = c > 0x10ffff ? c : c * 16 + (uint32_t)hex_digit(peek(l, 0));
	if (!digits || peek(l, 0) != '}')
		return fault(l, start, e, "expected '\\u{XXX}'");
	l->at++;
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return fault(l, start, e, "there is no such character in Unicode");
	add_utf8(out, c);
	return 0;
}

/* Behind a backslash. */
static int escape(struct lexer *l, struct buf *out, struct err *e)
{
	static const char letters[] = "abfnrtv\\\"'\n", meant[] = "\a\b\f\n\r\t\v\\\"'\n";
	size_t start = l->at - 1;
	char c = peek(l, 0);
	const char *known = c ? strchr(letters, c) : NULL;
	int v = 0;

	if (known) {
		buf_char(out, meant[known - letters]);
		l->at++;
	} else if (c == '\r') {
		buf_char(out, '\n');
		l->at += peek(l, 1) == '\n' ? 2 : 1;
	} else if (c == 'z') {
		for (l->at++; is_blank(peek(l, 0)); l->at++)
			;
	} else if (c == 'x') {
		if (hex_digit(peek(l, 1)) < 0 || hex_digit(peek(l, 2)) < 0)
			return fault(l, start, e, "expected two hexadecimal digits behind '\\x'");
		buf_char(out, (char)(hex_digit(peek(l, 1)) * 16 + hex_digit(peek(l, 2))));
		l->at += 3;
	} else if (c == 'u') {
		l->at++;
		return unicode_escape(l, start, out, e);
	} else if (is_digit(c)) {
		for (int k = 0; k < 3 && is_digit(peek(l, 0)); k++, l->at++)
			v = v * 10 + (peek(l, 0) - '0');
		if (v > 255)
			return fault(l, start, e, "'\\%d' is no byte: they go to 255", v);
		buf_char(out, (char)v);
	} else {
		return fault(l, start, e, "there is no such escape in a string; a backslash is written '\\\\'");
	}
	return 0;
}

static int string(struct lexer *l, struct token *t, struct err *e)
{
	char quote = l->text[l->at++];
	struct buf out = BUF_INIT;
	char *copy;
	int rc = 0;

	for (;;) {
		size_t run = l->at;

		while (l->at < l->n && !strchr(quote == '"' ? "\"\\\n\r" : "'\\\n\r", l->text[l->at]))
			l->at++;
		buf_add(&out, l->text + run, l->at - run);
		if (peek(l, 0) == quote)
			break;
		if (peek(l, 0) != '\\') {
			rc = fault(l, (size_t)t->at, e, "the string has no end: a %c is missing", quote);
			goto done;
		}
		l->at++;
		if ((rc = escape(l, &out, e)))
			goto done;
	}
	l->at++;
	if ((rc = buf_check(&out, e)))
		goto done;
	if (text_utf8_valid(out.p, out.n) < out.n) {
		rc = fault(l, (size_t)t->at, e, "the string is not UTF-8");
		goto done;
	}
	if (!(copy = arena_text(l->arena, out.p, out.n))) {
		rc = err_nomem(e);
		goto done;
	}
	t->kind = TOKEN_STRING;
	t->value = (struct value){ .type = TYPE_STRING, .as.text = slice_of(copy, out.n) };
done:
	buf_release(&out);
	return rc;
}

/* == names and symbols == */

static int quoted_name(struct lexer *l, struct token *t, struct err *e)
{
	size_t start = ++l->at, n = 0;
	char *name;

	for (;; l->at++, n++) {
		if (l->at >= l->n || peek(l, 0) == '\n' || peek(l, 0) == '\r')
			return fault(l, (size_t)t->at, e, "the name has no end: a ` is missing");
		if (peek(l, 0) == '`' && peek(l, 1) != '`')
			break;
		l->at += peek(l, 0) == '`';
	}
	l->at++;
	if (!n)
		return fault(l, (size_t)t->at, e, "a name cannot be empty");
	if (!(name = arena_room(l->arena, n + 1)))
		return err_nomem(e);
	for (size_t i = 0, from = start; i < n; i++, from++) {
		name[i] = l->text[from];
		from += name[i] == '`';
	}
	name[n] = '\0';
	t->kind = TOKEN_NAME;
	t->text = slice_of(name, n);
	return 0;
}

static int binding(struct lexer *l, struct token *t, struct err *e)
{
	size_t start = ++l->at;

	if (!is_letter(peek(l, 0)))
		return fault(l, start - 1, e, "expected a name behind '$'");
	while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)))
		l->at++;
	t->kind = TOKEN_BINDING;
	t->text = slice_of(l->text + start, l->at - start);
	return 0;
}

/* What models have besides; and where other languages are written otherwise than in tables. */
static bool model_symbol(struct lexer *l, struct token *t)
{
	static const char *const known[] = { "[", "]", "~", ";", "|" };
	const char *p = l->text + l->at;
	size_t left = l->n - l->at;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (*p != *known[i] || (left > 1 && ((*p == '~' && p[1] == '=') || (*p == '|' && p[1] == '|'))))
			continue;
		t->kind = TOKEN_SYMBOL;
		t->text = slice_of(known[i], 1);
		l->at++;
		return true;
	}
	return false;
}

static const char *model_advice(const struct lexer *l)
{
	switch (peek(l, 0)) {
	case '{':
	case '}':
		return "there are no braces and no sections such as data or model: statements stand one below the other; "
		       "several in a loop are written for i in 1..N do ... end, lists [1, 2]";
	case '#':
		return "a comment begins with '--'";
	case ':':
		return peek(l, 1) == '=' ? "a definition is written name = expression" :
		       peek(l, 1) == ':' ? "'::' means nothing here" : "a range is written 1..N, all of a dimension x[, j]";
	case '$':
		return "there are no names with '$' in a model: give the value as data";
	default:
		return NULL;
	}
}

/* The longest come first. */
static int symbol(struct lexer *l, struct token *t, struct err *e)
{
	static const char *const known[] = { "==", "~=", "<=", ">=", "//", "..", "<", ">", "+", "-", "*", "/",
					     "%",  "^",  "(",  ")",  ",",  "=" };
	static const struct {
		const char *text, *advice;
	} others[] = {
		{ "!=", "'not equal' is written '~='" },
		{ "<>", "'not equal' is written '~='" },
		{ "...", "'...' means nothing here" },
		{ "&&", "'&&' is written 'and'" },
		{ "||", "'||' is written 'or' (strings are joined by '..')" },
		{ "**", "a power is written '^'" },
		{ "::", "'::' means nothing here" },
		{ "<<", "there are no bitwise operators" },
		{ ">>", "there are no bitwise operators" },
		{ "&", "there are no bitwise operators; 'and' joins conditions" },
		{ "|", "there are no bitwise operators; 'or' joins conditions" },
		{ "~", "there are no bitwise operators; 'not' negates a condition" },
		{ "!", "'!' is written 'not'" },
		{ "#", "'#' is not an operator here: length(x) is the length of a string" },
		{ "[", "there are no indexes, lists stand in parentheses and names with blanks in backquotes" },
		{ "]", "there are no indexes, lists stand in parentheses and names with blanks in backquotes" },
		{ "{", "lists stand in parentheses" },
		{ "}", "lists stand in parentheses" },
		{ ":", "there are no methods: write f(x)" },
		{ ".", "there are no fields; a name with a point in it stands in backquotes" },
		{ ";", "one expression has no ';'" },
		{ "?", "a choice is written if(condition, a, b)" },
		{ "@", "'@' means nothing here" },
		{ "\\", "a backslash has no meaning outside of a string" },
	};
	const char *p = l->text + l->at, *advice = l->model ? model_advice(l) : NULL;
	size_t left = l->n - l->at;

	if (advice)
		return fault(l, l->at, e, "%s", advice);
	if (l->model && model_symbol(l, t))
		return 0;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		size_t n = strlen(others[i].text);

		if (n <= left && !memcmp(p, others[i].text, n) && !(n == 1 && *p == '~' && left > 1 && p[1] == '=') &&
		    !(n == 1 && *p == '.' && left > 1 && p[1] == '.'))
			return fault(l, l->at, e, "%s", others[i].advice);
	}
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		size_t n = strlen(known[i]);

		if (n <= left && !memcmp(p, known[i], n)) {
			t->kind = TOKEN_SYMBOL;
			t->text = slice_of(known[i], n);
			l->at += n;
			return 0;
		}
	}
	if ((unsigned char)*p >= 0xe2 && left > 2 && !memcmp(p, "\xe2\x80", 2) && (unsigned char)p[2] >= 0x98 &&
	    (unsigned char)p[2] <= 0x9f)
		return fault(l, l->at, e, "strings stand in plain quotes, ' or \"");
	if ((unsigned char)*p >= 0x80)
		return fault(l, l->at, e, "letters beyond ASCII stand in quotes (strings) or backquotes (names)");
	return fault(l, l->at, e, "this byte has no meaning here");
}

int lex_next(struct lexer *l, struct token *t, struct err *e)
{
	bool fresh = skip_blanks(l);
	int rc = 0;
	char c;

	*t = (struct token){ .at = (int)l->at, .fresh = fresh };
	c = peek(l, 0);
	if (l->at >= l->n) {
		t->kind = TOKEN_END;
	} else if (is_letter(c)) {
		while (is_letter(peek(l, 0)) || is_digit(peek(l, 0)))
			l->at++;
		t->kind = TOKEN_WORD;
		t->text = slice_of(l->text + t->at, l->at - (size_t)t->at);
	} else if (is_digit(c) || (c == '.' && is_digit(peek(l, 1)))) {
		rc = number(l, t, e);
	} else if (c == '\'' || c == '"') {
		rc = string(l, t, e);
	} else if (c == '`') {
		rc = quoted_name(l, t, e);
	} else if (c == '$' && !l->model) {
		rc = binding(l, t, e);
	} else {
		rc = symbol(l, t, e);
	}
	t->end = (int)l->at;
	return rc;
}

void token_print(struct buf *out, const struct lexer *l, const struct token *t)
{
	size_t n = (size_t)(t->end - t->at), shown = n > 60 ? 40 : n;

	if (t->kind == TOKEN_END) {
		buf_str(out, "the end");
		return;
	}
	while (shown < n && ((unsigned char)l->text[(size_t)t->at + shown] & 0xc0) == 0x80)
		shown--;
	buf_char(out, '\'');
	text_escape(out, l->text + t->at, shown);
	buf_str(out, shown < n ? "...'" : "'");
}
