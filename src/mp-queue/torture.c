/* SPDX-License-Identifier: ISC */
/*
 * Torture: each of some slots has one command at a time, a process of this
 * program. What a command says goes to files, which are read when it has
 * ended, so that nothing is lost of one that is killed.
 */
#include "config.h"

#include "torture.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "loop.h"
#include "proc.h"
#include "queue_types.h"

#define DOOMED 40 /* steps of 100 that are killed */
#define BOUND (60 * DUR_SECOND) /* for the last ones to end */
#define NOTE 3 /* where get writes the receipt */
#define OUT_MAX 8192 /* more than a task has */

enum step { STEP_PUT, STEP_GET, STEP_ACK, STEP_NACK };

static const char *const verbs[] = {"put", "get", "ack", "nack"};

struct storm;

struct slot {
	struct storm *storm;
	struct loop_child child;
	struct loop_timer doom;
	enum step step;
	int64_t began;
	bool killed;
	int64_t serial; /* of a put */
	struct receipt receipt; /* of a lease */
	int out, note; /* files for what the command says */
};

struct storm {
	struct torture *t;
	struct loop loop;
	struct loop_timer bound;
	struct slot *slots;
	size_t running;
	int64_t end; /* no step begins later */
	int64_t usual; /* nanoseconds that a step takes */
	char *program;
};

static void begin(struct slot *, enum step);

static void
kill_slot(struct slot *s)
{
	if (s->child.pid > 0)
		(void)kill(s->child.pid, SIGKILL);
	s->killed = true;
}

static void
on_doom(struct loop_timer *timer)
{
	kill_slot(timer->arg);
}

static void
kill_all(struct storm *m)
{
	size_t i;

	for (i = 0; i < m->t->procs; i++)
		kill_slot(&m->slots[i]);
}

static void
on_bound(struct loop_timer *timer)
{
	struct storm *m = timer->arg;

	(void)tally_wrong(&m->t->tally, "a command does not end");
	kill_all(m);
}

/* The first signal lets all come to their end, the second one kills. */
static void
on_signal(void *arg, const struct loop_signal *sig)
{
	struct storm *m = arg;

	if (m->t->signo != 0)
		kill_all(m);
	m->t->signo = sig->signo;
	m->end = 0;
	loop_timer_after(&m->loop, &m->bound, BOUND);
}

/* All that a file holds, and a NUL behind it. */
static int
read_file(int fd, char text[OUT_MAX + 1])
{
	ssize_t n = pread(fd, text, OUT_MAX, 0);

	if (n >= 0)
		text[n] = '\0';
	return (int)n;
}

/* A line that is whole, without its end. Returns whether it is. */
static bool
read_line(int fd, char text[OUT_MAX + 1])
{
	int n = read_file(fd, text);

	if (n < 2 || text[n - 1] != '\n')
		return false;
	text[n - 1] = '\0';
	return true;
}

static void
put_ended(struct slot *s, bool done)
{
	struct tally *y = &s->storm->t->tally;
	char text[OUT_MAX + 1];

	if (read_line(s->out, text))
		(void)tally_printed(
		    y, strtonum(text, 1, INT64_MAX, NULL), s->serial);
	else if (done)
		(void)tally_wrong(y, "put: no id");
}

/* Returns whether there is a task to be dealt with. */
static bool
get_ended(struct slot *s)
{
	struct tally *y = &s->storm->t->tally;
	char text[OUT_MAX + 1];
	int n;

	if (!read_line(s->note, text) || receipt_parse(text, &s->receipt) == -1)
		return tally_wrong(y, "get: no receipt"), false;
	n = read_file(s->out, text);
	return n >= 0 &&
	    tally_got(y, s->receipt.id, text, (size_t)n, s->began) == 0;
}

static void
ack_ended(struct slot *s, bool done, bool killed)
{
	struct tally *y = &s->storm->t->tally;

	if (done)
		(void)tally_acked(y, s->receipt.id, loop_now());
	else if (killed)
		(void)tally_doubtful(y, s->receipt.id);
}

/* Takes note of what has ended. Returns the next step. */
static enum step
take_note(struct slot *s, int status)
{
	bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	enum step next = arc4random_uniform(5) < 2 ? STEP_PUT : STEP_GET;

	switch (s->step) {
	case STEP_PUT:
		put_ended(s, done);
		break;
	case STEP_GET:
		if (done && get_ended(s))
			next = arc4random_uniform(3) < 2 ? STEP_ACK : STEP_NACK;
		break;
	case STEP_ACK:
		ack_ended(s, done, WIFSIGNALED(status));
		break;
	case STEP_NACK:
		break;
	}
	return next;
}

/* Whether a command may end so. */
static bool
is_expected(const struct slot *s, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	if (WIFSIGNALED(status))
		return s->killed && WTERMSIG(status) == SIGKILL;
	return code == QUEUE_OK ||
	    (s->step == STEP_GET && code == QUEUE_EMPTY) ||
	    (s->step >= STEP_ACK && code == QUEUE_LOST);
}

static void
on_end(struct loop_child *child, int status, const struct rusage *ru)
{
	struct slot *s = child->arg;
	struct storm *m = s->storm;
	enum step next;

	(void)ru;
	child->pid = 0;
	m->running--;
	loop_timer_del(&m->loop, &s->doom);
	if (WIFSIGNALED(status))
		m->t->killed++;
	else
		m->usual += (loop_now() - s->began - m->usual) / 8;
	if (!is_expected(s, status))
		(void)tally_wrong(&m->t->tally, "%s: %s %d", verbs[s->step],
		    WIFSIGNALED(status) ? "signal" : "exit status",
		    WIFSIGNALED(status) ? WTERMSIG(status)
					: WEXITSTATUS(status));
	next = take_note(s, status);
	if (loop_now() < m->end && buf_len(&m->t->tally.why) == 0)
		begin(s, next);
}

/* The words behind the verb. Returns how many there are, or -1. */
static int
operands(
    struct slot *s, char **argv, struct buf *body, char receipt[RECEIPT_STRLEN])
{
	static char queue[] = TORTURE_QUEUE;
	static char timeout[] = "--timeout", none[] = "0";

	switch (s->step) {
	case STEP_PUT:
		s->serial = tally_new(&s->storm->t->tally, body);
		argv[0] = queue;
		argv[1] = buf_data(body);
		return s->serial == -1 ? -1 : 2;
	case STEP_GET:
		argv[0] = timeout;
		argv[1] = none;
		argv[2] = queue;
		return 3;
	case STEP_ACK:
	case STEP_NACK:
		(void)receipt_format(&s->receipt, receipt);
		argv[0] = receipt;
		return 1;
	}
	return -1;
}

static int
start(struct slot *s)
{
	struct torture *t = s->storm->t;
	struct buf body = BUF_INIT;
	char receipt[RECEIPT_STRLEN];
	const char *argv[12] = {"mp-queue", "--place", t->place};
	size_t n = 3;
	struct proc_spec spec = {.path = s->storm->program,
	    .envp = environ,
	    .fds = {{s->out, STDOUT_FILENO}, {s->note, NOTE}},
	    .nfds = 2,
	    .group = PROC_OWN_GROUP,
	    .death_signal = SIGKILL};
	enum proc_step step;
	int rc = -1;

	if (t->unsafe)
		argv[n++] = "--unsafe-fs";
	argv[n++] = verbs[s->step];
	spec.argv = (char *const *)(uintptr_t)argv;
	if (operands(s, (char **)(uintptr_t)(argv + n), &body, receipt) != -1)
		rc = proc_start(&spec, &s->child.pid, &step);
	buf_free(&body);
	return rc;
}

static int
empty(int fd)
{
	return ftruncate(fd, 0) == -1 || lseek(fd, 0, SEEK_SET) == -1 ? -1 : 0;
}

static void
begin(struct slot *s, enum step step)
{
	struct storm *m = s->storm;

	s->step = step;
	s->killed = false;
	s->began = loop_now();
	if (empty(s->out) == -1 || empty(s->note) == -1 || start(s) == -1) {
		(void)tally_wrong(
		    &m->t->tally, "%s: %s", verbs[step], strerror(errno));
		return;
	}
	loop_child_add(&m->loop, &s->child);
	m->running++;
	m->t->steps++;
	if (arc4random_uniform(100) < DOOMED)
		loop_timer_after(&m->loop, &s->doom,
		    (int64_t)arc4random_uniform(1500) * (m->usual / 1000));
}

static int
open_slot(struct storm *m, struct slot *s)
{
	s->storm = m;
	s->child.cb = on_end;
	s->doom.cb = on_doom;
	s->child.arg = s->doom.arg = s;
	s->out = io_tmpfile();
	s->note = io_tmpfile();
	return s->out == -1 || s->note == -1 ? -1 : 0;
}

/* This very program, whatever was installed meanwhile. */
static char *
find_program(void)
{
	static const char self[] = "/proc/self/exe";

	return access(self, X_OK) == 0 ? strdup(self)
				       : proc_find(getprogname());
}

static int
prepare(struct storm *m)
{
	size_t i;

	for (i = 0; i < m->t->procs; i++)
		if (open_slot(m, &m->slots[i]) == -1)
			return tally_wrong(&m->t->tally, "temporary file: %s",
			    strerror(errno));
	m->program = find_program();
	if (m->program == NULL)
		return tally_wrong(
		    &m->t->tally, "%s: %s", getprogname(), strerror(errno));
	return 0;
}

static void
run(struct storm *m)
{
	const struct buf *wrong = &m->t->tally.why;
	size_t i;

	if (m->end != LOOP_NEVER)
		loop_timer_set(&m->loop, &m->bound, m->end + BOUND);
	for (i = 0; i < m->t->procs && buf_len(wrong) == 0; i++)
		begin(&m->slots[i], STEP_PUT);
	while (m->running > 0)
		if (loop_step(&m->loop, LOOP_NEVER) == -1) {
			(void)tally_wrong(
			    &m->t->tally, "poll: %s", strerror(errno));
			return;
		}
}

void
torture_run(struct torture *t)
{
	const int sigs[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	const int64_t now = loop_now(), most = LOOP_NEVER - BOUND - now;
	struct storm m = {.t = t, .usual = 10 * DUR_MS, .end = LOOP_NEVER};
	size_t i;

	if (t->time > 0 && t->time < most)
		m.end = now + t->time;
	m.bound.cb = on_bound;
	m.bound.arg = &m;
	m.slots = calloc(t->procs, sizeof(m.slots[0]));
	if (m.slots == NULL ||
	    loop_init(&m.loop, sigs, sizeof(sigs) / sizeof(sigs[0]), on_signal,
		&m) == -1) {
		(void)tally_wrong(&t->tally, "%s", strerror(errno));
		free(m.slots);
		return;
	}
	for (i = 0; i < t->procs; i++)
		m.slots[i].out = m.slots[i].note = -1;
	if (prepare(&m) == 0)
		run(&m);
	loop_free(&m.loop);
	for (i = 0; i < t->procs; i++) {
		io_close(&m.slots[i].out);
		io_close(&m.slots[i].note);
	}
	free(m.program);
	free(m.slots);
}
