/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of MAKEFLAGS: which jobserver it offers, and how ours is put
 * there.
 */
#include "config.h"

#include "unit.h"

#include <string.h>

#include "makeflags.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char *text;
	enum makeflags_offer offer;
	int rd, wr;
	const char *path;
} rows[] = {
    {NULL, MAKEFLAGS_NONE, -1, -1, NULL},
    {"", MAKEFLAGS_NONE, -1, -1, NULL},
    {"k", MAKEFLAGS_NONE, -1, -1, NULL},
    {" -j3", MAKEFLAGS_NONE, -1, -1, NULL},
    {" -j3 --jobserver-auth=3,4", MAKEFLAGS_PIPE, 3, 4, NULL},
    {"k -j3 --jobserver-fds=10,11 -l2", MAKEFLAGS_PIPE, 10, 11, NULL},
    {"--jobserver-fds=3,4 --jobserver-auth=5,6", MAKEFLAGS_PIPE, 5, 6, NULL},
    {"--jobserver-auth=fifo:/tmp/x", MAKEFLAGS_FIFO, -1, -1, "/tmp/x"},
    {"--jobserver-auth=fifo:a\\ b\\\\c d", MAKEFLAGS_FIFO, -1, -1, "a b\\c"},
    {"--jobserver-auth=3,4 --jobserver-auth=fifo:x", MAKEFLAGS_FIFO, 3, 4, "x"},
    {"--jobserver-auth=fifo:x --jobserver-auth=3,4", MAKEFLAGS_PIPE, 3, 4,
	NULL},
    {"--jobserver-auth=-2,-2", MAKEFLAGS_DENIED, -1, -1, NULL},
    {"--jobserver-auth=3,4 --jobserver-auth=-2,-2", MAKEFLAGS_DENIED, -1, -1,
	NULL},
    {"--jobserver-auth=", MAKEFLAGS_DENIED, -1, -1, NULL},
    {"--jobserver-auth=3", MAKEFLAGS_DENIED, -1, -1, NULL},
    {"--jobserver-auth=3,", MAKEFLAGS_DENIED, 3, -1, NULL},
    {"--jobserver-auth=3,4x", MAKEFLAGS_DENIED, 3, -1, NULL},
    {"--jobserver-auth=3,4,5", MAKEFLAGS_DENIED, 3, -1, NULL},
    {"--jobserver-auth=x,4", MAKEFLAGS_DENIED, -1, -1, NULL},
    {"--jobserver-auth=3,99999999999", MAKEFLAGS_DENIED, 3, -1, NULL},
    {"--jobserver-auth=fifo:", MAKEFLAGS_DENIED, -1, -1, NULL},
    {"-- --jobserver-auth=3,4", MAKEFLAGS_NONE, -1, -1, NULL},
    {"x--jobserver-auth=3,4", MAKEFLAGS_NONE, -1, -1, NULL},
    {"A=b\\ --jobserver-auth=3,4", MAKEFLAGS_NONE, -1, -1, NULL},
};

START_TEST(parses)
{
	struct makeflags m;

	ck_assert_int_eq(makeflags_parse(rows[_i].text, &m), 0);
	ck_assert_int_eq(m.offer, rows[_i].offer);
	ck_assert_int_eq(m.rd, rows[_i].rd);
	ck_assert_int_eq(m.wr, rows[_i].wr);
	if (rows[_i].path != NULL)
		ck_assert_str_eq(buf_data(&m.path), rows[_i].path);
	buf_free(&m.path);
}
END_TEST

static const struct {
	const char *text, *want;
} offers[] = {
    {NULL, " -j4 --jobserver-auth=8,9"},
    {"", " -j4 --jobserver-auth=8,9"},
    {"k", "k -j4 --jobserver-auth=8,9"},
    {" -j3 --jobserver-auth=3,4", " -j4 --jobserver-auth=8,9"},
    {"ks -j --jobserver-fds=3,4 -l2", "ks -l2 -j4 --jobserver-auth=8,9"},
    {"k --jobs=3 --jobs -- A=b\\ c", "k -j4 --jobserver-auth=8,9 -- A=b\\ c"},
    {"k x\\", "k x -j4 --jobserver-auth=8,9"},
    {" -- A=-j3", " -j4 --jobserver-auth=8,9 -- A=-j3"},
};

START_TEST(offers_a_pipe)
{
	static const int pipe[] = {8, 9};
	struct buf out = BUF_INIT;

	ck_assert_int_eq(makeflags_offer(offers[_i].text, 4, pipe, &out), 0);
	ck_assert_str_eq(buf_data(&out), offers[_i].want);
	buf_free(&out);
}
END_TEST

static Suite *
suite_makeflags(void)
{
	Suite *s = suite_create("makeflags");
	TCase *tc = tcase_create("makeflags");

	tcase_add_loop_test(tc, parses, 0, NROWS(rows));
	tcase_add_loop_test(tc, offers_a_pipe, 0, NROWS(offers));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_makeflags)
