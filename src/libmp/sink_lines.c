/* SPDX-License-Identifier: ISC */
/*
 * Output line by line: what has no end yet is kept with its task, so that
 * lines of several tasks can be written in turn, and each can have a name
 * before it.
 */
#include "config.h"

#include "sink_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "quote.h"
#include "tagger.h"

#define LAST_MAX 200
#define NAME_MAX_SHOWN 4096
#define LINED_KEEP ((size_t)64 * 1024)

/* What is known of a task that has said something. */
struct lines {
	struct tagger part[TASK_STREAMS];
	struct buf name; /* a string */
	struct lines *spare;
};

void
sink_last_line(struct task *task, const char *p, size_t n)
{
	size_t end = n, start = 0, room;
	const char *nl;

	while (end > 0 && p[end - 1] == '\n')
		end--;
	if (end > 0) {
		nl = memrchr(p, '\n', end);
		if (nl != NULL)
			start = (size_t)(nl + 1 - p);
		if (nl != NULL || task->line_done) {
			buf_clear(&task->last);
			task->last_cut = false;
		}
		room = LAST_MAX - buf_len(&task->last);
		task->last_cut |= end - start > room;
		if (end - start < room)
			room = end - start;
		(void)buf_add(&task->last, p + start, room);
	}
	task->line_done = end < n;
}

void
sink_lines_welcome(struct sink *s)
{
	struct task *task;
	int stream;

	for (stream = 0; stream < TASK_STREAMS; stream++) {
		if (!s->stalled[stream] || out_full(&s->out[stream]) ||
		    hold_full(&s->store))
			continue;
		s->stalled[stream] = false;
		TAILQ_FOREACH(task, &s->order, order)
			if (!task->done)
				s->calls->resume(s->arg, task, stream);
	}
}

/* The records, with blanks between them. Returns 0, or -1 and ENOMEM. */
static int
make_name(struct buf *name, const struct task *task)
{
	const char *p = buf_data(&task->text);
	size_t i, len, left = buf_len(&task->text);

	buf_clear(name);
	for (i = 0; i < task->nrec && buf_len(name) < NAME_MAX_SHOWN; i++) {
		len = task->nrec > 1 ? strlen(p) : left - 1;
		if ((i > 0 && buf_addc(name, ' ') == -1) ||
		    quote_text(name, p, len, NAME_MAX_SHOWN, false) == -1)
			return -1;
		p += len + 1;
	}
	return buf_addc(name, '\0');
}

/* Returns NULL and ENOMEM on failure. */
static struct lines *
lines_get(struct sink *s, struct task *task)
{
	struct lines *l = task->lines != NULL ? task->lines : s->spare;

	if (l != NULL && l == task->lines)
		return l;
	if (l != NULL)
		s->spare = l->spare;
	else
		l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	task->lines = l;
	return !s->tags || make_name(&l->name, task) == 0 ? l : NULL;
}

bool
sink_lines(
    struct sink *s, struct task *task, int stream, const char *p, size_t n)
{
	struct lines *l = lines_get(s, task);
	const char *name;
	bool more;
	int rc = -1;

	if (l != NULL) {
		name = s->tags ? buf_data(&l->name) : NULL;
		rc = p != NULL
		    ? tagger_add(&l->part[stream], name, p, n, &s->lined)
		    : tagger_end(&l->part[stream], name, &s->lined);
	}
	if (rc == -1)
		sink_lost(s, errno);
	if (buf_len(&s->lined) == 0)
		return true;
	more = sink_deliver(
	    s, task, stream, buf_data(&s->lined), buf_len(&s->lined));
	buf_reset(&s->lined, LINED_KEEP);
	return more;
}

void
sink_lines_end(struct sink *s, struct task *task)
{
	if (task->lines == NULL)
		return;
	(void)sink_lines(s, task, TASK_OUT, NULL, 0);
	(void)sink_lines(s, task, TASK_ERR, NULL, 0);
	sink_lines_drop(s, task);
}

void
sink_lines_drop(struct sink *s, struct task *task)
{
	struct lines *l = task->lines;

	if (l == NULL)
		return;
	tagger_free(&l->part[TASK_OUT]);
	tagger_free(&l->part[TASK_ERR]);
	task->lines = NULL;
	l->spare = s->spare;
	s->spare = l;
}

void
sink_lines_free(struct sink *s)
{
	struct lines *l;

	while ((l = s->spare) != NULL) {
		s->spare = l->spare;
		buf_free(&l->name);
		free(l);
	}
	buf_free(&s->lined);
}
