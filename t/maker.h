/*
 * maker.h - CSV files by chance, as bad as they come, and options to read them with.
 *
 * Columns have a behaviour: the type of their values, and how it changes on the way. The same seed makes the same file
 * everywhere.
 */
#ifndef MAKER_H
#define MAKER_H

#include "csv/load.h"

#include <stdio.h>

/* == chance == */

static uint64_t maker_seed;

/* xorshift64*: G. Marsaglia, "Xorshift RNGs", 2003. */
static inline uint32_t below(uint32_t n)
{
	maker_seed ^= maker_seed >> 12;
	maker_seed ^= maker_seed << 25;
	maker_seed ^= maker_seed >> 27;
	return (uint32_t)(((maker_seed * UINT64_C(2685821657736338717)) >> 32) * n >> 32);
}

/* == files == */

enum behaviour {
	INTS, FLOATS, INTS_THEN_FLOATS, INTS_THEN_TEXT, DATES, DATES_THEN_TEXT, DATES_THEN_INTS, BOOLS, BOOLS_THEN_INTS, DATETIMES,
	NOTHING, NOTHING_THEN_INTS, NOTHING_THEN_TEXT, WORDS, WORDS_BY_PLACE, MANY_WORDS, FEW_WORDS_THEN_MANY, INTS_THEN_MANY_WORDS,
	LONG_TEXT, QUOTED, QUOTED_LINES, HUGE_INTS, MIXED, BEHAVIOURS
};

struct maker {
	struct buf text;
	enum behaviour column[8];
	char names[8];
	size_t ncols, rows, late;        /* late: the row where behaviours change */
	const char *end;                 /* of lines; NULL = any */
	bool faults, blanks, comments, last_end;
	char sep, decimal;
	struct load_options options;
	struct load_type types[2];
};

static inline void add_float(struct maker *m)
{
	static const char *const odd[] = { "-0", "1e5", "nan", "-inf", "0.1", "123456789.987654321", "1e-320", "5" };
	char number[64];

	snprintf(number, sizeof number, "%d.%02u", (int)below(2000) - 1000, (unsigned)below(100));
	if (!below(10))
		snprintf(number, sizeof number, "%s", odd[below(8)]);
	for (char *p = number; *p; p++)
		*p = *p == '.' ? m->decimal : *p;
	buf_str(&m->text, number);
}

static inline void add_word(struct maker *m, uint32_t k)
{
	static const char *const words[] = { "alpha", "beta", "gamma", "", "NA", "-", "a b", "\xc3\xa9t\xc3\xa9", "\"quo\"\"ted\"", "\"\"",
					     "a word that is longer than thirty-two bytes, without a separator" };

	k %= 11;
	buf_str(&m->text, k == 10 && m->sep == ',' ? "eta" : words[k]);
}

static inline void add_quoted(struct maker *m, bool lines)
{
	static const char *const inside[] = { "x", "yz", "\"\"", ",", ";", " ", "long enough to be copied by words" };
	static const char *const ends[] = { "\n", "\r\n", "\r" };

	buf_char(&m->text, '"');
	for (uint32_t k = below(5); k; k--)
		buf_str(&m->text, lines && below(2) ? ends[below(3)] : inside[below(7)]);
	buf_char(&m->text, '"');
}

static inline void add_cell(struct maker *m, enum behaviour b, size_t row)
{
	bool late = row >= m->late;

	if (b != NOTHING && !below(12)) {
		buf_str(&m->text, below(3) ? "" : "NA");
		return;
	}
	switch (b) {
	case INTS_THEN_FLOATS:
		b = late ? FLOATS : INTS;
		break;
	case INTS_THEN_TEXT:
	case DATES_THEN_TEXT:
		b = late && !below(3) ? WORDS : b == INTS_THEN_TEXT ? INTS : DATES;
		break;
	case DATES_THEN_INTS:
		b = late ? INTS : DATES;
		break;
	case BOOLS_THEN_INTS:
		b = late ? INTS : BOOLS;
		break;
	case NOTHING_THEN_INTS:
	case NOTHING_THEN_TEXT:
		b = !late ? NOTHING : b == NOTHING_THEN_INTS ? INTS : WORDS;
		break;
	case FEW_WORDS_THEN_MANY:
		b = late ? MANY_WORDS : WORDS_BY_PLACE;
		break;
	case INTS_THEN_MANY_WORDS:
		b = late ? MANY_WORDS : BOOLS;
		break;
	case MIXED:
		b = (enum behaviour)below(MIXED);
		break;
	default:
		break;
	}
	switch (b) {
	case INTS:
		buf_printf(&m->text, below(9) ? "%d" : "\"%d\"", (int)below(2000) - 300);
		break;
	case FLOATS:
		add_float(m);
		break;
	case DATES:
		buf_printf(&m->text, "20%02u-%02u-%02u", (unsigned)below(30), (unsigned)below(12) + 1, (unsigned)below(28) + 1);
		break;
	case BOOLS:
		buf_str(&m->text, below(2) ? "true" : "false");
		break;
	case DATETIMES:
		buf_printf(&m->text, "2024-0%u-11T1%u:30:00Z", (unsigned)below(9) + 1, (unsigned)below(10));
		break;
	case NOTHING:
		break;
	case WORDS:
		add_word(m, below(100));
		break;
	case WORDS_BY_PLACE:
		add_word(m, (uint32_t)row / 20 + below(2));
		break;
	case LONG_TEXT:
		for (uint32_t k = below(30); k; k--)
			buf_printf(&m->text, "%u words ", (unsigned)below(100));
		break;
	case QUOTED:
	case QUOTED_LINES:
		if (below(4))
			add_quoted(m, b == QUOTED_LINES && below(2));
		else
			add_word(m, below(100));
		break;
	case HUGE_INTS:
		buf_printf(&m->text, "%s%u%09u", below(6) ? "" : "-", (unsigned)below(4000000), (unsigned)below(1000000000));
		if (!below(20))
			buf_str(&m->text, "00000000");
		break;
	default:
		buf_printf(&m->text, "word %u", (unsigned)below(400));
	}
}

static inline void end_line(struct maker *m)
{
	static const char *const ends[] = { "\n", "\r\n", "\r" };

	buf_str(&m->text, m->end ? m->end : ends[below(3)]);
}

/* Something that is no row; false when the row is to come all the same. */
static inline bool add_broken(struct maker *m)
{
	switch (below(9)) {
	case 0:
		buf_str(&m->text, "1,2,3,4,5,6,7,8,9,10;11;12;13;14;15;16;17;18");
		return true;
	case 1:
		buf_str(&m->text, "lonely");
		return true;
	case 2:
		buf_str(&m->text, "stray\"quote,1");
		return true;
	case 3:
		buf_str(&m->text, "\"closed\"too early,1");
		return true;
	case 4:
		buf_str(&m->text, "\"two\nlines\"too,1");
		return true;
	case 5:
		buf_fill(&m->text, '\0', 1 + below(70));
		return true;
	case 6:
		buf_str(&m->text, below(2) ? "\xff" : "\"\"\"\xe2\x82\"");
		buf_char(&m->text, m->sep);      /* a cell too many, or a bad byte in the last */
		return false;
	case 7:
		buf_str(&m->text, "\xc3");
		return false;
	default:
		buf_char(&m->text, '\0');
		return false;
	}
}

static inline void make_file(struct maker *m, bool header)
{
	buf_clear(&m->text);
	if (!below(6))
		buf_str(&m->text, "\xef\xbb\xbf");
	for (int64_t k = 0; k < m->options.scan.skip; k++) {
		buf_str(&m->text, "dropped, whatever \"is in it");
		end_line(m);
	}
	for (uint32_t k = m->comments ? below(40) : 0; k; k--) {
		buf_str(&m->text, "# a line in front of the header with \"quotes\", and more");
		end_line(m);
	}
	for (uint32_t k = m->blanks ? below(20) : 0; k; k--)
		end_line(m);
	for (size_t k = 0; header && k < m->ncols; k++)
		buf_printf(&m->text, "%.*s%c", k > 0, &m->sep, m->names[k]);
	if (header)
		end_line(m);
	for (size_t row = 0; row < m->rows; row++) {
		if (m->blanks && !below(20))
			end_line(m);
		if (m->comments && !below(30)) {
			buf_str(&m->text, "#\"");
			end_line(m);
		}
		if (m->faults && !below(25) && add_broken(m)) {
			end_line(m);
			continue;
		}
		for (size_t k = 0; k < m->ncols; k++) {
			if (k)
				buf_char(&m->text, m->sep);
			add_cell(m, m->column[k], row);
		}
		if (row + 1 < m->rows || m->last_end)
			end_line(m);
	}
	if (m->faults && !below(6))
		buf_str(&m->text, "\"open,1\n2");
}

/* == options == */

/* Options, and what the next file made with them is like. */
static inline void choose(struct maker *m)
{
	static const char *const ends[] = { "\n", "\r\n", "\r", NULL };
	static const enum type declared[] = { TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_STRING, TYPE_BOOL, TYPE_DATETIME };
	static const char *const spellings[] = { "NA", "-" };
	static const char *const some_columns[] = { "b", "a" };
	static const char *const no_header_columns[] = { "column_1" };
	struct load_options *o = &m->options;

	*o = (struct load_options)LOAD_DEFAULT;
	o->rejects = below(6);
	o->scan.lenient = !below(5);
	o->no_header = !below(6);
	if (!below(4)) {
		o->decimal = ',';
		o->scan.sep = ';';
	}
	if (!below(4)) {
		o->missing = spellings;
		o->nmissing = 2;
	}
	o->scan.skip = below(6) ? 0 : 1 + below(3);
	m->sep = o->scan.sep;
	m->decimal = o->decimal ? o->decimal : '.';
	m->ncols = 1 + below(7);
	for (size_t k = 0; k < m->ncols; k++) {
		m->column[k] = (enum behaviour)below(BEHAVIOURS);
		m->names[k] = (char)('a' + k);
	}
	m->rows = below(10) ? below(250) : below(3);
	m->late = below((uint32_t)m->rows + 1);
	m->end = ends[below(4)];
	m->faults = below(2);
	m->blanks = !below(3);
	m->comments = !below(4);
	m->last_end = below(3);
	o->scan.comment = m->comments ? '#' : 0;
	if (!below(3) && m->ncols > 1 && !o->no_header) {
		o->columns = some_columns;
		o->ncolumns = 2;
	} else if (!below(3) && o->no_header) {
		o->columns = no_header_columns;
		o->ncolumns = 1;
	}
	if (!below(3) && !o->no_header) {
		m->types[0] = (struct load_type){ "a", declared[below(6)] };
		m->types[1] = (struct load_type){ "b", declared[below(6)] };
		o->types = m->types;
		o->ntypes = m->ncols > 1 ? 2 : 1;
	}
}

#endif
