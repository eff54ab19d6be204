/* SPDX-License-Identifier: ISC */
/*
 * A worker without its process. What stands for it are the other ends of its
 * pipes; the callbacks are called as the loop would do, which never waits.
 */
#include "config.h"

#include "worker_trial.h"

#include <err.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

#define NEED(cond) \
	do { \
		if (!(cond)) \
			errx(1, "%s:%d: %s", __FILE__, __LINE__, #cond); \
	} while (0)

static struct loop loop;

static void
begins(void *arg, struct task *task)
{
	struct trial *t = arg;

	t->task[t->given++] = task;
	task->id = t->given;
}

static bool
output(void *arg, struct task *task, int stream, const char *p, size_t n)
{
	struct trial *t = arg;

	if (stream == TASK_OUT) {
		NEED(buf_add(&t->counted, p, n) == 0);
		NEED(buf_addf(&t->told, "%ju=%.*s ", (uintmax_t)task->id,
			 (int)n, p) == 0);
	} else {
		NEED(buf_addf(&t->told, "%ju:%.*s ", (uintmax_t)task->id,
			 (int)n, p) == 0);
	}
	return true;
}

static void
tell_failure(struct trial *t, const struct task *task)
{
	const char *p = buf_data(&task->reason);
	size_t n = buf_len(&task->reason);

	if (task->how == TASK_TIMED_OUT)
		NEED(buf_adds(&t->told, "limit ") == 0);
	else if (task->how == TASK_SIGNALED)
		NEED(buf_addf(&t->told, "signal%d ", task->code) == 0);
	else
		NEED(buf_addf(&t->told, "(%.*s) ", (int)n, p) == 0);
}

static void
ended(void *arg, struct task *task)
{
	struct trial *t = arg;

	if (task->how == TASK_EXITED) {
		NEED(task->code == 0 && task->running == NULL);
		t->done++;
		return;
	}
	t->failed++;
	NEED(buf_addf(&t->told, "%ju!", (uintmax_t)task->id) == 0);
	tell_failure(t, task);
}

static void
back(void *arg, struct task *task)
{
	struct trial *t = arg;

	t->back++;
	NEED(buf_addf(&t->told, "%ju< ", (uintmax_t)task->id) == 0);
}

static void
left(void *arg, const struct tree_report *report)
{
	(void)arg;
	NEED(report == NULL);
}

/* Without the time that has passed, and advice. */
static void
say(void *arg, const char *line)
{
	struct trial *t = arg;
	const char *end = strstr(line, " for ");
	size_t n = end != NULL ? (size_t)(end - line) : strlen(line);

	NEED(buf_addf(&t->told, "[%.*s] ", (int)n, line) == 0);
}

static void
broken(void *arg, enum mp_status status, const char *object, const char *why)
{
	struct trial *t = arg;

	NEED(status == MP_TOOL_FAILED && !t->broken);
	NEED(buf_addf(&t->told, "%s: ", object) == 0);
	say(t, why);
	t->broken = true;
}

static void
aside(void *arg, const char *p, size_t n)
{
	struct trial *t = arg;

	NEED(buf_addf(&t->told, ":%.*s ", (int)n, p) == 0);
}

static const struct runner_events events = {
    begins, output, ended, back, left, broken, say, aside};

/* What line_start() does, but that there is no process. SIGALRM, which would
 * be the end of it, is for us. */
static void
connect_worker(struct trial *t)
{
	struct worker *head = t->runner->crew.kind->make(&t->runner->crew, 1);
	int fd[2];

	NEED(head != NULL && io_pipe(fd) == 0);
	t->reads = fd[0];
	t->w = (struct line_worker *)head;
	NEED(capture_open(&t->w->capture, TASK_OUT, t->writes) == 0);
	NEED(signal(SIGALRM, SIG_IGN) != SIG_ERR);
	NEED(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	head->child.pid = getpid();
	worker_started(head, fd[1], t->runner->conf.max_tasks);
	head->fresh = true;
	t->runner->crew.workers = head;
	t->runner->crew.nworkers = 1;
}

void
trial_begin(struct trial *t, const struct runner_worker_conf *conf)
{
	static bool has_loop;
	struct runner *runner = runner_worker_new(conf);

	NEED(runner != NULL && conf->jobs == 1 && conf->delim == '.');
	NEED(has_loop || loop_init(&loop, NULL, 0, NULL, NULL) == 0);
	has_loop = true;
	memset(t, 0, sizeof(*t));
	runner->loop = &loop;
	runner->events = &events;
	runner->arg = t;
	t->runner = (struct runner_worker *)runner;
	/* By itself it would depend on how fast we are. */
	t->runner->crew.depth = TRIAL_TASKS;
	connect_worker(t);
}

/* As the pool does: as many as are taken, then all is sent. */
static void
offer(struct trial *t, int n)
{
	struct runner *runner = &t->runner->crew.head;
	struct task *task;

	while (n-- > 0 && t->given < TRIAL_TASKS && crew_room(runner)) {
		task = task_new();
		NEED(task != NULL && task_add_record(task, "rec", 3) == 0);
		NEED(crew_start(runner, task) == 0);
	}
	crew_flush(runner);
}

static void
read_all(const struct trial *t)
{
	char piece[256];

	while (t->reads != -1 && io_pending(t->reads) > 0)
		NEED(io_read(t->reads, piece, sizeof(piece)) > 0);
}

static void
pass(struct loop_timer *timer)
{
	if (!timer->set)
		return;
	loop_timer_del(&loop, timer);
	timer->cb(timer);
}

/* Nobody reads of a pipe that is shut. */
static void
say_something(struct trial *t, int stream, const char *p, size_t n)
{
	struct loop_fd *pipe = &t->w->capture.pipe[stream];

	if (pipe->fd == -1 || t->writes[stream] == -1)
		return;
	if (stream == TASK_OUT)
		NEED(buf_add(&t->wrote, p, n) == 0);
	NEED(io_write_all(t->writes[stream], p, n) == 0);
	pipe->cb(pipe, POLLIN);
}

static void
close_output(struct trial *t)
{
	struct loop_fd *pipe = &t->w->capture.pipe[TASK_OUT];

	io_close(&t->writes[TASK_OUT]);
	if (pipe->fd != -1)
		pipe->cb(pipe, POLLHUP);
}

static void
close_input(struct trial *t)
{
	struct loop_fd *gone = &t->w->head.gone;

	io_close(&t->reads);
	if (gone->place != 0)
		gone->cb(gone, POLLERR);
}

static void
cancel(struct trial *t)
{
	struct runner *runner = &t->runner->crew.head;
	struct task *task;

	TAILQ_FOREACH_REVERSE(task, &t->w->head.tasks, task_list, queue)
		runner->ops->cancel(runner, task);
}

static void
worker_ends(struct trial *t, int status)
{
	t->over = true;
	io_close(&t->reads);
	io_close(&t->writes[TASK_OUT]);
	io_close(&t->writes[TASK_ERR]);
	loop_child_del(&loop, &t->w->head.child);
	line_ended(&t->w->head.child, status, NULL);
}

const char *
trial_step(struct trial *t, const char *step)
{
	size_t n = strspn(step, "abcdefghijklmnopqrstuvwxyz.");

	if (n > 0) {
		say_something(t, TASK_OUT, step, n);
		return step + n;
	}
	if (*step >= '1' && *step <= '9')
		offer(t, *step - '0');
	else if (*step == 'R')
		read_all(t);
	else if (*step == 'E')
		say_something(t, TASK_ERR, "e", 1);
	else if (*step == '~')
		pass(&t->w->settle);
	else if (*step == 'L')
		pass(&t->w->limit);
	else if (*step == 'T')
		pass(&t->w->reply);
	else if (*step == '<')
		close_input(t);
	else if (*step == '>')
		close_output(t);
	else if (*step == 'C')
		cancel(t);
	else if (*step == '!' || *step == '#')
		worker_ends(t, *step == '!' ? 3 << 8 : SIGKILL);
	return step + 1;
}

void
trial_end(struct trial *t)
{
	size_t i;

	NEED(t->over);
	for (i = 0; i < t->given; i++)
		task_free(t->task[i]);
	t->runner->crew.head.ops->free(&t->runner->crew.head);
	buf_free(&t->wrote);
	buf_free(&t->counted);
	buf_free(&t->told);
}
