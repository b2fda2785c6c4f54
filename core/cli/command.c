/*
 * command.c - the commands that C knows: their options, and the Lua state they run in.
 */
#include "cli/cli.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is to be done once Lua is open. */
struct job {
	int (*run)(lua_State *L, const struct job *job);
	char **argv;             /* the script or the command, and its arguments */
	int argc;
	struct settings settings;
	int status;
};

static int do_script(lua_State *L, const struct job *j)
{
	char *day = (char *)(uintptr_t)j->settings.known_by;
	int rc = day ? run_lua(L, "muster.init", "known_by", &day, 1) : STATUS_FINE;

	return rc ? rc : run_script(L, j->argv, j->argc);
}

static int do_code(lua_State *L, const struct job *j) { return run_code(L, j->argv[0], j->argv + 1, j->argc - 1); }
static int do_repl(lua_State *L, const struct job *j) { (void)j; return repl_run(L); }
static int do_command(lua_State *L, const struct job *j)
{
	return run_lua(L, "muster.base.usage", "main", j->argv, j->argc);
}

/* All work with Lua is inside one protected call, so that running out of memory is a message too. */
static int protected(lua_State *L)
{
	struct job *j = lua_touserdata(L, 1);

	lua_settop(L, 0);
	j->status = j->run(L, j);
	return 0;
}

static int start(struct job *j)
{
	lua_State *L;
	struct err e = ERR_INIT;
	int rc;

	if (j->settings.out && make_folders(j->settings.out, 0777, &e)) {
		fprintf(stderr, "muster: %s\n", e.msg);
		return STATUS_FAILED;
	}
	if (!(L = state_new(&j->settings)))
		return signals_status(STATUS_FAILED);
	lua_pushcfunction(L, protected);
	lua_pushlightuserdata(L, j);
	rc = run_call(L, 1, 0);
	lua_close(L);
	signals_enter(NULL);
	rc = signals_status(rc ? rc : j->status);
	return rc == STATUS_FINE && signals_passed() ? STATUS_SIGNAL + signals_passed() : rc;
}

/* == muster run == */

/* The value of the option at argv[*i]: "--out DIR" or "--out=DIR"; NULL when the word is another option. */
static const char *option_value(char **argv, int argc, int *i, const char *name, bool *missing)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n))
		return NULL;
	if (argv[*i][n] == '=')
		return argv[*i] + n + 1;
	if (argv[*i][n])
		return NULL;
	if (*i + 1 < argc)
		return argv[++*i];
	*missing = true;
	return NULL;
}

int run_command(int argc, char **argv)
{
	struct job j = { .run = do_script };
	const char *value;
	bool missing = false;
	int i;

	for (i = 0; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return help_show("run", true);
		if ((value = option_value(argv, argc, &i, "--threads", &missing))) {
			char *end;
			long n = strtol(value, &end, 10);

			if (*end || end == value || n < 1 || n > INT_MAX)
				return help_wrong("--threads: expected a positive integer, found '%s'", value);
			j.settings.threads = (int)n;
			thread_limit((int)n);
		} else if (missing) {
			return help_wrong("--threads: the number is missing");
		} else if ((value = option_value(argv, argc, &i, "--out", &missing))) {
			if (!*value)
				return help_wrong("--out: the name of the folder is empty");
			j.settings.out = value;
		} else if (missing) {
			return help_wrong("--out: the name of the folder is missing");
		} else if ((value = option_value(argv, argc, &i, "--known-by", &missing))) {
			int32_t day;

			if (!date_parse((struct slice){ value, strlen(value) }, &day))
				return help_wrong("--known-by: expected a date such as 2025-01-31, found '%s'", value);
			j.settings.known_by = value;
		} else if (missing) {
			return help_wrong("--known-by: the date is missing");
		} else {
			return help_unknown("option", argv[i]);
		}
	}
	if (i == argc)
		return help_wrong("run: the name of the script is missing");
	j.argv = argv + i;
	j.argc = argc - i;
	return start(&j);
}

int repl_command(int argc, char **argv)
{
	struct job j = { .run = do_repl };

	if (argc && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")))
		return help_show("repl", true);
	if (argc && argv[0][0] == '-')
		return help_unknown("option", argv[0]);
	if (argc)
		return help_wrong("repl takes no arguments, found '%s'", argv[0]);
	return start(&j);
}

int lua_command(int argc, char **argv)
{
	struct job j = { .run = do_command, .argv = argv, .argc = argc };

	return start(&j);
}

int help_command(int argc, char **argv)
{
	char flag[] = "--help", *words[] = { argc ? argv[0] : NULL, flag };

	if (argc > 1)
		return help_wrong("help takes one command, found '%s' too", argv[1]);
	return argc && help_is_lua_command(argv[0]) ? lua_command(2, words) : help_show(argc ? argv[0] : NULL, true);
}

int code_command(int argc, char **argv)
{
	struct job j = { .run = do_code, .argv = argv, .argc = argc };

	return argc ? start(&j) : help_wrong("-e: the code is missing");
}
