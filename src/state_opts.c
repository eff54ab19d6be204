/* SPDX-License-Identifier: ISC */
/*
 * Options that say in which state a command is started.
 */
#include "config.h"

#include "state_opts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
no_memory(struct buf *why)
{
	(void)buf_adds(why, strerror(ENOMEM));
	return -1;
}

int
opt_list(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct text_list *list = at;
	const char **v = reallocarray(list->v, list->n + 1, sizeof(v[0]));

	(void)o;
	if (v == NULL)
		return no_memory(why);
	list->v = v;
	list->v[list->n++] = value;
	return 0;
}

int
opt_umask(void *at, const struct opt *o, const char *value, struct buf *why)
{
	size_t len = strspn(value, "01234567");

	(void)o;
	if (len == 0 || value[len] != '\0' || len > 4 ||
	    (len == 4 && *value != '0'))
		return opt_bad(why, value, "not an octal number up to 777");
	*(int *)at = (int)strtol(value, NULL, 8);
	return 0;
}

int
opt_limit(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct state_opts *opts = at;
	size_t n = opts->limit_text.n;
	const char *reason;
	struct rlim *limit;

	limit = reallocarray(opts->limit, n + 1, sizeof(limit[0]));
	if (limit == NULL)
		return no_memory(why);
	opts->limit = limit;
	if (rlim_parse(value, &limit[n], &reason) == -1)
		return opt_bad(why, value, reason);
	return opt_list(&opts->limit_text, o, value, why);
}

int
opt_nice(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct state_opts *opts = at;
	long long n;

	(void)o;
	if (opt_number(value, -20, 19, &n, why) == -1)
		return -1;
	opts->nice = (int)n;
	opts->nice_text = value;
	return 0;
}

void
state_opts_free(struct state_opts *o)
{
	free(o->limit_text.v);
	free(o->limit);
}

static int
make_ident(const struct state_opts *o, struct ident *id,
    struct state_blame *blame, struct buf *why)
{
	*blame = (struct state_blame){"--groups", o->groups};
	if (o->groups != NULL && ident_groups(id, o->groups, why) == -1)
		return -1;
	*blame = (struct state_blame){"--user", o->user};
	return o->user == NULL ? 0 : ident_user(id, o->user, why);
}

int
state_opts_make(const struct state_opts *o, struct state *st,
    struct rlim *limit, struct state_blame *blame, struct buf *why)
{
	size_t i;

	if (make_ident(o, &st->ident, blame, why) == -1)
		return -1;
	for (i = 0; i < o->limit_text.n; i++) {
		limit[i] = o->limit[i];
		if (rlim_complete(&limit[i]) == 0)
			continue;
		*blame = (struct state_blame){"--limit", o->limit_text.v[i]};
		(void)buf_adds(why,
		    errno == EINVAL ? "the soft limit is above the hard one"
				    : strerror(errno));
		return -1;
	}
	st->limits = limit;
	st->nlimits = o->limit_text.n;
	st->set_nice = o->nice_text != NULL;
	st->nice = o->nice;
	st->set_umask = o->umask != -1;
	st->umask = (mode_t)o->umask;
	st->no_new_privs = o->no_new_privs;
	return 0;
}

struct state_blame
state_opts_fault(const struct state_opts *o, const struct state_fault *f)
{
	const struct text_list *limit = &o->limit_text;

	switch (f->step) {
	case STATE_LIMIT:
		return (struct state_blame){"--limit",
		    f->limit < limit->n ? limit->v[f->limit] : "nofile"};
	case STATE_NICE:
		return (struct state_blame){"--nice", o->nice_text};
	case STATE_GROUPS:
		if (o->groups != NULL)
			return (struct state_blame){"--groups", o->groups};
		return (struct state_blame){"--user", o->user};
	case STATE_GROUP:
	case STATE_USER:
		return (struct state_blame){"--user", o->user};
	case STATE_UMASK:
		return (struct state_blame){"--umask", NULL};
	case STATE_DIRECTORY:
		return (struct state_blame){"--chdir", o->dir};
	case STATE_NO_NEW_PRIVS:
		return (struct state_blame){"--no-new-privs", NULL};
	case STATE_SCHED:
	case STATE_IONICE:
	case STATE_AFFINITY:
	case STATE_DONE:
		break;
	}
	return (struct state_blame){NULL, NULL};
}
