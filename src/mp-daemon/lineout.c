/* SPDX-License-Identifier: ISC */
/*
 * Whole lines to where there may be no room.
 */
#include "config.h"

#include "lineout.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io.h"
#include "lines.h"
#include "logstamp.h"

#define NOTICE_MAX 160 /* bytes */

int
lineout_init(struct lineout *o, const char *program, bool stamp)
{
	memset(o, 0, sizeof(*o));
	o->fd = -1;
	o->program = program;
	o->stamp = stamp;
	/* A piece and a newline, so that to keep it cannot fail later. */
	return buf_reserve(&o->rest, LINEOUT_PIECE + 1) == NULL ? -1 : 0;
}

void
lineout_free(struct lineout *o)
{
	buf_free(&o->rest);
}

bool
lineout_between(const struct lineout *o)
{
	return buf_len(&o->rest) == 0 && (!o->open_line || o->skipping);
}

static void
count_dropped(struct lineout *o, uint64_t lines)
{
	o->dropped += lines;
	o->untold += lines;
}

/* Writes as much as goes. */
static size_t
push(struct lineout *o, const char *p, size_t n)
{
	size_t done = 0;
	ssize_t put;

	while (done < n) {
		put = io_write(o->fd, p + done, n - done);
		if (put == -1) {
			o->error = errno;
			break;
		}
		done += (size_t)put;
	}
	o->written += done;
	return done;
}

/* Keeps what is left of a line, at most a piece. */
static void
keep(struct lineout *o, const char *p, size_t n)
{
	if (buf_add(&o->rest, p, n) == -1)
		count_dropped(o, 1);
}

static bool
push_notice(struct lineout *o)
{
	char text[NOTICE_MAX], time[LOGSTAMP_LEN + 1] = "";
	size_t len, done;

	if (o->stamp)
		(void)logstamp_format(logstamp_now(), time);
	(void)snprintf(text, sizeof(text),
	    "%s%s: %" PRIu64 " lines were dropped here\n", time, o->program,
	    o->untold);
	len = strlen(text);
	done = push(o, text, len);
	if (done == 0)
		return false;
	o->untold = 0;
	keep(o, text + done, len - done);
	return done == len;
}

bool
lineout_flush(struct lineout *o)
{
	buf_drop(&o->rest, push(o, buf_data(&o->rest), buf_len(&o->rest)));
	if (buf_len(&o->rest) > 0)
		return false;
	return o->untold == 0 || push_notice(o);
}

/* Passes over the line that is being dropped. Returns its bytes. */
static size_t
skip(struct lineout *o, const char *p, size_t n)
{
	size_t len = o->skipping ? lines_first(p, n) : 0;

	if (len > 0 && p[len - 1] == '\n')
		o->skipping = o->open_line = false;
	return len;
}

size_t
lineout_try(struct lineout *o, const char *p, size_t n)
{
	size_t done = skip(o, p, n), left;
	bool within;

	if (done == n || !lineout_flush(o))
		return done;
	within = o->open_line;
	left = push(o, p + done, n - done);
	if (left > 0)
		within = p[done + left - 1] != '\n';
	done += left;
	if (within && done < n) {
		left = lines_first(p + done, n - done);
		keep(o, p + done, left);
		done += left;
	}
	if (done > 0)
		o->open_line = p[done - 1] != '\n';
	return done;
}

/* Ends the line that is half written. */
static void
cut_off(struct lineout *o)
{
	keep(o, "\n", 1);
	count_dropped(o, 1);
	o->skipping = true;
}

static void
drop(struct lineout *o, const char *p, size_t n)
{
	size_t done = skip(o, p, n);

	if (done < n && o->open_line && !o->skipping) {
		cut_off(o);
		done += skip(o, p + done, n - done);
	}
	if (done == n)
		return;
	count_dropped(o, lines_count(p + done, n - done));
	o->open_line = o->skipping = p[n - 1] != '\n';
}

void
lineout_write(struct lineout *o, const char *p, size_t n)
{
	size_t done = lineout_try(o, p, n);

	if (done < n)
		drop(o, p + done, n - done);
}

void
lineout_forget(struct lineout *o)
{
	if (buf_len(&o->rest) == 0)
		return;
	buf_clear(&o->rest);
	count_dropped(o, 1);
	o->skipping = o->open_line;
}
