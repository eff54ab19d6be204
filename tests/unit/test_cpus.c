/* SPDX-License-Identifier: ISC */
/*
 * How many processes may run: the -j option, resource limits, and the
 * affinity mask on kernels with few and with many CPUs. The cgroup quota
 * has tests of its own.
 */
#include "config.h"

#include "cpus.h"

#include <sys/resource.h>

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SCHED_GETAFFINITY
#include <sys/syscall.h>
#endif

#include "unit.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text;
	unsigned cpus, unlimited, want;
	int error;
} jobs[] = {
    {"1", 4, 99, 1, 0},
    {"4", 1, 99, 4, 0},
    {"007", 1, 99, 7, 0},
    {"1000000", 1, 99, 1000000, 0},
    {"0", 4, 99, 99, 0},
    {"00", 4, 99, 99, 0},
    {"0", 4, 1, 1, 0},
    {"+1", 4, 99, 5, 0},
    {"+0", 4, 99, 4, 0},
    {"+999996", 4, 99, 1000000, 0},
    {"-1", 4, 99, 3, 0},
    {"-0", 4, 99, 4, 0},
    {"-3", 4, 99, 1, 0},
    {"-4", 4, 99, 1, 0},
    {"-100", 4, 99, 1, 0},
    {"-1000000", 4, 99, 1, 0},
    {"100%", 4, 99, 4, 0},
    {"150%", 4, 99, 6, 0},
    {"150%", 3, 99, 5, 0},
    {"50%", 3, 99, 2, 0},
    {"25%", 4, 99, 1, 0},
    {"26%", 4, 99, 2, 0},
    {"1%", 4, 99, 1, 0},
    {"0%", 4, 99, 1, 0},
    {"1%", 100, 99, 1, 0},
    {"1000000%", 100, 99, 1000000, 0},
    {"", 4, 99, 0, EINVAL},
    {"x", 4, 99, 0, EINVAL},
    {"+", 4, 99, 0, EINVAL},
    {"-", 4, 99, 0, EINVAL},
    {"%", 4, 99, 0, EINVAL},
    {"+%", 4, 99, 0, EINVAL},
    {"+50%", 4, 99, 0, EINVAL},
    {"-50%", 4, 99, 0, EINVAL},
    {"50%%", 4, 99, 0, EINVAL},
    {"50 %", 4, 99, 0, EINVAL},
    {"50%x", 4, 99, 0, EINVAL},
    {"1e3", 4, 99, 0, EINVAL},
    {"1.5", 4, 99, 0, EINVAL},
    {"0x4", 4, 99, 0, EINVAL},
    {"4k", 4, 99, 0, EINVAL},
    {" 4", 4, 99, 0, EINVAL},
    {"4 ", 4, 99, 0, EINVAL},
    {"4\n", 4, 99, 0, EINVAL},
    {"+ 4", 4, 99, 0, EINVAL},
    {"--4", 4, 99, 0, EINVAL},
    {"+-4", 4, 99, 0, EINVAL},
    {"++4", 4, 99, 0, EINVAL},
    {"\xd9\xa4", 4, 99, 0, EINVAL},
    {"1000001", 4, 99, 0, ERANGE},
    {"+999997", 4, 99, 0, ERANGE},
    {"+1000001", 4, 99, 0, ERANGE},
    {"-1000001", 4, 99, 0, ERANGE},
    {"1000001%", 4, 99, 0, ERANGE},
    {"1000000%", 101, 99, 0, ERANGE},
    {"4294967297", 4, 99, 0, ERANGE},
    {"18446744073709551617", 4, 99, 0, ERANGE},
    {"99999999999999999999999999999999", 4, 99, 0, ERANGE},
    {"99999999999999999999999999999999%", 4, 99, 0, ERANGE},
    {"99999999999999999999999999999999x", 4, 99, 0, EINVAL},
};

START_TEST(jobs_are_counted)
{
	unsigned got;

	errno = 0;
	got = cpus_jobs(jobs[_i].text, jobs[_i].cpus, jobs[_i].unlimited);
	ck_assert_msg(got == jobs[_i].want, "'%s' of %u: %u, not %u",
	    jobs[_i].text, jobs[_i].cpus, got, jobs[_i].want);
	if (jobs[_i].want == 0)
		ck_assert_msg(errno == jobs[_i].error, "'%s': %s",
		    jobs[_i].text, strerror(errno));
}
END_TEST

/* 0: the limit stays as it is. */
static const struct {
	rlim_t files, processes;
	unsigned each, least, most;
} limits[] = {
    {0, 10, 0, 5, 10},
    {0, 1, 0, 1, 1},
    {200, 40, 0, 30, 40},
    {200, 40, 2, 30, 40},
    {50, 40, 2, 10, 25},
    {200, 0, 100, 1, 2},
    {200, 0, 1000, 1, 1},
    {10, 0, 3, 1, 3},
    {1, 0, 2, 1, 1},
};

static void
limit(int resource, rlim_t n, struct rlimit *old)
{
	struct rlimit lim;

	ck_assert_int_eq(getrlimit(resource, old), 0);
	lim = *old;
	if (n > 0)
		lim.rlim_cur = n;
	ck_assert_int_eq(setrlimit(resource, &lim), 0);
}

START_TEST(limits_bound_the_processes)
{
	struct rlimit files, processes;
	unsigned got;

	limit(RLIMIT_NOFILE, limits[_i].files, &files);
	limit(RLIMIT_NPROC, limits[_i].processes, &processes);
	got = cpus_limit(limits[_i].each);
	(void)setrlimit(RLIMIT_NOFILE, &files);
	(void)setrlimit(RLIMIT_NPROC, &processes);
	ck_assert_uint_ge(got, limits[_i].least);
	ck_assert_uint_le(got, limits[_i].most);
}
END_TEST

START_TEST(no_limit_is_the_greatest_number)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NPROC, &lim) == 0 && lim.rlim_cur == RLIM_INFINITY)
		ck_assert_uint_eq(cpus_limit(0), CPUS_JOBS_MAX);
	ck_assert_uint_ge(cpus_limit(0), 1);
	ck_assert_uint_le(cpus_limit(0), CPUS_JOBS_MAX);
}
END_TEST

#ifdef HAVE_SCHED_GETAFFINITY
/* An imitated kernel: 0 CPUs possible is the real one. */
static struct {
	unsigned possible, mine;
	int error;
} kernel;

int
sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	unsigned i;
	long rc;

	if (kernel.error != 0) {
		errno = kernel.error;
		return -1;
	}
	CPU_ZERO_S(size, set);
	if (kernel.possible == 0) {
		rc = syscall(SYS_sched_getaffinity, pid, size, set);
		return rc < 0 ? -1 : 0;
	}
	if (size * CHAR_BIT < kernel.possible) {
		errno = EINVAL;
		return -1;
	}
	for (i = 0; i < kernel.mine; i++)
		CPU_SET_S(kernel.possible - 1 - i, size, set);
	return 0;
}

static const struct {
	unsigned possible, mine;
	int error;
} kernels[] = {
    {1, 1, 0},
    {64, 3, 0},
    {1024, 1024, 0},
    {1025, 7, 0},
    {8192, 5000, 0},
    {100000, 100000, 0},
    {64, 3, ENOSYS},
    {64, 3, EPERM},
    {64, 3, EINVAL},
};

START_TEST(affinity_counts)
{
	unsigned quota = cpus_quota(""), got, want = kernels[_i].mine;

	if (kernels[_i].error != 0)
		want = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (quota > 0 && quota < want)
		want = quota;
	kernel.possible = kernels[_i].possible;
	kernel.mine = kernels[_i].mine;
	kernel.error = kernels[_i].error;
	got = cpus_usable();
	kernel.possible = 0;
	kernel.error = 0;
	ck_assert_uint_eq(got, want);
}
END_TEST

START_TEST(one_cpu_is_one)
{
	cpu_set_t all, one;
	size_t cpu = 0;
	unsigned got;

	if (sched_getaffinity(0, sizeof(all), &all) == -1)
		return;
	while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	got = cpus_usable();
	(void)sched_setaffinity(0, sizeof(all), &all);
	ck_assert_uint_eq(got, 1);
}
END_TEST
#endif

START_TEST(there_is_at_least_one)
{
	ck_assert_uint_ge(cpus_usable(), 1);
}
END_TEST

static void
add_usable(TCase *tc)
{
	tcase_add_test(tc, there_is_at_least_one);
#ifdef HAVE_SCHED_GETAFFINITY
	tcase_add_loop_test(tc, affinity_counts, 0, LENGTH(kernels));
	tcase_add_test(tc, one_cpu_is_one);
#endif
}

static Suite *
cpus_suite(void)
{
	Suite *s = suite_create("cpus");
	TCase *tc = tcase_create("jobs");

	tcase_add_loop_test(tc, jobs_are_counted, 0, LENGTH(jobs));
	tcase_add_loop_test(tc, limits_bound_the_processes, 0, LENGTH(limits));
	tcase_add_test(tc, no_limit_is_the_greatest_number);
	suite_add_tcase(s, tc);

	tc = tcase_create("usable");
	add_usable(tc);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(cpus_suite)
