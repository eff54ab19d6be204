/* SPDX-License-Identifier: ISC */
/*
 * A service: what the options of start and run say about it, and what is
 * looked up from them before anything starts.
 */
#ifndef MP_SERVICE_H
#define MP_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "envlist.h"
#include "logs.h"
#include "mains.h"
#include "proc.h"
#include "ready.h"
#include "restart.h"
#include "schedule.h"
#include "state_opts.h"

struct service_opts {
	struct state_opts state;
	struct text_list env; /* NAME=VALUE */
	int bind;
	pid_t bind_pid; /* 0: our parent */
	const char *pidfile;
	const char *log; /* a file, "-", or NULL */
	struct logs_conf logs; /* file.max, file.keep, command */
	int stamp;
	struct ready_spec ready;
	int64_t start_timeout; /* nanoseconds, 0: none */
	struct restart_conf restart;
	struct schedule schedule;
	int group; /* what has left the group stays */
	int reload; /* a signal */
};

/* Sets what is not given. */
void service_opts_init(struct service_opts *);
void service_opts_free(struct service_opts *);

struct service {
	const char *name; /* NULL: has none, run */
	struct service_opts *o;
	char **argv;
	struct envlist env;
	struct state state;
	struct state_fault fault;
	struct rlim *limit;
	char *log; /* its absolute name, or NULL */
	bool captured; /* its output goes through us */
	bool background;
	int null; /* for descriptor 0 */
	int out, err; /* for 1 and 2, -1: what we have */
	struct main_proc main[MAINS];
};

/*
 * Looks up users, files and processes for what the caller has set: name, o,
 * argv, background. parent is whom --bind means without a number. Returns 0;
 * or -1 and in why "what: reason"; service_free() in any case.
 */
int service_init(struct service *, pid_t parent, struct buf *why);
void service_free(struct service *);

/*
 * Starts its process with what is in the spec already (fds) and what the
 * service says. Returns 0 and *pid; or the exit status that tells of the
 * failure, its errno in *error, and why.
 */
int service_start(struct service *, struct proc_spec *, pid_t *pid, int *error,
    struct buf *why);

#endif
