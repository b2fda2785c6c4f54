#include "cli/cli.h"
int repl_run(lua_State *L) { (void)L; return 0; }
