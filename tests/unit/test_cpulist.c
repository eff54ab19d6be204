/* SPDX-License-Identifier: ISC */
/*
 * Sets of CPUs: their text in both directions, how they are shared, and
 * what the kernel says of our own.
 */
#include "config.h"

#include "cpulist.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SCHED_GETAFFINITY
#include <sys/syscall.h>
#endif

#include "unit.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))
#define EVEN "0,2,4,6,8,10,12,14"

/* How a list is read, and how it is written then. */
static const struct {
	const char *text, *same;
	unsigned count;
} lists[] = {
    {"0", "0", 1},
    {"7", "7", 1},
    {"31", "31", 1},
    {"32", "32", 1},
    {"63", "63", 1},
    {"64", "64", 1},
    {"8191", "8191", 1},
    {"0-0", "0", 1},
    {"0-1", "0-1", 2},
    {"0,1", "0-1", 2},
    {"1,0", "0-1", 2},
    {"0-3", "0-3", 4},
    {"3,2,1,0", "0-3", 4},
    {"0-3,8,10-20:2", "0-3,8,10,12,14,16,18,20", 11},
    {"10-20:2,8,0-3", "0-3,8,10,12,14,16,18,20", 11},
    {"0-3,4-7", "0-7", 8},
    {"0-5,3-9", "0-9", 10},
    {"0-9,3-5", "0-9", 10},
    {"5,5,5", "5", 1},
    {"0-15:2", EVEN, 8},
    {"0-14:2", EVEN, 8},
    {"0-15:2,1-15:2", "0-15", 16},
    {"0-3:1", "0-3", 4},
    {"0-9:3", "0,3,6,9", 4},
    {"0-9:9", "0,9", 2},
    {"0-9:10", "0", 1},
    {"3-3:5", "3", 1},
    {"0-8191:8192", "0", 1},
    {"5-8191:99999999999999999999999999", "5", 1},
    {"8190-8191:1", "8190-8191", 2},
    {"0,8191", "0,8191", 2},
    {"0-8191:8191", "0,8191", 2},
    {"0-8191", "0-8191", 8192},
    {"0000000000000000000000000000000000000000007", "7", 1},
    {"007-0010:002", "7,9", 2},
    {"62-65", "62-65", 4},
    {"30-33,62-65,126-129", "30-33,62-65,126-129", 12},
    {"64-127", "64-127", 64},
    {"1,3-4,6-8,10", "1,3-4,6-8,10", 7},
    {"127,0", "0,127", 2},
};

START_TEST(reads_and_writes)
{
	struct buf b = BUF_INIT;
	struct cpulist l;
	const char *text = lists[_i].text;

	memset(&l, 0xff, sizeof(l));
	ck_assert_msg(cpulist_parse(text, &l) == 0, "'%s' fails", text);
	ck_assert_int_eq(buf_adds(&b, "x"), 0);
	ck_assert_int_eq(cpulist_format(&l, &b), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_int_eq(buf_data(&b)[0], 'x');
	ck_assert_msg(strcmp(buf_data(&b) + 1, lists[_i].same) == 0,
	    "'%s' is '%s', not '%s'", text, buf_data(&b) + 1, lists[_i].same);
	ck_assert_msg(cpulist_count(&l) == lists[_i].count,
	    "'%s' has %u, not %u", text, cpulist_count(&l), lists[_i].count);
	buf_free(&b);
}
END_TEST

static const struct {
	const char *text;
	int error;
} no_lists[] = {
    {"", EINVAL},
    {",", EINVAL},
    {"0,", EINVAL},
    {",0", EINVAL},
    {"0,,1", EINVAL},
    {"-", EINVAL},
    {"-1", EINVAL},
    {"0-", EINVAL},
    {"0--1", EINVAL},
    {"0-1-2", EINVAL},
    {"0-1,", EINVAL},
    {"3-0", EINVAL},
    {"1-0,5", EINVAL},
    {"5,1-0", EINVAL},
    {":", EINVAL},
    {"0:1", EINVAL},
    {"0-3:", EINVAL},
    {"0-3:0", EINVAL},
    {"0-3:00", EINVAL},
    {"0-3:-1", EINVAL},
    {"0-3:1:1", EINVAL},
    {"0-3:1-2", EINVAL},
    {"0-3:x", EINVAL},
    {" 0", EINVAL},
    {"0 ", EINVAL},
    {"0, 1", EINVAL},
    {"0 ,1", EINVAL},
    {"0- 1", EINVAL},
    {"0\n", EINVAL},
    {"+0", EINVAL},
    {"0-+1", EINVAL},
    {"0-3:+1", EINVAL},
    {"0x1", EINVAL},
    {"1e1", EINVAL},
    {"1.0", EINVAL},
    {"a", EINVAL},
    {"all", EINVAL},
    {"0;1", EINVAL},
    {"0-3/2", EINVAL},
    {"\xd9\xa4", EINVAL},
    {"8192", ERANGE},
    {"0,8192", ERANGE},
    {"8192,0", ERANGE},
    {"0-8192", ERANGE},
    {"8192-8193", ERANGE},
    {"8193-8192", ERANGE},
    {"9000-0", ERANGE},
    {"0-8192:2", ERANGE},
    {"08192", ERANGE},
    {"8193", ERANGE},
    {"4294967296", ERANGE},
    {"0-4294967297", ERANGE},
    {"18446744073709551616", ERANGE},
    {"99999999999999999999999999999999", ERANGE},
    {"99999999999999999999999999999999x", EINVAL},
    {"9999,x", EINVAL},
    {"9999,", EINVAL},
    {"9999,3-0", EINVAL},
    {"3-0,9999", EINVAL},
    {"9999-10000:0", EINVAL},
};

START_TEST(rejects)
{
	struct cpulist l, before;
	const char *text = no_lists[_i].text;

	memset(&l, 0x5a, sizeof(l));
	before = l;
	errno = 0;
	ck_assert_msg(cpulist_parse(text, &l) == -1, "'%s' is one", text);
	ck_assert_msg(
	    errno == no_lists[_i].error, "'%s': %s", text, strerror(errno));
	ck_assert_msg(cpulist_equal(&l, &before), "'%s' changes it", text);
}
END_TEST

START_TEST(is_a_set)
{
	struct cpulist l = {{0}}, other = {{0}};
	unsigned cpu, n = 0;

	ck_assert_uint_eq(cpulist_count(&l), 0);
	for (cpu = 0; cpu < CPULIST_MAX; cpu += 1 + cpu / 16) {
		ck_assert(!cpulist_has(&l, cpu));
		cpulist_add(&l, cpu);
		cpulist_add(&l, cpu);
		ck_assert(cpulist_has(&l, cpu));
		ck_assert_uint_eq(cpulist_count(&l), ++n);
		ck_assert(!cpulist_equal(&l, &other));
		cpulist_add(&other, cpu);
		ck_assert(cpulist_equal(&l, &other));
	}
	ck_assert(!cpulist_has(&l, 17));
	ck_assert(!cpulist_has(&l, CPULIST_MAX));
	ck_assert(!cpulist_has(&l, CPULIST_MAX + 1));
	ck_assert(!cpulist_has(&l, ~0U));
}
END_TEST

START_TEST(nothing_is_no_text)
{
	struct cpulist l = {{0}};
	struct buf b = BUF_INIT;

	ck_assert_int_eq(cpulist_format(&l, &b), 0);
	ck_assert_uint_eq(buf_len(&b), 0);
	buf_free(&b);
}
END_TEST

static const struct {
	const char *all;
	unsigned i, n;
	const char *share;
} portions[] = {
    {"5", 0, 1, "5"},
    {"0-7", 0, 1, "0-7"},
    {"0-7", 0, 2, "0-3"},
    {"0-7", 1, 2, "4-7"},
    {"0-7", 0, 8, "0"},
    {"0-7", 7, 8, "7"},
    {"0-7", 8, 9, "0"},
    {"0-7", 9, 100000, "1"},
    {"0-7", 99999, 100000, "7"},
    {"0-6:2", 1, 2, "4,6"},
    {"1,8191", 0, 2, "1"},
    {"1,8191", 1, 2, "8191"},
    {"1,8191", 2, 3, "1"},
    {"3,70,700,7000", 0, 2, "3,70"},
    {"3,70,700,7000", 1, 2, "700,7000"},
    {"0-8191", 4095, 4096, "8190-8191"},
    {"0-8191", 8191, 8192, "8191"},
    {"0-8191", 8192, 8193, "0"},
    {"0-8191", 4294967294U, 4294967295U, "8190"},
};

START_TEST(shares)
{
	struct cpulist all, share, want;

	ck_assert_int_eq(cpulist_parse(portions[_i].all, &all), 0);
	ck_assert_int_eq(cpulist_parse(portions[_i].share, &want), 0);
	memset(&share, 0xff, sizeof(share));
	cpulist_share(&all, portions[_i].i, portions[_i].n, &share);
	ck_assert_msg(cpulist_equal(&share, &want), "%u of %u of '%s'",
	    portions[_i].i, portions[_i].n, portions[_i].all);
}
END_TEST

/* _i CPUs, not all side by side, for up to as many copies. */
START_TEST(shares_are_even_and_all)
{
	struct cpulist all = {{0}}, share, seen;
	unsigned count = (unsigned)_i, cpu, got, n, i;

	for (cpu = 0; cpu < count; cpu++)
		cpulist_add(&all, 50 + cpu + cpu / 3);
	for (n = 1; n <= count; n++) {
		memset(&seen, 0, sizeof(seen));
		for (cpu = 0, i = 0; i < n; i++) {
			cpulist_share(&all, i, n, &share);
			got = cpulist_count(&share);
			ck_assert_uint_ge(got, count / n);
			ck_assert_uint_le(got, (count + n - 1) / n);
			/* Each begins where the one before it ended. */
			for (; got > 0; got--, cpu++) {
				ck_assert(
				    cpulist_has(&share, 50 + cpu + cpu / 3));
				cpulist_add(&seen, 50 + cpu + cpu / 3);
			}
		}
		ck_assert_msg(
		    cpulist_equal(&all, &seen), "%u for %u", count, n);
	}
}
END_TEST

#ifdef HAVE_SCHED_GETAFFINITY
static int kernel_error;

int
sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	long rc;

	if (kernel_error != 0) {
		errno = kernel_error;
		return -1;
	}
	CPU_ZERO_S(size, set);
	rc = syscall(SYS_sched_getaffinity, pid, size, set);
	return rc < 0 ? -1 : 0;
}

static void
check_same(const struct cpulist *l, const cpu_set_t *set)
{
	unsigned cpu;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		ck_assert_msg(cpulist_has(l, cpu) == !!CPU_ISSET(cpu, set),
		    "CPU %u", cpu);
}

START_TEST(usable_is_the_mask)
{
	struct cpulist l;
	cpu_set_t all, one;
	unsigned cpu = CPU_SETSIZE - 1;

	if (sched_getaffinity(0, sizeof(all), &all) == -1)
		return;
	memset(&l, 0xff, sizeof(l));
	ck_assert_int_eq(cpulist_usable(&l), 0);
	ck_assert_uint_eq(cpulist_count(&l), (unsigned)CPU_COUNT(&all));
	check_same(&l, &all);

	while (cpu > 0 && !CPU_ISSET(cpu, &all))
		cpu--;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	ck_assert_int_eq(cpulist_usable(&l), 0);
	(void)sched_setaffinity(0, sizeof(all), &all);
	check_same(&l, &one);
}
END_TEST

/* The kernel writes the same text. */
START_TEST(usable_is_told_the_same)
{
	static const char name[] = "Cpus_allowed_list:\t";
	FILE *f = fopen("/proc/self/status", "r");
	struct buf b = BUF_INIT;
	struct cpulist l;
	char line[4096];

	if (f == NULL)
		return;
	ck_assert_int_eq(cpulist_usable(&l), 0);
	ck_assert_int_eq(cpulist_format(&l, &b), 0);
	ck_assert_int_eq(buf_add(&b, "\n", 2), 0);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			ck_assert_str_eq(buf_data(&b), line + strlen(name));
	(void)fclose(f);
	buf_free(&b);
}
END_TEST

START_TEST(usable_fails)
{
	struct cpulist l, before;

	memset(&l, 0x5a, sizeof(l));
	before = l;
	kernel_error = EINVAL;
	ck_assert_int_eq(cpulist_usable(&l), -1);
	ck_assert_int_eq(errno, EINVAL);
	kernel_error = 0;
	ck_assert(cpulist_equal(&l, &before));
}
END_TEST
#else
START_TEST(usable_cannot_be_told)
{
	struct cpulist l;

	ck_assert_int_eq(cpulist_usable(&l), -1);
	ck_assert_int_eq(errno, ENOSYS);
}
END_TEST
#endif

static void
add_usable(TCase *tc)
{
#ifdef HAVE_SCHED_GETAFFINITY
	tcase_add_test(tc, usable_is_the_mask);
	tcase_add_test(tc, usable_is_told_the_same);
	tcase_add_test(tc, usable_fails);
#else
	tcase_add_test(tc, usable_cannot_be_told);
#endif
}

static Suite *
suite_cpulist(void)
{
	Suite *s = suite_create("cpulist");
	TCase *tc = tcase_create("cpulist");

	tcase_add_loop_test(tc, reads_and_writes, 0, LENGTH(lists));
	tcase_add_loop_test(tc, rejects, 0, LENGTH(no_lists));
	tcase_add_test(tc, is_a_set);
	tcase_add_test(tc, nothing_is_no_text);
	tcase_add_loop_test(tc, shares, 0, LENGTH(portions));
	tcase_add_loop_test(tc, shares_are_even_and_all, 1, 20);
	add_usable(tc);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_cpulist)
