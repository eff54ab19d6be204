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

#include "dur.h"
#include "io.h"
#include "proc.h"
#include "share.h"

#define READ_SIZE ((size_t)64 * 1024)

/* What a worker is given takes it much less, we think. If it does not, it is at
 * a task that takes long: what it has done before is to be seen, and what stands
 * behind it is for others to do. */
#define PATIENCE (20 * DUR_MS)

/* The worker has so many tasks, the first since w->since. */
static void
watch(struct class_worker *w, size_t load)
{
	if (load > 1 && !w->late.set)
		loop_timer_set(
		    w->head.crew->head.loop, &w->late, w->since + PATIENCE);
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
late_due(struct loop_timer *t)
{
	struct class_worker *w = t->arg;
	struct loop *loop = w->head.crew->head.loop;

	if (w->head.load <= 1)
		return;
	if (loop_now() - w->since < PATIENCE) {
		loop_timer_set(loop, t, w->since + PATIENCE);
		return;
	}
	class_peek(w);
	reply_recall(w);
	class_peek(w); /* what was said before the last one began */
	reply_row_end(w);
	crew_took(w->head.crew, PATIENCE, 1);
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
	w->since = loop_now();
	watch(w, w->head.load);
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
	loop_timer_del(loop, &w->late);
	loop_fd_del(loop, &w->reply);
	io_close(&w->reply.fd);
	worker_stopped(&w->head);
	buf_free(&w->recv);
	buf_free(&w->row);
	share_free(w->shared, sizeof(*w->shared));
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
	w->late = (struct loop_timer){.cb = late_due, .arg = w};
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
	struct builtin_work work = {r->class, w->shared, 3, 4};
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
	w->shared = share_new(sizeof(*w->shared));
	if (w->shared == NULL)
		return -1;
	if (io_pipe(ask) == 0 && io_pipe(reply) == 0 &&
	    fcntl(reply[0], F_SETFL, O_NONBLOCK) == 0) {
		w->reply.fd = reply[0];
		if (loop_fd_add(loop, &w->reply) == 0 &&
		    class_fork(w, ask, reply) == 0)
			return 0;
		loop_fd_del(loop, &w->reply);
	}
	close_pair(ask);
	close_pair(reply);
	w->reply.fd = -1;
	share_free(w->shared, sizeof(*w->shared));
	return -1;
}

static int
class_start(struct worker *worker)
{
	struct class_worker *w = (struct class_worker *)worker;
	int ask[2], reply[2];

	if (class_connect(w, ask, reply) == -1)
		return -1;
	share_hide(w->shared, sizeof(*w->shared));
	io_close(&ask[0]);
	io_close(&reply[1]);
	w->reader = (struct outbox_reader){.outbox = &w->shared->outbox};
	w->ended = 0;
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
	claim_give(&w->shared->claim, ask.n);
	if (worker->ntasks == 0)
		w->since = loop_now();
	watch(w, worker->load + ask.n);
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
    .bundled_max = CLAIM_MAX / 2,
};
