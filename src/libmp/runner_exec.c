/* SPDX-License-Identifier: ISC */
/*
 * One process for each task, its output over two pipes. A task ends when
 * its process is reaped: what is in the pipes at that moment is taken, then
 * they are closed, whoever else may still hold them.
 */
#include "config.h"

#include "exec_impl.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "io.h"
#include "quote.h"
#include "tmpl.h"
#include "warden.h"

static bool
exec_room(struct runner *runner)
{
	struct runner_exec *r = (struct runner_exec *)runner;

	return !r->broken && r->running < r->conf.jobs;
}

static void
task_refuse(struct runner_exec *r, struct task *task, enum task_how how,
    const char *reason)
{
	task->how = how;
	(void)buf_adds(&task->reason, reason);
	task->started = task->ended = loop_now();
	r->head.events->ended(r->head.arg, task);
}

/* Whether there may be enough of it later. */
static bool
is_shortage(int why)
{
	return why == EAGAIN || why == ENOMEM || why == EMFILE || why == ENFILE;
}

/* The process could not be started. Returns 0 where the task was dealt
 * with, or -1 and EAGAIN where it should be tried again. */
static int
start_failed(struct runner_exec *r, struct task *task, int why)
{
	const char *command = r->conf.command;
	char **argv;

	if (is_shortage(why)) {
		errno = EAGAIN;
		return -1;
	}
	if (r->path != NULL && why != E2BIG) {
		if (!r->broken)
			r->head.events->broken(r->head.arg, proc_status(why),
			    command, strerror(why));
		r->broken = true;
		task_refuse(r, task, TASK_CANCELLED, "");
		return 0;
	}
	if (r->path == NULL && (argv = args_expand(&r->args, task)) != NULL)
		command = argv[0];
	if (quote_shell(&task->reason, command) == 0)
		(void)buf_adds(&task->reason, ": ");
	task->code = (int)proc_status(why);
	task_refuse(r, task, TASK_NO_EXEC, strerror(why));
	return 0;
}

/* What wait(2) says, unless a warden knows better. */
static void
take_status(struct task *task, int status, const struct rusage *ru)
{
	task->ended = loop_now();
	task->user = dur_timeval(&ru->ru_utime);
	task->sys = dur_timeval(&ru->ru_stime);
	task->maxrss = ru->ru_maxrss;
	task->how = WIFSIGNALED(status) ? TASK_SIGNALED : TASK_EXITED;
	task->code = WIFSIGNALED(status) ? WTERMSIG(status)
					 : WEXITSTATUS(status);
	task->running = NULL;
}

/* What a command says of half its input may look like a whole result. */
static void
take_fault(struct task *task, const char *fault)
{
	if (fault == NULL)
		return;
	task->how = TASK_BROKEN;
	(void)buf_addf(&task->reason, "input: %s", fault);
}

static void
child_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct exec_slot *s = c->arg;
	struct runner_exec *r = s->r;
	struct task *task = s->task;
	struct tree_report left = {.nleft = 0};
	enum proc_step step;
	int rc = 0;

	if (!r->conf.raw)
		capture_drain(&s->capture);
	take_status(task, status, ru);
	if (s->note != -1)
		rc = warden_end(&s->note, task, &left, &step);
	if (left.nleft > 0)
		r->head.events->left(r->head.arg, &left);
	take_fault(task, s->feed.fault);
	exec_slot_put(r, s);
	r->running--;
	if (rc == 0)
		r->head.events->ended(r->head.arg, task);
	else if (start_failed(r, task, errno) == -1)
		r->head.events->back(r->head.arg, task);
}

static const char *
exec_unfit(struct runner *runner, const struct task *task)
{
	const struct runner_exec *r = (const struct runner_exec *)runner;

	if (task->has_nul && !r->conf.feed)
		return "NUL in the record";
	return task->too_long ? "record too long" : NULL;
}

static void
exec_resume(struct runner *runner, struct task *task, int stream)
{
	struct exec_slot *s = task->running;

	(void)runner;
	if (s != NULL && !s->r->conf.raw)
		capture_resume(&s->capture, stream);
}

static int
exec_start(struct runner *runner, struct task *task)
{
	struct runner_exec *r = (struct runner_exec *)runner;
	enum proc_step step = PROC_STEP_START;
	struct exec_slot *s;
	int why;

	s = exec_slot_get(r);
	if (s == NULL)
		return start_failed(r, task, ENOMEM);
	if (r->conf.feed && exec_slot_feed(s, task) == -1) {
		why = errno;
		exec_slot_put(r, s);
		if (is_shortage(why))
			return start_failed(r, task, why);
		(void)buf_adds(&task->reason, "input: ");
		task_refuse(r, task, TASK_REFUSED, strerror(why));
		return 0;
	}
	task->slot = s->no;
	task->started = loop_now();
	if (exec_slot_start(s, task, &step) == -1) {
		why = errno;
		exec_slot_put(r, s);
		return start_failed(r, task, why);
	}
	s->task = task;
	task->running = s;
	s->child.cb = child_ended;
	s->child.arg = s;
	loop_child_add(r->head.loop, &s->child);
	r->running++;
	exec_resume(runner, task, TASK_OUT);
	exec_resume(runner, task, TASK_ERR);
	return 0;
}

static void
exec_flush(struct runner *runner)
{
	(void)runner;
}

static size_t
exec_groups(struct runner *runner, pid_t *pids, size_t n)
{
	struct runner_exec *r = (struct runner_exec *)runner;
	size_t i, count = 0;

	for (i = 0; r->conf.own_groups && i < r->nslots; i++) {
		if (r->slot[i]->task == NULL)
			continue;
		if (count < n)
			pids[count] = r->slot[i]->child.pid;
		count++;
	}
	return count;
}

/* To a warden SIGALRM is the time limit; without one the command's group is
 * asked to end. */
static void
exec_cancel(struct runner *runner, struct task *task)
{
	struct runner_exec *r = (struct runner_exec *)runner;
	struct exec_slot *s = task->running;

	if (s == NULL)
		return;
	if (s->note != -1)
		(void)kill(s->child.pid, SIGALRM);
	else if (r->conf.own_groups)
		tree_signal_groups(SIGTERM, &s->child.pid, 1);
	else
		(void)kill(s->child.pid, SIGTERM);
}

static size_t
exec_resize(struct runner *runner, int by)
{
	struct runner_exec *r = (struct runner_exec *)runner;

	if (by > 0)
		r->conf.jobs++;
	else if (r->conf.jobs > 1)
		r->conf.jobs--;
	return r->conf.jobs;
}

static bool
exec_finish(struct runner *runner)
{
	struct runner_exec *r = (struct runner_exec *)runner;

	return r->running > 0;
}

static int
exec_describe(struct runner *runner, const struct task *task, struct buf *out)
{
	struct runner_exec *r = (struct runner_exec *)runner;

	return args_describe(&r->args, task, out);
}

static void
exec_free(struct runner *runner)
{
	struct runner_exec *r = (struct runner_exec *)runner;
	size_t i;

	for (i = 0; i < r->nslots; i++)
		free(r->slot[i]);
	args_free(&r->args);
	free(r->slot);
	free(r->path);
	env_free(&r->env);
	io_close(&r->null);
	free(r);
}

static const struct runner_ops exec_ops = {.room = exec_room,
    .unfit = exec_unfit,
    .start = exec_start,
    .flush = exec_flush,
    .resume = exec_resume,
    .groups = exec_groups,
    .cancel = exec_cancel,
    .resize = exec_resize,
    .finish = exec_finish,
    .describe = exec_describe,
    .free = exec_free};

static int
exec_open(struct runner_exec *r)
{
	if (!tmpl_varies(r->conf.tmpl, 0)) {
		r->path = proc_find(r->conf.command);
		if (r->path == NULL)
			return -1;
	}
	if (r->conf.no_input) {
		r->null = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (r->null == -1)
			return -1;
	}
	return env_init(&r->env);
}

struct runner *
runner_exec_new(const struct runner_exec_conf *conf)
{
	struct runner_exec *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->head.ops = &exec_ops;
	r->conf = *conf;
	r->null = -1;
	args_init(&r->args, conf->tmpl);
	r->args.none = conf->feed;
	if (exec_open(r) == 0)
		return &r->head;
	r->args.tmpl = NULL; /* still the caller's */
	exec_free(&r->head);
	return NULL;
}
