/*
 * main.c - which command runs, and with what status the program ends.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is to be done once Lua is open. */
struct job {
	int (*run)(lua_State *L, const struct job *job);
	char **argv;             /* the script or the command, and its arguments */
	int argc;
	struct settings settings;
	int status;
};

static int do_script(lua_State *L, const struct job *j) { return run_script(L, j->argv, j->argc); }
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
	return signals_status(rc ? rc : j->status);
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

static int run_command(int argc, char **argv)
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
		} else if (missing) {
			return help_wrong("--threads: the number is missing");
		} else if ((value = option_value(argv, argc, &i, "--out", &missing))) {
			if (!*value)
				return help_wrong("--out: the name of the folder is empty");
			j.settings.out = value;
		} else if (missing) {
			return help_wrong("--out: the name of the folder is missing");
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

/* == the first word == */

/* Not a command: a script by its looks or because there is such a file. */
static bool is_script(const char *word)
{
	size_t n = strlen(word);
	struct stat st;

	return strchr(word, '/') || (n > 4 && !strcmp(word + n - 4, ".lua")) || !stat(word, &st);
}

static int repl_command(int argc, char **argv)
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

static int lua_command(int argc, char **argv)
{
	struct job j = { .run = do_command, .argv = argv, .argc = argc };

	return start(&j);
}

static int help_command(int argc, char **argv)
{
	char flag[] = "--help", *words[] = { argc ? argv[0] : NULL, flag };

	if (argc > 1)
		return help_wrong("help takes one command, found '%s' too", argv[1]);
	return argc && help_is_lua_command(argv[0]) ? lua_command(2, words) : help_show(argc ? argv[0] : NULL, true);
}

static int dispatch(int argc, char **argv)
{
	const char *word = argv[0];

	if (!argc)
		return isatty(STDIN_FILENO) ? repl_command(0, argv) : help_show(NULL, false);
	if (!strcmp(word, "run"))
		return run_command(argc - 1, argv + 1);
	if (!strcmp(word, "repl"))
		return repl_command(argc - 1, argv + 1);
	if (!strcmp(word, "help"))
		return help_command(argc - 1, argv + 1);
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return help_command(0, argv + 1);
	if (!strcmp(word, "--version"))
		return fputs(help_version, stdout) < 0 ? STATUS_FAILED : STATUS_FINE;
	if (!strcmp(word, "-e")) {
		struct job j = { .run = do_code, .argv = argv + 1, .argc = argc - 1 };

		return argc > 1 ? start(&j) : help_wrong("-e: the code is missing");
	}
	if (help_is_lua_command(word))
		return lua_command(argc, argv);
	if (word[0] == '-' && word[1])
		return strncmp(word, "--out", 5) && strncmp(word, "--threads", 9) ? help_unknown("option", word)
										   : run_command(argc, argv);
	if (!strcmp(word, "-") || is_script(word))
		return run_command(argc, argv);
	return help_unknown("command", word);
}

/* == the end == */

/*
 * A closed descriptor 0, 1 or 2 would be given to the next file that is opened, and results or messages would
 * land in it. They are filled with ends on which the real use fails.
 */
static void fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			return;
}

static bool finished;

/* Only now is it known that all output arrived. A reader that closed the pipe has what it wanted. */
static int finish(int status)
{
	int failed;

	finished = true;
	errno = 0;
	failed = fflush(stdout) || ferror(stdout);
	if (!failed || status || errno == EPIPE || signals_caught())
		return signals_status(status);
	fprintf(stderr, "muster: cannot write to standard output%s%s\n", errno ? ": " : "",
		errno ? strerror(errno) : "");
	return STATUS_FAILED;
}

/* A script that calls os.exit comes here without main's end. */
static void at_exit(void)
{
	int status;

	if (!finished && (status = finish(STATUS_FINE)))
		_exit(status);
}

int main(int argc, char **argv)
{
	fill_descriptors();
	signals_install();
	atexit(at_exit);
	return finish(argc ? dispatch(argc - 1, argv + 1) : STATUS_USAGE);
}
