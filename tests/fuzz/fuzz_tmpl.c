/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of command templates. The first line is the mark; the others
 * are arguments, but those that begin with ":" are records. What comes out
 * is compared with replacing form by form, with paths taken apart by libc.
 */
#include "config.h"

#include <inttypes.h>
#include <libgen.h>
#include <regex.h>
#include <stdbool.h>

#include "fuzz.h"
#include "tmpl.h"

#define MANY 12

/* What an argument holds. */
struct held {
	bool form, record_form;
};

struct input {
	const char *mark;
	char *args[MANY];
	const char *recs[MANY];
	size_t nargs, nrecs;
};

/* Splits s, which it changes. */
static void
split(char *s, struct input *in)
{
	char *end = s + strcspn(s, "\n");

	in->mark = s;
	in->nargs = in->nrecs = 0;
	while (*end != '\0') {
		*end = '\0';
		s = end + 1;
		end = s + strcspn(s, "\n");
		if (*s == ':' && in->nrecs < MANY)
			in->recs[in->nrecs++] = s + 1;
		else if (in->nargs < MANY)
			in->args[in->nargs++] = s;
	}
}

static char *
copy(const char *s)
{
	return fuzz_join(s, "");
}

static char *
without_ext(char *path)
{
	static regex_t re;
	static bool compiled;
	regmatch_t m;

	if (!compiled) {
		FUZZ_CHECK(regcomp(&re, "\\.[^/.]*$", REG_EXTENDED) == 0);
		compiled = true;
	}
	if (regexec(&re, path, 1, &m, 0) == 0)
		path[m.rm_so] = '\0';
	return path;
}

static char *
base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return copy(slash != NULL ? slash + 1 : path);
}

/* Two slashes may be a root of their own for libc. */
static char *
directory(const char *path)
{
	char *s = copy(path), *dir = copy(dirname(s));

	free(s);
	if (strcmp(dir, "//") == 0)
		dir[1] = '\0';
	return dir;
}

/* Which of the fixed forms s begins with, or -1. */
static int
fixed_form(const char *s)
{
	static const char *const forms[] = {
	    "{.}", "{/}", "{//}", "{/.}", "{#}", "{%}"};
	int i;

	for (i = 0; i < 6; i++)
		if (strncmp(s, forms[i], strlen(forms[i])) == 0)
			return i;
	return -1;
}

/* Writes what the form of that number stands for. */
static void
write_form(FILE *out, int form, const struct tmpl_task *task, const char *rec)
{
	char *part = NULL;

	if (form == 0)
		part = without_ext(copy(rec));
	else if (form == 1)
		part = base(rec);
	else if (form == 2)
		part = directory(rec);
	else if (form == 3)
		part = without_ext(base(rec));
	else if (form == 4)
		(void)fprintf(out, "%" PRIu64, task->seq);
	else
		(void)fprintf(out, "%u", task->slot);
	(void)fputs(part != NULL ? part : "", out);
	free(part);
}

/* The argument with all forms replaced; to be freed. */
static char *
replace(const char *mark, const char *arg, const struct tmpl_task *task,
    const char *rec, struct held *held)
{
	static const size_t lengths[] = {3, 3, 4, 4, 3, 3};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int form;

	FUZZ_CHECK(out != NULL);
	*held = (struct held){false, false};
	while (*arg != '\0') {
		form = *mark != '\0' ? fixed_form(arg) : -1;
		if (*mark != '\0' && strncmp(arg, mark, strlen(mark)) == 0) {
			(void)fputs(rec, out);
			arg += strlen(mark);
			held->form = held->record_form = true;
		} else if (form >= 0) {
			write_form(out, form, task, rec);
			arg += lengths[form];
			held->form = true;
			held->record_form |= form < 4;
		} else {
			(void)fputc(*arg++, out);
		}
	}
	FUZZ_CHECK(fclose(out) == 0);
	return text;
}

/* Compares what became of argument i, from *argv on, and steps over it.
 * Returns whether it holds any form. */
static bool
check_arg(const struct tmpl *t, const struct input *in, size_t i,
    const struct tmpl_task *task, char ***argv)
{
	struct held held;
	char *want = replace(in->mark, in->args[i], task, "", &held);
	size_t r;

	FUZZ_CHECK(tmpl_varies(t, i) == held.form);
	if (!held.form)
		FUZZ_CHECK(**argv == in->args[i]);
	if (!held.record_form)
		FUZZ_CHECK(strcmp(*(*argv)++, want) == 0);
	free(want);
	for (r = 0; held.record_form && r < task->nrec; r++) {
		want = replace(
		    in->mark, in->args[i], task, task->rec[r], &held);
		FUZZ_CHECK(strcmp(*(*argv)++, want) == 0);
		free(want);
	}
	return held.form;
}

static void
check_task(struct tmpl *t, const struct input *in, const struct tmpl_task *task)
{
	char **argv = tmpl_expand(t, task);
	bool replaced = false;
	size_t i;

	FUZZ_CHECK(argv != NULL);
	for (i = 0; i < in->nargs; i++)
		replaced |= check_arg(t, in, i, task, &argv);
	for (i = 0; !replaced && i < task->nrec; i++)
		FUZZ_CHECK(strcmp(*argv++, task->rec[i]) == 0);
	FUZZ_CHECK(*argv == NULL);
}

/* All records at once, each alone, none, and all again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct input in;
	struct tmpl_task task;
	struct tmpl *t;
	size_t i;

	split(s, &in);
	t = tmpl_new(in.nargs, in.args, in.mark);
	FUZZ_CHECK(t != NULL);
	task = (struct tmpl_task){in.recs, in.nrecs, UINT64_MAX, 1};
	check_task(t, &in, &task);
	for (i = 0; i < in.nrecs; i++) {
		task = (struct tmpl_task){in.recs + i, 1, i, (unsigned)-1};
		check_task(t, &in, &task);
	}
	task = (struct tmpl_task){NULL, 0, size, (unsigned)size};
	check_task(t, &in, &task);
	task = (struct tmpl_task){in.recs, in.nrecs, size * size, 77};
	check_task(t, &in, &task);
	tmpl_free(t);
	free(s);
	return 0;
}
