/* SPDX-License-Identifier: ISC */
/*
 * The life of the relay, and what concerns all of its directions.
 */
#include "config.h"

#include "relay.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "relay_impl.h"
#include "relay_meter.h"

#define METER_EVERY DUR_SECOND
#define FDS_OF_DIR 3 /* in, out, copy */
#define FDS_OF_ALL 3 /* trace, meter, and one of the caller's */

const char *
relay_name(size_t member, char name[RELAY_NAME])
{
	char *p = name + RELAY_NAME;
	size_t n = member + 1;

	*--p = '\0';
	do {
		n--;
		*--p = (char)('A' + n % 26);
		n /= 26;
	} while (n > 0);
	return memmove(name, p, (size_t)(name + RELAY_NAME - p));
}

void
relay_moved(struct relay *r, int64_t now)
{
	r->moved = now;
	relay_stuck_over(r);
}

static void
run_all(struct relay *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		relay_dir_run(&r->dirs[i]);
}

void
relay_trace_check(struct relay *r)
{
	int err = relay_trace_error(&r->trace);

	if (err == 0 || r->trace_told)
		return;
	r->trace_told = r->failed = true;
	r->events.say(r->events.arg, "--trace", strerror(err));
}

/* Those who waited for the trace go on. */
static void
trace_drained(void *arg)
{
	struct relay *r = arg;

	relay_trace_check(r);
	run_all(r);
}

static void
idle_due(struct loop_timer *t)
{
	struct relay *r = t->arg;

	if (loop_now() - r->moved < r->conf.idle)
		loop_timer_set(r->loop, t, r->moved + r->conf.idle);
	else if (relay_running(r))
		r->events.idle(r->events.arg);
}

static void
nothing(void *arg)
{
	(void)arg;
}

/* One line, which the next one is written over. It is left out when the
 * terminal has not taken the last one. */
static void
meter_due(struct loop_timer *t)
{
	struct relay *r = t->arg;
	struct buf line = BUF_INIT;
	struct relay_dir *d;
	int64_t now = loop_now();
	size_t i;

	(void)buf_adds(&line, "\r");
	for (i = 0; i < r->n; i++) {
		d = &r->dirs[i];
		(void)buf_adds(&line, i > 0 ? "  " : "");
		(void)relay_meter_short(&line, d->link.from, &d->stat,
		    d->stat.bytes - d->shown, now - r->shown);
		d->shown = d->stat.bytes;
	}
	(void)buf_adds(&line, "\033[K\r");
	if (out_idle(&r->screen))
		(void)out_add(&r->screen, buf_data(&line), buf_len(&line));
	out_flush(&r->screen);
	buf_free(&line);
	r->shown = now;
	loop_timer_after(r->loop, t, METER_EVERY);
}

struct relay *
relay_new(struct loop *loop, size_t n, const struct relay_conf *conf,
    const struct relay_events *events)
{
	struct relay *r;

	if (loop_reserve(loop, loop->n + n * FDS_OF_DIR + FDS_OF_ALL) == -1)
		return NULL;
	r = calloc(1, sizeof(*r) + n * sizeof(r->dirs[0]));
	if (r == NULL)
		return NULL;
	(void)signal(SIGPIPE, SIG_IGN);
	r->loop = loop;
	r->conf = *conf;
	r->events = *events;
	r->max = n;
	r->idle = (struct loop_timer){.cb = idle_due, .arg = r};
	r->meter = (struct loop_timer){.cb = meter_due, .arg = r};
	relay_stuck_init(r);
	relay_trace_init(&r->trace, loop, conf->trace, trace_drained, r);
	r->trace.hex = conf->hex;
	out_init(&r->screen, loop, STDERR_FILENO, nothing, r);
	return r;
}

int
relay_add(struct relay *r, const struct relay_link *link)
{
	int rc = relay_dir_init(&r->dirs[r->n], r, link);

	if (rc == 0)
		r->n++;
	return rc;
}

void
relay_start(struct relay *r)
{
	size_t i;

	r->begin = r->moved = r->shown = loop_now();
	for (i = 0; i < r->n; i++)
		relay_dir_start(&r->dirs[i]);
	if (r->conf.idle > 0)
		loop_timer_after(r->loop, &r->idle, r->conf.idle);
	if (r->conf.meter && isatty(STDERR_FILENO))
		loop_timer_after(r->loop, &r->meter, METER_EVERY);
}

bool
relay_running(const struct relay *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->dirs[i].stat.end == RELAY_OPEN ||
		    !relay_copy_idle(&r->dirs[i].copy))
			return true;
	return !relay_trace_idle(&r->trace);
}

/* No more figures; the line is left empty. */
static void
end_meter(struct relay *r)
{
	static const char empty[] = "\r\033[K";

	if (!r->meter.set)
		return;
	loop_timer_del(r->loop, &r->meter);
	(void)out_add(&r->screen, empty, sizeof(empty) - 1);
	out_flush(&r->screen);
}

void
relay_stop(struct relay *r)
{
	size_t i;

	end_meter(r);
	for (i = 0; i < r->n; i++)
		if (r->dirs[i].stat.end == RELAY_OPEN)
			relay_dir_shut(&r->dirs[i], RELAY_STOPPED, 0);
	loop_timer_del(r->loop, &r->idle);
	loop_timer_del(r->loop, &r->stuck);
}

void
relay_stat(const struct relay *r, size_t i, struct relay_stat *stat)
{
	const struct relay_dir *d = &r->dirs[i];

	*stat = d->stat;
	if (d->stalled != 0)
		stat->stall += loop_now() - d->stalled;
}

void
relay_meter(const struct relay *r)
{
	char from[RELAY_NAME + 1];
	struct buf text = BUF_INIT;
	struct relay_stat stat;
	size_t i;

	for (i = 0; i < r->n; i++) {
		relay_stat(r, i, &stat);
		buf_clear(&text);
		(void)relay_meter_total(&text, &r->dirs[i].link, &stat,
		    stat.last == 0 ? 0 : stat.last - r->begin);
		(void)relay_name(r->dirs[i].link.from, from);
		(void)strlcat(from, ">", sizeof(from));
		if (buf_addc(&text, '\0') == 0)
			r->events.say(r->events.arg, from, buf_data(&text));
	}
	buf_free(&text);
}

bool
relay_failed(const struct relay *r)
{
	return r->failed;
}

void
relay_free(struct relay *r)
{
	size_t i;

	relay_stop(r);
	for (i = 0; i < r->n; i++)
		relay_copy_free(&r->dirs[i].copy);
	relay_trace_free(&r->trace);
	out_free(&r->screen);
	free(r);
}
