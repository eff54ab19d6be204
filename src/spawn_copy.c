/* SPDX-License-Identifier: ISC */
/*
 * What a copy is: its name, arguments, environment and descriptors. What
 * does not vary from copy to copy is made once.
 */
#include "config.h"

#include "spawn_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "prog.h"
#include "quote.h"

#define SHOWN_MAX 80

int
spawn_complain(
    const struct spawn *s, const char *what, const char *value, const char *why)
{
	struct buf text = BUF_INIT;

	if (s->n > 1 && s->no < s->n)
		(void)buf_addf(&text, "copy %s: ", s->name[s->no]);
	(void)buf_adds(&text, what);
	if (value != NULL) {
		(void)buf_adds(&text, ": ");
		(void)quote_visible(&text, value, strlen(value), SHOWN_MAX);
	}
	if (buf_addc(&text, '\0') == 0)
		(void)prog_complain(buf_data(&text), why);
	else
		(void)prog_complain(what, why);
	buf_free(&text);
	return -1;
}

bool
spawn_varies(const char *text)
{
	return text != NULL && strstr(text, "{}") != NULL;
}

char *
spawn_expand(const struct spawn *s, const char *text, size_t i)
{
	struct buf b = BUF_INIT;
	const char *next;

	while ((next = strstr(text, "{}")) != NULL) {
		if (buf_add(&b, text, (size_t)(next - text)) == -1 ||
		    buf_addf(&b, "%jd",
			(intmax_t)s->opts->first + (intmax_t)i) == -1)
			break;
		text = next + 2;
	}
	if (next != NULL || buf_add(&b, text, strlen(text) + 1) == -1) {
		buf_free(&b);
		return NULL;
	}
	return buf_data(&b); /* nothing was dropped: it is an allocation */
}

static int
no_memory(const struct spawn *s)
{
	return spawn_complain(s, "cannot start", NULL, strerror(ENOMEM));
}

/* Names. */

int
spawn_names(struct spawn *s)
{
	const char *slash = strrchr(s->opts->command[0], '/');
	const char *base = slash == NULL ? s->opts->command[0] : slash + 1;
	struct buf tmpl = BUF_INIT;
	size_t i;

	s->name = calloc(s->n, sizeof(s->name[0]));
	if (s->name == NULL ||
	    buf_adds(&tmpl, s->opts->name != NULL ? s->opts->name : base) ==
		-1 ||
	    (s->opts->name == NULL && s->n > 1 &&
		buf_adds(&tmpl, "-{}") == -1) ||
	    buf_addc(&tmpl, '\0') == -1)
		return no_memory(s);
	for (i = 0; i < s->n; i++) {
		s->name[i] = spawn_expand(s, buf_data(&tmpl), i);
		if (s->name[i] == NULL)
			return no_memory(s);
	}
	buf_free(&tmpl);
	return 0;
}

/* The environment. */

static int
put_change(struct spawn *s, const char *change, size_t i)
{
	char *text = spawn_expand(s, change, i);
	int rc;

	if (text == NULL)
		return -1;
	rc = envlist_put(&s->env, text);
	free(text);
	return rc;
}

static int
put_number(struct envlist *env, const char *name, intmax_t number)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%s=%jd", name, number);
	return envlist_put(env, text);
}

static int
make_env(struct spawn *s, size_t i)
{
	struct buf name = BUF_INIT;
	size_t k;
	int rc;

	if (!s->env_made || s->env_varies) {
		s->env_made = true;
		envlist_free(&s->env);
		envlist_init(&s->env);
		if (envlist_keep(&s->env, s->base.var, NULL) == -1)
			return -1;
		for (k = 0; k < s->nchange; k++)
			if (put_change(s, s->change[k], i) == -1)
				return -1;
	}
	if (put_number(&s->env, "MP_INDEX", s->opts->first + (intmax_t)i) ==
		-1 ||
	    put_number(&s->env, "MP_COUNT", (intmax_t)s->n) == -1 ||
	    buf_addf(&name, "MP_NAME=%s", s->name[i]) == -1 ||
	    buf_addc(&name, '\0') == -1)
		return -1;
	rc = envlist_put(&s->env, buf_data(&name));
	buf_free(&name);
	return rc;
}

/* The command. */

static void
free_argv(struct spawn *s)
{
	size_t i;

	for (i = 0; s->argv != NULL && s->argv[i] != NULL; i++)
		free(s->argv[i]);
	free(s->argv);
	s->argv = NULL;
}

static int
make_argv(struct spawn *s, size_t i)
{
	size_t n = 0, k;

	if (s->argv != NULL && !s->argv_varies)
		return 0;
	free_argv(s);
	while (s->opts->command[n] != NULL)
		n++;
	s->argv = calloc(n + 1, sizeof(s->argv[0]));
	for (k = 0; s->argv != NULL && k < n; k++) {
		s->argv[k] = spawn_expand(s, s->opts->command[k], i);
		if (s->argv[k] == NULL)
			return -1;
	}
	return s->argv == NULL ? -1 : 0;
}

/* A name with a slash is for exec to find, from the new directory. */
static void
make_path(struct spawn *s)
{
	if (s->path != NULL && !s->argv_varies && !s->env_varies)
		return;
	free(s->path);
	s->path = strchr(s->argv[0], '/') != NULL
	    ? strdup(s->argv[0])
	    : proc_find_in(envlist_get(&s->env, "PATH"), s->argv[0]);
	s->path_error = s->path == NULL ? errno : 0;
}

/* Descriptors. */

/* One that is open for this copy only; or -1, and it was told. */
static int
open_one(struct spawn *s, const char *what, const char *name, int flags)
{
	char *path = spawn_expand(s, name, s->no);
	int fd;

	if (path == NULL)
		return no_memory(s);
	fd = open(path, flags | O_CLOEXEC, 0666);
	if (fd == -1 && flags == O_RDWR)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		(void)spawn_complain(s, what, path, strerror(errno));
	else
		s->opened[s->nopened++] = fd;
	free(path);
	return fd;
}

static int
add_fd(struct proc_spec *spec, int from, int to)
{
	if (from == -1)
		return -1;
	spec->fds[spec->nfds++] = (struct proc_fd){from, to};
	return 0;
}

static int
make_output(struct spawn *s, struct proc_spec *spec)
{
	const struct spawn_opts *o = s->opts;
	const int flags = O_WRONLY | O_CREAT | O_TRUNC;
	int out = s->out, err = s->err;

	if (o->out != NULL && out == -1)
		out = open_one(s, "--out", o->out, flags);
	if (o->out != NULL && add_fd(spec, out, STDOUT_FILENO) == -1)
		return -1;
	if (o->err == NULL)
		return 0;
	if (o->out != NULL && strcmp(o->out, o->err) == 0)
		err = out;
	else if (err == -1)
		err = open_one(s, "--err", o->err, flags);
	return add_fd(spec, err, STDERR_FILENO);
}

static int
make_fds(struct spawn *s, struct proc_spec *spec)
{
	const struct spawn_opts *o = s->opts;
	const struct spawn_fd *f;
	size_t k;
	int fd;

	for (k = 0; k < o->nfd; k++) {
		f = &o->fd[k];
		fd = f->path == NULL ? f->fd
				     : open_one(s, "--fd", f->path, O_RDWR);
		if (add_fd(spec, fd, f->fd) == -1)
			return -1;
	}
	if (o->in != NULL &&
	    add_fd(spec, open_one(s, "--in", o->in, O_RDONLY), STDIN_FILENO) ==
		-1)
		return -1;
	if (s->null != -1 && !proc_names_fd(spec, STDIN_FILENO))
		(void)add_fd(spec, s->null, STDIN_FILENO);
	/* --print makes no files. */
	return o->mode == SPAWN_PRINT ? 0 : make_output(s, spec);
}

static int
make_state(struct spawn *s, size_t i)
{
	free(s->dir);
	s->dir = NULL;
	if (s->opts->state.dir != NULL) {
		s->dir = spawn_expand(s, s->opts->state.dir, i);
		if (s->dir == NULL)
			return -1;
	}
	s->state.dir = s->dir;
	if (s->opts->spread)
		cpulist_share(
		    &s->usable, (unsigned)i, (unsigned)s->n, &s->cpus);
	return 0;
}

int
spawn_make(struct spawn *s, size_t i, struct proc_spec *spec)
{
	const struct spawn_opts *o = s->opts;

	s->no = i;
	s->path_error = 0;
	if (make_env(s, i) == -1 || make_argv(s, i) == -1 ||
	    make_state(s, i) == -1)
		return no_memory(s);
	memset(spec, 0, sizeof(*spec));
	if (make_fds(s, spec) == -1)
		return -1;
	make_path(s);
	spec->method = (enum proc_method)o->method;
	spec->path = s->path;
	spec->argv = s->argv;
	spec->envp = s->env.var;
	if (o->session)
		spec->group = PROC_OWN_SESSION;
	else
		spec->group = o->pgroup ? PROC_OWN_GROUP : PROC_SAME_GROUP;
	spec->death_signal = o->die_with_parent ? SIGKILL : 0;
	spec->all_default = true;
	spec->state = &s->state;
	spec->fault = &s->fault;
	return 0;
}

void
spawn_unmake(struct spawn *s)
{
	while (s->nopened > 0)
		io_close(&s->opened[--s->nopened]);
}

void
spawn_forget(struct spawn *s)
{
	size_t i;

	spawn_unmake(s);
	for (i = 0; s->name != NULL && i < s->n; i++)
		free(s->name[i]);
	free(s->name);
	free_argv(s);
	free(s->path);
	free(s->dir);
	envlist_free(&s->env);
}
