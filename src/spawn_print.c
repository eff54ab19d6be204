/* SPDX-License-Identifier: ISC */
/*
 * --print: what a copy would get, a keyword and a value a line.
 */
#include "config.h"

#include "spawn_copy.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "quote.h"

static int
print_word(struct buf *b, const char *keyword, const char *word)
{
	if (buf_adds(b, keyword) == -1 || buf_addc(b, ' ') == -1 ||
	    quote_shell(b, word) == -1)
		return -1;
	return buf_addc(b, '\n');
}

static int
print_command(struct buf *b, const struct spawn *s)
{
	size_t i;

	if (print_word(b, "copy", s->name[s->no]) == -1 ||
	    buf_adds(b, "command") == -1)
		return -1;
	for (i = 0; s->argv[i] != NULL; i++)
		if (buf_addc(b, ' ') == -1 || quote_shell(b, s->argv[i]) == -1)
			return -1;
	if (buf_addc(b, '\n') == -1)
		return -1;
	return print_word(b, "file", s->path != NULL ? s->path : "");
}

static int
print_place(struct buf *b, const struct spawn *s)
{
	char cwd[PATH_MAX + 1];
	mode_t mask = umask(0);

	(void)umask(mask);
	if (s->state.set_umask)
		mask = s->state.umask;
	if (getcwd(cwd, sizeof(cwd)) == NULL)
		cwd[0] = '\0';
	if (print_word(b, "directory", s->dir != NULL ? s->dir : cwd) == -1)
		return -1;
	return buf_addf(b, "umask %04o\n", (unsigned)mask);
}

static int
print_groups(struct buf *b, const struct spawn *s)
{
	const struct ident *id = &s->state.ident;
	gid_t ours[NGROUPS_MAX > 1024 ? 1024 : NGROUPS_MAX];
	int n = getgroups((int)(sizeof(ours) / sizeof(ours[0])), ours), i;
	const gid_t *groups = ours;

	if (id->has_groups) {
		groups = id->groups;
		n = (int)id->ngroups;
	}
	if (buf_adds(b, "groups") == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (buf_addf(b, " %u", (unsigned)groups[i]) == -1)
			return -1;
	return buf_addc(b, '\n');
}

static int
print_user(struct buf *b, const struct spawn *s)
{
	const struct ident *id = &s->state.ident;
	uid_t uid = id->has_uid ? id->uid : geteuid();
	gid_t gid = id->has_gid ? id->gid : getegid();

	if (buf_addf(b, "user %u\ngroup %u\n", (unsigned)uid, (unsigned)gid) ==
	    -1)
		return -1;
	return print_groups(b, s);
}

static int
print_priorities(struct buf *b, const struct spawn *s)
{
	const struct spawn_opts *o = s->opts;
	struct cpulist cpus;

	if (buf_addf(b, "nice %d\n",
		s->state.set_nice ? s->state.nice
				  : getpriority(PRIO_PROCESS, 0)) == -1 ||
	    (o->sched_text != NULL &&
		print_word(b, "sched", o->sched_text) == -1) ||
	    (o->ionice_text != NULL &&
		print_word(b, "ionice", o->ionice_text) == -1))
		return -1;
	if (s->state.cpus == NULL && cpulist_usable(&cpus) == -1)
		return 0;
	if (buf_adds(b, "affinity ") == -1 ||
	    cpulist_format(s->state.cpus != NULL ? s->state.cpus : &cpus, b) ==
		-1)
		return -1;
	return buf_addc(b, '\n');
}

/* What the copy's limit is: the last one that is given counts. */
static struct rlimit
limit_of(const struct spawn *s, int resource)
{
	struct rlimit r = {0, 0};
	size_t i;

	(void)getrlimit((unsigned)resource, &r);
	for (i = 0; i < s->nlimit; i++)
		if (s->limit[i].resource == resource)
			r = s->limit[i].value;
	return r;
}

static int
print_limits(struct buf *b, const struct spawn *s)
{
	struct rlimit r;
	const char *name;
	int resource;
	size_t i;

	for (i = 0; (name = rlim_name(i, &resource)) != NULL; i++) {
		r = limit_of(s, resource);
		if (buf_addf(b, "limit %s ", name) == -1 ||
		    rlim_format(b, &r) == -1 || buf_addc(b, '\n') == -1)
			return -1;
	}
	return 0;
}

/* A file that is not opened now. */
static int
print_file(struct buf *b, const struct spawn *s, int fd, const char *file)
{
	char keyword[16], *path = spawn_expand(s, file, s->no);
	int rc = -1;

	(void)snprintf(keyword, sizeof(keyword), "fd %d", fd);
	if (path != NULL)
		rc = print_word(b, keyword, path);
	free(path);
	return rc;
}

static int
print_fd(struct buf *b, int from, int to)
{
	char link[32], target[PATH_MAX + 1];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", from);
	n = readlink(link, target, sizeof(target) - 1);
	if (n == -1)
		return 0; /* closed */
	target[n] = '\0';
	if (buf_addf(b, "fd %d ", to) == -1 || quote_shell(b, target) == -1)
		return -1;
	return buf_addc(b, '\n');
}

static int
print_fds(struct buf *b, const struct spawn *s, const struct proc_spec *spec)
{
	const char *const file[3] = {NULL, s->opts->out, s->opts->err};
	bool named[3] = {false, false, false};
	size_t i;
	int fd;

	for (i = 0; i < spec->nfds; i++)
		if (spec->fds[i].to < 3)
			named[spec->fds[i].to] = true;
	for (fd = 0; fd < 3; fd++)
		if ((file[fd] != NULL &&
			print_file(b, s, fd, file[fd]) == -1) ||
		    (file[fd] == NULL && !named[fd] &&
			print_fd(b, fd, fd) == -1))
			return -1;
	for (i = 0; i < spec->nfds; i++)
		if (print_fd(b, spec->fds[i].from, spec->fds[i].to) == -1)
			return -1;
	return 0;
}

static int
print_flags(struct buf *b, const struct spawn *s, const struct proc_spec *spec)
{
	if (spec->group == PROC_OWN_SESSION && buf_adds(b, "setsid\n") == -1)
		return -1;
	if (spec->group == PROC_OWN_GROUP && buf_adds(b, "pgroup\n") == -1)
		return -1;
	if (s->state.no_new_privs && buf_adds(b, "no-new-privs\n") == -1)
		return -1;
	if (spec->death_signal != 0 && buf_adds(b, "die-with-parent\n") == -1)
		return -1;
	return 0;
}

int
spawn_print(const struct spawn *s, const struct proc_spec *spec)
{
	struct buf b = BUF_INIT;
	size_t i;
	int rc;

	rc = print_command(&b, s) == -1 || print_place(&b, s) == -1 ||
		print_user(&b, s) == -1 || print_priorities(&b, s) == -1 ||
		print_limits(&b, s) == -1 || print_flags(&b, s, spec) == -1 ||
		print_fds(&b, s, spec) == -1
	    ? -1
	    : 0;
	for (i = 0; rc == 0 && s->env.var[i] != NULL; i++)
		rc = print_word(&b, "env", s->env.var[i]);
	if (rc == 0)
		rc = io_write_all(STDOUT_FILENO, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return rc;
}
