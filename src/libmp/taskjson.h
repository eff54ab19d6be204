/* SPDX-License-Identifier: ISC */
/*
 * A task that has ended as text for programs: a line of JSON for a report,
 * an event for a trace viewer.
 */
#ifndef MP_TASKJSON_H
#define MP_TASKJSON_H

#include "task.h"

/*
 * Append a line. epoch is what the time of loop_now() has to be added to for
 * that since the Epoch, origin the one that a trace counts from; command is a
 * string. They return 0, or -1 and ENOMEM.
 */
int taskjson_report(
    struct buf *, const struct task *, const char *command, int64_t epoch);
int taskjson_event(
    struct buf *, const struct task *, const char *command, int64_t origin);

/* How a task ended, in a word. */
const char *taskjson_how(const struct task *);

#endif
