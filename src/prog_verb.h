/* SPDX-License-Identifier: ISC */
/*
 * What the programs with verbs share: the way to the verb, help and usage
 * errors of one verb.
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

/* What the options of a program with verbs ask for. */
enum prog_mode { PROG_RUN, PROG_HELP, PROG_VERSION };

struct prog_verbs {
	const struct prog *prog;
	const void *table; /* rows, each of which begins with a prog_verb */
	size_t size; /* bytes of a row */
	size_t mode; /* offset of an int, an enum prog_mode, in what the
			program's options set */
};

/*
 * Reads the program's own options into conf, and finds the verb. Returns its
 * row, and has *argc and *argv begin with the verb's name. Or returns NULL,
 * with the exit status in *status: help or the version was printed, or what
 * is wrong was told.
 */
const void *prog_take_verb(const struct prog_verbs *, int *argc, char ***argv,
    void *conf, int *status);

/* As prog_bad_usage(), with the usage of the verb. */
int prog_bad_verb(
    const struct prog *, const struct prog_verb *, struct buf *why);

#endif
