/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of when tasks may be started, and of the gauges of the system,
 * which are files of ours here.
 */
#include "config.h"

#include "unit.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "dur.h"
#include "gauge.h"
#include "throttle.h"

#define SECOND DUR_SECOND

/* Puts the text into a file of our /proc. */
static void
put(const char *name, const char *text)
{
	FILE *f;

	(void)mkdir(aid_file("proc"), 0700);
	(void)mkdir(aid_file("proc/pressure"), 0700);
	f = fopen(aid_file(name), "w");
	ck_assert_ptr_nonnull(f);
	(void)fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static void
leave(void)
{
	unsigned i;
	char name[32];

	for (i = 0; i < GAUGE_PRESSURES; i++) {
		(void)snprintf(name, sizeof(name), "proc/pressure/%s",
		    gauge_pressure_name[i]);
		(void)unlink(aid_file(name));
	}
	(void)rmdir(aid_file("proc/pressure"));
	aid_leave();
}

START_TEST(knows_whether_anything_is_limited)
{
	static const struct throttle_conf none,
	    some[] = {
		{.delay = 1},
		{.starts = 1, .period = SECOND},
		{.load = 1},
		{.memfree = 1},
		{.pressure = {[GAUGE_PRESSURES - 1] = 1}},
	    };
	int i;

	ck_assert(!throttle_limits(&none));
	for (i = 0; i < NROWS(some); i++)
		ck_assert(throttle_limits(&some[i]));
}
END_TEST

static const struct {
	const char *text;
	size_t starts;
	int64_t period;
} rates[] = {
    {"1/s", 1, SECOND},
    {"10/2s", 10, 2 * SECOND},
    {"5/m", 5, 60 * SECOND},
    {"7/0.5", 7, SECOND / 2},
    {"7/ms", 7, DUR_MS},
    {"100000/h", 100000, 3600 * SECOND},
    {"", 0, 0},
    {"1", 0, 0},
    {"1/", 0, 0},
    {"/s", 0, 0},
    {"0/s", 0, 0},
    {"-1/s", 0, 0},
    {"100001/s", 0, 0},
    {"1/0", 0, 0},
    {"1/inf", 0, 0},
    {"1/infinity", 0, 0},
    {"1/x", 0, 0},
    {"1/s ", 0, 0},
    {"1//s", 0, 0},
    {"1/ssssssssssssssssssssssssssssssssssssssssss", 0, 0},
};

START_TEST(parses_rates)
{
	struct throttle_conf conf = {.starts = 0};
	bool good = rates[_i].starts > 0;

	ck_assert_int_eq(
	    throttle_rate_parse(rates[_i].text, &conf), good ? 0 : -1);
	ck_assert_uint_eq(conf.starts, rates[_i].starts);
	ck_assert_int_eq(conf.period, rates[_i].period);
}
END_TEST

/* Starts as soon as may be: the times in seconds. */
static const struct {
	struct throttle_conf conf;
	int64_t at[6];
} paces[] = {
    {{.delay = 0}, {1, 1, 1, 1, 1, 1}},
    {{.delay = 3 * SECOND}, {1, 4, 7, 10, 13, 16}},
    {{.starts = 1, .period = 2 * SECOND}, {1, 3, 5, 7, 9, 11}},
    {{.starts = 3, .period = 5 * SECOND}, {1, 1, 1, 6, 6, 6}},
    {{.delay = SECOND, .starts = 3, .period = 5 * SECOND}, {1, 2, 3, 6, 7, 8}},
    {{.delay = 9 * SECOND, .starts = 2, .period = SECOND},
	{1, 10, 19, 28, 37, 46}},
};

START_TEST(paces_starts)
{
	int64_t now = SECOND, when;
	struct throttle t;
	int i;

	ck_assert_int_eq(throttle_init(&t, &paces[_i].conf), 0);
	for (i = 0; i < 6; i++) {
		when = throttle_ask(&t, 1, now);
		if (when != 0) {
			ck_assert_int_ne(throttle_ask(&t, 0, when - 1), 0);
			now = when;
		}
		ck_assert_int_eq(throttle_ask(&t, 1, now), 0);
		ck_assert_int_eq(now, paces[_i].at[i] * SECOND);
		throttle_started(&t, now);
	}
	throttle_free(&t);
}
END_TEST

static const struct {
	const char *file, *text;
	struct throttle_conf conf;
	bool busy;
} loads[] = {
    {"proc/loadavg", "0.20 0.18 0.12 4/80 11206\n", {.load = 4}, false},
    {"proc/loadavg", "0.20 0.18 0.12 5/80 11206\n", {.load = 4}, true},
    {"proc/loadavg", "9.20 9.18 9.12 0/80 11206\n", {.load = 1}, false},
    {"proc/meminfo", "MemTotal:  9 kB\nMemAvailable:    4 kB\n",
	{.memfree = 4096}, false},
    {"proc/meminfo", "MemTotal:  9 kB\nMemAvailable:    4 kB\n",
	{.memfree = 4097}, true},
    {"proc/pressure/cpu", "some avg10=29.99 avg60=80.00\n",
	{.pressure = {[GAUGE_CPU] = 3000}}, false},
    {"proc/pressure/io", "some avg10=30.00 avg60=0.00\n",
	{.pressure = {[GAUGE_IO] = 3000}}, true},
    {"proc/pressure/memory", "some avg10=100.00 avg60=0.00\n",
	{.pressure = {[GAUGE_MEMORY] = 10000}}, true},
};

START_TEST(waits_while_busy)
{
	int64_t now = 100 * SECOND, when;
	struct throttle t;

	put(loads[_i].file, loads[_i].text);
	ck_assert_int_eq(throttle_init(&t, &loads[_i].conf), 0);
	t.root = aid_file("");
	ck_assert_ptr_null(throttle_probe(&t.conf, t.root));
	when = throttle_ask(&t, 1, now);
	ck_assert_int_eq(when > now, loads[_i].busy);
	/* For ever while others run; not if none does. */
	ck_assert_int_eq(
	    throttle_ask(&t, 1, now + 1000 * SECOND) > 0, loads[_i].busy);
	now += 2000 * SECOND;
	ck_assert_int_eq(throttle_ask(&t, 0, now) > 0, loads[_i].busy);
	ck_assert_int_eq(
	    throttle_ask(&t, 0, now + 10 * SECOND - 1) > 0, loads[_i].busy);
	ck_assert_int_eq(throttle_ask(&t, 0, now + 10 * SECOND), 0);
	/* And then from the beginning. */
	ck_assert_int_eq(
	    throttle_ask(&t, 0, now + 11 * SECOND) > 0, loads[_i].busy);
	throttle_free(&t);
}
END_TEST

static const struct {
	const char *file, *text; /* NULL: not there */
	struct throttle_conf conf;
	const char *what;
	int err;
} blind[] = {
    {"proc/loadavg", NULL, {.load = 1}, "/proc/loadavg", ENOENT},
    {"proc/loadavg", "0.20 0.18\n", {.load = 1}, "/proc/loadavg", EINVAL},
    {"proc/loadavg", "0.2 0.2 0.1 x\n", {.load = 1}, "/proc/loadavg", EINVAL},
    {"proc/loadavg", "0.2 0.2 0.1 12\n", {.load = 1}, "/proc/loadavg", EINVAL},
    {"proc/meminfo", "", {.memfree = 1}, "/proc/meminfo", EINVAL},
    {"proc/meminfo", "MemAvailable: 1 MB\n", {.memfree = 1}, "/proc/meminfo",
	EINVAL},
    {"proc/meminfo", "MemAvailable: 99999999999999999999 kB\n", {.memfree = 1},
	"/proc/meminfo", EINVAL},
    {"proc/pressure/io", NULL, {.pressure = {[GAUGE_IO] = 1}},
	"/proc/pressure/io", ENOENT},
    {"proc/pressure/cpu", "full avg10=0.00\n", {.pressure = {[GAUGE_CPU] = 1}},
	"/proc/pressure/cpu", EINVAL},
    {"proc/pressure/cpu", "some avg10=101.00\n",
	{.pressure = {[GAUGE_CPU] = 1}}, "/proc/pressure/cpu", EINVAL},
    {"proc/pressure/cpu", "some avg10=1.0\n", {.pressure = {[GAUGE_CPU] = 1}},
	"/proc/pressure/cpu", EINVAL},
};

/* What cannot be read is told at the start, and holds nothing up later. */
START_TEST(tells_what_it_cannot_read)
{
	struct throttle t;

	if (blind[_i].text != NULL)
		put(blind[_i].file, blind[_i].text);
	ck_assert_int_eq(throttle_init(&t, &blind[_i].conf), 0);
	t.root = aid_file("");
	errno = 0;
	ck_assert_str_eq(throttle_probe(&t.conf, t.root), blind[_i].what);
	ck_assert_int_eq(errno, blind[_i].err);
	ck_assert_int_eq(throttle_ask(&t, 1, SECOND), 0);
	throttle_free(&t);
}
END_TEST

static Suite *
suite_throttle(void)
{
	Suite *s = suite_create("throttle");
	TCase *tc = tcase_create("throttle");

	tcase_add_checked_fixture(tc, aid_enter, leave);
	tcase_add_test(tc, knows_whether_anything_is_limited);
	tcase_add_loop_test(tc, parses_rates, 0, NROWS(rates));
	tcase_add_loop_test(tc, paces_starts, 0, NROWS(paces));
	tcase_add_loop_test(tc, waits_while_busy, 0, NROWS(loads));
	tcase_add_loop_test(tc, tells_what_it_cannot_read, 0, NROWS(blind));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_throttle)
