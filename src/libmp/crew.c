/* SPDX-License-Identifier: ISC */
/*
 * The workers of a runner.
 */
#include "config.h"

#include "crew.h"

#include <errno.h>

/* What has not gone to a worker by then waits elsewhere. */
#define SEND_MAX ((size_t)256 * 1024)

/* What a worker may have at most. In bundles the workers have most of what
 * may be ahead; the rest of that waits for its turn to be written. */
static size_t
depth_max(const struct crew *c)
{
	size_t share;

	if (c->head.ahead == 0)
		return c->kind->ahead_max;
	share = c->head.ahead / 4 * 3 / c->jobs;
	if (share > c->kind->bundled_max)
		return c->kind->bundled_max;
	return share > 1 ? share : 1;
}

static size_t
depth(const struct crew *c)
{
	size_t most = depth_max(c);
	int64_t n;

	if (c->depth > 0)
		return c->depth;
	n = c->avg_ns > 0 ? c->kind->ahead_ns / c->avg_ns : 1;
	if (n < 1)
		return 1;
	return (uint64_t)n > most ? most : (size_t)n;
}

size_t
crew_bundle(struct runner *runner)
{
	size_t n = depth((struct crew *)runner) / 2;

	return n > 1 ? n : 1;
}

/* Whether a worker takes a task now. */
static bool
takes(const struct worker *w, size_t most)
{
	return !w->deaf && w->quota > 0 && w->recalled == 0 &&
	    w->load < (w->fresh ? 1 : most) &&
	    !(w->crew->kind->batches && w->sent) &&
	    buf_len(&w->send) < SEND_MAX;
}

/* Of those that take a task the one with the fewest, or NULL. */
static struct worker *
least_busy(const struct crew *c)
{
	struct worker *w, *best = NULL;
	size_t most = depth(c);

	for (w = c->workers; w != NULL; w = w->next)
		if (takes(w, most) && (best == NULL || w->load < best->load))
			best = w;
	return best;
}

bool
crew_room(struct runner *runner)
{
	struct crew *c = (struct crew *)runner;

	return !c->broken && (c->nworkers < c->jobs || least_busy(c) != NULL);
}

void
crew_took(struct crew *c, int64_t ns, size_t n)
{
	c->avg_ns = (7 * c->avg_ns + ns / (int64_t)n) / 8 + 1;
}

static void
put_unused(struct worker *w)
{
	w->next = w->crew->unused;
	w->crew->unused = w;
}

void
crew_gone(struct worker *w)
{
	struct worker **p = &w->crew->workers;

	while (*p != w)
		p = &(*p)->next;
	*p = w->next;
	w->crew->nworkers--;
	put_unused(w);
}

void
crew_broken(
    struct crew *c, enum mp_status status, const char *object, const char *why)
{
	bool first = !c->broken;

	c->broken = true;
	if (first)
		c->head.events->broken(c->head.arg, status, object, why);
}

/* A worker without a process: one that has ended, or a new one. */
static struct worker *
get_unused(struct crew *c)
{
	struct worker *w = c->unused;

	if (w == NULL)
		return c->kind->make(c, ++c->slots);
	c->unused = w->next;
	return w;
}

/* One more worker, or NULL and errno. */
static struct worker *
one_more(struct crew *c)
{
	struct worker *w = get_unused(c);

	if (w == NULL)
		return NULL;
	if (c->kind->start(w) == -1) {
		put_unused(w);
		return NULL;
	}
	w->next = c->workers;
	c->workers = w;
	c->nworkers++;
	return w;
}

/* An idle worker, or a new one, or else the least busy one; or NULL. */
static struct worker *
choose(struct crew *c)
{
	struct worker *w = least_busy(c), *fresh;

	if ((w != NULL && w->ntasks == 0) || c->nworkers >= c->jobs)
		return w;
	fresh = one_more(c);
	return fresh != NULL ? fresh : w;
}

int
crew_start(struct runner *runner, struct task *task)
{
	struct crew *c = (struct crew *)runner;
	struct worker *w = choose(c);

	if (w == NULL || c->kind->ask(w, task) == -1) {
		errno = EAGAIN;
		return -1;
	}
	worker_give(w, task);
	runner->events->begins(runner->arg, task);
	return 0;
}

void
crew_flush(struct runner *runner)
{
	struct crew *c = (struct crew *)runner;
	struct worker *w;

	for (w = c->workers; w != NULL; w = w->next) {
		if (buf_len(&w->send) > 0)
			worker_send(w);
		if (w->quota == 0 && w->ntasks == 0)
			c->kind->dismiss(w);
	}
}

/* One worker too many gets no more tasks: the one with the fewest. */
static void
let_go(struct crew *c)
{
	struct worker *w, *best = NULL;
	size_t n = 0;

	for (w = c->workers; w != NULL; w = w->next) {
		if (w->quota == 0)
			continue;
		n++;
		if (best == NULL || w->load < best->load)
			best = w;
	}
	if (n > c->jobs)
		best->quota = 0;
}

size_t
crew_resize(struct runner *runner, int by)
{
	struct crew *c = (struct crew *)runner;

	if (by > 0)
		c->jobs++;
	else if (c->jobs > 1)
		c->jobs--;
	let_go(c);
	return c->jobs;
}

size_t
crew_groups(struct runner *runner, pid_t *pids, size_t n)
{
	struct crew *c = (struct crew *)runner;
	struct worker *w;
	size_t count = 0;

	for (w = c->workers; w != NULL; w = w->next) {
		if (count < n)
			pids[count] = w->child.pid;
		count++;
	}
	return count;
}

bool
crew_finish(struct runner *runner)
{
	struct crew *c = (struct crew *)runner;
	struct worker *w;

	for (w = c->workers; w != NULL; w = w->next)
		if (w->ntasks == 0)
			c->kind->dismiss(w);
	return c->nworkers > 0;
}

void
crew_free_all(struct crew *c)
{
	struct worker *w;

	while ((w = c->unused) != NULL) {
		c->unused = w->next;
		c->kind->free(w);
	}
}
