/* SPDX-License-Identifier: ISC */
/*
 * mp-pipe: connects commands with pipes and tells who failed. This file
 * turns the command line into a crew, and what became of it into an exit
 * status.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "io.h"
#include "msg.h"
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

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {{"send", msg_send}, {"recv", msg_recv}, {NULL, NULL}};

static int
help(void)
{
	struct buf text = BUF_INIT;

	(void)buf_addf(&text, "usage: %s %s\n       %s send|recv ...\n%s\n",
	    getprogname(), prog.synopsis, getprogname(), prog.purpose);
	(void)opt_help(prog.options, &text);
	msg_help(&text);
	return prog_print(&text);
}

static int
run(const struct pipe_opts *o)
{
	struct crew c;
	int status = MP_TOOL_FAILED;

	if (crew_init(&c, o) == 0)
		status = crew_run(&c);
	crew_free(&c);
	return status;
}

int
main(int argc, char **argv)
{
	struct buf why = BUF_INIT;
	struct pipe_opts o;
	int status, i;

	if (io_setup() == -1)
		return MP_TOOL_FAILED;
	for (i = 0; argc > 1 && verbs[i].name != NULL; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	io_keep_to_ourselves();
	if (pipe_opts_parse(&o, argc, argv, &why) == -1) {
		pipe_opts_free(&o);
		return prog_bad_usage(&prog, &why);
	}
	buf_free(&why);
	switch ((enum pipe_mode)o.mode) {
	case PIPE_HELP:
		return help();
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
