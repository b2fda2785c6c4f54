/*
 * The input: files, memory, pipes and sockets, read in pieces, looked at ahead, read again, changed while they are
 * read, waited for in vain; and every allocation failing in turn.
 */
#include "packing.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[4096];
static struct buf text = BUF_INIT, big = BUF_INIT;

static const char *in_work(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", getenv("WORK"), name);
	return path;
}

static void write_file(const char *name, const char *p, size_t n)
{
	int fd = open(in_work(name), O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0 || write(fd, p, n) != (ssize_t)n || close(fd))
		exit(99);
}

static struct input *opened(const char *name)
{
	struct input *in = NULL;
	struct err e = ERR_INIT;

	if (input_open(&in, name, NULL, &e)) {
		fprintf(stderr, "# %s\n", e.msg);
		exit(99);
	}
	return in;
}

/* Read what is left and compare. */
static bool holds(struct input *in, size_t piece, const char *p, size_t n)
{
	struct err e = ERR_INIT;
	int rc = read_all(in, &text, piece, &e);

	if (rc)
		fprintf(stderr, "# error: %s\n", e.msg);
	else if (!same_bytes(&text, p, n))
		fprintf(stderr, "# %zu bytes, expected %zu, or others\n", text.n, n);
	return !rc && same_bytes(&text, p, n);
}

/* Lines with their number, `n` bytes in all. */
static void make_big(size_t n)
{
	for (int i = 0; big.n < n; i++)
		buf_printf(&big, "%d,line number %d\r\n", i, i);
	big.n = n;
}

/* == reading == */

static void pieces(struct input *in, const char *what)
{
	struct slice ahead;
	struct err e = ERR_INIT;
	bool good = true, ahead_good = true;
	char byte;
	size_t got;

	for (size_t piece = 1; piece <= 40; piece++) {
		if (input_rewind(in, &e) || !holds(in, piece, big.p, big.n))
			good = false;
	}
	ok(good, "%s: the same in pieces of 1 to 40 bytes, read again each time", what);
	for (size_t n = 1; n < big.n * 2; n = n * 3 + 1) {
		size_t want = n < big.n ? n : big.n;

		input_rewind(in, &e);
		input_limit(in, n % 7);
		if (input_peek(in, n, &ahead, &e) || ahead.n != want || memcmp(ahead.p, big.p, want))
			ahead_good = false;
		if (input_read(in, &byte, 1, &got, &e) || got != 1 || byte != big.p[0])
			ahead_good = false;
		/* the same place from one byte on, once more and further */
		if (input_peek(in, n, &ahead, &e) || ahead.n != (n < big.n - 1 ? n : big.n - 1) || memcmp(ahead.p, big.p + 1, ahead.n))
			ahead_good = false;
		if (!holds(in, 0, big.p + 1, big.n - 1))
			ahead_good = false;
	}
	ok(ahead_good, "%s: looking ahead takes nothing", what);
	ok(!input_read(in, &byte, 1, &got, &e) && got == 0 && !input_peek(in, 9, &ahead, &e) && ahead.n == 0,
	   "%s: the end stays the end", what);
}

static void files_and_memory(void)
{
	struct input *in;
	int64_t taken, size;
	size_t got;
	char block[100];

	make_big(10000);
	write_file("big.csv", big.p, big.n);
	in = opened(in_work("big.csv"));
	is_str(input_name(in), path, "the name of a file");
	ok(input_can_rewind(in), "a file can be read again");
	ok(!input_compression(in) && !input_encoding(in), "plain UTF-8");
	input_read(in, block, sizeof block, &got, NULL);
	is_int(got, 100, "a read gives what was asked for, though some of it was looked at before");
	input_progress(in, &taken, &size);
	ok(taken >= 100 && size == 10000, "progress: %d of %d", (int)taken, (int)size);
	pieces(in, "a file");
	input_progress(in, &taken, &size);
	ok(taken == 10000 && size == 10000, "progress at the end");
	input_close(in);

	input_memory(&in, "memory", big.p, big.n, NULL);
	is_str(input_name(in), "memory", "the name of memory");
	pieces(in, "memory");
	input_close(in);
	input_open_memory(&in, "memory", big.p, big.n, NULL, NULL);
	pieces(in, "memory as a file");
	input_close(in);

	/* memory is taken as it is */
	input_memory(&in, "memory", "\x1f\x8b\xff\xfe", 4, NULL);
	ok(holds(in, 0, "\x1f\x8b\xff\xfe", 4), "memory is not unpacked");
	input_close(in);
	write_file("empty.csv", "", 0);
	in = opened(in_work("empty.csv"));
	ok(holds(in, 0, "", 0), "an empty file");
	input_close(in);
	input_close(NULL);
}

/* == what cannot be read again == */

/* A child that writes big to a descriptor, slowly. */
static pid_t writer(int fd)
{
	pid_t child = fork();

	if (child)
		return child;
	for (size_t at = 0; at < big.n; at += 1000) {
		if (write(fd, big.p + at, big.n - at < 1000 ? big.n - at : 1000) < 0)
			_exit(1);
		usleep(1000);
	}
	_exit(0);
}

static void pipes(void)
{
	struct input *in = NULL;
	struct err e = ERR_INIT;
	struct slice ahead;
	int ends[2], kept;
	char name[64];
	int64_t taken, size;

	/* named, without a writer yet */
	if (mkfifo(in_work("fifo"), 0600))
		exit(99);
	if (!fork()) {
		usleep(20000);
		int fd = open(path, O_WRONLY);

		writer(fd);
		_exit(0);
	}
	in = opened(path);
	ok(!input_can_rewind(in), "a pipe cannot be read again");
	input_progress(in, &taken, &size);
	is_int(size, -1, "its size is not known");
	ok(holds(in, 0, big.p, big.n), "a named pipe whose writer comes late");
	is_int(input_rewind(in, &e), ERR_IO, "it was not kept");
	ok(strstr(e.msg, "again") != NULL, "and says so: %s", e.msg);
	input_close(in);

	/* kept */
	if (pipe(ends))
		exit(99);
	writer(ends[1]);
	close(ends[1]);
	snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
	in = opened(name);
	input_keep(in);
	ok(!input_peek(in, 3000, &ahead, &e) && ahead.n == 3000 && !memcmp(ahead.p, big.p, 3000), "a pipe is looked into");
	ok(holds(in, 7, big.p, big.n), "a kept pipe");
	ok(!input_rewind(in, &e) && holds(in, 0, big.p, big.n) && !input_rewind(in, &e) && holds(in, 13, big.p, big.n),
	   "is read again and again");
	input_close(in);
	close(ends[0]);

	/* looked at but not read: that much can be repeated */
	if (pipe(ends))
		exit(99);
	writer(ends[1]);
	close(ends[1]);
	snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
	in = opened(name);
	ok(!input_peek(in, 3000, &ahead, &e) && !input_rewind(in, &e) && holds(in, 0, big.p, big.n),
	   "a pipe that was only looked into begins at its beginning");
	input_close(in);
	close(ends[0]);

	/* a socket has no name to open; and as standard input */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		exit(99);
	writer(ends[1]);
	close(ends[1]);
	snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
	in = opened(name);
	ok(holds(in, 0, big.p, big.n), "a socket by /dev/fd/N");
	input_close(in);
	kept = dup(STDIN_FILENO);
	for (int i = 0; i < 2; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
			exit(99);
		writer(ends[1]);
		close(ends[1]);
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		if (i)                   /* a reader that does not wait is asked again */
			fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
		in = opened(i ? "/dev/stdin" : "-");
		is_str(input_name(in), i ? "/dev/stdin" : "standard input", "the name of standard input");
		ok(holds(in, 0, big.p, big.n), "a socket as standard input");
		input_close(in);
	}
	/* a file as standard input, from where it stands */
	write_file("big.csv", big.p, big.n);
	ends[0] = open(in_work("big.csv"), O_RDONLY);
	lseek(ends[0], 1000, SEEK_SET);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	in = opened("-");
	ok(holds(in, 0, big.p + 1000, big.n - 1000), "a file as standard input begins where it stands");
	ok(!input_rewind(in, &e) && holds(in, 0, big.p + 1000, big.n - 1000), "and again");
	input_progress(in, &taken, &size);
	ok(taken == 9000 && size == 9000, "its size is what is left");
	input_close(in);
	ok(lseek(STDIN_FILENO, 0, SEEK_CUR) == 10000, "standard input stays open and is read up");
	dup2(kept, STDIN_FILENO);
	close(kept);
	while (wait(NULL) > 0)
		;
}

/* == stop == */

static void on_alarm(int sig)
{
	(void)sig;
	stop_request();
}

static void after_50_ms(void)
{
	struct itimerval t = { .it_value = { .tv_usec = 50000 } };

	stop_clear();
	setitimer(ITIMER_REAL, &t, NULL);
}

static void stops(void)
{
	struct sigaction act = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct input *in = NULL;
	struct err e = ERR_INIT;
	char block[4096];
	size_t got;
	int fd;

	sigaction(SIGALRM, &act, NULL);
	in_work("fifo");
	stop_request();
	is_int(input_open(&in, path, NULL, &e), ERR_INTERRUPT, "a stop before a pipe is opened");
	after_50_ms();
	is_int(input_open(&in, path, NULL, &e), ERR_INTERRUPT, "a stop while nobody writes to a named pipe");
	ok(!in, "no input comes of it");
	fd = open(path, O_RDWR);
	after_50_ms();
	is_int(input_open(&in, path, NULL, &e), ERR_INTERRUPT, "a stop while a writer says nothing");
	stop_clear();
	if (write(fd, big.p, 2000) != 2000)
		exit(99);
	in = opened(path);
	input_read(in, block, sizeof block, &got, &e);
	is_int(got, HEAD, "what was looked at comes first");
	input_read(in, block, sizeof block, &got, &e);
	is_int(got, 2000 - HEAD, "then the rest, without waiting for more");
	after_50_ms();
	is_int(input_read(in, block, sizeof block, &got, &e), ERR_INTERRUPT, "a stop while a read waits");
	stop_clear();
	input_close(in);
	close(fd);
	write_file("big.csv", big.p, big.n);
	in = opened(in_work("big.csv"));
	stop_request();
	is_int(read_all(in, &text, 0, &e), ERR_INTERRUPT, "a stop in a file");
	stop_clear();
	ok(!input_rewind(in, &e) && holds(in, 0, big.p, big.n), "which can be read from its beginning then");
	input_close(in);
}

/* == changes == */

enum change { CUT, EMPTIED, GROWN, OTHER_TIME, RENAMED };

static const struct {
	const char *name;
	enum change change;
	int rc;
} changes[] = {
	{ "is cut", CUT, ERR_IO },
	{ "is emptied", EMPTIED, ERR_IO },
	{ "grows", GROWN, ERR_IO },
	{ "is written over in its size", OTHER_TIME, ERR_IO },
	{ "is renamed, which changes no byte", RENAMED, 0 },
};

static void change_file(enum change c)
{
	struct timespec now[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1000, .tv_nsec = 5 } };
	char other[sizeof path + 4];
	int fd;

	snprintf(other, sizeof other, "%s.old", path);
	switch (c) {
	case CUT:
	case EMPTIED:
		if (truncate(path, c == CUT ? 5000 : 0))
			exit(99);
		break;
	case GROWN:
		fd = open(path, O_WRONLY | O_APPEND);
		if (write(fd, "1,2\n", 4) != 4)
			exit(99);
		close(fd);
		break;
	case OTHER_TIME:
		utimensat(AT_FDCWD, path, now, 0);
		break;
	case RENAMED:
		rename(path, other);
		write_file("big.csv", "other\n", 6);
	}
}

static void changing(void)
{
	char block[1000];
	struct err e = ERR_INIT;
	size_t got;

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		for (int packed = 0; packed < 2; packed++) {
			struct buf gz = BUF_INIT;
			struct input *in;
			int rc;

			pack_gzip(&gz, big.p, big.n, 0);
			write_file("big.csv", packed ? gz.p : big.p, packed ? gz.n : big.n);
			in = opened(in_work("big.csv"));
			/* all of a packed file is in a buffer by now */
			if (!packed)
				input_read(in, block, sizeof block, &got, &e);
			change_file(changes[i].change);
			rc = input_rewind(in, &e) ? -1 : read_all(in, &text, 0, &e);
			is_int(rc, changes[i].rc, "a%s file %s", packed ? " packed" : "", changes[i].name);
			if (changes[i].rc)
				ok(strstr(e.msg, "changed while it was read") != NULL, "and that is what is said: %s",
				   e.msg + strlen(path));
			input_close(in);
			buf_release(&gz);
		}
	}
	struct input *in = opened("/proc/self/status");

	ok(!read_all(in, &text, 100, &e) && text.n > 100, "a file of the kernel's, whose size is said to be 0");
	input_close(in);
}

/* == refusals == */

static const struct {
	const char *bytes;
	size_t n;
	const char *message;
} refusals[] = {
	{ "BZh91AY&SY", 10, "FILE:1:1: error: this is bzip2 data, not CSV" },
	{ "\xfd" "7zXZ\0", 6, "FILE:1:1: error: this is xz data, not CSV" },
	{ "\x04\x22\x4d\x18", 4, "FILE:1:1: error: this is lz4 data, not CSV" },
	{ "PK\x03\x04", 4, "FILE:1:1: error: this is a zip archive (or a spreadsheet), not CSV" },
	{ "PAR1\x15", 5, "FILE:1:1: error: this is a Parquet file, not CSV" },
	{ "ARROW1\0\0", 8, "FILE:1:1: error: this is an Arrow IPC file, not CSV" },
	{ "\xff\xfe\0\0a\0\0\0", 8, "FILE:1:1: error: this is UTF-32 text, not CSV" },
	{ "\0\0\xfe\xff\0\0\0a", 8, "FILE:1:1: error: this is UTF-32 text, not CSV" },
	{ "\x78\x9c\x01", 3, "FILE:1:1: error: this is zlib data, not CSV" },
	{ "\x78\xda\x01", 3, "FILE:1:1: error: this is zlib data, not CSV" },
	{ "a\0,\0b\0\n\0", 8, "FILE:1:2: error: a NUL byte at every other place: this looks like UTF-16 text without a byte order "
	  "mark, which is read when the encoding is named utf-16le" },
	{ "\0a\0,\0b\0\n", 8, "FILE:1:1: error: a NUL byte at every other place: this looks like UTF-16 text without a byte order "
	  "mark, which is read when the encoding is named utf-16be" },
	{ "x\xda\x80,y\n", 6, NULL },            /* an Arabic letter behind an x */
	{ "(", 1, NULL },                        /* the first byte of zstd data */
	{ "BZ", 2, NULL },
	{ "a\0b\n", 4, NULL },
};

static void refused(void)
{
	struct buf gz = BUF_INIT, tar = BUF_INIT;
	struct err e = ERR_INIT;
	struct input *in = NULL;

	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const char *got = text_of_bytes(&text, refusals[i].bytes, refusals[i].n, NULL, 0);

		if (refusals[i].message)
			is_str(got, (buf_clear(&tar), buf_printf(&tar, "!%s", refusals[i].message), tar.p), "refusal %zu", i);
		else
			ok(same_bytes(&text, refusals[i].bytes, refusals[i].n), "text %zu, though it looks like something else", i);
		if (!refusals[i].message)
			continue;
		buf_clear(&gz);
		pack_gzip(&gz, refusals[i].bytes, refusals[i].n, 6);
		got = text_of_bytes(&text, gz.p, gz.n, NULL, 0);
		ok(!strncmp(got, "!FILE:1:", 8) && strstr(got, "error: "), "refused inside gzip too: %s", got);
	}
	buf_clear(&tar);
	buf_fill(&tar, 'x', 257);
	buf_str(&tar, "ustar  ");
	buf_clear(&gz);
	pack_gzip(&gz, tar.p, tar.n, 6);
	is_str(text_of_bytes(&text, gz.p, gz.n, NULL, 0), "!FILE:1:1: error: this is a tar archive inside gzip data, not CSV", "a .tar.gz");
	buf_clear(&tar);
	pack_zstd(&tar, gz.p, gz.n, 3);
	is_str(text_of_bytes(&text, tar.p, tar.n, NULL, 0), "!FILE:1:1: error: this is gzip data inside zstd data, not CSV", "packed twice");
	is_int(input_open(&in, "/", NULL, &e), ERR_IO, "a folder");
	is_str(e.msg, "cannot read '/': Is a directory", "and its message");
	is_int(input_open(&in, "nowhere.csv", NULL, &e), ERR_IO, "no file");
	is_str(e.msg, "cannot open 'nowhere.csv': No such file or directory", "and its message");
	is_int(input_open(&in, "nowhere.csv", &(struct input_options){ .encoding = "cp1215" }, &e), ERR_NAME, "no encoding");
	is_str(e.msg, "unknown encoding 'cp1215'; did you mean 'cp1251'?", "and its message");
	ok(!in, "nothing is opened");
	buf_release(&gz);
	buf_release(&tar);
}

/* == memory == */

/* Everything an input can do; the code of the first error. */
static int use(const char *name, const struct input_options *o, struct err *e)
{
	struct input *in = NULL;
	struct slice ahead;
	char block[3000];
	size_t got;
	int rc;

	if ((rc = input_open(&in, name, o, e)))
		return rc;
	input_keep(in);
	if ((rc = input_peek(in, 2500, &ahead, e)) || (rc = input_read(in, block, sizeof block, &got, e)) ||
	    (rc = input_peek(in, 5000, &ahead, e)))
		goto done;
	do
		rc = input_read(in, block, sizeof block, &got, e);
	while (!rc && got);
	if (!rc && !(rc = input_rewind(in, e)))
		rc = input_read(in, block, sizeof block, &got, e);
done:
	input_close(in);
	return rc;
}

static void memory(void)
{
	static const char *const names[] = { "plain.csv", "gzip.csv", "zstd.csv", "utf16.csv", "both.csv" };
	struct buf data[5] = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	struct err e = ERR_INIT;

	buf_add(&data[0], big.p, big.n);
	pack_gzip(&data[1], big.p, big.n, 6);
	pack_zstd(&data[2], big.p, big.n, 3);
	buf_add(&data[3], "\xff\xfe", 2);
	for (size_t i = 0; i < big.n; i++)
		buf_add(&data[3], (char[]){ big.p[i], 0 }, 2);
	pack_zstd(&data[4], data[3].p, data[3].n, 3);
	for (size_t k = 0; k < 5; k++) {
		long n = 0;
		int rc = ERR_MEMORY;

		write_file(names[k], data[k].p, data[k].n);
		in_work(names[k]);
		for (; rc == ERR_MEMORY && n < 1000; n++) {
			mem_fail_after(n);
			rc = use(path, NULL, &e);
			mem_fail_after(-1);
		}
		ok(!rc && n > 2, "%s: every one of %ld allocations may fail", names[k], n - 1);
		if (rc)
			fprintf(stderr, "# %s\n", e.msg);
		buf_release(&data[k]);
	}
}

int main(void)
{
	if (!getenv("WORK"))
		return 99;
	files_and_memory();
	pipes();
	stops();
	changing();
	refused();
	memory();
	buf_release(&text);
	buf_release(&big);
	return done();
}
