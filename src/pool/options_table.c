/* SPDX-License-Identifier: ISC */
/*
 * The table of mp-pool's options, and what takes their values.
 */
#include "config.h"

#include "options.h"

#include <string.h>

#include "command.h"
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
set_class(void *at, const struct opt *o, const char *value, struct buf *why)
{
	if (strchr(value, '/') == NULL && task_class_find(value) == NULL)
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
set_count(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	(void)o;
	if (opt_number(value, 1, 1000000000, &n, why) == -1)
		return -1;
	*(size_t *)at = (size_t)n;
	return 0;
}

static int
set_block(void *at, const struct opt *o, const char *value, struct buf *why)
{
	if (opt_size(at, o, value, why) == -1)
		return -1;
	if (*(uint64_t *)at == 0 || *(uint64_t *)at > INT64_MAX / 2)
		return opt_bad(why, value, "out of range");
	return 0;
}

enum {
	KEY_AHEAD = OPT_LONG_ONLY,
	KEY_BUFFER,
	KEY_DELAY,
	KEY_DEPTH,
	KEY_DRY_RUN,
	KEY_EXIT,
	KEY_HALT,
	KEY_JOBLOG,
	KEY_HELP,
	KEY_JOBSERVER,
	KEY_KILL_AFTER,
	KEY_LIMIT,
	KEY_LINE,
	KEY_LIST,
	KEY_LOAD,
	KEY_MAX_RATE,
	KEY_MAX_TASKS,
	KEY_MEMFREE,
	KEY_NICE,
	KEY_PRESSURE,
	KEY_PROGRESS,
	KEY_RAW,
	KEY_REPLY_TIMEOUT,
	KEY_REPORT,
	KEY_RESUME,
	KEY_RESUME_FAILED,
	KEY_RETRIES,
	KEY_RETRY_DELAY,
	KEY_SH,
	KEY_TAG,
	KEY_TIMEOUT,
	KEY_TRACE,
	KEY_VERSION
};

#define AT(field) offsetof(struct pool_opts, field)

const struct opt pool_opts_table[] = {
    {'0', "null", NULL, "records end in NUL", opt_flag, AT(delim), '\0'},
    {'a', "arg-file", "FILE", "records from FILE; - is standard input",
	set_file, AT(file), 0},
    {KEY_AHEAD, "ahead", "N", "tasks begun and not yet written at most",
	set_count, AT(ahead), 0},
    {'b', "block", "SIZE", "each command reads a block of about SIZE",
	set_block, AT(block), 0},
    {KEY_BUFFER, "buffer", "SIZE", "memory for output that has to wait",
	opt_size, AT(buffer), 0},
    {'c', "class", "CLASS", "run a task class, built-in or of a file",
	set_class, AT(class), 0},
    {'C', "colsep", "ERE", "what stands between columns of a record",
	pool_set_columns, AT(columns), 0},
    {'d', "delimiter", "C", "records end in byte C", opt_delim, AT(delim), 0},
    {KEY_DELAY, "delay", "TIME", "between the starts of two tasks",
	run_set_pause, AT(run.throttle.delay), 0},
    {KEY_DEPTH, "depth", "N", "records that a worker has at a time", set_count,
	AT(depth), 0},
    {KEY_DRY_RUN, "dry-run", NULL, "print the commands, run nothing", opt_flag,
	AT(dry_run), 1},
    {KEY_EXIT, "exit", "count", "status: how many failed, 101 for more",
	run_set_exit, AT(run.count), 1},
    {KEY_HALT, "halt", "WHEN", "end the run: soon,fail=1; now,done=50%; ...",
	run_set_halt, AT(run.halt), 0},
    {'I', "replace", "STR", "STR instead of {}; '' replaces nothing", opt_text,
	AT(mark), 0},
    {'j', "jobs", "N", "processes at once: N, N%, +N, -N, 0 no limit",
	command_set_jobs, AT(jobs), 0},
    {'P', "max-procs", "N", "the same as -j, as in xargs", command_set_jobs,
	AT(jobs), 0},
    {KEY_JOBLOG, "joblog", "FILE", "write a row to FILE for each task",
	opt_text, AT(run.records.joblog), 0},
    {KEY_JOBSERVER, "jobserver", "[=HOW]",
	"GNU make's: client, server, auto or none", pool_set_jobserver,
	AT(jobserver), 0},
    {'k', "keep-order", NULL, "accepted: output is in order", opt_nothing, 0,
	0},
    {KEY_KILL_AFTER, "kill-after", "TIME", "KILL so long after the time limit",
	opt_time, AT(kill_after), 0},
    {KEY_LIMIT, "limit", "NAME=VALUE", "resource limit of each task",
	run_set_limit, AT(run), 0},
    {KEY_LINE, "line", NULL, "output of all tasks line by line as it comes",
	opt_flag, AT(order), SINK_LINES},
    {KEY_LIST, "list-classes", NULL, "print the built-in classes", opt_flag,
	AT(mode), POOL_LIST_CLASSES},
    {KEY_LOAD, "load", "N", "start while fewer than N or N% of CPUs run",
	run_set_load, AT(run.throttle.load), 0},
    {KEY_MAX_RATE, "max-rate", "N/TIME", "at most N starts in any TIME",
	run_set_rate, AT(run.throttle), 0},
    {KEY_MEMFREE, "memfree", "SIZE", "start while so much memory is free",
	opt_size, AT(run.throttle.memfree), 0},
    {KEY_PROGRESS, "progress", NULL, "how far it is, on a terminal", opt_flag,
	AT(run.progress), 1},
    {KEY_NICE, "nice", "N", "niceness of the tasks, -20 to 19", run_set_nice,
	AT(run.state), 0},
    {KEY_PRESSURE, "pressure", "KIND=N", "start below N% of cpu, memory or io",
	run_set_pressure, AT(run.throttle), 0},
    {KEY_MAX_TASKS, "max-tasks", "N", "records for a worker in its life",
	set_count, AT(max_tasks), 0},
    {'n', "max-args", "N", "records for each command", set_count, AT(per_task),
	0},
    {'O', "output", "NAME", "each task's output to a file of this name",
	set_output, AT(output), 0},
    {'r', "no-run-if-empty", NULL, "accepted: no record runs nothing",
	opt_nothing, 0, 0},
    {KEY_RAW, "raw", NULL, "tasks write to our output themselves", opt_flag,
	AT(order), SINK_RAW},
    {KEY_REPORT, "report", "FILE", "write a line of JSON for each task",
	opt_text, AT(run.records.report), 0},
    {KEY_RESUME, "resume", NULL, "run what is not in the joblog", opt_flag,
	AT(run.records.resume), RECORDS_RESUME},
    {KEY_RESUME_FAILED, "resume-failed", NULL, "the same, and what has failed",
	opt_flag, AT(run.records.resume), RECORDS_RESUME_FAILED},
    {KEY_RETRIES, "retries", "N", "run what fails up to N times more",
	run_set_retries, AT(run.retries), 0},
    {KEY_RETRY_DELAY, "retry-delay", "TIME",
	"wait before that, longer each time", run_set_pause,
	AT(run.retry_delay), 0},
    {KEY_REPLY_TIMEOUT, "reply-timeout", "TIME",
	"end a worker that is silent so long", opt_time, AT(reply_timeout), 0},
    {KEY_SH, "sh", "SCRIPT", "run this; the record is \"$1\", no part of it",
	opt_text, AT(script), 0},
    {'t', "print-commands", NULL, "each command on standard error", opt_flag,
	AT(show), 1},
    {KEY_TAG, "tag", NULL, "each line with its record before it", opt_flag,
	AT(tag), 1},
    {KEY_TIMEOUT, "timeout", "TIME", "time limit for each task", opt_time,
	AT(timeout), 0},
    {KEY_TRACE, "trace-events", "FILE", "write events for a trace viewer",
	opt_text, AT(run.records.trace), 0},
    {'u', "unordered", NULL, "output in the order of completion", opt_flag,
	AT(order), SINK_UNORDERED},
    {'v', "verbose", NULL, "say when tasks start and end", opt_flag,
	AT(verbose), 1},
    {'w', "worker", NULL, "the command answers each record with one", opt_flag,
	AT(worker), 1},
    {'X', "pack", NULL, "as many records for each command as it takes",
	opt_flag, AT(pack), 1},
    {KEY_HELP, "help", NULL, "print this and exit", opt_flag, AT(mode),
	POOL_HELP},
    {KEY_VERSION, "version", NULL, "print the version and exit", opt_flag,
	AT(mode), POOL_VERSION},
    {0, NULL, NULL, NULL, NULL, 0, 0}};
