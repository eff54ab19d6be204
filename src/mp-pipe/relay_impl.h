/* SPDX-License-Identifier: ISC */
/*
 * The relay from inside: relay.c is its life, relay_dir.c the way of the
 * bytes in one direction, relay_stuck.c what happens when nothing moves.
 */
#ifndef MP_RELAY_IMPL_H
#define MP_RELAY_IMPL_H

#include "elastic.h"
#include "rate.h"
#include "relay.h"
#include "relay_copy.h"
#include "relay_trace.h"

struct relay_dir {
	struct relay *relay;
	struct relay_link link; /* in and out are below, tee is in copy */
	struct loop_fd in, out;
	bool direct; /* splice(2) may be used */
	bool hung_up; /* the writer has closed its end */
	bool eof; /* and what it wrote was taken */
	struct elastic held;
	uint64_t taken; /* bytes that came */
	struct rate rate;
	struct relay_copy copy;
	struct loop_timer later; /* when to go on, though no event comes */
	int64_t stalled; /* since when the writer waits for the reader; 0: it
			    does not */
	uint64_t shown; /* bytes at the last line of the meter */
	int told; /* errors of the file and the copy that were said */
	struct relay_stat stat;
};

struct relay {
	struct loop *loop;
	struct relay_conf conf;
	struct relay_events events;
	struct relay_trace trace;
	bool trace_told; /* why it has ended early */
	bool failed; /* a copy or the trace is not complete */
	int64_t begin, moved; /* when it began; when a byte moved */
	struct loop_timer idle, stuck, meter;
	bool stuck_told; /* and nothing has moved since */
	bool may_grow; /* the buffers, and nobody needs to know */
	struct out screen; /* for the meter */
	int64_t shown; /* when it was shown last */
	size_t n, max;
	struct relay_dir dirs[];
};

/* What holds up a direction. */
enum flow {
	FLOW_MOVED, /* nothing */
	FLOW_DRY, /* there is nothing to move */
	FLOW_BLOCKED, /* there is no room */
	FLOW_LATER, /* not so fast */
	FLOW_ALL, /* the end */
	FLOW_BROKEN /* the end, for the reason that is in errno */
};

/* Moves until there is a reason not to, or others should have a turn.
 * Returns what holds up the way to the reader. */
enum flow relay_flow(struct relay_dir *);

/* Takes the descriptors over in any case. Returns 0, or -1 and errno. */
int relay_dir_init(
    struct relay_dir *, struct relay *, const struct relay_link *);

/* Moves what can be moved now, and has the loop tell when there is more. */
void relay_dir_run(struct relay_dir *);

/* Ends it and tells nobody; err is why, where that is no end of its own. */
void relay_dir_shut(struct relay_dir *, enum relay_end, int err);

/* The writer waits for the reader, or does not any more. */
void relay_dir_stall(struct relay_dir *, bool on);

/* splice(2) is not possible, or not wanted. */
void relay_dir_indirect(struct relay_dir *);

/* Whether nothing may be taken from the writer because of those who look
 * on. */
bool relay_dir_paused(const struct relay_dir *);

/* Whether the writer waits, and its pipe is full, too. */
bool relay_dir_jammed(struct relay_dir *);

/* Has the buffer hold twice as much. Returns whether it may hold more. */
bool relay_dir_grow(struct relay_dir *);

/* Has the loop run it. */
void relay_dir_start(struct relay_dir *);

/* A byte has moved. */
void relay_moved(struct relay *, int64_t now);

/* Says why the trace has ended early, if it has, once. */
void relay_trace_check(struct relay *);

/* When nothing moves: to be called once; when the reader of a direction
 * holds its writer up; when a byte has moved. */
void relay_stuck_init(struct relay *);
void relay_stuck_look(struct relay *);
void relay_stuck_over(struct relay *);

#endif
