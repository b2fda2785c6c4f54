/*
 * model_case.h - data for a model out of a line of text, for tests.
 *
 *   N = 3; y = 1 2 3; X[2, 2] = 1 2 3 4; f ~ 1:2 3: :4 5; g # north south north; one[1] = 7
 *
 * One number is a number, several are a vector; dimensions say otherwise. "-" is missing, `~` is of figures (an end left out is open),
 * `#` is of text.
 */
#ifndef MODEL_CASE_H
#define MODEL_CASE_H

#include "model/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASE_INPUTS = 12, CASE_NUMBERS = 256 };

struct case_data {
	struct model_input inputs[CASE_INPUTS];
	int n;
	char text[4096];
	double low[CASE_INPUTS][CASE_NUMBERS], high[CASE_INPUTS][CASE_NUMBERS];
	const char *levels[CASE_INPUTS][CASE_NUMBERS];
};

static inline double case_number(const char *s, double open)
{
	return !*s ? open : !strcmp(s, "-") ? NAN : !strcmp(s, "inf") ? INFINITY : strtod(s, NULL);
}

static inline int case_input(struct case_data *d, char *part)
{
	struct model_input *in = &d->inputs[d->n];
	char *at = part + strcspn(part, "=~#"), kind = *at, *open, *save = NULL;
	int n = 0;

	if (!kind || d->n == CASE_INPUTS)
		return 0;
	*at++ = '\0';
	*in = (struct model_input){ .rank = -1, .values = d->low[d->n], .high = kind == '~' ? d->high[d->n] : NULL,
				    .levels = kind == '#' ? d->levels[d->n] : NULL };
	part += strspn(part, " ");
	if ((open = strchr(part, '['))) {
		*open++ = '\0';
		for (in->rank = 0; open && in->rank < MODEL_RANK_MAX; open = strchr(open, ',') ? strchr(open, ',') + 1 : NULL)
			in->dims[in->rank++] = atoi(open);
	}
	part[strcspn(part, " ")] = '\0';
	in->name = part;
	for (char *word = strtok_r(at, " ", &save); word && n < CASE_NUMBERS; word = strtok_r(NULL, " ", &save), n++) {
		char *colon = strchr(word, ':');
		int level = 0;

		if (kind == '#') {
			while (level < in->nlevels && strcmp(d->levels[d->n][level], word))
				level++;
			if (level == in->nlevels)
				d->levels[d->n][in->nlevels++] = word;
			d->low[d->n][n] = level + 1;
			continue;
		}
		if (colon)
			*colon = '\0';
		d->low[d->n][n] = case_number(word, -INFINITY);
		d->high[d->n][n] = colon ? case_number(colon + 1, INFINITY) : d->low[d->n][n];
	}
	if (in->rank < 0) {
		in->rank = n != 1 || kind != '=';
		in->dims[0] = in->rank ? n : 0;
	}
	d->n++;
	return 1;
}

static inline void case_data(struct case_data *d, const char *line)
{
	char *save = NULL;

	d->n = 0;
	snprintf(d->text, sizeof d->text, "%s", line);
	for (char *part = strtok_r(d->text, ";", &save); part; part = strtok_r(NULL, ";", &save))
		case_input(d, part);
}

#endif
