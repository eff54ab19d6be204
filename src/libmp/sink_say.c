/* SPDX-License-Identifier: ISC */
/*
 * What the sink says itself: messages, and the digest at the end.
 */
#include "config.h"

#include "sink_impl.h"

#include <errno.h>
#include <stdarg.h>

/* What we say ourselves begins a line of its own. */
static void
put_line(struct sink *s, const struct buf *line)
{
	if (s->mid_line)
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
	if (s->mid_line && !hold_empty(&s->digest))
		sink_put(s, TASK_ERR, "\n", 1);
	(void)sink_emit(s, &s->digest, TASK_ERR);
	out_flush(&s->out[TASK_ERR]);
}
