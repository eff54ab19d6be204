/* SPDX-License-Identifier: ISC */
/*
 * The environment of a task. The strings that differ from task to task are
 * written in place: a child that was started has its own copy.
 */
#include "config.h"

#include "env.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dec.h"

static const char *const names[ENV_VARS] = {
    "MP_SLOT=", "MP_SEQ=", "MP_ATTEMPT="};

/* Whether the string sets one of our variables. */
static bool
is_ours(const char *s)
{
	size_t i;

	for (i = 0; i < ENV_VARS; i++)
		if (strncmp(s, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

int
env_init(struct env *env)
{
	size_t n = 0, i;

	while (environ != NULL && environ[n] != NULL)
		n++;
	env->envp = calloc(n + ENV_VARS + 1, sizeof(env->envp[0]));
	if (env->envp == NULL)
		return -1;
	for (i = 0, n = 0; environ != NULL && environ[i] != NULL; i++)
		if (!is_ours(environ[i]))
			env->envp[n++] = environ[i];
	env->first = n;
	for (i = 0; i < ENV_VARS; i++) {
		memcpy(env->var[i], names[i], strlen(names[i]) + 1);
		env->envp[n++] = env->var[i];
	}
	return 0;
}

void
env_free(struct env *env)
{
	free(env->envp);
	env->envp = NULL;
}

static void
set(struct env *env, int i, uintmax_t value)
{
	char text[DEC_MAX + 1], *end = text + DEC_MAX, *p;

	*end = '\0';
	p = dec_digits(end, value, 1);
	memcpy(env->var[i] + strlen(names[i]), p, (size_t)(end - p) + 1);
}

void
env_set(struct env *env, const struct task *task)
{
	set(env, ENV_SEQ, task->id);
	set(env, ENV_SLOT, task->slot);
	set(env, ENV_ATTEMPT, task->attempt);
}

void
env_set_slot(struct env *env, unsigned slot)
{
	set(env, ENV_SLOT, slot);
	env->envp[env->first + ENV_SLOT + 1] = NULL;
}
