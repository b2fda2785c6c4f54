/*
 * gnuplot.c - gnuplot as a child process: no shell, no start-up files, an environment of ours, its own
 * process group, a time limit, and its complaint as our message.
 */
#define _GNU_SOURCE        /* posix_spawn_file_actions_addchdir_np, pipe2 */
#include "plot/plot_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMPLAINT_MAX = 8192 };

static bool runs(const char *path)
{
	struct stat st;

	return !access(path, X_OK) && !stat(path, &st) && S_ISREG(st.st_mode);
}

/* Relative folders of PATH are passed over: what runs must not depend on the folder one stands in. */
int plot_program(struct buf *path, struct err *e)
{
	const char *at = getenv("PATH");
	struct buf one = BUF_INIT;
	int rc = -1;

	while (at && *at && rc < 0) {
		size_t n = strcspn(at, ":");

		if (n && *at == '/') {
			buf_clear(&one);
			buf_add(&one, at, n);
			buf_str(&one, "/gnuplot");
			if (one.failed)
				rc = err_nomem(e);
			else if (runs(one.p))
				rc = 0;
		}
		at += n + (at[n] == ':');
	}
	if (!rc) {
		buf_clear(path);
		buf_add(path, one.p, one.n);
		rc = buf_check(path, e);
	} else if (rc < 0) {
		rc = err_set(e, ERR_CHILD, "cannot draw: the program gnuplot is not on PATH (Debian: apt install gnuplot-nox)");
	}
	buf_release(&one);
	return rc;
}

/* == the complaint == */

static bool blank(struct slice line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != ' ' && line.p[i] != '\t' && line.p[i] != '^')
			return false;
	return true;
}

/*
 * gnuplot prints the line, a caret below it, and then the reason; the last line that says anything is
 * the reason. Its own name for the script, with the folder, is cut.
 */
static void complaint(struct buf *out, const struct buf *said, const char *dir)
{
	struct slice reason = { "", 0 };
	const char *cut;

	for (size_t i = 0; i < said->n;) {
		size_t n = strcspn(said->p + i, "\n");
		struct slice line = slice_of(said->p + i, n);

		if (!blank(line))
			reason = line;
		i += n + 1;
	}
	while (reason.n && *reason.p == ' ')
		reason.p++, reason.n--;
	if (reason.n && (cut = memmem(reason.p, reason.n, dir, strlen(dir)))) {
		text_escape(out, reason.p, (size_t)(cut - reason.p));
		cut += strlen(dir);
		text_escape(out, cut, reason.n - (size_t)(cut - reason.p));
		return;
	}
	text_escape(out, reason.p, reason.n);
}

/* == the process == */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int start(const char *program, const char *dir, const char *script, int out, pid_t *pid)
{
	char home[600], tmpdir[600];
	/* nothing of the caller's: no GNUPLOT_*, GNUTERM, FIT_*, LD_* */
	char *env[] = { home, tmpdir, "LC_ALL=C.UTF-8", "PATH=/nonexistent", "TZ=UTC", NULL };
	char *argv[] = { (char *)program, "-d", (char *)script, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	snprintf(home, sizeof home, "HOME=%s", dir);
	snprintf(tmpdir, sizeof tmpdir, "TMPDIR=%s", dir);
	if ((rc = posix_spawn_file_actions_init(&files)))
		return rc;
	if ((rc = posix_spawnattr_init(&attr))) {
		posix_spawn_file_actions_destroy(&files);
		return rc;
	}
	sigemptyset(&none);
	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	if (!(rc = posix_spawn_file_actions_addchdir_np(&files, dir)) &&
	    !(rc = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)) &&
	    !(rc = posix_spawn_file_actions_adddup2(&files, out, 1)) &&
	    !(rc = posix_spawn_file_actions_adddup2(&files, out, 2)) &&
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
	    !(rc = posix_spawn_file_actions_addclosefrom_np(&files, 3)) &&
#endif
	    !(rc = posix_spawnattr_setpgroup(&attr, 0)) && !(rc = posix_spawnattr_setsigmask(&attr, &none)) &&
	    !(rc = posix_spawnattr_setsigdefault(&attr, &all)) &&
	    !(rc = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)))
		rc = posix_spawn(pid, program, &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

/* What comes out of the pipe, as far as the message can use it. False at its end. */
static bool hear(int fd, struct buf *said)
{
	char block[4096];
	ssize_t n = read(fd, block, sizeof block);

	if (n > 0 && said->n < COMPLAINT_MAX)
		buf_add(said, block, (size_t)n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/*
 * Wait for the end, listening. 0 with *status set, or why it was killed: ERR_INTERRUPT, ERR_CHILD for
 * the time limit. The whole group goes, so that nothing it started stays behind.
 */
static int attend(pid_t pid, int fd, int seconds, struct buf *said, int *status)
{
	int64_t deadline = now_ms() + (int64_t)seconds * 1000;
	bool open = true;
	pid_t ended;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		struct timespec pause = { 0, 2000000 };

		if (open && poll(&p, 1, 20) > 0)
			open = hear(fd, said);
		else if (!open)
			nanosleep(&pause, NULL);
		ended = waitpid(pid, status, WNOHANG);
		if (ended == pid || (ended < 0 && errno != EINTR))
			break;
		if (!stop_requested() && now_ms() < deadline)
			continue;
		kill(-pid, SIGKILL);
		while (waitpid(pid, status, 0) < 0 && errno == EINTR)
			;
		return stop_requested() ? ERR_INTERRUPT : ERR_CHILD;
	}
	kill(-pid, SIGKILL);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (open && said->n < COMPLAINT_MAX) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, 0) <= 0)
			break;
		open = hear(fd, said);
	}
	if (ended < 0)                   /* the host waits for all children itself: judge by what was made */
		*status = 0;
	return 0;
}

int gnuplot_run(const char *program, const char *dir, const char *script, int seconds, struct err *e)
{
	struct buf said = BUF_INIT, reason = BUF_INIT;
	int pipe_ends[2], status = 0, rc;
	pid_t pid = -1;

	if (strlen(dir) > 500)
		return err_set(e, ERR_CHILD, "cannot draw: the name of the temporary folder is too long");
	if (pipe2(pipe_ends, O_CLOEXEC))
		return err_set(e, ERR_CHILD, "cannot run gnuplot: %s", strerror(errno));
	rc = start(program, dir, script, pipe_ends[1], &pid);
	close(pipe_ends[1]);
	if (rc) {
		rc = err_set(e, ERR_CHILD, "cannot run gnuplot (%s): %s", program, strerror(rc));
		goto done;
	}
	rc = attend(pid, pipe_ends[0], seconds, &said, &status);
	if (rc == ERR_INTERRUPT) {
		rc = err_set(e, ERR_INTERRUPT, "interrupted");
	} else if (rc) {
		rc = err_set(e, ERR_CHILD, "gnuplot did not finish within %d s and was stopped", seconds);
	} else if (WIFSIGNALED(status)) {
		rc = err_set(e, ERR_CHILD, "gnuplot was ended by a signal: %s", strsignal(WTERMSIG(status)));
	} else if (WEXITSTATUS(status)) {
		complaint(&reason, &said, dir);
		rc = err_set(e, ERR_CHILD, "gnuplot failed: %s",
			     reason.n ? reason.p : "it gave no reason");
	}
done:
	close(pipe_ends[0]);
	buf_release(&said);
	buf_release(&reason);
	return rc;
}
