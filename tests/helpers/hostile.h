/* SPDX-License-Identifier: ISC */
/*
 * What the parts of the test helper hostile share.
 */
#ifndef MP_HOSTILE_H
#define MP_HOSTILE_H

#include <sys/types.h>

#include <stdatomic.h>
#include <stdbool.h>

#define HOSTILE_BROKEN 99
#define HOSTILE_MOST 1000 /* processes */

/* In memory that all processes of the tree have in common. */
struct hostile_shared {
	atomic_int alive; /* in a fork bomb: places that are taken */
	atomic_int ready;
};

extern struct hostile_shared *hostile_shared;
extern long hostile_count;

/* An alarm is not inherited: each new process calls this first. It ends
 * one whose time is up. */
void hostile_mortal(void);

/* All but what ends us when our time is up. */
void hostile_ignore_all(void);

/* fork(2) with a mortal child; the second form ends on failure. */
pid_t hostile_fork(void);
pid_t hostile_fork_or_end(void);

/* A process in a session of its own whose parent is gone; true is returned
 * there. */
bool hostile_daemon(void);

/* Makes the file that says that the tree stands; and: one more stands, of
 * whom the last one makes it. */
void hostile_ready(void);
void hostile_stand(void);

_Noreturn void hostile_stay(void);

/* hostile_forks.c */
void hostile_bomb_group(void);
void hostile_bomb_sessions(void);
void hostile_pairs(void);
void hostile_hoppers(void);

#endif
