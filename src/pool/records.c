/* SPDX-License-Identifier: ISC */
/*
 * What mp-pool writes down of its tasks.
 */
#include "config.h"

#include "records.h"

#include "parts.h"
#include "prog.h"

int
pool_records_open(const struct pool_opts *o, struct records **records)
{
	struct records_conf conf = o->run.records;
	struct buf why = BUF_INIT;
	const char *name;

	*records = NULL;
	if (conf.joblog == NULL && conf.report == NULL && conf.trace == NULL)
		return 0;
	conf.only_read = o->dry_run;
	*records = records_open(&conf, &name, &why);
	if (*records == NULL && buf_addc(&why, '\0') == 0)
		(void)prog_complain(name, buf_data(&why));
	buf_free(&why);
	return *records == NULL ? -1 : 0;
}
