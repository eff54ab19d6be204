/* SPDX-License-Identifier: ISC */
/*
 * A fuzz target without libFuzzer: runs it over each file named, and over
 * each file of the directories named, as one test of TAP each.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "fuzz.h"

static unsigned count;
static int status = EXIT_SUCCESS;

static void
tell(const char *path, int error)
{
	count++;
	if (error == 0) {
		(void)printf("ok %u - %s\n", count, path);
		return;
	}
	(void)printf("not ok %u - %s: %s\n", count, path, strerror(error));
	status = EXIT_FAILURE;
}

/* Reads all of f to *data, to be freed even if it fails. */
static int
read_all(FILE *f, uint8_t **data, size_t *size)
{
	size_t cap = 4096;
	uint8_t *p;

	*data = NULL;
	for (*size = 0; !feof(f);) {
		cap *= 2;
		p = realloc(*data, cap);
		if (p == NULL)
			return -1;
		*data = p;
		*size += fread(p + *size, 1, cap - *size, f);
		if (ferror(f))
			return -1;
	}
	return 0;
}

/* Runs the target on a copy in memory of the very size. */
static void
run(const uint8_t *data, size_t size)
{
	uint8_t *exact = fuzz_alloc(size);

	if (size > 0)
		memcpy(exact, data, size);
	FUZZ_CHECK(LLVMFuzzerTestOneInput(exact, size) == 0);
	free(exact);
}

static void
replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	size_t size;
	int error;

	if (f == NULL) {
		tell(path, errno);
		return;
	}
	error = read_all(f, &data, &size) == 0 ? 0 : errno;
	(void)fclose(f);
	/* The one that is named last is the one that did not end. */
	(void)printf("# %s\n", path);
	if (error == 0)
		run(data, size);
	free(data);
	tell(path, error);
}

static int
is_no_dot_file(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void
replay_directory(const char *path)
{
	struct dirent **names;
	char *dir = fuzz_join(path, "/"), *file;
	int i, n = scandir(path, &names, is_no_dot_file, alphasort);

	if (n == -1)
		tell(path, errno);
	for (i = 0; i < n; i++) {
		file = fuzz_join(dir, names[i]->d_name);
		replay_file(file);
		free(file);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(dir);
}

int
main(int argc, char *argv[])
{
	struct stat st;
	int i;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 1; i < argc; i++) {
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			replay_directory(argv[i]);
		else
			replay_file(argv[i]);
	}
	(void)printf("1..%u\n", count);
	return count > 0 ? status : EXIT_FAILURE;
}
