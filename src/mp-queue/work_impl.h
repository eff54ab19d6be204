/* SPDX-License-Identifier: ISC */
/*
 * The state of the queue as a source, shared by the files that make it up:
 * work.c (what the pool calls), work_item.c (one lease) and work_link.c
 * (what the clerk is told, and tells).
 */
#ifndef MP_WORK_IMPL_H
#define MP_WORK_IMPL_H

#include <sys/queue.h>

#include "dur.h"
#include "work.h"

#define WORK_TOUCH_MIN (10 * DUR_MS)

/* A lease, from the message that brought it to the one that says that the
 * queue knows its end. */
struct work_item {
	struct receipt receipt;
	int64_t ttr; /* nanoseconds */
	struct buf body; /* until the task has it */
	struct buf result; /* what it has written, with --results */
	struct task *task; /* NULL: not yet, or no more */
	bool lost; /* the lease is over */
	TAILQ_ENTRY(work_item) link;
};

TAILQ_HEAD(work_items, work_item);

struct work {
	struct source head;
	struct work_conf conf;
	struct work_result result;
	struct work_items inbox; /* not yet with the pool */
	struct work_items running;
	struct work_items ended; /* the clerk will answer */
	uint64_t promised; /* credits, and tasks that came for them */
	int64_t avg; /* time of a task, the last ones count most */
	struct loop_fd ask; /* watched while the socket is full */
	struct loop_fd reply;
	struct buf out, in;
	struct loop_timer flush; /* what was gathered */
	struct loop_timer touch;
	struct loop_timer patience; /* ends if no task comes */
	bool begun; /* the loop is there */
	bool waits; /* the pool does, for wake() */
	bool over; /* no more tasks are taken */
	bool none; /* and none is on its way */
	bool alone; /* without the pool and its loop */
	bool gone; /* the clerk is */
};

/* work_item.c */
/* NULL and ENOMEM. */
struct work_item *work_item_new(const struct clerk_msg *, const char *body);
void work_item_free(struct work_item *);
/* What the clerk is told of it. err holds the reason. */
struct clerk_msg work_item_end(
    struct work_item *, const struct task *, struct buf *err);

/* work.c, for what comes from the clerk */
void work_say(struct work *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void work_task(struct work *, const struct clerk_msg *, const char *body);
void work_ended(struct work *, const struct clerk_msg *);
void work_lost(struct work *, struct work_item *);
void work_empty(struct work *);
/* No more tasks are taken, and those that have not begun go back; the second
 * one is for when the loop is over. */
void work_over(struct work *);
void work_enough(struct work *);
/* The queue cannot be used, or its results go nowhere. */
void work_failed(struct work *, enum queue_rc, const char *why);
void work_wake(struct work *);

/* work_link.c */
/* Watches the socket within the pool's loop. Returns 0, or -1 and errno. */
int work_link(struct work *);
void work_send(
    struct work *, const struct clerk_msg *, const void *body, const char *err);
/* Without the loop: sends all, and takes what comes until the clerk goes. */
void work_link_end(struct work *, int64_t until);

#endif
