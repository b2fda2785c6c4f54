/*
 * cli.h - what the files of the command line share.
 *
 * main.c decides which command runs; the others open Lua, run scripts, talk to a terminal and stop on
 * signals. Nothing here computes: that is what the layers below are for.
 */
#ifndef MUSTER_CLI_H
#define MUSTER_CLI_H

#include "bind/bind.h"

enum status { STATUS_FINE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_SIGNAL = 128 };

/* == state.c: Lua as scripts find it ========================================================= */

/* What the options of `muster run` set; Lua files of ours read it as core.out() and core.threads(). */
struct settings {
	const char *out;         /* where relative output paths go; NULL = the working folder */
	int threads;             /* upper limit; 0 = as many as the machine has */
	const char *known_by;    /* a date: muster.known_by is called with it first; NULL = not */
};

/* Standard libraries and `muster`. NULL, and a message on stderr, when there is no memory for it. */
lua_State *state_new(const struct settings *s);
/* package.path begins with the folder of this script, so that it can require the files beside it. */
void state_script_folder(lua_State *L, const char *script);
/* Every folder of the path, made where it is missing. */
int make_folders(const char *path, unsigned mode, struct err *e);

/* == versions.c ============================================================================== */

/* core.versions() for muster doctor. */
void versions_open(lua_State *L);

/* == run.c: scripts and chunks =============================================================== */

/* argv[0] is the script ("-" = standard input), the rest its arguments. Returns the exit status. */
int run_script(lua_State *L, char **argv, int argc);
/* A line of code, argv its arguments; results are printed as at the prompt. */
int run_code(lua_State *L, const char *code, char **argv, int argc);
/* require(module)[function](argv...) -> exit status */
int run_lua(lua_State *L, const char *module, const char *function, char **argv, int argc);
/*
 * Call the function below its n arguments; on failure write "muster: MESSAGE" and, where it helps, the
 * reader's own frames to stderr. Returns the exit status and leaves the results only when it is 0.
 */
int run_call(lua_State *L, int n, int nresults);
/*
 * The chunk `text`, as an expression if it is one, as a function on the stack; or the code of an error, whose
 * message is on the stack, and whether more text could mend it.
 */
int run_load(lua_State *L, const char *text, size_t n, const char *name, bool *incomplete);
/* Print the values above `base` with muster.base.show. */
int run_print(lua_State *L, int base);
/* "muster: MESSAGE" for the error object on the stack. */
void run_report(lua_State *L);

/* == repl.c, complete.c: the prompt ========================================================== */

int repl_run(lua_State *L);
/* Let readline complete with the names that the state `L` knows. */
void complete_install(lua_State *L);

/* == signals.c, guard.c: stopping ============================================================
 *
 * SIGINT and SIGTERM raise an error in the running script and stop long loops in C (stop_request); a
 * second one ends the process at once. SIGPIPE does the same without a word when it is standard output
 * that nobody reads any more, and is otherwise left to whoever wrote. At the prompt SIGINT ends only
 * the evaluation. A SIGINT that ended the sampling of a model is let pass, and the script goes on with the draws there are; what it
 * would have returned as 0 is then 130 all the same.
 */
void signals_install(void);
/* The Lua thread that runs from now on. Returns the one before. */
lua_State *signals_enter(lua_State *L);
/* The signal that asked to stop, or 0. */
int signals_caught(void);
/* The signal that was let pass, or 0. */
int signals_passed(void);
/* From now on SIGINT never ends the process. */
void signals_interactive(void);
void signals_forget(void);
/* The exit status of a run that would have ended with `status`. */
int signals_status(int status);

/* pcall, xpcall and coroutine functions that do not swallow a stop. */
void guard_open(lua_State *L);

/* == command.c ===============================================================================
 *
 * Each gets the words behind its name (lua_command the name too), opens Lua if it needs it, and returns
 * the exit status.
 */
int run_command(int argc, char **argv);
int repl_command(int argc, char **argv);
int code_command(int argc, char **argv);
int help_command(int argc, char **argv);
int lua_command(int argc, char **argv);

/* == progress.c ============================================================================== */

/* Loads over a second say on standard error how far they are, when that is a terminal. */
void progress_install(void);

/* == output.c ================================================================================ */

/* Before anything is opened: no standard descriptor is left closed, and os.exit too passes output_finish. */
void output_begin(void);
/* The status to end with, 1 and a message when standard output could not take everything. */
int output_finish(int status);

/* == help.c: usage =========================================================================== */

int help_show(const char *command, bool asked);         /* NULL = the program; not asked: on stderr, status 2 */
int help_unknown(const char *what, const char *word);   /* "command" or "option"; names the nearest; status 2 */
int help_wrong(const char *fmt, ...) PRINTF_LIKE(1, 2); /* a message about wrong usage; status 2 */
bool help_is_lua_command(const char *word);
extern const char help_version[];

#endif
