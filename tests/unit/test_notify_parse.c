/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the texts of notifications.
 */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "aid.h"
#include "notify.h"

#define TEXT(s) (s), sizeof(s) - 1

static const struct {
	const char *text;
	size_t n;
	struct notify_msg want; /* status is compared by itself */
	const char *status;
} messages[] = {
    {TEXT(""), {0}, NULL},
    {TEXT("READY=1"), {.ready = true}, NULL},
    {TEXT("READY=1\n"), {.ready = true}, NULL},
    {"READY=1", 8, {.ready = true}, NULL}, /* its NUL, too */
    {TEXT("READY=0"), {0}, NULL},
    {TEXT("READY=10"), {0}, NULL},
    {TEXT("READY="), {0}, NULL},
    {TEXT("READY"), {0}, NULL},
    {TEXT("ready=1"), {0}, NULL},
    {TEXT(" READY=1"), {0}, NULL},
    {TEXT("READY=1\nSTATUS=up and running\nMAINPID=4711"),
	{.ready = true, .main_pid = 4711}, "up and running"},
    {TEXT("STATUS="), {0}, ""},
    {TEXT("STATUS=a=b"), {0}, "a=b"},
    {TEXT("STATUS=one\nSTATUS=two"), {0}, "two"},
    {TEXT("STOPPING=1"), {.stopping = true}, NULL},
    {TEXT("RELOADING=1\nMONOTONIC_USEC=8"), {.reloading = true}, NULL},
    {TEXT("FDSTORE=1\nWATCHDOG=1\nX_MINE=2\n\n\nREADY=1"), {.ready = true},
	NULL},
    {TEXT("MAINPID=0"), {0}, NULL},
    {TEXT("MAINPID=-1"), {0}, NULL},
    {TEXT("MAINPID=+1"), {0}, NULL},
    {TEXT("MAINPID=1x"), {0}, NULL},
    {TEXT("MAINPID=99999999999"), {0}, NULL},
    {TEXT("MAINPID=7\nMAINPID=x"), {.main_pid = 7}, NULL},
    {TEXT("EXTEND_TIMEOUT_USEC=5000000"), {.extend = 5000000000}, NULL},
    {TEXT("EXTEND_TIMEOUT_USEC=1"), {.extend = 1000}, NULL},
    {TEXT("EXTEND_TIMEOUT_USEC=9223372036854776"), {0}, NULL},
    {TEXT("EXTEND_TIMEOUT_USEC=99999999999999999999999999"), {0}, NULL},
    {TEXT("BARRIER=1"), {.barrier = true}, NULL},
    {TEXT("BARRIER=1\n"), {.barrier = true}, NULL},
    {TEXT("BARRIER=1\nREADY=1"), {0}, NULL},
    {TEXT("STATUS=x\nBARRIER=1"), {0}, NULL},
};

START_TEST(parses)
{
	const struct notify_msg *want = &messages[_i].want;
	const char *status = messages[_i].status, *text = messages[_i].text;
	struct notify_msg m;

	memset(&m, 0xff, sizeof(m));
	ck_assert_int_eq(notify_parse(text, messages[_i].n, &m), 0);
	ck_assert_msg(m.ready == want->ready && m.reloading == want->reloading,
	    "%s", text);
	ck_assert_msg(
	    m.stopping == want->stopping && m.barrier == want->barrier, "%s",
	    text);
	ck_assert_msg(m.main_pid == want->main_pid, "%s", text);
	ck_assert_msg(m.extend == want->extend, "%s", text);
	ck_assert_msg((m.status != NULL) == (status != NULL), "%s", text);
	if (status != NULL)
		ck_assert_msg(m.status_len == strlen(status) &&
			memcmp(m.status, status, m.status_len) == 0,
		    "%s", text);
}
END_TEST

START_TEST(refuses_nul)
{
	struct notify_msg m;

	errno = 0;
	ck_assert_int_eq(notify_parse(TEXT("READY=1\0"
					   "STATUS=x"),
			     &m),
	    -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(notify_parse("READY=1\0", 9, &m), -1);
}
END_TEST

static Suite *
suite_notify_parse(void)
{
	Suite *s = suite_create("notify_parse");
	TCase *tc = tcase_create("notify_parse");

	tcase_add_loop_test(tc, parses, 0, NROWS(messages));
	tcase_add_test(tc, refuses_nul);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_notify_parse)
