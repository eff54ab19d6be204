/* SPDX-License-Identifier: ISC */
/*
 * Tasks from the records of a stream. It is read lazily: only when a task
 * is asked for and no record is left, and then as much as one read(2)
 * gives.
 */
#include "config.h"

#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "intake.h"
#include "io.h"
#include "rec.h"

#define READ_SIZE ((size_t)64 * 1024)
#define MORE_SIZE ((size_t)32 * 1024) /* of a bundle, about */

struct source_rec {
	struct source head;
	struct intake in;
	struct rec rec;
	struct task *partial; /* has some of its records */
	size_t per_task;
	uint64_t given; /* tasks */
};

/* A regular file has been read to its end: all that will come is here. */
static void
count_rest(struct source_rec *s)
{
	size_t n = s->partial->nrec + rec_count(&s->rec);

	s->head.total = s->given + (n + s->per_task - 1) / s->per_task;
}

/* Returns 0, or -1 and errno. */
static int
rec_fill(struct source *source)
{
	struct source_rec *s = (struct source_rec *)source;
	char *p = rec_room(&s->rec, READ_SIZE);
	ssize_t n;

	if (p == NULL)
		return -1;
	n = io_read(s->in.w.fd, p, READ_SIZE);
	if (n == -1)
		return -1;
	rec_fed(&s->rec, (size_t)n);
	if (s->in.at_once && (size_t)n < READ_SIZE)
		count_rest(s);
	return 0;
}

/* Takes the records that are there. Returns whether more must be read. */
static bool
rec_take(struct source_rec *s, struct task *task, enum source_got *got)
{
	enum rec_status r;
	const char *text;
	size_t len;

	while (task->nrec < s->per_task) {
		r = rec_next(&s->rec, &text, &len);
		switch (r) {
		case REC_LONG:
		case REC_OK:
			task->too_long |= r == REC_LONG;
			if (task_add_record(task, text, len) == 0)
				break;
			*got = SOURCE_FAILED;
			return false;
		case REC_MORE:
			return true;
		case REC_END:
			*got = task->nrec > 0 ? SOURCE_TASK : SOURCE_END;
			return false;
		}
	}
	*got = SOURCE_TASK;
	return false;
}

static enum source_got
rec_get(struct source_rec *s, struct task *task)
{
	enum source_got got = SOURCE_WAIT;

	while (s->in.err == 0 && rec_take(s, task, &got))
		if (!intake_more(&s->in))
			return SOURCE_WAIT;
	if (s->in.err == 0)
		return got;
	errno = s->in.err;
	return SOURCE_FAILED;
}

/* Records that wait for the rest of their task are kept in a task of our
 * own, for the caller's goes elsewhere in the meantime. */
static enum source_got
rec_source_next(struct source *source, struct task *task)
{
	struct source_rec *s = (struct source_rec *)source;
	struct buf text = task->text;
	enum source_got got = rec_get(s, s->partial);

	if (got != SOURCE_TASK)
		return got;
	task->text = s->partial->text;
	task->nrec = s->partial->nrec;
	task->has_nul = s->partial->has_nul;
	task->too_long = s->partial->too_long;
	s->partial->text = text;
	task_reset(s->partial);
	s->given++;
	return SOURCE_TASK;
}

/* What cannot be in a bundle is kept for the next task. */
static void
rec_source_more(struct source *source, struct task *task, size_t n)
{
	struct source_rec *s = (struct source_rec *)source;
	struct task *into = task;
	enum rec_status r;
	const char *text;
	size_t len;

	for (; n > 0 && into == task; n--) {
		if (buf_len(&task->text) >= MORE_SIZE)
			return;
		r = rec_next(&s->rec, &text, &len);
		if (r == REC_MORE || r == REC_END)
			return;
		if (r == REC_LONG || memchr(text, '\0', len) != NULL)
			into = s->partial;
		into->too_long |= r == REC_LONG;
		if (task_add_record(into, text, len) == -1) {
			s->in.err = errno;
			return;
		}
		s->given += into == task;
	}
}

static void
rec_source_stop(struct source *source)
{
	struct source_rec *s = (struct source_rec *)source;

	intake_stop(&s->in);
}

static void
rec_source_free(struct source *source)
{
	struct source_rec *s = (struct source_rec *)source;

	task_free(s->partial);
	rec_free(&s->rec);
	free(s);
}

static const struct source_ops rec_ops = {.next = rec_source_next,
    .more = rec_source_more,
    .stop = rec_source_stop,
    .free = rec_source_free};

struct source *
source_rec_new(int fd, const char *name, char delim, size_t per_task)
{
	struct source_rec *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->partial = task_new();
	if (s->partial == NULL) {
		free(s);
		return NULL;
	}
	s->head.ops = &rec_ops;
	s->head.name = name;
	intake_init(&s->in, &s->head, fd, rec_fill);
	s->per_task = per_task;
	rec_init(&s->rec, delim, SOURCE_RECORD_MAX);
	return &s->head;
}
