/*
 * muster.h - the library for C programs: build/libmuster.a with the headers of the layers below Lua.
 *
 * In the archive every name begins with muster_ (table_new is muster_table_new), so that none can meet a name of
 * yours; muster_names.h, which the build makes, maps the ones that the headers declare.
 *
 *   cc -Icore -Ibuild/include prog.c build/libmuster.a -lcsv -lgsl -lgslcblas -lm -lz -lzstd -llz4 \
 *      -lxxhash -lpthread
 *
 * A CSV file as Arrow arrays, for a library that knows nothing of muster: load_file, then arrow_export_table.
 */
#ifndef MUSTER_H
#define MUSTER_H

#include "muster_names.h"

#include "base/base.h"
#include "table/table.h"
#include "table/phrase.h"
#include "stats/stats.h"
#include "stats/random.h"
#include "mcmc/mcmc.h"
#include "mcmc/optimize.h"
#include "csv/load.h"
#include "arrow/ipc.h"
#include "arrow/cdata.h"
#include "claims/claims.h"
#include "model/model.h"
#include "plot/plot.h"

#endif
