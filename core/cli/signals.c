/*
 * signals.c - Ctrl-C, kill and closed pipes.
 *
 * The handler may do little: it notes the signal, raises the flag that loops in C poll, and sets a
 * hook on the Lua thread that runs, which raises the error at the next instruction. Which thread that
 * is must be known, because a hook on another coroutine would never fire: guard.c keeps it up to date.
 */
#include "bind/bind_model.h"
#include "cli/cli.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/*
 * After the first error clean-up handlers run; each gets this many instructions before the next one. What
 * cannot be stopped, as a pattern match in Lua's own C code, ends with the process after PATIENCE seconds.
 */
enum { GRACE = 1000000, PATIENCE = 3 };

static volatile sig_atomic_t caught;       /* the signal, 0 = none */
static volatile sig_atomic_t raised;       /* the hook has fired */
static volatile sig_atomic_t interactive;
static int passed;               /* a signal that was let pass: the script went on, its results are not what they would have been */
static lua_State *volatile running;

static void stop_hook(lua_State *L, lua_Debug *ar)
{
	(void)ar;
	raised = 1;
	lua_sethook(L, stop_hook, LUA_MASKCOUNT, GRACE);
	bind_fail(L, "interrupted");
}

static void set_hook(void)
{
	if (!running)
		return;
	if (raised)
		lua_sethook(running, stop_hook, LUA_MASKCOUNT, GRACE);
	else
		lua_sethook(running, stop_hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

static void stop(int sig)
{
	caught = sig;
	stop_request();
	set_hook();
}

static void die(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}

static void on_stop(int sig)
{
	bool prompt = interactive && sig == SIGINT;

	if (caught && caught != SIGPIPE && !prompt) {
		die(sig);
		return;
	}
	raised = 0;
	stop(sig);
	if (!prompt)
		alarm(PATIENCE);
}

static void on_alarm(int sig)
{
	if (caught == SIGINT || caught == SIGTERM)
		die(caught);
	(void)sig;
}

/* Is it standard output that lost its reader, or some other pipe, as one to a child? */
static bool stdout_broken(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP));
}

static void on_pipe(int sig)
{
	int kept = errno;

	if (!caught && stdout_broken())
		stop(sig);
	errno = kept;
}

/* Reads are not restarted: one that waits for input must end. A signal ignored from the start stays ignored. */
static void handle(int sig, void (*handler)(int), bool always)
{
	struct sigaction act, old;

	memset(&act, 0, sizeof act);
	act.sa_handler = handler;
	sigemptyset(&act.sa_mask);
	if (!always && !sigaction(sig, NULL, &old) && old.sa_handler == SIG_IGN)
		return;
	sigaction(sig, &act, NULL);
}

/* Only what a person at the keyboard asked for: who is told to terminate has no time for the rest of a script. */
static bool let_pass(void)
{
	if (caught != SIGINT)
		return false;
	alarm(0);
	signals_forget();
	passed = interactive ? 0 : SIGINT;
	return true;
}

void signals_install(void)
{
	bind_stop_kept = let_pass;
	handle(SIGINT, on_stop, false);
	handle(SIGTERM, on_stop, false);
	handle(SIGPIPE, on_pipe, true);
	handle(SIGALRM, on_alarm, true);
}

lua_State *signals_enter(lua_State *L)
{
	lua_State *before = running;

	running = L;
	if (caught)             /* it came while no thread, or the other one, was marked as running */
		set_hook();
	return before;
}

int signals_caught(void)
{
	return caught;
}

void signals_interactive(void)
{
	interactive = 1;
	handle(SIGINT, on_stop, true);          /* a shell may have started us with it ignored */
}

void signals_forget(void)
{
	caught = raised = 0;
	stop_clear();
	if (running)
		lua_sethook(running, NULL, 0, 0);
}

int signals_passed(void)
{
	return passed;
}

int signals_status(int status)
{
	if (caught == SIGPIPE)
		return STATUS_FINE;
	return caught ? STATUS_SIGNAL + caught : status;
}
