/* SPDX-License-Identifier: ISC */
/*
 * Output of several commands line by line, each with a name before it, so
 * that no line holds bytes of two of them.
 */
#ifndef MP_TAGGER_H
#define MP_TAGGER_H

#include "buf.h"

/* A line is broken when it is longer. */
#define TAGGER_LINE_MAX ((size_t)1 << 20)

/* One stream of one command. */
struct tagger {
	struct buf part; /* a line that has no end yet */
};

void tagger_init(struct tagger *);
void tagger_free(struct tagger *);

/* Takes n bytes of the stream and appends to out the lines that are whole
 * by then: name and a tab, unless name is NULL, the line, a newline. Returns 0, or -1 and ENOMEM. */
int tagger_add(struct tagger *, const char *name, const char *p, size_t n,
    struct buf *out);

/* The stream has ended: appends what has no newline as a line. Returns 0,
 * or -1 and ENOMEM. */
int tagger_end(struct tagger *, const char *name, struct buf *out);

#endif
