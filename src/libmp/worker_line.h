/* SPDX-License-Identifier: ISC */
/*
 * Workers that are commands: each answers a record with a record. Shared by
 * worker_line.c (asking and answering), worker_end.c (faults and the end)
 * and runner_worker.c (the runner).
 *
 * A worker gets a batch of tasks and the next one when it has answered as
 * many records as it got. Its replies count only then, so that what is
 * beyond is noticed. Who answers its first record twice is found out by
 * waiting a moment after that, before it gets another one.
 */
#ifndef MP_WORKER_LINE_H
#define MP_WORKER_LINE_H

#include "capture.h"
#include "crew.h"
#include "env.h"
#include "runner_worker.h"
#include "warden.h"

struct runner_worker {
	struct crew crew;
	struct runner_worker_conf conf;
	struct warden_conf warden;
	char *path; /* of the command */
	struct env env;
	bool answered; /* some worker has */
	bool explained; /* why there may be no reply */
	unsigned fruitless; /* workers in a row that have not answered */
};

/* What a worker is ended for. */
enum line_fault {
	LINE_NONE,
	LINE_LIMIT, /* the task's time limit */
	LINE_SILENT, /* no reply within the time for it */
	LINE_STARVED, /* no reply, and it waits for the next record */
	LINE_SURPLUS, /* more replies than records */
	LINE_EARLY, /* a reply to a record that it had not read */
	LINE_LONG, /* a reply beyond LINE_REPLY_MAX */
	LINE_MEMORY, /* no memory for a reply */
	LINE_CLOSED, /* it closed its standard output */
	LINE_DEAF, /* it closed its standard input */
	LINE_CANCELLED /* nobody wants the task's end */
};

#define LINE_REPLY_MAX ((size_t)64 * 1024 * 1024)

struct line_worker {
	struct worker head;
	struct capture capture;
	int note; /* of its warden, or -1 */
	struct buf replies; /* that do not count yet */
	struct task *last; /* the last task that has one; NULL: none has */
	int64_t began; /* the batch */
	int64_t since; /* when it began with the first task without one */
	uint64_t first_id, last_id; /* tasks that it has done; 0: none */
	enum line_fault fault;
	bool ending; /* it was told to end */
	struct loop_timer limit, reply, settle;
};

/* The kind of the workers of a struct runner_worker. */
extern const struct crew_kind worker_line;

/* The first task without a reply, or NULL. */
struct task *line_asked(const struct line_worker *);

/* The tasks with replies are done. */
void line_commit(struct line_worker *);

/* worker_end.c */
void line_timers(struct line_worker *); /* once, for a new worker */
/* The first task without a reply begins now. */
void line_begins(struct line_worker *);
/* There is none, or it is over. */
void line_calm(struct line_worker *);
/* Whether it has not read anything of the last task that has a reply. */
bool line_early(const struct line_worker *);
/* All replies are there, the first ever: a moment will show whether these
 * were all. */
void line_wait(struct line_worker *);
/* Ends the worker with all that it has started. */
void line_end(struct line_worker *, enum line_fault);
/* Its input ends. */
void line_dismiss(struct worker *);
/* It reads no more; it has closed one of its outputs. */
void line_deaf(struct worker *);
void line_closed(void *worker, int stream);
/* The process was reaped. */
void line_ended(struct loop_child *, int status, const struct rusage *);

/* runner_worker.c: there was no reply to the task for ns nanoseconds, and the
 * worker will be ended for it, or not: says, once, what may keep replies back.
 * If there was no reply from any worker yet, the end is that of all. */
void runner_worker_explain(
    struct runner_worker *, const struct task *, int64_t ns, bool ended);

#endif
