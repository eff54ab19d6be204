/* SPDX-License-Identifier: ISC */
/*
 * mp-pool --sh: the command is a shell with a script, and what was given as
 * the command are its arguments.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "options.h"

int
pool_script_take(struct pool_opts *o)
{
	static char shell[] = "sh", flag[] = "-c", name[] = "mp-pool";
	char **argv;

	if (o->script == NULL)
		return 0;
	argv = calloc(POOL_SCRIPT_WORDS + o->ncommand + 1, sizeof(*argv));
	o->script_text = strdup(o->script);
	o->script_argv = argv;
	if (argv == NULL || o->script_text == NULL)
		return -1;
	argv[0] = shell;
	argv[1] = flag;
	argv[2] = o->script_text;
	argv[3] = name;
	memcpy(
	    &argv[POOL_SCRIPT_WORDS], o->command, o->ncommand * sizeof(*argv));
	o->command = argv;
	o->ncommand += POOL_SCRIPT_WORDS;
	return 0;
}
