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

struct source *
pool_source_open(const struct pool_opts *o, bool *from_stdin)
{
	size_t per_task = o->per_task > 0 && !o->pack ? o->per_task : 1;
	const char *name = o->file;
	struct source *source;
	int fd = STDIN_FILENO;

	*from_stdin = false;
	if (o->nlists > 1) {
		source = source_cross_new(o->tasks, per_task);
	} else if (o->tasks != NULL) {
		source = source_args_new(o->tasks, o->ntasks, per_task);
	} else {
		*from_stdin = name == NULL || strcmp(name, "-") == 0;
		if (*from_stdin)
			name = "standard input";
		else
			fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		source = fd == -1
		    ? NULL
		    : source_rec_new(fd, name, (char)o->delim, per_task);
	}
	if (source == NULL)
		(void)prog_complain(
		    name != NULL ? name : ":::", strerror(errno));
	else if (o->pack)
		source = pool_pack_open(o, source);
	return source;
}
