/*
 * help.c - what the program is called with, and what to say when it was called wrongly.
 *
 * Commands written in Lua carry their own usage text (lua/muster/cmd), which is also their parser.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#define CMD "muster.cmd."

const char help_version[] =
	"muster " MUSTER_VERSION "\n"
	"Licence GPL-3.0-or-later; there is no warranty, to the extent the law permits.\n";

static const char program[] =
	"usage: muster <command> [options] [file]\n"
	"\n"
	"Scripts and the prompt:\n"
	"  muster                       the prompt, when standard input is a terminal\n"
	"  muster repl                  the prompt; from a pipe, its lines\n"
	"  muster run SCRIPT [ARG...]   run a Lua script; `muster SCRIPT` is the same\n"
	"  muster -e CODE [ARG...]      run a line of Lua and print what it gives\n"
	"\n"
	"Data:\n"
	"  muster check FILE...         report every fault of CSV files\n"
	"  muster convert IN OUT        write a CSV file as CSV, JSON or JSON Lines\n"
	"  muster describe FILE         columns, types, missing values, ranges\n"
	"  muster audit DIR             which claims of a folder cannot all be true\n"
	"\n"
	"This program:\n"
	"  muster doctor                what is installed and found\n"
	"  muster help [COMMAND]        this text, or that of a command (also --help, -h)\n"
	"  muster --version             the version\n"
	"\n"
	"Exit status: 0 fine, 1 the data or the script failed, 2 wrong usage, 130 and 143 on signals.\n";

static const char run[] =
	"usage: muster run [options] SCRIPT [ARG...]\n"
	"\n"
	"Run a Lua script; - is standard input. It gets one global, `muster`, beside Lua's own\n"
	"libraries, and its arguments as `...` and `arg`. Modules beside the script can be required.\n"
	"\n"
	"options:\n"
	"  --threads N    use at most N threads\n"
	"  --out DIR      write plots and files with relative names below DIR, which is made\n"
	"  --known-by D   run as on that day: what was reported later is held back (muster.known_by)\n"
	"  -h, --help     this text\n";

static const char repl[] =
	"usage: muster repl\n"
	"\n"
	"The prompt: Lua a line at a time, with history and completion (Tab). Expressions print what\n"
	"they give, `_` is the last result, help() lists the functions, help(x) explains one. Ctrl-C\n"
	"stops what runs, Ctrl-D ends the session. When standard input is not a terminal, its lines\n"
	"are run in the same way, without prompts.\n"
	"\n"
	"options:\n"
	"  -h, --help     this text\n";

static const char code[] =
	"usage: muster -e CODE [ARG...]\n"
	"\n"
	"Run a line of Lua, with its arguments as `...` and `arg`, and print what it gives:\n"
	"\n"
	"  muster -e '#muster.dataset(\"dprk\").casualties'\n";

static const char help[] =
	"usage: muster help [COMMAND]\n"
	"\n"
	"The usage of the program or of one command.\n";

static const struct {
	const char *name, *text;
} pages[] = { { "run", run }, { "repl", repl }, { "-e", code }, { "help", help } };

enum { PAGES = sizeof pages / sizeof pages[0], NAMES_MAX = 64 };

static const char *const options[] = { "--help", "--version", "--known-by", "--out", "--threads", "-e", "-h" };

bool help_is_lua_command(const char *word)
{
	for (const struct bind_source *s = bind_sources; s->name; s++)
		if (!strncmp(s->name, CMD, strlen(CMD)) && !strcmp(s->name + strlen(CMD), word))
			return true;
	return false;
}

int help_unknown(const char *what, const char *word)
{
	const char *names[NAMES_MAX], *near;
	struct buf shown = BUF_INIT;
	size_t n = 0;

	if (*word == '-') {
		for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
			names[n++] = options[i];
	} else {
		for (size_t i = 0; i < PAGES; i++)
			names[n++] = pages[i].name;
		for (const struct bind_source *s = bind_sources; s->name && n < NAMES_MAX; s++)
			if (!strncmp(s->name, CMD, strlen(CMD)))
				names[n++] = s->name + strlen(CMD);
	}
	near = word[0] == '-' && strlen(word) < 3 ? NULL : text_nearest(word, names, n);
	text_escape(&shown, word, strlen(word));
	fprintf(stderr, "muster: unknown %s '%s'", what, shown.p ? shown.p : "");
	if (near)
		fprintf(stderr, "; did you mean '%s'?", near);
	fputs("\ntry 'muster --help'\n", stderr);
	buf_release(&shown);
	return STATUS_USAGE;
}

int help_wrong(const char *fmt, ...)
{
	va_list ap;

	fputs("muster: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\ntry 'muster --help'\n", stderr);
	return STATUS_USAGE;
}

int help_show(const char *command, bool asked)
{
	const char *text = command ? NULL : program;

	for (size_t i = 0; command && i < PAGES; i++)
		if (!strcmp(pages[i].name, command))
			text = pages[i].text;
	if (!text)
		return help_unknown("command", command);
	fputs(text, asked ? stdout : stderr);
	return asked ? STATUS_FINE : STATUS_USAGE;
}
