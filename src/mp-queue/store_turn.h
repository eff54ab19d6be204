/* SPDX-License-Identifier: ISC */
/*
 * What turns need of others, and others of turns.
 */
#ifndef MP_STORE_TURN_H
#define MP_STORE_TURN_H

#include "store.h"

/* Ends a lease of that queue, if it is good, or goes on with it. */
enum queue_rc store_end_lease(struct store *, struct store_q *,
    const struct receipt *, const struct queue_end *);

/* There will be no more turns. */
void store_turn_over(struct store *);

#endif
