/* SPDX-License-Identifier: ISC */
/*
 * The built-in task classes, and how a class comes by its methods.
 */
#include "config.h"

#include "task_class.h"

#include <errno.h>
#include <string.h>

const struct task_class *const task_classes[] = {
    &task_compute, &task_prime, NULL};

const struct task_class *
task_class_find(const char *name)
{
	const struct task_class *const *c;

	for (c = task_classes; *c != NULL; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

int
task_class_init(const struct task_class *c, void **self)
{
	*self = NULL;
	while (c != NULL && c->init == NULL)
		c = c->base;
	return c == NULL ? 0 : c->init(self);
}

int
task_class_run(const struct task_class *c, void *self, const char *rec,
    size_t len, struct task_reply *reply)
{
	while (c != NULL && c->run == NULL)
		c = c->base;
	if (c == NULL) {
		errno = ENOSYS;
		return -1;
	}
	return c->run(self, rec, len, reply);
}

void
task_class_fini(const struct task_class *c, void *self)
{
	while (c != NULL && c->fini == NULL)
		c = c->base;
	if (c != NULL)
		c->fini(self);
}
