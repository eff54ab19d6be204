/* SPDX-License-Identifier: ISC */
/*
 * A run of copies. Each is started and held before the first instruction
 * of its program; when all stand they are let go. A single one need not be
 * held: that it runs says that its exec has worked.
 */
#include "config.h"

#include "copies_impl.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "io.h"

static bool
has_failed(int status)
{
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/* The sink's callbacks. Copies are not used again, so that there is
 * nothing to do where one leaves the sink but to count. */
static void
sink_released(void *run, struct task *task)
{
	struct copies *c = run;

	c->held -= 1 + task->joined;
}

static void
sink_joined(void *run, struct task *task)
{
	(void)run;
	(void)task;
}

static void
sink_resume(void *run, struct task *task, int stream)
{
	struct copy *copy = task->running;

	(void)run;
	if (copy != NULL)
		capture_resume(&copy->capture, stream);
}

static const struct sink_calls sink_calls = {
    sink_released, sink_joined, sink_resume};

/* Output of a copy, on its way to the sink. */
static bool
tagged(struct copy *copy, int stream, const char *p, size_t n)
{
	struct copies *c = copy->run;
	const char *name = c->conf->calls->name(c->conf->arg, copy->no);
	struct buf lines = BUF_INIT;
	bool more = true;
	int rc;

	rc = p != NULL ? tagger_add(&copy->tag[stream], name, p, n, &lines)
		       : tagger_end(&copy->tag[stream], name, &lines);
	if (buf_len(&lines) > 0)
		more = sink_data(&c->sink, copy->task, stream, buf_data(&lines),
		    buf_len(&lines));
	if (rc == -1)
		c->sink.err = ENOMEM;
	buf_free(&lines);
	return more;
}

static bool
copy_output(void *arg, int stream, const char *p, size_t n)
{
	struct copy *copy = arg;

	if (copy->run->conf->output == COPIES_TAGGED)
		return tagged(copy, stream, p, n);
	return sink_data(&copy->run->sink, copy->task, stream, p, n);
}

static void
output_ends(struct copy *copy, int status)
{
	struct copies *c = copy->run;
	int stream;

	capture_drain(&copy->capture);
	copy->task->running = NULL;
	for (stream = 0; stream < TASK_STREAMS; stream++) {
		if (c->conf->output == COPIES_TAGGED)
			(void)tagged(copy, stream, NULL, 0);
		tagger_free(&copy->tag[stream]);
	}
	copy->task->how = WIFSIGNALED(status) ? TASK_SIGNALED : TASK_EXITED;
	copy->task->code = WIFSIGNALED(status) ? WTERMSIG(status)
					       : WEXITSTATUS(status);
	sink_end(&c->sink, copy->task);
}

static void
copy_ended(struct loop_child *child, int status, const struct rusage *ru)
{
	struct copy *copy = child->arg;
	struct copies *c = copy->run;
	struct copies_end end = {
	    child->pid, status, loop_now() - c->begin, *ru};

	copy->running = false;
	c->running--;
	if (c->ended++ == 0) {
		c->result->first = copy->no;
		c->result->status = status;
	}
	if (has_failed(status))
		c->result->failed++;
	if (c->conf->output != COPIES_RAW)
		output_ends(copy, status);
	c->conf->calls->ended(c->conf->arg, copy->no, &end);
}

/* What has happened in a step may be a reason to end the others. */
static void
check_enough(struct copies *c)
{
	int sig;

	if (c->running == 0 || c->ending)
		return;
	if (c->conf->wait == COPIES_ANY)
		sig = c->ended > 0 ? SIGTERM : 0;
	else
		sig = c->conf->calls->enough(c->conf->arg);
	if (sig != 0)
		copies_stop(c, sig,
		    c->conf->kill_after > 0 ? c->conf->kill_after
					    : COPIES_GRACE);
}

static void
copies_watch(struct copies *c)
{
	struct copy *copy;
	size_t i;

	for (i = 0; i < c->conf->n; i++) {
		copy = &c->copy[i];
		copy->child.cb = copy_ended;
		copy->child.arg = copy;
		loop_child_add(&c->loop, &copy->child);
		if (c->conf->output == COPIES_RAW)
			continue;
		c->held++;
		sink_begin(&c->sink, copy->task);
		capture_resume(&copy->capture, TASK_OUT);
		capture_resume(&copy->capture, TASK_ERR);
	}
}

static void
limit_reached(struct loop_timer *t)
{
	struct copies *c = t->arg;

	c->result->timed_out = true;
	copies_stop(c, SIGTERM, c->conf->kill_after);
}

/* Writes what can be written. Nobody may read, or it fails. */
static void
check_output(struct copies *c)
{
	int out, err;

	sink_pump(&c->sink);
	out = sink_error(&c->sink, TASK_OUT);
	err = sink_error(&c->sink, TASK_ERR);
	if (c->result->output_error != 0)
		return;
	if (c->sink.err != 0)
		c->result->output_error = c->sink.err;
	else if (out != 0)
		c->result->output_error = out;
	else if (err != 0 && err != EBADF)
		c->result->output_error = err;
	else
		return;
	copies_stop(c, SIGTERM, COPIES_GRACE);
}

/* Whether the caller needs the loop, which it has as long as nobody wants
 * an end. */
static bool
is_busy(const struct copies *c)
{
	const struct copies_calls *calls = c->conf->calls;

	return !c->ending && calls->busy != NULL && calls->busy(c->conf->arg);
}

static bool
is_over(struct copies *c)
{
	if (c->over)
		return true;
	if (c->running > 0 || !copies_gone(c) || is_busy(c))
		return false;
	if (c->conf->output == COPIES_RAW || c->result->killed)
		return true;
	return c->held == 0 && sink_idle(&c->sink);
}

static int
copies_loop(struct copies *c)
{
	c->begin = loop_now();
	copies_watch(c);
	c->limit.cb = limit_reached;
	c->limit.arg = c;
	if (c->conf->time > 0)
		loop_timer_after(&c->loop, &c->limit, c->conf->time);
	for (;;) {
		if (c->conf->output != COPIES_RAW)
			check_output(c);
		check_enough(c);
		if (is_over(c))
			return 0;
		if (loop_step(&c->loop, LOOP_NEVER) == -1)
			return -1;
	}
}

static int
copies_go(struct copies *c)
{
	if (copies_begin(c) == -1)
		return 0;
	c->result->ran = true;
	if (c->conf->wait == COPIES_NONE)
		return 0;
	return copies_loop(c);
}

static int
copy_init(struct copies *c, size_t i)
{
	struct copy *copy = &c->copy[i];

	copy->run = c;
	copy->no = i;
	if (c->conf->output == COPIES_RAW)
		return 0;
	copy->task = task_new();
	if (copy->task == NULL)
		return -1;
	copy->task->seq = i + 1;
	copy->task->running = copy;
	copy->capture = (struct capture){
	    .loop = &c->loop, .output = copy_output, .arg = copy};
	return 0;
}

/* Copies that write themselves need none; and it would hold the reader of
 * our output up, who waits for the end. */
static void
copies_open_sink(struct copies *c)
{
	if (c->conf->output == COPIES_RAW)
		return;
	sink_init(&c->sink,
	    c->conf->output == COPIES_GROUPED ? SINK_ORDERED : SINK_RAW,
	    COPIES_BUFFER, &c->loop);
	c->sink.prog = c->conf->prog;
	c->sink.calls = &sink_calls;
	c->sink.arg = c;
}

static int
copies_init(struct copies *c)
{
	static const int sigs[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	size_t i;

	c->copy = calloc(c->conf->n, sizeof(c->copy[0]));
	if (c->copy == NULL)
		return -1;
	for (i = 0; i < c->conf->n; i++)
		if (copy_init(c, i) == -1)
			return -1;
	if (c->conf->wait != COPIES_NONE && tree_init(&c->tree) == -1)
		return -1;
	if (loop_init(&c->loop, sigs, sizeof(sigs) / sizeof(sigs[0]),
		copies_signal, c) == -1)
		return -1;
	copies_open_sink(c);
	return 0;
}

static void
copies_free(struct copies *c)
{
	size_t i;

	for (i = 0; c->copy != NULL && i < c->conf->n; i++)
		task_free(c->copy[i].task);
	free(c->copy);
	tree_free(&c->tree);
}

int
copies_run(const struct copies_conf *conf, struct copies_result *result)
{
	struct sigaction ignore, sigpipe;
	struct copies c;
	int rc;

	memset(&c, 0, sizeof(c));
	memset(result, 0, sizeof(*result));
	c.conf = conf;
	c.result = result;
	if (copies_init(&c) == -1) {
		copies_free(&c);
		return -1;
	}
	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &ignore, &sigpipe);
	rc = copies_go(&c);
	if (conf->calls->over != NULL)
		conf->calls->over(conf->arg);
	if (conf->output != COPIES_RAW)
		sink_free(&c.sink);
	loop_free(&c.loop);
	(void)sigaction(SIGPIPE, &sigpipe, NULL);
	copies_free(&c);
	return rc;
}
