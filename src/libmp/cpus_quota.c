/* SPDX-License-Identifier: ISC */
/*
 * The CPU quota of our cgroup. It is looked up at every start of a program:
 * with few system calls, and of mountinfo no more is read than needed.
 */
#include "config.h"

#include "cpus.h"

#include <sys/types.h>

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

/* What /proc gives at one read(2). */
#define PROC_READ 4096

/*
 * Our cgroup in the hierarchy that has the controller cpu: its path as
 * /proc/self/cgroup has it, or ""; the directory on which it, or one above
 * it, is mounted; and the end of its path, which follows that directory,
 * or NULL where it is not mounted.
 */
struct place {
	bool v1;
	char cgroup[PATH_MAX];
	char dir[PATH_MAX];
	const char *rest;
};

/* Hands each line of root + name, without its newline, to take() until
 * that returns true. */
static void
read_lines(const char *root, const char *name,
    bool (*take)(struct place *, char *line), struct place *p)
{
	char path[PATH_MAX], buffer[PROC_READ], *line = NULL;
	size_t size = 0;
	FILE *f;

	if (snprintf(path, sizeof(path), "%s%s", root, name) >= PATH_MAX)
		return;
	f = fopen(path, "re");
	if (f == NULL)
		return;
	(void)setvbuf(f, buffer, _IOFBF, sizeof(buffer));
	while (getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (take(p, line))
			break;
	}
	free(line);
	(void)fclose(f);
}

/* Whether a list of words between commas, which is cut up, has this one. */
static bool
has_word(char *list, const char *word)
{
	char *w;

	while ((w = strsep(&list, ",")) != NULL)
		if (strcmp(w, word) == 0)
			return true;
	return false;
}

/*
 * A line of /proc/self/cgroup: "ID:controllers:path", for version 2
 * "0::path". A controller is in one hierarchy only: where one of version 1
 * has cpu, version 2 has not.
 */
static bool
take_cgroup(struct place *p, char *line)
{
	const char *id = strsep(&line, ":");
	char *controllers = strsep(&line, ":");
	bool v1;

	if (line == NULL || *line != '/')
		return false;
	v1 = has_word(controllers, "cpu");
	if (!v1 && (strcmp(id, "0") != 0 || *controllers != '\0'))
		return false;
	p->v1 = v1;
	if (strlcpy(p->cgroup, line, sizeof(p->cgroup)) >= sizeof(p->cgroup))
		p->cgroup[0] = '\0';
	return v1;
}

/* Decodes \ooo, as spaces and the like are written in mountinfo. */
static void
unescape(char *s)
{
	char *out = s;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && strspn(s + 1, "01234567") >= 3) {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
			    (s[3] - '0'));
			s += 3;
		} else {
			*out++ = *s;
		}
	}
	*out = '\0';
}

/* The end of cgroup that lies below the cgroup root; NULL where cgroup is
 * not in root's subtree. */
static const char *
path_below(const char *cgroup, const char *root)
{
	size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);
	const char *rest;

	if (strncmp(cgroup, root, len) != 0)
		return NULL;
	rest = cgroup + len;
	if (strcmp(rest, "/") == 0 || *rest == '\0')
		return "";
	/* Outside our cgroup namespace the kernel begins a path with "/..". */
	if (*rest != '/' || strncmp(rest, "/../", 4) == 0 ||
	    strcmp(rest, "/..") == 0)
		return NULL;
	return rest;
}

/*
 * A line of /proc/self/mountinfo: "ID parent device root directory options
 * … - type source options". Of several mounts that show our cgroup the one
 * that shows most of those above it is best.
 */
static bool
take_mount(struct place *p, char *line)
{
	char *field[5], *type, *options, *word;
	const char *rest;
	size_t i;

	for (i = 0; i < 5; i++)
		field[i] = strsep(&line, " ");
	while ((word = strsep(&line, " ")) != NULL && strcmp(word, "-") != 0)
		continue;
	type = strsep(&line, " ");
	(void)strsep(&line, " ");
	options = strsep(&line, " ");
	if (options == NULL || strcmp(type, p->v1 ? "cgroup" : "cgroup2") != 0)
		return false;
	if (p->v1 && !has_word(options, "cpu"))
		return false;
	unescape(field[3]);
	unescape(field[4]);
	rest = path_below(p->cgroup, field[3]);
	if (rest == NULL ||
	    (p->rest != NULL && strlen(rest) <= strlen(p->rest)))
		return false;
	(void)strlcpy(p->dir, field[4], sizeof(p->dir));
	p->rest = rest;
	return strcmp(field[3], "/") == 0;
}

/* The first line of the small file dir/name. */
static bool
read_text(const char *dir, const char *name, char *text, size_t size)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= PATH_MAX)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	n = io_read(fd, text, size - 1);
	io_close(&fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

/* In CPUs, rounded up, or 0 for none: "max" and "-1" are no numbers above
 * 0. */
static unsigned
quotient(const char *quota, const char *period)
{
	const char *bad_quota, *bad_period;
	long long q = strtonum(quota, 1, LLONG_MAX, &bad_quota);
	long long p = strtonum(period, 1, LLONG_MAX, &bad_period);
	long long n;

	if (bad_quota != NULL || bad_period != NULL)
		return 0;
	n = q / p + (q % p != 0);
	return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

static unsigned
quota_v2(const char *dir)
{
	char quota[64], *period = quota;

	if (!read_text(dir, "cpu.max", quota, sizeof(quota)))
		return 0;
	(void)strsep(&period, " ");
	return period == NULL ? 0 : quotient(quota, period);
}

static unsigned
quota_v1(const char *dir)
{
	char quota[32], period[32];

	if (!read_text(dir, "cpu.cfs_quota_us", quota, sizeof(quota)) ||
	    strcmp(quota, "-1") == 0 ||
	    !read_text(dir, "cpu.cfs_period_us", period, sizeof(period)))
		return 0;
	return quotient(quota, period);
}

/* The lowest quota of our cgroup and those above it that we can see. */
static unsigned
lowest_quota(const char *root, const struct place *p)
{
	char dir[PATH_MAX], *rest, *slash;
	unsigned quota, lowest = 0;

	if (snprintf(dir, sizeof(dir), "%s%s%s", root, p->dir, p->rest) >=
	    PATH_MAX)
		return 0;
	rest = dir + strlen(dir) - strlen(p->rest);
	for (;;) {
		quota = p->v1 ? quota_v1(dir) : quota_v2(dir);
		if (quota > 0 && (lowest == 0 || quota < lowest))
			lowest = quota;
		slash = strrchr(rest, '/');
		if (slash == NULL)
			return lowest;
		*slash = '\0';
	}
}

unsigned
cpus_quota(const char *root)
{
	struct place p = {.rest = NULL}; /* the rest empty */

	read_lines(root, "/proc/self/cgroup", take_cgroup, &p);
	if (p.cgroup[0] == '\0')
		return 0;
	read_lines(root, "/proc/self/mountinfo", take_mount, &p);
	return p.rest == NULL ? 0 : lowest_quota(root, &p);
}
