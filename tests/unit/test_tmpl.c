/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of command templates: what each form makes of a record, which
 * text is a form and which is not, and what happens with several records.
 */
#include "config.h"

#include "unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aid_argv.h"
#include "buf.h"
#include "tmpl.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define MANY 8

/* The parts of a record. The dirname is that of POSIX. */
static const struct {
	const char *rec, *no_ext, *base, *dir, *base_no_ext;
} parts[] = {
    {"a.gz", "a", "a.gz", ".", "a"},
    {"a.tar.gz", "a.tar", "a.tar.gz", ".", "a.tar"},
    {"dir/a.gz", "dir/a", "a.gz", "dir", "a"},
    {"/a/b/c.d", "/a/b/c", "c.d", "/a/b", "c"},
    {"a.b/c", "a.b/c", "c", "a.b", "c"},
    {"a.b/c.d", "a.b/c", "c.d", "a.b", "c"},
    {"a/.bashrc", "a/", ".bashrc", "a", ""},
    {".bashrc", "", ".bashrc", ".", ""},
    {"x.", "x", "x.", ".", "x"},
    {".", "", ".", ".", ""},
    {"..", ".", "..", ".", "."},
    {"./", "./", "", ".", ""},
    {"../x", "../x", "x", "..", "x"},
    {".a.", ".a", ".a.", ".", ".a"},
    {"", "", "", ".", ""},
    {"plain", "plain", "plain", ".", "plain"},
    {"/", "/", "", "/", ""},
    {"//", "//", "", "/", ""},
    {"///", "///", "", "/", ""},
    {"/a", "/a", "a", "/", "a"},
    {"//a", "//a", "a", "/", "a"},
    {"/a/", "/a/", "", "/", ""},
    {"/a/b/", "/a/b/", "", "/a", ""},
    {"dir/", "dir/", "", ".", ""},
    {"dir///", "dir///", "", ".", ""},
    {"a.b/", "a.b/", "", ".", ""},
    {"a//b", "a//b", "b", "a", "b"},
    {"a/b//c", "a/b//c", "c", "a/b", "c"},
    {"a/b///", "a/b///", "", "a", ""},
    {"a/b.c/", "a/b.c/", "", "a", ""},
    {"a b/c d.e f", "a b/c d", "c d.e f", "a b", "c d"},
    {"a\nb/c\nd.e\nf", "a\nb/c\nd", "c\nd.e\nf", "a\nb", "c\nd"},
    {"\xff/\xfe.\xfd", "\xff/\xfe", "\xfe.\xfd", "\xff", "\xfe"},
    {"{}", "{}", "{}", ".", "{}"},
    {"{#}.{/}", "{#}.{/}", "}", "{#}.{", "}"},
};

START_TEST(makes_parts)
{
	char whole[] = "{}", no_ext[] = "{.}", base[] = "{/}", dir[] = "{//}",
	     base_no_ext[] = "{/.}";
	char *args[] = {whole, no_ext, base, dir, base_no_ext};
	const char *want[] = {parts[_i].rec, parts[_i].no_ext, parts[_i].base,
	    parts[_i].dir, parts[_i].base_no_ext, NULL};
	struct tmpl_task task = {&parts[_i].rec, 1, 1, 1, 0};
	struct tmpl *t = tmpl_new(5, args, &(struct tmpl_forms){.mark = "{}"});

	ck_assert_ptr_nonnull(t);
	aid_assert_argv(tmpl_expand(t, &task), want, parts[_i].rec);
	tmpl_free(t);
}
END_TEST

/* Templates; the task is the seventh in slot 3, its records those given. */
static const struct {
	const char *mark;
	const char *args[MANY], *recs[MANY], *want[MANY];
} rows[] = {
    /* Without any form the records are appended. */
    {"{}", {NULL}, {"a"}, {"a"}},
    {"{}", {NULL}, {NULL}, {NULL}},
    {"{}", {"gzip"}, {"a"}, {"gzip", "a"}},
    {"{}", {"gzip", "-9"}, {"a", "b"}, {"gzip", "-9", "a", "b"}},
    {"{}", {"gzip"}, {NULL}, {"gzip"}},
    {"{}", {"x", ""}, {""}, {"x", "", ""}},
    {"{}", {"echo"}, {"{}", "{#}"}, {"echo", "{}", "{#}"}},
    /* Any form keeps them from it. */
    {"{}", {"x", "{}"}, {"a"}, {"x", "a"}},
    {"{}", {"x", "{#}"}, {"a"}, {"x", "7"}},
    {"{}", {"x", "{%}"}, {"a"}, {"x", "3"}},
    {"{}", {"x", "{//}"}, {"a"}, {"x", "."}},
    {"{}", {"{}"}, {"a"}, {"a"}},
    /* Where and how often. */
    {"{}", {"x", "<{}>"}, {"a"}, {"x", "<a>"}},
    {"{}", {"{}{}"}, {"ab"}, {"abab"}},
    {"{}", {"cp", "{}", "{.}.bak"}, {"a.c"}, {"cp", "a.c", "a.bak"}},
    {"{}", {"{/.}-{//}-{/}"}, {"d/b.c"}, {"b-d-b.c"}},
    {"{}", {"{#}/{%}:{}"}, {"a"}, {"7/3:a"}},
    {"{}", {"{#}{#}{%}{%}"}, {"a"}, {"7733"}},
    {"{}", {"{}", "", "x"}, {""}, {"", "", "x"}},
    {"{}", {"{}"}, {"{}{#}{%}{.}"}, {"{}{#}{%}{.}"}},
    /* What only looks like a form. */
    {"{}", {"{foo}", "{1}", "{ }"}, {"a"}, {"{foo}", "{1}", "{ }", "a"}},
    {"{}", {"{", "}", "}{"}, {"a"}, {"{", "}", "}{", "a"}},
    {"{}", {"{..}", "{./}", "{///}"}, {"a"}, {"{..}", "{./}", "{///}", "a"}},
    {"{}", {"{##}", "{.", "{/"}, {"a"}, {"{##}", "{.", "{/", "a"}},
    {"{}", {"{{}}"}, {"a"}, {"{a}"}},
    {"{}", {"{{.}"}, {"a.b"}, {"{a"}},
    {"{}", {"${}"}, {"a"}, {"$a"}},
    {"{}", {"{foo}{}"}, {"a"}, {"{foo}a"}},
    {"{}", {"%", "%s", "%n{}"}, {"%d"}, {"%", "%s", "%n%d"}},
    /* Several records: an argument with a form of them is repeated. */
    {"{}", {"x", "{}"}, {"a", "b", "c"}, {"x", "a", "b", "c"}},
    {"{}", {"x", "-{}-", "y"}, {"a", "b"}, {"x", "-a-", "-b-", "y"}},
    {"{}", {"{}", "{}"}, {"a", "b"}, {"a", "b", "a", "b"}},
    {"{}", {"{.}:{}"}, {"a.x", "b.y"}, {"a:a.x", "b:b.y"}},
    {"{}", {"{#}:{}"}, {"a", "b"}, {"7:a", "7:b"}},
    {"{}", {"{#}", "{}"}, {"a", "b"}, {"7", "a", "b"}},
    {"{}", {"{%}", "x"}, {"a", "b"}, {"3", "x"}},
    {"{}", {"x", "{}", "y"}, {NULL}, {"x", "y"}},
    {"{}", {"{//}"}, {"", "/", "a/b"}, {".", "/", "a"}},
    /* -I STR renames the whole record alone. */
    {"@", {"x", "@", "{}"}, {"a"}, {"x", "a", "{}"}},
    {"@", {"x", "{}"}, {"a"}, {"x", "{}", "a"}},
    {"@", {"{.}", "{}"}, {"a.b"}, {"a", "{}"}},
    {"@", {"{/}@{//}"}, {"d/f"}, {"fd/fd"}},
    {"@@", {"@@@"}, {"a"}, {"a@"}},
    {"%", {"{%}", "%"}, {"a"}, {"3", "a"}},
    {"REC", {"xREC.REC", "RE", "rec"}, {"a"}, {"xa.a", "RE", "rec"}},
    {"{", {"{.}"}, {"a"}, {"a.}"}},
    {"{.}", {"{.}{}"}, {"a.b"}, {"a.b{}"}},
    {"{foo}", {"{foo}", "{bar}"}, {"a"}, {"a", "{bar}"}},
    /* -I '' replaces nothing. */
    {"", {"x", "{}"}, {"a"}, {"x", "{}", "a"}},
    {"", {"{.}", "{#}", "{%}"}, {"a", "b"}, {"{.}", "{#}", "{%}", "a", "b"}},
    {"", {""}, {"a"}, {"", "a"}},
};

START_TEST(expands)
{
	char *args[MANY], what[64];
	struct tmpl_task task = {rows[_i].recs, 0, 7, 3, 0};
	size_t i, argc = aid_copy_args(rows[_i].args, args);
	struct tmpl *t = tmpl_new(
	    argc, args, &(struct tmpl_forms){.mark = rows[_i].mark});

	ck_assert_ptr_nonnull(t);
	while (rows[_i].recs[task.nrec] != NULL)
		task.nrec++;
	(void)snprintf(what, sizeof(what), "row %d", _i);
	aid_assert_argv(tmpl_expand(t, &task), rows[_i].want, what);
	aid_assert_argv(tmpl_expand(t, &task), rows[_i].want, what);
	tmpl_free(t);
	for (i = 0; i < argc; i++)
		free(args[i]);
}
END_TEST

START_TEST(tells_what_varies)
{
	static const struct {
		const char *arg;
		bool varies;
	} args[] = {
	    {"x", false},
	    {"", false},
	    {"{}", true},
	    {"{.}", true},
	    {"{#}", true},
	    {"{%}", true},
	    {"a{//}b", true},
	    {"{foo}", false},
	    {"{", false},
	};
	struct tmpl *t, *none;
	char *argv[1];
	size_t i;

	for (i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
		argv[0] = strdup(args[i].arg);
		t = tmpl_new(1, argv, &(struct tmpl_forms){.mark = "{}"});
		none = tmpl_new(1, argv, &(struct tmpl_forms){.mark = ""});
		ck_assert_ptr_nonnull(t);
		ck_assert_ptr_nonnull(none);
		ck_assert_msg(
		    tmpl_varies(t, 0) == args[i].varies, "'%s'", args[i].arg);
		ck_assert(!tmpl_varies(none, 0));
		tmpl_free(t);
		tmpl_free(none);
		free(argv[0]);
	}
}
END_TEST

START_TEST(uses_what_does_not_vary)
{
	char cmd[] = "x", form[] = "{}", last[] = "y";
	char *args[] = {cmd, form, last}, **argv;
	const char *recs[] = {"a", "b"};
	struct tmpl_task task = {recs, 2, 1, 1, 0};
	struct tmpl *t = tmpl_new(3, args, &(struct tmpl_forms){.mark = "{}"});

	ck_assert_ptr_nonnull(t);
	argv = tmpl_expand(t, &task);
	ck_assert_ptr_nonnull(argv);
	ck_assert_ptr_eq(argv[0], cmd);
	ck_assert_ptr_eq(argv[3], last);
	tmpl_free(t);
}
END_TEST

START_TEST(writes_the_largest_numbers)
{
	char seq[] = "{#}", slot[] = "{%}", both[] = "{#}{%}{#}{%}";
	char *args[] = {seq, slot, both};
	const char *want[] = {"18446744073709551615", "4294967295",
	    "184467440737095516154294967295"
	    "184467440737095516154294967295",
	    NULL};
	struct tmpl_task task = {NULL, 0, UINT64_MAX, UINT32_MAX, 0};
	struct tmpl *t = tmpl_new(3, args, &(struct tmpl_forms){.mark = "{}"});

	ck_assert_ptr_nonnull(t);
	aid_assert_argv(tmpl_expand(t, &task), want, "numbers");
	tmpl_free(t);
}
END_TEST

/* What is longer than the form it stands for, many times. */
START_TEST(makes_room_for_the_longest)
{
	static const struct {
		const char *form, *value;
	} forms[] = {
	    {"{#}", "18446744073709551615"},
	    {"{%}", "4294967295"},
	    {"{//}", "."},
	};
	enum { TIMES = 1024 };
	const char *recs[] = {""};
	struct tmpl_task task = {recs, 1, UINT64_MAX, UINT32_MAX, 0};
	size_t i, n, len;
	struct buf b = BUF_INIT;
	char *args[1], **argv;
	struct tmpl *t;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		buf_clear(&b);
		for (n = 0; n < TIMES; n++)
			ck_assert_int_eq(buf_adds(&b, forms[i].form), 0);
		ck_assert_int_eq(buf_addc(&b, '\0'), 0);
		args[0] = buf_data(&b);
		t = tmpl_new(1, args, &(struct tmpl_forms){.mark = "{}"});
		ck_assert_ptr_nonnull(t);
		argv = tmpl_expand(t, &task);
		ck_assert_ptr_nonnull(argv);
		len = strlen(forms[i].value);
		ck_assert_uint_eq(strlen(argv[0]), TIMES * len);
		for (n = 0; n < TIMES; n++)
			ck_assert_mem_eq(
			    argv[0] + n * len, forms[i].value, len);
		tmpl_free(t);
	}
	buf_free(&b);
}
END_TEST

/* Long and short tasks in turn: room made for one serves the next. */
START_TEST(expands_again_and_again)
{
	enum { NREC = 300, LEN = 5000 };
	char form[] = "{#}{}{/.}{#}", cmd[] = "x", *args[] = {cmd, form};
	char *rec = malloc(LEN + 1), want[64], **argv;
	const char *recs[NREC], *small[] = {"d/a.b"};
	struct tmpl_task big = {recs, NREC, 0, 1, 0},
			 little = {small, 1, 0, 1, 0};
	struct tmpl *t = tmpl_new(2, args, &(struct tmpl_forms){.mark = "{}"});
	size_t i, len;

	ck_assert_ptr_nonnull(t);
	ck_assert_ptr_nonnull(rec);
	memset(rec, 'r', LEN);
	rec[LEN] = '\0';
	for (i = 0; i < NREC; i++)
		recs[i] = rec;
	for (i = 0; i < 40; i++) {
		little.seq = big.seq = i;
		argv = tmpl_expand(t, &little);
		(void)snprintf(want, sizeof(want), "%zud/a.ba%zu", i, i);
		ck_assert_str_eq(argv[1], want);
		ck_assert_ptr_null(argv[2]);
		big.nrec = NREC * i / 40;
		argv = tmpl_expand(t, &big);
		ck_assert_ptr_null(argv[1 + big.nrec]);
		len = (size_t)snprintf(NULL, 0, "%zu", i);
		if (big.nrec > 0)
			ck_assert_uint_eq(
			    strlen(argv[big.nrec]), 2 * (LEN + len));
	}
	tmpl_free(t);
	free(rec);
}
END_TEST

START_TEST(frees_nothing)
{
	tmpl_free(NULL);
}
END_TEST

static Suite *
suite_tmpl(void)
{
	Suite *s = suite_create("tmpl");
	TCase *tc = tcase_create("tmpl");

	tcase_add_loop_test(tc, makes_parts, 0, NROWS(parts));
	tcase_add_loop_test(tc, expands, 0, NROWS(rows));
	tcase_add_test(tc, tells_what_varies);
	tcase_add_test(tc, uses_what_does_not_vary);
	tcase_add_test(tc, writes_the_largest_numbers);
	tcase_add_test(tc, makes_room_for_the_longest);
	tcase_add_test(tc, expands_again_and_again);
	tcase_add_test(tc, frees_nothing);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tmpl)
