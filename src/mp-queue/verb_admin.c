/* SPDX-License-Identifier: ISC */
/*
 * Verbs that change queues, and many tasks at once.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prog.h"
#include "states.h"
#include "status.h"
#include "verb.h"

static int
flag_all(struct job *job, enum queue_flag flag, bool on)
{
	int i, status = MP_OK;

	for (i = 0; i < job->argc && status == MP_OK; i++)
		status = verb_result(job,
		    job->queue->ops->flag(job->queue, job->argv[i], flag, on));
	return status;
}

int
verb_close(struct job *job)
{
	return flag_all(job, QUEUE_SET_CLOSED, true);
}

int
verb_open(struct job *job)
{
	return flag_all(job, QUEUE_SET_CLOSED, false);
}

int
verb_pause(struct job *job)
{
	return flag_all(job, QUEUE_SET_PAUSED, true);
}

int
verb_resume(struct job *job)
{
	return flag_all(job, QUEUE_SET_PAUSED, false);
}

int
verb_set(struct job *job)
{
	return verb_result(job,
	    job->queue->ops->set(
		job->queue, job->argv[0], &job->conf.set, job->conf.given));
}

/* The ids among the operands; NULL where there are none or one is wrong. */
static int
read_ids(struct job *job, struct queue_choice *choice)
{
	const char *why = NULL;
	int64_t *id;
	int i;

	*choice = (struct queue_choice){.states = ~0U};
	if (job->argc == 1)
		return 0;
	id = calloc((size_t)job->argc, sizeof(id[0]));
	choice->id = id;
	for (i = 1; id != NULL && i < job->argc; i++) {
		id[choice->n++] = strtonum(job->argv[i], 1, INT64_MAX, &why);
		if (why != NULL) {
			free(id);
			(void)prog_complain(job->argv[i], "not an id");
			return -1;
		}
	}
	return id == NULL ? prog_complain("ids", strerror(ENOMEM)), -1 : 0;
}

/* Without ids: how many were changed, on standard output. */
static int
change(struct job *job, enum queue_change what, unsigned states)
{
	struct queue_choice choice;
	struct buf b = BUF_INIT;
	int64_t count = 0;
	enum queue_rc rc;

	if (read_ids(job, &choice) == -1)
		return MP_TOOL_FAILED;
	choice.states = states;
	rc = job->queue->ops->change(
	    job->queue, job->argv[0], what, &choice, &count);
	if (rc == QUEUE_OK && choice.n > 0 && (size_t)count < choice.n) {
		(void)fprintf(stderr, "%s: %zu of %zu tasks: not there\n",
		    getprogname(), choice.n - (size_t)count, choice.n);
		rc = QUEUE_LOST;
	}
	free((void *)(uintptr_t)choice.id);
	if (rc != QUEUE_OK)
		return verb_result(job, rc);
	(void)buf_addf(&b, "%jd\n", (intmax_t)count);
	return prog_print(&b);
}

int
verb_kick(struct job *job)
{
	return change(job, QUEUE_KICK, ~0U);
}

int
verb_cancel(struct job *job)
{
	return change(job, QUEUE_CANCEL, ~0U);
}

int
verb_clear(struct job *job)
{
	unsigned states = ~0U;

	if (states_parse(job->conf.state, &states) == -1)
		return prog_complain("--state", "not a list of states");
	return change(job, QUEUE_CANCEL, states);
}

int
verb_purge(struct job *job)
{
	return change(job, QUEUE_PURGE, ~0U);
}

int
verb_check(struct job *job)
{
	return verb_result(job, job->queue->ops->check(job->queue));
}
