/* SPDX-License-Identifier: ISC */
/*
 * What the parts of ready.h share.
 */
#ifndef MP_READY_IMPL_H
#define MP_READY_IMPL_H

#include "ready.h"

/* Stop, and tell; the last thing that is done with it. */
void ready_done(struct ready *);
void ready_failed(struct ready *, const char *why);

/* Begins to look again and again for what can only be looked at. */
void ready_poll(struct ready *);
void ready_poll_stop(struct ready *);

#endif
