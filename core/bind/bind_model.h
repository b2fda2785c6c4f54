/* bind_model.h - what the bindings of models share: data out of Lua values, a bound model, and numbers by draw. */
#ifndef MUSTER_BIND_MODEL_H
#define MUSTER_BIND_MODEL_H

#include "bind/bind.h"
#include "mcmc/mcmc.h"
#include "model/model.h"

/*
 * The inputs of a model out of the Lua array at idx, of { name, value }. A value is a number, a boolean, a Date, a Datetime, a
 * Quantity, a Column, an array of those, an array of arrays (a matrix by row, or one dimension more), or { columns = {Column ...},
 * intercept = boolean }, a matrix by column. Dates are days since 1970, datetimes the same with a fraction; text becomes numbers
 * of levels in order of first appearance. Leaves a userdata on the stack that they all live in, and that has to stay there.
 */
const struct model_input *bind_model_inputs(lua_State *L, int idx, int *n);

/* A model bound to data: a userdata of the collector's. */
struct posterior *bind_check_posterior(lua_State *L, int idx);

/* Rows of numbers by draw, chain after chain: values[(chain * draws + draw) * width + k]. */
struct block {
	int chains, width;
	int64_t draws;           /* of each chain */
	double *values;
};
/* With room for all of it, contents undefined; the collector's, on the stack top. */
struct block *bind_new_block(lua_State *L, int chains, int64_t draws, int width);
struct block *bind_check_block(lua_State *L, int idx);

/* What the host of the module shows of a run (mcmc.h), and with n = 0 that it has ended; NULL = nothing. */
extern void (*bind_sampling)(const struct mcmc_progress *chains, int n);
/*
 * The host lets a stop pass whose effect, that sampling ended early, is all that was wanted: true when it did. NULL, or false: the
 * stop goes on to end the script.
 */
extern bool (*bind_stop_kept)(void);

void bind_open_model_rows(lua_State *L);
void bind_open_model_sample(lua_State *L);
void bind_open_model_optimize(lua_State *L);
void bind_open_model_measure(lua_State *L);

#endif
