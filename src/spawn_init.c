/* SPDX-License-Identifier: ISC */
/*
 * What the options of mp-spawn name is looked up before anything starts:
 * users, files, limits.
 */
#include "config.h"

#include "spawn_copy.h"

#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "copies.h"
#include "io.h"
#include "prog.h"

/* Descriptors that we need besides those of the copies. */
#define NOFILE_OURS 64

static int
add_change(void *arg, const char *text)
{
	struct spawn *s = arg;
	char **more, *copy = strdup(text);

	more = reallocarray(s->change, s->nchange + 1, sizeof(more[0]));
	if (more != NULL)
		s->change = more;
	if (more == NULL || copy == NULL) {
		free(copy);
		return -1;
	}
	s->change[s->nchange++] = copy;
	s->env_varies |= spawn_varies(text);
	return 0;
}

static int
init_changes(struct spawn *s)
{
	const struct spawn_opts *o = s->opts;
	const struct spawn_change *c;
	struct buf why = BUF_INIT;
	size_t i;

	for (i = 0; i < o->nchange; i++) {
		c = &o->change[i];
		if (!c->file && add_change(s, c->text) == 0)
			continue;
		if (c->file && envlist_file(c->text, add_change, s, &why) == 0)
			continue;
		if (buf_len(&why) == 0)
			(void)buf_adds(&why, strerror(ENOMEM));
		(void)buf_addc(&why, '\0');
		(void)spawn_complain(s, c->file ? "--env-file" : "--env",
		    c->text, buf_data(&why));
		buf_free(&why);
		return -1;
	}
	return 0;
}

static int
init_env(struct spawn *s)
{
	const struct spawn_opts *o = s->opts;
	size_t i;
	int rc = 0;

	envlist_init(&s->base);
	envlist_init(&s->env);
	for (i = 0; rc == 0 && i < o->keep.n; i++)
		rc = envlist_keep(&s->base, environ, o->keep.v[i]);
	if (o->keep.n == 0 && !o->ignore_env)
		rc = envlist_keep(&s->base, environ, NULL);
	for (i = 0; rc == 0 && i < o->unset.n; i++)
		rc = envlist_unset(&s->base, o->unset.v[i]);
	if (rc == -1)
		return spawn_complain(s, "environment", NULL, strerror(errno));
	return init_changes(s);
}

/* Whether the output of the copies goes through pipes. */
static bool
has_pipes(const struct spawn *s)
{
	return s->opts->tag ||
	    (s->n > 1 && !s->opts->raw && s->opts->wait != COPIES_NONE);
}

/* The pipes of many copies are more than we may have: then we take what we
 * can get, and the copies what we had. */
static void
raise_nofile(struct spawn *s)
{
	struct rlim *keep = &s->limit[s->nlimit];
	rlim_t need = (rlim_t)(2 * s->n + NOFILE_OURS);
	struct rlimit r;
	size_t i;

	if (!has_pipes(s) || getrlimit(RLIMIT_NOFILE, &r) == -1 ||
	    r.rlim_cur == RLIM_INFINITY || r.rlim_cur >= need)
		return;
	*keep = (struct rlim){RLIMIT_NOFILE, r, true, true};
	r.rlim_cur = need < r.rlim_max ? need : r.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &r);
	for (i = 0; i < s->nlimit; i++)
		if (s->limit[i].resource == RLIMIT_NOFILE)
			return;
	s->nlimit++;
}

static int
init_state(struct spawn *s)
{
	const struct spawn_opts *o = s->opts;
	struct state *st = &s->state;
	struct state_blame blame;
	struct buf why = BUF_INIT;

	s->nlimit = o->state.limit_text.n;
	s->limit = calloc(s->nlimit + 1, sizeof(s->limit[0]));
	if (s->limit == NULL)
		return spawn_complain(s, "--limit", NULL, strerror(errno));
	if (state_opts_make(&o->state, st, s->limit, &blame, &why) == -1) {
		if (buf_addc(&why, '\0') == 0)
			(void)spawn_complain(
			    s, blame.option, blame.value, buf_data(&why));
		buf_free(&why);
		return -1;
	}
	raise_nofile(s);
	st->nlimits = s->nlimit;
	st->set_sched = o->sched_text != NULL;
	st->policy = o->policy;
	st->priority = o->priority;
	st->io = o->io;
	if (o->cpus_text == NULL)
		return 0;
	st->cpus = &s->cpus;
	s->cpus = o->cpus;
	if (o->spread && cpulist_usable(&s->usable) == -1)
		return spawn_complain(
		    s, "--affinity", o->cpus_text, strerror(errno));
	return 0;
}

/* A descriptor for all copies, or -1. */
static int
open_all(struct spawn *s, const char *what, const char *name, int *fd)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;

	if (name == NULL || spawn_varies(name))
		return 0;
	*fd = open(name, flags, 0666);
	if (*fd == -1)
		return spawn_complain(s, what, name, strerror(errno));
	return 0;
}

static int
check_fds(const struct spawn *s)
{
	const struct spawn_fd *f;
	char number[16];
	size_t i;

	for (i = 0; i < s->opts->nfd; i++) {
		f = &s->opts->fd[i];
		if (f->path != NULL || fcntl(f->fd, F_GETFD) != -1)
			continue;
		(void)snprintf(number, sizeof(number), "%d", f->fd);
		return spawn_complain(s, "--fd", number, strerror(errno));
	}
	return 0;
}

static int
init_fds(struct spawn *s)
{
	const struct spawn_opts *o = s->opts;

	if (s->n > 1 && !o->raw && o->in == NULL) {
		s->null = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (s->null == -1)
			return spawn_complain(
			    s, "/dev/null", NULL, strerror(errno));
	}
	if (o->mode == SPAWN_PRINT)
		return 0;
	if (open_all(s, "--out", o->out, &s->out) == -1)
		return -1;
	if (o->out != NULL && o->err != NULL && strcmp(o->out, o->err) == 0)
		return 0;
	return open_all(s, "--err", o->err, &s->err);
}

int
spawn_init(struct spawn *s, const struct spawn_opts *o)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->opts = o;
	s->n = (size_t)o->copies;
	s->no = s->n; /* none yet */
	s->state = (struct state)STATE_INIT;
	s->null = s->out = s->err = -1;
	for (i = 0; o->command[i] != NULL; i++)
		s->argv_varies |= spawn_varies(o->command[i]);
	if (check_fds(s) == -1 || spawn_names(s) == -1 || init_env(s) == -1 ||
	    init_state(s) == -1)
		return -1;
	return init_fds(s);
}

void
spawn_free(struct spawn *s)
{
	size_t i;

	spawn_forget(s);
	for (i = 0; i < s->nchange; i++)
		free(s->change[i]);
	free(s->change);
	free(s->limit);
	envlist_free(&s->base);
	ident_free(&s->state.ident);
	io_close(&s->null);
	io_close(&s->out);
	io_close(&s->err);
}

void
spawn_say_fault(const struct spawn *s, int err)
{
	const struct spawn_opts *o = s->opts;
	struct state_blame b = state_opts_fault(&o->state, &s->fault);
	const char *why = strerror(err);

	if (s->fault.step == STATE_SCHED)
		b = (struct state_blame){"--sched", o->sched_text};
	else if (s->fault.step == STATE_IONICE)
		b = (struct state_blame){"--ionice", o->ionice_text};
	else if (s->fault.step == STATE_AFFINITY)
		b = (struct state_blame){"--affinity", o->cpus_text};
	else if (s->fault.step == STATE_DIRECTORY)
		b.value = s->dir;
	if (s->fault.step == STATE_AFFINITY && err == EINVAL)
		why = "no such CPU, or not to be used";
	if (b.option != NULL)
		(void)spawn_complain(s, b.option, b.value, why);
}
