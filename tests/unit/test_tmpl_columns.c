/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of command templates: what the forms of columns make of rows.
 */
#include "config.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "aid_argv.h"
#include "columns.h"
#include "tmpl.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define MANY 8

/* Columns: rows of two records each, or, with a separator, of one. */
static const struct {
	const char *separator;
	const char *args[MANY], *recs[MANY], *want[MANY];
} columns[] = {
    {NULL, {"{1}-{2}"}, {"a", "b", "c", "d"}, {"a-b", "c-d"}},
    {NULL, {"x", "{2}"}, {"a", "b"}, {"x", "b"}},
    {NULL, {"{}"}, {"a", "b"}, {"a", "b"}},
    {NULL, {"x"}, {"a", "b"}, {"x", "a", "b"}},
    {NULL, {"{}:{2}"}, {"a", "b", "c", "d"}, {"a:b", "b:b", "c:d", "d:d"}},
    {NULL, {"{3}", "{9999.}"}, {"a", "b"}, {"", ""}},
    {NULL, {"{2.} {2/} {2//} {2/.}"}, {"", "a/b.c"}, {"a/b b.c a b"}},
    {NULL, {"{1//}", "{3//}"}, {"", ""}, {".", ""}},
    {NULL, {"{#}{1}{%}"}, {"a", "b"}, {"7a3"}},
    {NULL, {"{0}{01}{1#}{12345}{1/./}"}, {"a", "b"},
	{"{0}{01}{1#}{12345}{1/./}", "a", "b"}},
    {NULL, {"{{1}}"}, {"a", "b"}, {"{a}"}},
    {NULL, {"x", "{1}"}, {NULL}, {"x"}},
    {",", {"{2}{1}"}, {"a,b", "c"}, {"ba", "c"}},
    {",", {"{}", "{1/}"}, {"a/x,b", "c"}, {"a/x,b", "c", "x", "c"}},
    {",", {"{}={2}"}, {"a,b"}, {"a,b=b"}},
    {",", {"x"}, {"a,b"}, {"x", "a,b"}},
    {",", {"{2//}", "{3//}"}, {"a,"}, {".", ""}},
};

START_TEST(expands_columns)
{
	char *args[MANY], what[64];
	struct buf why = BUF_INIT;
	struct columns *split = columns[_i].separator != NULL
	    ? columns_new(columns[_i].separator, &why)
	    : NULL;
	struct tmpl_forms forms = {
	    .mark = "{}", .columns = true, .split = split};
	struct tmpl_task task = {
	    .rec = columns[_i].recs, .seq = 7, .slot = 3, .width = 2};
	size_t i, argc = aid_copy_args(columns[_i].args, args);
	struct tmpl *t = tmpl_new(argc, args, &forms);

	ck_assert_ptr_nonnull(t);
	while (columns[_i].recs[task.nrec] != NULL)
		task.nrec++;
	if (split != NULL)
		task.width = 1;
	(void)snprintf(what, sizeof(what), "row %d", _i);
	aid_assert_argv(tmpl_expand(t, &task), columns[_i].want, what);
	aid_assert_argv(tmpl_expand(t, &task), columns[_i].want, what);
	tmpl_free(t);
	columns_free(split);
	for (i = 0; i < argc; i++)
		free(args[i]);
}
END_TEST

/* Where a form is begun and not closed. */
static const struct {
	const char *arg;
	const char *want; /* NULL: it is text */
	const char *want_columns; /* the same where there are columns */
} unclosed[] = {
    {"{.", "{.", "{."},
    {"x{/", "{/", "{/"},
    {"{//", "{//", "{//"},
    {"{/.", "{/.", "{/."},
    {"{}{#", "{#", "{#"},
    {"{%", "{%", "{%"},
    {"{1", NULL, "{1"},
    {"a{12/.", NULL, "{12/."},
    {"{1#", NULL, NULL},
    {"{0", NULL, NULL},
    {"{", NULL, NULL},
    {"{x", NULL, NULL},
    {"{. ", NULL, NULL},
    {"{///", NULL, NULL},
    {"{.}", NULL, NULL},
    {"}", NULL, NULL},
    {"", NULL, NULL},
};

START_TEST(tells_what_is_not_closed)
{
	struct tmpl_forms forms = {.mark = "{}"};
	const char *got = tmpl_unclosed(unclosed[_i].arg, &forms);

	ck_assert_pstr_eq(got, unclosed[_i].want);
	forms.columns = true;
	got = tmpl_unclosed(unclosed[_i].arg, &forms);
	ck_assert_pstr_eq(got, unclosed[_i].want_columns);
	forms.mark = "";
	ck_assert_ptr_null(tmpl_unclosed(unclosed[_i].arg, &forms));
}
END_TEST

static Suite *
suite_tmpl_columns(void)
{
	Suite *s = suite_create("tmpl_columns");
	TCase *tc = tcase_create("tmpl_columns");

	tcase_add_loop_test(tc, expands_columns, 0, NROWS(columns));
	tcase_add_loop_test(tc, tells_what_is_not_closed, 0, NROWS(unclosed));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tmpl_columns)
