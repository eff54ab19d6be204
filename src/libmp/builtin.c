/* SPDX-License-Identifier: ISC */
/*
 * The worker's side of built-in work. The replies of a bundle are gathered,
 * which is safe (see outbox.h); any other reply is written as soon as the task
 * is done: the next one may take long.
 */
#include "config.h"

#include "builtin.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "loop.h"

#define READ_SIZE ((size_t)64 * 1024)

struct worker {
	const struct builtin_work *work;
	void *self;
	struct buf in;
	struct buf out;
	struct task_reply reply;
	int64_t now; /* when the last task has ended, or the first begins */
};

static int
frame_add(struct buf *out, enum builtin_kind kind, const void *p, size_t n)
{
	struct builtin_frame f = {(uint32_t)kind, (uint32_t)n};

	return buf_add(out, &f, sizeof(f)) == -1 ? -1 : buf_add(out, p, n);
}

/* A stream of any length, as frames. */
static int
stream_add(struct buf *out, enum builtin_kind kind, const struct buf *b)
{
	const char *p = buf_data(b);
	size_t left = buf_len(b), n;

	for (; left > 0; left -= n, p += n) {
		n = left < BUILTIN_FRAME_MAX ? left : BUILTIN_FRAME_MAX;
		if (frame_add(out, kind, p, n) == -1)
			return -1;
	}
	return 0;
}

/* Room for n bytes in the outbox, emptied if need be, or NULL. */
static char *
room(struct worker *w, size_t n)
{
	struct outbox *o = &w->work->shared->outbox;
	char *p = outbox_room(o, n);

	if (p != NULL || outbox_flush(o, w->work->reply) == -1)
		return p;
	return outbox_room(o, n);
}

/* Puts one frame, which must be a short one. */
static int
frame_put(struct worker *w, enum builtin_kind kind, const void *p, size_t n)
{
	struct builtin_frame f = {(uint32_t)kind, (uint32_t)n};
	char *to = room(w, sizeof(f) + n);

	if (to == NULL)
		return -1;
	memcpy(to, &f, sizeof(f));
	if (n > 0)
		memcpy(to + sizeof(f), p, n);
	outbox_put(&w->work->shared->outbox, sizeof(f) + n);
	return 0;
}

/* Puts what w->out holds, at once; what is too long for that is not. */
static int
out_put(struct worker *w)
{
	size_t n = buf_len(&w->out);
	char *p = room(w, n);

	if (p == NULL)
		return outbox_pass(&w->work->shared->outbox, w->work->reply,
		    buf_data(&w->out), n);
	memcpy(p, buf_data(&w->out), n);
	outbox_put(&w->work->shared->outbox, n);
	return 0;
}

static int
reply_put(struct worker *w, struct builtin_end *end)
{
	struct task_reply *r = &w->reply;

	if (stream_add(&w->out, BUILTIN_OUT, &r->out) == -1 ||
	    stream_add(&w->out, BUILTIN_ERR, &r->err) == -1 ||
	    stream_add(&w->out, BUILTIN_REASON, &r->reason) == -1 ||
	    frame_add(&w->out, BUILTIN_END, end, sizeof(*end)) == -1 ||
	    out_put(w) == -1)
		return -1;
	buf_reset(&w->out, READ_SIZE);
	buf_reset(&r->out, READ_SIZE);
	buf_reset(&r->err, READ_SIZE);
	buf_clear(&r->reason);
	return 0;
}

/* Whether all that is to be said of a task is its output, a short one. */
static bool
is_plain(const struct task_reply *r, int code)
{
	return code == 0 && buf_len(&r->err) == 0 && buf_len(&r->reason) == 0 &&
	    buf_len(&r->out) <= OUTBOX_SIZE / 2;
}

/* Runs the record of len bytes at p, behind which is a NUL. */
static int
run_one(struct worker *w, const char *p, size_t len, bool bundled)
{
	struct task_reply *r = &w->reply;
	struct builtin_end end = {.ns = -w->now};
	int rc;

	end.code = (int32_t)task_class_run(w->work->class, w->self, p, len, r);
	w->now = loop_now();
	end.ns += w->now;
	if (!bundled || !is_plain(r, end.code))
		return reply_put(w, &end);
	rc = frame_put(w, BUILTIN_DONE, buf_data(&r->out), buf_len(&r->out));
	buf_clear(&r->out);
	return rc;
}

static int
run_single(struct worker *w, char *p, size_t len)
{
	char behind = p[len];
	int rc;

	p[len] = '\0';
	rc = run_one(w, p, len, false);
	p[len] = behind;
	return rc;
}

static bool
begin(struct worker *w)
{
	return claim_begin(&w->work->shared->claim);
}

/* Runs what is asked, as far as it was not taken back; there is room for a NUL
 * behind it. */
static int
run_tasks(struct worker *w, const struct builtin_ask *ask, char *p)
{
	struct builtin_over over = {.left = ask->n};
	int64_t start = w->now = loop_now();
	size_t len;

	if (ask->n == 1 && begin(w))
		return run_single(w, p, ask->len);
	for (; ask->n > 1 && over.left > 0 && begin(w); over.left--) {
		len = strlen(p);
		if (run_one(w, p, len, true) == -1)
			return -1;
		p += len + 1;
	}
	over.n = ask->n - over.left;
	over.ns = w->now - start;
	return frame_put(w, BUILTIN_OVER, &over, sizeof(over));
}

static int
run(struct worker *w, const struct builtin_ask *ask, char *p)
{
	if (run_tasks(w, ask, p) == -1)
		return -1;
	return outbox_flush(&w->work->shared->outbox, w->work->reply);
}

/* Runs all whole requests that are there. */
static int
run_all(struct worker *w)
{
	struct builtin_ask ask;

	while (buf_len(&w->in) >= sizeof(ask)) {
		memcpy(&ask, buf_data(&w->in), sizeof(ask));
		if (buf_len(&w->in) - sizeof(ask) < ask.len)
			break;
		if (run(w, &ask, buf_data(&w->in) + sizeof(ask)) == -1)
			return -1;
		buf_drop(&w->in, sizeof(ask) + ask.len);
	}
	return 0;
}

static int
serve(struct worker *w)
{
	ssize_t n;
	char *p;

	for (;;) {
		p = buf_reserve(&w->in, READ_SIZE + 1);
		if (p == NULL)
			return -1;
		n = io_read(w->work->ask, p, READ_SIZE);
		if (n <= 0)
			return n == 0 ? 0 : -1;
		buf_grown(&w->in, (size_t)n);
		if (run_all(w) == -1)
			return -1;
	}
}

/* The runner learns why there is no object, and nobody asks any more. */
static int
broken(const struct builtin_work *work)
{
	struct buf out = BUF_INIT;
	int err = errno;

	if (frame_add(&out, BUILTIN_BROKEN, &err, sizeof(err)) == 0)
		(void)io_write_all(work->reply, buf_data(&out), buf_len(&out));
	buf_free(&out);
	return 1;
}

int
builtin_worker(void *arg)
{
	struct worker w;
	int rc;

	memset(&w, 0, sizeof(w));
	w.work = arg;
	/* Tasks come from our standard input: a worker must not read it. */
	io_to_null(STDIN_FILENO);
	if (task_class_init(w.work->class, &w.self) == -1)
		return broken(w.work);
	rc = serve(&w);
	task_class_fini(w.work->class, w.self);
	buf_free(&w.in);
	buf_free(&w.out);
	buf_free(&w.reply.out);
	buf_free(&w.reply.err);
	buf_free(&w.reply.reason);
	return rc == -1;
}
