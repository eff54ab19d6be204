/* SPDX-License-Identifier: ISC */
/*
 * The verdict. The end of a member for want of a reader is judged by that
 * of its reader, which was earlier.
 */
#include "config.h"

#include "verdict.h"

#include <sys/wait.h>

#include <signal.h>

#include "status.h"

bool
verdict_no_reader(
    const struct verdict_rules *rules, const struct verdict_member *m)
{
	if (!m->ended)
		return false;
	if (WIFSIGNALED(m->status))
		return WTERMSIG(m->status) == SIGPIPE;
	return rules->epipe[WEXITSTATUS(m->status)];
}

/* The member that reads what member i writes, or NULL. */
static const struct verdict_member *
reader_of(const struct verdict_rules *rules, const struct verdict_member *all,
    size_t n, size_t i)
{
	if (i + 1 < n)
		return &all[i + 1];
	return rules->shape == VERDICT_RING ? &all[0] : NULL;
}

/* Whether a member ended for want of a reader, that one having ended, or
 * closed its end in order to. */
static bool
follows(const struct verdict_rules *rules, const struct verdict_member *m,
    const struct verdict_member *reader, int64_t now)
{
	if (reader == NULL || reader == m || !m->unread ||
	    !verdict_no_reader(rules, m))
		return false;
	if (reader->ended && reader->order < m->order)
		return true;
	return (reader->ended ? reader->end : now) - m->end <= VERDICT_SLACK;
}

static enum verdict_kind
judge(const struct verdict_rules *rules, const struct verdict_member *m,
    const struct verdict_member *follows)
{
	if (!m->ended)
		return VERDICT_RUNS;
	if (m->status == 0)
		return VERDICT_OK;
	if (m->by_us)
		return VERDICT_ENDED;
	if (follows == NULL)
		return VERDICT_FAILED;
	if (follows->kind != VERDICT_OK && follows->kind != VERDICT_PIPE)
		return VERDICT_RESULT;
	return rules->strict ? VERDICT_FAILED : VERDICT_PIPE;
}

/* From a member that follows nobody back to those that may follow it; where
 * each follows the next one, all the way around, from the first one in
 * time. */
void
verdict_judge(const struct verdict_rules *rules, struct verdict_member *m,
    size_t n, int64_t now)
{
	const struct verdict_member *reader = NULL;
	size_t i, first = 0, done;

	for (i = n; i-- > 0;) {
		first = m[i].order < m[first].order ? i : first;
		reader = reader_of(rules, m, n, i);
		if (!follows(rules, &m[i], reader, now))
			break;
	}
	if (i == (size_t)-1)
		i = first;
	for (done = 0; done < n; done++) {
		reader = reader_of(rules, m, n, i);
		if (done == 0 || !follows(rules, &m[i], reader, now))
			reader = NULL;
		m[i].kind = judge(rules, &m[i], reader);
		i = i == 0 ? n - 1 : i - 1;
	}
}

int
verdict_number(int status)
{
	if (WIFSIGNALED(status))
		return MP_SIGNALED + WTERMSIG(status);
	return WEXITSTATUS(status);
}

/* Whether the failure of a is to be preferred to that of b, which stands
 * before it. */
static bool
prefer(const struct verdict_rules *rules, const struct verdict_member *a,
    const struct verdict_member *b)
{
	switch (rules->pick) {
	case VERDICT_FIRST:
	case VERDICT_ANY:
		return a->order < b->order;
	case VERDICT_LAST:
		return true;
	case VERDICT_MAX:
		return verdict_number(a->status) > verdict_number(b->status);
	}
	return false;
}

size_t
verdict_culprit(
    const struct verdict_rules *rules, const struct verdict_member *m, size_t n)
{
	size_t i, culprit = VERDICT_NOBODY;

	for (i = 0; i < n; i++)
		if (m[i].kind == VERDICT_FAILED &&
		    (culprit == VERDICT_NOBODY ||
			prefer(rules, &m[i], &m[culprit])))
			culprit = i;
	return culprit;
}

int
verdict_status(const struct verdict_rules *rules,
    const struct verdict_member *m, size_t culprit)
{
	if (culprit == VERDICT_NOBODY)
		return MP_OK;
	if (rules->pick == VERDICT_ANY)
		return MP_SOME_FAILED;
	if (WIFSIGNALED(m[culprit].status))
		return -WTERMSIG(m[culprit].status);
	return WEXITSTATUS(m[culprit].status);
}
