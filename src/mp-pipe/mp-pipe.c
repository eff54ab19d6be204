/* SPDX-License-Identifier: ISC */
/*
 * mp-pipe: connects commands with pipes and tells who failed. This file
 * turns the command line into a crew, and what became of it into an exit
 * status.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "crew.h"
#include "io.h"
#include "options.h"
#include "prog.h"
#include "sig.h"
#include "status.h"

static const struct prog prog = {.name = "mp-pipe",
    .synopsis = "[options] command [argument ...] [::: command ...] ...",
    .purpose =
	"Connect commands in a ring: what each writes the next one reads, and\n"
	"what the last one writes the first one. All begin, or none.\n",
    .options = pipe_options};

static int
run(const struct pipe_opts *o)
{
	struct crew c;
	int status;

	if (crew_init(&c, o) == -1)
		return prog_complain("cannot start", strerror(errno));
	status = crew_run(&c);
	crew_free(&c);
	return status;
}

int
main(int argc, char **argv)
{
	struct buf why = BUF_INIT;
	struct pipe_opts o;
	int status;

	if (io_setup() == -1)
		return MP_TOOL_FAILED;
	io_keep_to_ourselves();
	if (pipe_opts_parse(&o, argc, argv, &why) == -1)
		return prog_bad_usage(&prog, &why);
	buf_free(&why);
	switch ((enum pipe_mode)o.mode) {
	case PIPE_HELP:
		return prog_help(&prog);
	case PIPE_VERSION:
		return prog_version(&prog);
	case PIPE_RUN:
		break;
	}
	status = run(&o);
	pipe_opts_free(&o);
	if (status < 0)
		sig_die(-status);
	return status;
}
