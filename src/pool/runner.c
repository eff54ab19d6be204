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
#include "sink.h"
#include "task_class.h"

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

struct runner *
pool_runner_open(const struct pool_opts *o, bool from_stdin, int *status)
{
	const struct task_class *class = task_classes[0];
	const struct command command = {.argv = o->command,
	    .n = o->ncommand,
	    .mark = o->mark,
	    .jobs = command_jobs(o->jobs),
	    .no_input = from_stdin,
	    .raw = o->order == SINK_RAW,
	    .state = run_opts_state(&o->run) ? &o->run.state : NULL,
	    .time = o->timeout,
	    .kill_after = o->kill_after};
	struct runner *runner;

	*status = MP_TOOL_FAILED;
	if (command.state != NULL && try_state(command.state) != 0)
		return NULL;
	if (o->class != NULL)
		class = task_class_find(o->class);
	if (o->ncommand > 0)
		runner = command_runner(&command, status);
	else
		runner = runner_builtin_new(class, command.jobs);
	if (runner != NULL && o->dry_run)
		runner = runner_print_new(runner);
	return runner;
}
