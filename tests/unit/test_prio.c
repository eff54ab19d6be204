/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of scheduling policies and I/O priorities: their texts, and
 * that the kernel takes what they stand for.
 */
#include "config.h"

#include "prio.h"

#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "unit.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text;
	int policy, priority;
} policies[] = {
    {"other", SCHED_OTHER, 0},
#ifdef __linux__
    {"batch", SCHED_BATCH, 0},
    {"idle", SCHED_IDLE, 0},
#endif
    {"fifo:1", SCHED_FIFO, 1},
    {"fifo:50", SCHED_FIFO, 50},
    {"fifo:99", SCHED_FIFO, 99},
    {"fifo:007", SCHED_FIFO, 7},
    {"rr:1", SCHED_RR, 1},
    {"rr:99", SCHED_RR, 99},
};

START_TEST(reads_policies)
{
	int policy = -7, priority = -7;

	ck_assert_msg(prio_sched(policies[_i].text, &policy, &priority) == 0,
	    "'%s'", policies[_i].text);
	ck_assert_int_eq(policy, policies[_i].policy);
	ck_assert_int_eq(priority, policies[_i].priority);
}
END_TEST

static const char *const no_policies[] = {
    "",
    ":",
    ":1",
    "nosuch",
    "othe",
    "others",
    "other:",
    "other:0",
    "other:1",
    "batch:0",
    "idle:0",
    "idle:",
    "Other",
    "OTHER",
    "SCHED_OTHER",
    " other",
    "other ",
    "fifo",
    "fifo:",
    "fifo:0",
    "fifo:100",
    "fifo:-1",
    "fifo:+1",
    "fifo: 1",
    "fifo:1 ",
    "fifo:1x",
    "fifo:1:1",
    "fifo:0x1",
    "fifo:1.0",
    "fifo:1e1",
    "fifo:4294967297",
    "fifo:18446744073709551617",
    "fifo::1",
    "fifo=1",
    "fifo 1",
    "fif:1",
    "rr",
    "rr:",
    "rr:0",
    "rr:100",
    "rrr:1",
    "r:1",
    "none",
    "best-effort:1",
    "0",
};

START_TEST(rejects_policies)
{
	int policy = -7, priority = -8;

	errno = 0;
	ck_assert_msg(prio_sched(no_policies[_i], &policy, &priority) == -1,
	    "'%s' is one", no_policies[_i]);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(policy, -7);
	ck_assert_int_eq(priority, -8);
}
END_TEST

static const struct {
	const char *text;
	int value;
} ios[] = {
    {"none", 0},
    {"realtime", 0x2004},
    {"realtime:0", 0x2000},
    {"realtime:4", 0x2004},
    {"realtime:7", 0x2007},
    {"best-effort", 0x4004},
    {"best-effort:0", 0x4000},
    {"best-effort:7", 0x4007},
    {"best-effort:007", 0x4007},
    {"idle", 0x6000},
};

START_TEST(reads_io)
{
	int value = prio_io(ios[_i].text);

	ck_assert_msg(
	    value == ios[_i].value, "'%s': %#x", ios[_i].text, (unsigned)value);
}
END_TEST

static const char *const no_ios[] = {
    "",
    ":",
    ":4",
    "nosuch",
    "none:",
    "none:0",
    "none:4",
    "idle:",
    "idle:0",
    "idle:7",
    "realtime:",
    "realtime:8",
    "realtime:-1",
    "realtime:+1",
    "realtime: 1",
    "realtime:1 ",
    "realtime:1x",
    "realtime:1:1",
    "realtime:4294967296",
    "realtime:18446744073709551616",
    "real-time",
    "realtim",
    "realtimes",
    "Realtime",
    "best-effort:",
    "best-effort:8",
    "best-effort:10",
    "best-effort:0x1",
    "best-effort:1.5",
    "best effort",
    "besteffort",
    " best-effort",
    "best-effort ",
    "best-effort\n",
    "other",
    "fifo:1",
    "2",
};

START_TEST(rejects_io)
{
	errno = 0;
	ck_assert_msg(prio_io(no_ios[_i]) == -1, "'%s' is one", no_ios[_i]);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

/* To the kernel: not all are allowed to everybody, but none is wrong. */
START_TEST(policies_are_real)
{
	struct sched_param param = {0};
	int policy, rc;

	ck_assert_int_eq(
	    prio_sched(policies[_i].text, &policy, &param.sched_priority), 0);
	errno = 0;
	rc = sched_setscheduler(0, policy, &param);
	if (rc == -1)
		ck_assert_int_ne(errno, EINVAL);
	else
		ck_assert_int_eq(sched_getscheduler(0), policy);
}
END_TEST

#ifdef SYS_ioprio_set
START_TEST(io_is_real)
{
	const int this_process = 1;
	long rc;

	if (syscall(SYS_ioprio_get, this_process, 0) == -1)
		return;
	rc = syscall(SYS_ioprio_set, this_process, 0, prio_io(ios[_i].text));
	if (rc == -1)
		ck_assert_int_eq(errno, EPERM);
	else if (ios[_i].value != 0) /* none: as the niceness says */
		ck_assert_int_eq(
		    syscall(SYS_ioprio_get, this_process, 0), ios[_i].value);
}
END_TEST
#endif

static void
add_real(Suite *s)
{
	TCase *tc = tcase_create("real");

	tcase_add_loop_test(tc, policies_are_real, 0, LENGTH(policies));
#ifdef SYS_ioprio_set
	tcase_add_loop_test(tc, io_is_real, 0, LENGTH(ios));
#endif
	suite_add_tcase(s, tc);
}

static Suite *
suite_prio(void)
{
	Suite *s = suite_create("prio");
	TCase *tc = tcase_create("prio");

	tcase_add_loop_test(tc, reads_policies, 0, LENGTH(policies));
	tcase_add_loop_test(tc, rejects_policies, 0, LENGTH(no_policies));
	tcase_add_loop_test(tc, reads_io, 0, LENGTH(ios));
	tcase_add_loop_test(tc, rejects_io, 0, LENGTH(no_ios));
	suite_add_tcase(s, tc);
	add_real(s);
	return s;
}

UNIT_MAIN(suite_prio)
