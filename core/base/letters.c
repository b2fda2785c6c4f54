/*
 * letters.c - lower and upper case of UTF-8 text, whatever the locale.
 *
 * Capital letters and what to add to get the small ones, from the Unicode Character Database 14 (UnicodeData.txt, simple case
 * mappings): Latin with the letters of European languages, Vietnamese and Pinyin, Greek, Cyrillic, Armenian. One letter
 * becomes one letter, so the small sharp s has no capital and "s" at the end of a Greek word is not looked at.
 */
#include "base/base.h"

struct letters {
	uint16_t first, last, step;      /* every step-th one is a capital */
	int16_t small;                   /* its small letter is so much further */
};

static const struct letters capitals[] = {
	{ 0x00c0, 0x00d6, 1, 32 },   { 0x00d8, 0x00de, 1, 32 }, { 0x0100, 0x012e, 2, 1 }, { 0x0132, 0x0136, 2, 1 },
	{ 0x0139, 0x0147, 2, 1 },    { 0x014a, 0x0176, 2, 1 },  { 0x0178, 0x0178, 1, -121 }, { 0x0179, 0x017d, 2, 1 },
	{ 0x01a0, 0x01a0, 1, 1 },    { 0x01af, 0x01af, 1, 1 },  { 0x01cd, 0x01db, 2, 1 }, { 0x01f8, 0x021e, 2, 1 },
	{ 0x0386, 0x0386, 1, 38 },   { 0x0388, 0x038a, 1, 37 }, { 0x038c, 0x038c, 1, 64 }, { 0x038e, 0x038f, 1, 63 },
	{ 0x0391, 0x03a1, 1, 32 },   { 0x03a3, 0x03ab, 1, 32 }, { 0x0400, 0x040f, 1, 80 }, { 0x0410, 0x042f, 1, 32 },
	{ 0x0460, 0x0480, 2, 1 },    { 0x048a, 0x04be, 2, 1 },  { 0x04c0, 0x04c0, 1, 15 }, { 0x04c1, 0x04cd, 2, 1 },
	{ 0x04d0, 0x052e, 2, 1 },    { 0x0531, 0x0556, 1, 48 }, { 0x1e00, 0x1e94, 2, 1 }, { 0x1ea0, 0x1efe, 2, 1 },
};

/* Letters whose way back leads elsewhere: dotted and dotless i, long s, micro sign, final sigma, capital sharp s. */
static const uint16_t lower_only[][2] = { { 0x0130, 'i' }, { 0x1e9e, 0x00df } };
static const uint16_t upper_only[][2] = { { 0x00b5, 0x039c }, { 0x0131, 'I' }, { 0x017f, 'S' }, { 0x03c2, 0x03a3 } };

static uint32_t small_letter(uint32_t c)
{
	for (size_t k = 0; k < sizeof lower_only / sizeof *lower_only; k++)
		if (c == lower_only[k][0])
			return lower_only[k][1];
	for (size_t k = 0; k < sizeof capitals / sizeof *capitals; k++)
		if (c >= capitals[k].first && c <= capitals[k].last && (c - capitals[k].first) % capitals[k].step == 0)
			return (uint32_t)((int32_t)c + capitals[k].small);
	return c;
}

static uint32_t capital_letter(uint32_t c)
{
	for (size_t k = 0; k < sizeof upper_only / sizeof *upper_only; k++)
		if (c == upper_only[k][0])
			return upper_only[k][1];
	for (size_t k = 0; k < sizeof capitals / sizeof *capitals; k++) {
		uint32_t capital = (uint32_t)((int32_t)c - capitals[k].small);

		if (capital >= capitals[k].first && capital <= capitals[k].last && (capital - capitals[k].first) % capitals[k].step == 0)
			return capital;
	}
	return c;
}

static bool follows(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

static char *put(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 63));
	} else {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 63));
		*to++ = (char)(0x80 | (c & 63));
	}
	return to;
}

/* Letters of one byte stay on a short way; only leads of two bytes and E1 B8 to E1 BB begin others that have case. */
static size_t change(char *to, const char *text, size_t n, char first, uint32_t (*letter)(uint32_t))
{
	const unsigned char *p = (const unsigned char *)text;
	char *start = to;

	for (size_t i = 0; i < n;) {
		if (p[i] < 0x80) {
			*to++ = (char)(p[i] ^ ((unsigned char)(p[i] - first) < 26) << 5);
			i++;
		} else if (p[i] >= 0xc2 && p[i] < 0xe0 && i + 1 < n && follows(p[i + 1])) {
			to = put(to, letter((p[i] & 31u) << 6 | (p[i + 1] & 63u)));
			i += 2;
		} else if (p[i] == 0xe1 && i + 2 < n && p[i + 1] >= 0xb8 && p[i + 1] <= 0xbb && follows(p[i + 2])) {
			to = put(to, letter(0x1000u | (p[i + 1] & 63u) << 6 | (p[i + 2] & 63u)));
			i += 3;
		} else {
			*to++ = (char)p[i++];
		}
	}
	return (size_t)(to - start);
}

size_t text_lower(char *to, const char *p, size_t n)
{
	return change(to, p, n, 'A', small_letter);
}

size_t text_upper(char *to, const char *p, size_t n)
{
	return change(to, p, n, 'a', capital_letter);
}
