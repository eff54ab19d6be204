/* SPDX-License-Identifier: ISC */
/*
 * The state that mp-spawn gives to each copy, made from its options.
 */
#ifndef MP_SPAWN_COPY_H
#define MP_SPAWN_COPY_H

#include "envlist.h"
#include "proc.h"
#include "spawn_opts.h"
#include "state.h"

/* What is the same for all copies, and what belongs to the one that is
 * being started. */
struct spawn {
	const struct spawn_opts *opts;
	size_t n;
	char **name; /* of each */
	struct envlist base; /* before the changes */
	char **change; /* NAME=VALUE, in their order */
	size_t nchange;
	struct state state;
	struct state_fault fault;
	struct cpulist usable;
	struct rlim *limit;
	size_t nlimit;
	int null, out, err; /* what all copies have, or -1 */
	bool env_varies, env_made, argv_varies;

	/* The copy that was made last. */
	size_t no;
	char *dir;
	char *path; /* of the command; or NULL and path_error */
	int path_error;
	char **argv;
	struct envlist env;
	struct cpulist cpus;
	int opened[SPAWN_FDS_MAX + 3];
	size_t nopened;
};

/* Looks up what the options name. Returns 0, or -1 when that was told. */
int spawn_init(struct spawn *, const struct spawn_opts *);
void spawn_free(struct spawn *);

/* Parts of the two: the names of all copies; what copies had; whether a
 * text differs from copy to copy. */
int spawn_names(struct spawn *);
void spawn_forget(struct spawn *);
bool spawn_varies(const char *text);

/* The text with the index of copy i in the place of each {}; to be freed.
 * NULL and ENOMEM. */
char *spawn_expand(const struct spawn *, const char *text, size_t i);

/* Makes all of copy i (from 0) and fills the spec that starts it, which
 * refers to what was made: until spawn_unmake(). Returns 0, or -1 when
 * that was told. */
int spawn_make(struct spawn *, size_t i, struct proc_spec *);
void spawn_unmake(struct spawn *);

/* Says why the copy that was made last, or is being made, cannot run: what,
 * a value (or NULL), the reason. Returns -1. */
int spawn_complain(
    const struct spawn *, const char *what, const char *value, const char *why);

/* Says which part of the state it could not take on. */
void spawn_say_fault(const struct spawn *, int err);

/* Prints what the copy gets that was made last. Returns 0, or -1 and
 * errno. */
int spawn_print(const struct spawn *, const struct proc_spec *);

#endif
