/* SPDX-License-Identifier: ISC */
/*
 * Options that say in which state a command is started, for the programs
 * that have them: limits, niceness, mask, user, directory.
 */
#ifndef MP_STATE_OPTS_H
#define MP_STATE_OPTS_H

#include <stddef.h>

#include "buf.h"
#include "opt.h"
#include "rlim.h"
#include "state.h"

/* Values of an option that may be repeated. */
struct text_list {
	const char **v;
	size_t n;
};

struct state_opts {
	struct text_list limit_text;
	struct rlim *limit; /* of each of these texts */
	const char *dir, *user, *groups, *nice_text;
	int nice;
	int umask; /* or -1 */
	int no_new_privs;
};

#define STATE_OPTS_INIT \
	{ \
		.umask = -1 \
	}

/* Functions for the table (opt.h): at is a struct text_list, an int; and a
 * struct state_opts for the other two. */
int opt_list(void *at, const struct opt *, const char *, struct buf *);
int opt_umask(void *at, const struct opt *, const char *, struct buf *);
int opt_limit(void *at, const struct opt *, const char *, struct buf *);
int opt_nice(void *at, const struct opt *, const char *, struct buf *);

void state_opts_free(struct state_opts *);

/* Which option it is about, and what it was given, or NULL. */
struct state_blame {
	const char *option, *value;
};

/*
 * Looks up users and groups and our own limits, and fills st, which then
 * refers to limit; that has room for one of each of limit_text. The
 * directory, and freeing st->ident, are the caller's. Returns 0; or -1 and
 * whom to blame and why.
 */
int state_opts_make(const struct state_opts *, struct state *st,
    struct rlim *limit, struct state_blame *, struct buf *why);

/* Which option could not be had. Its name is NULL for a step that has none
 * here. */
struct state_blame state_opts_fault(
    const struct state_opts *, const struct state_fault *);

#endif
