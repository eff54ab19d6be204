/* SPDX-License-Identifier: ISC */
/*
 * The worker's side of built-in work. Each reply is written as soon as the
 * task is done: the next one may take long.
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

static int
reply_write(struct worker *w, struct builtin_end *end)
{
	struct task_reply *r = &w->reply;

	if (stream_add(&w->out, BUILTIN_OUT, &r->out) == -1 ||
	    stream_add(&w->out, BUILTIN_ERR, &r->err) == -1 ||
	    stream_add(&w->out, BUILTIN_REASON, &r->reason) == -1 ||
	    frame_add(&w->out, BUILTIN_END, end, sizeof(*end)) == -1 ||
	    io_write_all(w->work->reply, buf_data(&w->out), buf_len(&w->out)) ==
		-1)
		return -1;
	buf_reset(&w->out, READ_SIZE);
	buf_reset(&r->out, READ_SIZE);
	buf_reset(&r->err, READ_SIZE);
	buf_clear(&r->reason);
	return 0;
}

/* Runs the record of len bytes at p; there is room for a NUL behind it. */
static int
run_one(struct worker *w, char *p, size_t len)
{
	struct builtin_end end = {0, 0, 0};
	int64_t start = loop_now();
	char behind = p[len];

	p[len] = '\0';
	end.code = (int32_t)task_class_run(
	    w->work->class, w->self, p, len, &w->reply);
	p[len] = behind;
	end.ns = loop_now() - start;
	return reply_write(w, &end);
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
		if (run_one(w, buf_data(&w->in) + sizeof(ask), ask.len) == -1)
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
