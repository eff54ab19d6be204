/* SPDX-License-Identifier: ISC */
/*
 * The trace. In text each line of what was written is a line of the trace,
 * made visible as everything of others is; an offset begins a line of the
 * dump.
 */
#include "config.h"

#include "relay_trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "dur.h"
#include "quote.h"
#include "relay.h"

#define DUMP_WIDTH ((size_t)16)

void
relay_trace_init(struct relay_trace *t, struct loop *loop, int fd,
    void (*drained)(void *arg), void *arg)
{
	t->on = fd != -1;
	out_init(&t->out, loop, fd, drained, arg);
}

void
relay_trace_free(struct relay_trace *t)
{
	out_free(&t->out);
	t->on = false;
}

static void
put(struct relay_trace *t, struct buf *text)
{
	if (out_add(&t->out, buf_data(text), buf_len(text)) == -1)
		t->out.err = errno;
	out_flush(&t->out);
	buf_free(text);
}

void
relay_trace_say(
    struct relay_trace *t, size_t from, int64_t ns, const char *text)
{
	struct buf line = BUF_INIT;
	char name[RELAY_NAME];

	(void)buf_addf(&line, "%s> %" PRId64 ".%04" PRId64 " %s\n",
	    relay_name(from, name), ns / DUR_SECOND,
	    ns % DUR_SECOND / (DUR_SECOND / 10000), text);
	put(t, &line);
}

static void
add_text(struct buf *text, const char *p, size_t n)
{
	const char *end;
	size_t len;

	for (; n > 0; n -= len, p += len) {
		end = memchr(p, '\n', n);
		len = end == NULL ? n : (size_t)(end - p) + 1;
		(void)buf_adds(text, "  ");
		(void)quote_text(text, p, len, SIZE_MAX, false);
		(void)buf_addc(text, '\n');
	}
}

/* One line of the dump: n bytes, DUMP_WIDTH at most. */
static void
add_dump_line(struct buf *text, uint64_t at, const char *p, size_t n)
{
	size_t i;

	(void)buf_addf(text, "  %08" PRIx64 " ", at);
	for (i = 0; i < n; i++)
		(void)buf_addf(text, " %02x", (unsigned char)p[i]);
	(void)buf_addf(text, "%*s  |", (int)(3 * (DUMP_WIDTH - n)), "");
	for (i = 0; i < n; i++)
		(void)buf_addc(text, p[i] >= ' ' && p[i] < '\x7f' ? p[i] : '.');
	(void)buf_adds(text, "|\n");
}

static void
add_dump(struct buf *text, uint64_t at, const char *p, size_t n)
{
	size_t len;

	for (; n > 0; n -= len, p += len, at += len) {
		len = n < DUMP_WIDTH ? n : DUMP_WIDTH;
		add_dump_line(text, at, p, len);
	}
}

void
relay_trace_bytes(struct relay_trace *t, uint64_t at, const char *p, size_t n)
{
	struct buf text = BUF_INIT;

	if (t->hex)
		add_dump(&text, at, p, n);
	else
		add_text(&text, p, n);
	put(t, &text);
}

int
relay_trace_error(struct relay_trace *t)
{
	if (t->on && t->out.err != 0)
		relay_trace_free(t);
	return t->out.err;
}

bool
relay_trace_full(const struct relay_trace *t)
{
	return t->on && out_full(&t->out);
}

bool
relay_trace_idle(const struct relay_trace *t)
{
	return !t->on || out_idle(&t->out);
}
