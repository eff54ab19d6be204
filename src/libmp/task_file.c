/* SPDX-License-Identifier: ISC */
/*
 * A task class from a shared object: what the object defines is put into
 * the form of a built-in class, whose base can be one.
 */
#include "config.h"

#include "task_file.h"

#ifdef USE_CLASS_FILES
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "mp-task.h"

/* There is one in a program, and it stays. */
static void *file;
static struct task_class class;
static const struct mp_task_class *given;

struct reply {
	struct mp_task_reply head;
	struct task_reply *to;
};

static int
reply_out(struct mp_task_reply *r, const void *p, size_t n)
{
	return buf_add(&((struct reply *)r)->to->out, p, n);
}

static int
reply_err(struct mp_task_reply *r, const void *p, size_t n)
{
	return buf_add(&((struct reply *)r)->to->err, p, n);
}

static int
reply_reason(struct mp_task_reply *r, const char *text)
{
	return buf_adds(&((struct reply *)r)->to->reason, text);
}

static int
reply_base(struct mp_task_reply *r, void *self, const char *rec, size_t len)
{
	return task_class_run(
	    class.base, self, rec, len, ((struct reply *)r)->to);
}

static int
given_run(void *self, const char *rec, size_t len, struct task_reply *to)
{
	struct reply r = {{reply_out, reply_err, reply_reason, reply_base}, to};

	return given->run(self, rec, len, &r.head);
}

/* What is wrong with it, or NULL. The fields behind version have a meaning
 * only if that is ours. */
static const char *
fault_of(const struct mp_task_class *c)
{
	if (c->name == NULL)
		return "its class has no name";
	if (c->base != NULL && task_class_find(c->base) == NULL)
		return "its base is no built-in class";
	if (c->run == NULL && c->base == NULL)
		return "its class has neither run nor base";
	if (c->run == NULL && c->init != NULL)
		return "its class has init, but no run";
	return NULL;
}

/* The loader's messages may begin with the path. */
static void
say_error(const char *path, struct buf *why)
{
	const char *text = dlerror();
	size_t n = strlen(path);

	if (text != NULL && strncmp(text, path, n) == 0 &&
	    strncmp(text + n, ": ", 2) == 0)
		text += n + 2;
	(void)buf_adds(why, text == NULL ? "cannot be loaded" : text);
}

const struct task_class *
task_file_load(const char *path, struct buf *why)
{
	const char *fault;

	file = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (file == NULL) {
		say_error(path, why);
		return NULL;
	}
	given = dlsym(file, "mp_task_class");
	if (given == NULL) {
		(void)buf_adds(why, "no mp_task_class in it");
		return NULL;
	}
	if (given->version != MP_TASK_VERSION) {
		(void)buf_addf(why, "class of version %u, not %u",
		    given->version, MP_TASK_VERSION);
		return NULL;
	}
	fault = fault_of(given);
	if (fault != NULL) {
		(void)buf_adds(why, fault);
		return NULL;
	}
	class = (struct task_class){.name = given->name,
	    .init = given->init,
	    .run = given->run == NULL ? NULL : given_run,
	    .fini = given->fini};
	if (given->base != NULL)
		class.base = task_class_find(given->base);
	return &class;
}

#else

const struct task_class *
task_file_load(const char *path, struct buf *why)
{
	(void)path;
	(void)buf_adds(why, "a program that is linked statically loads none");
	return NULL;
}

#endif
