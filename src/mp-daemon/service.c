/* SPDX-License-Identifier: ISC */
/*
 * A service: what is looked up before anything starts, and what its process
 * is to get.
 */
#include "config.h"

#include "service.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "files.h"
#include "io.h"
#include "quote.h"

#define START_TIMEOUT (90 * DUR_SECOND)
#define SHOWN_MAX 80

void
service_opts_init(struct service_opts *o)
{
	struct buf why = BUF_INIT;

	memset(o, 0, sizeof(*o));
	o->state.umask = -1;
	o->start_timeout = START_TIMEOUT;
	o->restart = restart_default;
	o->reload = SIGHUP;
	o->ready.kind = READY_EXEC;
	(void)schedule_parse("TERM/10/KILL/5", SIGTERM, &o->schedule, &why);
	buf_free(&why);
}

void
service_opts_free(struct service_opts *o)
{
	free(o->env.v);
	state_opts_free(&o->state);
}

static int
fail(struct buf *why, const char *what, int error)
{
	(void)buf_addf(why, "%s: %s", what, strerror(error));
	return -1;
}

static int
init_env(struct service *s, struct buf *why)
{
	size_t i;
	int rc;

	envlist_init(&s->env);
	rc = envlist_keep(&s->env, environ, NULL);
	for (i = 0; rc == 0 && i < s->o->env.n; i++)
		rc = envlist_put(&s->env, s->o->env.v[i]);
	return rc == 0 ? 0 : fail(why, "environment", errno);
}

/* "option: 'value': reason". Returns -1. */
static int
blame(struct buf *why, struct state_blame b, const char *reason)
{
	(void)buf_addf(why, "%s: ", b.option == NULL ? "state" : b.option);
	if (b.value != NULL) {
		(void)quote_visible(why, b.value, strlen(b.value), SHOWN_MAX);
		(void)buf_adds(why, ": ");
	}
	(void)buf_adds(why, reason);
	return -1;
}

static int
init_state(struct service *s, struct buf *why)
{
	const struct state_opts *o = &s->o->state;
	struct buf reason = BUF_INIT;
	struct state_blame whom;
	mode_t ours = umask(0);
	int rc;

	(void)umask(ours);
	s->state = (struct state)STATE_INIT;
	s->limit = calloc(o->limit_text.n + 1, sizeof(s->limit[0]));
	if (s->limit == NULL)
		return fail(why, "--limit", errno);
	rc = state_opts_make(o, &s->state, s->limit, &whom, &reason);
	if (rc == -1 && buf_addc(&reason, '\0') == 0)
		(void)blame(why, whom, buf_data(&reason));
	buf_free(&reason);
	s->state.dir = o->dir;
	/* The supervisor has a mask of its own. */
	if (!s->state.set_umask)
		s->state.umask = ours;
	s->state.set_umask = true;
	return rc;
}

/* The name of the log that others find it by. */
static int
init_log_name(struct service *s, struct buf *why)
{
	struct buf b = BUF_INIT;
	char *cwd = NULL;
	int rc = 0;

	if (*s->o->log != '/') {
		cwd = getcwd(NULL, 0);
		rc = cwd == NULL ? -1 : buf_addf(&b, "%s/", cwd);
	}
	free(cwd);
	if (rc == 0)
		rc = buf_add(&b, s->o->log, strlen(s->o->log) + 1);
	if (rc == -1) {
		buf_free(&b);
		return fail(why, s->o->log, errno);
	}
	s->log = buf_data(&b); /* nothing was dropped: it is an allocation */
	s->o->logs.file.path = s->log;
	return 0;
}

static int
init_output(struct service *s, struct buf *why)
{
	struct service_opts *o = s->o;
	bool ours = o->log == NULL ? !s->background : strcmp(o->log, "-") == 0;

	s->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (s->null == -1)
		return fail(why, "/dev/null", errno);
	o->logs.stamp = o->stamp;
	o->logs.program = getprogname();
	s->captured = o->logs.file.max != 0 || o->logs.command != NULL ||
	    o->stamp || o->ready.kind == READY_LOG;
	if (o->log != NULL && !ours && init_log_name(s, why) == -1)
		return -1;
	if (!ours || !s->background)
		return 0;
	s->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	s->err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (s->out == -1 || s->err == -1)
		return fail(why, "--log -", errno);
	return 0;
}

int
service_init(struct service *s, pid_t parent, struct buf *why)
{
	struct service_opts *o = s->o;

	s->null = s->out = s->err = -1;
	s->main[MAINS_BOUND].fd = s->main[MAINS_SCRIPT].fd = -1;
	s->log = NULL;
	if (init_env(s, why) == -1 || init_state(s, why) == -1 ||
	    init_output(s, why) == -1)
		return -1;
	return mains_find(s->main, o->bind ? &o->bind_pid : NULL, parent, why);
}

void
service_free(struct service *s)
{
	envlist_free(&s->env);
	ident_free(&s->state.ident);
	free(s->limit);
	free(s->log);
	mains_free(s->main);
	io_close(&s->null);
	io_close(&s->out);
	io_close(&s->err);
}

static int
cannot_run(const struct service *s, int error, struct buf *why)
{
	(void)buf_adds(why, "failed to run command ");
	(void)quote_visible(why, s->argv[0], strlen(s->argv[0]), PATH_MAX);
	(void)buf_addf(why, ": %s", strerror(error));
	return (int)proc_status(error);
}

/* What a start has failed of. */
static int
say_fault(
    const struct service *s, enum proc_step step, int error, struct buf *why)
{
	struct state_blame whom = {"cannot start", NULL};

	switch (step) {
	case PROC_STEP_EXEC:
		return cannot_run(s, error, why);
	case PROC_STEP_STATE:
		whom = state_opts_fault(&s->o->state, &s->fault);
		break;
	case PROC_STEP_SETUP:
		whom.option = "cannot set up";
		break;
	case PROC_STEP_START:
		break;
	}
	(void)blame(why, whom, strerror(error));
	return MP_TOOL_FAILED;
}

static void
add_fd(struct proc_spec *spec, int from, int to)
{
	if (from != -1 && !proc_names_fd(spec, to))
		spec->fds[spec->nfds++] = (struct proc_fd){from, to};
}

/* Descriptors 0 to 2, but for those that the spec names already. In the
 * foreground they are ours where nothing else is said. */
static void
add_standard(struct service *s, struct proc_spec *spec, int log)
{
	bool ours = log == -1 && s->o->log == NULL && !s->background;

	if (s->background)
		add_fd(spec, s->null, STDIN_FILENO);
	add_fd(spec, log, STDOUT_FILENO);
	add_fd(spec, log, STDERR_FILENO);
	add_fd(spec, s->out, STDOUT_FILENO);
	add_fd(spec, s->err, STDERR_FILENO);
	if (ours || !s->background)
		return;
	add_fd(spec, s->null, STDOUT_FILENO);
	add_fd(spec, s->null, STDERR_FILENO);
}

/* A name with a slash is for exec to find, from the new directory. */
static char *
find_command(const struct service *s)
{
	return strchr(s->argv[0], '/') != NULL
	    ? strdup(s->argv[0])
	    : proc_find_in(envlist_get(&s->env, "PATH"), s->argv[0]);
}

static int
start(struct service *s, struct proc_spec *spec, pid_t *pid, int *error,
    struct buf *why)
{
	enum proc_step step;

	spec->method = PROC_VFORK;
	spec->argv = s->argv;
	spec->envp = s->env.var;
	spec->group = PROC_OWN_SESSION;
	spec->death_signal = SIGKILL;
	spec->all_default = true;
	spec->state = &s->state;
	spec->fault = &s->fault;
	if (proc_start(spec, pid, &step) == 0)
		return MP_OK;
	*error = errno;
	return say_fault(s, step, *error, why);
}

int
service_start(struct service *s, struct proc_spec *spec, pid_t *pid, int *error,
    struct buf *why)
{
	bool to_file = s->log != NULL && !s->captured;
	char *path = find_command(s);
	int log = -1, status;

	if (path == NULL) {
		*error = errno;
		return cannot_run(s, *error, why);
	}
	if (to_file)
		log = logfile_open_at(AT_FDCWD, s->log);
	if (to_file && log == -1) {
		*error = errno;
		(void)buf_addf(why, "%s: %s", s->log, files_why(*error));
		status = MP_TOOL_FAILED;
	} else {
		add_standard(s, spec, log);
		spec->path = path;
		status = start(s, spec, pid, error, why);
	}
	io_close(&log);
	free(path);
	return status;
}
