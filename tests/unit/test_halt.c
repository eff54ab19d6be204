/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of what halts a run.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

#include "halt.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char *text;
	struct halt want;
} good[] = {
    {"never", {HALT_NEVER, HALT_FAIL, 0, false}},
    {"soon,fail=1", {HALT_SOON, HALT_FAIL, 1, false}},
    {"now,fail=1", {HALT_NOW, HALT_FAIL, 1, false}},
    {"soon,success=007", {HALT_SOON, HALT_SUCCESS, 7, false}},
    {"now,done=50%", {HALT_NOW, HALT_DONE, 50, true}},
    {"now,fail=100%", {HALT_NOW, HALT_FAIL, 100, true}},
    {"soon,done=1000000000", {HALT_SOON, HALT_DONE, 1000000000, false}},
};

START_TEST(parses)
{
	struct halt h;

	memset(&h, 0x5a, sizeof(h));
	ck_assert_int_eq(halt_parse(good[_i].text, &h), 0);
	ck_assert_int_eq(h.when, good[_i].want.when);
	ck_assert_int_eq(h.why, good[_i].want.why);
	ck_assert_uint_eq(h.count, good[_i].want.count);
	ck_assert_int_eq(h.percent, good[_i].want.percent);
}
END_TEST

static const char *const bad[] = {"", "x", "now", "soon", "now,", "now,fail",
    "now,fail=", "now,fail=0", "now,fail=0%", "now,fail=101%", "now,fail=%",
    "now,fail=1%%", "now,fail=1 ", "now,fail= 1", "now,fail=-1", "now,fail=+1",
    "now,fail=1000000001", "now,fail=99999999999999999999", "now,failed=1",
    "Now,fail=1", "never,fail=1", "never ", " never", "soon,now,fail=1",
    "now,fail=1,done=1", "now;fail=1", "now,fail=1.5", "now,fail=0x1"};

START_TEST(refuses)
{
	struct halt h = {HALT_SOON, HALT_DONE, 3, true};

	errno = 0;
	ck_assert_msg(halt_parse(bad[_i], &h) == -1, "'%s' is taken", bad[_i]);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(h.when, HALT_SOON);
	ck_assert_uint_eq(h.count, 3);
}
END_TEST

static const struct {
	const char *text;
	struct halt_tally tally; /* done, failed, total */
	bool want;
} rows[] = {
    {"never", {100, 100, 100}, false},
    {"now,fail=1", {9, 0, 0}, false},
    {"now,fail=1", {9, 1, 0}, true},
    {"now,fail=3", {9, 2, 10}, false},
    {"soon,fail=3", {9, 3, 10}, true},
    {"soon,fail=3", {9, 9, 10}, true},
    {"now,success=1", {9, 9, 0}, false},
    {"now,success=1", {9, 8, 0}, true},
    {"now,done=9", {8, 0, 0}, false},
    {"now,done=9", {9, 9, 0}, true},
    /* Of a total that is known. */
    {"now,fail=10%", {1, 0, 10}, false},
    {"now,fail=10%", {1, 1, 10}, true},
    {"now,fail=10%", {1, 1, 11}, false},
    {"now,fail=10%", {2, 2, 11}, true},
    {"now,done=50%", {4, 0, 9}, false},
    {"now,done=50%", {5, 0, 9}, true},
    {"now,success=100%", {9, 0, 10}, false},
    {"now,success=100%", {10, 0, 10}, true},
    {"now,success=100%", {10, 1, 10}, false},
    {"now,fail=1%", {0, 0, 1000}, false},
    /* Of those that have ended, where it is not. */
    {"now,fail=10%", {2, 2, 0}, false},
    {"now,fail=10%", {3, 3, 0}, true},
    {"now,fail=10%", {30, 3, 0}, true},
    {"now,fail=10%", {31, 3, 0}, false},
    {"now,success=50%", {6, 3, 0}, true},
    {"now,done=1%", {1000, 0, 0}, false},
    {"now,done=100%", {UINT64_MAX / 100, 0, 0}, false},
};

START_TEST(reached)
{
	struct halt h;

	ck_assert_int_eq(halt_parse(rows[_i].text, &h), 0);
	ck_assert_msg(
	    halt_reached(&h, &rows[_i].tally) == rows[_i].want, "row %d", _i);
}
END_TEST

static Suite *
suite_halt(void)
{
	Suite *s = suite_create("halt");
	TCase *tc = tcase_create("halt");

	tcase_add_loop_test(tc, parses, 0, NROWS(good));
	tcase_add_loop_test(tc, refuses, 0, NROWS(bad));
	tcase_add_loop_test(tc, reached, 0, NROWS(rows));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_halt)
