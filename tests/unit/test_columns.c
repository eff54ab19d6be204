/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of columns: what separates them, how many there are, and what
 * is no separator.
 */
#include "config.h"

#include "unit.h"

#include <string.h>

#include "columns.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define MANY 6

static const struct {
	const char *separator, *rec, *want[MANY + 1];
} rows[] = {
    {",", "a,b", {"a", "b"}},
    {",", "a", {"a"}},
    {",", "", {""}},
    {",", ",", {"", ""}},
    {",", "a,,b,", {"a", "", "b", ""}},
    {",", "a,b,c,d,e,f,g", {"a", "b", "c", "d", "e", "f"}},
    {"::", "a:b::c", {"a:b", "c"}},
    {" +", "a  b   c", {"a", "b", "c"}},
    {" +", " a", {"", "a"}},
    {"[,;]", "a,b;c", {"a", "b", "c"}},
    {", |;", "a, b;c", {"a", "b", "c"}},
    {"\\|", "a|b", {"a", "b"}},
    {"\\.", "a.b", {"a", "b"}},
    {".", "ab", {"", "", ""}},
    {"\\t", "a\tb t", {"a", "b t"}},
    {"[\\t ]", "a\tb c", {"a", "b", "c"}},
    {"\\n", "a\nb", {"a", "b"}},
    {"\\\\t", "a\tb\\tc", {"a\tb", "c"}},
    {"^,", ",a,b", {"", "a,b"}},
    {",$", "a,b,", {"a,b", ""}},
    {"\\<", "a b", {"a b"}},
    {"\xff",
	"a\xff"
	"b",
	{"a", "b"}},
};

START_TEST(splits)
{
	struct buf why = BUF_INIT;
	struct columns *c = columns_new(rows[_i].separator, &why);
	struct column column[MANY];
	size_t n, i;

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(buf_len(&why), 0);
	n = columns_split(c, rows[_i].rec, column, MANY);
	for (i = 0; i < n; i++) {
		ck_assert_ptr_nonnull(rows[_i].want[i]);
		ck_assert_uint_eq(column[i].len, strlen(rows[_i].want[i]));
		ck_assert_mem_eq(
		    column[i].text, rows[_i].want[i], column[i].len);
	}
	ck_assert_ptr_null(rows[_i].want[n]);
	columns_free(c);
}
END_TEST

static const char *const bad[] = {
    "[", "(", "a{2", "", "x*", "^", "$", ",|", "\\"};

START_TEST(refuses)
{
	struct buf why = BUF_INIT;

	ck_assert_ptr_null(columns_new(bad[_i], &why));
	ck_assert_uint_gt(buf_len(&why), 0);
	buf_free(&why);
	columns_free(NULL);
}
END_TEST

static Suite *
suite_columns(void)
{
	Suite *s = suite_create("columns");
	TCase *tc = tcase_create("columns");

	tcase_add_loop_test(tc, splits, 0, NROWS(rows));
	tcase_add_loop_test(tc, refuses, 0, NROWS(bad));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_columns)
