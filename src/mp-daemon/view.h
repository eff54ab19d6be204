/* SPDX-License-Identifier: ISC */
/*
 * How a service is, seen from outside: what its status file says, and
 * whether there is a supervisor that goes on writing it.
 */
#ifndef MP_VIEW_H
#define MP_VIEW_H

#include <stdbool.h>

#include "rundir.h"
#include "statusfile.h"

struct view {
	struct statusfile status;
	bool supervised;
	bool lost; /* its supervisor was killed before its end was known */
	bool pidfile;
};

/* Returns 0; or -1 and errno where it cannot be read. */
int view_read(const struct rundir *, struct view *);

/* A word for its state. */
const char *view_state(const struct view *);

/* Its exit status, or minus the signal that ended it, where it has ended. */
int view_code(const struct view *);

#endif
