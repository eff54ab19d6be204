/* SPDX-License-Identifier: ISC */
/*
 * mp-daemon main: runs a command below which services are started. At its
 * end those that are bound are stopped, and the others waited for.
 */
#include "config.h"

#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "envlist.h"
#include "io.h"
#include "loop.h"
#include "mains.h"
#include "place.h"
#include "proc.h"
#include "prog.h"
#include "sig.h"
#include "status.h"
#include "tree.h"
#include "verbs.h"

/* A service that is waited for. */
struct waited {
	struct script *script;
	struct loop_fd supervisor;
	TAILQ_ENTRY(waited) link;
};

struct script {
	struct job *job;
	struct loop loop;
	struct tree tree;
	struct loop_child child;
	struct procid self;
	bool group; /* it leads a process group */
	bool running;
	int status; /* as wait(2) gives it */
	bool asked; /* to end */
	int signo; /* has ended the waiting */
	TAILQ_HEAD(, waited) waited;
};

/* It may have ended, and we do not know yet. */
static bool
is_there(const struct script *s)
{
	siginfo_t si = {.si_pid = 0};

	return s->running &&
	    (waitid(P_PID, (id_t)s->child.pid, &si,
		 WEXITED | WNOHANG | WNOWAIT) == -1 ||
		si.si_pid == 0);
}

/* What is to end us is for the script, the second time as KILL; without a
 * script it ends the waiting. */
static void
on_signal(void *arg, const struct loop_signal *sig)
{
	struct script *s = arg;
	int signo = sig->signo;
	bool end = signo == SIGHUP || signo == SIGINT || signo == SIGQUIT ||
	    signo == SIGTERM;

	if (!is_there(s)) {
		if (end && s->signo == 0)
			s->signo = signo;
		return;
	}
	if (end && s->asked)
		signo = SIGKILL;
	s->asked |= end;
	/* A key on the terminal has reached it as well as us. */
	if (signo == SIGKILL || s->group || !sig->from_kernel)
		(void)kill(s->group ? -s->child.pid : s->child.pid, signo);
}

static void
has_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct script *s = c->arg;

	(void)ru;
	s->running = false;
	s->status = status;
}

static void
forget(struct waited *w)
{
	struct script *s = w->script;

	loop_fd_del(&s->loop, &w->supervisor);
	io_close(&w->supervisor.fd);
	TAILQ_REMOVE(&s->waited, w, link);
	free(w);
}

static void
supervisor_ended(struct loop_fd *fd, short revents)
{
	(void)revents;
	forget(fd->arg);
}

static int
wait_for(struct script *s, const struct rundir *r)
{
	struct waited *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return -1;
	w->script = s;
	w->supervisor = (struct loop_fd){.fd = ask_supervisor(r),
	    .events = POLLIN,
	    .cb = supervisor_ended,
	    .arg = w};
	TAILQ_INSERT_TAIL(&s->waited, w, link);
	if (w->supervisor.fd != -1 &&
	    loop_fd_add(&s->loop, &w->supervisor) == 0)
		return 0;
	forget(w);
	return -1;
}

/* Whether it was started below us. */
static bool
is_ours(const struct script *s, const struct rundir *r)
{
	struct procid id;

	return procid_read(r->dir, "main", &id) == 0 && id.pid == s->self.pid &&
	    id.start == s->self.start && rundir_busy(r) == 1;
}

/* One service: a bound one is to stop now. That it has stopped already, or
 * does so by itself, is no error. */
static void
look_at(struct script *s, const char *name)
{
	struct buf why = BUF_INIT;
	struct rundir r;
	struct ask ask;

	if (rundir_open(&r, s->job->root, name, false, &why) == 0 &&
	    is_ours(s, &r) && wait_for(s, &r) == 0 &&
	    faccessat(r.dir, "bound", F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		(void)ask_begin(&ask, &r, "stop");
		ask_close(&ask);
	}
	rundir_close(&r);
	buf_free(&why);
}

static void
look_at_all(struct script *s)
{
	int fd = openat(s->job->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *d;
	DIR *dir;

	dir = fd == -1 ? NULL : fdopendir(fd);
	if (dir == NULL) {
		io_close(&fd);
		return;
	}
	while ((d = readdir(dir)) != NULL)
		if (place_name_ok(d->d_name))
			look_at(s, d->d_name);
	(void)closedir(dir);
}

/* Until none is left, or a signal wants no more of it. */
static int
see_to_services(struct script *s)
{
	do {
		look_at_all(s);
		if (TAILQ_EMPTY(&s->waited))
			return 0;
		while (!TAILQ_EMPTY(&s->waited) && s->signo == 0)
			if (loop_step(&s->loop, LOOP_NEVER) == -1)
				return -1;
	} while (s->signo == 0);
	return 0;
}

static int
start(struct script *s)
{
	struct proc_spec spec = {.method = PROC_VFORK,
	    .argv = s->job->command,
	    .group = s->group ? PROC_OWN_GROUP : PROC_SAME_GROUP,
	    .death_signal = SIGKILL};
	struct buf self = BUF_INIT;
	struct envlist env;
	enum proc_step step;
	char *path = NULL;
	int rc = -1;

	envlist_init(&env);
	if (buf_adds(&self, MAINS_VARIABLE "=") == 0 &&
	    mains_text(&self) == 0 && procid_of(getpid(), &s->self) == 0 &&
	    envlist_keep(&env, environ, NULL) == 0 &&
	    envlist_put(&env, buf_data(&self)) == 0)
		path = proc_find(s->job->command[0]);
	if (path != NULL) {
		spec.path = path;
		spec.envp = env.var;
		rc = proc_start(&spec, &s->child.pid, &step);
	}
	free(path);
	envlist_free(&env);
	buf_free(&self);
	return rc;
}

static int
run(struct script *s)
{
	const char *command = s->job->command[0];

	if (start(s) == -1) {
		(void)prog_complain(command, strerror(errno));
		return (int)proc_status(errno);
	}
	s->running = true;
	s->child.cb = has_ended;
	s->child.arg = s;
	loop_child_add(&s->loop, &s->child);
	while (s->running)
		if (loop_step(&s->loop, LOOP_NEVER) == -1)
			return prog_complain(command, strerror(errno));
	if (see_to_services(s) == -1)
		return prog_complain(command, strerror(errno));
	while (!TAILQ_EMPTY(&s->waited))
		forget(TAILQ_FIRST(&s->waited));
	if (s->signo != 0)
		return -s->signo;
	return WIFSIGNALED(s->status) ? -WTERMSIG(s->status)
				      : WEXITSTATUS(s->status);
}

int
verb_main(struct job *job)
{
	struct script s = {.job = job, .group = !isatty(STDIN_FILENO)};
	int sigs[NSIG], status;
	size_t n = sig_terminating(sigs);

	TAILQ_INIT(&s.waited);
	if (tree_init(&s.tree) == -1 ||
	    loop_init(&s.loop, sigs, n, on_signal, &s) == -1)
		return prog_complain(job->command[0], strerror(errno));
	status = run(&s);
	loop_free(&s.loop);
	tree_free(&s.tree);
	return status;
}
