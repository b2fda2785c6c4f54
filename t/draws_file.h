/*
 * draws_file.h - draws of t/data for tests of what is below the loader: columns chain, draw, and a quantity each; the chains,
 * which are of one length, one after the other.
 */
#ifndef DRAWS_FILE_H
#define DRAWS_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 40, ROWS = 1000, NAME = 32 };

static struct {
	char file[NAME], names[COLUMNS][NAME];
	double cells[ROWS][COLUMNS];
	int columns, rows, chains;
} set;

/* t/FOLDER/FILE + END */
static inline FILE *open_under(const char *folder, const char *file, const char *end)
{
	char path[600];

	snprintf(path, sizeof path, "%s/%s/%s%s", getenv("T") ? getenv("T") : "t", folder, file, end);
	return fopen(path, "r");
}

/* False: it is not there. The set that is in memory already is not read again. */
static inline bool read_set(const char *file)
{
	char line[4000], *p;
	FILE *f;

	if (!strcmp(set.file, file))
		return true;
	if (!(f = open_under("data", file, ".csv")))
		return false;
	snprintf(set.file, sizeof set.file, "%s", file);
	set.columns = set.rows = 0;
	if (fgets(line, sizeof line, f))
		for (p = strtok(line, ",\n"); p; p = strtok(NULL, ",\n"))
			snprintf(set.names[set.columns++], NAME, "%s", p);
	for (; set.rows < ROWS && fgets(line, sizeof line, f); set.rows++) {
		p = line;
		for (int c = 0; c < set.columns; c++, p++)
			set.cells[set.rows][c] = strtod(p, &p);
	}
	set.chains = (int)set.cells[set.rows - 1][0];
	fclose(f);
	return true;
}

/* -1: none */
static inline int column_of(const char *name)
{
	for (int c = 0; c < set.columns; c++)
		if (!strcmp(set.names[c], name))
			return c;
	return -1;
}

#endif
