/* SPDX-License-Identifier: ISC */
/*
 * Reading for a source.
 */
#include "config.h"

#include "intake.h"

#include <sys/stat.h>

#include <errno.h>

static void
ready(struct loop_fd *w, short revents)
{
	struct intake *in = w->arg;

	(void)revents;
	intake_stop(in);
	/* Another reader of the same pipe may have been faster. */
	if (in->fill(in->source) == -1 && errno != EAGAIN)
		in->err = errno;
	in->source->calls->wake(in->source->arg);
}

void
intake_init(struct intake *in, struct source *source, int fd,
    int (*fill)(struct source *))
{
	struct stat st;

	*in = (struct intake){.source = source, .fill = fill};
	in->w = (struct loop_fd){
	    .fd = fd, .events = POLLIN, .cb = ready, .arg = in};
	in->at_once = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

bool
intake_more(struct intake *in)
{
	int rc = in->at_once ? in->fill(in->source)
			     : loop_fd_add(in->source->loop, &in->w);

	if (rc == -1)
		in->err = errno;
	return rc == -1 || in->at_once;
}

void
intake_stop(struct intake *in)
{
	loop_fd_del(in->source->loop, &in->w);
}
