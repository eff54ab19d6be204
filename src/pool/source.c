/* SPDX-License-Identifier: ISC */
/*
 * Where mp-pool's tasks come from.
 */
#include "config.h"

#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "parts.h"
#include "prog.h"
#include "source_block.h"

static size_t
records_each(const struct pool_opts *o)
{
	return o->per_task > 0 && !o->pack ? o->per_task : 1;
}

static struct source *
from_fd(const struct pool_opts *o, int fd, const char *name)
{
	if (o->block > 0)
		return source_block_new(fd, name, (char)o->delim, o->block);
	return source_rec_new(fd, name, (char)o->delim, records_each(o));
}

struct source *
pool_source_open(const struct pool_opts *o, bool *from_stdin)
{
	const char *name = o->file;
	struct source *source = NULL;
	int fd = STDIN_FILENO;

	*from_stdin = false;
	if (o->nlists > 1) {
		source = source_cross_new(o->tasks, records_each(o));
	} else if (o->tasks != NULL) {
		source = source_args_new(o->tasks, o->ntasks, records_each(o));
	} else {
		*from_stdin = name == NULL || strcmp(name, "-") == 0;
		if (*from_stdin)
			name = "standard input";
		else
			fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd != -1)
			source = from_fd(o, fd, name);
	}
	if (source == NULL)
		(void)prog_complain(
		    name != NULL ? name : ":::", strerror(errno));
	else if (o->pack)
		source = pool_pack_open(o, source);
	return source;
}
