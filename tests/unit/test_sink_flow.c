/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the output: whole runs of tasks that write much or little,
 * to readers that are quick or slow, with and without room on the disk.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "sink.h"

#define TASKS 1000
#define MOST ((size_t)30000) /* that comes at a time */
#define PENDING ((size_t)1 << 20) /* that may wait in memory to be written */

static const struct conf {
	enum sink_order how;
	uint64_t n, jobs;
	size_t max; /* bytes of one stream */
	size_t buffer;
	size_t rate; /* what the reader takes at a time; 0: a file */
	bool refused; /* there is no place for held output */
} confs[] = {
    {SINK_ORDERED, 1, 1, 1000000, 1 << 20, 0, false},
    {SINK_ORDERED, 30, 1, 100000, 1 << 20, 0, false},
    {SINK_ORDERED, 30, 4, 100000, 1 << 24, 0, false},
    {SINK_ORDERED, 30, 4, 100000, 50000, 0, false},
    {SINK_ORDERED, 30, 30, 100000, 0, 0, false},
    {SINK_ORDERED, TASKS, 50, 20, 1 << 20, 0, false},
    {SINK_ORDERED, TASKS, 50, 20, 0, 0, false},
    {SINK_ORDERED, 3, 2, 2000000, 50000, 3000, false},
    {SINK_ORDERED, 1, 1, 2000000, 50000, 3000, false},
    {SINK_ORDERED, 5, 5, 2000000, 1 << 24, 20000, false},
    {SINK_ORDERED, TASKS, 10, 1000, 5000, 500, false},
    {SINK_ORDERED, 20, 4, 100000, 50000, 0, true},
    {SINK_ORDERED, 20, 4, 100000, 0, 5000, true},
    {SINK_UNORDERED, 30, 4, 100000, 1 << 24, 0, false},
    {SINK_UNORDERED, 30, 4, 100000, 50000, 0, false},
    {SINK_UNORDERED, TASKS, 50, 20, 0, 0, false},
    {SINK_UNORDERED, 10, 5, 500000, 50000, 20000, false},
    {SINK_UNORDERED, 1, 1, 100000, 50000, 0, true},
    {SINK_UNORDERED, 20, 4, 100000, 50000, 0, true},
};

/* A task that writes what it has to, whenever that is welcome. */
struct writer {
	struct task *task;
	size_t todo[TASK_STREAMS], sent[TASK_STREAMS];
	bool welcome[TASK_STREAMS], left;
};

struct run {
	const struct conf *conf;
	struct loop loop;
	struct sink sink;
	struct writer w[TASKS];
	uint64_t begun, ended, left;
	uint64_t order[TASKS]; /* in which they should be written */
	int rd[TASK_STREAMS];
	struct buf got[TASK_STREAMS];
};

static struct run run;
static uint32_t seed;

static uint32_t
draw(uint32_t n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % n;
}

static char
byte_of(uint64_t task, int stream, size_t at)
{
	return (char)(task * 7 + (unsigned)stream * 100 + at % 241 + at / 3000);
}

static void
leave(struct task *task, uint64_t joined)
{
	struct writer *w = &run.w[task->seq - 1];

	AID_NEED(task == w->task && task->done && !w->left);
	w->left = true;
	run.left += 1 + joined;
}

static void
on_released(void *arg, struct task *task)
{
	(void)arg;
	leave(task, task->joined);
}

static void
on_joined(void *arg, struct task *task)
{
	(void)arg;
	AID_NEED(run.conf->how == SINK_ORDERED);
	leave(task, (uint64_t)-1); /* who was joined counts with the other */
}

static void
on_resume(void *arg, struct task *task, int stream)
{
	(void)arg;
	run.w[task->seq - 1].welcome[stream] = true;
}

static const struct sink_calls calls = {on_released, on_joined, on_resume};

/* A descriptor of ours becomes a pipe or a file that is read back. */
static void
redirect(int stream)
{
	int fd[2];

	if (run.conf->rate > 0) {
		AID_NEED(io_pipe(fd) == 0);
		AID_NEED(fcntl(fd[0], F_SETFL, O_NONBLOCK) == 0);
	} else {
		fd[0] = fd[1] = aid_memfd();
	}
	run.rd[stream] = fd[0];
	AID_NEED(dup2(fd[1], stream + 1) == stream + 1);
	if (fd[1] != fd[0])
		io_close(&fd[1]);
}

static void
run_begin(int row)
{
	int stream;

	seed = (uint32_t)row;
	run.conf = &confs[row];
	for (stream = 0; stream < TASK_STREAMS; stream++)
		redirect(stream);
	if (run.conf->refused)
		AID_NEED(setenv("TMPDIR", "/nonexistent", 1) == 0);
	AID_NEED(loop_init(&run.loop, NULL, 0, NULL, NULL) == 0);
	sink_init(&run.sink, run.conf->how, run.conf->buffer, &run.loop);
	run.sink.prog = "prog";
	run.sink.calls = &calls;
}

static void
writer_begin(void)
{
	struct writer *w = &run.w[run.begun];
	int stream;

	w->task = task_new();
	AID_NEED(w->task != NULL);
	w->task->seq = ++run.begun;
	w->task->how = TASK_EXITED;
	w->task->code = draw(4) == 0;
	w->welcome[TASK_OUT] = w->welcome[TASK_ERR] = true;
	for (stream = 0; stream < TASK_STREAMS; stream++)
		w->todo[stream] = run.conf->n == 1
		    ? run.conf->max
		    : draw((uint32_t)run.conf->max + 1);
	sink_begin(&run.sink, w->task);
	if (run.conf->how == SINK_ORDERED)
		run.order[run.begun - 1] = run.begun - 1;
}

static bool
has_more(const struct writer *w, int stream)
{
	return w->sent[stream] < w->todo[stream];
}

/* One piece, of a stream that is welcome; or the end. */
static void
writer_step(struct writer *w)
{
	static char piece[MOST];
	int stream = (int)draw(TASK_STREAMS);
	size_t n, i;

	if (!has_more(w, stream) || !w->welcome[stream])
		stream = !stream;
	n = w->todo[stream] - w->sent[stream];
	if (!has_more(w, TASK_OUT) && !has_more(w, TASK_ERR)) {
		if (run.conf->how == SINK_UNORDERED)
			run.order[run.ended] = w->task->seq - 1;
		run.ended++;
		sink_end(&run.sink, w->task);
		return;
	}
	if (n == 0 || !w->welcome[stream])
		return;
	n = 1 + draw((uint32_t)(n < MOST ? n : MOST));
	for (i = 0; i < n; i++)
		piece[i] = byte_of(
		    w->task->seq - 1, stream, w->sent[stream] + i);
	w->sent[stream] += n;
	w->welcome[stream] = sink_data(&run.sink, w->task, stream, piece, n);
}

static void
drain(int stream, size_t most)
{
	char *p = buf_reserve(&run.got[stream], most);
	ssize_t n;

	AID_NEED(p != NULL);
	n = read(run.rd[stream], p, most);
	if (n > 0)
		buf_grown(&run.got[stream], (size_t)n);
}

static void
round_of_all(void)
{
	struct writer *w;
	int stream;

	while (run.begun < run.conf->n && !sink_full(&run.sink) &&
	    run.begun - run.ended < run.conf->jobs)
		writer_begin();
	for (w = run.w; w < run.w + run.begun; w++)
		if (!w->task->done)
			writer_step(w);
	sink_pump(&run.sink);
	AID_NEED(loop_step(&run.loop, 0) == 0);
	for (stream = 0; stream < TASK_STREAMS; stream++) {
		AID_NEED(buf_len(&run.sink.out[stream].pending) <= PENDING);
		if (run.conf->rate > 0)
			drain(stream, run.conf->rate);
	}
}

/* Takes the output of one task off. */
static void
compare_task(uint64_t t, int stream, const char **p, size_t *len)
{
	size_t n = run.w[t].todo[stream], i;

	AID_NEED(n <= *len);
	for (i = 0; i < n; i++)
		AID_NEED((*p)[i] == byte_of(t, stream, i));
	*p += n;
	*len -= n;
}

/* What is written is what the tasks have written, one after the other. Who
 * comes next where nothing can be kept is not said: then the first byte
 * tells. */
static void
compare(int stream)
{
	const char *p = buf_data(&run.got[stream]);
	size_t len = buf_len(&run.got[stream]);
	uint64_t t, n;

	if (run.conf->rate == 0)
		p = aid_text(run.rd[stream], &len);
	for (n = 0; n < run.conf->n; n++) {
		t = run.order[n];
		while (
		    run.conf->refused && len > 0 && *p != byte_of(t, stream, 0))
			t = (t + 1) % run.conf->n;
		compare_task(t, stream, &p, &len);
	}
	AID_NEED(len == 0);
}

static void
run_end(void)
{
	uint64_t t;

	for (t = 0; t < run.conf->n; t++) {
		AID_NEED(run.w[t].left);
		task_free(run.w[t].task);
	}
	AID_NEED(run.left == run.conf->n);
	AID_NEED(run.sink.store.mem == 0 && run.sink.store.infile == 0);
	AID_NEED(run.sink.err == 0 && !sink_full(&run.sink));
	sink_free(&run.sink);
	loop_free(&run.loop);
	buf_free(&run.got[TASK_OUT]);
	buf_free(&run.got[TASK_ERR]);
}

static void
run_child(void *arg)
{
	int i;

	run_begin(*(int *)arg);
	for (i = 0; i < 20000; i++) {
		round_of_all();
		if (run.ended == run.conf->n && sink_idle(&run.sink))
			break;
	}
	AID_NEED(run.ended == run.conf->n && sink_idle(&run.sink));
	if (run.conf->rate > 0) {
		drain(TASK_OUT, 1 << 20);
		drain(TASK_ERR, 1 << 20);
	}
	compare(TASK_OUT);
	/* Else there are messages in it. */
	if (!run.conf->refused)
		compare(TASK_ERR);
	run_end();
}

START_TEST(passes_everything)
{
	aid_in_child(run_child, &_i);
}
END_TEST

/* A task whose output cannot be kept is told of, once. */
static void
refused_child(void *arg)
{
	static const char want[] = "prog: task 2: its output must wait: "
				   "No such file or directory\n";
	static char block[5000];
	const char *text;
	size_t len;
	bool more;
	int i;

	(void)arg;
	run_begin(11);
	run.begun = 2;
	for (i = 0; i < 2; i++) {
		run.w[i] = (struct writer){.task = task_new()};
		run.w[i].task->seq = (uint64_t)i + 1;
		run.w[i].task->id = (uint64_t)i + 1;
		sink_begin(&run.sink, run.w[i].task);
	}
	for (i = 0; i < 20; i++) {
		more = sink_data(
		    &run.sink, run.w[1].task, TASK_OUT, block, 5000);
		AID_NEED(more == !sink_full(&run.sink));
	}
	AID_NEED(sink_full(&run.sink) && !sink_idle(&run.sink));
	sink_pump(&run.sink);
	text = aid_text(2, &len);
	AID_NEED(strcmp(text, want) == 0);
	/* The first one does not need to be kept. */
	AID_NEED(sink_data(&run.sink, run.w[0].task, TASK_OUT, block, 5000));
	sink_end(&run.sink, run.w[0].task);
	sink_pump(&run.sink);
	AID_NEED(run.w[1].welcome[TASK_OUT]);
	sink_end(&run.sink, run.w[1].task);
	sink_pump(&run.sink);
	AID_NEED(!sink_full(&run.sink) && sink_idle(&run.sink));
	(void)aid_text(1, &len);
	AID_NEED(len == 21 * 5000);
	run.conf = &(struct conf){.how = SINK_ORDERED, .n = 2};
	run_end();
}

START_TEST(tells_whose_output_must_wait)
{
	aid_in_child(refused_child, NULL);
}
END_TEST

static Suite *
suite_sink_flow(void)
{
	Suite *s = suite_create("sink_flow");
	TCase *tc = tcase_create("sink_flow");

	tcase_add_loop_test(tc, passes_everything, 0, NROWS(confs));
	tcase_add_test(tc, tells_whose_output_must_wait);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_sink_flow)
