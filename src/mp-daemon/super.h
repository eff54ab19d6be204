/* SPDX-License-Identifier: ISC */
/*
 * The supervisor: starts a service, looks after it, ends it with all that
 * it has started. One process with one poll loop, in the background or, as
 * mp-daemon run, in the foreground.
 */
#ifndef MP_SUPER_H
#define MP_SUPER_H

#include "buf.h"
#include "rundir.h"
#include "service.h"

struct super_result {
	int code; /* why it was never ready: an exit status; 0: it was */
	struct buf text; /* and what to say about it */
	int status; /* of the service's last end, as wait(2) gives it */
};

/*
 * Supervises to the end, in this process. dir is where the service is known,
 * whose lock is let go of before the end is told; or NULL. line is answered
 * when the service is ready or cannot be (ctl.h), and its end before that
 * ends the service; or -1. Returns 0 and the result; or -1 and errno, with
 * nothing started.
 */
int super_run(
    struct service *, struct rundir *dir, int line, struct super_result *);

#endif
