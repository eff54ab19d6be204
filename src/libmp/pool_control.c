/* SPDX-License-Identifier: ISC */
/*
 * Signals that do not end a run: more or fewer tasks at a time, a stop by the
 * terminal, another width of it.
 */
#include "config.h"

#include "pool_impl.h"

#include <signal.h>
#include <stdlib.h>

#include "sig.h"

static void
resize(struct pool *p, int by)
{
	size_t jobs = p->runner->ops->resize(p->runner, by);

	if (p->conf->jobserver != NULL)
		p->conf->jobserver->jobs = jobs;
	if (p->conf->verbose)
		sink_message(&p->sink, "up to %zu at a time", jobs);
}

/* Those of the running tasks; with memory short there are none. */
static void
signal_tasks(struct pool *p, int signo)
{
	size_t n = p->runner->ops->groups(p->runner, NULL, 0);
	pid_t *groups = calloc(n + 1, sizeof(groups[0]));

	if (groups == NULL)
		return;
	n = p->runner->ops->groups(p->runner, groups, n);
	while (n-- > 0)
		(void)kill(-groups[n], signo);
	free(groups);
}

/* Returns when we have been continued, or need not stop. */
static void
suspend(struct pool *p)
{
	sink_bar(&p->sink, NULL);
	signal_tasks(p, SIGTSTP);
	sig_stop();
	signal_tasks(p, SIGCONT);
}

bool
pool_control(struct pool *p, int signo)
{
	switch (signo) {
	case SIGUSR1:
		resize(p, 1);
		return true;
	case SIGUSR2:
		resize(p, -1);
		return true;
	case SIGTSTP:
		suspend(p);
		return true;
	case SIGWINCH:
		pool_progress_draw(p);
		return true;
	default:
		return false;
	}
}
