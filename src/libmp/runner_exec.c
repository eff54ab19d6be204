/* SPDX-License-Identifier: ISC */
/*
 * One process for each task, its output over two pipes. A task ends when
 * its process is reaped: what is in the pipes at that moment is taken, then
 * they are closed, whoever else may still hold them.
 */
#include "config.h"

#include "runner.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "capture.h"
#include "dur.h"
#include "env.h"
#include "io.h"
#include "proc.h"
#include "quote.h"
#include "tmpl.h"
#include "warden.h"

struct exec_slot {
	struct runner_exec *r;
	struct task *task; /* NULL: the slot is free */
	unsigned no;
	struct loop_child child;
	struct capture capture;
	int note; /* of a warden, or -1 */
	struct exec_slot *free;
};

struct runner_exec {
	struct runner head;
	struct runner_exec_conf conf;
	char *path; /* of the command, NULL where it varies */
	int null; /* /dev/null, or -1 */
	bool broken; /* the command cannot be executed */
	struct exec_slot **slot;
	size_t nslots, capslots, running;
	struct exec_slot *free;
	struct env env;
	struct args args;
};

static bool
exec_room(struct runner *runner)
{
	struct runner_exec *r = (struct runner_exec *)runner;

	return !r->broken && r->running < r->conf.jobs;
}

/* From the capture to the pool. */
static bool
slot_output(void *arg, int stream, const char *p, size_t n)
{
	struct exec_slot *s = arg;
	struct runner *head = &s->r->head;

	return head->events->output(head->arg, s->task, stream, p, n);
}

/* A free slot: the one used last, or a new one. */
static struct exec_slot *
slot_get(struct runner_exec *r)
{
	size_t cap = r->capslots == 0 ? 8 : 2 * r->capslots;
	struct exec_slot *s = r->free, **slot;

	if (s != NULL) {
		r->free = s->free;
		return s;
	}
	if (r->nslots == r->capslots) {
		slot = reallocarray(r->slot, cap, sizeof(*slot));
		if (slot == NULL)
			return NULL;
		r->slot = slot;
		r->capslots = cap;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	r->slot[r->nslots++] = s;
	s->r = r;
	s->no = (unsigned)r->nslots;
	s->note = -1;
	s->capture = (struct capture){
	    .loop = r->head.loop, .output = slot_output, .arg = s};
	return s;
}

static void
slot_put(struct runner_exec *r, struct exec_slot *s)
{
	s->task = NULL;
	s->free = r->free;
	r->free = s;
}

/* The file that argv[0] of this task stands for; *found is to be freed. */
static const char *
slot_path(struct runner_exec *r, char *const *argv, char **found)
{
	if (r->path != NULL)
		return r->path;
	return *found = proc_find(argv[0]);
}

/* Starts the process. Returns 0, or -1, errno and the step that failed. */
static int
slot_exec(struct exec_slot *s, struct task *task, const int wr[TASK_STREAMS],
    enum proc_step *step)
{
	struct runner_exec *r = s->r;
	struct proc_spec spec = {
	    .method = PROC_VFORK, .envp = r->env.envp, .death_signal = SIGKILL};
	char *found = NULL;
	int rc;

	*step = PROC_STEP_START;
	env_set(&r->env, task);
	r->head.events->begins(r->head.arg, task);
	spec.argv = args_expand(&r->args, task);
	if (spec.argv == NULL)
		return -1;
	*step = PROC_STEP_EXEC;
	spec.path = slot_path(r, spec.argv, &found);
	if (spec.path == NULL)
		return -1;
	*step = PROC_STEP_START;
	spec.group = r->conf.own_groups ? PROC_OWN_GROUP : PROC_SAME_GROUP;
	if (r->conf.no_input)
		spec.fds[spec.nfds++] = (struct proc_fd){r->null, 0};
	if (!r->conf.raw) {
		spec.fds[spec.nfds++] = (struct proc_fd){wr[TASK_OUT], 1};
		spec.fds[spec.nfds++] = (struct proc_fd){wr[TASK_ERR], 2};
	}
	if (r->conf.warden.time > 0)
		rc = warden_start(
		    &r->conf.warden, &spec, &s->child.pid, &s->note);
	else
		rc = proc_start(&spec, &s->child.pid, step);
	free(found);
	return rc;
}

/* Starts the process with its pipes. */
static int
slot_start(struct exec_slot *s, struct task *task, enum proc_step *step)
{
	int wr[TASK_STREAMS] = {-1, -1}, rc;

	*step = PROC_STEP_START;
	if (!s->r->conf.raw && capture_open(&s->capture, wr) == -1)
		return -1;
	rc = slot_exec(s, task, wr, step);
	io_close(&wr[TASK_OUT]);
	io_close(&wr[TASK_ERR]);
	if (rc == -1 && !s->r->conf.raw)
		capture_close(&s->capture);
	return rc;
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

/* The process could not be started. Returns 0 where the task was dealt
 * with, or -1 and EAGAIN where it should be tried again. */
static int
start_failed(struct runner_exec *r, struct task *task, int why)
{
	const char *command = r->conf.command;
	char **argv;

	if (why == EAGAIN || why == ENOMEM || why == EMFILE || why == ENFILE) {
		errno = EAGAIN;
		return -1;
	}
	if (r->path != NULL && why != E2BIG) {
		if (!r->broken)
			r->head.events->broken(
			    r->head.arg, proc_status(why), command, why);
		r->broken = true;
		task_refuse(r, task, TASK_CANCELLED, "");
		return 0;
	}
	if (r->path == NULL && (argv = args_expand(&r->args, task)) != NULL)
		command = argv[0];
	if (quote_shell(&task->reason, command) == 0)
		(void)buf_adds(&task->reason, ": ");
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
	slot_put(r, s);
	r->running--;
	if (rc == 0)
		r->head.events->ended(r->head.arg, task);
	else if (start_failed(r, task, errno) == -1)
		r->head.events->back(r->head.arg, task);
}

static const char *
exec_unfit(struct runner *runner, const struct task *task)
{
	(void)runner;
	if (task->has_nul)
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

	s = slot_get(r);
	if (s == NULL)
		return start_failed(r, task, ENOMEM);
	task->slot = s->no;
	task->started = loop_now();
	if (slot_start(s, task, &step) == -1) {
		why = errno;
		slot_put(r, s);
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

static const struct runner_ops exec_ops = {exec_room, exec_unfit, exec_start,
    exec_flush, exec_resume, exec_groups, exec_finish, exec_describe,
    exec_free};

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
	if (exec_open(r) == 0)
		return &r->head;
	r->args.tmpl = NULL; /* still the caller's */
	exec_free(&r->head);
	return NULL;
}
