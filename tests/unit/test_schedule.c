/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of schedules.
 */
#include "unit.h"

#include <signal.h>
#include <string.h>

#include "aid.h"
#include "dur.h"
#include "schedule.h"

#define S DUR_SECOND

static const struct {
	const char *text;
	struct schedule s;
} schedules[] = {
    {"10", {{{SIGUSR1, 10 * S}, {SIGKILL, 10 * S}}, 2, 2}},
    {"300ms", {{{SIGUSR1, 300 * DUR_MS}, {SIGKILL, 300 * DUR_MS}}, 2, 2}},
    {"0", {{{SIGUSR1, 0}, {SIGKILL, 0}}, 2, 2}},
    {"TERM/10/KILL/5", {{{SIGTERM, 10 * S}, {SIGKILL, 5 * S}}, 2, 2}},
    {"-TERM/10/-9/5", {{{SIGTERM, 10 * S}, {SIGKILL, 5 * S}}, 2, 2}},
    {"sigterm/1.5/-SIGKILL/2m",
	{{{SIGTERM, 3 * S / 2}, {SIGKILL, 120 * S}}, 2, 2}},
    {"TERM/KILL", {{{SIGTERM, 0}, {SIGKILL, 0}}, 2, 2}},
    {"9/5", {{{0, 14 * S}}, 1, 1}},
    {"1/TERM/1/1", {{{0, S}, {SIGTERM, 2 * S}}, 2, 2}},
    {"TERM/infinity/1", {{{SIGTERM, DUR_INFINITE}}, 1, 1}},
    {"forever/TERM/1", {{{SIGTERM, S}}, 1, 0}},
    {"TERM/1/forever/KILL/2", {{{SIGTERM, S}, {SIGKILL, 2 * S}}, 2, 1}},
    {"TERM/forever/1/KILL", {{{SIGTERM, 0}, {0, S}, {SIGKILL, 0}}, 3, 1}},
    {"RTMIN+1/forever/1ms", {{{34 + 1, 0}, {0, DUR_MS}}, 2, 1}},
};

START_TEST(reads)
{
	const struct schedule *want = &schedules[_i].s;
	const char *text = schedules[_i].text;
	struct buf why = BUF_INIT;
	struct schedule s;
	size_t i;

	ck_assert_msg(schedule_parse(text, SIGUSR1, &s, &why) == 0,
	    "'%s' is refused", text);
	ck_assert_msg(s.n == want->n && s.again == want->again,
	    "'%s': %zu steps, again %zu", text, s.n, s.again);
	for (i = 0; i < s.n; i++) {
		ck_assert_msg(strncmp(text, "RT", 2) == 0 ||
			s.step[i].sig == want->step[i].sig,
		    "'%s': step %zu: signal %d", text, i, s.step[i].sig);
		ck_assert_msg(s.step[i].wait == want->step[i].wait,
		    "'%s': step %zu: wait %lld", text, i,
		    (long long)s.step[i].wait);
	}
	ck_assert_uint_eq(buf_len(&why), 0);
}
END_TEST

#define TEN "HUP/HUP/HUP/HUP/HUP/HUP/HUP/HUP/HUP/HUP/"

static const struct {
	const char *text, *reason;
} none[] = {
    {"", "neither a time nor a schedule"},
    {"TERM", "neither a time nor a schedule"},
    {"-5", "neither a time nor a schedule"},
    {"forever", "neither a time nor a schedule"},
    {"/", "empty item"},
    {"TERM/", "empty item"},
    {"/5", "empty item"},
    {"TERM//5", "empty item"},
    {"TERM/5x", "invalid time"},
    {"TERM/1e3", "invalid time"},
    {"TERM/.5", "invalid time"},
    {"TERM/ 5", "no signal, time or \"forever\""},
    {"NOSUCH/5", "no signal, time or \"forever\""},
    {"--TERM/5", "no signal, time or \"forever\""},
    {"-0/5", "no signal, time or \"forever\""},
    {"EXIT/5", "no signal, time or \"forever\""},
    {"-999/5", "no signal, time or \"forever\""},
    {"TERM/Forever", "no signal, time or \"forever\""},
    {"forever/1/forever/2", "more than one \"forever\""},
    {"TERM/5/forever", "no time behind \"forever\""},
    {"5/forever/TERM", "no time behind \"forever\""},
    {"forever/TERM/0", "no time behind \"forever\""},
    {TEN TEN TEN "HUP/HUP/HUP", "too many steps"},
    {"TERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERMTERM/1",
	"item too long"},
};

START_TEST(refuses)
{
	struct schedule s, before;
	struct buf why = BUF_INIT;

	memset(&s, 0x5a, sizeof(s));
	before = s;
	ck_assert_msg(schedule_parse(none[_i].text, SIGTERM, &s, &why) == -1,
	    "'%s' is read", none[_i].text);
	ck_assert_int_eq(buf_addc(&why, '\0'), 0);
	ck_assert_msg(strstr(buf_data(&why), none[_i].reason) != NULL,
	    "'%s': %s", none[_i].text, buf_data(&why));
	ck_assert_ptr_eq(buf_data(&why), strchr(buf_data(&why), '\''));
	ck_assert_int_eq(memcmp(&s, &before, sizeof(s)), 0);
	buf_free(&why);
}
END_TEST

static void
begin(struct schedule *s, struct schedule_walk *w, const char *text)
{
	struct buf why = BUF_INIT;

	ck_assert_int_eq(schedule_parse(text, SIGTERM, s, &why), 0);
	schedule_begin(w, s);
}

START_TEST(walks_to_the_end)
{
	struct schedule_walk w;
	struct schedule s;

	begin(&s, &w, "TERM/1/KILL/2");
	ck_assert_int_eq(schedule_next(&w)->sig, SIGTERM);
	ck_assert_int_eq(schedule_next(&w)->sig, SIGKILL);
	ck_assert_ptr_null(schedule_next(&w));
	ck_assert_ptr_null(schedule_next(&w));
	schedule_begin(&w, &s);
	ck_assert_int_eq(schedule_next(&w)->sig, SIGTERM);
}
END_TEST

START_TEST(walks_for_ever)
{
	struct schedule_walk w;
	struct schedule s;
	int i;

	begin(&s, &w, "INT/1/forever/TERM/2/KILL/3");
	ck_assert_int_eq(schedule_next(&w)->sig, SIGINT);
	for (i = 0; i < 1000; i++) {
		ck_assert_int_eq(schedule_next(&w)->sig, SIGTERM);
		ck_assert_int_eq(schedule_next(&w)->sig, SIGKILL);
	}
}
END_TEST

static Suite *
suite_schedule(void)
{
	Suite *s = suite_create("schedule");
	TCase *tc = tcase_create("schedule");

	tcase_add_loop_test(tc, reads, 0, NROWS(schedules));
	tcase_add_loop_test(tc, refuses, 0, NROWS(none));
	tcase_add_test(tc, walks_to_the_end);
	tcase_add_test(tc, walks_for_ever);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_schedule)
