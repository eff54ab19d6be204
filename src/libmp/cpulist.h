/* SPDX-License-Identifier: ISC */
/*
 * Sets of CPUs and their text: "0-3,8,10-20:2", as taskset(1) takes it.
 */
#ifndef MP_CPULIST_H
#define MP_CPULIST_H

#include <stdbool.h>

#include "buf.h"

#define CPULIST_MAX 8192 /* CPUs: the kernel's own limit */
#define CPULIST_BITS (8 * (unsigned)sizeof(unsigned long))

/* As sched_setaffinity(2) takes it: CPU c is a bit of word[c / BITS]. */
struct cpulist {
	unsigned long word[CPULIST_MAX / CPULIST_BITS];
};

/*
 * Reads numbers and ranges, FIRST-LAST or FIRST-LAST:STEP (STEP at least
 * 1, LAST not below FIRST), with commas between them. Digits only, at
 * least one CPU. Returns 0; or -1 and EINVAL, or ERANGE for a list in which
 * all is well but that no CPU can have such a number; then *list is as it
 * was.
 */
int cpulist_parse(const char *, struct cpulist *list);

/* Appends the shortest text without steps, "0-3,8"; nothing for an empty
 * set. Returns 0, or -1 and ENOMEM. */
int cpulist_format(const struct cpulist *, struct buf *);

/* Adds one, below CPULIST_MAX. */
void cpulist_add(struct cpulist *, unsigned cpu);

bool cpulist_has(const struct cpulist *, unsigned cpu);
unsigned cpulist_count(const struct cpulist *);
bool cpulist_equal(const struct cpulist *, const struct cpulist *);

/* Those that this process may use, sched_getaffinity(2). Returns 0, or -1
 * and errno, ENOSYS where there is no such call; then *list is as it was. */
int cpulist_usable(struct cpulist *);

/* The share of copy i (0 to n - 1) of n when the CPUs of all (not empty)
 * are spread over the copies: neighbours, as even as can be, where there
 * are enough; else one, in turn. */
void cpulist_share(
    const struct cpulist *all, unsigned i, unsigned n, struct cpulist *share);

#endif
