/* SPDX-License-Identifier: ISC */
/*
 * Sets of CPUs. All is done CPU by CPU; empty words are passed over.
 */
#include "config.h"

#include "cpulist.h"

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <string.h>

struct range {
	unsigned first, last, step;
};

static unsigned long
bit(unsigned cpu)
{
	return 1UL << cpu % CPULIST_BITS;
}

void
cpulist_add(struct cpulist *l, unsigned cpu)
{
	l->word[cpu / CPULIST_BITS] |= bit(cpu);
}

bool
cpulist_has(const struct cpulist *l, unsigned cpu)
{
	return cpu < CPULIST_MAX && (l->word[cpu / CPULIST_BITS] & bit(cpu));
}

/* The first CPU of the set that is not below cpu, or CPULIST_MAX. */
static unsigned
next(const struct cpulist *l, unsigned cpu)
{
	while (cpu < CPULIST_MAX && !cpulist_has(l, cpu)) {
		if (l->word[cpu / CPULIST_BITS] == 0)
			cpu += CPULIST_BITS - cpu % CPULIST_BITS;
		else
			cpu++;
	}
	return cpu;
}

unsigned
cpulist_count(const struct cpulist *l)
{
	unsigned cpu, n = 0;

	for (cpu = next(l, 0); cpu < CPULIST_MAX; cpu = next(l, cpu + 1))
		n++;
	return n;
}

bool
cpulist_equal(const struct cpulist *a, const struct cpulist *b)
{
	return memcmp(a->word, b->word, sizeof(a->word)) == 0;
}

/* Reads digits, at least one; what is too large becomes CPULIST_MAX. */
static int
number_parse(const char **s, unsigned *n)
{
	if (!isdigit((unsigned char)**s))
		return -1;
	for (*n = 0; isdigit((unsigned char)**s); ++*s)
		if (*n < CPULIST_MAX)
			*n = *n * 10 + (unsigned)(**s - '0');
	if (*n > CPULIST_MAX)
		*n = CPULIST_MAX;
	return 0;
}

/* Reads FIRST, FIRST-LAST or FIRST-LAST:STEP, whatever the numbers are. */
static int
range_parse(const char **s, struct range *r)
{
	if (number_parse(s, &r->first) == -1)
		return -1;
	r->last = r->first;
	r->step = 1;
	if (**s != '-')
		return 0;
	++*s;
	if (number_parse(s, &r->last) == -1)
		return -1;
	if (**s != ':')
		return 0;
	++*s;
	return number_parse(s, &r->step);
}

/* Returns 0, or the error number: CPUs that cannot be have no order. */
static int
range_add(struct cpulist *l, const struct range *r)
{
	unsigned cpu;

	if (r->step == 0)
		return EINVAL;
	if (r->first == CPULIST_MAX || r->last == CPULIST_MAX)
		return ERANGE;
	if (r->first > r->last)
		return EINVAL;
	for (cpu = r->first; cpu <= r->last; cpu += r->step)
		cpulist_add(l, cpu);
	return 0;
}

static int
fail(int error)
{
	errno = error;
	return -1;
}

int
cpulist_parse(const char *s, struct cpulist *list)
{
	struct cpulist new = {{0}};
	struct range r;
	int error, too_large = 0;

	/* What is no list at all is told first, wherever it goes wrong. */
	do {
		if (range_parse(&s, &r) == -1)
			return fail(EINVAL);
		error = range_add(&new, &r);
		if (error == EINVAL)
			return fail(EINVAL);
		if (error != 0)
			too_large = error;
	} while (*s++ == ',');
	if (s[-1] != '\0')
		return fail(EINVAL);
	if (too_large != 0)
		return fail(too_large);
	*list = new;
	return 0;
}

int
cpulist_format(const struct cpulist *l, struct buf *b)
{
	const char *comma = "";
	unsigned first, end;
	int rc;

	for (first = next(l, 0); first < CPULIST_MAX; first = next(l, end)) {
		for (end = first + 1; cpulist_has(l, end);)
			end++;
		if (end - first == 1)
			rc = buf_addf(b, "%s%u", comma, first);
		else
			rc = buf_addf(b, "%s%u-%u", comma, first, end - 1);
		if (rc == -1)
			return -1;
		comma = ",";
	}
	return 0;
}

int
cpulist_usable(struct cpulist *list)
{
#ifdef HAVE_SCHED_GETAFFINITY
	struct cpulist new = {{0}};

	if (sched_getaffinity(
		0, sizeof(new.word), (cpu_set_t *)(void *)new.word) == -1)
		return -1;
	*list = new;
	return 0;
#else
	(void)list;
	return fail(ENOSYS);
#endif
}

void
cpulist_share(
    const struct cpulist *all, unsigned i, unsigned n, struct cpulist *share)
{
	struct cpulist new = {{0}};
	unsigned count = cpulist_count(all), begin, end, cpu, k;

	if (n <= count) {
		begin = i * count / n;
		end = (i + 1) * count / n;
	} else {
		begin = i % count;
		end = begin + 1;
	}
	cpu = next(all, 0);
	for (k = 0; k < end; k++) {
		if (k >= begin)
			cpulist_add(&new, cpu);
		cpu = next(all, cpu + 1);
	}
	*share = new;
}
