/* SPDX-License-Identifier: ISC */
/*
 * What the main files of all programs share: messages, --help, --version.
 */
#ifndef MP_PROG_H
#define MP_PROG_H

#include "buf.h"
#include "opt.h"
#include "tree.h"

/* What a program is, for its messages. */
struct prog {
	const char *name; /* as in the manual */
	const char *synopsis; /* operands and all, without the name */
	const char *purpose; /* a few lines for --help, each ended */
	const struct opt *options;
	const char *features; /* of its own, for --version; or NULL */
};

/* "name: what: why" on standard error. Returns MP_TOOL_FAILED. */
int prog_complain(const char *what, const char *why);

/* A line for each of the processes that could not be ended. */
void prog_say_left(const struct tree_report *);

/* A line that says what is wrong, and the usage line. Releases why.
 * Returns MP_TOOL_FAILED. */
int prog_bad_usage(const struct prog *, struct buf *why);

/* --help, --version, and any other text on standard output. The text is
 * released. Return MP_OK, or MP_TOOL_FAILED and say why. */
int prog_help(const struct prog *);
int prog_version(const struct prog *);
int prog_print(struct buf *text);

#endif
