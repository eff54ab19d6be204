/* SPDX-License-Identifier: ISC */
/*
 * The supervisor: the run.
 */
#include "config.h"

#include "super_impl.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "sig.h"

/* How long a command that takes the log may still read. */
#define LOG_PATIENCE (5 * DUR_SECOND)

/* What ends the service; a hangup only where it is one of a terminal. */
static bool
wants_end(const struct loop_signal *sig)
{
	return sig->signo == SIGTERM || sig->signo == SIGINT ||
	    sig->signo == SIGQUIT || (sig->signo == SIGHUP && sig->from_kernel);
}

/* The schedule, begun with that signal; at the second time it is KILL. */
static void
end_by_signal(struct super *s, int signo)
{
	struct schedule sched = s->service->o->schedule;
	struct buf why = BUF_INIT;

	if (s->goal == SUPER_DOWN)
		(void)schedule_parse("KILL/5", SIGKILL, &sched, &why);
	else if (sched.step[0].sig != 0)
		sched.step[0].sig = signo;
	buf_free(&why);
	super_end(s, SUPER_DOWN, &sched);
}

static void
on_signal(void *arg, const struct loop_signal *sig)
{
	struct super *s = arg;

	if (wants_end(sig))
		end_by_signal(s, sig->signo);
	else if (s->alive)
		(void)kill(s->child.pid, sig->signo);
}

static void
main_gone(struct loop_fd *w, short revents)
{
	struct super *s = w->arg;

	(void)revents;
	loop_fd_del(&s->loop, w);
	super_end(s, SUPER_DOWN, &s->service->o->schedule);
}

static int
watch_mains(struct super *s)
{
	struct loop_fd *w;
	int i;

	for (i = 0; i < MAINS; i++) {
		w = &s->main[i];
		*w = (struct loop_fd){.fd = s->service->main[i].fd,
		    .events = POLLIN,
		    .cb = main_gone,
		    .arg = s};
		if (w->fd != -1 && loop_fd_add(&s->loop, w) == -1)
			return -1;
	}
	return 0;
}

/* What the service writes may be what it is waited for. */
static void
log_output(void *arg, const char *p, size_t n)
{
	struct super *s = arg;

	ready_output(&s->waiting, p, n);
}

/* Lines of the log were dropped, which is to be known. */
static void
log_dropped(void *arg)
{
	struct super *s = arg;

	(void)super_tell(s, s->told.state);
}

static int
open_logs(struct super *s, struct buf *why)
{
	if (!s->service->captured)
		return 0;
	if (logs_open(&s->logs, &s->loop, &s->service->o->logs, why) == -1)
		return -1;
	s->logging = true;
	logs_watch(&s->logs, log_output, s);
	logs_watch_drops(&s->logs, log_dropped, s);
	return 0;
}

/* The log is written out: all is over. */
static void
closed(void *arg)
{
	struct super *s = arg;

	s->mode = SUPER_OVER;
}

/* Nothing runs any more, and nothing is going to. */
static void
finish(struct super *s, enum statusfile_state state)
{
	s->mode = SUPER_CLOSING;
	s->last = state;
	if (!s->logging) {
		closed(s);
		return;
	}
	(void)super_tell(s, STATUSFILE_STOPPING);
	logs_end(&s->logs, LOG_PATIENCE, closed, s);
}

static void
start_again(struct loop_timer *t)
{
	super_start(t->arg);
}

/* As the policy says. */
static void
decide(struct super *s)
{
	struct restart_end end = {s->status, s->began, s->ended, arc4random()};
	int64_t delay = 0;

	switch (restart_decide(&s->restart, &end, &delay)) {
	case RESTART_AGAIN:
		s->mode = SUPER_WAITING;
		s->told.restarts = s->restart.count;
		(void)super_tell(s, STATUSFILE_WAITING);
		s->patience.cb = start_again;
		loop_timer_after(&s->loop, &s->patience, delay);
		break;
	case RESTART_ENOUGH:
		finish(s, STATUSFILE_EXITED);
		break;
	case RESTART_TRIPPED:
		finish(s, STATUSFILE_FAILED);
		break;
	}
}

/* How a service ended that was never ready. */
static void
fail_by_end(struct super *s)
{
	int st = s->status;

	if (WIFSIGNALED(st))
		super_fail(s, MP_SIGNALED + WTERMSIG(st),
		    "ended by SIG%s before it was ready",
		    sig_name(WTERMSIG(st)));
	else
		super_fail(s,
		    WEXITSTATUS(st) != 0 ? WEXITSTATUS(st) : MP_TOOL_FAILED,
		    "exit status %d before it was ready", WEXITSTATUS(st));
}

static void
answer_failure(struct super *s, enum peer_want want)
{
	struct super_result *r = s->result;

	super_answer(s, want, r->code, buf_data(&r->text));
}

/* Nothing is left of the service: what comes next. */
static void
settle(struct super *s)
{
	loop_timer_del(&s->loop, &s->step);
	if (s->logging)
		logs_drain(&s->logs);
	super_tell_end(s);
	if (!s->ready && s->goal != SUPER_AGAIN) {
		fail_by_end(s);
		answer_failure(s, PEER_RESTART);
	}
	if (s->goal == SUPER_AGAIN)
		super_start(s);
	else if (!s->ever)
		finish(s, STATUSFILE_FAILED);
	else if (s->goal == SUPER_DOWN)
		finish(s, STATUSFILE_STOPPED);
	else
		decide(s);
}

static int
init(struct super *s, int line, struct buf *why)
{
	int sigs[NSIG];
	size_t n = sig_terminating(sigs);

	if (tree_init(&s->tree) == -1 ||
	    loop_init(&s->loop, sigs, n, on_signal, s) == -1) {
		(void)buf_adds(why, strerror(errno));
		return -1;
	}
	/* Who waits is told of what fails from here on. */
	if ((line != -1 && super_peer(s, line, PEER_START) == -1) ||
	    watch_mains(s) == -1) {
		(void)buf_adds(why, strerror(errno));
		return -1;
	}
	return open_logs(s, why) == -1 ? -1 : super_tell_open(s, why);
}

static void
end(struct super *s)
{
	super_tell_close(s, s->last);
	super_answer(s, PEER_STOP, MP_OK, "");
	answer_failure(s, PEER_START);
	super_answer(s, PEER_RESTART, MP_TOOL_FAILED, "stopped meanwhile");
	super_hang_up(s);
	if (s->notifying)
		notify_close(&s->notify);
	if (s->logging)
		logs_free(&s->logs);
	loop_free(&s->loop);
	tree_free(&s->tree);
}

int
super_run(struct service *service, struct rundir *dir, int line,
    struct super_result *result)
{
	struct super *s = calloc(1, sizeof(*s));
	struct buf why = BUF_INIT;
	int rc = 0;

	if (s == NULL)
		return -1;
	s->service = service;
	s->dir = dir;
	s->result = result;
	s->last = STATUSFILE_FAILED;
	TAILQ_INIT(&s->peers);
	restart_init(&s->restart, &service->o->restart);
	/* A limit of the size of files is a full disk to the log. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (init(s, line, &why) == 0) {
		super_start(s);
	} else {
		super_fail_by(s, MP_TOOL_FAILED, &why);
		s->mode = SUPER_OVER;
	}
	buf_free(&why);
	while (rc == 0 && s->mode != SUPER_OVER) {
		if (s->mode == SUPER_ENDING && super_gone(s))
			settle(s);
		else
			rc = loop_step(&s->loop, LOOP_NEVER);
	}
	if (rc == -1)
		super_fail(s, MP_TOOL_FAILED, "%s", strerror(errno));
	result->status = s->status;
	end(s);
	if (s->ever)
		result->code = MP_OK;
	free(s);
	return rc;
}
