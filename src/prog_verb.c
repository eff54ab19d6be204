/* SPDX-License-Identifier: ISC */
/*
 * What the programs with verbs share.
 */
#include "config.h"

#include "prog_verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const void *
prog_find_verb(const void *table, size_t size, const char *name)
{
	const struct prog_verb *v = table;

	while (v->name != NULL && strcmp(v->name, name) != 0)
		v = (const void *)((const char *)v + size);
	return v->name != NULL ? v : NULL;
}

int
prog_bad_verb(
    const struct prog *prog, const struct prog_verb *v, struct buf *why)
{
	char synopsis[200];
	struct prog p = *prog;

	(void)snprintf(synopsis, sizeof(synopsis), "[options] %s %s", v->name,
	    v->synopsis);
	p.synopsis = synopsis;
	return prog_bad_usage(&p, why);
}

void
prog_add_verb(const struct prog_verb *v, struct buf *text)
{
	(void)buf_addf(text, "%s%s%s\n  %s\n", v->name,
	    *v->synopsis != '\0' ? " " : "", v->synopsis, v->purpose);
	(void)opt_help(v->options, text);
}

int
prog_help_verb(const struct prog_verb *v)
{
	struct buf text = BUF_INIT;

	(void)buf_addf(&text, "usage: %s [options] ", getprogname());
	prog_add_verb(v, &text);
	return prog_print(&text);
}
