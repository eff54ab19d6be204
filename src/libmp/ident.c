/* SPDX-License-Identifier: ISC */
/*
 * Users and groups, by name or by number. The databases may be far away:
 * that they cannot be asked is not that there is no such name.
 */
#include "config.h"

#include "ident.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quote.h"

#define GROUPS_FEW 16
#define GROUPS_MOST 65537 /* of one user: the kernel's limit, and one */
#define SHOWN_MAX 64 /* bytes of a name in a message */

static int
refuse(struct buf *why, const char *reason)
{
	(void)buf_adds(why, reason);
	return -1;
}

/* Whether the error of getpwnam(3) and the like is more than "not found",
 * for which there are several numbers. */
static bool
is_failure(int error)
{
	return error != 0 && error != ENOENT && error != ESRCH &&
	    error != EBADF && error != EPERM;
}

/* Digits alone; not the number that means none to the system calls. */
static int
number_parse(const char *s, uid_t *n)
{
	const char *bad;
	long long v;

	/* strtonum() allows a sign and spaces. */
	if (s[strspn(s, "0123456789")] != '\0')
		return -1;
	v = strtonum(s, 0, (long long)(uid_t)-1 - 1, &bad);
	if (bad != NULL)
		return -1;
	*n = (uid_t)v;
	return 0;
}

static int
find_group(const char *s, gid_t *gid, struct buf *why)
{
	struct group *gr = NULL;
	uid_t n;

	errno = 0;
	if (*s != '\0')
		gr = getgrnam(s);
	if (gr != NULL) {
		*gid = gr->gr_gid;
		return 0;
	}
	if (is_failure(errno))
		return refuse(why, strerror(errno));
	if (number_parse(s, &n) == -1)
		return refuse(why, "no such group");
	*gid = n;
	return 0;
}

/* The user's number, and the entry, or NULL for a number without one. */
static int
find_user(const char *s, uid_t *uid, struct passwd **pw, struct buf *why)
{
	*pw = NULL;
	errno = 0;
	if (*s != '\0')
		*pw = getpwnam(s);
	if (*pw == NULL && !is_failure(errno)) {
		if (number_parse(s, uid) == -1)
			return refuse(why, "no such user");
		errno = 0;
		*pw = getpwuid(*uid);
	}
	if (*pw != NULL)
		*uid = (*pw)->pw_uid;
	else if (is_failure(errno))
		return refuse(why, strerror(errno));
	return 0;
}

/* All groups of a user, gid among them. */
static int
find_groups(struct ident *id, const char *user, gid_t gid, struct buf *why)
{
	gid_t *groups = NULL, *more;
	int cap, n;

	/* Not every system tells how many there are. */
	for (cap = GROUPS_FEW; cap <= GROUPS_MOST;
	     cap = n > cap ? n : 2 * cap) {
		more = reallocarray(groups, (size_t)cap, sizeof(*groups));
		if (more == NULL)
			break;
		groups = more;
		n = cap;
		if (getgrouplist(user, gid, groups, &n) != -1) {
			id->groups = groups;
			id->ngroups = (size_t)n;
			return 0;
		}
	}
	free(groups);
	return refuse(why, "the groups of the user cannot be told");
}

/* Looks up both; group is NULL where it is not given. */
static int
find(struct ident *id, const char *user, const char *group, struct buf *why)
{
	struct passwd *pw = NULL;

	id->has_uid = *user != '\0' || group == NULL;
	if (id->has_uid && find_user(user, &id->uid, &pw, why) == -1)
		return -1;
	if (group != NULL && find_group(group, &id->gid, why) == -1)
		return -1;
	if (group == NULL && pw == NULL)
		return refuse(why, "a number without an entry needs a group");
	if (group == NULL)
		id->gid = pw->pw_gid;
	id->has_gid = true;
	if (!id->has_uid || id->has_groups)
		return 0;
	id->has_groups = true;
	id->groups = NULL;
	id->ngroups = 0;
	/* Those of the entry's name: several names may have one number. */
	return pw == NULL ? 0 : find_groups(id, pw->pw_name, id->gid, why);
}

int
ident_user(struct ident *id, const char *text, struct buf *why)
{
	char *user = strdup(text), *group;
	struct ident new = *id;
	int rc;

	if (user == NULL)
		return refuse(why, strerror(errno));
	group = strchr(user, ':');
	if (group != NULL)
		*group++ = '\0';
	rc = find(&new, user, group, why);
	if (rc == 0)
		*id = new;
	free(user);
	return rc;
}

/* Looks up the names in list, which is taken apart. Returns how many there
 * are, or -1; groups has room for all. */
static ssize_t
find_each(char *list, gid_t *groups, struct buf *why)
{
	bool several = strchr(list, ',') != NULL;
	ssize_t n = 0;
	char *name;

	while ((name = strsep(&list, ",")) != NULL) {
		if (find_group(name, &groups[n], why) == 0) {
			n++;
			continue;
		}
		if (several && buf_adds(why, ": ") == 0)
			(void)quote_visible(why, name, strlen(name), SHOWN_MAX);
		return -1;
	}
	return n;
}

int
ident_groups(struct ident *id, const char *text, struct buf *why)
{
	/* Each group takes a character and a comma. */
	gid_t *groups = calloc(strlen(text) / 2 + 1, sizeof(*groups));
	char *list = strdup(text);
	ssize_t n = 0;

	if (groups == NULL || list == NULL)
		n = refuse(why, strerror(ENOMEM));
	else if (*list != '\0')
		n = find_each(list, groups, why);
	free(list);
	if (n == -1) {
		free(groups);
		return -1;
	}
	free(id->groups);
	id->groups = groups;
	id->ngroups = (size_t)n;
	id->has_groups = true;
	return 0;
}

void
ident_free(struct ident *id)
{
	free(id->groups);
	*id = (struct ident){.groups = NULL};
}
