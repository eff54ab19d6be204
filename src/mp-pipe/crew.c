/* SPDX-License-Identifier: ISC */
/*
 * The members as they run.
 */
#include "config.h"

#include "crew.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "prog.h"
#include "status.h"
#include "tell.h"

/* Why nothing runs: of a member, or of ourselves. */
static void
cannot(struct crew *c, size_t i, int status, int err)
{
	struct buf who = BUF_INIT;

	c->status = status;
	c->err = err;
	c->culprit = i;
	if (tell_name(&who, c, i) == 0 && buf_addc(&who, '\0') == 0)
		(void)prog_complain(buf_data(&who), strerror(err));
	buf_free(&who);
}

static int
prepare(void *arg, size_t i, struct proc_spec *spec)
{
	struct crew *c = arg;
	char *path = proc_find(c->members->m[i].argv[0]);

	if (path == NULL) {
		cannot(c, i, (int)proc_status(errno), errno);
		return -1;
	}
	*spec = (struct proc_spec){.method = PROC_VFORK,
	    .path = path,
	    .argv = c->members->m[i].argv,
	    .envp = environ,
	    .death_signal = SIGKILL};
	if (wires_connect(&c->wires, i, spec) == 0)
		return 0;
	cannot(c, i, MP_TOOL_FAILED, errno);
	free(path);
	return -1;
}

static void
prepared(void *arg, size_t i, struct proc_spec *spec)
{
	struct crew *c = arg;

	(void)i;
	wires_passed(&c->wires);
	free((char *)(uintptr_t)spec->path);
}

static void
failed(void *arg, size_t i, enum proc_step step, int err)
{
	cannot(arg, i,
	    step == PROC_STEP_EXEC ? (int)proc_status(err) : MP_TOOL_FAILED,
	    err);
}

/* The ends of the whole are the members' alone: who writes to us and who
 * reads from us is to see when they close. */
static int
let_go(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC), rc = -1;

	if (fd == -1)
		return -1;
	if (dup2(fd, STDIN_FILENO) != -1 && dup2(fd, STDOUT_FILENO) != -1)
		rc = 0;
	io_close(&fd);
	return rc;
}

static void
judge_again(struct loop_timer *t)
{
	struct crew *c = t->arg;

	c->news = true;
}

static int
standing(void *arg, struct loop *loop, const pid_t *pids)
{
	struct crew *c = arg;
	struct timespec now;
	size_t i;

	c->loop = loop;
	c->again.cb = judge_again;
	c->again.arg = c;
	if (let_go() == -1 || ends_follow(&c->ends, loop, pids) == -1 ||
	    order_init(&c->order, pids, c->wires.n) == -1 ||
	    between_start(&c->between, loop, &c->wires) == -1) {
		c->status = prog_complain("cannot start", strerror(errno));
		return -1;
	}
	for (i = 0; i < c->wires.n; i++)
		c->end[i].pid = pids[i];
	(void)clock_gettime(CLOCK_REALTIME, &now);
	c->began = (int64_t)now.tv_sec * DUR_SECOND + now.tv_nsec;
	return 0;
}

/*
 * The rank of member i, which did not succeed. A process closes what it had
 * open before the kernel notes its end, and may have to wait in between;
 * meanwhile another one can have ended because of that. So those that are
 * ending, and began to close before it did, come before it.
 */
static unsigned
rank_failed(struct crew *c, size_t i)
{
	unsigned rank = order_ended(&c->order, i), other;
	bool later = false;
	size_t k;

	ends_take(&c->ends);
	for (k = 0; k < c->wires.n; k++) {
		other = order_rank(&c->order, k);
		if ((other != 0 && other <= rank) ||
		    !ends_before(&c->ends, k, i))
			continue;
		later = true;
		if (other == 0)
			(void)order_next(&c->order, k);
	}
	return later ? order_next(&c->order, i) : rank;
}

static void
ended(void *arg, size_t i, const struct copies_end *end)
{
	struct crew *c = arg;
	struct verdict_member *m = &c->judged[i];

	c->end[i] = *end;
	c->news = true;
	m->ended = true;
	m->status = end->status;
	m->by_us = c->stopped || c->result.timed_out || c->result.signo != 0;
	m->order = end->status == 0 ? order_ended(&c->order, i)
				    : rank_failed(c, i);
	m->end = loop_now();
	if (verdict_no_reader(&c->opts->rules, m))
		loop_timer_after(c->loop, &c->again, VERDICT_SLACK + DUR_MS);
}

static size_t
judge(struct crew *c)
{
	size_t i;

	ends_take(&c->ends);
	for (i = 0; i < c->wires.n; i++)
		if (verdict_no_reader(&c->opts->rules, &c->judged[i]))
			c->judged[i].unread = ends_unread(&c->ends, i);
	verdict_judge(&c->opts->rules, c->judged, c->wires.n, loop_now());
	return verdict_culprit(&c->opts->rules, c->judged, c->wires.n);
}

static int
enough(void *arg)
{
	struct crew *c = arg;

	if (c->between.why != BETWEEN_NOTHING) {
		c->stopped = true;
		return SIGTERM;
	}
	if (c->opts->on_fail == PIPE_WAIT || !c->news)
		return 0;
	c->news = false;
	c->stopped = judge(c) != VERDICT_NOBODY;
	if (!c->stopped)
		return 0;
	return c->opts->on_fail == PIPE_KILL ? SIGKILL : SIGTERM;
}

static void
over(void *arg)
{
	struct crew *c = arg;

	if (c->loop != NULL)
		loop_timer_del(c->loop, &c->again);
	ends_leave(&c->ends);
	between_end(&c->between);
}

static bool
busy(void *arg)
{
	const struct crew *c = arg;

	return between_busy(&c->between);
}

static const struct copies_calls calls = {.prepare = prepare,
    .prepared = prepared,
    .failed = failed,
    .standing = standing,
    .ended = ended,
    .enough = enough,
    .busy = busy,
    .over = over};

int
crew_init(struct crew *c, const struct pipe_opts *opts)
{
	size_t n = opts->members.n;

	*c = (struct crew){.opts = opts,
	    .members = &opts->members,
	    .wires = {.n = n,
		.ring = !opts->line,
		.relayed = opts->relayed,
		.socket = opts->socket,
		.ends = &c->ends},
	    .order = {.epfd = -1},
	    .culprit = VERDICT_NOBODY};
	if (between_init(&c->between, opts,
		opts->relayed ? wires_directions(&c->wires) : 0) == -1)
		return -1;
	c->judged = calloc(n, sizeof(c->judged[0]));
	c->end = calloc(n, sizeof(c->end[0]));
	if (c->judged != NULL && c->end != NULL &&
	    ends_init(&c->ends, n, opts->socket != 0) == 0 &&
	    wires_init(&c->wires) == 0)
		return 0;
	(void)prog_complain("cannot start", strerror(errno));
	return -1;
}

void
crew_free(struct crew *c)
{
	order_free(&c->order);
	between_free(&c->between);
	wires_free(&c->wires);
	free(c->judged);
	free(c->end);
	ends_free(&c->ends);
}

/* The exit status of what ran; or minus the signal to die by. */
static int
verdict(const struct crew *c, size_t culprit)
{
	const struct copies_result *r = &c->result;
	int status;

	if (r->left.nleft > 0)
		return MP_TOOL_FAILED;
	if (r->signo != 0)
		return -r->signo;
	if (r->timed_out || c->between.why == BETWEEN_IDLE)
		return MP_TIME_LIMIT;
	if (c->between.why == BETWEEN_DEADLOCK)
		return MP_SOME_FAILED;
	status = verdict_status(&c->opts->rules, c->judged, culprit);
	return status == MP_OK && c->between.failed ? MP_TOOL_FAILED : status;
}

/* Whether there is nothing to say: all is well, or we are to end as a
 * filter does whose reader has gone. */
static bool
is_quiet(const struct crew *c, size_t culprit)
{
	if (c->result.signo != 0)
		return true;
	if (culprit == VERDICT_NOBODY)
		return !c->result.timed_out &&
		    c->between.why == BETWEEN_NOTHING;
	return c->opts->line && culprit == c->wires.n - 1 &&
	    verdict_no_reader(&c->opts->rules, &c->judged[culprit]);
}

static int
conclude(struct crew *c, int report)
{
	struct buf b = BUF_INIT;
	size_t culprit = c->result.ran ? judge(c) : c->culprit;
	int status = c->result.ran ? verdict(c, culprit) : c->status;

	prog_say_left(&c->result.left);
	if (c->result.ran) {
		if (c->opts->verbose || !is_quiet(c, culprit))
			tell_verdict(c, culprit, c->opts->verbose);
		if (c->opts->print_status)
			tell_statuses(c);
	}
	if (report != -1 &&
	    (tell_report(&b, c, culprit, status) == -1 ||
		io_write_all(report, buf_data(&b), buf_len(&b)) == -1))
		status = prog_complain(c->opts->report, strerror(errno));
	buf_free(&b);
	return status;
}

int
crew_run(struct crew *c)
{
	const struct pipe_opts *o = c->opts;
	struct copies_conf conf = {.prog = getprogname(),
	    .n = c->wires.n,
	    .output = COPIES_RAW,
	    .leftover = (enum copies_leftover)o->leftover,
	    .time = o->time,
	    .kill_after = o->kill_after,
	    .calls = &calls,
	    .arg = c};
	int report = -1, status;

	if (o->report != NULL) {
		report = open(
		    o->report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (report == -1)
			return prog_complain(o->report, strerror(errno));
	}
	if (copies_run(&conf, &c->result) == -1)
		status = prog_complain("cannot start", strerror(errno));
	else
		status = conclude(c, report);
	io_close(&report);
	return status;
}
