/*
 * repl.c - the prompt: lines are put together until they are a chunk, which runs and prints what it gives.
 *
 * readline is used through its callbacks, so that this file waits for input itself: a signal then ends
 * the wait, and never arrives inside readline.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { HISTORY_LINES = 2000 };

struct repl {
	lua_State *L;
	bool terminal;
	bool told_local;         /* the remark about `local` was made */
	bool failed;             /* some chunk was */
	struct buf chunk;        /* the lines typed so far */
	size_t blank;            /* bytes in front that keep the line numbers of a file right */
	struct buf history;      /* path of the history file; empty = none */
};

enum line { LINE_GOT, LINE_CANCELLED, LINE_END };

/* == lines from a terminal == */

static char *typed;
static bool answered;

static void on_line(char *text)
{
	typed = text;
	answered = true;
	rl_callback_handler_remove();           /* gives the terminal back while the chunk runs */
}

/* pselect prefers input to a signal that waits: such a signal is let in before the input is read. */
static void wait_for_input(const sigset_t *block, const sigset_t *open)
{
	fd_set in;

	FD_ZERO(&in);
	FD_SET(STDIN_FILENO, &in);
	if (pselect(STDIN_FILENO + 1, &in, NULL, NULL, NULL, open) <= 0)
		return;
	sigprocmask(SIG_SETMASK, open, NULL);
	sigprocmask(SIG_BLOCK, block, NULL);
	if (!signals_caught())
		rl_callback_read_char();
}

static enum line read_typed(struct repl *r, char **out)
{
	sigset_t block, open;
	enum line got = LINE_GOT;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &open);
	answered = false;
	typed = NULL;
	rl_callback_handler_install(r->chunk.n > r->blank ? ">> " : "> ", on_line);
	while (!answered && !signals_caught())
		wait_for_input(&block, &open);
	if (!answered) {
		if (signals_caught() == SIGINT)
			fputs("^C", rl_outstream);
		rl_free_line_state();
		rl_callback_sigcleanup();
		rl_replace_line("", 0);
		rl_callback_handler_remove();
		fputc('\n', rl_outstream);
		got = signals_caught() == SIGINT ? LINE_CANCELLED : LINE_END;
	} else if (!typed) {
		fputc('\n', rl_outstream);
		got = LINE_END;
	}
	fflush(rl_outstream);
	if (got == LINE_CANCELLED)
		signals_forget();
	sigprocmask(SIG_SETMASK, &open, NULL);
	*out = typed;
	return got;
}

/* == lines from a file or a pipe == */

static enum line read_piped(char **out)
{
	size_t cap = 0;
	ssize_t n;

	*out = NULL;
	n = getline(out, &cap, stdin);
	if (n < 0 || signals_caught()) {
		free(*out);
		*out = NULL;
		return LINE_END;
	}
	if (n && (*out)[n - 1] == '\n')
		(*out)[n - 1] = '\0';
	return LINE_GOT;
}

/* == history == */

/* The file is a convenience: whatever stands in its way is passed over in silence. */
static void history_open(struct repl *r)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int fd;

	using_history();
	stifle_history(HISTORY_LINES);
	history_comment_char = '#';             /* with times, entries of several lines are read back whole */
	history_write_timestamps = 1;
	if (state && *state == '/')
		buf_printf(&r->history, "%s/muster", state);
	else if (home && *home == '/')
		buf_printf(&r->history, "%s/.local/state/muster", home);
	if (!r->history.n || make_folders(r->history.p, 0700, NULL)) {
		buf_clear(&r->history);
		return;
	}
	buf_str(&r->history, "/history");
	fd = r->history.failed ? -1 : open(r->history.p, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0) {
		buf_clear(&r->history);
		return;
	}
	if (fchmod(fd, 0600))
		buf_clear(&r->history);
	close(fd);
	if (r->history.n && !read_history(r->history.p))
		history_truncate_file(r->history.p, HISTORY_LINES);
}

static void history_keep(struct repl *r, const char *text)
{
	HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	if (!r->terminal || !*text || (last && !strcmp(last->line, text)))
		return;
	add_history(text);
	if (r->history.n)
		append_history(1, r->history.p);
}

/* == chunks == */

static void remark_on_local(struct repl *r)
{
	if (r->told_local || !r->terminal || strncmp(r->chunk.p, "local ", 6))
		return;
	r->told_local = true;
	fputs("(a local ends with its line here; without 'local' the name stays)\n", stderr);
}

static void evaluate(struct repl *r)
{
	lua_State *L = r->L;
	int rc;

	lua_insert(L, 1);                       /* the function, alone on the stack */
	lua_settop(L, 1);
	rc = run_call(L, 0, LUA_MULTRET);
	if (!rc && lua_gettop(L) > 0) {
		if (!lua_isnil(L, 1)) {
			lua_pushvalue(L, 1);
			lua_setglobal(L, "_");
		}
		rc = run_print(L, 0);
	}
	fflush(stdout);
	if (rc)
		r->failed = true;
	else
		remark_on_local(r);
	lua_settop(L, 0);
	if (r->terminal && signals_caught() == SIGINT)
		signals_forget();
}

static void next_chunk(struct repl *r)
{
	size_t lines = 0;

	if (!r->terminal) {
		for (size_t i = 0; i < r->chunk.n; i++)
			lines += r->chunk.p[i] == '\n';
		lines += r->chunk.n > r->blank;
	}
	buf_clear(&r->chunk);
	buf_fill(&r->chunk, '\n', lines);
	r->blank = lines;
}

/* Run the chunk if it is one; `last`: nothing more will come. */
static void try_chunk(struct repl *r, bool last)
{
	lua_State *L = r->L;
	bool incomplete = false;
	int rc = run_load(L, r->chunk.p, r->chunk.n, r->terminal ? "=prompt" : "=stdin", &incomplete);

	if (incomplete && !last) {
		lua_settop(L, 0);
		return;
	}
	history_keep(r, r->chunk.p + r->blank);
	if (rc) {
		run_report(L);
		r->failed = true;
		lua_settop(L, 0);
	} else {
		evaluate(r);
	}
	next_chunk(r);
}

static bool is_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(text, word, n) && !text[n + strspn(text + n, " ()")];
}

/* "exit" and "quit" as a line of their own end the session, unless the reader has such a variable. */
static bool is_exit(struct repl *r, const char *line)
{
	bool exits = r->chunk.n == r->blank && (is_word(line, "exit") || is_word(line, "quit"));

	if (exits) {
		exits = lua_getglobal(r->L, *line == 'e' ? "exit" : "quit") == LUA_TNIL;
		lua_settop(r->L, 0);
	}
	return exits;
}

static void loop(struct repl *r)
{
	char *line;
	enum line got;

	while ((got = r->terminal ? read_typed(r, &line) : read_piped(&line)) != LINE_END) {
		if (got == LINE_CANCELLED) {
			next_chunk(r);
			continue;
		}
		if (is_exit(r, line)) {
			free(line);
			return;
		}
		if (r->chunk.n > r->blank)
			buf_char(&r->chunk, '\n');
		buf_str(&r->chunk, line);
		free(line);
		if (r->chunk.failed) {
			fputs("muster: out of memory\n", stderr);
			buf_release(&r->chunk);
			r->chunk = (struct buf)BUF_INIT;
			r->blank = 0;
			continue;
		}
		if (r->chunk.n > r->blank)
			try_chunk(r, false);
		else
			next_chunk(r);
		if (signals_caught())
			return;
	}
	if (r->chunk.n > r->blank && !signals_caught())
		try_chunk(r, true);
}

/* `help` at the prompt, and what a terminal is greeted with. */
static int greet(struct repl *r)
{
	lua_State *L = r->L;
	int rc;

	lua_getglobal(L, "require");
	lua_pushliteral(L, "muster.base.prompt");
	if ((rc = run_call(L, 1, 1)))
		return rc;
	lua_getfield(L, -1, "open");
	lua_pushboolean(L, r->terminal);
	rc = run_call(L, 1, 0);
	lua_settop(L, 0);
	return rc;
}

int repl_run(lua_State *L)
{
	struct repl r = { .L = L, .chunk = BUF_INIT, .history = BUF_INIT };
	int rc;

	r.terminal = isatty(STDIN_FILENO);
	buf_str(&r.chunk, "");
	if (r.terminal) {
		rl_readline_name = "muster";
		rl_catch_signals = 0;
		rl_outstream = isatty(STDOUT_FILENO) ? stdout : stderr;
		signals_interactive();
		history_open(&r);
		complete_install(L);
	}
	if (!(rc = greet(&r)))
		loop(&r);
	buf_release(&r.chunk);
	buf_release(&r.history);
	/* a terminal has shown every error; a pipe has only the status */
	return rc ? rc : r.failed && !r.terminal ? STATUS_FAILED : STATUS_FINE;
}
