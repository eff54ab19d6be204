/* SPDX-License-Identifier: ISC */
/*
 * What stands between the members where the options ask for more than
 * pipes: the relay with its files, what it says, and what it wants to end.
 */
#ifndef MP_PIPE_BETWEEN_H
#define MP_PIPE_BETWEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"
#include "options.h"
#include "relay.h"
#include "wires.h"

/* Why the members are to be ended. */
enum between_why { BETWEEN_NOTHING, BETWEEN_IDLE, BETWEEN_DEADLOCK };

struct between {
	const struct pipe_opts *opts;
	struct relay *relay; /* while it runs */
	size_t n; /* directions; 0: there is no relay */
	struct relay_conf conf;
	int *tee; /* of each direction, or -1 */
	struct relay_stat *stat; /* of each, at the end */
	enum between_why why;
	bool failed; /* a copy or the trace is not complete */
};

/* Opens the files for n directions, 0 without a relay. between_free()
 * releases. Returns 0; or -1, having said why. */
int between_init(struct between *, const struct pipe_opts *, size_t n);
void between_free(struct between *);

/* Begins in that loop, with the relay's ends of all wires. Returns 0, or -1
 * and errno. */
int between_start(struct between *, struct loop *, struct wires *);

/* Whether there is still something on its way. */
bool between_busy(const struct between *);

/* Takes it out of the loop, says the figures where they are wanted. */
void between_end(struct between *);

#endif
