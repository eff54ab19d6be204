/* SPDX-License-Identifier: ISC */
/*
 * A service whose supervisor was killed, and that has outlived it: one that
 * the kernel did not take with it, because it has gained privileges.
 */
#ifndef MP_ORPHAN_H
#define MP_ORPHAN_H

#include <sys/types.h>

#include "rundir.h"
#include "schedule.h"

/*
 * Ends it, the one process that its pidfile means, and no other that has its
 * number now. The caller has the lock, so that nobody starts another one
 * meanwhile. Returns 1 when it is gone, 0 where none ran, -1 where it is
 * still alive. The pidfile goes with it.
 */
int orphan_stop(const struct rundir *, const struct schedule *);

/* Whether it is there still, after a moment, for the kernel lets go of the
 * lock of who is killed before it tells the children. Returns its pid, or
 * 0. */
pid_t orphan_left(const struct rundir *);

#endif
