/* SPDX-License-Identifier: ISC */
/*
 * Ending a command and all that is below it. We lead the process group
 * that the command is in, so its number cannot be taken by a stranger as
 * long as we live, and a signal to it reaches each member once; our own
 * copy of it is ignored.
 */
#include "config.h"

#include "limit_impl.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dur.h"

#define KILL_BOUND (10 * DUR_SECOND)

/* What a ladder without KILL leaves behind after the command's end has
 * this long to follow it. */
#define GRACE (2 * DUR_SECOND)

static void
note_sent(struct limit *l, int sig)
{
	struct limit_result *r = l->result;

	if (l->conf->say != NULL)
		l->conf->say(sig);
	if (r->nsent < LIMIT_SENT_MAX)
		r->sent[r->nsent++] = sig;
}

/* To our group. What we have not taken over would end or stop us, too. */
static void
send_group(struct limit *l, int sig)
{
	struct sigaction ignore;

	if (sigismember(&l->loop.sig.set, sig) != 1) {
		memset(&ignore, 0, sizeof(ignore));
		ignore.sa_handler = SIG_IGN;
		(void)sigaction(sig, &ignore, NULL);
	}
	(void)kill(0, sig);
}

/* To the command alone where it has left our group: it may be one of us
 * that passes the signal on to a group of its own. */
static void
send_command(struct limit *l, int sig)
{
	if (l->running)
		(void)kill(l->pid, sig);
}

static bool
in_group(const struct limit *l)
{
	return !l->conf->foreground && getpgid(l->pid) == getpgrp();
}

static void
send_ours(struct limit *l, int sig)
{
	bool group = !l->conf->foreground && sig != SIGKILL && sig != SIGSTOP;

	if (group)
		send_group(l, sig);
	if (!group || (l->running && !in_group(l)))
		send_command(l, sig);
	if (l->conf->foreground || sig == SIGKILL || sig == SIGCONT ||
	    sig == SIGSTOP || sig == 0)
		return;
	(void)kill(0, SIGCONT);
	if (!in_group(l))
		send_command(l, SIGCONT);
}

void
limit_send(struct limit *l, int sig)
{
	note_sent(l, sig);
	l->sig = sig;
	if (l->pidfd != -1)
		(void)syscall(SYS_pidfd_send_signal, l->pidfd, sig, NULL, 0);
	else
		send_ours(l, sig);
}

/* Those that have left the group, once the command is gone. */
static void
send_rest(struct limit *l)
{
	pid_t group = getpgrp();

	l->rest = true;
	(void)tree_signal_rest(
	    &l->tree, l->sig, &group, l->conf->foreground ? 0 : 1);
}

static bool
reap(void *loop)
{
	return loop_reap(loop);
}

void
limit_kill(struct limit *l)
{
	if (l->pidfd != -1)
		return;
	(void)tree_end(&l->tree, KILL_BOUND, reap, &l->loop, &l->result->left);
	if (l->result->left.nleft > 0)
		l->over = true;
}

static void
step_due(struct loop_timer *t)
{
	struct limit *l = t->arg;
	const struct ladder_step *step;

	if (l->rung >= l->conf->ladder.n) { /* the grace has passed */
		limit_kill(l);
		return;
	}
	step = &l->conf->ladder.step[l->rung++];
	limit_send(l, step->sig);
	if (step->sig == SIGKILL)
		limit_kill(l);
	else if (!l->running)
		send_rest(l);
	if (l->rung < l->conf->ladder.n)
		loop_timer_after(&l->loop, t, step->wait);
	else if (!l->running)
		loop_timer_after(&l->loop, t, GRACE);
}

void
limit_end(struct limit *l, enum limit_reason reason, int sig)
{
	const struct ladder_step *first = &l->conf->ladder.step[0];

	if (l->ending)
		return;
	l->ending = true;
	l->result->reason = reason;
	l->step.cb = step_due;
	l->step.arg = l;
	if (sig == 0) {
		step_due(&l->step);
		return;
	}
	limit_send(l, sig);
	l->rung = 1;
	if (l->conf->ladder.n > 1)
		loop_timer_after(&l->loop, &l->step, first->wait);
}

void
limit_linger(struct limit *l)
{
	if (!l->ending || l->rest || tree_empty(&l->tree))
		return;
	send_rest(l);
	if (!l->step.set)
		loop_timer_after(&l->loop, &l->step, GRACE);
}
