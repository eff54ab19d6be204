/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of what tells a process from another with its number.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "io.h"
#include "procid.h"

#define BOOT "bf1586ca-6023-4110-8b41-835d692b2390"

static const struct {
	const char *text;
	pid_t pid; /* 0: wrong */
	uint64_t start;
} texts[] = {
    {"123\n" BOOT " 456\n", 123, 456},
    {"123 " BOOT " 456\n", 123, 456},
    {"1\n" BOOT " 0\n", 1, 0},
    {"999999999\n" BOOT " 999999999999999999\n", 999999999, 999999999999999999},
    {"123\n" BOOT " 456\nmore", 123, 456},
    {"", 0, 0},
    {"123\n", 0, 0},
    {"123\n" BOOT "\n", 0, 0},
    {"123\n" BOOT " 456", 0, 0},
    {"123\n" BOOT " 456 \n", 0, 0},
    {"123\n" BOOT " -456\n", 0, 0},
    {"-123\n" BOOT " 456\n", 0, 0},
    {"0\n" BOOT " 456\n", 0, 0},
    {"1234567890\n" BOOT " 456\n", 0, 0},
    {"123\nbf1586ca 456\n", 0, 0},
    {"123\n" BOOT "0 456\n", 0, 0},
};

START_TEST(parses)
{
	struct procid id = {.pid = -1};
	int rc = procid_parse(texts[_i].text, strlen(texts[_i].text), &id);

	if (texts[_i].pid == 0) {
		ck_assert_int_eq(rc, -1);
		ck_assert_int_eq(errno, EINVAL);
		ck_assert_int_eq(id.pid, -1);
		return;
	}
	ck_assert_int_eq(rc, 0);
	ck_assert_int_eq(id.pid, texts[_i].pid);
	ck_assert_uint_eq(id.start, texts[_i].start);
	ck_assert_str_eq(id.boot, BOOT);
}
END_TEST

START_TEST(round_trip)
{
	struct procid id, same;
	struct buf b = BUF_INIT;

	ck_assert_int_eq(procid_of(getpid(), &id), 0);
	ck_assert_int_eq(procid_format(&id, &b), 0);
	ck_assert_int_eq(procid_parse(buf_data(&b), buf_len(&b), &same), 0);
	ck_assert_int_eq(same.pid, getpid());
	ck_assert_uint_eq(same.start, id.start);
	ck_assert_str_eq(same.boot, id.boot);
	buf_free(&b);
}
END_TEST

static void
stay(void *arg)
{
	(void)arg;
	for (;;)
		(void)pause();
}

START_TEST(opens)
{
	struct pollfd p = {-1, POLLIN, 0};
	struct procid id;
	pid_t pid;

	if (aid_valgrind())
		return;
	pid = aid_begin(stay, NULL);
	ck_assert_int_eq(procid_of(pid, &id), 0);
	p.fd = procid_open(&id);
	ck_assert_int_ne(p.fd, -1);
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	ck_assert_int_eq(procid_signal(p.fd, SIGKILL), 0);
	ck_assert_int_eq(poll(&p, 1, 20000), 1);
	(void)aid_wait(pid);
	io_close(&p.fd);
	ck_assert_int_eq(procid_open(&id), -1);
	ck_assert_int_eq(errno, ESRCH);
	ck_assert_int_eq(procid_of(pid, &id), -1);
}
END_TEST

/* Of another time, or of another boot, it is another process. */
START_TEST(is_another)
{
	struct procid id, other;

	if (aid_valgrind())
		return;
	ck_assert_int_eq(procid_of(getpid(), &id), 0);
	other = id;
	other.start++;
	ck_assert_int_eq(procid_open(&other), -1);
	ck_assert_int_eq(errno, ESRCH);
	other = id;
	other.boot[0] = other.boot[0] == '0' ? '1' : '0';
	ck_assert_int_eq(procid_open(&other), -1);
	ck_assert_int_eq(errno, ESRCH);
}
END_TEST

START_TEST(reads)
{
	struct procid id;
	int dir;

	aid_make("good", texts[0].text, 0600);
	aid_make("bad", "123\n", 0600);
	dir = open(aid_file("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(procid_read(dir, "good", &id), 0);
	ck_assert_int_eq(id.pid, 123);
	ck_assert_int_eq(procid_read(dir, "bad", &id), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(procid_read(dir, "none", &id), -1);
	ck_assert_int_eq(errno, ENOENT);
	io_close(&dir);
}
END_TEST

static Suite *
suite_procid(void)
{
	Suite *s = suite_create("procid");
	TCase *tc = tcase_create("procid");

	tcase_add_checked_fixture(tc, aid_enter, aid_leave);
	tcase_add_loop_test(tc, parses, 0, NROWS(texts));
	tcase_add_test(tc, round_trip);
	tcase_add_test(tc, opens);
	tcase_add_test(tc, is_another);
	tcase_add_test(tc, reads);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_procid)
