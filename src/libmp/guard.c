/* SPDX-License-Identifier: ISC */
/*
 * Two processes that look after each other. The outer one passes signals
 * on and waits; the inner one does the work. Between them are two pipes:
 * one ends when the outer one dies, over the other the inner one says that
 * its end is regular.
 */
#include "config.h"

#include "guard.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "loop.h"
#include "sig.h"
#include "tree.h"

#define KILL_BOUND (10 * DUR_SECOND)

static int done_fd = -1;

struct guard {
	const struct guard_conf *conf;
	struct loop loop;
	struct tree tree;
	struct loop_child child;
	int status;
	bool ended;
	int line[2]; /* the inner one has line[0] */
	int done[2]; /* the inner one has done[1] */
	int line_to; /* their numbers there */
	int done_to;
};

static int
inner(void *arg)
{
	struct guard *g = arg;
	int status;

	done_fd = g->done_to;
	(void)fcntl(g->line_to, F_SETFD, FD_CLOEXEC);
	(void)fcntl(g->done_to, F_SETFD, FD_CLOEXEC);
	if (g->conf->keep != -1)
		(void)fcntl(g->conf->keep, F_SETFD, FD_CLOEXEC);
	status = g->conf->run(g->conf->arg, g->line_to);
	guard_done();
	return status;
}

void
guard_done(void)
{
	if (done_fd != -1)
		(void)io_write(done_fd, "", 1);
	io_close(&done_fd);
}

static void
pass_on(void *arg, const struct loop_signal *sig)
{
	struct guard *g = arg;

	if (g->ended || (sig->from_kernel && g->conf->same_group))
		return;
	(void)kill(g->child.pid, sig->signo);
}

static void
inner_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct guard *g = c->arg;

	(void)ru;
	g->ended = true;
	g->status = status;
}

static int
start(struct guard *g)
{
	struct proc_spec spec = {.entry = inner, .arg = g};
	enum proc_step step;
	int keep = g->conf->keep, base = keep > 2 ? keep + 1 : 3;

	if (io_pipe(g->line) == -1 || io_pipe(g->done) == -1)
		return -1;
	g->line_to = base;
	g->done_to = base + 1;
	spec.fds[spec.nfds++] = (struct proc_fd){g->line[0], g->line_to};
	spec.fds[spec.nfds++] = (struct proc_fd){g->done[1], g->done_to};
	if (keep > 2)
		spec.fds[spec.nfds++] = (struct proc_fd){keep, keep};
	g->child.cb = inner_ended;
	g->child.arg = g;
	if (proc_start(&spec, &g->child.pid, &step) == -1)
		return -1;
	loop_child_add(&g->loop, &g->child);
	io_close(&g->line[0]);
	io_close(&g->done[1]);
	return 0;
}

static bool
reap(void *loop)
{
	return loop_reap(loop);
}

/* The inner process is gone. If it has not said so it was killed, and what
 * it had below it is ours now. */
static int
settle(struct guard *g)
{
	struct tree_report left;
	char c;

	if (io_read(g->done[0], &c, 1) != 1)
		(void)tree_end(&g->tree, KILL_BOUND, reap, &g->loop, &left);
	if (WIFSIGNALED(g->status))
		return -WTERMSIG(g->status);
	return WEXITSTATUS(g->status);
}

static int
run(struct guard *g)
{
	int rc = GUARD_FAILED;

	if (start(g) == 0) {
		while (!g->ended && loop_step(&g->loop, LOOP_NEVER) == 0)
			;
		rc = settle(g);
	}
	io_close(&g->line[0]);
	io_close(&g->line[1]);
	io_close(&g->done[0]);
	io_close(&g->done[1]);
	return rc;
}

int
guard_run(const struct guard_conf *conf)
{
	int rc = GUARD_FAILED, sigs[NSIG];
	struct guard g;
	size_t nsigs;

	memset(&g, 0, sizeof(g));
	g.conf = conf;
	g.line[0] = g.line[1] = g.done[0] = g.done[1] = -1;
	if (tree_init(&g.tree) == -1)
		return rc;
	nsigs = sig_terminating(sigs);
	if (loop_init(&g.loop, sigs, nsigs, pass_on, &g) == 0) {
		rc = run(&g);
		loop_free(&g.loop);
	}
	tree_free(&g.tree);
	return rc;
}
