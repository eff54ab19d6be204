/* SPDX-License-Identifier: ISC */
/*
 * Where the output of mp-pool's tasks goes.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "outfile.h"
#include "parts.h"
#include "prog.h"

int
pool_files_open(const struct pool_opts *o, struct outfiles **files)
{
	const struct tmpl_forms forms = pool_forms(o);

	*files = NULL;
	if (o->output == NULL || o->dry_run)
		return 0;
	*files = outfiles_new(o->output, &forms);
	if (*files != NULL)
		return 0;
	(void)prog_complain("-O", strerror(errno));
	return -1;
}
