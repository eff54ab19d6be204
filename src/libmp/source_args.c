/* SPDX-License-Identifier: ISC */
/*
 * Tasks from the command line, after ":::".
 */
#include "config.h"

#include "source.h"

#include <stdlib.h>
#include <string.h>

struct source_args {
	struct source head;
	char *const *args;
	size_t n, next;
	size_t per_task;
};

static enum source_got
args_next(struct source *source, struct task *task)
{
	struct source_args *s = (struct source_args *)source;
	const char *arg;

	if (s->next == s->n)
		return SOURCE_END;
	while (task->nrec < s->per_task && s->next < s->n) {
		arg = s->args[s->next];
		if (task_add_record(task, arg, strlen(arg)) == -1)
			return SOURCE_FAILED;
		s->next++;
	}
	return SOURCE_TASK;
}

static void
args_stop(struct source *source)
{
	struct source_args *s = (struct source_args *)source;

	s->next = s->n;
}

static void
args_free(struct source *source)
{
	free(source);
}

static const struct source_ops args_ops = {
    .next = args_next, .stop = args_stop, .free = args_free};

struct source *
source_args_new(char *const *args, size_t n, size_t per_task)
{
	struct source_args *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->head.ops = &args_ops;
	s->head.name = ":::";
	s->args = args;
	s->n = n;
	s->per_task = per_task;
	s->head.total = (n + per_task - 1) / per_task;
	return &s->head;
}
