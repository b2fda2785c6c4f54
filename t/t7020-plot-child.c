/*
 * t7020-plot-child.c - gnuplot as a child: stand-ins for it that fail, hang, talk too much or draw
 * nothing; what the error says, that the group is gone and the folder removed.
 */
#include "plot/plot.h"
#include "plot/plot_priv.h"
#include "tap.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char work[400];

static void stand_in(const char *body)
{
	char path[500];
	FILE *f;

	snprintf(path, sizeof path, "%s/gnuplot", work);
	f = fopen(path, "w");
	fprintf(f, "#!/bin/sh\n%s\n", body);
	fclose(f);
	chmod(path, 0755);
}

static struct figure one_point(void)
{
	struct figure f = FIGURE_INIT;
	struct plot_layer l = PLOT_LAYER_INIT;
	struct builder b;
	struct column *c;
	struct err e = ERR_INIT;

	builder_init(&b, TYPE_FLOAT64, &e);
	builder_float64(&b, 1);
	builder_finish(&b, &c, &e);
	l.mark = PLOT_POINT;
	l.col[PLOT_ROLE_X] = l.col[PLOT_ROLE_Y] = c;
	figure_layer(&f, &l, &e);
	column_unref(c);
	return f;
}

static int draw(int seconds, struct err *e)
{
	struct figure f = one_point();
	char path[500];
	int rc;

	snprintf(path, sizeof path, "%s/out.svg", work);
	rc = plot_save(&f, path, seconds, e);
	figure_release(&f);
	return rc;
}

static bool there(const char *name)
{
	char path[500];

	snprintf(path, sizeof path, "%s/%s", work, name);
	return !access(path, F_OK);
}

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void on_alarm(int sig)
{
	(void)sig;
	stop_request();
}

static void failures(void)
{
	struct err e = ERR_INIT;

	stand_in("echo 'plot something'; echo '     ^'; echo \"\\\"$PWD/figure.gp\\\" line 7: that is wrong\" >&2; exit 1");
	is_int(draw(10, &e), ERR_CHILD, "a failure is ERR_CHILD");
	is_str(e.msg, "gnuplot failed: \"/figure.gp\" line 7: that is wrong", "and says what gnuplot said, without the folder");
	ok(!there("out.svg"), "no file is left");

	stand_in("exit 3");
	draw(10, &e);
	is_str(e.msg, "gnuplot failed: it gave no reason", "a silent failure");
	stand_in("kill -SEGV $$");
	draw(10, &e);
	is_str(e.msg, "gnuplot was ended by a signal: Segmentation fault", "a crash");
	stand_in("exit 0");
	is_int(draw(10, &e), ERR_CHILD, "nothing drawn");
	is_str(e.msg, "gnuplot drew nothing", "is said");
	stand_in(": > figure.svg");
	draw(10, &e);
	is_str(e.msg, "gnuplot drew nothing", "an empty file too");
	stand_in("i=0; while [ $i -lt 20000 ]; do echo noise noise noise noise noise noise noise noise noise; i=$((i+1)); done; exit 1");
	is_int(draw(30, &e), ERR_CHILD, "one that talks too much does not fill the memory nor hang");
	stand_in("printf 'bad \\033[31m\\n' >&2; exit 1");
	draw(10, &e);
	ok(!strchr(e.msg, '\033'), "its words cannot drive the terminal");
}

static void surroundings(void)
{
	struct err e = ERR_INIT;

	setenv("GNUPLOT_LIB", "/somewhere", 1);
	setenv("GNUTERM", "x11", 1);
	stand_in("[ -z \"$GNUPLOT_LIB$GNUTERM\" ] && [ \"$HOME\" = \"$PWD\" ] && [ \"$1\" = -d ] && [ \"$#\" = 2 ] &&"
		 " [ \"$(/bin/stat -c %a .)\" = 700 ] && echo '<svg/>' > figure.svg");
	is_int(draw(10, &e), 0, "a clean environment, a private folder, no start-up file (%s)", e.msg);
	ok(there("out.svg"), "and the file in place");
}

static void limits(void)
{
	struct err e = ERR_INIT;
	char body[600];
	double began;

	snprintf(body, sizeof body, "/bin/sleep 60 & echo $! > %s/grandchild; wait", work);
	stand_in(body);
	began = seconds_now();
	is_int(draw(1, &e), ERR_CHILD, "one that hangs is stopped");
	ok(seconds_now() - began < 5, "in time");
	is_str(e.msg, "gnuplot did not finish within 1 s and was stopped", "and the message says so");
	{
		char path[500];
		long pid = 0;
		FILE *f;

		snprintf(path, sizeof path, "%s/grandchild", work);
		if ((f = fopen(path, "r"))) {
			if (fscanf(f, "%ld", &pid) != 1)
				pid = 0;
			fclose(f);
		}
		usleep(100000);
		/* gone, or a zombie that its new parent has yet to collect */
		snprintf(path, sizeof path, "/proc/%ld/stat", pid);
		f = fopen(path, "r");
		if (f) {
			char state = 0;

			if (fscanf(f, "%*d %*s %c", &state) != 1)
				state = '?';
			fclose(f);
			ok(state == 'Z', "what it had started is gone too");
		} else {
			ok(pid > 0, "what it had started is gone too");
		}
	}
	signal(SIGALRM, on_alarm);
	alarm(1);
	began = seconds_now();
	is_int(draw(60, &e), ERR_INTERRUPT, "a request to stop ends the wait");
	ok(seconds_now() - began < 5, "at once");
	stop_clear();
}

static void absence(void)
{
	struct err e = ERR_INIT;
	struct buf path = BUF_INIT;

	setenv("PATH", "", 1);
	is_int(draw(10, &e), ERR_CHILD, "no gnuplot on PATH");
	is_str(e.msg, "cannot draw: the program gnuplot is not on PATH (Debian: apt install gnuplot-nox)", "is said, with the way out");
	chdir(work);
	setenv("PATH", ".:relative", 1);
	is_int(plot_program(&path, &e), ERR_CHILD, "relative folders of PATH are passed over");
	unsetenv("PATH");
	is_int(plot_program(&path, &e), ERR_CHILD, "no PATH at all");
	buf_release(&path);
}

int main(void)
{
	const char *dir = getenv("WORK");

	snprintf(work, sizeof work, "%s", dir ? dir : "/tmp");
	setenv("PATH", work, 1);
	failures();
	surroundings();
	limits();
	absence();
	return done();
}
