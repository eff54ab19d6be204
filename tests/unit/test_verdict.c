/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the verdict on members: a table of what happened, and of
 * what that makes of each and of the whole.
 */
#include "unit.h"

#include <signal.h>
#include <string.h>

#include "aid.h"
#include "verdict.h"

#define MEMBERS_MAX 4
#define MS INT64_C(1000000)
#define NOBODY VERDICT_NOBODY

/* Statuses as wait(2) gives them, and what they mean to the program. */
#define EXIT(n) ((n) << 8)
#define RUNS (-1)

#define LINE VERDICT_LINE
#define RING VERDICT_RING

/* One member: status, place in time, end in milliseconds. */
struct happened {
	int status;
	unsigned order;
	int end;
	bool unread, by_us;
};

static const struct {
	const char *name;
	enum verdict_shape shape;
	size_t n;
	struct happened m[MEMBERS_MAX];
	const char *kinds; /* - runs, o ok, p pipe, r result, e ended, F */
	size_t culprit;
	int status;
} rows[] = {
    {"all is well", RING, 2, {{0, 1, 0, 0, 0}, {0, 2, 0, 0, 0}}, "oo", NOBODY,
	0},
    {"alone", RING, 1, {{EXIT(7), 1, 0, 0, 0}}, "F", 0, 7},
    {"alone, by SIGPIPE: nobody else has read", RING, 1,
	{{SIGPIPE, 1, 0, 1, 0}}, "F", 0, -SIGPIPE},
    {"3 and 4: the first in time", RING, 2,
	{{EXIT(4), 2, 0, 0, 0}, {EXIT(3), 1, 0, 0, 0}}, "FF", 1, 3},
    {"death by a signal", LINE, 2, {{SIGSEGV, 1, 0, 0, 0}, {0, 2, 0, 0, 0}},
	"Fo", 0, -SIGSEGV},
    {"yes and head", LINE, 2, {{SIGPIPE, 2, 1, 1, 0}, {0, 1, 0, 0, 0}}, "po",
	NOBODY, 0},
    {"the same, the kernel noted it the other way round", LINE, 2,
	{{SIGPIPE, 1, 0, 1, 0}, {0, 2, 1, 0, 0}}, "po", NOBODY, 0},
    {"a reader that closes and goes on for long", LINE, 2,
	{{SIGPIPE, 1, 0, 1, 0}, {0, 2, 501, 0, 0}}, "Fo", 0, -SIGPIPE},
    {"and still runs", LINE, 2, {{SIGPIPE, 1, 0, 1, 0}, {RUNS, 0, 0, 0, 0}},
	"F-", 0, -SIGPIPE},
    {"SIGPIPE while the reader reads", LINE, 2,
	{{SIGPIPE, 1, 0, 0, 0}, {0, 2, 1, 0, 0}}, "Fo", 0, -SIGPIPE},
    {"though the end of the reader was noted first", LINE, 2,
	{{SIGPIPE, 2, 1, 0, 0}, {0, 1, 0, 0, 0}}, "Fo", 0, -SIGPIPE},
    {"the reader fails", LINE, 2,
	{{SIGPIPE, 2, 1, 1, 0}, {EXIT(3), 1, 0, 0, 0}}, "rF", 1, 3},
    {"the reader fails, noted later", LINE, 2,
	{{SIGPIPE, 1, 0, 1, 0}, {EXIT(3), 2, 1, 0, 0}}, "rF", 1, 3},
    {"a chain of readers", LINE, 4,
	{{SIGPIPE, 4, 3, 1, 0}, {SIGPIPE, 3, 2, 1, 0}, {SIGPIPE, 2, 1, 1, 0},
	    {0, 1, 0, 0, 0}},
	"pppo", NOBODY, 0},
    {"a chain that begins with a failure", LINE, 3,
	{{SIGPIPE, 3, 2, 1, 0}, {SIGPIPE, 2, 1, 1, 0}, {EXIT(9), 1, 0, 0, 0}},
	"rrF", 2, 9},
    {"a chain that is broken by a reader who did not end", LINE, 3,
	{{SIGPIPE, 3, 900, 1, 0}, {SIGPIPE, 2, 1, 0, 0}, {0, 1, 0, 0, 0}},
	"rFo", 1, -SIGPIPE},
    {"the last one of a line has a reader elsewhere", LINE, 2,
	{{SIGPIPE, 2, 1, 1, 0}, {SIGPIPE, 1, 0, 0, 0}}, "rF", 1, -SIGPIPE},
    {"around the corner of a ring", RING, 3,
	{{0, 1, 0, 0, 0}, {0, 3, 2, 0, 0}, {SIGPIPE, 2, 1, 1, 0}}, "oop",
	NOBODY, 0},
    {"all around: the first one failed", RING, 3,
	{{SIGPIPE, 2, 1, 1, 0}, {SIGPIPE, 1, 0, 1, 0}, {SIGPIPE, 3, 2, 1, 0}},
	"rFr", 1, -SIGPIPE},
    {"a failure ended the others", RING, 3,
	{{EXIT(5), 1, 0, 0, 0}, {SIGTERM, 2, 1, 0, 1}, {EXIT(143), 3, 1, 0, 1}},
	"Fee", 0, 5},
    {"ended by us and well", RING, 2, {{SIGKILL, 2, 0, 0, 1}, {0, 1, 0, 0, 1}},
	"eo", NOBODY, 0},
    {"exit 1 that is none of --epipe-codes", LINE, 2,
	{{EXIT(1), 2, 1, 1, 0}, {0, 1, 0, 0, 0}}, "Fo", 0, 1},
};

static const struct verdict_rules plain;

static void
fill(struct verdict_member *m, const struct happened *h, size_t n)
{
	size_t i;

	memset(m, 0, n * sizeof(m[0]));
	for (i = 0; i < n; i++) {
		m[i].ended = h[i].status != RUNS;
		m[i].status = h[i].status;
		m[i].order = h[i].order;
		m[i].end = h[i].end * MS;
		m[i].unread = h[i].unread;
		m[i].by_us = h[i].by_us;
	}
}

static char
letter(const struct verdict_member *m)
{
	return "-opreF"[m->kind];
}

START_TEST(judges)
{
	struct verdict_rules rules = plain;
	struct verdict_member m[MEMBERS_MAX];
	char kinds[MEMBERS_MAX + 1] = "";
	size_t i, culprit, n = rows[_i].n;

	rules.shape = rows[_i].shape;
	fill(m, rows[_i].m, n);
	verdict_judge(&rules, m, n, 2000 * MS);
	for (i = 0; i < n; i++)
		kinds[i] = letter(&m[i]);
	ck_assert_msg(strcmp(kinds, rows[_i].kinds) == 0, "%s: %s, not %s",
	    rows[_i].name, kinds, rows[_i].kinds);
	culprit = verdict_culprit(&rules, m, n);
	ck_assert_msg(culprit == rows[_i].culprit, "%s: culprit %zu",
	    rows[_i].name, culprit);
	ck_assert_msg(verdict_status(&rules, m, culprit) == rows[_i].status,
	    "%s: %d", rows[_i].name, verdict_status(&rules, m, culprit));
}
END_TEST

/* As long as the reader may still end it is not known. */
START_TEST(waits)
{
	struct verdict_rules rules = plain;
	struct verdict_member m[2];
	const struct happened h[] = {
	    {SIGPIPE, 1, 0, true, false}, {RUNS, 0, 0, false, false}};

	fill(m, h, 2);
	verdict_judge(&rules, m, 2, VERDICT_SLACK);
	ck_assert_int_eq(letter(&m[0]), 'r');
	ck_assert(verdict_culprit(&rules, m, 2) == NOBODY);
	verdict_judge(&rules, m, 2, VERDICT_SLACK + 1);
	ck_assert_int_eq(letter(&m[0]), 'F');
}
END_TEST

START_TEST(strict)
{
	struct verdict_rules rules = plain;
	struct verdict_member m[2];
	const struct happened benign[] = {
	    {SIGPIPE, 2, 1, true, false}, {0, 1, 0, false, false}};
	const struct happened result[] = {
	    {SIGPIPE, 2, 1, true, false}, {EXIT(3), 1, 0, false, false}};

	rules.strict = true;
	fill(m, benign, 2);
	verdict_judge(&rules, m, 2, 0);
	ck_assert_int_eq(letter(&m[0]), 'F');
	ck_assert_int_eq(verdict_status(&rules, m, 0), -SIGPIPE);
	fill(m, result, 2);
	verdict_judge(&rules, m, 2, 0);
	ck_assert(verdict_culprit(&rules, m, 2) == 1);
}
END_TEST

START_TEST(codes)
{
	struct verdict_rules rules = plain;
	struct verdict_member m[2];
	const struct happened after[] = {
	    {EXIT(74), 2, 1, true, false}, {0, 1, 0, false, false}};
	const struct happened before[] = {
	    {EXIT(74), 1, 0, false, false}, {0, 2, 1, false, false}};

	rules.epipe[74] = true;
	fill(m, after, 2);
	verdict_judge(&rules, m, 2, 0);
	ck_assert_int_eq(letter(&m[0]), 'p');
	fill(m, before, 2);
	verdict_judge(&rules, m, 2, 0);
	ck_assert_int_eq(letter(&m[0]), 'F');
}
END_TEST

/* Four failures: which one it is, and what the status is then. */
static const struct {
	enum verdict_pick pick;
	size_t culprit;
	int status;
} picks[] = {
    {VERDICT_FIRST, 2, 1},
    {VERDICT_LAST, 3, 2},
    {VERDICT_MAX, 1, -SIGKILL},
    {VERDICT_ANY, 2, 123},
};

START_TEST(picks_one)
{
	struct verdict_rules rules = plain;
	struct verdict_member m[4];
	const struct happened h[] = {{EXIT(100), 4, 0, false, false},
	    {SIGKILL, 3, 0, false, false}, {EXIT(1), 1, 0, false, false},
	    {EXIT(2), 2, 0, false, false}};
	size_t culprit;

	rules.pick = picks[_i].pick;
	fill(m, h, 4);
	verdict_judge(&rules, m, 4, 0);
	culprit = verdict_culprit(&rules, m, 4);
	ck_assert_uint_eq(culprit, picks[_i].culprit);
	ck_assert_int_eq(verdict_status(&rules, m, culprit), picks[_i].status);
}
END_TEST

START_TEST(numbers)
{
	ck_assert_int_eq(verdict_number(0), 0);
	ck_assert_int_eq(verdict_number(EXIT(3)), 3);
	ck_assert_int_eq(verdict_number(SIGPIPE), 141);
	/* A core was dumped. */
	ck_assert_int_eq(verdict_number(SIGSEGV | 0x80), 128 + SIGSEGV);
}
END_TEST

static Suite *
verdict_suite(void)
{
	Suite *s = suite_create("verdict");
	TCase *tc = tcase_create("verdict");

	tcase_add_loop_test(tc, judges, 0, NROWS(rows));
	tcase_add_test(tc, waits);
	tcase_add_test(tc, strict);
	tcase_add_test(tc, codes);
	tcase_add_loop_test(tc, picks_one, 0, NROWS(picks));
	tcase_add_test(tc, numbers);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(verdict_suite)
