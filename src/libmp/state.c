/* SPDX-License-Identifier: ISC */
/*
 * Taking on a state. Privileges are needed for the first steps and gone
 * after the user has changed; the directory is entered with the rights of
 * the new user. See credentials(7).
 */
#include "config.h"

#include "state.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

/* The C library's functions change all threads, with locks and signals;
 * there is but one thread here. Some machines have calls for 16 bits by
 * the plain name. */
#ifdef SYS_setresuid32
#define RAW_SETRESUID SYS_setresuid32
#define RAW_SETRESGID SYS_setresgid32
#define RAW_SETGROUPS SYS_setgroups32
#else
#define RAW_SETRESUID SYS_setresuid
#define RAW_SETRESGID SYS_setresgid
#define RAW_SETGROUPS SYS_setgroups
#endif

#define IOPRIO_WHO_PROCESS 1

static int
apply_limits(const struct state *s, struct state_fault *f)
{
	for (f->limit = 0; f->limit < s->nlimits; f->limit++)
		if (setrlimit(s->limits[f->limit].resource,
			&s->limits[f->limit].value) == -1)
			return -1;
	return 0;
}

static int
apply_nice(const struct state *s, struct state_fault *f)
{
	(void)f;
	return s->set_nice ? setpriority(PRIO_PROCESS, 0, s->nice) : 0;
}

static int
apply_sched(const struct state *s, struct state_fault *f)
{
	struct sched_param p;

	(void)f;
	if (!s->set_sched)
		return 0;
	memset(&p, 0, sizeof(p));
	p.sched_priority = s->priority;
	return sched_setscheduler(0, s->policy, &p) == -1 ? -1 : 0;
}

static int
apply_ionice(const struct state *s, struct state_fault *f)
{
	(void)f;
	if (s->io == -1)
		return 0;
#ifdef SYS_ioprio_set
	return (int)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, s->io);
#else
	errno = ENOSYS;
	return -1;
#endif
}

/* The kernel leaves out what does not exist or is not ours to use. */
static int
apply_affinity(const struct state *s, struct state_fault *f)
{
#ifdef HAVE_SCHED_GETAFFINITY
	struct cpulist got;

	(void)f;
	if (s->cpus == NULL)
		return 0;
	if (syscall(SYS_sched_setaffinity, 0, sizeof(s->cpus->word),
		s->cpus->word) == -1)
		return -1;
	memset(&got, 0, sizeof(got));
	if (syscall(SYS_sched_getaffinity, 0, sizeof(got.word), got.word) == -1)
		return -1;
	if (cpulist_equal(&got, s->cpus))
		return 0;
	errno = EINVAL;
	return -1;
#else
	(void)f;
	errno = ENOSYS;
	return s->cpus == NULL ? 0 : -1;
#endif
}

static int
apply_groups(const struct state *s, struct state_fault *f)
{
	const struct ident *id = &s->ident;

	(void)f;
	if (!id->has_groups)
		return 0;
	return (int)syscall(RAW_SETGROUPS, id->ngroups, id->groups);
}

static int
apply_group(const struct state *s, struct state_fault *f)
{
	gid_t gid = s->ident.gid;

	(void)f;
	if (!s->ident.has_gid)
		return 0;
	return (int)syscall(RAW_SETRESGID, gid, gid, gid);
}

/* Whether the change is complete and for ever. */
static int
verify_user(uid_t before, uid_t uid)
{
	uid_t r, e, saved;

	if (getresuid(&r, &e, &saved) == -1)
		return -1;
	if (r == uid && e == uid && saved == uid &&
	    (uid == 0 || before == uid ||
		syscall(RAW_SETRESUID, (uid_t)-1, before, (uid_t)-1) == -1))
		return 0;
	errno = EPERM;
	return -1;
}

static int
apply_user(const struct state *s, struct state_fault *f)
{
	uid_t before = geteuid(), uid = s->ident.uid;

	(void)f;
	if (!s->ident.has_uid)
		return 0;
	if (syscall(RAW_SETRESUID, uid, uid, uid) == -1)
		return -1;
	return verify_user(before, uid);
}

static int
apply_umask(const struct state *s, struct state_fault *f)
{
	(void)f;
	if (s->set_umask)
		(void)umask(s->umask);
	return 0;
}

static int
apply_directory(const struct state *s, struct state_fault *f)
{
	(void)f;
	return s->dir == NULL ? 0 : chdir(s->dir);
}

static int
apply_no_new_privs(const struct state *s, struct state_fault *f)
{
	(void)f;
	if (!s->no_new_privs)
		return 0;
#ifdef PR_SET_NO_NEW_PRIVS
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#else
	errno = ENOSYS;
	return -1;
#endif
}

int
state_apply(const struct state *s, struct state_fault *fault)
{
	static int (*const apply[STATE_DONE])(const struct state *,
	    struct state_fault *) = {apply_limits, apply_nice, apply_sched,
	    apply_ionice, apply_affinity, apply_groups, apply_group, apply_user,
	    apply_umask, apply_directory, apply_no_new_privs};
	unsigned step;

	for (step = 0; step < STATE_DONE; step++) {
		fault->step = (enum state_step)step;
		if (apply[step](s, fault) == -1)
			return -1;
	}
	fault->step = STATE_DONE;
	return 0;
}
