/* SPDX-License-Identifier: ISC */
/*
 * Where tasks come from. A source hands out one task at a time, only when
 * there is room for it (a full pool is back-pressure: the source is not
 * asked and reads nothing), and is told the end of each: a queue's done is
 * an acknowledgement.
 */
#ifndef MP_SOURCE_H
#define MP_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"
#include "task.h"

enum source_got {
	SOURCE_TASK, /* the task was filled in */
	SOURCE_WAIT, /* none now: wake() will be called when to ask again */
	SOURCE_END, /* there will be no more */
	SOURCE_FAILED /* errno says why, source->name what; as the end */
};

struct source;

struct source_ops {
	/* Fills in text and nrec (and receipt) of a fresh task. */
	enum source_got (*next)(struct source *, struct task *);
	/* The task has ended for good; called once for each. If it has a
	 * receipt its output was written by then. NULL: it need not know. */
	void (*done)(struct source *, const struct task *);
	/* No more will be asked for: stop watching and reading. Or NULL. */
	void (*stop)(struct source *);
	void (*free)(struct source *);
	/* Takes what a task writes on standard output, which then is not
	 * our output: 0, or -1 and errno. NULL: the pool writes it. */
	int (*output)(struct source *, struct task *, const char *, size_t);
	/* Adds the records of up to n next tasks to a task of one record,
	 * as far as they are at hand and without NUL. NULL: it cannot. */
	void (*more)(struct source *, struct task *, size_t n);
};

/* What the pool does for a source. */
struct source_calls {
	/* It may be asked again. */
	void (*wake)(void *arg);
	/* The task is ended, and is cancelled whatever it may say. */
	void (*cancel)(void *arg, struct task *);
	/* A line on standard error. */
	void (*say)(void *arg, const char *line);
};

/* The common head of all sources. loop, calls and arg are set by the pool
 * before the first next(). */
struct source {
	const struct source_ops *ops;
	const char *name; /* for messages */
	uint64_t total; /* tasks that it will give, 0: not known */
	bool tells; /* it says itself which tasks failed */
	struct loop *loop;
	const struct source_calls *calls;
	void *arg;
};

/* Tell the source, if it wants to know. */
static inline void
source_done(struct source *source, const struct task *task)
{
	if (source->ops->done != NULL)
		source->ops->done(source, task);
}

static inline void
source_stop(struct source *source)
{
	if (source->ops->stop != NULL)
		source->ops->stop(source);
}

/* A record of a stream longer than this is cut and its task fails. */
#define SOURCE_RECORD_MAX ((size_t)2 * 1024 * 1024)

/*
 * Records of a descriptor, each ended by delim, per_task of them (at least
 * 1) to a task; the last task may get fewer. The descriptor stays the
 * caller's and is never made non-blocking. ops->free releases. NULL and
 * ENOMEM on failure.
 */
struct source *source_rec_new(
    int fd, const char *name, char delim, size_t per_task);

/* The same from n strings, which must outlive the source. */
struct source *source_args_new(char *const *args, size_t n, size_t per_task);

/* The same from lists in words, which ends in NULL: SOURCE_CROSS before a list
 * combines it with those before it, SOURCE_LINK links it to the last one. A task
 * has per_task combinations, each of them a row of records, see tmpl.h. */
#define SOURCE_CROSS ":::"
#define SOURCE_LINK ":::+"
struct source *source_cross_new(char *const *words, size_t per_task);

/* Whether the word is one of these two. */
bool source_separates(const char *word);

struct source_pack_conf {
	struct source *other; /* of tasks of a record or a row */
	/* What a task of it takes of the limit; and the end of arg. */
	size_t (*cost)(void *arg, const struct task *);
	void (*free)(void *arg);
	void *arg;
	size_t limit; /* of a task, at least 1 */
	size_t single; /* what costs more is a task of its own */
	size_t most; /* rows to a task; 0: no limit */
	size_t jobs; /* in the end so many tasks share what is left */
};

/* Puts its tasks together. Owns it and arg, unless it returns NULL, ENOMEM. */
struct source *source_pack_new(const struct source_pack_conf *);

#endif
