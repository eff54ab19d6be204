/* SPDX-License-Identifier: ISC */
/*
 * The supervisor: a service's way from its start to being ready.
 */
#include "config.h"

#include "super_impl.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include "dur.h"
#include "status.h"

/* With nobody to be polite to. */
static const struct schedule at_once = {
    .step = {{SIGKILL, DUR_INFINITE}}, .n = 1, .again = 1};

void
super_fail(struct super *s, int code, const char *fmt, ...)
{
	struct super_result *r = s->result;
	va_list ap;

	if (r->code != 0)
		return;
	r->code = code;
	buf_clear(&r->text);
	va_start(ap, fmt);
	(void)buf_addv(&r->text, fmt, ap);
	va_end(ap);
	(void)buf_addc(&r->text, '\0');
}

void
super_fail_by(struct super *s, int code, const struct buf *why)
{
	super_fail(s, code, "%.*s", (int)buf_len(why), buf_data(why));
}

static void
became_ready(void *arg)
{
	struct super *s = arg;

	if (s->mode != SUPER_STARTING)
		return;
	s->mode = SUPER_RUNNING;
	s->ready = s->ever = s->told.ready = true;
	loop_timer_del(&s->loop, &s->patience);
	ready_stop(&s->waiting);
	(void)super_tell(s, STATUSFILE_RUNNING);
	super_answer(s, PEER_START, MP_OK, "");
	super_answer(s, PEER_RESTART, MP_OK, "");
}

static void
never_ready(void *arg, const char *why)
{
	struct super *s = arg;

	super_fail(s, MP_TOOL_FAILED, "never ready: %s", why);
	super_end(s, SUPER_UP, &s->service->o->schedule);
}

static void
too_late(struct loop_timer *t)
{
	struct super *s = t->arg;

	super_fail(s, MP_TIME_LIMIT, "not ready in time");
	super_end(s, SUPER_UP, &s->service->o->schedule);
}

/* The time that it has is longer. */
static void
extend(struct super *s, int64_t ns)
{
	struct loop_timer *t = s->mode == SUPER_ENDING ? &s->step
						       : &s->patience;

	if (t->set && t->at < loop_now() + ns)
		loop_timer_after(&s->loop, t, ns);
}

static void
was_told(void *arg, const struct notify_msg *msg, pid_t sender)
{
	struct super *s = arg;
	enum statusfile_state state = s->told.state;

	(void)sender;
	if (msg->status != NULL)
		statusfile_set_text(&s->told, msg->status, msg->status_len);
	if (msg->extend > 0)
		extend(s, msg->extend);
	if (msg->reloading && state == STATUSFILE_RUNNING)
		state = STATUSFILE_RELOADING;
	else if (msg->ready && state == STATUSFILE_RELOADING)
		state = STATUSFILE_RUNNING;
	else if (msg->stopping)
		state = STATUSFILE_STOPPING;
	(void)super_tell(s, state);
	if (msg->ready)
		ready_told(&s->waiting);
}

static int
open_notify(struct super *s)
{
	if (s->notifying || s->service->o->ready.kind != READY_NOTIFY)
		return 0;
	if (notify_open(&s->notify, &s->loop, was_told, s) == -1)
		return -1;
	s->notifying = true;
	return envlist_put(&s->service->env, s->notify.env);
}

/* Opens what shows that it is ready. */
static int
open_ready(struct super *s)
{
	const struct ready_events events = {became_ready, never_ready, s};

	if (ready_open(&s->waiting, &s->service->o->ready, &s->loop, &events) ==
	    -1)
		return -1;
	if (open_notify(s) == 0)
		return 0;
	ready_stop(&s->waiting);
	return -1;
}

static void
has_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct super *s = c->arg;

	(void)ru;
	s->alive = false;
	s->status = status;
	s->ended = loop_now();
	/* What it has told counts before it is judged. */
	if (s->notifying)
		notify_drain(&s->notify);
	if (s->logging)
		logs_drain(&s->logs);
	ready_stop(&s->waiting);
	loop_timer_del(&s->loop, &s->patience);
	s->mode = SUPER_ENDING;
	super_sweep(s);
}

static void
add_fds(struct super *s, struct proc_spec *spec)
{
	const struct ready_spec *ready = &s->service->o->ready;

	memset(spec, 0, sizeof(*spec));
	if (ready->kind == READY_FD)
		spec->fds[spec->nfds++] = (struct proc_fd){
		    s->waiting.child_fd, ready->fd};
	if (!s->logging)
		return;
	spec->fds[spec->nfds++] = (struct proc_fd){s->logs.child_fd, 1};
	spec->fds[spec->nfds++] = (struct proc_fd){s->logs.child_fd, 2};
}

/* It could not be started, which is an end, too. */
static void
not_started(struct super *s, int code, int error, const struct buf *why)
{
	bool exec = code == MP_CANNOT_EXEC || code == MP_NOT_FOUND;

	super_fail_by(s, code, why);
	ready_stop(&s->waiting);
	s->status = code << 8;
	s->began = s->ended = loop_now();
	s->told.end = exec ? STATUSFILE_NOT_STARTED : STATUSFILE_EXIT;
	s->told.code = exec ? error : code;
	s->mode = SUPER_ENDING;
}

/* It has been executed. */
static void
started(struct super *s)
{
	const int64_t timeout = s->service->o->start_timeout;
	struct buf why = BUF_INIT;

	s->began = loop_now();
	s->alive = true;
	s->child.cb = has_ended;
	s->child.arg = s;
	loop_child_add(&s->loop, &s->child);
	if (super_tell_pid(s, &why) == -1) {
		super_fail_by(s, MP_TOOL_FAILED, &why);
		super_end(s, SUPER_UP, &at_once);
	} else {
		s->patience.cb = too_late;
		s->patience.arg = s;
		if (timeout > 0)
			loop_timer_after(&s->loop, &s->patience, timeout);
		ready_begin(&s->waiting);
	}
	buf_free(&why);
}

void
super_start(struct super *s)
{
	struct buf why = BUF_INIT;
	struct proc_spec spec;
	int code, error;

	s->mode = SUPER_STARTING;
	s->goal = SUPER_UP;
	s->ready = s->told.ready = false;
	s->result->code = MP_OK;
	s->sig = 0;
	s->patience.arg = s;
	(void)super_tell(s, STATUSFILE_STARTING);
	if (open_ready(s) == -1) {
		error = errno;
		(void)buf_addf(&why, "--ready: %s", strerror(error));
		not_started(s, MP_TOOL_FAILED, error, &why);
		buf_free(&why);
		return;
	}
	add_fds(s, &spec);
	code = service_start(s->service, &spec, &s->child.pid, &error, &why);
	if (code == MP_OK)
		started(s);
	else
		not_started(s, code, error, &why);
	buf_free(&why);
}
