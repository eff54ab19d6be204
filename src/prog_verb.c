/* SPDX-License-Identifier: ISC */
/*
 * What the programs with verbs share.
 */
#include "config.h"

#include "prog_verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static const struct prog_verb *
next_row(const struct prog_verbs *p, const struct prog_verb *row)
{
	return (const void *)((const char *)row + p->size);
}

/* The verb, what it is for, and its options. */
static void
add_verb(const struct prog_verb *v, struct buf *text)
{
	(void)buf_addf(text, "%s%s%s\n  %s\n", v->name,
	    *v->synopsis != '\0' ? " " : "", v->synopsis, v->purpose);
	(void)opt_help(v->options, text);
}

static int
help_verb(const struct prog_verb *v)
{
	struct buf text = BUF_INIT;

	(void)buf_addf(&text, "usage: %s [options] ", getprogname());
	add_verb(v, &text);
	return prog_print(&text);
}

static int
help(const struct prog_verbs *p)
{
	struct buf text = BUF_INIT;
	const struct prog_verb *v;

	(void)buf_addf(&text, "usage: %s %s\n%s\n", getprogname(),
	    p->prog->synopsis, p->prog->purpose);
	(void)opt_help(p->prog->options, &text);
	for (v = p->table; v->name != NULL; v = next_row(p, v)) {
		(void)buf_addc(&text, '\n');
		add_verb(v, &text);
	}
	return prog_print(&text);
}

/* The row of that name, unless only its help is wanted. */
static const struct prog_verb *
find(const struct prog_verbs *p, int argc, char **argv, int *status)
{
	const struct prog_verb *v = p->table;
	struct buf why = BUF_INIT;

	while (v->name != NULL && strcmp(v->name, argv[0]) != 0)
		v = next_row(p, v);
	if (v->name == NULL) {
		(void)opt_bad(&why, argv[0], "no such verb");
		*status = prog_bad_usage(p->prog, &why);
		return NULL;
	}
	if (argc == 1 || strcmp(argv[1], "--help") != 0)
		return v;
	*status = help_verb(v);
	return NULL;
}

const void *
prog_take_verb(const struct prog_verbs *p, int *argc, char ***argv, void *conf,
    int *status)
{
	const int *asked = (const void *)((const char *)conf + p->mode);
	enum prog_mode mode;
	struct buf why = BUF_INIT;
	int first = opt_parse(p->prog->options, *argc, *argv, conf, &why);

	if (first == *argc && *asked == PROG_RUN) {
		(void)buf_adds(&why, "missing verb");
		first = -1;
	}
	if (first == -1) {
		*status = prog_bad_usage(p->prog, &why);
		return NULL;
	}
	mode = *asked;
	switch (mode) {
	case PROG_HELP:
		*status = help(p);
		return NULL;
	case PROG_VERSION:
		*status = prog_version(p->prog);
		return NULL;
	case PROG_RUN:
		break;
	}
	*argc -= first;
	*argv += first;
	return find(p, *argc, *argv, status);
}
