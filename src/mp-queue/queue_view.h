/* SPDX-License-Identifier: ISC */
/*
 * What is shown of queues and of tasks.
 */
#ifndef MP_QUEUE_VIEW_H
#define MP_QUEUE_VIEW_H

#include "queue_types.h"

struct queue_stat {
	struct queue_settings set;
	bool paused, closed;
	int64_t n[QUEUE_STATES];
	int64_t put, done, dead, expired; /* ever */
	int64_t oldest; /* nanoseconds that the first ready one waits */
};

/* A task as it is listed. */
struct queue_row {
	int64_t id, pri, tries;
	int64_t created, due; /* nanoseconds of real time */
	enum queue_state state;
	const char *key, *err; /* or NULL */
	int status; /* of the last try that failed, or minus its signal; 0 */
	const void *body;
	size_t len;
};

/* Takes a thing that a person may want to know of a storage: a text, or a
 * number where that is NULL. */
typedef void queue_fact_fn(
    void *arg, const char *name, const char *text, int64_t number);

#endif
