/* SPDX-License-Identifier: ISC */
/*
 * An environment as a list of strings.
 */
#include "config.h"

#include "envlist.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"
#define LEAST_CAP 64

/* What a list without memory of its own points to: cap is 0. */
static char *none[1];

void
envlist_init(struct envlist *l)
{
	*l = (struct envlist){none, 0, 0};
}

void
envlist_free(struct envlist *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->var[i]);
	if (l->cap > 0)
		free(l->var);
	envlist_init(l);
}

/* The place of the name of n bytes, which holds no "="; l->n where it is
 * not there. */
static size_t
find(const struct envlist *l, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strncmp(l->var[i], name, n) == 0 && l->var[i][n] == '=')
			break;
	return i;
}

/* Takes the string over, even if it fails. */
static int
append(struct envlist *l, char *string)
{
	size_t cap = l->cap > 0 ? 2 * l->cap : LEAST_CAP;
	char **var;

	if (l->n + 2 > l->cap) {
		var = reallocarray(
		    l->cap > 0 ? l->var : NULL, cap, sizeof(*var));
		if (var == NULL) {
			free(string);
			return -1;
		}
		l->var = var;
		l->cap = cap;
	}
	l->var[l->n++] = string;
	l->var[l->n] = NULL;
	return 0;
}

/* Whether one of the words matches, each of which ends in NUL; len bytes. */
static bool
matches(const char *words, size_t len, const char *name)
{
	const char *w;

	for (w = words; w < words + len; w += strlen(w) + 1)
		if (*w != '\0' && fnmatch(w, name, 0) == 0)
			return true;
	return false;
}

static int
keep(struct envlist *l, const char *string, const char *words, size_t len)
{
	size_t n = strcspn(string, "=");
	bool taken;
	char *own;

	if (string[n] == '\0' || find(l, string, n) < l->n)
		return 0;
	own = strdup(string);
	if (own == NULL)
		return -1;
	own[n] = '\0';
	taken = words == NULL || matches(words, len, own);
	own[n] = '=';
	if (taken)
		return append(l, own);
	free(own);
	return 0;
}

int
envlist_keep(struct envlist *l, char *const *envp, const char *patterns)
{
	char *words = NULL, *p;
	size_t len = 0;
	int rc = 0;

	if (patterns != NULL) {
		words = strdup(patterns);
		if (words == NULL)
			return -1;
		len = strlen(words);
		for (p = words; (p = strpbrk(p, BLANKS)) != NULL; p++)
			*p = '\0';
	}
	for (; rc == 0 && envp != NULL && *envp != NULL; envp++)
		rc = keep(l, *envp, words, len);
	free(words);
	return rc;
}

int
envlist_put(struct envlist *l, const char *string)
{
	size_t n = strcspn(string, "="), i;
	char *own;

	if (n == 0 || string[n] == '\0') {
		errno = EINVAL;
		return -1;
	}
	own = strdup(string);
	if (own == NULL)
		return -1;
	i = find(l, own, n);
	if (i == l->n)
		return append(l, own);
	free(l->var[i]);
	l->var[i] = own;
	return 0;
}

int
envlist_unset(struct envlist *l, const char *name)
{
	size_t i;

	if (*name == '\0' || strchr(name, '=') != NULL) {
		errno = EINVAL;
		return -1;
	}
	i = find(l, name, strlen(name));
	if (i == l->n)
		return 0;
	free(l->var[i]);
	/* With the NULL behind the last one. */
	memmove(&l->var[i], &l->var[i + 1], (l->n - i) * sizeof(l->var[0]));
	l->n--;
	return 0;
}

const char *
envlist_get(const struct envlist *l, const char *name)
{
	size_t n = strlen(name), i = l->n;

	if (strchr(name, '=') == NULL)
		i = find(l, name, n);
	return i < l->n ? l->var[i] + n + 1 : NULL;
}
