/* SPDX-License-Identifier: ISC */
/*
 * Streaming /proc for the processes that descend from this one, in the
 * order of pids, acting on each while reading: against a program that
 * forks faster than it is listed, a list made first is always late. What
 * one scan misses has this process for its parent, or will have, so that a
 * later scan finds it.
 */
#ifndef MP_SCAN_H
#define MP_SCAN_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

struct scan; /* opaque: one scan under way */

/* One process as /proc/PID/stat shows it; proc(5). */
struct scan_proc {
	pid_t pid, ppid, pgrp;
	char state;
	bool dead; /* all of it: it waits to be reaped */
	bool exiting; /* it has begun to: what it has open goes away */
	unsigned long long start; /* clock ticks after boot */
	unsigned long long cpu; /* clock ticks, with its reaped children */
	char comm[64];
};

/* One process, whoever's it is. Returns 0, or -1 and errno. */
int scan_read(pid_t pid, struct scan_proc *);

/* Called for each descendant; what it returns is added up. */
typedef long long scan_fn(struct scan *, const struct scan_proc *, void *arg);

/*
 * Scans once. The children in foreign, and what descends from them by
 * then, do not count. Nothing may be reaped meanwhile. Returns the sum of
 * what fn returned (not negative), or -1 and errno.
 */
long long scan_below(
    const pid_t *foreign, size_t nforeign, scan_fn *fn, void *arg);

/*
 * Within fn: signals the process, and no other that may have got its pid:
 * a direct child keeps it until it is reaped; a deeper process is held by
 * a pidfd, opened first and then compared with what was read. Returns 0,
 * or -1 and errno.
 */
int scan_signal(struct scan *, const struct scan_proc *, int sig);

/* Within fn: whether the process is a child of ours; whose it is. */
int scan_is_child(const struct scan *, const struct scan_proc *);
uid_t scan_owner(struct scan *, const struct scan_proc *);

#endif
