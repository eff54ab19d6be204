/* SPDX-License-Identifier: ISC */
/*
 * The run of a pool.
 */
#include "config.h"

#include "pool_impl.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX 101
#define CONTROLS 3 /* signals of conf->control, the last ones */

/* Whether every task has ended, and every process that ran them. */
static bool
tasks_over(struct pool *p)
{
	int64_t when;

	if (sched_next(&p->sched, false, 0, &when) != SCHED_OVER && !p->left)
		return false;
	if (!pool_linger(p))
		return false;
	return !p->runner->ops->finish(p->runner) || p->left;
}

/* Whether all output was written, the digest last. */
static bool
output_over(struct pool *p)
{
	if (p->killed || p->left)
		return true;
	if (!TAILQ_EMPTY(&p->sink.order))
		return false;
	if (p->conf->verbose && !p->summed_up)
		sink_message(&p->sink, "tasks: %ju done, %ju failed",
		    (uintmax_t)p->result->done, (uintmax_t)p->result->failed);
	p->summed_up = true;
	sink_finish(&p->sink);
	return sink_idle(&p->sink);
}

/* Whether something can be started now; writing may have made room. */
static bool
ready(struct pool *p)
{
	const struct jobserver *js = p->conf->jobserver;
	int64_t when;

	/* Its first task needs no token. */
	if (js != NULL && js->dry && p->sched.running > 0)
		return false;
	p->sched.full = sink_full(&p->sink);
	switch (sched_next(
	    &p->sched, p->runner->ops->room(p->runner), loop_now(), &when)) {
	case SCHED_NEW:
		return !p->waits;
	case SCHED_AGAIN:
		return true;
	case SCHED_WAIT:
	case SCHED_OVER:
		return false;
	}
	return false;
}

static int
run(struct pool *p)
{
	int64_t until;
	bool over;

	for (;;) {
		/* What the source is told is written, it can answer with the
		 * next task. */
		sink_pump(&p->sink);
		pool_check_halt(p);
		until = pool_fill(p);
		p->runner->ops->flush(p->runner);
		sink_pump(&p->sink);
		/* While new tasks run already. */
		if (pool_write_records(p))
			sink_pump(&p->sink);
		pool_check_output(p);
		over = tasks_over(p);
		if (over)
			pool_progress_end(p);
		if (over && output_over(p))
			break;
		if (loop_step(&p->loop, ready(p) ? 0 : until) == -1)
			return -1;
	}
	pool_check_output(p);
	(void)pool_write_records(p);
	sink_pump(&p->sink);
	return 0;
}

/* A write to a closed pipe is to fail, not to end us. *was is what it did
 * before. */
static void
ignore_sigpipe(struct sigaction *was)
{
	struct sigaction ignore;

	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &ignore, was);
}

/* What a run that went to its end comes to. */
static enum mp_status
verdict(const struct pool *p)
{
	uint64_t failed = p->result->failed;

	if (p->halted)
		return (enum mp_status)p->verdict;
	if (failed == 0)
		return MP_OK;
	if (!p->conf->count)
		return MP_SOME_FAILED;
	return (enum mp_status)(failed < COUNT_MAX ? failed : COUNT_MAX);
}

static void
finish(struct pool *p, const struct sigaction *sigpipe)
{
	struct pool_result *r = p->result;

	/* Who ignores SIGPIPE is not ended by it. */
	if (r->signo == SIGPIPE && sigpipe->sa_handler == SIG_IGN) {
		r->signo = 0;
		r->status = MP_SIGNALED + SIGPIPE;
	}
	if (r->status == MP_OK)
		r->status = verdict(p);
	/* Who sends one more at the end is late, and does not kill us. */
	if (p->conf->control) {
		(void)signal(SIGUSR1, SIG_IGN);
		(void)signal(SIGUSR2, SIG_IGN);
	}
	loop_timer_del(&p->loop, &p->kill);
	if (p->conf->jobserver != NULL)
		jobserver_detach(p->conf->jobserver);
	sink_free(&p->sink);
	pool_spare_free(p);
	throttle_free(&p->throttle);
	buf_free(&p->command);
	tree_free(&p->tree);
	free(p->groups);
	loop_free(&p->loop);
	(void)sigaction(SIGPIPE, sigpipe, NULL);
}

/* Who knows whom. */
static void
connect(struct pool *p)
{
	p->source->loop = &p->loop;
	p->source->calls = &pool_source_calls;
	p->source->arg = p;
	p->runner->loop = &p->loop;
	p->runner->events = &pool_events;
	p->runner->arg = p;
	p->runner->ahead = pool_bundles(p) ? p->conf->ahead : 0;
	sink_init(&p->sink, p->conf->order, p->conf->buffer, &p->loop);
	p->sink.tags = p->conf->tag;
	p->sink.prog = p->conf->prog;
	p->sink.calls = &pool_sink_calls;
	p->sink.arg = p;
	if (p->conf->jobserver != NULL)
		jobserver_attach(p->conf->jobserver, &p->loop);
}

int
pool_run(const struct pool_conf *conf, struct source *source,
    struct runner *runner, struct pool_result *result)
{
	static const int sigs[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH,
	    SIGUSR1, SIGUSR2, SIGTSTP};
	size_t nsigs = sizeof(sigs) / sizeof(sigs[0]);
	struct pool p;
	struct sigaction sigpipe;
	int rc;

	memset(&p, 0, sizeof(p));
	memset(result, 0, sizeof(*result));
	p.conf = conf;
	p.result = result;
	p.source = source;
	p.runner = runner;
	TAILQ_INIT(&p.spare);
	sched_init(&p.sched, conf->ahead);
	if (throttle_init(&p.throttle, &conf->throttle) == -1)
		return -1;
	if (tree_init(&p.tree) == -1) {
		throttle_free(&p.throttle);
		return -1;
	}
	if (loop_init(&p.loop, sigs, conf->control ? nsigs : nsigs - CONTROLS,
		pool_signal, &p) == -1) {
		tree_free(&p.tree);
		throttle_free(&p.throttle);
		return -1;
	}
	ignore_sigpipe(&sigpipe);
	connect(&p);
	pool_progress_start(&p);
	rc = run(&p);
	pool_progress_end(&p);
	finish(&p, &sigpipe);
	return rc;
}
