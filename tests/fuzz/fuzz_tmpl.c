/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of command templates. The first line is the mark; the others
 * are arguments, but those that begin with ":" are records, and "=3" says
 * that three of them are the columns of a row. What comes out is compared with replacing form by form, with paths taken apart by libc.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <libgen.h>
#include <regex.h>
#include <stdbool.h>

#include "fuzz.h"
#include "tmpl.h"

#define MANY 12

/* What an argument holds. */
struct held {
	bool form, record_form, column_form;
};

struct input {
	const char *mark;
	char *args[MANY];
	const char *recs[MANY];
	size_t nargs, nrecs;
	size_t width; /* 0: there are no columns */
};

/* Splits s, which it changes. */
static void
split(char *s, struct input *in)
{
	char *end = s + strcspn(s, "\n");

	in->mark = s;
	in->nargs = in->nrecs = in->width = 0;
	while (*end != '\0') {
		*end = '\0';
		s = end + 1;
		end = s + strcspn(s, "\n");
		if (*s == ':' && in->nrecs < MANY)
			in->recs[in->nrecs++] = s + 1;
		else if (*s == '=' && s[1] >= '1' && s[1] <= '9')
			in->width = (size_t)(s[1] - '0');
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

/* The column that s begins a form of, and what is behind its number; or 0. */
static size_t
column_form(const struct input *in, const char *s, const char **rest)
{
	size_t n = 0, digits = 0;

	if (in->width == 0 || *s++ != '{' || *s == '0')
		return 0;
	for (; isdigit((unsigned char)*s); digits++)
		n = 10 * n + (size_t)(*s++ - '0');
	*rest = s;
	return digits > 4 ? 0 : n;
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

/* Writes the form of a column that arg begins with, if it does. Returns what
 * is behind it, or NULL. */
static const char *
write_column(FILE *out, const struct input *in, const char *arg,
    const struct tmpl_task *task, size_t row)
{
	static const char *const behind[] = {".}", "/}", "//}", "/.}"};
	const char *rest = arg, *rec;
	size_t n = column_form(in, arg, &rest);
	int i;

	if (n == 0)
		return NULL;
	rec = n <= in->width && (row + 1) * in->width <= task->nrec
	    ? task->rec[row * in->width + n - 1]
	    : NULL;
	if (*rest == '}') {
		(void)fputs(rec != NULL ? rec : "", out);
		return rest + 1;
	}
	for (i = 0; i < 4; i++) {
		if (strncmp(rest, behind[i], strlen(behind[i])) != 0)
			continue;
		if (rec != NULL)
			write_form(out, i, task, rec);
		return rest + strlen(behind[i]);
	}
	return NULL;
}

/* The argument with all forms replaced, for record r, or for row r where
 * only columns are held; to be freed. */
static char *
replace(const struct input *in, const char *arg, const struct tmpl_task *task,
    size_t r, struct held *held)
{
	static const size_t lengths[] = {3, 3, 4, 4, 3, 3};
	const char *mark = in->mark, *rec = r < task->nrec ? task->rec[r] : "";
	size_t size,
	    row = held->record_form && in->width > 0 ? r / in->width : r;
	const char *end;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);
	int form;

	FUZZ_CHECK(out != NULL);
	*held = (struct held){false, false, false};
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
		} else if (*mark != '\0' &&
		    (end = write_column(out, in, arg, task, row)) != NULL) {
			arg = end;
			held->form = held->column_form = true;
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
	struct held held = {false, false, false}, again;
	char *want = replace(in, in->args[i], task, 0, &held);
	size_t r, n = 1;

	FUZZ_CHECK(tmpl_varies(t, i) == held.form);
	if (!held.form)
		FUZZ_CHECK(**argv == in->args[i]);
	free(want);
	if (held.record_form)
		n = task->nrec;
	else if (held.column_form)
		n = task->nrec / in->width;
	for (r = 0; r < n; r++) {
		again = held;
		want = replace(in, in->args[i], task, r, &again);
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

/* All records at once, each row alone, none, and all again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	struct input in;
	struct tmpl_forms forms = {.mark = NULL};
	struct tmpl_task task;
	struct tmpl *t;
	size_t i, width;

	split(s, &in);
	width = in.width > 0 ? in.width : 1;
	in.nrecs -= in.nrecs % width;
	forms.mark = in.mark;
	forms.columns = in.width > 0;
	t = tmpl_new(in.nargs, in.args, &forms);
	FUZZ_CHECK(t != NULL);
	task = (struct tmpl_task){in.recs, in.nrecs, UINT64_MAX, 1, width};
	check_task(t, &in, &task);
	for (i = 0; i < in.nrecs; i += width) {
		task = (struct tmpl_task){
		    in.recs + i, width, i, (unsigned)-1, width};
		check_task(t, &in, &task);
	}
	task = (struct tmpl_task){NULL, 0, size, (unsigned)size, width};
	check_task(t, &in, &task);
	task = (struct tmpl_task){in.recs, in.nrecs, size * size, 77, width};
	check_task(t, &in, &task);
	tmpl_free(t);
	free(s);
	return 0;
}
