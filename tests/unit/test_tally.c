/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the checker of torture: what is true it believes, and each
 * kind of thing that must not happen it notices.
 */
#include "config.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "tally.h"

static struct tally tally;
static struct buf body[4]; /* of the tasks 1 to 3, with their NULs */

static size_t
len(int serial)
{
	return buf_len(&body[serial]) - 1;
}

static void
enter(void)
{
	int i;

	tally_init(&tally);
	for (i = 1; i <= 3; i++)
		ck_assert_int_eq(tally_new(&tally, &body[i]), i);
}

static void
leave(void)
{
	int i;

	for (i = 1; i <= 3; i++)
		buf_free(&body[i]);
	tally_free(&tally);
}

static int
found(int64_t id, int serial)
{
	return tally_found(&tally, id, buf_data(&body[serial]), len(serial));
}

static int
got(int64_t id, int serial, int64_t began)
{
	return tally_got(
	    &tally, id, buf_data(&body[serial]), len(serial), began);
}

static void
wrong(int rc, const char *why)
{
	ck_assert_int_eq(rc, -1);
	ck_assert_str_eq(buf_data(&tally.why), why);
}

START_TEST(bodies_differ)
{
	ck_assert_uint_ne(len(1), len(2));
	ck_assert_int_eq(strncmp(buf_data(&body[1]), "1:", 2), 0);
	ck_assert_uint_eq(strlen(buf_data(&body[2])), len(2));
}
END_TEST

/* One is done, one is there, one may be either; put was killed before it
 * could print the ids of two. */
START_TEST(all_is_well)
{
	ck_assert_int_eq(tally_printed(&tally, 2, 1), 0);
	ck_assert_int_eq(got(2, 1, 10), 0);
	ck_assert_int_eq(got(2, 1, 20), 0);
	ck_assert_int_eq(tally_acked(&tally, 2, 30), 0);
	ck_assert_int_eq(got(2, 1, 20), 0); /* told late */
	ck_assert_int_eq(got(1, 3, 40), 0);
	ck_assert_int_eq(tally_doubtful(&tally, 1), 0);
	ck_assert_int_eq(found(3, 2), 0);
	ck_assert_int_eq(tally_end(&tally), 0);
	ck_assert_int_eq(tally.printed, 1);
	ck_assert_int_eq(tally.got, 4);
	ck_assert_int_eq(tally.acked, 1);
	ck_assert_int_eq(tally.doubtful, 1);
	ck_assert_int_eq(tally.found, 1);
	ck_assert_uint_eq(buf_len(&tally.why), 0);
}
END_TEST

START_TEST(doubtful_ones_may_be_there)
{
	ck_assert_int_eq(tally_printed(&tally, 1, 1), 0);
	ck_assert_int_eq(tally_doubtful(&tally, 1), 0);
	ck_assert_int_eq(found(1, 1), 0);
	ck_assert_int_eq(tally_end(&tally), 0);
}
END_TEST

START_TEST(lost)
{
	ck_assert_int_eq(tally_printed(&tally, 1, 1), 0);
	ck_assert_int_eq(tally_printed(&tally, 2, 2), 0);
	ck_assert_int_eq(found(1, 1), 0);
	wrong(tally_end(&tally), "task 2: lost");
}
END_TEST

START_TEST(done_twice)
{
	ck_assert_int_eq(tally_acked(&tally, 1, 10), 0);
	wrong(tally_acked(&tally, 1, 20), "task 1: done twice");
}
END_TEST

START_TEST(got_when_done)
{
	ck_assert_int_eq(tally_acked(&tally, 1, 10), 0);
	wrong(got(1, 1, 11), "task 1: got again after it was done");
}
END_TEST

START_TEST(there_when_done)
{
	ck_assert_int_eq(tally_acked(&tally, 1, 10), 0);
	wrong(found(1, 1), "task 1: done, and there again");
}
END_TEST

START_TEST(id_given_twice)
{
	ck_assert_int_eq(tally_printed(&tally, 1, 1), 0);
	wrong(tally_printed(&tally, 1, 2), "task 1: the id was given twice");
}
END_TEST

START_TEST(another_body)
{
	ck_assert_int_eq(tally_printed(&tally, 1, 1), 0);
	wrong(got(1, 2, 10), "task 1: it was another one");
}
END_TEST

START_TEST(there_twice)
{
	ck_assert_int_eq(found(1, 1), 0);
	ck_assert_int_eq(found(2, 1), 0);
	wrong(tally_end(&tally), "task 2: there twice");
}
END_TEST

START_TEST(ids_of_nobody)
{
	static const int64_t ids[] = {-1, 0, 4, INT64_MAX};
	char why[64];

	(void)snprintf(
	    why, sizeof(why), "task %jd: nobody put it", (intmax_t)ids[_i]);
	wrong(found(ids[_i], 1), why);
}
END_TEST

START_TEST(broken_bodies)
{
	static const char *const bodies[] = {"", ":", "1",
	    "1:", "0:", "4:", "-1:", "99999999999999999999:", "x:"};

	wrong(tally_found(&tally, 1, bodies[_i], strlen(bodies[_i])),
	    "task 1: not what was put");
}
END_TEST

START_TEST(cut_or_changed)
{
	char *p = buf_data(&body[1]);

	if (_i == 0) {
		wrong(tally_found(&tally, 1, p, len(1) - 1),
		    "task 1: not what was put");
	} else {
		p[len(1) - 1] ^= 1;
		wrong(found(1, 1), "task 1: not what was put");
	}
}
END_TEST

START_TEST(the_first_counts)
{
	wrong(tally_wrong(&tally, "%s %d", "first", 1), "first 1");
	wrong(found(0, 1), "first 1");
}
END_TEST

static Suite *
tally_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *tc = tcase_create("tally");

	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_test(tc, bodies_differ);
	tcase_add_test(tc, all_is_well);
	tcase_add_test(tc, doubtful_ones_may_be_there);
	tcase_add_test(tc, lost);
	tcase_add_test(tc, done_twice);
	tcase_add_test(tc, got_when_done);
	tcase_add_test(tc, there_when_done);
	tcase_add_test(tc, id_given_twice);
	tcase_add_test(tc, another_body);
	tcase_add_test(tc, there_twice);
	tcase_add_loop_test(tc, ids_of_nobody, 0, 4);
	tcase_add_loop_test(tc, broken_bodies, 0, 9);
	tcase_add_loop_test(tc, cut_or_changed, 0, 2);
	tcase_add_test(tc, the_first_counts);
	suite_add_tcase(suite, tc);
	return suite;
}

UNIT_MAIN(tally_suite)
