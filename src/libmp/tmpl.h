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
 *
 * Anything else in braces is text. An argument that holds a record form
 * is repeated for each record of the task, with all its forms meaning that
 * record. Extension and dirname are those of GNU parallel.
 */
#ifndef MP_TMPL_H
#define MP_TMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tmpl; /* opaque */

/*
 * Compiles argc arguments, which must stay valid as long as the template.
 * mark is what stands for the whole record: "{}" by default, another
 * string for -I STR (then "{}" is text; where mark begins another form,
 * mark wins), or "" where nothing is to be replaced at all (then records
 * are only appended). Where no argument holds a replacement of any kind,
 * the records are appended. NULL and ENOMEM on failure; tmpl_free()
 * releases.
 */
struct tmpl *tmpl_new(size_t argc, char *const *argv, const char *mark);
void tmpl_free(struct tmpl *);

/* Whether argument i, less than argc, depends on the task. */
bool tmpl_varies(const struct tmpl *, size_t i);

/* What one task puts into the template. */
struct tmpl_task {
	const char *const *rec; /* nrec records, each NUL-terminated */
	size_t nrec;
	uint64_t seq; /* {#} */
	unsigned slot; /* {%}; 0: not known, it stays as it is */
};

/*
 * Expands into a NULL-terminated argv, which belongs to the template and
 * is valid until the next call, and as long as the records are: what does
 * not vary and what is appended is not copied. Returns NULL and ENOMEM on
 * failure.
 */
char **tmpl_expand(struct tmpl *, const struct tmpl_task *);

#endif
