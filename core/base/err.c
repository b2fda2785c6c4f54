/* err.c - the error object: a code and a sentence. */
#include "base/base.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!e)
		return code;
	e->code = code;
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof e->msg)
		memcpy(e->msg + sizeof e->msg - 4, "...", 4);
	return code;
}

int err_nomem(struct err *e)
{
	return err_set(e, ERR_MEMORY, "out of memory");
}

int err_copy(struct err *e, const struct err *from)
{
	if (e)
		*e = *from;
	return from->code;
}

int err_errno(struct err *e, const char *doing, const char *path)
{
	int reason = errno;

	return err_set(e, reason == ENOMEM ? ERR_MEMORY : ERR_IO, "cannot %s '%s': %s", doing, path,
		       strerror(reason));
}
