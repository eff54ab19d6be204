/* SPDX-License-Identifier: ISC */
/*
 * One worker process of built-in work, seen from the runner.
 */
#include "config.h"

#include "worker_class.h"

#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "builtin.h"
#include "io.h"
#include "proc.h"

#define READ_SIZE ((size_t)64 * 1024)

struct class_worker {
	struct worker head;
	struct loop_fd reply; /* we read */
	struct buf recv;
	bool broken; /* it has no object of the class */
};

static void
task_ended(struct worker *w, enum task_how how, int code, int64_t ns)
{
	struct runner *head = &w->crew->head;
	struct task *task = worker_take(w);

	task->ended = loop_now();
	task->started = task->ended - ns;
	task->how = how;
	task->code = code;
	head->events->ended(head->arg, task);
}

/* It has left in the middle of a task. */
static void
task_unanswered(struct worker *w, int status)
{
	struct task *task = TAILQ_FIRST(&w->tasks);

	(void)buf_addf(&task->reason,
	    "the worker ended with status %d before the task did", status);
	task_ended(w, TASK_BROKEN, status, 0);
}

static void
frame_end(struct worker *w, const char *p)
{
	struct builtin_end end;

	memcpy(&end, p, sizeof(end));
	crew_took(w->crew, end.ns, 1);
	task_ended(w, TASK_EXITED, end.code, end.ns);
}

static void
frame_broken(struct class_worker *w, const char *p)
{
	struct runner_builtin *r = (struct runner_builtin *)w->head.crew;
	int err;

	memcpy(&err, p, sizeof(err));
	w->broken = true;
	crew_broken(&r->crew, MP_TOOL_FAILED, r->class->name, strerror(err));
}

static void
frame_take(struct class_worker *w, const struct builtin_frame *f, const char *p)
{
	struct task *task = TAILQ_FIRST(&w->head.tasks);
	struct runner *head = &w->head.crew->head;

	if (f->kind == BUILTIN_BROKEN && f->len == sizeof(int)) {
		frame_broken(w, p);
		return;
	}
	if (task == NULL)
		return;
	switch ((enum builtin_kind)f->kind) {
	case BUILTIN_OUT:
		(void)head->events->output(
		    head->arg, task, TASK_OUT, p, f->len);
		break;
	case BUILTIN_ERR:
		(void)head->events->output(
		    head->arg, task, TASK_ERR, p, f->len);
		break;
	case BUILTIN_REASON:
		(void)buf_add(&task->reason, p, f->len);
		break;
	case BUILTIN_END:
		frame_end(&w->head, p);
		break;
	case BUILTIN_BROKEN:
		break;
	}
}

/* Reads once and takes all whole frames. Returns what read(2) returned. */
static ssize_t
class_read(struct class_worker *w)
{
	struct builtin_frame f;
	char *p = buf_reserve(&w->recv, READ_SIZE);
	ssize_t n;

	if (p == NULL)
		return -1;
	n = io_read(w->reply.fd, p, READ_SIZE);
	if (n <= 0)
		return n;
	buf_grown(&w->recv, (size_t)n);
	while (buf_len(&w->recv) >= sizeof(f)) {
		memcpy(&f, buf_data(&w->recv), sizeof(f));
		if (buf_len(&w->recv) - sizeof(f) < f.len)
			break;
		frame_take(w, &f, buf_data(&w->recv) + sizeof(f));
		buf_drop(&w->recv, sizeof(f) + f.len);
	}
	return n;
}

static void
reply_ready(struct loop_fd *fd, short revents)
{
	struct class_worker *w = fd->arg;

	(void)revents;
	if (class_read(w) == 0)
		loop_fd_del(w->head.crew->head.loop, fd);
}

/* The first task was being run and has died with its worker; the others
 * have not begun. */
static void
class_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct class_worker *w = c->arg;

	(void)ru;
	while (class_read(w) > 0)
		;
	loop_fd_del(w->head.crew->head.loop, &w->reply);
	io_close(&w->reply.fd);
	worker_stopped(&w->head);
	buf_free(&w->recv);
	if (w->head.ntasks > 0 && !w->broken) {
		if (WIFSIGNALED(status))
			task_ended(
			    &w->head, TASK_SIGNALED, WTERMSIG(status), 0);
		else
			task_unanswered(&w->head, WEXITSTATUS(status));
	}
	worker_back(&w->head);
	crew_gone(&w->head);
}

static struct worker *
class_make(struct crew *crew, unsigned no)
{
	struct class_worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	worker_init(&w->head, crew, no);
	w->reply = (struct loop_fd){
	    .fd = -1, .events = POLLIN, .cb = reply_ready, .arg = w};
	w->head.child.cb = class_ended;
	w->head.child.arg = w;
	return &w->head;
}

static void
class_free(struct worker *w)
{
	free(w);
}

/* Forks the worker process. Returns 0, or -1 and errno. */
static int
class_fork(struct worker *w, int ask[2], int reply[2])
{
	struct runner_builtin *r = (struct runner_builtin *)w->crew;
	struct builtin_work work = {r->class, 3, 4};
	struct proc_spec spec = {.entry = builtin_worker,
	    .arg = &work,
	    .group = PROC_OWN_GROUP,
	    .death_signal = SIGKILL,
	    .nfds = 2};
	enum proc_step step;

	spec.fds[0] = (struct proc_fd){ask[0], work.ask};
	spec.fds[1] = (struct proc_fd){reply[1], work.reply};
	return proc_start(&spec, &w->child.pid, &step);
}

static void
close_pair(int fd[2])
{
	io_close(&fd[0]);
	io_close(&fd[1]);
}

static int
class_start(struct worker *worker)
{
	struct class_worker *w = (struct class_worker *)worker;
	int ask[2], reply[2];

	if (io_pipe(ask) == -1)
		return -1;
	if (io_pipe(reply) == -1) {
		close_pair(ask);
		return -1;
	}
	if (fcntl(reply[0], F_SETFL, O_NONBLOCK) == -1 ||
	    class_fork(worker, ask, reply) == -1) {
		close_pair(ask);
		close_pair(reply);
		return -1;
	}
	io_close(&ask[0]);
	io_close(&reply[1]);
	w->reply.fd = reply[0];
	w->broken = false;
	worker_started(worker, ask[1], SIZE_MAX);
	return loop_fd_add(worker->crew->head.loop, &w->reply);
}

static int
class_ask(struct worker *w, const struct task *task)
{
	size_t len = buf_len(&task->text) - 1;
	struct builtin_ask ask = {(uint32_t)len};

	if (buf_reserve(&w->send, sizeof(ask) + len) == NULL)
		return -1;
	(void)buf_add(&w->send, &ask, sizeof(ask));
	return buf_add(&w->send, buf_data(&task->text), len);
}

const struct crew_kind worker_class = {
    .make = class_make,
    .free = class_free,
    .start = class_start,
    .ask = class_ask,
    .dismiss = worker_hang_up,
    .ahead_ns = 500000,
    .ahead_max = 128,
};
