/* SPDX-License-Identifier: ISC */
/*
 * The worker's end of the socket to the clerk.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "io.h"
#include "work_impl.h"

#define READ_SIZE 65536

/* With tasks at hand messages are gathered for so long: the more the clerk
 * gets at a time, the less each of them costs. */
#define GATHER (2 * DUR_MS)

static void
gone(struct work *w)
{
	loop_fd_del(w->head.loop, &w->reply);
	loop_fd_del(w->head.loop, &w->ask);
	w->gone = true;
	work_failed(w, QUEUE_FAILED, "the process that had it open is gone");
}

static void
write_some(struct work *w)
{
	ssize_t n;

	if (w->gone || buf_len(&w->out) == 0)
		return;
	if (w->alone) {
		w->gone = io_write_all(w->conf.clerk, buf_data(&w->out),
			      buf_len(&w->out)) == -1;
		buf_clear(&w->out);
		return;
	}
	n = io_write(w->conf.clerk, buf_data(&w->out), buf_len(&w->out));
	if (n == -1 && errno != EAGAIN) {
		buf_clear(&w->out); /* the end of reading tells */
		return;
	}
	if (n > 0)
		buf_drop(&w->out, (size_t)n);
	if (buf_len(&w->out) == 0)
		loop_fd_del(w->head.loop, &w->ask);
	else
		(void)loop_fd_add(w->head.loop, &w->ask);
}

void
work_send(struct work *w, const struct clerk_msg *m, const void *body,
    const char *err)
{
	if (clerk_add(&w->out, m, body, err) == -1) {
		work_failed(w, QUEUE_FAILED, strerror(errno));
		return;
	}
	if (w->alone || TAILQ_EMPTY(&w->inbox))
		write_some(w);
	else if (!w->flush.set)
		loop_timer_after(w->head.loop, &w->flush, GATHER);
}

static void
take(struct work *w, const struct clerk_msg *m, const char *body)
{
	struct work_item *i = (struct work_item *)(uintptr_t)m->key;

	switch (m->kind) {
	case CLERK_TASK:
		work_task(w, m, body);
		break;
	case CLERK_ENDED:
		work_ended(w, m);
		break;
	case CLERK_LOST:
		work_lost(w, i);
		break;
	case CLERK_EMPTY:
		work_empty(w);
		break;
	case CLERK_DRAINED:
		work_over(w);
		break;
	case CLERK_NO_MORE:
		w->none = true;
		break;
	case CLERK_CLOSED:
		work_failed(
		    w, QUEUE_CLOSED, "the queue of the results is closed");
		break;
	case CLERK_FAILED:
		work_failed(w, QUEUE_FAILED, body);
		break;
	case CLERK_READY:
	case CLERK_END:
	case CLERK_TOUCH:
	case CLERK_CREDIT:
	case CLERK_ENOUGH:
	case CLERK_STOP:
		break;
	}
}

/* Reads once and takes all whole messages. Returns what read(2) did. */
static ssize_t
read_some(struct work *w)
{
	char *p = buf_reserve(&w->in, READ_SIZE);
	struct clerk_msg m;
	const char *body;
	size_t len;
	ssize_t n;

	n = p == NULL ? -1 : io_read(w->conf.clerk, p, READ_SIZE);
	if (n <= 0)
		return n;
	buf_grown(&w->in, (size_t)n);
	while ((len = clerk_next(&w->in, &m, &body)) > 0) {
		take(w, &m, body);
		buf_drop(&w->in, len);
	}
	return n;
}

static void
reply_ready(struct loop_fd *fd, short revents)
{
	struct work *w = fd->arg;
	ssize_t n = read_some(w);

	(void)revents;
	if (n == 0 || (n == -1 && errno != EAGAIN))
		gone(w);
}

static void
ask_ready(struct loop_fd *fd, short revents)
{
	(void)revents;
	write_some(fd->arg);
}

static void
flush(struct loop_timer *t)
{
	write_some(t->arg);
}

int
work_link(struct work *w)
{
	w->flush.cb = flush;
	w->flush.arg = w;
	w->ask = (struct loop_fd){
	    .fd = w->conf.clerk, .events = POLLOUT, .cb = ask_ready, .arg = w};
	w->reply = (struct loop_fd){
	    .fd = w->conf.clerk, .events = POLLIN, .cb = reply_ready, .arg = w};
	if (fcntl(w->conf.clerk, F_SETFL, O_NONBLOCK) == -1)
		return -1;
	return loop_fd_add(w->head.loop, &w->reply);
}

/* Without a loop. Returns whether more may come. */
static bool
await(struct work *w, int64_t until)
{
	struct pollfd pfd = {.fd = w->conf.clerk, .events = POLLIN};
	int64_t left = until - loop_now();
	int ms = -1;

	if (until != LOOP_NEVER)
		ms = left > 0 ? (int)(left / DUR_MS + 1) : 0;
	return poll(&pfd, 1, ms) == 1 && read_some(w) > 0;
}

void
work_link_end(struct work *w, int64_t until)
{
	const struct clerk_msg m = {.kind = CLERK_STOP};

	w->alone = true;
	(void)fcntl(w->conf.clerk, F_SETFL, 0);
	work_enough(w);
	write_some(w);
	while (!w->none && !w->gone)
		w->gone = !await(w, until);
	work_send(w, &m, NULL, NULL);
	while (!w->gone)
		w->gone = !await(w, until);
}
