/* SPDX-License-Identifier: ISC */
/*
 * mp-pool -X: what execve(2) takes, and what records cost of it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "command.h"
#include "parts.h"
#include "prog.h"
#include "source.h"

#define SINGLE_MAX ((size_t)128 * 1024) /* an argument, as Linux has it */
#define ALL_MAX ((size_t)6 * 1024 * 1024) /* whatever the stack may be */
#define SPARE ((size_t)4096) /* what is not ours to count, and MP_* */

struct pack {
	struct args args;
	size_t base; /* what the command costs without records */
};

/* What is left for the records; 0 if nothing is. */
static size_t
room(size_t base)
{
	long max = sysconf(_SC_ARG_MAX);
	size_t room = SINGLE_MAX, i;

	if (max > 0)
		room = (size_t)max < ALL_MAX ? (size_t)max : ALL_MAX;
	base += SPARE;
	for (i = 0; environ != NULL && environ[i] != NULL; i++)
		base += strlen(environ[i]) + 1 + sizeof(environ[i]);
	return base < room ? room - base : 0;
}

static size_t
pack_cost(void *arg, const struct task *task)
{
	struct pack *p = arg;
	size_t size = args_size(&p->args, task);

	return size > p->base ? size - p->base : 0;
}

static void
pack_free(void *arg)
{
	struct pack *p = arg;

	args_free(&p->args);
	free(p);
}

static struct pack *
pack_new(const struct pool_opts *o)
{
	const struct tmpl_forms forms = pool_forms(o);
	const struct task none = {.nrec = 0};
	struct pack *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	args_init(&p->args, tmpl_new(o->ncommand, o->command, &forms));
	if (p->args.tmpl == NULL) {
		free(p);
		return NULL;
	}
	p->base = args_size(&p->args, &none);
	return p;
}

struct source *
pool_pack_open(const struct pool_opts *o, struct source *other)
{
	struct source_pack_conf conf = {.other = other,
	    .cost = pack_cost,
	    .free = pack_free,
	    .single = SINGLE_MAX,
	    .most = o->per_task,
	    .jobs = command_jobs(o->jobs)};
	struct pack *p = pack_new(o);
	struct source *source = NULL;

	if (p != NULL) {
		conf.arg = p;
		conf.limit = room(p->base);
		if (conf.limit == 0)
			conf.limit = 1;
		source = source_pack_new(&conf);
		if (source == NULL)
			pack_free(p);
	}
	if (source == NULL) {
		(void)prog_complain("-X", strerror(errno));
		other->ops->free(other);
	}
	return source;
}
