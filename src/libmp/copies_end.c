/* SPDX-License-Identifier: ISC */
/*
 * Ending copies before their time. Each gets the signal once: a copy that
 * leads a process group as that group; what else descends from the copies
 * when they have ended.
 */
#include "config.h"

#include "copies_impl.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "dur.h"

#define KILL_BOUND (10 * DUR_SECOND)

static bool
reap(void *loop)
{
	return loop_reap(loop);
}

void
copies_kill(struct copies *c)
{
	if (c->over)
		return;
	if (c->running > 0)
		c->result->killed = true;
	if (tree_end(&c->tree, KILL_BOUND, reap, &c->loop, &c->result->left) ==
	    -1)
		c->over = true;
}

static void
patience_ends(struct loop_timer *t)
{
	copies_kill(t->arg);
}

static void
set_patience(struct copies *c, int64_t ns)
{
	c->kill.cb = patience_ends;
	c->kill.arg = c;
	if (!c->kill.set)
		loop_timer_after(&c->loop, &c->kill, ns);
}

static void
send_copy(struct copies *c, const struct copy *copy)
{
	pid_t pid = copy->child.pid;

	if (copy->own_group) {
		tree_signal_groups(c->sig, &pid, 1);
		return;
	}
	if (!c->by_terminal && kill(pid, c->sig) == 0)
		(void)kill(pid, SIGCONT);
}

static void
send_all(struct copies *c, int sig)
{
	size_t i;

	c->sig = sig;
	for (i = 0; i < c->conf->n; i++)
		if (c->copy[i].running)
			send_copy(c, &c->copy[i]);
}

void
copies_stop(struct copies *c, int sig, int64_t patience)
{
	if (patience > 0)
		set_patience(c, patience);
	if (c->ending)
		return;
	c->ending = true;
	loop_timer_del(&c->loop, &c->linger);
	if (c->conf->output != COPIES_RAW)
		sink_stop(&c->sink);
	if (sig == SIGKILL)
		copies_kill(c);
	else
		send_all(c, sig);
}

/* The groups that have got the signal: those of the copies, and ours where
 * the terminal has sent it to all of it. */
static void
send_rest(struct copies *c)
{
	pid_t *groups = calloc(c->conf->n + 1, sizeof(groups[0]));
	size_t i, n = 0;

	for (i = 0; groups != NULL && i < c->conf->n; i++)
		if (c->copy[i].own_group)
			groups[n++] = c->copy[i].child.pid;
	if (groups != NULL && c->by_terminal)
		groups[n++] = getpgrp();
	(void)tree_signal_rest(&c->tree, c->sig, groups, n);
	free(groups);
}

static void
linger_ends(struct loop_timer *t)
{
	copies_stop(t->arg, SIGTERM, COPIES_GRACE);
}

static void
linger(struct copies *c)
{
	if (c->conf->leftover == COPIES_AWAIT || c->linger.set)
		return;
	loop_timer_del(&c->loop, &c->limit);
	c->linger.cb = linger_ends;
	c->linger.arg = c;
	loop_timer_after(&c->loop, &c->linger, COPIES_GRACE);
}

bool
copies_gone(struct copies *c)
{
	if (c->over || (!c->ending && c->conf->leftover == COPIES_LEAVE))
		return true;
	(void)loop_reap(&c->loop);
	if (tree_empty(&c->tree))
		return true;
	if (!c->ending) {
		linger(c);
	} else if (!c->rest) {
		c->rest = true;
		send_rest(c);
		set_patience(c, COPIES_GRACE);
	}
	return false;
}

void
copies_signal(void *copies, const struct loop_signal *sig)
{
	struct copies *c = copies;

	if (c->result->signo != 0) {
		copies_kill(c);
		return;
	}
	c->result->signo = sig->signo;
	c->by_terminal = sig->from_kernel;
	if (c->ending)
		send_all(c, sig->signo);
	else
		copies_stop(c, sig->signo, 0);
}
