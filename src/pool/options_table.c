/* SPDX-License-Identifier: ISC */
/*
 * The table of mp-pool's options, and what takes their values.
 */
#include "config.h"

#include "options.h"

#include <string.h>

#include "command.h"
#include "dur.h"
#include "sink.h"
#include "task_class.h"

static int
set_file(void *at, const struct opt *o, const char *value, struct buf *why)
{
	if (*(const char **)at != NULL)
		return opt_bad(why, value, "there is one file already");
	return opt_text(at, o, value, why);
}

static int
set_ahead(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	(void)o;
	if (opt_number(value, 1, 1000000000, &n, why) == -1)
		return -1;
	*(uint64_t *)at = (uint64_t)n;
	return 0;
}

static int
set_class(void *at, const struct opt *o, const char *value, struct buf *why)
{
	if (task_class_find(value) == NULL)
		return opt_bad(
		    why, value, "no such class; --list-classes names them");
	return opt_text(at, o, value, why);
}

static int
set_output(void *at, const struct opt *o, const char *value, struct buf *why)
{
	size_t len = strlen(value);

	if (len == 0 || value[len - 1] == '/')
		return opt_bad(why, value, "no name of a file");
	if (strstr(value, "{%}") != NULL)
		return opt_bad(why, value, "slots are no names of files");
	return opt_text(at, o, value, why);
}

static int
set_per_task(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	(void)o;
	if (opt_number(value, 1, 1000000, &n, why) == -1)
		return -1;
	*(size_t *)at = (size_t)n;
	return 0;
}

static int
set_duration(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (dur_parse(value, at) == -1)
		return opt_bad(why, value, "invalid duration");
	return 0;
}

enum {
	KEY_AHEAD = OPT_LONG_ONLY,
	KEY_BUFFER,
	KEY_DRY_RUN,
	KEY_HELP,
	KEY_JOBSERVER,
	KEY_KILL_AFTER,
	KEY_LINE,
	KEY_LIST,
	KEY_RAW,
	KEY_SH,
	KEY_TAG,
	KEY_TIMEOUT,
	KEY_VERSION
};

#define AT(field) offsetof(struct pool_opts, field)

const struct opt pool_opts_table[] = {
    {'0', "null", NULL, "records end in NUL", opt_flag, AT(delim), '\0'},
    {'a', "arg-file", "FILE", "records from FILE; - is standard input",
	set_file, AT(file), 0},
    {KEY_AHEAD, "ahead", "N", "tasks begun and not yet written at most",
	set_ahead, AT(ahead), 0},
    {KEY_BUFFER, "buffer", "SIZE", "memory for output that has to wait",
	opt_size, AT(buffer), 0},
    {'c', "class", "CLASS", "run a built-in task class", set_class, AT(class),
	0},
    {'C', "colsep", "ERE", "what stands between columns of a record",
	pool_set_columns, AT(columns), 0},
    {'d', "delimiter", "C", "records end in byte C", opt_delim, AT(delim), 0},
    {KEY_DRY_RUN, "dry-run", NULL, "print the commands, run nothing", opt_flag,
	AT(dry_run), 1},
    {'I', "replace", "STR", "STR instead of {}; '' replaces nothing", opt_text,
	AT(mark), 0},
    {'j', "jobs", "N", "processes at once: N, N%, +N, -N, 0 no limit",
	command_set_jobs, AT(jobs), 0},
    {'P', "max-procs", "N", "the same as -j, as in xargs", command_set_jobs,
	AT(jobs), 0},
    {KEY_JOBSERVER, "jobserver", "[=HOW]",
	"GNU make's: client, server, auto or none", pool_set_jobserver,
	AT(jobserver), 0},
    {'k', "keep-order", NULL, "accepted: output is in order", opt_nothing, 0,
	0},
    {KEY_KILL_AFTER, "kill-after", "TIME", "KILL so long after the time limit",
	set_duration, AT(kill_after), 0},
    {KEY_LINE, "line", NULL, "output of all tasks line by line as it comes",
	opt_flag, AT(order), SINK_LINES},
    {KEY_LIST, "list-classes", NULL, "print the built-in classes", opt_flag,
	AT(mode), POOL_LIST_CLASSES},
    {'n', "max-args", "N", "records for each command", set_per_task,
	AT(per_task), 0},
    {'O', "output", "NAME", "each task's output to a file of this name",
	set_output, AT(output), 0},
    {'r', "no-run-if-empty", NULL, "accepted: no record runs nothing",
	opt_nothing, 0, 0},
    {KEY_RAW, "raw", NULL, "tasks write to our output themselves", opt_flag,
	AT(order), SINK_RAW},
    {KEY_SH, "sh", "SCRIPT", "run this; the record is \"$1\", no part of it",
	opt_text, AT(script), 0},
    {'t', "print-commands", NULL, "each command on standard error", opt_flag,
	AT(show), 1},
    {KEY_TAG, "tag", NULL, "each line with its record before it", opt_flag,
	AT(tag), 1},
    {KEY_TIMEOUT, "timeout", "TIME", "time limit for each task", set_duration,
	AT(timeout), 0},
    {'u', "unordered", NULL, "output in the order of completion", opt_flag,
	AT(order), SINK_UNORDERED},
    {'v', "verbose", NULL, "say when tasks start and end", opt_flag,
	AT(verbose), 1},
    {'X', "pack", NULL, "as many records for each command as it takes",
	opt_flag, AT(pack), 1},
    {KEY_HELP, "help", NULL, "print this and exit", opt_flag, AT(mode),
	POOL_HELP},
    {KEY_VERSION, "version", NULL, "print the version and exit", opt_flag,
	AT(mode), POOL_VERSION},
    {0, NULL, NULL, NULL, NULL, 0, 0}};
