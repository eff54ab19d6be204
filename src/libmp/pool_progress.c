/* SPDX-License-Identifier: ISC */
/*
 * The line on the terminal that tells how far the run has come. It is drawn
 * at most ten times a second, and only where nothing else stands in its line.
 */
#include "config.h"

#include "pool_impl.h"

#include <sys/ioctl.h>

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "dur.h"
#include "progress.h"

#define INTERVAL (100 * DUR_MS)
#define WIDTH_DEFAULT 80

/* The columns of the terminal, without the last one, which some of them do
 * not like to be filled. */
static unsigned
columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_col < 2)
		return WIDTH_DEFAULT - 1;
	return size.ws_col - 1U;
}

void
pool_progress_draw(struct pool *p)
{
	const struct progress state = {.done = p->result->done,
	    .failed = p->result->failed,
	    .running = p->sched.running,
	    .total = pool_total(p),
	    .elapsed = loop_now() - p->begun};
	struct buf line = BUF_INIT;

	/* In the background it would stop us, or spoil another's line. */
	if (!p->progress.set || tcgetpgrp(STDERR_FILENO) != getpgrp())
		return;
	if (progress_format(&line, &state, columns()) == 0)
		sink_bar(&p->sink, &line);
	buf_free(&line);
}

static void
tick(struct loop_timer *t)
{
	struct pool *p = t->arg;

	loop_timer_after(&p->loop, t, INTERVAL);
	pool_progress_draw(p);
}

void
pool_progress_start(struct pool *p)
{
	const char *term = getenv("TERM");

	p->begun = loop_now();
	if (!p->conf->progress || !isatty(STDERR_FILENO) || term == NULL ||
	    strcmp(term, "dumb") == 0)
		return;
	p->progress.cb = tick;
	p->progress.arg = p;
	loop_timer_after(&p->loop, &p->progress, INTERVAL);
}

void
pool_progress_end(struct pool *p)
{
	loop_timer_del(&p->loop, &p->progress);
	sink_bar(&p->sink, NULL);
}
