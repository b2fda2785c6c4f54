/*
 * Files on all ways: every file of t/data, where the findings of the fuzzers are kept, and the conformance files beside
 * the repository. Each through all scanners in both readings, and through the loader with several sets of options, numbers
 * of threads, sizes of blocks, from memory, files, pipes and as a stream. A folder of t/data is several files of one table.
 */
#include "tap.h"
#include "load_paths.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

/* == scanners == */

static int scan_differences;

static void check_scanners(const char *path, const struct buf *text)
{
	static const char *const quotes[] = { "\"", "\"", "'" };
	static struct buf want, got;
	const char *p = text->p ? text->p : "";

	for (int reading = 0; reading < 3; reading++) {
		struct scan_options o = SCAN_DEFAULT;

		o.lenient = reading == 1;
		o.quote = *quotes[reading];
		o.comment = reading == 2 ? '#' : 0;
		outcome_of_scan(&want, &scan_ref, &o, p, text->n, 0);
		for (size_t b = 0; b < nblocks; b++) {
			for (size_t i = 0; index_all[i]; i++) {
				if (!index_all[i]->supported())
					continue;
				setenv("MUSTER_SIMD", index_all[i]->name, 1);
				reader_block_size(blocks[b]);
				outcome_of_scan(&got, &scan_fast, &o, p, text->n, b % 3 ? 0 : 1 + b * 7);
				if (!outcome_same(&want, &got) && ++scan_differences < 5)
					fprintf(stderr, "%s: %s, blocks of %zu, quote %c%s\n", path, index_all[i]->name, blocks[b],
						o.quote, o.lenient ? ", lenient" : "");
			}
		}
	}
	unsetenv("MUSTER_SIMD");
}

/* == loads == */

static const char *const missing[] = { "NA", "-" };
static const char *const some[] = { "b", "a" };
static const struct load_type declared[] = { { "a", TYPE_INT64 }, { "b", TYPE_DATE } };

static const struct set {
	struct load_options o;
	size_t codes;            /* most values of a dictionary */
} sets[] = {
	{ { .scan = SCAN_DEFAULT, .rejects = true }, 0 },
	{ { .scan = SCAN_DEFAULT, .rejects = true }, 4 },
	{ { .scan = SCAN_DEFAULT }, 0 },
	{ { .scan = { .sep = ',', .quote = '"', .lenient = true }, .rejects = true, .no_header = true }, 2 },
	{ { .scan = { .sep = ',', .quote = '"', .comment = '#' }, .rejects = true }, 0 },
	{ { .scan = { .sep = ',', .quote = '"', .comment = '#', .skip = 2 }, .rejects = true }, 0 },
	{ { .scan = { .sep = ';', .quote = '"' }, .rejects = true, .decimal = ',', .missing = missing, .nmissing = 2 }, 0 },
	{ { .scan = SCAN_DEFAULT, .rejects = true, .types = declared, .ntypes = 2, .missing = missing, .nmissing = 2 }, 0 },
	{ { .scan = SCAN_DEFAULT, .rejects = true, .columns = some, .ncolumns = 2 }, 0 },
};
enum { NSETS = sizeof sets / sizeof *sets };

static bool read_all(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char part[65536];
	size_t n;

	buf_clear(out);
	if (!f)
		return false;
	while ((n = fread(part, 1, sizeof part, f)))
		buf_add(out, part, n);
	fclose(f);
	return !out->failed;
}

/* What an input makes of the file: its text. False where it refuses it. */
static bool read_text(const char *path, struct buf *out)
{
	struct input *in = NULL;
	char part[65536];
	size_t n = 1;
	bool good = !input_open(&in, path, NULL, NULL);

	buf_clear(out);
	while (good && n) {
		good = !input_read(in, part, sizeof part, &n, NULL);
		if (good)
			buf_add(out, part, n);
	}
	input_close(in);
	return good;
}

static void check_set(const struct set *set, const struct buf *texts, size_t n)
{
	static struct buf slow;

	options = set->o;
	store_codes_limit(set->codes);
	load_slowly(&slow, texts, n, &options);
	if (n == 1)
		write_file(name, texts);
	check_loads(texts, &slow, n == 1 ? MEMORY : FILES);
	check_streams(texts, n == 1 ? ON_DISK : FILES);
	store_codes_limit(0);
}

/* == folders == */

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* What is in a folder in order, at most `max`, from out[n] on; with `deep` the files of its folders. The names are the caller's. */
static size_t list_folder(const char *folder, bool deep, char **out, size_t n, size_t max)
{
	struct dirent **found;
	int all = scandir(folder, &found, visible, by_name);

	for (int i = 0; i < all; i++) {
		struct buf path = BUF_INIT;

		buf_printf(&path, "%s/%s", folder, found[i]->d_name);
		if (deep && is_folder(path.p)) {
			n = list_folder(path.p, deep, out, n, max);
			buf_release(&path);
		} else if (n < max) {
			out[n++] = path.p;
		} else {
			buf_release(&path);
		}
		free(found[i]);
	}
	if (all >= 0)
		free(found);
	return n;
}

static void check_folder(const char *folder)
{
	char *files[8];
	struct buf texts[8] = { BUF_INIT };
	size_t n = list_folder(folder, false, files, 0, 8);

	for (size_t i = 0; i < n; i++)
		read_all(files[i], &texts[i]);
	paths = (const char *const *)files;
	npaths = n;
	check_set(&sets[0], texts, n);
	check_set(&sets[1], texts, n);
	for (size_t i = 0; i < n; i++) {
		buf_release(&texts[i]);
		mem_free(files[i]);
	}
}

static void check_data(const char *folder)
{
	char *files[200];
	size_t n = list_folder(folder, false, files, 0, 200);

	ok(n > 10, "%s has %zu files", folder, n);
	for (size_t i = 0; i < n; i++) {
		struct buf text = BUF_INIT;
		int before = differences + scan_differences;

		if (is_folder(files[i])) {
			check_folder(files[i]);
		} else if (read_all(files[i], &text)) {
			check_scanners(files[i], &text);
			for (size_t k = 0; k < NSETS; k++)
				check_set(&sets[k], &text, 1);
		}
		is_int(differences + scan_differences - before, 0, "%s: the same on all ways", strrchr(files[i], '/') + 1);
		buf_release(&text);
		mem_free(files[i]);
	}
}

/* Those with a header as they are, the others without. */
static void check_conformance(const char *folder)
{
	static const size_t few[] = { 0, 64, 257 };
	static char *files[2000];
	size_t n = list_folder(folder, true, files, 0, 2000), done = 0;

	if (!n) {
		skip("no folder csv-conformance beside the repository");
		return;
	}
	blocks = few;
	nblocks = sizeof few / sizeof *few;
	differences = scan_differences = 0;
	for (size_t i = 0; i < n; i++) {
		struct buf bytes = BUF_INIT, text = BUF_INIT;

		/* Bigger ones take long in small blocks. */
		if (read_all(files[i], &bytes) && bytes.n < 20000) {
			int before = differences + scan_differences;

			check_scanners(files[i], &bytes);
			if (read_text(files[i], &text) && text.n < 4000)
				check_set(&sets[i % 2 * 3], &text, 1);
			if (differences + scan_differences > before)
				fprintf(stderr, "in %s\n", files[i]);
			done++;
		}
		buf_release(&bytes);
		buf_release(&text);
		mem_free(files[i]);
	}
	is_int(differences + scan_differences, 0, "%zu conformance files: the same on all ways", done);
}

int main(void)
{
	const char *t = getenv("T"), *root = getenv("ROOT"), *work = getenv("WORK");     /* set by t/run */
	struct buf path = BUF_INIT;

	if (work && chdir(work))
		return 99;
	buf_printf(&path, "%s/data", t ? t : "t");
	check_data(path.p);
	ok(restarts > 10, "%ld times a stream did not find what it hoped for", restarts);
	buf_clear(&path);
	buf_printf(&path, "%s/../shared/data/csv-conformance/files", root ? root : ".");
	check_conformance(path.p);
	reader_block_size(0);
	unlink(name);
	buf_release(&path);
	return done();
}
