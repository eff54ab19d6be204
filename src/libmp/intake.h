/* SPDX-License-Identifier: ISC */
/*
 * The stream that a source reads. A regular file is read at once; anything
 * else when poll(2) says that it will not block, because the descriptor may
 * be shared with others and so is not made non-blocking.
 */
#ifndef MP_INTAKE_H
#define MP_INTAKE_H

#include <stdbool.h>

#include "source.h"

struct intake {
	struct loop_fd w;
	struct source *source;
	int (*fill)(struct source *);
	bool at_once; /* reading never blocks */
	int err; /* why it failed, or 0 */
};

/* fill reads once from fd, which stays the caller's; it returns 0, or -1 and
 * errno. */
void intake_init(
    struct intake *, struct source *, int fd, int (*fill)(struct source *));

/* More is needed. Returns true if it was read, or has failed: err says so;
 * else the source is woken when one of the two is the case. */
bool intake_more(struct intake *);

/* No more is needed. */
void intake_stop(struct intake *);

#endif
