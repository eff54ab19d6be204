/* SPDX-License-Identifier: ISC */
/*
 * A file to which lines are appended, each whole: one write(2) for all that were
 * put since the last one, so that they do not mix with those of others, and
 * whoever is killed leaves at most the last one torn. What is no regular file,
 * as a pipe, takes less at once: there each line is written when it is put.
 */
#ifndef MP_LINEFILE_H
#define MP_LINEFILE_H

#include <stdbool.h>

#include "buf.h"

struct linefile {
	const char *name;
	int fd; /* -1: not open */
	int err; /* errno of the first failure, or 0; then all is dropped */
	bool told; /* the caller's: that it failed */
	bool regular;
	struct buf lines; /* not written yet */
};

/* What has not been opened: takes lines and drops them. */
#define LINEFILE_INIT \
	{ \
		.fd = -1 \
	}

enum linefile_mode {
	LINEFILE_NEW, /* what was there goes */
	LINEFILE_GO_ON, /* is kept, and can be read */
	LINEFILE_READ /* is read only; nothing is created */
};

/* Opens name, which must stay. Returns 0, or -1 and errno. linefile_close()
 * writes what there is. */
int linefile_open(struct linefile *, const char *name, enum linefile_mode);
void linefile_close(struct linefile *);

/* Appends a line, or lines, with the newline at the end; and writes what there
 * is, which is done before that where it is much. */
void linefile_put(struct linefile *, const struct buf *lines);
void linefile_flush(struct linefile *);

#endif
