/* SPDX-License-Identifier: ISC */
/*
 * The members of a pipe: commands with a separator between two of them.
 */
#ifndef MP_PIPE_MEMBERS_H
#define MP_PIPE_MEMBERS_H

#include <stddef.h>

#include "buf.h"

struct member {
	char **argv; /* NULL at its end */
};

struct members {
	struct member *m;
	size_t n; /* at least 1 */
};

/* Takes the commands out of argv, which ends in NULL: each word that is sep
 * becomes NULL, and the rest stays where it is. members_free() releases.
 * Returns 0; or -1 and in why what is wrong. */
int members_split(
    struct members *, char **argv, const char *sep, struct buf *why);
void members_free(struct members *);

#endif
