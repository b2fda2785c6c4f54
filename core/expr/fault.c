/*
 * fault.c - a message, the line of the expression it is about, and a caret under the place.
 *
 * What is shown is laid out by the width a terminal gives it: tabs become a blank, control bytes \xHH, long lines are cut to
 * a window around the place.
 */
#include "expr/expr_priv.h"

#include <stdio.h>
#include <string.h>

enum { WINDOW = 96, BEFORE = 64, MESSAGE_MAX = 560 };

static size_t letter_size(const char *p, const char *end)
{
	size_t n = 1;

	while (p + n < end && ((unsigned char)p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* One letter as it is shown, its width. */
static size_t show_letter(struct buf *out, const char *p, size_t n)
{
	size_t start = out->n;

	if (*p == '\t')
		buf_char(out, ' ');
	else
		text_escape(out, p, n);
	return out->failed ? 0 : text_width(out->p + start, out->n - start);
}

/* The line around byte `at`, and how far from its beginning that is. */
static void show_line(struct buf *out, const char *text, size_t n, size_t at, size_t *column)
{
	const char *line = text + at, *end = text + at, *place = text + at, *p, *from;
	struct buf letter = BUF_INIT;
	size_t width = 0;

	while (line > text && line[-1] != '\n' && line[-1] != '\r')
		line--;
	while (end < text + n && *end != '\n' && *end != '\r')
		end++;
	for (p = line; p < place; p += letter_size(p, end)) {
		buf_clear(&letter);
		width += show_letter(&letter, p, letter_size(p, end));
	}
	for (from = line; width > BEFORE; from += letter_size(from, end)) {
		buf_clear(&letter);
		width -= show_letter(&letter, from, letter_size(from, end));
		if (letter.failed)
			break;
	}
	if (from > line) {
		buf_str(out, "...");
		width += 3;
	}
	*column = width;
	for (p = from, width = 0; p < end && width < WINDOW; p += letter_size(p, end))
		width += show_letter(out, p, letter_size(p, end));
	if (p < end)
		buf_str(out, "...");
	buf_release(&letter);
}

int fault_vat(struct err *e, enum err_code code, const char *text, size_t n, size_t at, const char *fmt, va_list ap)
{
	char message[MESSAGE_MAX];
	struct buf line = BUF_INIT;
	size_t column = 0;
	int length = vsnprintf(message, sizeof message, fmt, ap);

	if (length >= (int)sizeof message)
		memcpy(message + sizeof message - 4, "...", 4);
	show_line(&line, text, n, at < n ? at : n, &column);
	if (line.failed || !e || strlen(message) + line.n + column + 16 > sizeof e->msg)
		err_set(e, code, "%s", message);
	else
		err_set(e, code, "%s\n  %s\n  %*s^", message, line.p ? line.p : "", (int)column, "");
	buf_release(&line);
	return code;
}

int fault_at(struct err *e, enum err_code code, const char *text, size_t n, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_vat(e, code, text, n, at, fmt, ap);
	va_end(ap);
	return code;
}

int fault_numbered(struct err *e, enum err_code code, const char *text, size_t n, size_t at, const char *fmt, va_list ap)
{
	char message[MESSAGE_MAX];
	int line = 1, column = 1;

	vsnprintf(message, sizeof message, fmt, ap);
	for (size_t i = 0; i < at && i < n; i++) {
		bool ends = text[i] == '\n' || (text[i] == '\r' && (i + 1 == n || text[i + 1] != '\n'));

		line += ends;
		column = ends ? 1 : column + (((unsigned char)text[i] & 0xc0) != 0x80);
	}
	return fault_at(e, code, text, n, at, "line %d, column %d: %s", line, column, message);
}

int fault_bytes(struct err *e, const char *text, size_t n, const char *what)
{
	size_t good;

	if (n > EXPR_TEXT_MAX)
		return err_set(e, ERR_DATA, "%s of %zu bytes is too long: at most %d", what, n, EXPR_TEXT_MAX);
	what += strcspn(what, " ") + 1;
	if (n && (good = text_utf8_valid(text, n)) < n)
		return fault_at(e, ERR_DATA, text, n, good, "the %s is not UTF-8", what);
	if (n && memchr(text, '\0', n))
		return fault_at(e, ERR_DATA, text, n, (size_t)((const char *)memchr(text, '\0', n) - text),
				"there is a zero byte in the %s", what);
	return 0;
}

int expr_fault(const struct expr *x, int at, enum err_code code, struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_vat(e, code, x->text, strlen(x->text), (size_t)at, fmt, ap);
	va_end(ap);
	return code;
}
