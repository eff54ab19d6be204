/* SPDX-License-Identifier: ISC */
/*
 * One worker process of built-in work, seen from the runner.
 */
#include "config.h"

#include "worker.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "builtin.h"
#include "io.h"
#include "proc.h"

#define READ_SIZE ((size_t)64 * 1024)

void
worker_hang_up(struct worker *w)
{
	loop_fd_del(w->runner->loop, &w->ask);
	io_close(&w->ask.fd);
}

void
worker_send(struct worker *w)
{
	ssize_t n;

	if (w->ask.fd == -1 || buf_len(&w->send) == 0)
		return;
	n = io_write(w->ask.fd, buf_data(&w->send), buf_len(&w->send));
	if (n == -1 && errno != EAGAIN) {
		/* It is dead; its end will be reported. */
		worker_hang_up(w);
		return;
	}
	if (n > 0)
		buf_drop(&w->send, (size_t)n);
	if (buf_len(&w->send) == 0)
		loop_fd_del(w->runner->loop, &w->ask);
	else
		(void)loop_fd_add(w->runner->loop, &w->ask);
}

static void
ask_ready(struct loop_fd *fd, short revents)
{
	(void)revents;
	worker_send(fd->arg);
}

static void
task_ended(struct worker *w, enum task_how how, int code, int64_t ns)
{
	struct task *task = TAILQ_FIRST(&w->tasks);
	struct runner *head = w->runner;

	TAILQ_REMOVE(&w->tasks, task, queue);
	w->ntasks--;
	task->ended = loop_now();
	task->started = task->ended - ns;
	task->how = how;
	task->code = code;
	task->running = NULL;
	head->events->ended(head->arg, task);
}

/* It has left in the middle of a task. */
static void
task_unanswered(struct worker *w, int status)
{
	struct task *task = TAILQ_FIRST(&w->tasks);

	(void)buf_addf(&task->reason,
	    "the worker ended with status %d before the task did", status);
	task_ended(w, TASK_REFUSED, status, 0);
}

static void
frame_end(struct worker *w, const char *p)
{
	struct builtin_end end;

	memcpy(&end, p, sizeof(end));
	w->calls->took(w->runner, end.ns);
	task_ended(w, TASK_EXITED, end.code, end.ns);
}

static void
frame_broken(struct worker *w, const char *p)
{
	int err;

	memcpy(&err, p, sizeof(err));
	w->broken = true;
	w->calls->broken(w->runner, err);
}

static void
frame_take(struct worker *w, const struct builtin_frame *f, const char *p)
{
	struct task *task = TAILQ_FIRST(&w->tasks);
	struct runner *head = w->runner;

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
		frame_end(w, p);
		break;
	case BUILTIN_BROKEN:
		break;
	}
}

/* Reads once and takes all whole frames. Returns what read(2) returned. */
static ssize_t
worker_read(struct worker *w)
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
	struct worker *w = fd->arg;

	(void)revents;
	if (worker_read(w) == 0)
		loop_fd_del(w->runner->loop, &w->reply);
}

/* The first task was being run and has died with its worker; the others
 * have not begun. */
static void
tasks_over(struct worker *w, int status)
{
	struct runner *head = w->runner;
	struct task *task;

	if (w->ntasks > 0 && !w->broken) {
		if (WIFSIGNALED(status))
			task_ended(w, TASK_SIGNALED, WTERMSIG(status), 0);
		else
			task_unanswered(w, WEXITSTATUS(status));
	}
	while ((task = TAILQ_FIRST(&w->tasks)) != NULL) {
		TAILQ_REMOVE(&w->tasks, task, queue);
		w->ntasks--;
		task->running = NULL;
		head->events->back(head->arg, task);
	}
}

static void
worker_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct worker *w = c->arg;

	(void)ru;
	while (worker_read(w) > 0)
		;
	loop_fd_del(w->runner->loop, &w->reply);
	io_close(&w->reply.fd);
	worker_hang_up(w);
	buf_free(&w->recv);
	buf_free(&w->send);
	tasks_over(w, status);
	w->calls->gone(w->runner, w);
}

struct worker *
worker_new(struct runner *runner, const struct worker_calls *calls, unsigned no)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->runner = runner;
	w->calls = calls;
	w->no = no;
	w->ask.fd = w->reply.fd = -1;
	w->child.cb = worker_ended;
	w->child.arg = w;
	TAILQ_INIT(&w->tasks);
	return w;
}

void
worker_free(struct worker *w)
{
	free(w);
}

/* Forks the worker process. Returns 0, or -1 and errno. */
static int
worker_fork(
    struct worker *w, const struct task_class *class, int ask[2], int reply[2])
{
	struct builtin_work work = {class, 3, 4};
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

/* Our ends do not block: a worker that is busy
 * writing replies does not read, and the other way round. */
int
worker_start(struct worker *w, const struct task_class *class)
{
	int ask[2], reply[2];

	if (io_pipe(ask) == -1)
		return -1;
	if (io_pipe(reply) == -1) {
		close_pair(ask);
		return -1;
	}
	if (fcntl(ask[1], F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(reply[0], F_SETFL, O_NONBLOCK) == -1 ||
	    worker_fork(w, class, ask, reply) == -1) {
		close_pair(ask);
		close_pair(reply);
		return -1;
	}
	io_close(&ask[0]);
	io_close(&reply[1]);
	w->ask = (struct loop_fd){
	    .fd = ask[1], .events = POLLOUT, .cb = ask_ready, .arg = w};
	w->reply = (struct loop_fd){
	    .fd = reply[0], .events = POLLIN, .cb = reply_ready, .arg = w};
	w->broken = false;
	loop_child_add(w->runner->loop, &w->child);
	return loop_fd_add(w->runner->loop, &w->reply);
}

int
worker_give(struct worker *w, struct task *task)
{
	size_t len = buf_len(&task->text) - 1;
	struct builtin_ask ask = {(uint32_t)len};

	if (buf_reserve(&w->send, sizeof(ask) + len) == NULL)
		return -1;
	(void)buf_add(&w->send, &ask, sizeof(ask));
	(void)buf_add(&w->send, buf_data(&task->text), len);
	TAILQ_INSERT_TAIL(&w->tasks, task, queue);
	w->ntasks++;
	task->running = w;
	return 0;
}
