/* SPDX-License-Identifier: ISC */
/*
 * The processes of tasks: their slots, and how one is started.
 */
#include "config.h"

#include "exec_impl.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "io.h"
#include "outfile.h"
#include "warden.h"

/* From the capture to the pool. */
static bool
slot_output(void *arg, int stream, const char *p, size_t n)
{
	struct exec_slot *s = arg;
	struct runner *head = &s->r->head;

	return head->events->output(head->arg, s->task, stream, p, n);
}

struct exec_slot *
exec_slot_get(struct runner_exec *r)
{
	size_t cap = r->capslots == 0 ? 8 : 2 * r->capslots;
	struct exec_slot *s = r->free, **slot;

	if (s != NULL) {
		r->free = s->free;
		return s;
	}
	if (r->nslots == r->capslots) {
		slot = reallocarray(r->slot, cap, sizeof(*slot));
		if (slot == NULL)
			return NULL;
		r->slot = slot;
		r->capslots = cap;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	r->slot[r->nslots++] = s;
	s->r = r;
	s->no = (unsigned)r->nslots;
	s->note = s->input = -1;
	feed_init(&s->feed, r->head.loop);
	s->capture = (struct capture){
	    .loop = r->head.loop, .output = slot_output, .arg = s};
	return s;
}

void
exec_slot_put(struct runner_exec *r, struct exec_slot *s)
{
	io_close(&s->input);
	feed_close(&s->feed);
	s->task = NULL;
	s->free = r->free;
	r->free = s;
}

/* The file that argv[0] of this task stands for; *found is to be freed. */
static const char *
slot_path(struct runner_exec *r, char *const *argv, char **found)
{
	if (r->path != NULL)
		return r->path;
	return *found = proc_find(argv[0]);
}

/* Starts the process with fds as its standard ones, ours where one is -1.
 * Returns 0, or -1, errno and the step that failed. */
static int
slot_exec(struct exec_slot *s, struct task *task, const int fds[3],
    enum proc_step *step)
{
	struct runner_exec *r = s->r;
	struct proc_spec spec = {.method = PROC_VFORK,
	    .envp = r->env.envp,
	    .death_signal = SIGKILL,
	    .state = r->conf.state};
	char *found = NULL;
	int fd, rc;

	*step = PROC_STEP_START;
	env_set(&r->env, task);
	r->head.events->begins(r->head.arg, task);
	spec.argv = args_expand(&r->args, task);
	if (spec.argv == NULL)
		return -1;
	*step = PROC_STEP_EXEC;
	spec.path = slot_path(r, spec.argv, &found);
	if (spec.path == NULL)
		return -1;
	*step = PROC_STEP_START;
	spec.group = r->conf.own_groups ? PROC_OWN_GROUP : PROC_SAME_GROUP;
	for (fd = 0; fd < 3; fd++)
		if (fds[fd] != -1)
			spec.fds[spec.nfds++] = (struct proc_fd){fds[fd], fd};
	for (fd = 0; r->conf.keep != NULL && fd < 2; fd++)
		if (r->conf.keep[fd] != -1)
			spec.fds[spec.nfds++] = (struct proc_fd){
			    r->conf.keep[fd], r->conf.keep[fd]};
	if (r->conf.warden.time > 0)
		rc = warden_start(
		    &r->conf.warden, &spec, &s->child.pid, &s->note);
	else
		rc = proc_start(&spec, &s->child.pid, step);
	free(found);
	return rc;
}

/* A file of its own is the command's from its beginning on. */
static int
feed_block(struct exec_slot *s, const struct block *b)
{
	if (b->own == -1)
		return feed_open(&s->feed, b, &s->input);
	if (lseek(b->own, 0, SEEK_SET) == -1)
		return -1;
	s->input = fcntl(b->own, F_DUPFD_CLOEXEC, 0);
	return s->input == -1 ? -1 : 0;
}

int
exec_slot_feed(struct exec_slot *s, const struct task *task)
{
	if (task->block != NULL)
		return feed_block(s, task->block);
	s->input = io_tmpfile();
	if (s->input == -1)
		return -1;
	if (io_write_all(s->input, buf_data(&task->text),
		buf_len(&task->text) - 1) == 0 &&
	    lseek(s->input, 0, SEEK_SET) == 0)
		return 0;
	io_close(&s->input);
	return -1;
}

int
exec_slot_start(struct exec_slot *s, struct task *task, enum proc_step *step)
{
	struct runner_exec *r = s->r;
	int first = task->file != NULL ? TASK_ERR : TASK_OUT;
	int wr[TASK_STREAMS] = {-1, -1}, fds[3], rc;

	*step = PROC_STEP_START;
	if (!r->conf.raw && capture_open(&s->capture, first, wr) == -1)
		return -1;
	fds[0] = s->input != -1 ? s->input : r->null;
	fds[1] = task->file != NULL ? outfile_fd(task) : wr[TASK_OUT];
	fds[2] = wr[TASK_ERR];
	rc = slot_exec(s, task, fds, step);
	io_close(&s->input);
	io_close(&wr[TASK_OUT]);
	io_close(&wr[TASK_ERR]);
	if (rc == -1 && !r->conf.raw)
		capture_close(&s->capture);
	return rc;
}
