/* SPDX-License-Identifier: ISC */
/*
 * What the main files of all programs share. Messages begin with the name
 * that the program was called by.
 */
#include "config.h"

#include "prog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "status.h"

int
prog_complain(const char *what, const char *why)
{
	(void)fprintf(stderr, "%s: %s: %s\n", getprogname(), what, why);
	return MP_TOOL_FAILED;
}

void
prog_say_left(const struct tree_report *r)
{
	char text[TREE_TEXT];
	size_t i;

	for (i = 0; tree_left_text(r, i, text); i++)
		(void)fprintf(stderr, "%s: %s\n", getprogname(), text);
}

int
prog_bad_usage(const struct prog *p, struct buf *why)
{
	const char *me = getprogname();

	if (buf_addc(why, '\0') == 0)
		(void)fprintf(stderr, "%s: %s\nusage: %s %s\n", me,
		    buf_data(why), me, p->synopsis);
	buf_free(why);
	return MP_TOOL_FAILED;
}

int
prog_print(struct buf *text)
{
	int rc = io_write_all(STDOUT_FILENO, buf_data(text), buf_len(text));

	buf_free(text);
	if (rc == 0)
		return MP_OK;
	return prog_complain("standard output", strerror(errno));
}

int
prog_help(const struct prog *p)
{
	struct buf text = BUF_INIT;

	(void)buf_addf(&text, "usage: %s %s\n%s\n", getprogname(), p->synopsis,
	    p->purpose);
	(void)opt_help(p->options, &text);
	return prog_print(&text);
}

int
prog_version(const struct prog *p)
{
	struct buf text = BUF_INIT;

	(void)buf_addf(&text, "%s (%s) %s\nfeatures:", p->name, PACKAGE_NAME,
	    PACKAGE_VERSION);
#ifdef HAVE_SYS_PRCTL_H
	(void)buf_adds(&text, " subreaper");
#else
	(void)buf_adds(&text, " groups-only");
#endif
#ifdef USE_SIGNALFD
	(void)buf_adds(&text, " signalfd");
#else
	(void)buf_adds(&text, " self-pipe");
#endif
	if (p->features != NULL)
		(void)buf_addf(&text, " %s", p->features);
	(void)buf_addc(&text, '\n');
	return prog_print(&text);
}
