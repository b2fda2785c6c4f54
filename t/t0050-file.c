/*
 * t0050-file.c - files that are written whole or not at all, in one go and in pieces, to plain files, links, pipes and
 * devices; and what is left behind when it goes wrong, which is nothing.
 */
#include "base/base.h"
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct buf big = BUF_INIT;        /* some pieces and a bit, no two lines alike */

static void make_big(void)
{
	for (int i = 0; i < 200000; i++)
		buf_printf(&big, "line %d of a text that is longer than one piece\n", i);
}

static void read_file(struct buf *out, const char *path)
{
	char part[65536];
	FILE *f = fopen(path, "rb");
	size_t n;

	buf_clear(out);
	while (f && (n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	if (f)
		fclose(f);
}

static bool holds(const char *path, const char *p, size_t n)
{
	struct buf got = BUF_INIT;
	bool same;

	read_file(&got, path);
	same = got.n == n && (!n || !memcmp(got.p, p, n));
	if (!same)
		fprintf(stderr, "%s holds %zu bytes, expected %zu\n", path, got.n, n);
	buf_release(&got);
	return same;
}

/* Names in the folder, hidden ones too. */
static int names(const char *folder)
{
	DIR *d = opendir(folder);
	int n = -2;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* All of `text` in pieces of 1,000 bytes, a step after each. */
static int add_all(struct file_out *o, const struct buf *text, struct err *e)
{
	int rc = 0;

	for (size_t at = 0; at < text->n && !rc; at += 1000) {
		buf_add(o->text, text->p + at, text->n - at < 1000 ? text->n - at : 1000);
		rc = file_out_step(o, e);
	}
	return rc;
}

static int write_in_pieces(const char *path, bool hold, const struct buf *text, struct err *e)
{
	struct file_out o = FILE_OUT_INIT;
	int rc = file_out_open(&o, path, hold, e);

	if (!rc && !(rc = add_all(&o, text, e)))
		rc = file_out_commit(&o, e);
	file_out_release(&o);
	return rc;
}

static void whole_files(void)
{
	struct buf small = BUF_INIT;
	struct file_out o = FILE_OUT_INIT;
	struct err e = ERR_INIT;
	struct stat st;

	buf_str(&small, "small\n");
	ok(!file_write("a", &small, &e) && holds("a", "small\n", 6), "a small file in one go");
	ok(!file_write("a", &big, &e) && holds("a", big.p, big.n), "a big one in its place");
	ok(!write_in_pieces("b", false, &big, &e) && holds("b", big.p, big.n), "the same in pieces");
	ok(!write_in_pieces("b", true, &small, &e) && holds("b", "small\n", 6), "a plain file needs no holding");
	is_int(names("."), 2, "and nothing else is there");

	ok(!file_out_open(&o, "b", false, &e) && !add_all(&o, &big, &e) && names(".") == 3, "not committed yet");
	ok(holds("b", "small\n", 6), "the old file is there until then");
	file_out_release(&o);
	file_out_release(&o);
	ok(names(".") == 2 && holds("b", "small\n", 6), "released: it stays, and the new one is gone");

	ok(!file_out_open(&o, "b", false, &e) && !file_out_add(&o, "x", 1, &e) && !file_out_add(&o, big.p, big.n, &e) &&
	   !file_out_add(&o, "y", 1, &e) && !file_out_commit(&o, &e), "short and long runs of bytes in turn");
	buf_clear(&small);
	buf_char(&small, 'x');
	buf_add(&small, big.p, big.n);
	buf_char(&small, 'y');
	ok(holds("b", small.p, small.n), "come out in their order");

	umask(027);
	ok(!file_write("c", &big, &e) && !stat("c", &st) && (st.st_mode & 07777) == 0640, "the mode follows the umask");
	umask(022);
	ok(!symlink("c", "link") && !write_in_pieces("link", false, &small, &e) && holds("c", small.p, small.n) &&
	   !lstat("link", &st) && S_ISLNK(st.st_mode), "a link stays, its target is replaced");
	ok(!mkdir("folder", 0777) && file_write("folder", &small, &e) == ERR_IO, "a folder is no file");
	ok(write_in_pieces("nowhere/x", false, &small, &e) == ERR_IO && strstr(e.msg, "cannot write 'nowhere/x': No such file"),
	   "a folder that is not there");
	is_int(names("."), 5, "nothing is left of those");
	buf_release(&small);
}

static void in_memory(void)
{
	struct buf text = BUF_INIT;
	struct file_out o;

	buf_str(&text, "before ");
	file_out_memory(&o, &text);
	ok(!add_all(&o, &big, NULL) && !file_out_add(&o, "after", 5, NULL) && !file_out_commit(&o, NULL), "to memory");
	ok(text.n == 7 + big.n + 5 && !memcmp(text.p, "before ", 7) && !memcmp(text.p + 7, big.p, big.n) &&
	   !strcmp(text.p + 7 + big.n, "after"), "behind what was there");
	buf_release(&text);
}

/* A child reads the pipe into a file, so that no size of it matters. */
static void pipes(void)
{
	struct file_out o = FILE_OUT_INIT;
	struct err e = ERR_INIT;
	struct stat st = { 0 };

	for (int hold = 0; hold < 2; hold++) {
		ok(!mkfifo("fifo", 0666), "a pipe %s", hold ? "with holding" : "as it comes");
		ok(!system("cat fifo >copy &"), "and its reader");
		ok(!write_in_pieces("fifo", hold, &big, &e), "is written");
		for (int i = 0; i < 400 && (stat("copy", &st) || (size_t)st.st_size < big.n); i++)
			usleep(25000);
		ok(holds("copy", big.p, big.n), "and all arrives");
		unlink("copy");
		unlink("fifo");
	}
	/* of what is held nothing comes out: opening this pipe would block for ever */
	ok(!mkfifo("fifo", 0666) && !file_out_open(&o, "fifo", true, &e) && !add_all(&o, &big, &e), "held and not committed");
	file_out_release(&o);
	unlink("fifo");
}

static void to_stdout(bool hold)
{
	int kept = dup(STDOUT_FILENO), fd;
	struct file_out o = FILE_OUT_INIT;
	struct err e = ERR_INIT;
	bool good;

	fflush(stdout);
	fd = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
	dup2(fd, STDOUT_FILENO);
	close(fd);
	printf("from stdio ");
	good = !file_out_open(&o, "-", hold, &e) && !add_all(&o, &big, &e);
	good = good && (!hold || holds("out", "", 0)) && !file_out_commit(&o, &e);
	printf(" again");
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	if (ok(good, "standard output %s", hold ? "held to the end" : "as it comes")) {
		struct buf want = BUF_INIT;

		buf_printf(&want, "from stdio %s again", big.p);
		ok(holds("out", want.p, want.n), "in the order it was written");
		buf_release(&want);
	}
	unlink("out");
}

static void failures(void)
{
	struct rlimit before, low = { 1 << 20, 1 << 20 };
	struct err e = ERR_INIT;
	int rc;

	ok(!file_write("/dev/null", &big, &e) && !write_in_pieces("/dev/null", true, &big, &e), "a device takes all");
	ok(file_write("/dev/full", &big, &e) == ERR_IO && strstr(e.msg, "cannot write '/dev/full': No space left"),
	   "a full one says so");
	ok(write_in_pieces("/dev/full", false, &big, &e) == ERR_IO, "in pieces too");
	ok(write_in_pieces("/dev/full", true, &big, &e) == ERR_IO && strstr(e.msg, "No space left"), "or at the end");
	ok(!setenv("TMPDIR", "/nowhere", 1) && write_in_pieces("/dev/null", true, &big, &e) == ERR_IO &&
	   strstr(e.msg, "cannot write a temporary file '/nowhere/muster-"), "no place for what is held");
	setenv("TMPDIR", ".", 1);

	getrlimit(RLIMIT_FSIZE, &before);
	low.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &low);
	rc = write_in_pieces("b", false, &big, &e);
	setrlimit(RLIMIT_FSIZE, &before);
	ok(rc == ERR_IO && strstr(e.msg, "cannot write 'b': File too large"), "no room in the middle of a file");

	stop_request();
	rc = write_in_pieces("b", false, &big, &e);
	ok(rc == ERR_INTERRUPT, "a stop while a file is written");
	rc = write_in_pieces("-", true, &big, &e);
	ok(rc == ERR_INTERRUPT, "or held");
	stop_clear();
	is_int(names("."), 5, "nothing is left of any");
}

static void no_memory(void)
{
	struct err e = ERR_INIT;
	int rc = ERR_MEMORY, failed = 0;

	for (long n = 0; rc == ERR_MEMORY && n < 100; n++) {
		mem_fail_after(n);
		rc = write_in_pieces("b", false, &big, &e);
		mem_fail_after(-1);
		failed += rc != 0;
	}
	ok(!rc && failed > 2 && holds("b", big.p, big.n), "without memory %d times, then it is written", failed);
	rc = ERR_MEMORY;
	for (long n = 0; rc == ERR_MEMORY && n < 100; n++) {
		mem_fail_after(n);
		rc = write_in_pieces("/dev/null", true, &big, &e);
		mem_fail_after(-1);
	}
	ok(!rc, "the same for what is held");
	is_int(names("."), 5, "nothing is left");
}

int main(void)
{
	char path[] = "/tmp/muster-file-XXXXXX";
	const char *work = getenv("WORK");

	if (chdir(work ? work : mkdtemp(path)))
		return 99;
	setenv("TMPDIR", ".", 1);
	umask(022);
	make_big();
	whole_files();
	in_memory();
	pipes();
	to_stdout(false);
	to_stdout(true);
	failures();
	no_memory();
	buf_release(&big);
	if (!work && system("rm -r ./a ./b ./c ./link ./folder") == 0)
		rmdir(path);
	return done();
}
