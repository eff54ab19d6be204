/* SPDX-License-Identifier: ISC */
/*
 * The supervisor: a service's end. Its process group is signalled by the
 * schedule as long as the service itself lives; what it leaves behind gets
 * the last of these signals, a moment, and then KILL.
 */
#include "config.h"

#include "super_impl.h"

#include <poll.h>
#include <signal.h>

#include "dur.h"
#include "status.h"

#define KILL_BOUND (10 * DUR_SECOND)

/* What the service has left has so long to follow it. */
#define GRACE (2 * DUR_SECOND)

/* The command that takes the log outlives the service. */
static void
spare_log(struct super *s)
{
	if (s->logging)
		(void)tree_spare(&s->tree, s->logs.command.child.pid);
}

/* --group: of what is below us, what is in the service's process group. */

struct group {
	pid_t id;
	int sig; /* 0: they are only counted */
};

static long long
group_one(struct scan *scan, const struct scan_proc *p, void *arg)
{
	const struct group *g = arg;

	if (p->dead || p->pgrp != g->id)
		return 0;
	if (g->sig == 0)
		return 1;
	if (scan_signal(scan, p, g->sig) == 0 && p->state == 'T')
		(void)scan_signal(scan, p, SIGCONT);
	return 1;
}

/* Returns how many there are. */
static long long
group_all(struct super *s, int sig)
{
	struct group g = {s->child.pid, sig};

	return scan_below(s->tree.foreign, s->tree.nforeign, group_one, &g);
}

static int
group_end(struct super *s)
{
	int64_t until = loop_now() + KILL_BOUND;

	do {
		(void)loop_reap(&s->loop);
		if (group_all(s, SIGKILL) == 0 && !s->alive)
			return 0;
		(void)poll(NULL, 0, 1);
	} while (loop_now() < until);
	return -1;
}

bool
super_gone(struct super *s)
{
	if (s->alive)
		return false;
	if (s->service->o->group)
		return group_all(s, 0) == 0;
	spare_log(s);
	return tree_empty(&s->tree);
}

/* Politely, to what the service has left; once: its group may have been
 * told already. */
static void
tell_rest(struct super *s)
{
	bool told = s->sig != 0;

	if (!told)
		s->sig = SIGTERM;
	if (!s->service->o->group)
		(void)tree_signal_rest(
		    &s->tree, s->sig, &s->child.pid, told ? 1 : 0);
	else if (!told)
		(void)group_all(s, s->sig);
}

static bool
reap(void *loop)
{
	return loop_reap(loop);
}

static void
say_left(struct super *s, const struct tree_report *left)
{
	struct buf text = BUF_INIT;
	char line[TREE_TEXT];
	size_t i;

	for (i = 0; tree_left_text(left, i, line); i++)
		(void)buf_addf(&text, "%s%s", i > 0 ? "\n" : "", line);
	if (left->nleft == 0)
		(void)buf_adds(&text, "not all of it could be ended");
	if (buf_addc(&text, '\0') == 0)
		super_answer(s, PEER_STOP, 2, buf_data(&text));
	buf_free(&text);
}

static void
kill_all(struct super *s)
{
	struct tree_report left = {.nleft = 0};
	int rc;

	s->killing = true;
	spare_log(s);
	if (s->service->o->group)
		rc = group_end(s);
	else
		rc = tree_end(&s->tree, KILL_BOUND, reap, &s->loop, &left);
	s->killing = false;
	if (rc == -1)
		say_left(s, &left);
}

/* To the service's group; KILL to all. */
static void
send_signal(struct super *s, int sig)
{
	s->sig = sig;
	if (sig == SIGKILL)
		kill_all(s);
	else
		tree_signal_groups(sig, &s->child.pid, 1);
}

static void
step_due(struct loop_timer *t)
{
	struct super *s = t->arg;
	const struct ladder_step *step;

	if (!s->alive) { /* what is left has had its moment */
		kill_all(s);
		return;
	}
	step = schedule_next(&s->walk);
	if (step == NULL) {
		super_answer(s, PEER_STOP, 2, "still alive");
		return;
	}
	/* The end of the service may begin another step. */
	loop_timer_after(&s->loop, t, step->wait);
	if (step->sig != 0)
		send_signal(s, step->sig);
}

void
super_sweep(struct super *s)
{
	struct loop_timer *t = &s->step;

	if (s->killing || super_gone(s))
		return;
	t->cb = step_due;
	t->arg = s;
	if (s->sig == SIGKILL) {
		step_due(t);
		return;
	}
	tell_rest(s);
	if (!t->set || t->at > loop_now() + GRACE)
		loop_timer_after(&s->loop, t, GRACE);
}

void
super_end(struct super *s, enum super_goal goal, const struct schedule *sched)
{
	if (s->mode >= SUPER_CLOSING)
		return;
	if (goal > s->goal)
		s->goal = goal;
	loop_timer_del(&s->loop, &s->patience);
	ready_stop(&s->waiting);
	s->mode = SUPER_ENDING;
	if (!s->alive)
		return;
	(void)super_tell(s, STATUSFILE_STOPPING);
	s->schedule = *sched;
	schedule_begin(&s->walk, &s->schedule);
	s->step.cb = step_due;
	s->step.arg = s;
	step_due(&s->step);
}
