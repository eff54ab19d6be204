/* SPDX-License-Identifier: ISC */
/*
 * The files that command names stand for.
 */
#include "config.h"

#include "proc.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether path is a file that may be executed. */
static bool
executable(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return false;
	if (S_ISDIR(st.st_mode)) {
		errno = EACCES;
		return false;
	}
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

/* dir/name in out, of PATH_MAX bytes; an empty dir is the current one. */
static bool
join(char *out, const char *dir, size_t len, const char *name)
{
	size_t n = strlen(name);

	if (len + 1 + n + 1 > PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (len == 0) {
		dir = ".";
		len = 1;
	}
	memcpy(out, dir, len);
	out[len] = '/';
	memcpy(out + len + 1, name, n + 1);
	return true;
}

char *
proc_find_in(const char *path, const char *name)
{
	const char *next;
	char file[PATH_MAX + 1];
	int why = ENOENT;

	if (*name == '\0') {
		errno = ENOENT;
		return NULL;
	}
	if (strchr(name, '/') != NULL)
		return executable(name) ? strdup(name) : NULL;
	if (path == NULL)
		path = _PATH_STDPATH;
	for (; path != NULL; path = next) {
		next = strchr(path, ':');
		if (join(file, path,
			next ? (size_t)(next - path) : strlen(path), name) &&
		    executable(file))
			return strdup(file);
		if (errno == EACCES)
			why = EACCES;
		next = next ? next + 1 : NULL;
	}
	errno = why;
	return NULL;
}

char *
proc_find(const char *name)
{
	return proc_find_in(getenv("PATH"), name);
}

enum mp_status
proc_status(int err)
{
	return err == ENOENT || err == ENOTDIR ? MP_NOT_FOUND : MP_CANNOT_EXEC;
}
