/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of escalation ladders. What is one is said by taking the text
 * apart from its end, step by step, with the parsers of its two parts.
 */
#include "config.h"

#include <errno.h>

#include "dur.h"
#include "fuzz.h"
#include "ladder.h"
#include "sig.h"

#define STEP_MAX 63 /* characters */

/* Reads the last step off the text, whose place it is in the ladder, and
 * takes it away. Returns 0, or -1 where it is none. */
static int
take_last(char *s, int is_last, struct ladder_step *step)
{
	char *comma = strrchr(s, ','), *text = comma != NULL ? comma + 1 : s;
	char *colon = strchr(text, ':');

	if (strlen(text) > STEP_MAX || (colon == NULL) != is_last)
		return -1;
	step->wait = 0;
	if (colon != NULL) {
		*colon = '\0';
		if (dur_parse_real(colon + 1, &step->wait) == -1)
			return -1;
	}
	step->sig = sig_number(text);
	*text = '\0';
	return step->sig == -1 ? -1 : 0;
}

/* How many steps the text has, the last one first; 0 where it is no ladder. */
static size_t
expected(char *s, struct ladder_step step[LADDER_MAX])
{
	size_t n;

	for (n = 0; n < LADDER_MAX; n++) {
		if (take_last(s, n == 0, &step[n]) == -1)
			return 0;
		if (*s == '\0')
			return n + 1;
		s[strlen(s) - 1] = '\0'; /* the comma */
	}
	return 0;
}

static void
check_added(struct ladder *l)
{
	size_t n = l->n;
	int rc = ladder_add(l, 9, 4711);

	FUZZ_CHECK(rc == (n < LADDER_MAX ? 0 : -1));
	if (rc == -1) {
		FUZZ_CHECK(errno == ENOSPC && l->n == n);
		return;
	}
	FUZZ_CHECK(l->n == n + 1 && l->step[n].sig == 9);
	FUZZ_CHECK(l->step[n - 1].wait == 4711);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size), *copy = fuzz_string(data, size);
	struct ladder_step step[LADDER_MAX];
	struct ladder l = {.n = 4711};
	size_t n = expected(copy, step), i;
	int rc;

	errno = 0;
	rc = ladder_parse(s, &l);
	FUZZ_CHECK(rc == (n > 0 ? 0 : -1));
	if (rc == 0) {
		FUZZ_CHECK(l.n == n);
		for (i = 0; i < n; i++) {
			FUZZ_CHECK(l.step[i].sig == step[n - 1 - i].sig);
			FUZZ_CHECK(l.step[i].wait == step[n - 1 - i].wait);
		}
		check_added(&l);
	} else {
		FUZZ_CHECK(errno == EINVAL && l.n == 4711);
	}
	free(copy);
	free(s);
	return 0;
}
