/* SPDX-License-Identifier: ISC */
/*
 * A command template: arguments in which {} and its relatives stand for
 * parts of a task. It is compiled once and expanded for each task into an
 * argv. Records are data: what they hold is never looked at again.
 *
 *	{}   the record            {.}   without its last extension
 *	{/}  after the last slash  {//}  before the last slash (dirname)
 *	{/.} basename without extension
 *	{#}  task number           {%}   slot number
 *	{1} {2.} {3/} {4//} {5/.} …  the same of a column, where there are any
 *
 * Anything else in braces is text. An argument that holds a record form
 * is repeated for each record of the task, with all its forms meaning that
 * record; one that holds columns only, for each row. A row is a record that
 * is split, or several records that belong together. Extension and dirname
 * are those of GNU parallel.
 */
#ifndef MP_TMPL_H
#define MP_TMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct columns;
struct tmpl; /* opaque */

/* What is a form. */
struct tmpl_forms {
	const char *mark; /* what stands for the whole record: "{}", or another
			     string for -I STR (then "{}" is text; where it
			     begins another form, it wins), or "" where
			     nothing is replaced */
	bool columns; /* {1} and its relatives are forms */
	const struct columns *split; /* makes columns of a record; NULL: the
					records of a row are its columns */
	size_t literal; /* so many arguments at the start are text */
};

/*
 * Compiles argc arguments, which must stay valid as long as the template,
 * as split must. Where no argument holds a replacement of any kind, the
 * records are appended. NULL and ENOMEM on failure; tmpl_free() releases.
 */
struct tmpl *tmpl_new(
    size_t argc, char *const *argv, const struct tmpl_forms *);
void tmpl_free(struct tmpl *);

/* The end of the argument where it begins a form, and so was meant as one,
 * but does not close it: "x{/"; NULL where there is no such thing. */
const char *tmpl_unclosed(const char *arg, const struct tmpl_forms *);

/* Whether argument i, less than argc, depends on the task. */
bool tmpl_varies(const struct tmpl *, size_t i);

/* What one task puts into the template. */
struct tmpl_task {
	const char *const *rec; /* nrec records, each NUL-terminated */
	size_t nrec;
	uint64_t seq; /* {#} */
	unsigned slot; /* {%}; 0: not known, it stays as it is */
	size_t width; /* records of a row, of which nrec is a multiple; 0: 1 */
};

/* The bytes that execve(2) counts for the task's argv, or a few more. */
size_t tmpl_size(const struct tmpl *, const struct tmpl_task *);

/*
 * Expands into a NULL-terminated argv, which belongs to the template and
 * is valid until the next call, and as long as the records are: what does
 * not vary and what is appended is not copied. Returns NULL and ENOMEM on
 * failure.
 */
char **tmpl_expand(struct tmpl *, const struct tmpl_task *);

#endif
