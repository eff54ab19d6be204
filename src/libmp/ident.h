/* SPDX-License-Identifier: ISC */
/*
 * Whom a command runs as, looked up in the user and group databases. Only
 * looked up: to become it is for the child.
 */
#ifndef MP_IDENT_H
#define MP_IDENT_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Zeroed at first: nothing is to be changed. */
struct ident {
	bool has_uid, has_gid, has_groups; /* what is to be changed */
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary; owned; may be NULL when there are
			  none */
	size_t ngroups;
};

/*
 * "USER", "USER:GROUP" or ":GROUP", each a name or a number; a name is
 * looked up first. USER alone: the group of its entry. Supplementary
 * groups are those of USER, with the group itself, unless they are there
 * already: call it once. ":GROUP" leaves them as they are. A number
 * without an entry needs a GROUP and has no supplementary groups. Returns
 * 0; or -1 and in why a short reason, "no such user" or that the database
 * cannot be asked, with *id as it was.
 */
int ident_user(struct ident *id, const char *, struct buf *why);

/* A comma-separated list of groups, names or numbers; "" is none of them.
 * Takes the place of what is there, before or after ident_user(). Returns
 * as above; of several, the reason names the one that it is about. */
int ident_groups(struct ident *, const char *, struct buf *why);

/* Leaves it zeroed. */
void ident_free(struct ident *);

#endif
