/* SPDX-License-Identifier: ISC */
/*
 * What the parts of a run of copies share: copies.c begins and ends it,
 * copies_end.c ends it early.
 */
#ifndef MP_COPIES_IMPL_H
#define MP_COPIES_IMPL_H

#include "capture.h"
#include "copies.h"
#include "loop.h"
#include "tagger.h"

struct copies;

struct copy {
	struct copies *run;
	size_t no; /* from 0 */
	struct task *task; /* in the sink; or NULL */
	struct loop_child child;
	struct capture capture;
	struct tagger tag[TASK_STREAMS];
	bool running;
	bool own_group;
};

struct copies {
	const struct copies_conf *conf;
	struct copies_result *result;
	struct loop loop;
	struct tree tree;
	struct sink sink;
	struct copy *copy;
	size_t running;
	size_t ended;
	size_t held; /* in the sink */
	int64_t begin;
	struct loop_timer limit, kill, linger;

	/* Ending early. */
	bool ending;
	int sig;
	bool by_terminal; /* our process group has got it */
	bool rest; /* what has left the copies has got it */
	bool over; /* nothing more can be done */
};

/* Starts all copies and lets them go. Returns 0; or -1 with none left, and
 * the caller was told why. */
int copies_begin(struct copies *);

/* The loop's callback for signals. */
void copies_signal(void *copies, const struct loop_signal *);

/* Ends all: by the signal now, by SIGKILL what is left after patience
 * nanoseconds (0: only what outlives the copies). Where the signal is
 * SIGKILL nothing is left. */
void copies_stop(struct copies *, int sig, int64_t patience);

/* Whether nothing is left of what is to be waited for, or ended. Call when
 * none of the copies runs any more. */
bool copies_gone(struct copies *);

/* Kills all that is left. */
void copies_kill(struct copies *);

/* Memory for output that waits for its turn. */
#define COPIES_BUFFER ((size_t)64 << 20)

/* How long processes have that outlive the copies they belong to, and
 * copies whose end nobody waits for. */
#define COPIES_GRACE INT64_C(1000000000)

#endif
