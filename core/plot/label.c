/*
 * label.c - letters: how wide they are, where a line breaks, and how text is quoted for gnuplot.
 *
 * Widths are the advance widths of DejaVu Sans (thousandths of the size), so that places can be chosen
 * before anything is drawn. Another font is near enough: the room left around a text is generous.
 */
#include "plot/plot_priv.h"

#include <string.h>

static const short plain_widths[95] = {
	318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636,
	636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
	603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635,
	634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
};
enum { OTHER_WIDTH = 640, WIDE_WIDTH = 1000 };
#define BOLD_FACTOR 1.11

/* Bytes of the letter at p; `ok` is false for a byte that starts none. */
static size_t letter(const char *p, size_t n, bool *ok)
{
	unsigned char c = (unsigned char)*p;
	size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	*ok = len <= n && text_utf8_valid(p, len) == len;
	return *ok ? len : 1;
}

/* U+FFFE and U+FFFF, here in UTF-8, may not stand in XML; C1 controls draw nothing and drive terminals. */
static bool drawable(const char *p, size_t len)
{
	const unsigned char *u = (const unsigned char *)p;

	if (len == 1)
		return u[0] >= 0x20 && u[0] != 0x7f;
	if (len == 2 && u[0] == 0xc2 && u[1] < 0xa0)
		return false;
	return !(len == 3 && u[0] == 0xef && u[1] == 0xbf && u[2] >= 0xbe);
}

/*
 * gnuplot has no sure way to write a quote in a single-quoted string: it reads '' as one, but not at the
 * beginning of the string and not twice in a row (5.4's scanner looks from the letter before), where the
 * string ends and the rest is a command; and "'" as a string of its own confuses its search for macros.
 * So the text has no such quote: those of print stand for it, U+2018 where a word begins, else U+2019.
 */
void label_quote(struct buf *out, struct slice text)
{
	size_t i = 0, letters = 0, len;
	bool ok;

	buf_char(out, '\'');
	while (i < text.n) {
		const char *p = text.p + i;

		len = letter(p, text.n - i, &ok);
		i += len;
		if (ok && (*p == '\n' || *p == '\t' || *p == '\r'))
			buf_char(out, ' ');
		else if (ok && !drawable(p, len))
			continue;
		else if (!ok)
			buf_str(out, "\xef\xbf\xbd");
		else if (*p == '\'')
			buf_str(out, p == text.p || strchr(" \n\t([{\"", p[-1]) ? "\xe2\x80\x98" : "\xe2\x80\x99");
		else
			buf_add(out, p, len);
		if (++letters == LABEL_MAX && i < text.n) {
			buf_str(out, "\xe2\x80\xa6");
			break;
		}
	}
	buf_char(out, '\'');
}

double label_width(const struct device *d, struct slice text, double size, bool bold)
{
	double units = 0;
	bool ok;

	if (d->cells)
		return (double)text_width(text.p, text.n);
	for (size_t i = 0, len; i < text.n; i += len) {
		unsigned char c = (unsigned char)text.p[i];

		len = letter(text.p + i, text.n - i, &ok);
		if (len == 1)
			units += c >= 0x20 && c < 0x7f ? plain_widths[c - 0x20] : ok ? 0 : WIDE_WIDTH;
		else
			units += text_width(text.p + i, len) == 2 ? WIDE_WIDTH : text_width(text.p + i, len) ? OTHER_WIDTH : 0;
	}
	return units / 1000 * size * (bold ? BOLD_FACTOR : 1);
}

double label_height(const struct device *d, double size)
{
	return d->cells ? 1 : size * 1.36;
}

/* The longest start of `rest` that fits, at least one letter; *next is where the following line begins. */
static size_t fitting(const struct device *d, struct slice rest, double size, bool bold, double width, size_t *next)
{
	size_t i = 0, good = 0, after = 0, len;
	double used = 0;
	bool ok;

	while (i < rest.n && rest.p[i] != '\n') {
		len = letter(rest.p + i, rest.n - i, &ok);
		if (rest.p[i] == ' ') {
			good = i;
			after = i + 1;
		}
		used += label_width(d, slice_of(rest.p + i, len), size, bold);
		if (used > width && i > 0) {
			*next = good ? after : i;
			return good ? good : i;
		}
		i += len;
	}
	*next = i + (i < rest.n);        /* over the line end */
	return i;
}

void label_wrap(const struct device *d, struct slice text, double size, bool bold, double width, struct buf *lines)
{
	size_t i = 0, next;

	while (i < text.n) {
		struct slice rest = slice_of(text.p + i, text.n - i), line;

		line = slice_of(rest.p, fitting(d, rest, size, bold, width, &next));
		buf_add(lines, &line, sizeof line);
		i += next;
	}
}
