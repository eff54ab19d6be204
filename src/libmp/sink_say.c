/* SPDX-License-Identifier: ISC */
/*
 * What the sink says itself: messages, and the digest at the end.
 */
#include "config.h"

#include "sink_impl.h"

#include <errno.h>
#include <stdarg.h>

/* Takes away the bar. It was written when nothing was pending. */
static void
bar_clear(struct sink *s)
{
	static const char clear[] = "\r\033[K";

	if (!s->bar)
		return;
	s->bar = false;
	if (out_add(&s->out[TASK_ERR], clear, sizeof(clear) - 1) == -1)
		sink_lost(s, errno);
	out_flush(&s->out[TASK_ERR]);
}

void
sink_make_way(struct sink *s, int stream)
{
	if (stream == TASK_ERR || s->shared)
		bar_clear(s);
}

void
sink_bar(struct sink *s, const struct buf *line)
{
	struct out *err = &s->out[TASK_ERR];

	if (line == NULL || !out_idle(err)) {
		bar_clear(s);
		return;
	}
	if (s->mid_line[TASK_ERR] ||
	    (s->shared &&
		(s->mid_line[TASK_OUT] || !out_idle(&s->out[TASK_OUT]))))
		return;
	if (out_add(err, "\r", 1) == -1 ||
	    out_add(err, buf_data(line), buf_len(line)) == -1 ||
	    out_add(err, "\033[K", 3) == -1)
		sink_lost(s, errno);
	s->bar = true;
	out_flush(err);
}

/* What we say ourselves begins a line of its own. */
static void
put_line(struct sink *s, const struct buf *line)
{
	if (s->mid_line[TASK_ERR])
		sink_put(s, TASK_ERR, "\n", 1);
	sink_put(s, TASK_ERR, buf_data(line), buf_len(line));
}

void
sink_message(struct sink *s, const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	if (buf_addf(&line, "%s: ", s->prog) == -1 ||
	    buf_addv(&line, fmt, ap) == -1 || buf_addc(&line, '\n') == -1)
		sink_lost(s, errno);
	else
		put_line(s, &line);
	va_end(ap);
	buf_free(&line);
}

void
sink_aside(struct sink *s, const char *p, size_t n)
{
	sink_put(s, TASK_ERR, p, n);
}

void
sink_digest(struct sink *s, const struct buf *text)
{
	struct buf line = BUF_INIT;

	if (buf_addf(&line, "%s: ", s->prog) == -1 ||
	    buf_add(&line, buf_data(text), buf_len(text)) == -1 ||
	    buf_addc(&line, '\n') == -1 ||
	    (hold_add(&s->store, &s->digest, buf_data(&line), buf_len(&line)) ==
		    -1 &&
		errno == ENOMEM))
		sink_lost(s, errno);
	buf_free(&line);
}

void
sink_line(struct sink *s, const struct buf *line)
{
	put_line(s, line);
	sink_put(s, TASK_ERR, "\n", 1);
	out_flush(&s->out[TASK_ERR]);
}

void
sink_finish(struct sink *s)
{
	if (s->mid_line[TASK_ERR] && !hold_empty(&s->digest))
		sink_put(s, TASK_ERR, "\n", 1);
	(void)sink_emit(s, &s->digest, TASK_ERR);
	out_flush(&s->out[TASK_ERR]);
}
