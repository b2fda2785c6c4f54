/*
 * main.c - which command runs.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Not a command: a script by its looks or because there is such a file. */
static bool is_script(const char *word)
{
	size_t n = strlen(word);
	struct stat st;

	return strchr(word, '/') || (n > 4 && !strcmp(word + n - 4, ".lua")) || !stat(word, &st);
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
	if (!strcmp(word, "-e"))
		return code_command(argc - 1, argv + 1);
	if (help_is_lua_command(word))
		return lua_command(argc, argv);
	if (word[0] == '-' && word[1])
		return strncmp(word, "--out", 5) && strncmp(word, "--threads", 9) && strncmp(word, "--known-by", 10)
			       ? help_unknown("option", word) : run_command(argc, argv);
	if (!strcmp(word, "-") || is_script(word))
		return run_command(argc, argv);
	return help_unknown("command", word);
}

int main(int argc, char **argv)
{
	output_begin();
	signals_install();
	progress_install();
	return output_finish(argc ? dispatch(argc - 1, argv + 1) : STATUS_USAGE);
}
