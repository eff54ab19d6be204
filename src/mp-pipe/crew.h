/* SPDX-License-Identifier: ISC */
/*
 * The members as they run: they begin together or not at all, and what
 * became of each is known at the end.
 */
#ifndef MP_PIPE_CREW_H
#define MP_PIPE_CREW_H

#include <sys/resource.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "between.h"
#include "copies.h"
#include "ends.h"
#include "options.h"
#include "order.h"
#include "verdict.h"
#include "wires.h"

struct crew {
	const struct pipe_opts *opts;
	const struct members *members;
	struct wires wires;
	struct order order;
	struct ends ends;
	struct between between;
	struct verdict_member *judged; /* one for each member */
	struct copies_end *end; /* the same; pid from the start on */
	struct loop *loop; /* while they run */
	struct loop_timer again; /* to judge */
	struct copies_result result;
	int64_t began; /* CLOCK_REALTIME in nanoseconds */
	bool news; /* a member has ended since the last judgement */
	bool stopped; /* a failure is to end the others */

	/* Where nothing has run: */
	int status; /* the exit status */
	int err; /* errno, or 0 where it is told */
	size_t culprit; /* the member that could not be started, or NOBODY */
};

/* The options stay the caller's. crew_free() releases. Returns 0; or -1,
 * having said why. */
int crew_init(struct crew *, const struct pipe_opts *);
void crew_free(struct crew *);

/* Runs the members to their end. Standard input and output are /dev/null
 * then. Says what is to be said. Returns the exit status; or minus the
 * signal to die by. */
int crew_run(struct crew *);

#endif
