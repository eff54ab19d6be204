/* SPDX-License-Identifier: ISC */
/*
 * What the programs with verbs share: help and usage errors of one verb.
 */
#ifndef MP_PROG_VERB_H
#define MP_PROG_VERB_H

#include "prog.h"

struct prog_verb {
	const char *name; /* NULL ends a table */
	const char *synopsis; /* options and operands */
	const char *purpose; /* one line */
	const struct opt *options;
};

/* The verb of that name in a table of rows of so many bytes, each of which
 * begins with a struct prog_verb; or NULL. */
const void *prog_find_verb(const void *table, size_t size, const char *name);

/* As prog_bad_usage(), with the usage of the verb. */
int prog_bad_verb(
    const struct prog *, const struct prog_verb *, struct buf *why);

/* Appends the verb, what it is for and its options. */
void prog_add_verb(const struct prog_verb *, struct buf *text);

/* --help of one verb. */
int prog_help_verb(const struct prog_verb *);

#endif
