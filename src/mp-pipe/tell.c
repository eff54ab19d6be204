/* SPDX-License-Identifier: ISC */
/*
 * What is told of the members when all is over.
 */
#include "config.h"

#include "tell.h"

#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "json.h"
#include "quote.h"
#include "report.h"

#define NAME_MAX_SHOWN 60

/* So many members are told of in a message. */
#define TOLD_MAX 20

int
tell_name(struct buf *b, const struct crew *c, size_t i)
{
	const char *name = c->members->m[i].argv[0];

	if (buf_addf(b, "member %zu ", i + 1) == -1)
		return -1;
	return quote_visible(b, name, strlen(name), NAME_MAX_SHOWN);
}

static const char *
because(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_PIPE:
		return ", as its reader had ended";
	case VERDICT_RESULT:
		return ", as a result";
	case VERDICT_ENDED:
		return ", ended with the others";
	case VERDICT_RUNS:
	case VERDICT_OK:
	case VERDICT_FAILED:
		break;
	}
	return "";
}

static int
add_member(struct buf *b, const struct crew *c, size_t i)
{
	const struct verdict_member *m = &c->judged[i];
	char number[REPORT_SIGNAL];

	if (buf_adds(b, "; ") == -1 || tell_name(b, c, i) == -1)
		return -1;
	if (!m->ended)
		return buf_adds(b, ": not ended");
	if (WIFSIGNALED(m->status))
		return buf_addf(b, ": SIG%s%s",
		    report_signal(WTERMSIG(m->status), number),
		    because(m->kind));
	return buf_addf(
	    b, ": exit status %d%s", WEXITSTATUS(m->status), because(m->kind));
}

static bool
is_told(const struct verdict_member *m, bool all)
{
	return all || (m->kind != VERDICT_OK && m->kind != VERDICT_PIPE);
}

static int
add_verdict(struct buf *b, const struct crew *c, size_t culprit, bool all)
{
	size_t i, n = 0;
	int rc = 0;

	if (c->result.timed_out)
		rc = buf_adds(b, "; time limit reached");
	else if (c->between.why == BETWEEN_IDLE)
		rc = buf_adds(b, "; idle limit reached");
	if (rc == 0 && culprit != VERDICT_NOBODY)
		rc = add_member(b, c, culprit);
	for (i = 0; rc == 0 && i < c->wires.n; i++)
		if (i != culprit && is_told(&c->judged[i], all) &&
		    n++ < TOLD_MAX)
			rc = add_member(b, c, i);
	if (rc == 0 && n > TOLD_MAX)
		rc = buf_addf(b, "; and %zu more", n - TOLD_MAX);
	return rc == 0 ? buf_addc(b, '\0') : -1;
}

void
tell_verdict(const struct crew *c, size_t culprit, bool all)
{
	struct buf b = BUF_INIT;

	if (add_verdict(&b, c, culprit, all) == 0 && buf_len(&b) > 2)
		(void)fprintf(
		    stderr, "%s: %s\n", getprogname(), buf_data(&b) + 2);
	buf_free(&b);
}

void
tell_statuses(const struct crew *c)
{
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < c->wires.n; i++) {
		(void)buf_adds(&b, i == 0 ? "" : " ");
		if (c->judged[i].ended)
			(void)buf_addf(
			    &b, "%d", verdict_number(c->judged[i].status));
		else
			(void)buf_addc(&b, '-');
	}
	(void)buf_addc(&b, '\n');
	(void)fwrite(buf_data(&b), 1, buf_len(&b), stderr);
	buf_free(&b);
}

static const char *
kind_word(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_RUNS:
		return "not ended";
	case VERDICT_OK:
		return "ok";
	case VERDICT_PIPE:
		return "no reader";
	case VERDICT_RESULT:
		return "as a result";
	case VERDICT_ENDED:
		return "ended";
	case VERDICT_FAILED:
		return "failed";
	}
	return "";
}

static void
report_member(struct buf *b, const struct crew *c, size_t i)
{
	const struct copies_end *end = &c->end[i];
	const struct verdict_member *m = &c->judged[i];
	char **arg;

	(void)json_open(b, NULL, '{');
	(void)json_number(b, "member", (int64_t)i + 1);
	(void)json_open(b, "argv", '[');
	for (arg = c->members->m[i].argv; *arg != NULL; arg++)
		(void)json_element(b, *arg);
	(void)json_close(b, ']');
	(void)json_string(
	    b, "verdict", c->result.ran ? kind_word(m->kind) : "not run");
	if (m->ended) {
		(void)json_number(b, "pid", end->pid);
		report_end(b, m->status);
		(void)json_seconds(b, "start", c->began);
		(void)json_seconds(b, "end", c->began + end->wall);
		(void)json_seconds(b, "user", dur_timeval(&end->ru.ru_utime));
		(void)json_seconds(b, "sys", dur_timeval(&end->ru.ru_stime));
		(void)json_number(b, "maxrss", end->ru.ru_maxrss);
	}
	(void)json_close(b, '}');
}

static const char *
end_word(enum relay_end end)
{
	switch (end) {
	case RELAY_OPEN:
	case RELAY_STOPPED:
		return "stopped";
	case RELAY_ALL:
		return "all";
	case RELAY_BROKEN:
		return "broken";
	}
	return "";
}

static void
report_direction(struct buf *b, const struct crew *c, size_t i)
{
	const struct relay_stat *s = &c->between.stat[i];

	(void)json_open(b, NULL, '{');
	(void)json_number(b, "from", (int64_t)i + 1);
	(void)json_number(b, "to", (int64_t)((i + 1) % c->wires.n) + 1);
	(void)json_string(b, "end", end_word(s->end));
	(void)json_number(b, "bytes", (int64_t)s->bytes);
	(void)json_number(b, "lost", (int64_t)s->lost);
	(void)json_number(b, "held", (int64_t)s->held);
	(void)json_number(b, "spooled", (int64_t)s->spooled);
	(void)json_seconds(b, "stall", s->stall);
	(void)json_close(b, '}');
}

static const char *
reason_word(const struct crew *c, size_t culprit)
{
	if (!c->result.ran)
		return "not run";
	if (c->result.signo != 0)
		return "cancelled";
	if (c->result.timed_out)
		return "limit";
	switch (c->between.why) {
	case BETWEEN_IDLE:
		return "idle";
	case BETWEEN_DEADLOCK:
		return "deadlock";
	case BETWEEN_NOTHING:
		break;
	}
	return culprit == VERDICT_NOBODY ? "ok" : "failed";
}

int
tell_report(struct buf *b, const struct crew *c, size_t culprit, int status)
{
	char number[REPORT_SIGNAL];
	size_t i;

	(void)json_open(b, NULL, '{');
	(void)json_string(b, "reason", reason_word(c, culprit));
	if (status < 0)
		(void)json_string(b, "signal", report_signal(-status, number));
	else
		(void)json_number(b, "status", status);
	if (culprit == VERDICT_NOBODY)
		(void)json_null(b, "culprit");
	else
		(void)json_number(b, "culprit", (int64_t)culprit + 1);
	if (c->err != 0)
		(void)json_string(b, "error", strerror(c->err));
	(void)json_open(b, "members", '[');
	for (i = 0; i < c->wires.n; i++)
		report_member(b, c, i);
	(void)json_close(b, ']');
	(void)json_open(b, "directions", '[');
	for (i = 0; c->result.ran && i < c->between.n; i++)
		report_direction(b, c, i);
	(void)json_close(b, ']');
	report_left(b, &c->result.left);
	(void)json_close(b, '}');
	return buf_addc(b, '\n');
}
