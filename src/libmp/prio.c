/* SPDX-License-Identifier: ISC */
/*
 * Scheduling policies and I/O priorities: a word, and for some of them a
 * number behind a colon.
 */
#include "config.h"

#include "prio.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct word {
	const char *name;
	int value;
	int least, most; /* number; none is taken where most is less */
	int without; /* the number where none is given; -1: it must be */
};

/* sched(7) */
static const struct word policies[] = {
    {"other", SCHED_OTHER, 0, -1, 0},
#ifdef SCHED_BATCH
    {"batch", SCHED_BATCH, 0, -1, 0},
#endif
#ifdef SCHED_IDLE
    {"idle", SCHED_IDLE, 0, -1, 0},
#endif
    {"fifo", SCHED_FIFO, 1, 99, -1},
    {"rr", SCHED_RR, 1, 99, -1},
};

/* ioprio_set(2): the class stands above the level. Its header is not
 * everywhere where the call is. */
#define IO_CLASS(n) ((n) << 13)

static const struct word io_classes[] = {
    {"none", IO_CLASS(0), 0, -1, 0},
    {"realtime", IO_CLASS(1), 0, 7, 4},
    {"best-effort", IO_CLASS(2), 0, 7, 4},
    {"idle", IO_CLASS(3), 0, -1, 0},
};

#define NWORDS(table) (sizeof(table) / sizeof((table)[0]))

/* Digits alone, or -1. */
static int
number_parse(const char *s, int least, int most)
{
	const char *bad;
	int n;

	/* strtonum() allows a sign and spaces. */
	if (s[strspn(s, "0123456789")] != '\0')
		return -1;
	n = (int)strtonum(s, least, most, &bad);
	return bad == NULL ? n : -1;
}

/* The word that s begins with, and the number behind it; or NULL. */
static const struct word *
parse(const struct word *words, size_t n, const char *s, int *number)
{
	size_t len = strcspn(s, ":"), i;
	const struct word *w;

	for (i = 0; i < n; i++) {
		w = &words[i];
		if (strlen(w->name) != len || memcmp(w->name, s, len) != 0)
			continue;
		*number = w->without;
		if (s[len] == ':')
			*number = number_parse(s + len + 1, w->least, w->most);
		if (*number == -1)
			break;
		return w;
	}
	errno = EINVAL;
	return NULL;
}

int
prio_sched(const char *s, int *policy, int *priority)
{
	const struct word *w;
	int number;

	w = parse(policies, NWORDS(policies), s, &number);
	if (w == NULL)
		return -1;
	*policy = w->value;
	*priority = number;
	return 0;
}

int
prio_io(const char *s)
{
	const struct word *w;
	int number;

	w = parse(io_classes, NWORDS(io_classes), s, &number);
	return w == NULL ? -1 : w->value | number;
}
