/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of escalation ladders.
 */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "dur.h"
#include "ladder.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char *text;
	struct ladder l;
} ladders[] = {
    {"TERM", {{{SIGTERM, 0}}, 1}},
    {"sigterm", {{{SIGTERM, 0}}, 1}},
    {"15", {{{15, 0}}, 1}},
    {"0", {{{0, 0}}, 1}},
    {"TERM:5s,KILL", {{{SIGTERM, 5 * DUR_SECOND}, {SIGKILL, 0}}, 2}},
    {"INT:2s,TERM:5s,KILL",
	{{{SIGINT, 2 * DUR_SECOND}, {SIGTERM, 5 * DUR_SECOND}, {SIGKILL, 0}},
	    3}},
    {"1:0,9", {{{1, 0}, {9, 0}}, 2}},
    {"HUP:1e-9,SIGHUP", {{{SIGHUP, 1}, {SIGHUP, 0}}, 2}},
    {"HUP:300ms,9", {{{SIGHUP, 300 * DUR_MS}, {9, 0}}, 2}},
    {"HUP:0x10,9", {{{SIGHUP, 16 * DUR_SECOND}, {9, 0}}, 2}},
    {"HUP:inf,9", {{{SIGHUP, DUR_INFINITE}, {9, 0}}, 2}},
    {"1:1,2:1,3:1,4:1,5:1,6:1,7:1,8",
	{{{1, DUR_SECOND}, {2, DUR_SECOND}, {3, DUR_SECOND}, {4, DUR_SECOND},
	     {5, DUR_SECOND}, {6, DUR_SECOND}, {7, DUR_SECOND}, {8, 0}},
	    8}},
};

static void
check_same(const struct ladder *a, const struct ladder *b, const char *text)
{
	size_t i;

	ck_assert_msg(a->n == b->n, "'%s': %zu steps", text, a->n);
	for (i = 0; i < a->n; i++) {
		ck_assert_msg(a->step[i].sig == b->step[i].sig,
		    "'%s': step %zu: signal %d", text, i, a->step[i].sig);
		ck_assert_msg(a->step[i].wait == b->step[i].wait,
		    "'%s': step %zu: wait %lld", text, i,
		    (long long)a->step[i].wait);
	}
}

START_TEST(reads)
{
	struct ladder l;

	memset(&l, 0xff, sizeof(l));
	ck_assert_msg(ladder_parse(ladders[_i].text, &l) == 0, "'%s' fails",
	    ladders[_i].text);
	check_same(&l, &ladders[_i].l, ladders[_i].text);
}
END_TEST

static const char *const no_ladders[] = {
    "",
    ",",
    ":",
    " ",
    "nosuch",
    "TERM,",
    ",TERM",
    "TERM,KILL",
    "TERM:1s",
    "TERM:1s,",
    "TERM:1s,,KILL",
    "TERM:,KILL",
    "TERM:x,KILL",
    "TERM:-1,KILL",
    "TERM:nan,KILL",
    "TERM:1s:2s,KILL",
    "TERM:1s ,KILL",
    "TERM:1s, KILL",
    ":1s,KILL",
    "TERM:1s,nosuch",
    "TERM:1s,KILL:1s",
    "TERM:1s;KILL",
    "-1",
    "999",
    "1:1,2:1,3:1,4:1,5:1,6:1,7:1,8:1,9",
    ("TERM:0000000000000000000000000000000000000000000000000000000000000000001,"
     "KILL"),
    "TERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERM",
};

START_TEST(rejects)
{
	struct ladder l, before;

	memset(&l, 0x5a, sizeof(l));
	before = l;
	errno = 0;
	ck_assert_msg(ladder_parse(no_ladders[_i], &l) == -1, "'%s' is one",
	    no_ladders[_i]);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_msg(memcmp(&l, &before, sizeof(l)) == 0, "'%s' changes it",
	    no_ladders[_i]);
}
END_TEST

START_TEST(adds)
{
	struct ladder l = {.n = 0}, full;
	size_t i;

	ck_assert_int_eq(ladder_add(&l, SIGINT, 77), 0);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_int_eq(l.step[0].sig, SIGINT);
	ck_assert_int_eq(ladder_add(&l, SIGKILL, 5), 0);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_int_eq(l.step[0].wait, 5);
	ck_assert_int_eq(l.step[1].sig, SIGKILL);
	for (i = 2; i < LADDER_MAX; i++)
		ck_assert_int_eq(ladder_add(&l, SIGHUP, 6), 0);
	full = l;
	errno = 0;
	ck_assert_int_eq(ladder_add(&l, SIGTERM, 7), -1);
	ck_assert_int_eq(errno, ENOSPC);
	check_same(&l, &full, "a full one");
}
END_TEST

static Suite *
suite_ladder(void)
{
	Suite *s = suite_create("ladder");
	TCase *tc = tcase_create("ladder");

	tcase_add_loop_test(tc, reads, 0, NROWS(ladders));
	tcase_add_loop_test(tc, rejects, 0, NROWS(no_ladders));
	tcase_add_test(tc, adds);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_ladder)
