/* SPDX-License-Identifier: ISC */
/*
 * The verbs of mp-queue: a table of options for each, and what they share.
 */
#ifndef MP_VERB_H
#define MP_VERB_H

#include <stdbool.h>
#include <stdint.h>

#include "prog_verb.h"
#include "queue.h"

#define VERB_UNSET INT64_MIN /* a time that was not given */

/* What all options set; each verb has some of them. */
struct verb_conf {
	const char *place;
	int unsafe, mode; /* enum prog_mode */

	int lines, nul, jsonl, json; /* kinds of input or output */
	int64_t pri, delay, timeout, ttr, max, n;
	const char *key, *to, *err, *state, *receipt_file;
	const char *jobs, *class;
	int keep_going, feed, verbose;
	int64_t task_timeout, kill_after; /* 0: none */
	int64_t owner;
	int64_t storm_time, storm_procs; /* of torture */
	int create;
	struct queue_settings set;
	unsigned given; /* which of the settings: 1 << their place */
};

/* One call. */
struct job {
	const struct verb *verb;
	struct verb_conf conf;
	const char *path; /* of the place */
	int dirfd; /* the same, open */
	struct queue *queue;
	bool receipts; /* descriptor 3 was open at the start */
	int argc; /* operands */
	char **argv;
};

struct verb {
	struct prog_verb v;
	int (*run)(struct job *); /* returns the exit status */
	int least, most; /* operands; -1: any number */
	bool creates; /* the place, if there is none */
	int names; /* operands that are queues, the first ones; -1: all */
	bool apart; /* it is not to have the queue open: job_open() */
};

extern const struct verb verbs[]; /* ends in a name that is NULL */

/* For the tables. */
extern const struct opt options_put[], options_get[], options_ack[],
    options_nack[], options_bury[], options_touch[], options_join[],
    options_ls[], options_peek[], options_stat[], options_set[],
    options_clear[], options_work[], options_doctor[], options_torture[],
    options_none[];

int verb_put(struct job *);
int verb_import(struct job *);
int verb_get(struct job *);
int verb_ack(struct job *);
int verb_nack(struct job *);
int verb_bury(struct job *);
int verb_touch(struct job *);
int verb_join(struct job *);
int verb_close(struct job *);
int verb_open(struct job *);
int verb_pause(struct job *);
int verb_resume(struct job *);
int verb_set(struct job *);
int verb_kick(struct job *);
int verb_cancel(struct job *);
int verb_clear(struct job *);
int verb_purge(struct job *);
int verb_ls(struct job *);
int verb_peek(struct job *);
int verb_stat(struct job *);
int verb_export(struct job *);
int verb_check(struct job *);
int verb_work(struct job *);
int verb_doctor(struct job *);
int verb_torture(struct job *);

/* Opens the place, for job->queue. Returns 0; or -1, and has said why. */
int job_open(struct job *);
void job_close(struct job *);

/* The exit status of a call; says why where that is QUEUE_FAILED. */
int verb_result(struct job *, enum queue_rc);

/* A line that says what is wrong, and the verb's usage. Releases why.
 * Returns the exit status. */
int verb_bad_usage(const struct verb *, struct buf *why);

/* When --timeout is over, in the time of loop_now(); LOOP_NEVER where there
 * is none. */
int64_t verb_until(const struct job *);

/* All of standard input. Returns 0, or says why not and -1. */
int verb_read(struct buf *);

#endif
