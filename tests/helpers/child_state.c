/* SPDX-License-Identifier: ISC */
/*
 * state [WORD …]: the state that the helper was started in, one line per
 * fact, each beginning with a word of the table below; or the lines only
 * that begin with a WORD, which may go further: "limit core". A newline in
 * a line is shown as "\n".
 */
#include "config.h"

#include "child.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The lines to print, or none of them: all. */
static char **wanted;
static char next[1 << 18];

/* A line is one of WORD when no part of a word is left over. */
static bool
begins(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncmp(line, word, len) == 0 && strchr(" =", line[len]) != NULL;
}

static void
show_line(void)
{
	const char *c;
	char **w;

	for (w = wanted; *w != NULL && !begins(next, *w); w++)
		continue;
	for (c = next; *c != '\0' && (*w != NULL || wanted[0] == NULL); c++) {
		if (*c == '\n')
			fputs("\\n", stdout);
		else
			putchar(*c);
	}
	if (c != next)
		putchar('\n');
	next[0] = '\0';
}

/* Adds to the line that comes next. */
__attribute__((format(printf, 1, 2))) static void
add(const char *format, ...)
{
	size_t len = strlen(next);
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(next + len, sizeof(next) - len, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(next) - len)
		errx(CHILD_BROKEN, "state: a line is too long");
}

/* Adds the last of it, and shows it if it is wanted. */
#define END(...) (add(__VA_ARGS__), show_line())

/* The rest of the line "NAME:" in the status of a process, without blanks
 * around it; "?" where there is no such line. */
static const char *
status_of(pid_t pid, const char *name)
{
	static char line[1024];
	char path[64], *value = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return "?";
	while (value == NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0 &&
		    line[strlen(name)] == ':')
			value = line + strlen(name) + 1;
	fclose(f);
	if (value == NULL)
		return "?";
	value[strcspn(value, "\n")] = '\0';
	return value + strspn(value, " \t");
}

static void
show_ids(void)
{
	unsigned e, r, s;

	if (getresuid(&r, &e, &s) == -1)
		err(CHILD_BROKEN, "getresuid");
	END("uid %u %u %u", r, e, s);
	if (getresgid(&r, &e, &s) == -1)
		err(CHILD_BROKEN, "getresgid");
	END("gid %u %u %u", r, e, s);
}

static void
show_groups(void)
{
	static gid_t group[65536];
	int i, n = getgroups(65536, group);

	if (n == -1)
		err(CHILD_BROKEN, "getgroups");
	add("groups");
	for (i = 0; i < n; i++)
		add(" %u", group[i]);
	END("%s", "");
}

static void
show_caps(void)
{
	static const char *const sets[] = {
	    "CapInh", "CapPrm", "CapEff", "CapAmb"};
	size_t i;

	add("caps");
	for (i = 0; i < 4; i++)
		add(" %s", status_of(getpid(), sets[i]));
	END("%s", "");
}

/* Whether any way leads back to root's user or group, or the groups can
 * be chosen. */
static bool
regained(void)
{
	return setuid(0) == 0 || setreuid(0, 0) == 0 ||
	    setresuid((uid_t)-1, 0, (uid_t)-1) == 0 || setgid(0) == 0 ||
	    setresgid((gid_t)-1, 0, (gid_t)-1) == 0 || setgroups(0, NULL) == 0;
}

/* Tried by a process that then ends. */
static void
show_regain(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == -1) {
		END("regain ? %s", strerror(errno));
		return;
	}
	if (pid == 0)
		_exit(regained() ? 1 : 0);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			err(CHILD_BROKEN, "waitpid");
	END("regain %s", status == 0 ? "no" : "yes");
}

/* Ours, our parent's or another's. */
static const char *
whose(pid_t id, pid_t parents)
{
	if (id == getpid())
		return "own";
	return id == parents ? "parent" : "other";
}

static void
show_process(void)
{
	pid_t parent = getppid();

	END("pid %ld", (long)getpid());
	END("ppid %ld %s", (long)parent, status_of(parent, "Name"));
	END("pgrp %ld %s", (long)getpgrp(), whose(getpgrp(), getpgid(parent)));
	END("sid %ld %s", (long)getsid(0), whose(getsid(0), getsid(parent)));
	END("tracer %s", status_of(getpid(), "TracerPid"));
}

static void
show_files(void)
{
	char dir[PATH_MAX];
	mode_t mask = umask(0);

	umask(mask);
	END("umask %04o", (unsigned)mask);
	if (getcwd(dir, sizeof(dir)) == NULL)
		END("cwd ? %s", strerror(errno));
	else
		END("cwd %s", dir);
}

static void
show_sched(void)
{
	int policy = sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
	static const char *const names[] = {
	    [SCHED_OTHER] = "other",
	    [SCHED_FIFO] = "fifo",
	    [SCHED_RR] = "rr",
	    [SCHED_BATCH] = "batch",
	    [SCHED_IDLE] = "idle",
	};
	struct sched_param param;

	END("nice %d", getpriority(PRIO_PROCESS, 0));
	if (sched_getparam(0, &param) == -1)
		err(CHILD_BROKEN, "sched_getparam");
	if (policy < 0 || policy > SCHED_IDLE || names[policy] == NULL)
		END("sched %d %d", policy, param.sched_priority);
	else
		END("sched %s %d", names[policy], param.sched_priority);
}

/* The kernel's IOPRIO_WHO_PROCESS is 1; the class begins at bit 13. */
static void
show_ionice(void)
{
	static const char *const names[] = {
	    "none", "realtime", "best-effort", "idle"};
	long prio = syscall(SYS_ioprio_get, 1, 0);

	if (prio == -1)
		END("ionice ? %s", strerror(errno));
	else
		END("ionice %s %ld", names[prio >> 13 & 3], prio & 7);
}

static void
show_affinity(void)
{
	END("affinity %s", status_of(getpid(), "Cpus_allowed_list"));
}

static void
add_limit(const char *before, rlim_t value)
{
	if (value == RLIM_INFINITY)
		add("%sunlimited", before);
	else
		add("%s%ju", before, (uintmax_t)value);
}

static void
show_limits(void)
{
	static const char *const names[] = {
	    [RLIMIT_AS] = "as",
	    [RLIMIT_CORE] = "core",
	    [RLIMIT_CPU] = "cpu",
	    [RLIMIT_DATA] = "data",
	    [RLIMIT_FSIZE] = "fsize",
	    [RLIMIT_LOCKS] = "locks",
	    [RLIMIT_MEMLOCK] = "memlock",
	    [RLIMIT_MSGQUEUE] = "msgqueue",
	    [RLIMIT_NICE] = "nice",
	    [RLIMIT_NOFILE] = "nofile",
	    [RLIMIT_NPROC] = "nproc",
	    [RLIMIT_RSS] = "rss",
	    [RLIMIT_RTPRIO] = "rtprio",
	    [RLIMIT_RTTIME] = "rttime",
	    [RLIMIT_SIGPENDING] = "sigpending",
	    [RLIMIT_STACK] = "stack",
	};
	struct rlimit l;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (prlimit(0, i, NULL, &l) == -1)
			err(CHILD_BROKEN, "%s", names[i]);
		add("limit %s", names[i]);
		add_limit(" ", l.rlim_cur);
		add_limit(":", l.rlim_max);
		END("%s", "");
	}
}

/* As the kernel tells it: the C library hides some from us. */
static void
show_signal_set(const char *word, const char *name)
{
	unsigned long long set = strtoull(status_of(getpid(), name), NULL, 16);
	int sig;

	add("%s", word);
	for (sig = 1; sig <= 64; sig++)
		if (set >> (sig - 1) & 1)
			add(" %s", child_signal_name(sig));
	END("%s", "");
}

static void
show_signals(void)
{
	show_signal_set("blocked", "SigBlk");
	show_signal_set("ignored", "SigIgn");
	show_signal_set("caught", "SigCgt");
}

static void
show_prctl(void)
{
	int sig = 0;

	END("no-new-privs %d", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	if (prctl(PR_GET_PDEATHSIG, &sig) == -1)
		err(CHILD_BROKEN, "PR_GET_PDEATHSIG");
	END("pdeathsig %s", sig == 0 ? "none" : child_signal_name(sig));
}

/* The one that the directory is read by is closed when they are shown. */
static void
show_fds(void)
{
	char path[300], target[4096];
	struct dirent **list;
	int i, n = scandir("/proc/self/fd", &list, NULL, versionsort);
	ssize_t len;

	if (n == -1)
		err(CHILD_BROKEN, "/proc/self/fd");
	for (i = 0; i < n; i++) {
		snprintf(
		    path, sizeof(path), "/proc/self/fd/%s", list[i]->d_name);
		len = readlink(path, target, sizeof(target) - 1);
		if (len != -1 && list[i]->d_name[0] != '.') {
			target[len] = '\0';
			END("fd %s %s", list[i]->d_name, target);
		}
		free(list[i]);
	}
	free(list);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted; what is not NAME=VALUE and what is there twice, too. */
static void
show_env(void)
{
	size_t i, n = 0;

	while (environ[n] != NULL)
		n++;
	if (n > 0)
		qsort(environ, n, sizeof(environ[0]), by_text);
	for (i = 0; i < n; i++)
		END("env %s", environ[i]);
}

int
child_state(int argc, char **argv)
{
	static void (*const show[])(void) = {show_ids, show_groups, show_caps,
	    show_regain, show_process, show_files, show_sched, show_ionice,
	    show_affinity, show_limits, show_signals, show_prctl, show_fds,
	    show_env};
	size_t i;

	(void)argc;
	wanted = argv + 1;
	for (i = 0; i < sizeof(show) / sizeof(show[0]); i++)
		show[i]();
	fflush(stdout);
	return ferror(stdout) ? CHILD_BROKEN : 0;
}
