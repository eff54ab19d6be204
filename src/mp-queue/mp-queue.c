/* SPDX-License-Identifier: ISC */
/*
 * mp-queue: a durable queue of tasks whose ends are separate commands. This
 * file finds the verb and the place.
 */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "loop.h"
#include "place.h"
#include "prog.h"
#include "status.h"
#include "verb.h"

#define READ_SIZE 65536

enum { KEY_UNSAFE = OPT_LONG_ONLY + 100, KEY_HELP, KEY_VERSION };

#define AT(field) offsetof(struct verb_conf, field)

static const struct opt options[] = {
    {'Q', "place", "DIR", "where the queues are; $MP_QUEUE", opt_text,
	AT(place), 0},
    {KEY_UNSAFE, "unsafe-fs", NULL, "on a file system of a network, too",
	opt_flag, AT(unsafe), 1},
    {KEY_HELP, "help", NULL, "print this and exit", opt_flag, AT(mode),
	PROG_HELP},
    {KEY_VERSION, "version", NULL, "print the version and exit", opt_flag,
	AT(mode), PROG_VERSION},
    {0, NULL, NULL, NULL, NULL, 0, 0}};

static const struct prog prog = {.name = "mp-queue",
    .synopsis = "[options] verb [options] [operand ...]",
    .purpose = "A durable queue of tasks.\n",
    .options = options};

const struct verb verbs[] = {{{"put", "[options] queue [task ...]",
				  "put tasks; print their ids", options_put},
				 verb_put, 1, -1, true, 1, false},
    {{"get", "[options] queue", "take a task", options_get}, verb_get, 1, 1,
	true, 1, false},
    {{"ack", "[options] receipt ...", "it is done", options_ack}, verb_ack, 1,
	-1, false, 0, false},
    {{"done", "[options] receipt ...", "the same", options_ack}, verb_ack, 1,
	-1, false, 0, false},
    {{"nack", "[options] receipt ...", "it is to be tried again", options_nack},
	verb_nack, 1, -1, false, 0, false},
    {{"bury", "[options] receipt ...", "it is dead", options_bury}, verb_bury,
	1, -1, false, 0, false},
    {{"touch", "[options] receipt ...", "it takes longer", options_touch},
	verb_touch, 1, -1, false, 0, false},
    {{"join", "[options] queue ...", "wait until all is done", options_join},
	verb_join, 1, -1, false, -1, false},
    {{"work", "[options] queue [--] [command [argument ...]]",
	 "run a command for each task", options_work},
	verb_work, 1, -1, true, 1, true},
    {{"close", "queue ...", "take no more tasks", options_none}, verb_close, 1,
	-1, false, -1, false},
    {{"open", "queue ...", "take tasks again", options_none}, verb_open, 1, -1,
	false, -1, false},
    {{"pause", "queue ...", "hand no tasks out", options_none}, verb_pause, 1,
	-1, false, -1, false},
    {{"resume", "queue ...", "hand tasks out again", options_none}, verb_resume,
	1, -1, false, -1, false},
    {{"set", "[options] queue", "change settings; make the queue", options_set},
	verb_set, 1, 1, true, 1, false},
    {{"kick", "queue [id ...]", "make dead and delayed tasks ready",
	 options_none},
	verb_kick, 1, -1, false, 1, false},
    {{"cancel", "queue id ...", "remove unfinished tasks", options_none},
	verb_cancel, 2, -1, false, 1, false},
    {{"clear", "[options] queue", "remove all unfinished tasks", options_clear},
	verb_clear, 1, 1, false, 1, false},
    {{"purge", "queue [id ...]", "remove dead and done tasks", options_none},
	verb_purge, 1, -1, false, 1, false},
    {{"ls", "[options] [queue]", "list queues, or tasks", options_ls}, verb_ls,
	0, 1, false, 1, false},
    {{"peek", "[options] queue", "show the next tasks", options_peek},
	verb_peek, 1, 1, false, 1, false},
    {{"stat", "[options] [queue ...]", "sizes, totals, settings", options_stat},
	verb_stat, 0, -1, false, -1, false},
    {{"export", "queue", "unfinished tasks as lines of JSON", options_none},
	verb_export, 1, 1, false, 1, false},
    {{"import", "queue", "put what was exported", options_none}, verb_import, 1,
	1, true, 1, false},
    {{"check", "", "look for damage", options_none}, verb_check, 0, 0, false, 0,
	false},
    {{"doctor", "[options]", "whether the place is fit for queues",
	 options_doctor},
	verb_doctor, 0, 0, true, 0, true},
    {{"torture", "[options]", "a crash test of the disk", options_torture},
	verb_torture, 0, 0, true, 0, true},
    {{NULL, NULL, NULL, NULL}, NULL, 0, 0, false, 0, false}};

int
verb_result(struct job *job, enum queue_rc rc)
{
	if (rc == QUEUE_FAILED)
		(void)fprintf(stderr, "%s: %s\n", getprogname(),
		    job->queue->ops->why(job->queue));
	return (int)rc;
}

int64_t
verb_until(const struct job *job)
{
	int64_t now = loop_now(), timeout = job->conf.timeout;

	if (timeout == VERB_UNSET || timeout >= LOOP_NEVER - now)
		return LOOP_NEVER;
	return timeout == 0 ? 0 : now + timeout;
}

int
verb_read(struct buf *b)
{
	ssize_t n;
	char *p;

	do {
		p = buf_reserve(b, READ_SIZE);
		n = p == NULL ? -1 : io_read(STDIN_FILENO, p, READ_SIZE);
		if (n > 0)
			buf_grown(b, (size_t)n);
	} while (n > 0 && buf_len(b) <= QUEUE_BODY_MAX);
	if (n > 0)
		errno = EFBIG;
	if (n != 0)
		(void)prog_complain("standard input", strerror(errno));
	return n == 0 ? 0 : -1;
}

int
verb_bad_usage(const struct verb *v, struct buf *why)
{
	return prog_bad_verb(&prog, &v->v, why);
}

/* Whether the operands are as many as they should be, and good names. */
static int
check_operands(const struct job *job, struct buf *why)
{
	const struct verb *v = job->verb;
	int names = v->names == -1 || v->names > job->argc ? job->argc
							   : v->names;
	int i;

	if (job->argc < v->least)
		return buf_adds(why, "missing operand"), -1;
	if (v->most != -1 && job->argc > v->most)
		return opt_bad(why, job->argv[v->most], "extra operand");
	for (i = 0; i < names; i++)
		if (!place_name_ok(job->argv[i]))
			return opt_bad(why, job->argv[i], "not a queue's name");
	return 0;
}

int
job_open(struct job *job)
{
	struct buf why = BUF_INIT;

	/* A limit on the size of files is an error of the storage. */
	(void)signal(SIGXFSZ, SIG_IGN);
	job->dirfd = place_open(
	    job->path, job->verb->creates, job->conf.unsafe, &why);
	if (job->dirfd != -1)
		job->queue = queue_sqlite(
		    job->dirfd, job->path, job->verb->creates, &why);
	if (job->queue == NULL && buf_addc(&why, '\0') == 0)
		(void)prog_complain(job->path, buf_data(&why));
	if (job->queue == NULL)
		io_close(&job->dirfd);
	buf_free(&why);
	return job->queue == NULL ? -1 : 0;
}

void
job_close(struct job *job)
{
	job->queue->ops->close(job->queue);
	job->queue = NULL;
	io_close(&job->dirfd);
}

static int
run(struct job *job)
{
	struct buf path = BUF_INIT;
	int status = MP_TOOL_FAILED;

	if (place_find(job->conf.place, place_queues, &path) == -1)
		return prog_complain("-Q", "no directory is known");
	job->path = buf_data(&path);
	if (job->verb->apart) {
		status = job->verb->run(job);
	} else if (job_open(job) == 0) {
		status = job->verb->run(job);
		job_close(job);
	}
	buf_free(&path);
	return status;
}

/* The verb's own options and operands. */
static int
run_verb(struct job *job, int argc, char **argv)
{
	struct buf why = BUF_INIT;
	int first;

	first = opt_parse(job->verb->v.options, argc, argv, &job->conf, &why);
	if (first == -1)
		return verb_bad_usage(job->verb, &why);
	job->argc = argc - first;
	job->argv = argv + first;
	if (check_operands(job, &why) == -1)
		return verb_bad_usage(job->verb, &why);
	buf_free(&why);
	return run(job);
}

int
main(int argc, char **argv)
{
	static const struct prog_verbs all = {
	    &prog, verbs, sizeof(verbs[0]), AT(mode)};
	struct job job = {.dirfd = -1,
	    .conf = {.timeout = VERB_UNSET,
		.delay = VERB_UNSET,
		.n = 1,
		.storm_time = 10 * DUR_SECOND,
		.storm_procs = 8}};
	int flags, status = MP_TOOL_FAILED;

	if (io_setup() == -1)
		return MP_TOOL_FAILED;
	/* Tasks are nobody else's business. */
	(void)umask(077);
	flags = fcntl(3, F_GETFL);
	job.receipts = flags != -1 && (flags & O_ACCMODE) != O_RDONLY;
	io_keep_to_ourselves();
	job.verb = prog_take_verb(&all, &argc, &argv, &job.conf, &status);
	return job.verb == NULL ? status : run_verb(&job, argc, argv);
}
