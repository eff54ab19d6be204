/* SPDX-License-Identifier: ISC */
/*
 * work: tasks of a queue run by mp-pool's engine.
 */
#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "cpus.h"
#include "dur.h"
#include "io.h"
#include "place.h"
#include "pool.h"
#include "prog.h"
#include "sig.h"
#include "status.h"
#include "task_class.h"
#include "verb.h"
#include "work.h"

#define AHEAD 10000 /* ended tasks whose output was not yet written */
#define BUFFER ((size_t)16 << 20)
#define KILL_AFTER (10 * DUR_SECOND)
#define HURRY (2 * DUR_SECOND) /* for the clerk, after a signal */

/* The options may stand behind the queue's name, too; what is left there is
 * the command. */
static int
find_command(struct job *job, struct buf *why)
{
	int first = opt_parse(
	    options_work, job->argc, job->argv, &job->conf, why);
	const struct verb_conf *c = &job->conf;

	if (first == -1)
		return -1;
	job->argc -= first;
	job->argv += first;
	if (c->class == NULL && job->argc == 0)
		return buf_adds(why, "missing command"), -1;
	if (c->class != NULL && (job->argc > 0 || c->feed))
		return buf_adds(why, "-c: a class takes no command, and no -i"),
		       -1;
	if (c->class != NULL && task_class_find(c->class) == NULL)
		return opt_bad(why, c->class, "no such class");
	if (c->class != NULL && c->task_timeout > 0)
		return buf_adds(why, "--task-timeout: needs a command"), -1;
	if (c->class != NULL && c->kill_after > 0)
		return buf_adds(why, "--kill-after: needs a command"), -1;
	if (c->to != NULL && !place_name_ok(c->to))
		return opt_bad(why, c->to, "not a queue's name");
	return 0;
}

/* Each command has a process of ours above it, because only that one can end
 * exactly what belongs to the task. */
static struct runner *
runner_open(const struct job *job, int *status)
{
	const struct verb_conf *c = &job->conf;
	const struct tmpl_forms forms = {.mark = c->feed ? "" : "{}"};
	const struct command command = {.argv = job->argv,
	    .n = (size_t)job->argc,
	    .forms = &forms,
	    .jobs = command_jobs(c->jobs),
	    .no_input = true,
	    .feed = c->feed,
	    .time = c->task_timeout > 0 ? c->task_timeout : LOOP_NEVER,
	    .kill_after = c->kill_after > 0 ? c->kill_after : KILL_AFTER};
	struct runner *runner;

	if (c->class == NULL)
		return command_runner(&command, status);
	runner = runner_builtin_new(task_class_find(c->class), command.jobs);
	if (runner == NULL)
		*status = prog_complain(c->class, strerror(errno));
	return runner;
}

/* What the pool and the queue say, as one status. A try that failed and is
 * made again is no failure, a dead task is. */
static int
verdict(const struct pool_result *pool, const struct work_result *work)
{
	if (work->rc != QUEUE_OK)
		return (int)work->rc;
	if (pool->status != MP_OK && pool->status != MP_SOME_FAILED)
		return (int)pool->status;
	return work->dead > 0 ? MP_SOME_FAILED : MP_OK;
}

/* Runs the pool between the clerk and the runner. */
static int
work(struct job *job, const char *name, int clerk, struct runner *runner)
{
	const struct verb_conf *c = &job->conf;
	const struct work_conf conf = {.clerk = clerk,
	    .name = name,
	    .results = c->to,
	    .jobs = command_jobs(c->jobs),
	    .timeout = c->timeout == VERB_UNSET ? LOOP_NEVER : c->timeout,
	    .keep_going = c->keep_going};
	const struct pool_conf pool = {.prog = getprogname(),
	    .order = SINK_UNORDERED,
	    .ahead = AHEAD,
	    .buffer = BUFFER,
	    .verbose = c->verbose};
	struct pool_result result = {.status = MP_TOOL_FAILED};
	struct source *source = work_new(&conf);
	struct work_result end;
	int status;

	if (source == NULL)
		return prog_complain(name, strerror(errno));
	if (pool_run(&pool, source, runner, &result) == -1)
		(void)prog_complain("cannot run", strerror(errno));
	end = work_finish(
	    source, result.signo == 0 ? LOOP_NEVER : loop_now() + HURRY);
	status = verdict(&result, &end);
	source->ops->free(source);
	runner->ops->free(runner);
	if (result.signo != 0)
		sig_die(result.signo);
	return status;
}

int
verb_work(struct job *job)
{
	struct clerk_conf conf = {.job = job,
	    .name = job->argv[0],
	    .ttr = job->conf.ttr,
	    .create = job->conf.create,
	    .owner = getpid()};
	struct buf why = BUF_INIT;
	struct runner *runner;
	int status = MP_TOOL_FAILED, clerk;
	pid_t pid;

	if (find_command(job, &why) == -1)
		return verb_bad_usage(job->verb, &why);
	conf.results = job->conf.to;
	clerk = clerk_start(&conf, &pid);
	if (clerk == -1)
		return status;
	runner = runner_open(job, &status);
	if (runner != NULL)
		status = work(job, conf.name, clerk, runner);
	io_close(&clerk);
	(void)waitpid(pid, NULL, 0);
	return status;
}
