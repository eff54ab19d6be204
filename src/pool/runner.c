/* SPDX-License-Identifier: ISC */
/*
 * What runs mp-pool's tasks.
 */
#include "config.h"

#include "runner.h"

#include <sys/wait.h>

#include <errno.h>
#include <string.h>

#include "command.h"
#include "parts.h"
#include "proc.h"
#include "prog.h"
#include "runner_worker.h"
#include "sink.h"
#include "task_class.h"
#include "task_file.h"

static int
nothing(void *arg)
{
	(void)arg;
	return 0;
}

/* Has a child take on the state of the tasks, so that what cannot be is told
 * once, before anything is run. */
static int
try_state(const struct state *state)
{
	struct state_fault fault = {.step = STATE_DONE};
	const struct proc_spec spec = {
	    .entry = nothing, .state = state, .fault = &fault};
	enum proc_step step;
	pid_t pid;

	if (proc_start(&spec, &pid, &step) == 0) {
		(void)waitpid(pid, NULL, 0);
		return 0;
	}
	return prog_complain(
	    fault.step == STATE_NICE ? "--nice" : "--limit", strerror(errno));
}

static struct runner *
open_exec(
    const struct pool_opts *o, bool from_stdin, const int *keep, int *status)
{
	const struct tmpl_forms forms = pool_forms(o);
	const struct command command = {.argv = o->command,
	    .n = o->ncommand,
	    .forms = &forms,
	    .jobs = command_jobs(o->jobs),
	    .keep = keep,
	    .no_input = from_stdin,
	    .feed = o->block > 0,
	    .raw = o->order == SINK_RAW,
	    .state = run_opts_state(&o->run) ? &o->run.state : NULL,
	    .time = o->timeout,
	    .kill_after = o->kill_after};

	return command_runner(&command, status);
}

static struct runner *
open_worker(const struct pool_opts *o, int *status)
{
	const struct runner_worker_conf conf = {.argv = o->command,
	    .jobs = command_jobs(o->jobs),
	    .delim = (char)o->delim,
	    .depth = o->depth,
	    .max_tasks = o->max_tasks,
	    .timeout = o->timeout,
	    .kill_after = o->kill_after,
	    .reply_timeout = o->reply_timeout,
	    .state = run_opts_state(&o->run) ? &o->run.state : NULL,
	    .retries = pool_retries(o)};
	struct runner *runner = runner_worker_new(&conf);

	if (runner == NULL) {
		if (errno != ENOMEM)
			*status = proc_status(errno);
		(void)prog_complain(
		    *conf.argv[0] ? conf.argv[0] : "''", strerror(errno));
	}
	return runner;
}

static struct runner *
open_class(const struct pool_opts *o)
{
	const struct task_class *class = task_classes[0];
	struct buf why = BUF_INIT;

	if (o->class != NULL && strchr(o->class, '/') != NULL)
		class = task_file_load(o->class, &why);
	else if (o->class != NULL)
		class = task_class_find(o->class);
	if (class == NULL && buf_addc(&why, '\0') == 0)
		(void)prog_complain(o->class, buf_data(&why));
	buf_free(&why);
	if (class == NULL)
		return NULL;
	return runner_builtin_new(class, command_jobs(o->jobs));
}

struct runner *
pool_runner_open(
    const struct pool_opts *o, bool from_stdin, const int *keep, int *status)
{
	struct runner *runner;

	*status = MP_TOOL_FAILED;
	if (run_opts_state(&o->run) && try_state(&o->run.state) != 0)
		return NULL;
	if (o->worker)
		runner = open_worker(o, status);
	else if (o->ncommand > 0)
		runner = open_exec(o, from_stdin, keep, status);
	else
		runner = open_class(o);
	if (runner != NULL && o->dry_run)
		runner = runner_print_new(runner);
	return runner;
}
