/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of sets of CPUs. What is a list is said by a regular
 * expression, what is in it by asking each range for each CPU; the text and
 * the shares are made from an array of CPUs.
 */
#include "config.h"

#include <errno.h>
#include <regex.h>
#include <stdbool.h>

#include "cpulist.h"
#include "fuzz.h"

#define COPIES_MAX 40
#define RANGE "[0-9]+(-[0-9]+(:0*[1-9][0-9]*)?)?"

static bool
is_list(const char *s)
{
	static regex_t re;
	static bool compiled;

	if (!compiled) {
		FUZZ_CHECK(regcomp(&re, "^" RANGE "(," RANGE ")*$",
			       REG_EXTENDED | REG_NOSUB) == 0);
		compiled = true;
	}
	return regexec(&re, s, 0, NULL, 0) == 0;
}

/* The number behind the first such character of the range that ends at
 * end, or other. What is too large for its type is the largest. */
static unsigned long long
number(
    const char *range, const char *end, char before, unsigned long long other)
{
	const char *p = memchr(range, before, (size_t)(end - range));

	return p != NULL ? strtoull(p + 1, NULL, 10) : other;
}

/* Marks the CPUs of a list. Returns 0, or the error number. */
static int
expected(const char *s, bool cpus[CPULIST_MAX])
{
	unsigned long long first, last, step, cpu;
	int error = 0;
	const char *end;

	for (end = s; *end != '\0'; s = end + 1) {
		end = s + strcspn(s, ",");
		first = strtoull(s, NULL, 10);
		last = number(s, end, '-', first);
		step = number(s, end, ':', 1);
		if (first >= CPULIST_MAX || last >= CPULIST_MAX)
			error = ERANGE;
		else if (first > last)
			return EINVAL;
		else
			for (cpu = first; cpu <= last; cpu++)
				if ((cpu - first) % step == 0)
					cpus[cpu] = true;
	}
	return error;
}

/* Returns how many there are. */
static unsigned
check_members(const struct cpulist *l, const bool cpus[CPULIST_MAX])
{
	struct cpulist built = {{0}};
	unsigned cpu, n = 0;

	for (cpu = 0; cpu < CPULIST_MAX; cpu++) {
		FUZZ_CHECK(cpulist_has(l, cpu) == cpus[cpu]);
		if (cpus[cpu]) {
			cpulist_add(&built, cpu);
			n++;
		}
	}
	FUZZ_CHECK(cpulist_equal(l, &built));
	FUZZ_CHECK(cpulist_count(l) == n);
	return n;
}

/* Each CPU is written by itself, as the end of a range, or not at all. */
static void
check_text(const struct cpulist *l, const bool cpus[CPULIST_MAX])
{
	static char want[CPULIST_MAX * 6];
	struct buf b = BUF_INIT;
	bool before = false, behind;
	size_t len = 0;
	unsigned cpu;

	for (cpu = 0; cpu < CPULIST_MAX; before = cpus[cpu++]) {
		behind = cpu + 1 < CPULIST_MAX && cpus[cpu + 1];
		if (!cpus[cpu] || (before && behind))
			continue;
		if (len > 0)
			want[len++] = before ? '-' : ',';
		len += (size_t)snprintf(
		    want + len, sizeof(want) - len, "%u", cpu);
	}
	FUZZ_CHECK(cpulist_format(l, &b) == 0);
	FUZZ_CHECK(buf_len(&b) == len);
	FUZZ_CHECK(memcmp(buf_data(&b), want, len) == 0);
	buf_free(&b);
}

/* All shares one after the other are the set, again from its start where
 * there are more copies. */
static void
check_shares(const struct cpulist *l, const bool cpus[CPULIST_MAX],
    unsigned count, unsigned n)
{
	unsigned i, k, got, cpu = CPULIST_MAX - 1;
	struct cpulist share;

	for (i = 0; i < n; i++) {
		cpulist_share(l, i, n, &share);
		got = cpulist_count(&share);
		FUZZ_CHECK(got > 0 && got >= count / n);
		FUZZ_CHECK(got <= (count + n - 1) / n);
		for (k = 0; k < got; k++) {
			do
				cpu = (cpu + 1) % CPULIST_MAX;
			while (!cpus[cpu]);
			FUZZ_CHECK(cpulist_has(&share, cpu));
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	bool cpus[CPULIST_MAX] = {false};
	int rc, want = is_list(s) ? expected(s, cpus) : EINVAL;
	struct cpulist l = {{4711}}, before = l;
	unsigned n;

	errno = 0;
	rc = cpulist_parse(s, &l);
	if (want != 0) {
		FUZZ_CHECK(rc == -1 && errno == want);
		FUZZ_CHECK(cpulist_equal(&l, &before));
	} else {
		FUZZ_CHECK(rc == 0);
		n = check_members(&l, cpus);
		check_text(&l, cpus);
		check_shares(&l, cpus, n, 1 + (unsigned)size % 7);
		check_shares(&l, cpus, n, n < COPIES_MAX ? n : COPIES_MAX);
	}
	free(s);
	return 0;
}
