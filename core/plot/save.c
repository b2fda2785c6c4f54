/*
 * save.c - a figure to a file: a private folder, gnuplot in it, and its output moved into place whole.
 */
#define _GNU_SOURCE        /* nftw, memmem */
#include "plot/plot_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCRIPT_NAME "figure.gp"
static const char *const output_names[] = { "figure.svg", "figure.png", "figure.pdf", "figure.txt" };

/*
 * A size is said in px; a cell of a terminal takes the place of 9 by 18 of them. pango counts a font in
 * points, 96 to 72 px; svg needs no factor.
 */
static struct device device_of(const struct figure *f, enum plot_format format)
{
	bool cells = format == PLOT_TXT;

	return (struct device){ .format = format, .cells = cells, .text_scale = format == PLOT_PNG || format == PLOT_PDF ? 0.75 : 1,
				.mark_scale = format == PLOT_SVG ? 0.8 : 1,
				.w = cells ? round(f->width / 9) : f->width, .h = cells ? round(f->height / 18) : f->height };
}

/* == files == */

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static int write_new(const char *path, const char *p, size_t n, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc = 0;

	if (fd < 0)
		return err_errno(e, "create", path);
	if (write_all(fd, p, n))
		rc = err_errno(e, "write", path);
	if (close(fd) && !rc)
		rc = err_errno(e, "write", path);
	return rc;
}

static int read_all(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc = 0;
	char block[65536];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? err_set(e, ERR_CHILD, "gnuplot drew nothing") : err_errno(e, "open", path);
	while ((n = read(fd, block, sizeof block)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = err_errno(e, "read", path);
			break;
		}
		buf_add(out, block, (size_t)n);
	}
	close(fd);
	return rc ? rc : buf_check(out, e);
}

/* == the private folder == */

static int make_folder(struct buf *dir, struct err *e)
{
	const char *base = getenv("TMPDIR");

	if (!base || *base != '/')
		base = "/tmp";
	buf_str(dir, base);
	buf_str(dir, "/muster-plot-XXXXXX");
	if (dir->failed)
		return err_nomem(e);
	if (!mkdtemp(dir->p))            /* mode 0700 */
		return err_errno(e, "make a temporary folder in", base);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)at;
	if (kind == FTW_DP || kind == FTW_D || kind == FTW_DNR)
		rmdir(path);
	else
		unlink(path);
	return 0;
}

static void remove_folder(const char *dir)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* == drawing == */

static int fill_folder(const char *dir, const struct script *s, struct err *e)
{
	struct buf path = BUF_INIT;
	int rc;

	buf_printf(&path, "%s/" SCRIPT_NAME, dir);
	if ((rc = buf_check(&path, e)) || (rc = write_new(path.p, s->text.p, s->text.n, e)))
		goto done;
	for (int k = 0; k < s->nfiles && !rc; k++) {
		buf_clear(&path);
		buf_printf(&path, "%s/d%d", dir, k + 1);
		if (!(rc = buf_check(&path, e)))
			rc = write_new(path.p, s->files[k].bytes.p, s->files[k].bytes.n, e);
	}
done:
	buf_release(&path);
	return rc;
}

/* A terminal's page begins with a form feed and its lines end in blanks. */
static void tidy_text(struct buf *b)
{
	size_t out = 0, last = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (b->p[i] == '\f')
			continue;
		if (b->p[i] == '\n')
			out = last;
		b->p[out++] = b->p[i];
		if (b->p[i] != ' ')
			last = out;
	}
	while (last > 1 && b->p[last - 1] == '\n' && b->p[last - 2] == '\n')
		last--;
	b->n = last;
	b->p[last] = '\0';
}

/* Inside a tag, so that text which looks like this stays what it is: gnuplot writes < in text as an entity. */
static const struct {
	const char *from, *to;
} svg_fonts[] = {
	{ "font-family=\"DejaVu Sans:Bold\"", "font-family=\"DejaVu Sans, Verdana, sans-serif\" font-weight=\"bold\"" },
	{ "font-family=\"DejaVu Sans\"", "font-family=\"DejaVu Sans, Verdana, sans-serif\"" },
};

/* The text as it is drawn, for XML: read back from the one writer that decides which letters are drawn. */
static void xml_text(struct buf *out, struct slice text)
{
	struct buf quoted = BUF_INIT;

	label_quote(&quoted, text);
	for (size_t i = 1; !quoted.failed && i + 1 < quoted.n; i++) {
		char c = quoted.p[i];

		if (c == '<' || c == '>' || c == '&')
			buf_str(out, c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;");
		else
			buf_char(out, c);
	}
	out->failed |= quoted.failed;
	buf_release(&quoted);
}

/* Names of fonts as a browser understands them, and the figure's own title for those who hear it read. */
static int tidy_svg(struct buf *b, struct slice title, struct err *e)
{
	static const char named[] = "<title>Gnuplot</title>";
	struct buf out = BUF_INIT;
	bool tag = false, titled = !title.n;
	int rc;

	for (size_t i = 0; i < b->n;) {
		size_t k = 0, fonts = sizeof svg_fonts / sizeof *svg_fonts;

		if (!titled && !strncmp(b->p + i, named, sizeof named - 1)) {
			buf_str(&out, "<title>");
			xml_text(&out, title);
			buf_str(&out, "</title>");
			i += sizeof named - 1;
			titled = true;
			continue;
		}
		if (b->p[i] == '>' && !tag) {    /* in text, where "]]>" would not be XML */
			buf_str(&out, "&gt;");
			i++;
			continue;
		}
		if (b->p[i] == '<' || b->p[i] == '>')
			tag = b->p[i] == '<';
		while (k < fonts && (!tag || strncmp(b->p + i, svg_fonts[k].from, strlen(svg_fonts[k].from))))
			k++;
		if (k < fonts) {
			buf_str(&out, svg_fonts[k].to);
			i += strlen(svg_fonts[k].from);
		} else {
			buf_char(&out, b->p[i++]);
		}
	}
	if (!(rc = buf_check(&out, e))) {
		struct buf swap = *b;

		*b = out;
		out = swap;
	}
	buf_release(&out);
	return rc;
}

/* Cairo writes the time of day into a pdf; the same plot has the same bytes, so it becomes the epoch, in place. */
static void tidy_pdf(struct buf *b)
{
	static const char key[] = "/CreationDate (D:", epoch[] = "19700101000000";
	char *at = memmem(b->p, b->n, key, sizeof key - 1), *from = at ? at + sizeof key - 1 : NULL, *end;

	if (!from)
		return;
	end = memchr(from, ')', b->n - (size_t)(from - b->p));
	if (end && (size_t)(end - from) >= sizeof epoch - 1)
		memcpy(from, epoch, sizeof epoch - 1);
}

static int draw(const struct figure *f, const struct device *d, int seconds, struct buf *out, struct err *e)
{
	struct buf program = BUF_INIT, dir = BUF_INIT, made = BUF_INIT;
	struct script script = SCRIPT_INIT;
	bool folder = false;
	int rc;

	if ((rc = script_write(&script, f, d, output_names[d->format], e)) || (rc = plot_program(&program, e)) ||
	    (rc = make_folder(&dir, e)))
		goto done;
	folder = true;
	if ((rc = fill_folder(dir.p, &script, e)) || (rc = gnuplot_run(program.p, dir.p, SCRIPT_NAME, seconds, e)))
		goto done;
	buf_printf(&made, "%s/%s", dir.p, output_names[d->format]);
	if ((rc = buf_check(&made, e)) || (rc = read_all(made.p, out, e)))
		goto done;
	if (!out->n)
		rc = err_set(e, ERR_CHILD, "gnuplot drew nothing");
	else if (d->cells)
		tidy_text(out);
	else if (d->format == PLOT_PDF)
		tidy_pdf(out);
	else if (d->format == PLOT_SVG)
		rc = tidy_svg(out, f->text[PLOT_TITLE], e);
done:
	if (folder)
		remove_folder(dir.p);
	script_release(&script);
	buf_release(&program);
	buf_release(&dir);
	buf_release(&made);
	return rc;
}

int plot_save(const struct figure *f, const char *path, int seconds, struct err *e)
{
	struct buf bytes = BUF_INIT;
	enum plot_format format;
	struct device d;
	int rc;

	if ((rc = plot_format_of(path, &format, e)))
		return rc;
	d = device_of(f, format);
	if (!(rc = draw(f, &d, seconds, &bytes, e)))
		rc = file_write(path, &bytes, e);
	buf_release(&bytes);
	return rc;
}

int plot_terminal(const struct figure *f, int width, int height, int seconds, struct buf *out, struct err *e)
{
	struct device d = { .format = PLOT_TXT, .cells = true, .text_scale = 1, .w = width, .h = height };

	return draw(f, &d, seconds, out, e);
}

int plot_listing(const struct figure *f, enum plot_format format, struct buf *script, struct buf *data, struct err *e)
{
	struct script s = { .listing = true };
	struct device d = device_of(f, format);
	int rc;

	if ((rc = script_write(&s, f, &d, output_names[format], e)))
		goto done;
	buf_add(script, s.text.p, s.text.n);
	for (int k = 0; k < s.nfiles; k++) {
		const double *v = (const double *)s.files[k].bytes.p;
		size_t n = s.files[k].bytes.n / sizeof *v;
		char text[TEXT_NUMBER_MAX];

		buf_printf(data, "# d%d: %s\n", k + 1, s.files[k].what);
		for (size_t i = 0; i < n; i++) {
			text_print_float64(text, v[i]);
			buf_str(data, text);
			buf_char(data, (i + 1) % (size_t)s.files[k].columns ? ' ' : '\n');
		}
	}
	if (!(rc = buf_check(script, e)))
		rc = buf_check(data, e);
done:
	script_release(&s);
	return rc;
}
