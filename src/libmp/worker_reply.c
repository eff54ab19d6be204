/* SPDX-License-Identifier: ISC */
/*
 * What a worker of built-in work answers. Of a bundle, as long as all goes
 * well, nothing is done for a single task but to gather its output and to
 * count it; one that fails, or says more, is cut off.
 */
#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "worker_class.h"

static void
break_off(struct class_worker *w, int err)
{
	struct runner_builtin *r = (struct runner_builtin *)w->head.crew;

	w->broken = true;
	crew_broken(&r->crew, MP_TOOL_FAILED, r->class->name, strerror(err));
}

static void
output(struct class_worker *w, int stream, const char *p, size_t n)
{
	struct runner *head = &w->head.crew->head;

	(void)head->events->output(
	    head->arg, TAILQ_FIRST(&w->head.tasks), stream, p, n);
}

static void
row_out(struct class_worker *w)
{
	if (buf_len(&w->row) > 0)
		output(w, TASK_OUT, buf_data(&w->row), buf_len(&w->row));
	buf_clear(&w->row);
}

/* The first n tasks of a bundle leave the others. Without memory for that
 * nothing the worker says can be used any more. Returns whether they have. */
static bool
part(struct class_worker *w, struct task *task, size_t n)
{
	struct runner *head = &w->head.crew->head;
	struct task *rest;

	if (n == task_span(task))
		return true;
	rest = head->events->cut(head->arg, task, n);
	if (rest != NULL) {
		worker_part(&w->head, task, rest);
		return true;
	}
	break_off(w, errno);
	(void)kill(w->head.child.pid, SIGKILL);
	return false;
}

static void
task_ended(struct class_worker *w, enum task_how how, int code, int64_t ns)
{
	struct runner *head = &w->head.crew->head;
	struct task *task = worker_take(&w->head);

	w->ended += (uint32_t)task_span(task);
	task->ended = loop_now();
	task->started = task->ended - ns;
	task->how = how;
	task->code = code;
	head->events->ended(head->arg, task);
}

void
reply_row_end(struct class_worker *w)
{
	size_t n = w->done;

	if (n == 0)
		return;
	row_out(w);
	w->done = 0;
	if (part(w, TAILQ_FIRST(&w->head.tasks), n))
		task_ended(w, TASK_EXITED, 0, 0);
}

/* The task that the worker is at, alone; or NULL. */
static struct task *
single(struct class_worker *w)
{
	struct task *task;

	reply_row_end(w);
	task = TAILQ_FIRST(&w->head.tasks);
	return task != NULL && !w->broken && part(w, task, 1) ? task : NULL;
}

static void
take_broken(struct class_worker *w, const char *p)
{
	int err;

	memcpy(&err, p, sizeof(err));
	break_off(w, err);
}

static void
take_done(struct class_worker *w, const char *p, size_t n)
{
	const struct task *task = TAILQ_FIRST(&w->head.tasks);

	if (task == NULL)
		return;
	if (buf_add(&w->row, p, n) == -1) {
		row_out(w);
		output(w, TASK_OUT, p, n);
	}
	if (++w->done == task_span(task))
		reply_row_end(w);
}

static void
take_end(struct class_worker *w, const char *p)
{
	struct builtin_end end;

	if (single(w) == NULL)
		return;
	memcpy(&end, p, sizeof(end));
	crew_took(w->head.crew, end.ns, 1);
	task_ended(w, TASK_EXITED, end.code, end.ns);
}

/* It knows that tasks were taken back. */
static void
take_over(struct class_worker *w, const char *p)
{
	struct worker *head = &w->head;
	struct builtin_over over;

	memcpy(&over, p, sizeof(over));
	if (over.n > 0)
		crew_took(head->crew, over.ns, over.n);
	head->recalled -= over.left < head->recalled ? over.left
						     : head->recalled;
}

static void
take_words(
    struct class_worker *w, enum builtin_kind kind, const char *p, size_t n)
{
	struct task *task = single(w);

	if (task == NULL)
		return;
	if (kind == BUILTIN_REASON)
		(void)buf_add(&task->reason, p, n);
	else
		output(w, kind == BUILTIN_OUT ? TASK_OUT : TASK_ERR, p, n);
}

static void
take(struct class_worker *w, const struct builtin_frame *f, const char *p)
{
	static const size_t least[] = {
	    [BUILTIN_END] = sizeof(struct builtin_end),
	    [BUILTIN_OVER] = sizeof(struct builtin_over),
	    [BUILTIN_BROKEN] = sizeof(int),
	};

	if (w->broken || f->kind > BUILTIN_BROKEN || f->len < least[f->kind])
		return;
	switch ((enum builtin_kind)f->kind) {
	case BUILTIN_OUT:
	case BUILTIN_ERR:
	case BUILTIN_REASON:
		take_words(w, (enum builtin_kind)f->kind, p, f->len);
		break;
	case BUILTIN_END:
		take_end(w, p);
		break;
	case BUILTIN_DONE:
		take_done(w, p, f->len);
		break;
	case BUILTIN_OVER:
		take_over(w, p);
		break;
	case BUILTIN_BROKEN:
		take_broken(w, p);
		break;
	}
}

void
reply_take(struct class_worker *w)
{
	struct builtin_frame f;

	while (buf_len(&w->recv) >= sizeof(f)) {
		memcpy(&f, buf_data(&w->recv), sizeof(f));
		if (buf_len(&w->recv) - sizeof(f) < f.len)
			break;
		take(w, &f, buf_data(&w->recv) + sizeof(f));
		buf_drop(&w->recv, sizeof(f) + f.len);
	}
	if (w->head.ntasks > 0)
		row_out(w);
}

/* The last n tasks are given back. */
static void
give_back(struct class_worker *w, size_t n)
{
	struct runner *head = &w->head.crew->head;
	struct task *task;
	size_t span;

	while (n > 0) {
		task = TAILQ_LAST(&w->head.tasks, task_list);
		span = task_span(task);
		if (span > n && !part(w, task, span - n))
			return;
		task = worker_take_last(&w->head);
		n -= task_span(task);
		head->events->back(head->arg, task);
	}
}

void
reply_recall(struct class_worker *w)
{
	size_t n;

	reply_row_end(w);
	if (w->broken)
		return;
	n = claim_recall(&w->shared->claim, w->ended);
	/* A worker that has gone mad may have written there, too. */
	if (n > w->head.load)
		n = w->head.load;
	w->head.recalled += n;
	give_back(w, n);
}

/* The others have not begun. */
void
reply_missing(struct class_worker *w, int status)
{
	struct task *task = single(w);

	if (task == NULL)
		return;
	if (WIFSIGNALED(status)) {
		task_ended(w, TASK_SIGNALED, WTERMSIG(status), 0);
		return;
	}
	(void)buf_addf(&task->reason,
	    "the worker ended with status %d before the task did",
	    WEXITSTATUS(status));
	task_ended(w, TASK_BROKEN, WEXITSTATUS(status), 0);
}
