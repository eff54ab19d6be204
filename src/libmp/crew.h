/* SPDX-License-Identifier: ISC */
/*
 * The workers of a runner: each is started when there is work for it and
 * kept for the next task. A crew begins with its runner and does what all
 * runners of workers do alike.
 *
 * Several short tasks are handed to a worker at a time, so that it need not
 * wait for us between two of them; long ones one by one, so that none waits
 * behind another while a worker is idle. Where the pool makes bundles of them
 * a worker has about two, each for half the time.
 */
#ifndef MP_CREW_H
#define MP_CREW_H

#include "runner.h"
#include "worker.h"

/* What a kind of workers is. */
struct crew_kind {
	/* A worker without a process, or NULL and ENOMEM; and its end. */
	struct worker *(*make)(struct crew *, unsigned no);
	void (*free)(struct worker *);
	/* Starts the process. Returns 0, or -1 and errno. */
	int (*start)(struct worker *);
	/* Puts the task into w->send. Returns 0, or -1 and ENOMEM. */
	int (*ask)(struct worker *, const struct task *);
	/* It reads no more, whatever it is sent. Or NULL. */
	void (*deaf)(struct worker *);
	/* There is nothing more to do for a worker that has no task. */
	void (*dismiss)(struct worker *);

	/* A worker is given tasks for about this long, but not too many. */
	int64_t ahead_ns;
	size_t ahead_max, bundled_max; /* without bundles, with them */
	bool batches; /* and no more until it has done them */
};

struct crew {
	struct runner head;
	const struct crew_kind *kind;
	size_t jobs; /* workers at most */
	size_t depth; /* tasks of a worker at most; 0: as the kind says */
	struct worker *workers; /* alive */
	size_t nworkers;
	unsigned slots; /* numbers given so far */
	struct worker *unused; /* dead ones, to be used again */
	int64_t avg_ns; /* of a task, the last ones count most */
	bool broken; /* no worker can be had any more */
};

/* n tasks have taken ns nanoseconds. */
void crew_took(struct crew *, int64_t ns, size_t n);

/* The process is gone and its tasks were dealt with: the worker may be
 * started again. */
void crew_gone(struct worker *);

/* Nothing can be run any more: said once, as by events->broken(). */
void crew_broken(
    struct crew *, enum mp_status, const char *object, const char *why);

/* The operations of a runner; crew_free_all() releases the workers. */
bool crew_room(struct runner *);
size_t crew_bundle(struct runner *);
int crew_start(struct runner *, struct task *);
void crew_flush(struct runner *);
size_t crew_groups(struct runner *, pid_t *pids, size_t n);
size_t crew_resize(struct runner *, int by);
bool crew_finish(struct runner *);
void crew_free_all(struct crew *);

#endif
