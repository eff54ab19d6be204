/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the texts of restart policies.
 */
#include "unit.h"

#include <string.h>

#include "aid.h"
#include "dur.h"
#include "restart.h"

#define S DUR_SECOND

typedef int parse_fn(const char *, struct restart_conf *, struct buf *);

static const struct {
	const char *text;
	enum restart_when when;
} whens[] = {
    {"no", RESTART_NO},
    {"on-failure", RESTART_ON_FAILURE},
    {"on-abnormal", RESTART_ON_ABNORMAL},
    {"always", RESTART_ALWAYS},
};

START_TEST(reads_when)
{
	struct restart_conf c = restart_default;
	struct buf why = BUF_INIT;

	c.when = (enum restart_when) - 1;
	ck_assert_int_eq(restart_parse_when(whens[_i].text, &c, &why), 0);
	ck_assert_int_eq(c.when, whens[_i].when);
}
END_TEST

static const struct {
	const char *text;
	int64_t base, factor, cap;
} backoffs[] = {
    {"100ms,2,30s", 100 * DUR_MS, 2 * S, 30 * S},
    {"1ms", DUR_MS, 2 * S, 30 * S},
    {"1,1", S, S, 30 * S},
    {"1,1.5", S, 3 * S / 2, 30 * S},
    {"1,1000,1d", S, 1000 * S, 86400 * S},
    {"5,3,5", 5 * S, 3 * S, 5 * S},
};

START_TEST(reads_backoff)
{
	struct restart_conf c = restart_default;
	struct buf why = BUF_INIT;

	ck_assert_int_eq(restart_parse_backoff(backoffs[_i].text, &c, &why), 0);
	ck_assert_int_eq(c.base, backoffs[_i].base);
	ck_assert_int_eq(c.factor, backoffs[_i].factor);
	ck_assert_int_eq(c.cap, backoffs[_i].cap);
}
END_TEST

START_TEST(reads_limit)
{
	struct restart_conf c = restart_default;
	struct buf why = BUF_INIT;

	ck_assert_int_eq(restart_parse_limit("5/1m", &c, &why), 0);
	ck_assert_uint_eq(c.limit, 5);
	ck_assert_int_eq(c.window, 60 * S);
	ck_assert_int_eq(restart_parse_limit("1000/infinity", &c, &why), 0);
	ck_assert_uint_eq(c.limit, 1000);
	ck_assert_int_eq(c.window, DUR_INFINITE);
}
END_TEST

static int
is_final(const struct restart_conf *c, int code)
{
	return c->final[code / 8] >> code % 8 & 1;
}

START_TEST(reads_final)
{
	struct restart_conf c = restart_default;
	struct buf why = BUF_INIT;
	int code;

	ck_assert_int_eq(restart_parse_final("0,7,64-78,255", &c, &why), 0);
	for (code = 0; code < RESTART_CODES; code++)
		ck_assert_msg(is_final(&c, code) ==
			(code == 0 || code == 7 || code == 255 ||
			    (code >= 64 && code <= 78)),
		    "%d", code);
	ck_assert_int_eq(restart_parse_final("1-1", &c, &why), 0);
	ck_assert(!is_final(&c, 0) && is_final(&c, 1) && !is_final(&c, 2));
}
END_TEST

static const struct {
	parse_fn *parse;
	const char *text, *reason;
} bad[] = {
    {restart_parse_when, "", "not one of"},
    {restart_parse_when, "Always", "not one of"},
    {restart_parse_when, "on-success", "not one of"},
    {restart_parse_backoff, "", "first delay"},
    {restart_parse_backoff, "x", "first delay"},
    {restart_parse_backoff, "0", "at least 1ms"},
    {restart_parse_backoff, "0.5ms", "at least 1ms"},
    {restart_parse_backoff, "1,", "factor"},
    {restart_parse_backoff, "1,x", "factor"},
    {restart_parse_backoff, "1,2s", "factor"},
    {restart_parse_backoff, "1,0.9", "factor"},
    {restart_parse_backoff, "1,1000.1", "factor"},
    {restart_parse_backoff, "1,inf", "factor"},
    {restart_parse_backoff, "1,2,", "largest delay"},
    {restart_parse_backoff, "1,2,x", "largest delay"},
    {restart_parse_backoff, "1,2,3,4", "largest delay"},
    {restart_parse_backoff, "1,2,infinity", "must have an end"},
    {restart_parse_backoff, "2,2,1", "less than the first"},
    {restart_parse_backoff, "40", "less than the first"},
    {restart_parse_limit, "", "NUMBER/WINDOW"},
    {restart_parse_limit, "5", "NUMBER/WINDOW"},
    {restart_parse_limit, "/5", "NUMBER/WINDOW"},
    {restart_parse_limit, "0/5", "from 1 to 1000"},
    {restart_parse_limit, "1001/5", "from 1 to 1000"},
    {restart_parse_limit, "-1/5", "from 1 to 1000"},
    {restart_parse_limit, " 1/5", "from 1 to 1000"},
    {restart_parse_limit, "5/", "window"},
    {restart_parse_limit, "5/x", "window"},
    {restart_parse_limit, "5/1/2", "window"},
    {restart_parse_final, "", "exit statuses"},
    {restart_parse_final, ",", "exit statuses"},
    {restart_parse_final, "1,", "exit statuses"},
    {restart_parse_final, "256", "exit statuses"},
    {restart_parse_final, "-1", "exit statuses"},
    {restart_parse_final, "3-2", "exit statuses"},
    {restart_parse_final, "3-", "exit statuses"},
    {restart_parse_final, "1-2-3", "exit statuses"},
    {restart_parse_final, "1;2", "exit statuses"},
};

START_TEST(refuses)
{
	struct restart_conf c = restart_default;
	struct buf why = BUF_INIT;

	ck_assert_msg(bad[_i].parse(bad[_i].text, &c, &why) == -1,
	    "'%s' is read", bad[_i].text);
	ck_assert_int_eq(buf_addc(&why, '\0'), 0);
	ck_assert_msg(strstr(buf_data(&why), bad[_i].reason) != NULL,
	    "'%s': %s", bad[_i].text, buf_data(&why));
	ck_assert_int_eq(memcmp(&c, &restart_default, sizeof(c)), 0);
	buf_free(&why);
}
END_TEST

/* 1 s, doubled each time: the first N delays are 2^N - 1 seconds. */
static const struct {
	unsigned limit;
	int64_t window;
	int rc;
} limits[] = {
    {0, 0, 0},
    {1, S, 0},
    {1, S - 1, -1},
    {4, 15 * S, 0},
    {4, 15 * S - 1, -1},
    {5, 30 * S, -1},
    {7, (31 + 30 + 30) * S, 0}, /* the largest delay is 30 s */
    {7, (31 + 30 + 30) * S - 1, -1},
    {1000, 29000 * S, -1},
    {1000, DUR_INFINITE, 0},
};

START_TEST(checks_limit)
{
	struct restart_conf c = restart_default;
	struct buf why = BUF_INIT;

	c.base = S;
	c.limit = limits[_i].limit;
	c.window = limits[_i].window;
	ck_assert_int_eq(restart_check(&c, &why), limits[_i].rc);
	ck_assert((buf_len(&why) > 0) == (limits[_i].rc == -1));
	buf_free(&why);
}
END_TEST

static Suite *
suite_restart_parse(void)
{
	Suite *s = suite_create("restart_parse");
	TCase *tc = tcase_create("restart_parse");

	tcase_add_loop_test(tc, reads_when, 0, NROWS(whens));
	tcase_add_loop_test(tc, reads_backoff, 0, NROWS(backoffs));
	tcase_add_test(tc, reads_limit);
	tcase_add_test(tc, reads_final);
	tcase_add_loop_test(tc, refuses, 0, NROWS(bad));
	tcase_add_loop_test(tc, checks_limit, 0, NROWS(limits));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_restart_parse)
