/* SPDX-License-Identifier: ISC */
/*
 * What stands for the record in mp-pool's command, and what is wrong with
 * it.
 */
#include "config.h"

#include <string.h>

#include "columns.h"
#include "options.h"

struct tmpl_forms
pool_forms(const struct pool_opts *o)
{
	return (struct tmpl_forms){.mark = o->mark,
	    .columns = o->columns != NULL || o->nlists > 1,
	    .split = o->columns,
	    .literal = o->script != NULL ? POOL_SCRIPT_WORDS : 0};
}

int
pool_set_columns(
    void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct columns **columns = at;
	struct buf reason = BUF_INIT;

	(void)o;
	columns_free(*columns);
	*columns = columns_new(value, &reason);
	if (*columns != NULL)
		return 0;
	if (buf_addc(&reason, '\0') == 0)
		(void)opt_bad(why, value, buf_data(&reason));
	buf_free(&reason);
	return -1;
}

int
pool_forms_check(const struct pool_opts *o, struct buf *why)
{
	const struct tmpl_forms forms = pool_forms(o);
	const char *open = NULL;
	size_t i;

	for (i = forms.literal; open == NULL && i < o->ncommand; i++)
		open = tmpl_unclosed(o->command[i], &forms);
	if (open == NULL && o->output != NULL)
		open = tmpl_unclosed(o->output, &forms);
	if (open == NULL)
		return 0;
	return opt_bad(why, open, "the brace is not closed");
}
