/* SPDX-License-Identifier: ISC */
/*
 * One worker process of built-in work, seen from the runner.
 */
#include "config.h"

#include "worker_class.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "builtin.h"
#include "dur.h"
#include "io.h"
#include "proc.h"

#define READ_SIZE ((size_t)64 * 1024)

/* A bundle is over by then, mostly. If not, it is at a task that takes long,
 * and what it has done before can be seen; so it is looked after again, but
 * ever less often, for it may have begun late. */
#define PATIENCE (20 * DUR_MS)
#define PATIENCE_MAX DUR_SECOND

static void
peek_after(struct class_worker *w, int64_t ns)
{
	const struct task *task = TAILQ_FIRST(&w->head.tasks);
	struct loop *loop = w->head.crew->head.loop;

	w->patience = ns;
	if (task != NULL && task->extra > 0)
		loop_timer_after(loop, &w->peek, ns);
	else
		loop_timer_del(loop, &w->peek);
}

/* Takes what the worker has not written yet. */
static void
class_peek(struct class_worker *w)
{
	char *p = buf_reserve(&w->recv, OUTBOX_SIZE);
	size_t n = p == NULL ? 0 : outbox_peek(&w->reader, p);

	buf_grown(&w->recv, n);
	reply_take(w);
}

static void
peek_due(struct loop_timer *t)
{
	struct class_worker *w = t->arg;
	int64_t next = 2 * w->patience;

	class_peek(w);
	reply_row_end(w);
	peek_after(w, next < PATIENCE_MAX ? next : PATIENCE_MAX);
}

/* Reads once and takes all whole frames. Returns what read(2) returned. */
static ssize_t
class_read(struct class_worker *w)
{
	char *p = buf_reserve(&w->recv, READ_SIZE);
	size_t known;
	ssize_t n;

	if (p == NULL)
		return -1;
	n = io_read(w->reply.fd, p, READ_SIZE);
	if (n <= 0)
		return n;
	known = outbox_came(&w->reader, (size_t)n);
	memmove(p, p + known, (size_t)n - known);
	buf_grown(&w->recv, (size_t)n - known);
	reply_take(w);
	return n;
}

static void
reply_ready(struct loop_fd *fd, short revents)
{
	struct class_worker *w = fd->arg;

	(void)revents;
	if (class_read(w) == 0)
		loop_fd_del(w->head.crew->head.loop, fd);
	peek_after(w, PATIENCE);
}

/* The first task without a reply was being run and has died with its worker;
 * the others have not begun. */
static void
class_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct class_worker *w = c->arg;
	struct loop *loop = w->head.crew->head.loop;

	(void)ru;
	while (class_read(w) > 0)
		;
	class_peek(w);
	reply_missing(w, status);
	loop_timer_del(loop, &w->peek);
	loop_fd_del(loop, &w->reply);
	io_close(&w->reply.fd);
	worker_stopped(&w->head);
	buf_free(&w->recv);
	buf_free(&w->row);
	outbox_free(w->outbox);
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
	w->peek = (struct loop_timer){.cb = peek_due, .arg = w};
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
class_fork(struct class_worker *w, const int ask[2], const int reply[2])
{
	struct runner_builtin *r = (struct runner_builtin *)w->head.crew;
	struct builtin_work work = {r->class, w->outbox, 3, 4};
	struct proc_spec spec = {.entry = builtin_worker,
	    .arg = &work,
	    .group = PROC_OWN_GROUP,
	    .death_signal = SIGKILL,
	    .nfds = 2};
	enum proc_step step;

	spec.fds[0] = (struct proc_fd){ask[0], work.ask};
	spec.fds[1] = (struct proc_fd){reply[1], work.reply};
	return proc_start(&spec, &w->head.child.pid, &step);
}

static void
close_pair(int fd[2])
{
	io_close(&fd[0]);
	io_close(&fd[1]);
}

/* What the process and we have in common. Returns 0, or -1 and errno with
 * nothing left of it. */
static int
class_connect(struct class_worker *w, int ask[2], int reply[2])
{
	struct loop *loop = w->head.crew->head.loop;

	ask[0] = ask[1] = reply[0] = reply[1] = -1;
	w->outbox = outbox_new();
	if (w->outbox != NULL && io_pipe(ask) == 0 && io_pipe(reply) == 0 &&
	    fcntl(reply[0], F_SETFL, O_NONBLOCK) == 0) {
		w->reply.fd = reply[0];
		if (loop_fd_add(loop, &w->reply) == 0 &&
		    class_fork(w, ask, reply) == 0)
			return 0;
		loop_fd_del(loop, &w->reply);
	}
	close_pair(ask);
	close_pair(reply);
	outbox_free(w->outbox);
	return -1;
}

static int
class_start(struct worker *worker)
{
	struct class_worker *w = (struct class_worker *)worker;
	int ask[2], reply[2];

	if (class_connect(w, ask, reply) == -1)
		return -1;
	(void)outbox_hide(w->outbox);
	io_close(&ask[0]);
	io_close(&reply[1]);
	w->reader = (struct outbox_reader){.outbox = w->outbox};
	w->done = 0;
	w->broken = false;
	worker_started(worker, ask[1], SIZE_MAX);
	return 0;
}

static int
class_ask(struct worker *worker, const struct task *task)
{
	struct class_worker *w = (struct class_worker *)worker;
	bool bundle = task->extra > 0;
	/* What stands alone has its length, and may have a NUL in it. */
	size_t len = buf_len(&task->text) - !bundle;
	struct builtin_ask ask = {(uint32_t)len, (uint32_t)task_span(task)};

	if (buf_reserve(&worker->send, sizeof(ask) + len) == NULL)
		return -1;
	(void)buf_add(&worker->send, &ask, sizeof(ask));
	(void)buf_add(&worker->send, buf_data(&task->text), len);
	if (bundle && worker->ntasks == 0) {
		w->patience = PATIENCE;
		loop_timer_after(worker->crew->head.loop, &w->peek, PATIENCE);
	}
	return 0;
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
