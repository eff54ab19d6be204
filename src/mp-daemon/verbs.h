/* SPDX-License-Identifier: ISC */
/*
 * The verbs of mp-daemon: a table of options for each, and what they share.
 */
#ifndef MP_DAEMON_VERBS_H
#define MP_DAEMON_VERBS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "prog_verb.h"
#include "rundir.h"
#include "service.h"

/* Exit statuses besides those of mp-utils(7); those of status are LSB's. */
enum {
	DAEMON_NOT_RUNNING = 1, /* stop and others: there was nothing to do */
	DAEMON_ALIVE = 2, /* stop: not all could be ended */
	DAEMON_BUSY = 3, /* start: it runs already */
	DAEMON_DIED = 1, /* status: dead, and left its pidfile */
	DAEMON_DOWN = 3, /* status: not running */
	DAEMON_UNKNOWN = 4 /* status: no such service */
};

/* What all options set; each verb has some of them. */
struct conf {
	int mode; /* enum prog_mode */
	struct service_opts service;
	const char *schedule; /* of stop and restart, or NULL */
	int any, json, follow;
	int64_t timeout; /* nanoseconds, 0: none */
	uint64_t lines; /* LOGVIEW_ALL: all */
};

/* One call. */
struct job {
	const struct verb *verb;
	struct conf conf;
	pid_t parent; /* ours, at our start */
	int root; /* the directory of all services, or -1 */
	int argc; /* operands */
	char **argv;
	char **command; /* or NULL */
};

enum verb_root {
	ROOT_NONE, /* needs no directory of services */
	ROOT_FIND, /* there must be one */
	ROOT_MAKE
};

struct verb {
	struct prog_verb v;
	int (*run)(struct job *); /* returns the exit status, or minus the
				     signal to die by */
	int least, most; /* operands before a command; -1: any number */
	bool command; /* and then there is one */
	int names; /* the first operand that is a name */
	enum verb_root root;
};

extern const struct verb verbs[]; /* ends in a name that is NULL */

/* For the table. */
extern const struct opt options_start[], options_run[], options_stop[],
    options_status[], options_list[], options_wait[], options_logs[],
    options_none[];

int verb_start(struct job *);
int verb_run(struct job *);
int verb_main(struct job *);
int verb_stop(struct job *);
int verb_restart(struct job *);
int verb_reload(struct job *);
int verb_signal(struct job *);
int verb_status(struct job *);
int verb_list(struct job *);
int verb_wait(struct job *);
int verb_logs(struct job *);

/* What is wrong with the options together, or NULL. */
const char *verb_contradiction(const struct job *);

/* Opens a service's directory, which must be there. Returns 0; or -1 and
 * errno, and why not is said unless it is that there is no such service. */
int verb_open(const struct job *, const char *name, struct rundir *);

#endif
