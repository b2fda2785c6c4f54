/* muster.h - the library for C programs: build/libmuster.a and its headers. Link with -lcsv -lgsl -lgslcblas -lm. */
#ifndef MUSTER_H
#define MUSTER_H

#include "base/base.h"
#include "table/table.h"
#include "stats/stats.h"
#include "csv/load.h"
#include "claims/claims.h"

#endif
