/* SPDX-License-Identifier: ISC */
/*
 * get, and what ends a lease: ack, nack, bury, touch; and join.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "loop.h"
#include "place.h"
#include "prog.h"
#include "scan.h"
#include "sig.h"
#include "status.h"
#include "verb.h"

#define RECEIPTS 3 /* the descriptor */

/* The process that the lease is bound to. */
static int
find_owner(const struct job *job, struct queue_owner *owner)
{
	struct scan_proc p;
	char name[32];

	*owner = (struct queue_owner){0, 0};
	if (job->conf.owner == 0)
		return 0;
	if (scan_read((pid_t)job->conf.owner, &p) == -1 || p.dead) {
		(void)snprintf(
		    name, sizeof(name), "%jd", (intmax_t)job->conf.owner);
		(void)prog_complain(name, strerror(ESRCH));
		return -1;
	}
	*owner = (struct queue_owner){p.pid, p.start};
	return 0;
}

static int
open_receipts(const struct job *job)
{
	const char *file = job->conf.receipt_file;
	int fd;

	if (file != NULL) {
		fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (fd == -1)
			(void)prog_complain(file, strerror(errno));
		return fd;
	}
	if (job->receipts)
		return RECEIPTS;
	(void)prog_complain("get",
	    "nowhere to write the receipt: --receipt-file or descriptor 3");
	return -1;
}

static int
write_task(const struct job *job, const struct queue_task *t, int fd)
{
	char text[RECEIPT_STRLEN + 1];
	const char *end = job->conf.nul ? "" : "\n";
	size_t len = job->conf.nul || job->conf.lines ? 1 : 0;

	(void)receipt_format(&t->receipt, text);
	(void)strlcat(text, "\n", sizeof(text));
	if (io_write_all(fd, text, strlen(text)) == -1)
		return prog_complain("receipt", strerror(errno));
	if (io_write_all(
		STDOUT_FILENO, buf_data(&t->body), buf_len(&t->body)) == -1 ||
	    io_write_all(STDOUT_FILENO, end, len) == -1)
		return prog_complain("standard output", strerror(errno));
	return MP_OK;
}

/* Whoever does not get it gives it back at once. */
static void
give_back(struct job *job, const struct queue_task *t)
{
	const struct queue_end end = {.verdict = QUEUE_RETURN};

	(void)job->queue->ops->end(job->queue, &t->receipt, &end);
}

int
verb_get(struct job *job)
{
	struct queue_owner owner;
	struct queue_want want = {.owner = &owner, .ttr = job->conf.ttr};
	struct queue_task task = {.body = BUF_INIT};
	enum queue_rc rc = QUEUE_OK;
	int status = MP_OK, fd;
	int64_t i;

	/* A reader that has gone is to be noticed. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (find_owner(job, &owner) == -1 || (fd = open_receipts(job)) == -1)
		return MP_TOOL_FAILED;
	want.until = verb_until(job);
	if (job->conf.create)
		rc = job->queue->ops->make(job->queue, job->argv[0]);
	for (i = 0; rc == QUEUE_OK && status == MP_OK && i < job->conf.n; i++) {
		rc = job->queue->ops->get(
		    job->queue, job->argv[0], &want, &task);
		if (rc == QUEUE_OK)
			status = write_task(job, &task, fd);
		if (status != MP_OK)
			give_back(job, &task);
		want.until = 0; /* the others only if they are there */
	}
	buf_free(&task.body);
	if (fd != RECEIPTS)
		io_close(&fd);
	if (status != MP_OK)
		return status;
	return rc == QUEUE_EMPTY && i > 1 ? MP_OK : verb_result(job, rc);
}

/* For each receipt; the worst of the results counts. */
static int
end_all(struct job *job, const struct queue_end *end)
{
	struct receipt r;
	int i, status = MP_OK, one;

	for (i = 0; i < job->argc; i++) {
		if (receipt_parse(job->argv[i], &r) == -1)
			return prog_complain(job->argv[i], "not a receipt");
	}
	for (i = 0; i < job->argc; i++) {
		(void)receipt_parse(job->argv[i], &r);
		one = verb_result(
		    job, job->queue->ops->end(job->queue, &r, end));
		if (one == QUEUE_LOST)
			(void)prog_complain(job->argv[i], "the lease is over");
		if (one > status)
			status = one;
	}
	return status;
}

int
verb_ack(struct job *job)
{
	struct queue_end end = {.verdict = QUEUE_ACK, .to = job->conf.to};
	struct buf result = BUF_INIT;
	int status;

	if (end.to == NULL)
		return end_all(job, &end);
	if (job->argc > 1)
		return prog_complain("--put", "takes one receipt");
	if (!place_name_ok(end.to))
		return prog_complain("--put", "not a queue's name");
	if (verb_read(&result) == -1) {
		buf_free(&result);
		return MP_TOOL_FAILED;
	}
	end.result = buf_data(&result);
	end.len = buf_len(&result);
	status = end_all(job, &end);
	buf_free(&result);
	return status;
}

int
verb_nack(struct job *job)
{
	const struct queue_end end = {.verdict = QUEUE_NACK,
	    .delay = job->conf.delay == VERB_UNSET ? -1 : job->conf.delay,
	    .err = job->conf.err};

	return end_all(job, &end);
}

int
verb_bury(struct job *job)
{
	const struct queue_end end = {
	    .verdict = QUEUE_BURY, .err = job->conf.err};

	return end_all(job, &end);
}

int
verb_touch(struct job *job)
{
	const struct queue_end end = {
	    .verdict = QUEUE_TOUCH, .ttr = job->conf.ttr};

	return end_all(job, &end);
}

int
verb_join(struct job *job)
{
	int64_t until = verb_until(job);

	return verb_result(job,
	    job->queue->ops->join(job->queue, job->argv, (size_t)job->argc,
		until == 0 ? loop_now() : until));
}
