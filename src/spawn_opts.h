/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-spawn.
 */
#ifndef MP_SPAWN_OPTS_H
#define MP_SPAWN_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "cpulist.h"
#include "opt.h"
#include "state_opts.h"

#define SPAWN_COPIES_MAX 100000
#define SPAWN_INDEX_MAX 1000000000

enum spawn_mode { SPAWN_RUN, SPAWN_PRINT, SPAWN_HELP, SPAWN_VERSION };

/* -e and --env-file, in their order. */
struct spawn_change {
	bool file;
	const char *text; /* NAME=VALUE, or the file's name */
};

struct spawn_fd {
	int fd;
	const char *path; /* or NULL: ours */
};

#define SPAWN_FDS_MAX 48

struct spawn_opts {
	int64_t copies, first;
	const char *name;
	int ignore_env;
	struct text_list keep, unset;
	struct spawn_change *change;
	size_t nchange;
	struct spawn_fd fd[SPAWN_FDS_MAX];
	size_t nfd;
	struct state_opts state;
	const char *sched_text, *ionice_text, *cpus_text;
	int policy, priority;
	int io; /* or -1 */
	bool spread;
	struct cpulist cpus;
	int session, pgroup, die_with_parent;
	const char *in, *out, *err;
	int tag, raw;
	int method; /* enum proc_method */
	const char *method_text;
	int wait; /* enum copies_wait */
	const char *wait_text;
	int fail_fast;
	int64_t time, kill_after; /* nanoseconds, 0: none */
	const char *report;
	int replace;
	int mode; /* enum spawn_mode */
	char **command;
};

extern const struct opt spawn_opts_table[];

/* Reads the command line, whose strings it refers to. Returns 0; or -1 and
 * what is wrong in why. */
int spawn_opts_parse(
    struct spawn_opts *, int argc, char **argv, struct buf *why);

/* What is wrong with the options together, or NULL. */
const char *spawn_contradiction(const struct spawn_opts *);

void spawn_opts_free(struct spawn_opts *);

#endif
