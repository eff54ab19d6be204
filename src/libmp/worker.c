/* SPDX-License-Identifier: ISC */
/*
 * What all kinds of workers share.
 */
#include "config.h"

#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "crew.h"
#include "io.h"

static void
ask_ready(struct loop_fd *fd, short revents)
{
	(void)revents;
	worker_send(fd->arg);
}

/* It reads no more; its kind may want to know. */
static void
become_deaf(struct worker *w)
{
	if (!w->deaf && w->crew->kind->deaf != NULL)
		w->crew->kind->deaf(w);
	w->deaf = true;
	loop_fd_del(w->crew->head.loop, &w->gone);
}

static void
reader_gone(struct loop_fd *fd, short revents)
{
	(void)revents;
	become_deaf(fd->arg);
}

void
worker_init(struct worker *w, struct crew *crew, unsigned no)
{
	memset(w, 0, sizeof(*w));
	w->crew = crew;
	w->no = no;
	w->ask = (struct loop_fd){
	    .fd = -1, .events = POLLOUT, .cb = ask_ready, .arg = w};
	w->gone = (struct loop_fd){
	    .fd = -1, .events = 0, .cb = reader_gone, .arg = w};
	TAILQ_INIT(&w->tasks);
}

void
worker_started(struct worker *w, int fd, size_t quota)
{
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	w->ask.fd = w->gone.fd = fd;
	w->quota = quota;
	w->sent = w->deaf = false;
	w->recalled = 0;
	loop_child_add(w->crew->head.loop, &w->child);
	if (w->crew->kind->deaf != NULL)
		(void)loop_fd_add(w->crew->head.loop, &w->gone);
}

void
worker_send(struct worker *w)
{
	struct loop *loop = w->crew->head.loop;
	ssize_t n = 0;

	w->sent = w->ntasks > 0;
	if (buf_len(&w->send) > 0 && !w->deaf)
		n = io_write(w->ask.fd, buf_data(&w->send), buf_len(&w->send));
	if (n == -1 && errno != EAGAIN)
		become_deaf(w);
	if (n > 0)
		buf_drop(&w->send, (size_t)n);
	if (buf_len(&w->send) == 0 || w->deaf)
		loop_fd_del(loop, &w->ask);
	else
		(void)loop_fd_add(loop, &w->ask);
}

void
worker_hang_up(struct worker *w)
{
	loop_fd_del(w->crew->head.loop, &w->ask);
	loop_fd_del(w->crew->head.loop, &w->gone);
	io_close(&w->ask.fd);
	w->deaf = true;
}

void
worker_give(struct worker *w, struct task *task)
{
	TAILQ_INSERT_TAIL(&w->tasks, task, queue);
	w->ntasks++;
	w->load += task_span(task);
	w->quota--;
	task->running = w;
	task->slot = w->no;
}

void
worker_part(struct worker *w, struct task *task, struct task *rest)
{
	TAILQ_INSERT_AFTER(&w->tasks, task, rest, queue);
	w->ntasks++;
	rest->running = w;
	rest->slot = w->no;
}

static struct task *
take(struct worker *w, struct task *task)
{
	TAILQ_REMOVE(&w->tasks, task, queue);
	w->ntasks--;
	w->load -= task_span(task);
	task->running = NULL;
	return task;
}

struct task *
worker_take(struct worker *w)
{
	return take(w, TAILQ_FIRST(&w->tasks));
}

struct task *
worker_take_last(struct worker *w)
{
	return take(w, TAILQ_LAST(&w->tasks, task_list));
}

void
worker_back(struct worker *w)
{
	struct runner *head = &w->crew->head;

	while (w->ntasks > 0)
		head->events->back(head->arg, worker_take(w));
}

void
worker_stopped(struct worker *w)
{
	worker_hang_up(w);
	buf_free(&w->send);
}
