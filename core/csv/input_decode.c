/*
 * input_decode.c - text in another encoding, by the system's iconv.
 *
 * iconv stops in front of bytes it cannot read and behind what it has written, so the text up to a fault is handed out
 * first. A character that a read cut in two waits for its rest at the front of `bytes`.
 */
#include "csv/input_priv.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

/* No encoding of the list needs more than 3 bytes of UTF-8 for one byte of its own. */
enum { BYTES = 32 * 1024, TEXT = 3 * BYTES };

struct decode {
	const struct encoding *from;
	iconv_t iconv;
	bool open;
	bool ended;              /* no more bytes come */
	bool bad;                /* bytes[0] begins what is not of the encoding */
	size_t n, at, text_n;    /* bytes[0..n) wait; text[at..text_n) is ready */
	char bytes[BYTES], text[TEXT];
};

/*
 * glibc takes the bytes 0x80 to 0x9f of EUC-KR for control characters, so that text in cp949, which has letters there,
 * would be misread without a word. EUC-KR has no use for them: reading stops in front of one.
 */
static size_t trusted(const struct decode *d)
{
	size_t i = 0;

	if (strcmp(d->from->name, "euc-kr"))
		return d->n;
	while (i < d->n && ((unsigned char)d->bytes[i] & 0xe0) != 0x80)
		i++;
	return i;
}

/* Bytes to text; what is left of them moves to the front. */
static int convert(struct input *in, struct decode *d, struct err *e)
{
	size_t good = trusted(d), left = good, room = TEXT;
	char *from = d->bytes, *to = d->text;
	int reason = 0;

	if (iconv(d->iconv, &from, &left, &to, &room) == (size_t)-1)
		reason = errno;
	if (reason && reason != EILSEQ && reason != EINVAL && reason != E2BIG)
		return err_errno(e, "decode", in->name);
	d->bad = reason == EILSEQ || (reason != E2BIG && good < d->n) || (reason == EINVAL && d->ended);
	d->n -= good - left;
	memmove(d->bytes, from, d->n);
	d->at = 0;
	d->text_n = TEXT - room;
	return 0;
}

static int fault(const struct decode *d, struct err *e)
{
	const char *name = d->from->name;
	bool pairs = !strncmp(name, "utf-16", 6) || !strcmp(name, "cp949") || !strcmp(name, "euc-kr");
	unsigned first = (unsigned char)d->bytes[0], second = d->n > 1 ? (unsigned char)d->bytes[1] : 0;

	if (d->ended && d->n == 1 && pairs)
		return err_set(e, ERR_DATA, "the text ends within a character of %s, behind the byte 0x%02x", name, first);
	if (pairs && d->n > 1)
		return err_set(e, ERR_DATA, "the bytes 0x%02x 0x%02x are not %s", first, second, name);
	return err_set(e, ERR_DATA, "the byte 0x%02x is not %s", first, name);
}

int decode_read(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	struct decode *d = in->decode;
	size_t more;
	int rc;

	while (d->at == d->text_n) {
		if (d->bad && (d->n > 1 || d->ended))    /* the message shows two bytes */
			return fault(d, e);
		if (!d->ended) {
			if ((rc = input_bytes(in, d->bytes + d->n, BYTES - d->n, &more, e)))
				return rc;
			d->n += more;
			d->ended = !more;
		}
		if (!d->n && d->ended)
			return *got = 0, 0;
		if (!d->bad && (rc = convert(in, d, e)))
			return rc;
	}
	n = input_piece(in, n);
	*got = d->text_n - d->at < n ? d->text_n - d->at : n;
	memcpy(p, d->text + d->at, *got);
	d->at += *got;
	return 0;
}

int decode_open(struct input *in, const struct encoding *from, struct err *e)
{
	struct decode *d = mem_zero(1, sizeof *d);

	if (!d)
		return err_nomem(e);
	in->decode = d;          /* from here input_close sees to it */
	d->from = from;
	d->iconv = iconv_open("UTF-8", from->iconv);
	if (d->iconv == (iconv_t)-1 && errno == EINVAL)
		return err_set(e, ERR_IO, "cannot read '%s': this system's iconv does not know %s", in->name, from->iconv);
	if (d->iconv == (iconv_t)-1)
		return err_errno(e, "decode", in->name);
	d->open = true;
	return 0;
}

void decode_rewind(struct decode *d)
{
	iconv(d->iconv, NULL, NULL, NULL, NULL);
	d->n = d->at = d->text_n = 0;
	d->ended = d->bad = false;
}

void decode_close(struct decode *d)
{
	if (!d)
		return;
	if (d->open)
		iconv_close(d->iconv);
	mem_free(d);
}

const char *decode_name(const struct decode *d)
{
	return d->from->name;
}
