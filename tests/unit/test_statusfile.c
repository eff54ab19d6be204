/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of status files.
 */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aid.h"
#include "statusfile.h"

#define BOOT "01234567-89ab-cdef-0123-456789abcdef"
#define HEAD "version=1\nstate=running\nready=1\n"
#define PROCESS "pid=123\nstart=4567\nboot=" BOOT "\n"
#define END "end=signal\ncode=9\n"
#define COUNTS "restarts=2\ndrops=5\nsince=1700000000123\n"
#define TAIL "text=up\n"

static const struct statusfile example = {
    .state = STATUSFILE_RUNNING,
    .ready = true,
    .pid = 123,
    .start = 4567,
    .boot = BOOT,
    .end = STATUSFILE_SIGNAL,
    .code = 9,
    .restarts = 2,
    .drops = 5,
    .since = 1700000000123,
    .text = "up",
};

static void
check_same(const struct statusfile *a, const struct statusfile *b)
{
	ck_assert_int_eq(a->state, b->state);
	ck_assert(a->ready == b->ready);
	ck_assert_int_eq(a->pid, b->pid);
	ck_assert_uint_eq(a->start, b->start);
	ck_assert_str_eq(a->boot, b->boot);
	ck_assert_int_eq(a->end, b->end);
	ck_assert_int_eq(a->code, b->code);
	ck_assert_uint_eq(a->restarts, b->restarts);
	ck_assert_uint_eq(a->drops, b->drops);
	ck_assert_int_eq(a->since, b->since);
	ck_assert_str_eq(a->text, b->text);
}

START_TEST(writes_and_reads)
{
	struct statusfile s;
	struct buf b = BUF_INIT;

	ck_assert_int_eq(statusfile_format(&example, &b), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_str_eq(buf_data(&b), HEAD PROCESS END COUNTS TAIL);
	ck_assert_int_eq(
	    statusfile_parse(buf_data(&b), buf_len(&b) - 1, &s), 0);
	check_same(&s, &example);
	buf_free(&b);
}
END_TEST

START_TEST(every_state)
{
	struct statusfile s = {.state = (enum statusfile_state)_i}, same;
	struct buf b = BUF_INIT;

	ck_assert_int_eq(statusfile_format(&s, &b), 0);
	ck_assert_int_eq(statusfile_parse(buf_data(&b), buf_len(&b), &same), 0);
	ck_assert_int_eq(same.state, _i);
	ck_assert_ptr_nonnull(statusfile_state_name(s.state));
	buf_free(&b);
}
END_TEST

static const char *const bad[] = {
    "",
    "version=1\n",
    HEAD PROCESS END COUNTS "text=up",
    HEAD PROCESS END COUNTS TAIL "\n",
    HEAD PROCESS END COUNTS TAIL TAIL,
    HEAD PROCESS END COUNTS,
    HEAD HEAD PROCESS END COUNTS TAIL,
    PROCESS HEAD END COUNTS TAIL,
    HEAD END PROCESS COUNTS TAIL,
    "=1\nstate=running\nready=1\n" PROCESS END COUNTS TAIL,
    "version=1\nstate=nosuch\nready=1\n" PROCESS END COUNTS TAIL,
    "version=1\nstate=running\nready=2\n" PROCESS END COUNTS TAIL,
    "version=1\nstate=running\nready=yes\n" PROCESS END COUNTS TAIL,
    HEAD "pid=-1\nstart=4567\nboot=" BOOT "\n" END COUNTS TAIL,
    HEAD "pid=0123\nstart=4567\nboot=" BOOT "\n" END COUNTS TAIL,
    HEAD "pid=99999999999\nstart=4567\nboot=" BOOT "\n" END COUNTS TAIL,
    HEAD "pid=0\nstart=4567\nboot=" BOOT "\n" END COUNTS TAIL,
    HEAD "pid=1\nstart=x\nboot=" BOOT "\n" END COUNTS TAIL,
    HEAD "pid=1\nstart=4567\nboot=xyz\n" END COUNTS TAIL,
    HEAD "pid=1\nstart=4567\nboot=" BOOT "0\n" END COUNTS TAIL,
    HEAD PROCESS "end=maybe\ncode=9\n" COUNTS TAIL,
    HEAD PROCESS "end=exit\ncode=99999\n" COUNTS TAIL,
    HEAD PROCESS END "restarts= 2\ndrops=5\nsince=17\n" TAIL,
    HEAD PROCESS END "restarts=2\ndrops=5\nsince=-1\n" TAIL,
    HEAD PROCESS END COUNTS "text=\001\n",
    HEAD PROCESS END COUNTS "text=\377\n",
};

START_TEST(refuses)
{
	struct statusfile s = example;

	errno = 0;
	ck_assert_msg(statusfile_parse(bad[_i], strlen(bad[_i]), &s) == -1,
	    "%s", bad[_i]);
	ck_assert_int_eq(errno, EINVAL);
	check_same(&s, &example);
}
END_TEST

START_TEST(refuses_more)
{
	static const char text[] = HEAD PROCESS END COUNTS "text=a\0b\n";
	char large[STATUSFILE_MAX + 2] = HEAD PROCESS END COUNTS "text=";
	size_t n = strlen(large);
	struct statusfile s;

	memset(large + n, '1', sizeof(large) - n);
	ck_assert_int_eq(statusfile_parse(text, sizeof(text) - 1, &s), -1);
	ck_assert_int_eq(statusfile_parse(large, sizeof(large) - 1, &s), -1);
	ck_assert_int_eq(statusfile_parse("version=2\nnew=1\n", 16, &s), -1);
	ck_assert_int_eq(errno, EPROTONOSUPPORT);
}
END_TEST

static const struct {
	const char *in, *out;
} texts[] = {
    {"", ""},
    {"serving 5 clients", "serving 5 clients"},
    {"a\nb\tc\033[2J", "a?b?c?[2J"},
    {"na\303\257ve", "na\303\257ve"},
    {"bad \377\303", "bad ??"},
};

START_TEST(takes_text)
{
	struct statusfile s;

	statusfile_set_text(&s, texts[_i].in, strlen(texts[_i].in));
	ck_assert_str_eq(s.text, texts[_i].out);
}
END_TEST

START_TEST(cuts_text)
{
	char text[3 * STATUSFILE_TEXT];
	struct statusfile s;
	size_t i;

	for (i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "\303\257", 2);
	statusfile_set_text(&s, text, sizeof(text));
	ck_assert_uint_eq(strlen(s.text), STATUSFILE_TEXT - 2);
	memset(text, 'x', sizeof(text));
	statusfile_set_text(&s, text, sizeof(text));
	ck_assert_uint_eq(strlen(s.text), STATUSFILE_TEXT - 1);
}
END_TEST

static Suite *
suite_statusfile(void)
{
	Suite *s = suite_create("statusfile");
	TCase *tc = tcase_create("statusfile");

	tcase_add_test(tc, writes_and_reads);
	tcase_add_loop_test(tc, every_state, 0, STATUSFILE_FAILED + 1);
	tcase_add_loop_test(tc, refuses, 0, NROWS(bad));
	tcase_add_test(tc, refuses_more);
	tcase_add_loop_test(tc, takes_text, 0, NROWS(texts));
	tcase_add_test(tc, cuts_text);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_statusfile)
