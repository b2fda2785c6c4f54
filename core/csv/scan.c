/* scan.c - which scanner, and where exactly a field was: what all scanners share. */
#include "csv/scan.h"

#include <stdlib.h>
#include <string.h>

static const char *const fault_texts[] = {
#define X(name, text) text,
	SCAN_FAULT_LIST(X)
#undef X
};

const char *scan_fault_text(enum scan_fault f)
{
	return fault_texts[f];
}

const struct scanner_ops *scan_best(void)
{
	const char *asked = getenv("MUSTER_SIMD");

	return asked && !strcmp(asked, "libcsv") ? &scan_ref : &scan_fast;
}

void scan_position(struct slice raw, int64_t line, size_t at, int64_t *at_line, int64_t *at_column, struct slice *text)
{
	size_t start = 0, end;

	for (size_t i = 0; i < at && i < raw.n; i++) {
		if (raw.p[i] != '\n' && raw.p[i] != '\r')
			continue;
		if (raw.p[i] == '\r' && i + 1 < raw.n && raw.p[i + 1] == '\n') {
			if (i + 1 == at)
				break;
			i++;
		}
		line++;
		start = i + 1;
	}
	for (end = start; end < raw.n && raw.p[end] != '\n' && raw.p[end] != '\r';)
		end++;
	*at_line = line;
	*at_column = (int64_t)(at - start) + 1;
	*text = slice_of(raw.p + start, end - start);
}
