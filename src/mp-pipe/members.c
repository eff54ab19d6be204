/* SPDX-License-Identifier: ISC */
/*
 * The members of a pipe.
 */
#include "config.h"

#include "members.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How many commands there are; or 0 and in why what is wrong. */
static size_t
count(char **argv, const char *sep, struct buf *why)
{
	size_t n = 1, words = 0;

	for (; *argv != NULL; argv++) {
		words++;
		if (strcmp(*argv, sep) != 0)
			continue;
		if (words == 1)
			break;
		words = 0;
		n++;
	}
	if (*argv == NULL && words > 0)
		return n;
	if (n == 1 && *argv == NULL)
		(void)buf_adds(why, "missing command");
	else
		(void)buf_addf(why, "member %zu: missing command", n);
	return 0;
}

int
members_split(
    struct members *members, char **argv, const char *sep, struct buf *why)
{
	struct member *m;

	members->n = count(argv, sep, why);
	if (members->n == 0)
		return -1;
	members->m = calloc(members->n, sizeof(members->m[0]));
	if (members->m == NULL) {
		(void)buf_adds(why, strerror(errno));
		return -1;
	}
	m = members->m;
	m->argv = argv;
	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, sep) != 0)
			continue;
		*argv = NULL;
		(++m)->argv = argv + 1;
	}
	return 0;
}

void
members_free(struct members *members)
{
	free(members->m);
	members->m = NULL;
	members->n = 0;
}
