/* SPDX-License-Identifier: ISC */
/*
 * Limits that need watching: silence, for which the command's outputs pass
 * through us, and CPU time, which /proc tells.
 */
#include "config.h"

#include "limit_impl.h"

#include <errno.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"

/* Not looked at more often; the kernel counts in ticks of 10 ms. */
#define CPU_LOOK (5 * DUR_MS)

static void
idle_due(struct loop_timer *t)
{
	limit_end(t->arg, LIMIT_IDLE, 0);
}

/* Silence begins now. */
static void
idle_again(struct limit *l)
{
	if (!l->ending)
		loop_timer_after(&l->loop, &l->idle, l->conf->idle);
}

/* A reader that does not take the bytes is not the command's silence. */
static bool
output(void *arg, int stream, const char *p, size_t n)
{
	struct limit *l = arg;

	idle_again(l);
	if (l->out[stream].err != 0) {
		capture_shut(&l->capture, stream);
		return false;
	}
	if (out_add(&l->out[stream], p, n) == -1)
		l->result->output_error = ENOMEM;
	out_flush(&l->out[stream]);
	if (!out_full(&l->out[stream]))
		return true;
	loop_timer_del(&l->loop, &l->idle);
	return false;
}

static void
drained(void *arg)
{
	struct limit *l = arg;

	int stream;

	for (stream = 0; stream < TASK_STREAMS; stream++)
		if (!out_full(&l->out[stream]))
			capture_resume(&l->capture, stream);
	if (l->running && !l->idle.set)
		idle_again(l);
}

int
limit_watch_open(struct limit *l, struct proc_spec *spec)
{
	int stream;

	if (l->conf->idle == 0)
		return 0;
	l->capture = (struct capture){
	    .loop = &l->loop, .output = output, .arg = l};
	if (capture_open(&l->capture, TASK_OUT, l->wr) == -1)
		return -1;
	l->captured = true;
	for (stream = 0; stream < TASK_STREAMS; stream++) {
		out_init(&l->out[stream], &l->loop, stream + 1, drained, l);
		spec->fds[spec->nfds++] = (struct proc_fd){
		    l->wr[stream], stream + 1};
	}
	return 0;
}

static void
cpu_look(struct loop_timer *t)
{
	struct limit *l = t->arg;
	int64_t left = l->conf->cpu - tree_cpu(&l->tree);

	if (left <= 0) {
		limit_end(l, LIMIT_CPU, 0);
		return;
	}
	/* All CPUs together cannot use it up faster. */
	left /= (int64_t)sysconf(_SC_NPROCESSORS_ONLN);
	if (left < CPU_LOOK)
		left = CPU_LOOK;
	loop_timer_after(&l->loop, t, left);
}

void
limit_watch_start(struct limit *l)
{
	if (l->captured) {
		io_close(&l->wr[TASK_OUT]);
		io_close(&l->wr[TASK_ERR]);
		l->idle.cb = idle_due;
		l->idle.arg = l;
		capture_resume(&l->capture, TASK_OUT);
		capture_resume(&l->capture, TASK_ERR);
		idle_again(l);
	}
	if (l->conf->cpu > 0) {
		l->cpu.cb = cpu_look;
		l->cpu.arg = l;
		cpu_look(&l->cpu);
	}
}

void
limit_watch_drain(struct limit *l)
{
	loop_timer_del(&l->loop, &l->idle);
	if (l->captured)
		capture_drain(&l->capture);
	loop_timer_del(&l->loop, &l->idle);
}

bool
limit_watch_idle(struct limit *l)
{
	int stream;

	for (stream = 0; l->captured && stream < TASK_STREAMS; stream++) {
		if (l->out[stream].err != 0)
			l->result->output_error = l->out[stream].err;
		if (!out_idle(&l->out[stream]))
			return false;
	}
	return true;
}

void
limit_watch_close(struct limit *l)
{
	int stream;

	if (!l->captured)
		return;
	capture_close(&l->capture);
	for (stream = 0; stream < TASK_STREAMS; stream++)
		out_free(&l->out[stream]);
}
