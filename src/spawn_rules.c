/* SPDX-License-Identifier: ISC */
/*
 * Which options of mp-spawn exclude each other.
 */
#include "config.h"

#include "copies.h"
#include "spawn_opts.h"

/* Whether two options give the same descriptor. */
static bool
fd_twice(const struct spawn_opts *o)
{
	const char *const file[3] = {o->in, o->out, o->err};
	size_t i, j;

	for (i = 0; i < o->nfd; i++) {
		if (o->fd[i].fd < 3 && file[o->fd[i].fd] != NULL)
			return true;
		for (j = 0; j < i; j++)
			if (o->fd[j].fd == o->fd[i].fd)
				return true;
	}
	return false;
}

const char *
spawn_contradiction(const struct spawn_opts *o)
{
	if (o->command[0] == NULL)
		return "missing operand";
	if (o->replace &&
	    (o->copies > 1 || o->tag || o->wait_text != NULL || o->fail_fast ||
		o->time > 0 || o->kill_after > 0 || o->report != NULL ||
		o->method_text != NULL))
		return "--replace: excludes -n, --tag, --wait, --fail-fast,"
		       " --timeout, --kill-after, --report and --method";
	if (fd_twice(o))
		return "--fd: a descriptor is given twice";
	if (o->tag && o->raw)
		return "--tag: excludes --raw";
	if (o->wait == COPIES_NONE &&
	    (o->tag || o->fail_fast || o->time > 0 || o->kill_after > 0 ||
		o->report != NULL || o->die_with_parent))
		return "--wait none: excludes --tag, --fail-fast, --timeout,"
		       " --kill-after, --report and --die-with-parent";
	return NULL;
}
