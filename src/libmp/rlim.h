/* SPDX-License-Identifier: ISC */
/*
 * Resource limits by the names that prlimit(1) gives them.
 */
#ifndef MP_RLIM_H
#define MP_RLIM_H

#include <sys/resource.h>

#include <stdbool.h>

#include "buf.h"

struct rlim {
	int resource; /* RLIMIT_… */
	struct rlimit value;
	bool soft, hard; /* which of the two values is given */
};

/*
 * NAME=SOFT[:HARD]: "SOFT" gives both, "SOFT:" and ":HARD" one of them.
 * A value is digits with an optional unit as in size_parse(), or
 * "unlimited" or "infinity". Returns 0; or -1 and a short reason in *why
 * ("no such limit", "not a value", "out of range", "the soft limit is
 * above the hard one"), which is a constant; then *rlim is as it was. A
 * number that is RLIM_INFINITY is out of range. What is not given is 0.
 */
int rlim_parse(const char *, struct rlim *, const char **why);

/* Fills in from our own limits what is not given; soft and hard go on
 * telling what is. Returns 0; or -1 and errno, EINVAL where the soft one
 * would then be above the hard one, with *rlim as it was. */
int rlim_complete(struct rlim *);

/* All names that this system has, in the order of --print: of the limit
 * number i, or NULL; and its RLIMIT_… in *resource. */
const char *rlim_name(size_t i, int *resource);

/* Appends "SOFT:HARD" in numbers or "unlimited". Returns 0, or -1 and
 * ENOMEM. */
int rlim_format(struct buf *, const struct rlimit *);

#endif
