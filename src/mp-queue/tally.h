/* SPDX-License-Identifier: ISC */
/*
 * What was told of tasks, and whether it is all true: the checker of torture.
 * Each task has a serial number of its own, which is all that its body tells.
 * It gets its id when put prints it, or when it turns up somewhere.
 */
#ifndef MP_TALLY_H
#define MP_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct tally_task; /* of one id */

struct tally {
	struct tally_task *task; /* by id */
	size_t cap;
	int64_t last; /* serial */
	int64_t printed, got, acked, doubtful, found;
	struct buf why; /* the first thing that is wrong, and a NUL */
};

void tally_init(struct tally *);
void tally_free(struct tally *);

/* Appends the body and a NUL of a task with a new serial, which is returned;
 * or -1 and ENOMEM. */
int64_t tally_new(struct tally *, struct buf *body);

/*
 * What is seen: put has printed an id; get has given a task out, and was
 * started at began; ack has said at that time that it is done, or was killed
 * before it could; the task is there in the end. Return 0; or -1 and why it
 * cannot be, errno where it could not be noted.
 */
int tally_printed(struct tally *, int64_t id, int64_t serial);
int tally_got(
    struct tally *, int64_t id, const void *body, size_t len, int64_t began);
int tally_acked(struct tally *, int64_t id, int64_t at);
int tally_doubtful(struct tally *, int64_t id);
int tally_found(struct tally *, int64_t id, const void *body, size_t len);

/* When all is seen: nothing was lost. Returns 0, or -1 and why. */
int tally_end(struct tally *);

/* Something else is wrong; only the first thing is kept. Returns -1. */
int tally_wrong(struct tally *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
