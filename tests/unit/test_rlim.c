/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of resource limits: their names and values, what they are
 * completed with, and their text.
 */
#include "config.h"

#include "rlim.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "unit.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))
#define INF RLIM_INFINITY

/* In the order of prlimit(1). */
static const struct {
	const char *name;
	int resource;
} names[] = {
#ifdef RLIMIT_AS
    {"as", RLIMIT_AS},
#endif
    {"core", RLIMIT_CORE},
    {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},
    {"fsize", RLIMIT_FSIZE},
#ifdef __linux__
    {"locks", RLIMIT_LOCKS},
    {"memlock", RLIMIT_MEMLOCK},
    {"msgqueue", RLIMIT_MSGQUEUE},
    {"nice", RLIMIT_NICE},
    {"nofile", RLIMIT_NOFILE},
    {"nproc", RLIMIT_NPROC},
    {"rss", RLIMIT_RSS},
    {"rtprio", RLIMIT_RTPRIO},
    {"rttime", RLIMIT_RTTIME},
    {"sigpending", RLIMIT_SIGPENDING},
#endif
    {"stack", RLIMIT_STACK},
};

START_TEST(has_all_names)
{
	int resource = -1;
	size_t i, k = 0;
	const char *name;

	/* Elsewhere than on Linux there may be more. */
	for (i = 0; (name = rlim_name(i, &resource)) != NULL; i++)
		if (k < (size_t)LENGTH(names) && resource == names[k].resource)
			ck_assert_str_eq(name, names[k++].name);
	ck_assert_uint_eq(k, LENGTH(names));
#ifdef __linux__
	ck_assert_uint_eq(i, LENGTH(names));
	ck_assert_uint_eq(i, RLIM_NLIMITS);
#endif
	ck_assert_ptr_null(rlim_name(i + 1, &resource));
	ck_assert_ptr_null(rlim_name((size_t)-1, &resource));
}
END_TEST

START_TEST(reads_each_name)
{
	struct rlim rlim;
	struct buf b = BUF_INIT;
	const char *why = "";

	ck_assert_int_eq(buf_addf(&b, "%s=1:2", names[_i].name), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	memset(&rlim, 0xff, sizeof(rlim));
	ck_assert_int_eq(rlim_parse(buf_data(&b), &rlim, &why), 0);
	ck_assert_int_eq(rlim.resource, names[_i].resource);
	ck_assert(rlim.soft && rlim.hard);
	ck_assert_uint_eq(rlim.value.rlim_cur, 1);
	ck_assert_uint_eq(rlim.value.rlim_max, 2);
	buf_free(&b);
}
END_TEST

static const struct {
	const char *text;
	bool soft, hard;
	rlim_t cur, max;
} values[] = {
    {"nofile=0", true, true, 0, 0},
    {"nofile=1024", true, true, 1024, 1024},
    {"nofile=1024:", true, false, 1024, 0},
    {"nofile=:4096", false, true, 0, 4096},
    {"nofile=1024:4096", true, true, 1024, 4096},
    {"nofile=7:7", true, true, 7, 7},
    {"nofile=0:0", true, true, 0, 0},
    {"nofile=007", true, true, 7, 7},
    {"nofile=1K", true, true, 1024, 1024},
    {"nofile=1k:1KB", true, true, 1024, 1024},
    {"nofile=1023:1k", true, true, 1023, 1024},
    {"nofile=2G:3G", true, true, (rlim_t)2 << 30, (rlim_t)3 << 30},
    {"nofile=1M:", true, false, 1 << 20, 0},
    {"nofile=unlimited", true, true, INF, INF},
    {"nofile=infinity", true, true, INF, INF},
    {"nofile=unlimited:", true, false, INF, 0},
    {"nofile=:unlimited", false, true, 0, INF},
    {"nofile=5:unlimited", true, true, 5, INF},
    {"nofile=infinity:unlimited", true, true, INF, INF},
    /* 63 characters */
    {"nofile=00000000000000000000000000000000000000000000000000000000000"
     "0064",
	true, true, 64, 64},
};

START_TEST(reads)
{
	struct rlim rlim;
	const char *why = "", *text = values[_i].text;

	memset(&rlim, 0xff, sizeof(rlim));
	ck_assert_msg(
	    rlim_parse(text, &rlim, &why) == 0, "'%s': %s", text, why);
	ck_assert_int_eq(rlim.resource, RLIMIT_NOFILE);
	ck_assert_msg(rlim.soft == values[_i].soft, "'%s': soft", text);
	ck_assert_msg(rlim.hard == values[_i].hard, "'%s': hard", text);
	ck_assert_msg(rlim.value.rlim_cur == values[_i].cur, "'%s': %ju", text,
	    (uintmax_t)rlim.value.rlim_cur);
	ck_assert_msg(rlim.value.rlim_max == values[_i].max, "'%s': %ju", text,
	    (uintmax_t)rlim.value.rlim_max);
}
END_TEST

static const char no_name[] = "no such limit";
static const char no_value[] = "not a value";
static const char range[] = "out of range";
static const char above[] = "the soft limit is above the hard one";

static const struct {
	const char *text, *why;
} wrong[] = {
    {"", no_name},
    {"=", no_name},
    {"=1", no_name},
    {"nosuch=1", no_name},
    {"nosuch", no_name},
    {"nofil=1", no_name},
    {"nofiles=1", no_name},
    {"NOFILE=1", no_name},
    {"RLIMIT_NOFILE=1", no_name},
    {" nofile=1", no_name},
    {"nofile =1", no_name},
    {"nofile:1", no_name},
    {"nosuch=x", no_name},
    {"nofile", no_value},
    {"nofile=", no_value},
    {"nofile=:", no_value},
    {"nofile=::", no_value},
    {"nofile==1", no_value},
    {"nofile= 1", no_value},
    {"nofile=1 ", no_value},
    {"nofile=1\n", no_value},
    {"nofile=1: 2", no_value},
    {"nofile=1:2:", no_value},
    {"nofile=1:2:3", no_value},
    {"nofile=:1:", no_value},
    {"nofile=1::", no_value},
    {"nofile=-1", no_value},
    {"nofile=+1", no_value},
    {"nofile=:-1", no_value},
    {"nofile=1.5K", no_value},
    {"nofile=0x10", no_value},
    {"nofile=K", no_value},
    {"nofile=1Z", no_value},
    {"nofile=1KK", no_value},
    {"nofile=1K:x", no_value},
    {"nofile=x:1", no_value},
    {"nofile=x:", no_value},
    {"nofile=Unlimited", no_value},
    {"nofile=unlimite", no_value},
    {"nofile=unlimitedx", no_value},
    {"nofile=inf", no_value},
    {"nofile=none", no_value},
    {"nofile=1,2", no_value},
    /* 64 characters */
    {"nofile=00000000000000000000000000000000000000000000000000000000000"
     "00064",
	no_value},
    {"nofile=16E", range},
    {"nofile=18446744073709551616", range},
    {"nofile=18446744073709551615", range},
    {"nofile=:18446744073709551615", range},
    {"nofile=18446744073709551615:", range},
    {"nofile=99999999999999999999999999999:unlimited", range},
    {"nofile=0:99999999999999999999999999999", range},
    {"nofile=18014398509481984K:1", range},
    {"nofile=2:1", above},
    {"nofile=1:0", above},
    {"nofile=1025:1K", above},
    {"nofile=unlimited:1", above},
    {"nofile=unlimited:0", above},
};

START_TEST(rejects)
{
	struct rlim rlim, before;
	const char *why = NULL, *text = wrong[_i].text;

	memset(&rlim, 0x5a, sizeof(rlim));
	memcpy(&before, &rlim, sizeof(rlim));
	ck_assert_msg(rlim_parse(text, &rlim, &why) == -1, "'%s' is one", text);
	ck_assert_ptr_nonnull(why);
	ck_assert_msg(strcmp(why, wrong[_i].why) == 0, "'%s': %s", text, why);
	ck_assert_msg(
	    memcmp(&rlim, &before, sizeof(rlim)) == 0, "'%s' changes it", text);
}
END_TEST

START_TEST(takes_the_greatest)
{
	struct buf b = BUF_INIT;
	struct rlim rlim;
	const char *why;

	ck_assert_int_eq(
	    buf_addf(&b, "core=%ju", (uintmax_t)RLIM_INFINITY - 1), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_int_eq(rlim_parse(buf_data(&b), &rlim, &why), 0);
	ck_assert_uint_eq(rlim.value.rlim_cur, RLIM_INFINITY - 1);
	buf_free(&b);
}
END_TEST

/* Our own limit is 10:20 here; 99 stands for what is not given. */
static const struct {
	bool soft, hard;
	rlim_t cur, max;
	int error;
	rlim_t want_cur, want_max;
} gaps[] = {
    {false, false, 99, 99, 0, 10, 20},
    {true, false, 5, 99, 0, 5, 20},
    {true, false, 20, 99, 0, 20, 20},
    {true, false, 0, 99, 0, 0, 20},
    {true, false, 21, 99, EINVAL, 0, 0},
    {true, false, INF, 99, EINVAL, 0, 0},
    {false, true, 99, 15, 0, 10, 15},
    {false, true, 99, 10, 0, 10, 10},
    {false, true, 99, INF, 0, 10, INF},
    {false, true, 99, 9, EINVAL, 0, 0},
    {false, true, 99, 0, EINVAL, 0, 0},
    {true, true, 30, 40, 0, 30, 40},
    {true, true, 1, 2, 0, 1, 2},
    {true, true, 2, 1, EINVAL, 0, 0},
};

/* Completes in a test of its own process: the hard limit is lost. */
START_TEST(completes)
{
	struct rlimit own = {10, 20};
	struct rlim rlim = {RLIMIT_CORE, {gaps[_i].cur, gaps[_i].max},
	    gaps[_i].soft, gaps[_i].hard};
	int rc;

	ck_assert_int_eq(setrlimit(RLIMIT_CORE, &own), 0);
	errno = 0;
	rc = rlim_complete(&rlim);
	ck_assert_int_eq(errno, gaps[_i].error);
	ck_assert_int_eq(rc, gaps[_i].error == 0 ? 0 : -1);
	ck_assert_uint_eq(
	    rlim.value.rlim_cur, rc == 0 ? gaps[_i].want_cur : gaps[_i].cur);
	ck_assert_uint_eq(
	    rlim.value.rlim_max, rc == 0 ? gaps[_i].want_max : gaps[_i].max);
	ck_assert(rlim.soft == gaps[_i].soft && rlim.hard == gaps[_i].hard);
	ck_assert_int_eq(rlim.resource, RLIMIT_CORE);
}
END_TEST

START_TEST(completes_no_other)
{
	struct rlim rlim = {9999, {1, 2}, true, true};

	errno = 0;
	ck_assert_int_eq(rlim_complete(&rlim), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_uint_eq(rlim.value.rlim_cur, 1);
}
END_TEST

static const struct {
	struct rlimit value;
	const char *text;
} texts[] = {
    {{0, 0}, "0:0"},
    {{1024, 4096}, "1024:4096"},
    {{5, INF}, "5:unlimited"},
    {{INF, INF}, "unlimited:unlimited"},
    {{INF, 5}, "unlimited:5"},
    {{1 << 20, 3000000000U}, "1048576:3000000000"},
};

START_TEST(writes)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "x"), 0);
	ck_assert_int_eq(rlim_format(&b, &texts[_i].value), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_int_eq(buf_data(&b)[0], 'x');
	ck_assert_str_eq(buf_data(&b) + 1, texts[_i].text);
	buf_free(&b);
}
END_TEST

static Suite *
suite_rlim(void)
{
	Suite *s = suite_create("rlim");
	TCase *tc = tcase_create("rlim");

	tcase_add_test(tc, has_all_names);
	tcase_add_loop_test(tc, reads_each_name, 0, LENGTH(names));
	tcase_add_loop_test(tc, reads, 0, LENGTH(values));
	tcase_add_loop_test(tc, rejects, 0, LENGTH(wrong));
	tcase_add_test(tc, takes_the_greatest);
	tcase_add_loop_test(tc, completes, 0, LENGTH(gaps));
	tcase_add_test(tc, completes_no_other);
	tcase_add_loop_test(tc, writes, 0, LENGTH(texts));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_rlim)
