/* SPDX-License-Identifier: ISC */
/*
 * What a run writes down of its tasks: the joblog, which a later run may go
 * on with, a report, a trace.
 */
#ifndef MP_RECORDS_H
#define MP_RECORDS_H

#include <stdbool.h>

#include "task.h"

struct records; /* opaque */

enum records_resume {
	RECORDS_NEW,
	RECORDS_RESUME, /* leave out what is in the joblog */
	RECORDS_RESUME_FAILED /* but for what has failed */
};

struct records_conf {
	const char *joblog, *report, *trace; /* files, or NULL */
	int resume; /* enum records_resume */
	bool only_read; /* write nothing */
};

/* Opens the files. Without resume they are emptied; with it the joblog is
 * read, and a last line that is not whole is cut off. Returns NULL, and which
 * file is wrong and why. */
struct records *records_open(
    const struct records_conf *, const char **name, struct buf *why);

/* Finishes and closes the files; NULL is allowed. */
void records_close(struct records *);

/* Whether there is an earlier run, and whether attempts are written down. */
bool records_resumes(const struct records *);
bool records_traces(const struct records *);

/* In all of these the command is a string, with what depends on the slot as
 * it is in the template. */

/* Whether the task with that command has been done; see resume_take(). */
bool records_done(struct records *, const char *command);

/* An attempt has ended. */
void records_attempt(
    struct records *, const struct task *, const char *command);

/* The task has ended, and its output is written. */
void records_task(struct records *, const struct task *, const char *command);

/* Writes what these have come to; until then it is kept. */
void records_write(struct records *);

/* The name of a file that could not be written and was not told yet, and the
 * errno why; or NULL. */
const char *records_failed(struct records *, int *why);

#endif
