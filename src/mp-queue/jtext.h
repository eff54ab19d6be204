/* SPDX-License-Identifier: ISC */
/*
 * Reading JSON text (RFC 8259) piece by piece, from its start to its end.
 * All functions that return an int return 0; or -1 and the reason, after
 * which the rest is of no use.
 */
#ifndef MP_JTEXT_H
#define MP_JTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define JTEXT_DEPTH 64 /* of lists in each other that are passed over */

struct jtext {
	const char *text, *p, *end; /* its start, what is next, its end */
	unsigned depth;
	struct buf *why;
};

/* A number as it is written. */
struct jtext_number {
	bool negative;
	const char *whole, *frac; /* digits before and behind the point */
	size_t nwhole, nfrac;
	bool has_exp;
	int64_t exp; /* not exact where it is larger than 10^15 */
};

/* The text may be NULL if len is 0; why is for reasons, NULL for none. */
void jtext_init(struct jtext *, const char *, size_t len, struct buf *why);

/* Appends "byte N: reason" for the byte at that place, the first of which
 * is number 1. Returns -1. jtext_fail_errno(): errno's reason, for the next
 * byte. */
int jtext_fail(struct jtext *, const char *at, const char *reason);
int jtext_fail_errno(struct jtext *);

/* Passes over blanks; jtext_next() returns whether c is next, which is not
 * taken. */
void jtext_blanks(struct jtext *);
bool jtext_next(struct jtext *, char c);

/* Takes a string and appends what it says; to NULL: passes it over. */
int jtext_string(struct jtext *, struct buf *);

/* Takes the name of a member, the colon and the blanks behind it. */
int jtext_name(struct jtext *, struct buf *);

int jtext_number(struct jtext *, struct jtext_number *);

/* Takes an array or object, whose bracket is next; what is between the
 * commas is taken by element(arg). */
int jtext_list(struct jtext *, int (*element)(void *arg), void *arg);

/* Passes any value over. */
int jtext_skip(struct jtext *);

#endif
