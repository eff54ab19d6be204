/* SPDX-License-Identifier: ISC */
/*
 * Verbs that look: ls, peek, stat, export.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "json.h"
#include "jsonl.h"
#include "prog.h"
#include "quote.h"
#include "states.h"
#include "status.h"
#include "verb.h"

#define SHOWN 40 /* bytes of a body */

/* What a listing goes to. */
struct show {
	struct job *job;
	struct buf b;
	int64_t now; /* of real time */
	int64_t rows;
	int err; /* of a write, or 0 */
};

static int
show_flush(struct show *s)
{
	if (s->err == 0 &&
	    io_write_all(STDOUT_FILENO, buf_data(&s->b), buf_len(&s->b)) == -1)
		s->err = errno;
	buf_clear(&s->b);
	return s->err == 0 ? 0 : -1;
}

/* The end of a verb. */
static int
show_end(struct show *s, enum queue_rc rc)
{
	(void)show_flush(s);
	buf_free(&s->b);
	if (s->err != 0)
		return prog_complain("standard output", strerror(s->err));
	return verb_result(s->job, rc);
}

static bool
list_row(void *arg, const struct queue_row *row)
{
	struct show *s = arg;

	(void)buf_addf(&s->b, "%jd\t%s\t%jd\t%jd\t", (intmax_t)row->id,
	    states_name(row->state), (intmax_t)row->pri, (intmax_t)row->tries);
	(void)quote_visible(&s->b, row->body, row->len, SHOWN);
	if (row->err != NULL) {
		(void)buf_addc(&s->b, '\t');
		(void)quote_text(
		    &s->b, row->err, strlen(row->err), SHOWN, false);
	}
	(void)buf_addc(&s->b, '\n');
	return show_flush(s) == 0;
}

static bool
list_json(void *arg, const struct queue_row *row)
{
	struct show *s = arg;
	struct buf *b = &s->b;

	(void)json_open(b, NULL, '{');
	(void)json_number(b, "id", row->id);
	(void)json_string(b, "state", states_name(row->state));
	(void)json_number(b, "pri", row->pri);
	(void)json_number(b, "tries", row->tries);
	(void)json_number(b, "bytes", (int64_t)row->len);
	(void)json_seconds(b, "created", row->created);
	if (row->key != NULL)
		(void)json_string(b, "key", row->key);
	if (row->err != NULL)
		(void)json_string(b, "err", row->err);
	if (row->status != 0)
		(void)json_number(b, "status", row->status);
	(void)json_close(b, '}');
	(void)buf_addc(b, '\n');
	return show_flush(s) == 0;
}

static bool
list_name(void *arg, const char *name)
{
	struct show *s = arg;

	if (s->job->conf.json) {
		(void)json_open(&s->b, NULL, '{');
		(void)json_string(&s->b, "queue", name);
		(void)json_close(&s->b, '}');
	} else {
		(void)buf_adds(&s->b, name);
	}
	(void)buf_addc(&s->b, '\n');
	return show_flush(s) == 0;
}

int
verb_ls(struct job *job)
{
	struct show s = {.job = job, .b = BUF_INIT};
	unsigned states = ~0U;

	if (states_parse(job->conf.state, &states) == -1)
		return prog_complain("--state", "not a list of states");
	if (job->argc == 0)
		return show_end(
		    &s, job->queue->ops->names(job->queue, list_name, &s));
	return show_end(&s,
	    job->queue->ops->list(job->queue, job->argv[0], states,
		job->conf.json ? list_json : list_row, &s));
}

static bool
peek_row(void *arg, const struct queue_row *row)
{
	struct show *s = arg;
	const char *end = s->job->conf.nul ? "" : "\n";

	(void)buf_add(&s->b, row->body, row->len);
	if (s->job->conf.nul || s->job->conf.lines)
		(void)buf_add(&s->b, end, 1);
	s->rows++;
	return show_flush(s) == 0 && s->rows < s->job->conf.n;
}

int
verb_peek(struct job *job)
{
	struct show s = {.job = job, .b = BUF_INIT};
	enum queue_rc rc = job->queue->ops->list(
	    job->queue, job->argv[0], 1U << QUEUE_READY, peek_row, &s);

	if (rc == QUEUE_OK && s.rows == 0)
		rc = QUEUE_EMPTY;
	return show_end(&s, rc);
}

static bool
export_row(void *arg, const struct queue_row *row)
{
	struct show *s = arg;
	struct jsonl j;
	int rc;

	jsonl_init(&j);
	rc = buf_add(&j.body, row->body, row->len);
	j.pri = row->pri;
	if (row->state == QUEUE_DELAYED && row->due > s->now)
		j.delay = row->due - s->now;
	if (rc == 0 && row->key != NULL) {
		j.has_key = true;
		rc = buf_add(&j.key, row->key, strlen(row->key) + 1);
	}
	if (rc == 0)
		rc = jsonl_format(&j, &s->b);
	jsonl_free(&j);
	if (rc == -1)
		s->err = ENOMEM;
	return show_flush(s) == 0;
}

int
verb_export(struct job *job)
{
	struct show s = {.job = job, .b = BUF_INIT};
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	s.now = (int64_t)ts.tv_sec * DUR_SECOND + ts.tv_nsec;
	return show_end(&s,
	    job->queue->ops->list(job->queue, job->argv[0],
		1U << QUEUE_READY | 1U << QUEUE_DELAYED | 1U << QUEUE_LEASED,
		export_row, &s));
}

/* stat. */

static const char *const setting_names[] = {
    "maxsize", "ttr", "tries", "backoff", "backoff_max", "limit", "keep"};

static int64_t
setting(const struct queue_settings *set, size_t i)
{
	const int64_t value[] = {set->maxsize, set->ttr, set->tries,
	    set->backoff, set->backoff_max, set->limit, set->keep};

	return value[i];
}

static bool
is_time(size_t i)
{
	return i == 1 || i == 3 || i == 4;
}

static void
stat_json(struct buf *b, const char *name, const struct queue_stat *st)
{
	size_t i;

	(void)json_open(b, NULL, '{');
	(void)json_string(b, "queue", name);
	for (i = 0; i < QUEUE_STATES; i++)
		(void)json_number(
		    b, states_name((enum queue_state)i), st->n[i]);
	(void)json_number(b, "put", st->put);
	(void)json_number(b, "acked", st->done);
	(void)json_number(b, "died", st->dead);
	(void)json_number(b, "expired", st->expired);
	(void)json_seconds(b, "oldest", st->oldest);
	(void)json_number(b, "closed", st->closed);
	(void)json_number(b, "paused", st->paused);
	for (i = 0; i < sizeof(setting_names) / sizeof(setting_names[0]); i++) {
		if (is_time(i))
			(void)json_seconds(
			    b, setting_names[i], setting(&st->set, i));
		else
			(void)json_number(
			    b, setting_names[i], setting(&st->set, i));
	}
	(void)json_close(b, '}');
	(void)buf_addc(b, '\n');
}

static void
stat_text(struct buf *b, const char *name, const struct queue_stat *st)
{
	char time[DUR_STRLEN];
	size_t i;

	(void)buf_addf(b, "queue %s%s%s\n", name, st->closed ? " closed" : "",
	    st->paused ? " paused" : "");
	for (i = 0; i < QUEUE_STATES; i++)
		(void)buf_addf(b, "%s %jd\n", states_name((enum queue_state)i),
		    (intmax_t)st->n[i]);
	(void)buf_addf(b, "put %jd\nacked %jd\ndied %jd\nexpired %jd\n",
	    (intmax_t)st->put, (intmax_t)st->done, (intmax_t)st->dead,
	    (intmax_t)st->expired);
	(void)buf_addf(b, "oldest %s\n", dur_format(st->oldest, time));
	for (i = 0; i < sizeof(setting_names) / sizeof(setting_names[0]); i++) {
		if (is_time(i))
			(void)buf_addf(b, "%s %s\n", setting_names[i],
			    dur_format(setting(&st->set, i), time));
		else
			(void)buf_addf(b, "%s %jd\n", setting_names[i],
			    (intmax_t)setting(&st->set, i));
	}
}

static enum queue_rc
stat_one(struct show *s, const char *name)
{
	struct queue_stat st;
	enum queue_rc rc;

	rc = s->job->queue->ops->stat(s->job->queue, name, &st);
	if (rc != QUEUE_OK)
		return rc;
	if (s->job->conf.json)
		stat_json(&s->b, name, &st);
	else
		stat_text(&s->b, name, &st);
	return QUEUE_OK;
}

static bool
stat_named(void *arg, const char *name)
{
	struct show *s = arg;

	return stat_one(s, name) == QUEUE_OK && show_flush(s) == 0;
}

int
verb_stat(struct job *job)
{
	struct show s = {.job = job, .b = BUF_INIT};
	enum queue_rc rc = QUEUE_OK;
	int i;

	if (job->argc == 0)
		rc = job->queue->ops->names(job->queue, stat_named, &s);
	for (i = 0; i < job->argc && rc == QUEUE_OK; i++)
		rc = stat_one(&s, job->argv[i]);
	return show_end(&s, rc);
}
