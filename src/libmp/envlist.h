/* SPDX-License-Identifier: ISC */
/*
 * The environment that a command is to get, built from a base and a list
 * of changes (environ(7)).
 */
#ifndef MP_ENVLIST_H
#define MP_ENVLIST_H

#include <stddef.h>

#include "buf.h"

struct envlist {
	char **var; /* "NAME=VALUE", each owned; ends in NULL, empty or not */
	size_t n, cap;
};

/* Becomes empty; and gives everything back, which leaves it empty. */
void envlist_init(struct envlist *);
void envlist_free(struct envlist *);

/*
 * Takes those strings of envp whose names match one of the patterns
 * (fnmatch(3)), which blanks separate; all of them where patterns is NULL.
 * Of two with one name the first counts, and what the list has already
 * stays; a string without "=" is left out. envp may be NULL, which environ
 * is after clearenv(3). Returns 0, or -1 and ENOMEM with some of them taken.
 */
int envlist_keep(struct envlist *, char *const *envp, const char *patterns);

/* Sets "NAME=VALUE", in place where NAME is there already, else at the end;
 * takes a copy. Returns 0; or -1 and EINVAL without "=" or with an empty
 * name, or ENOMEM, with the list as it was. */
int envlist_put(struct envlist *, const char *string);

/* Removes; it need not be there. Returns 0; or -1 and EINVAL where name is
 * empty or holds a "=". */
int envlist_unset(struct envlist *, const char *name);

/* The value, good until the next change; or NULL. */
const char *envlist_get(const struct envlist *, const char *name);

/*
 * Puts what a file says, in its order, through put (which returns 0, or -1
 * and errno; the string is its own only during the call).
 *
 * A line, which ends in a newline or in a carriage return and a newline, is
 * empty, a comment ("#"), or NAME=VALUE with an optional "export " before
 * it; blanks before all that are skipped. NAME is letters, digits and
 * underscores and does not begin with a digit. VALUE is taken as it stands
 * to the end of the line, blanks at the end left out. Or it is in single
 * quotes, where all stands for itself, or in double quotes, where backslash
 * n, t, r, backslash, double quote and dollar are known, and no other; both
 * may go on over several lines, and only blanks may follow. Nothing is
 * expanded. A NUL byte is wrong anywhere.
 *
 * Returns 0; or -1 and appends to why "line N: reason", with the lines
 * before it put already. N, from 1, is where the wrong thing stands; where
 * a quote does not end, or put fails, it is where that began.
 */
int envlist_parse(const char *text, size_t len,
    int (*put)(void *arg, const char *string), void *arg, struct buf *why);

/* The same with a file's content, which may come from a pipe. What is
 * appended to why begins without the file's name; it may be what errno says
 * alone. At most 16 MiB. */
int envlist_file(const char *path, int (*put)(void *arg, const char *string),
    void *arg, struct buf *why);

#endif
