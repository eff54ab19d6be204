/* SPDX-License-Identifier: ISC */
/*
 * An escalation ladder.
 */
#include "config.h"

#include "ladder.h"

#include <errno.h>
#include <string.h>

#include "dur.h"
#include "sig.h"

#define STEP_MAX 64 /* characters */

/* One step, of len characters. has_wait tells whether it ends in a time. */
static int
step_parse(const char *s, size_t len, struct ladder_step *step, int *has_wait)
{
	char text[STEP_MAX], *colon;

	errno = EINVAL;
	if (len >= sizeof(text))
		return -1;
	memcpy(text, s, len);
	text[len] = '\0';
	colon = strchr(text, ':');
	*has_wait = colon != NULL;
	step->wait = 0;
	if (colon != NULL) {
		*colon = '\0';
		if (dur_parse_real(colon + 1, &step->wait) == -1)
			return -1;
	}
	step->sig = sig_number(text);
	return step->sig == -1 ? -1 : 0;
}

int
ladder_parse(const char *s, struct ladder *l)
{
	struct ladder new = {.n = 0};
	int has_wait = 1;
	size_t len;

	for (;; s += len + 1) {
		len = strcspn(s, ",");
		if (new.n == LADDER_MAX || !has_wait ||
		    step_parse(s, len, &new.step[new.n], &has_wait) == -1)
			break;
		new.n++;
		if (s[len] == '\0' && !has_wait) {
			*l = new;
			return 0;
		}
		if (s[len] == '\0')
			break;
	}
	errno = EINVAL;
	return -1;
}

int
ladder_add(struct ladder *l, int sig, int64_t wait)
{
	if (l->n == LADDER_MAX) {
		errno = ENOSPC;
		return -1;
	}
	if (l->n > 0)
		l->step[l->n - 1].wait = wait;
	l->step[l->n++] = (struct ladder_step){sig, 0};
	return 0;
}
