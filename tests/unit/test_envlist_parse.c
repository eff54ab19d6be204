/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of texts of NAME=VALUE lines: what is put, in which order, and
 * which line is told for what is wrong.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

#include "envlist.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define MOST 6

/* A text that may hold NUL. */
#define T(literal) literal, sizeof(literal) - 1

/* What was put; none after so many, which get ENOSPC. */
struct got {
	char *string[MOST + 1];
	size_t n, room;
};

static int
take(void *arg, const char *string)
{
	struct got *got = arg;

	if (got->n == got->room) {
		errno = ENOSPC;
		return -1;
	}
	got->string[got->n] = strdup(string);
	ck_assert_ptr_nonnull(got->string[got->n++]);
	return 0;
}

/* That these were put and that is why no more; forgets both. */
static void
assert_got(struct got *got, const char *const want[MOST], struct buf *why,
    const char *error)
{
	size_t i;

	for (i = 0; i < MOST && want[i] != NULL; i++) {
		ck_assert_msg(i < got->n, "'%s' is not put", want[i]);
		ck_assert_str_eq(got->string[i], want[i]);
		free(got->string[i]);
	}
	ck_assert_msg(got->n == i, "'%s' is put", got->string[i]);
	got->n = 0;
	ck_assert_int_eq(buf_addc(why, '\0'), 0);
	ck_assert_str_eq(buf_data(why), error);
	buf_free(why);
}

static const struct {
	const char *text;
	size_t len;
	const char *want[MOST], *error;
} texts[] = {
    {T(""), {NULL}, ""},
    {T("\n"), {NULL}, ""},
    {T("\n\n \t\n"), {NULL}, ""},
    {T("#"), {NULL}, ""},
    {T("# A=1\n \t#B=2\n#"), {NULL}, ""},
    {T("#it's\n#\"\\"), {NULL}, ""},
    {T("A=1\n"), {"A=1"}, ""},
    {T("A=1"), {"A=1"}, ""},
    {T("\nA=1\n\n#x\nB=2\n\n"), {"A=1", "B=2"}, ""},
    {T("B=1\nA=2\nB=3\n"), {"B=1", "A=2", "B=3"}, ""},
    {T(" \tA=1\n"), {"A=1"}, ""},
    {T("_=1\n_9=2\nazAZ_09=3\n"), {"_=1", "_9=2", "azAZ_09=3"}, ""},

    /* Values as they stand. */
    {T("A="), {"A="}, ""},
    {T("A=\nB=\n"), {"A=", "B="}, ""},
    {T("A= \t\n"), {"A="}, ""},
    {T("A= 1 \t 2\t \n"), {"A= 1 \t 2"}, ""},
    {T("A=1 "), {"A=1"}, ""},
    {T("A==\nB=a=b\nC=B=2\n"), {"A==", "B=a=b", "C=B=2"}, ""},
    {T("A=1 # 2\nB=#\n"), {"A=1 # 2", "B=#"}, ""},
    {T("A=it's\nB=a\"b\"\n"), {"A=it's", "B=a\"b\""}, ""},
    {T("A= 'x'\nB= \"\n"), {"A= 'x'", "B= \""}, ""},
    {T("A=\\n\\\nB=$A ${A} $(A) `A` ~ *\n"),
	{"A=\\n\\", "B=$A ${A} $(A) `A` ~ *"}, ""},
    {T("A=\xff\xc3\xa9\x01\x7f\n"), {"A=\xff\xc3\xa9\x01\x7f"}, ""},
    {T("A={}\n"), {"A={}"}, ""},

    {T("export A=1\nexport\t \tB=2\n export C=3\n"), {"A=1", "B=2", "C=3"}, ""},
    {T("export=1\nexport_=2\nexport export=3\n"),
	{"export=1", "export_=2", "export=3"}, ""},
    {T("export A='x'\n"), {"A=x"}, ""},

    /* Ends of lines. */
    {T("A=1\r\nB=2\r\n"), {"A=1", "B=2"}, ""},
    {T("\r\n#x\r\n \r\nA=\r\n"), {"A="}, ""},
    {T("A=1 \r\nB=' 2 '\t\r\nC=\"3\"\r\n"), {"A=1", "B= 2 ", "C=3"}, ""},
    {T("A='1\r\n2'\r\n"), {"A=1\r\n2"}, ""},
    {T("A=1\r"), {"A=1\r"}, ""},
    {T("A=1\r\r\n"), {"A=1\r"}, ""},
    {T("A=1\rB=2\n"), {"A=1\rB=2"}, ""},
    {T("A=1\v\f\n"), {"A=1\v\f"}, ""},
    {T("\r\nA\r\n"), {NULL}, "line 2: no '='"},
    {T("\r"), {NULL}, "line 1: no '='"},
    {T("\n\r"), {NULL}, "line 2: no '='"},

    /* Single quotes. */
    {T("A=''\n"), {"A="}, ""},
    {T("A='1'"), {"A=1"}, ""},
    {T("A=' 1 ' \t\nB='\t'\n"), {"A= 1 ", "B=\t"}, ""},
    {T("A='#\"\\n\\\\$x`'\n"), {"A=#\"\\n\\\\$x`"}, ""},
    {T("A='\\'\nB=2\n"), {"A=\\", "B=2"}, ""},
    {T("A='1\n\n #2\nB=3'\nC=4\n"), {"A=1\n\n #2\nB=3", "C=4"}, ""},
    {T("A='\n'\nB='\n\n'"), {"A=\n", "B=\n\n"}, ""},

    /* Double quotes. */
    {T("A=\"\"\n"), {"A="}, ""},
    {T("A=\" 1 \" \nB=\"it's\"\n"), {"A= 1 ", "B=it's"}, ""},
    {T("A=\"\\n\\t\\r\\\\\\\"\\$\"\n"), {"A=\n\t\r\\\"$"}, ""},
    {T("A=\"\\\\n\\\\\"\n"), {"A=\\n\\"}, ""},
    {T("A=\"\\\"\"\n"), {"A=\""}, ""},
    {T("A=\"$B ${B} $(B) `B` # ~\"\n"), {"A=$B ${B} $(B) `B` # ~"}, ""},
    {T("A=\"1\n2\n\"\nB=3\n"), {"A=1\n2\n", "B=3"}, ""},

    /* What is no NAME=VALUE. */
    {T("A"), {NULL}, "line 1: no '='"},
    {T("A=1\nB\nC=3\n"), {"A=1"}, "line 2: no '='"},
    {T("A\n=1\n"), {NULL}, "line 1: no '='"},
    {T("export\n"), {NULL}, "line 1: no '='"},
    {T("export \nA=1\n"), {NULL}, "line 1: no '='"},
    {T("export A\n"), {NULL}, "line 1: no '='"},
    {T("=1\n"), {NULL}, "line 1: invalid name"},
    {T("==\n"), {NULL}, "line 1: invalid name"},
    {T("export =1\n"), {NULL}, "line 1: invalid name"},
    {T("export export A=1\n"), {NULL}, "line 1: invalid name"},
    {T("exportA B=1\n"), {NULL}, "line 1: invalid name"},
    {T("Export A=1\n"), {NULL}, "line 1: invalid name"},
    {T("A =1\n"), {NULL}, "line 1: invalid name"},
    {T("A\t=1\n"), {NULL}, "line 1: invalid name"},
    {T("1=1\n"), {NULL}, "line 1: invalid name"},
    {T("9A=1\n"), {NULL}, "line 1: invalid name"},
    {T("A-B=1\n"), {NULL}, "line 1: invalid name"},
    {T("A+=1\n"), {NULL}, "line 1: invalid name"},
    {T("'A'=1\n"), {NULL}, "line 1: invalid name"},
    {T("'A=1'\n"), {NULL}, "line 1: invalid name"},
    {T("A#=1\n"), {NULL}, "line 1: invalid name"},
    {T("\vA=1\n"), {NULL}, "line 1: invalid name"},
    {T("\rA=1\n"), {NULL}, "line 1: invalid name"},
    {T("\xc3\xa9=1\n"), {NULL}, "line 1: invalid name"},
    {T("\xef\xbb\xbf"
       "A=1\n"),
	{NULL}, "line 1: invalid name"},
    {T("A='1\n2'\nB C=3\n"), {"A=1\n2"}, "line 3: invalid name"},

    /* Quotes that do not end, or not at the end. */
    {T("A='"), {NULL}, "line 1: unterminated quote"},
    {T("A=\""), {NULL}, "line 1: unterminated quote"},
    {T("A='\n"), {NULL}, "line 1: unterminated quote"},
    {T("A=1\n\nB='2\n\n\n"), {"A=1"}, "line 3: unterminated quote"},
    {T("A='\n'\nB=\"2\nC=3\n#"), {"A=\n"}, "line 3: unterminated quote"},
    {T("A=\"\\"), {NULL}, "line 1: unterminated quote"},
    {T("\nA=\"\n\\\""), {NULL}, "line 2: unterminated quote"},
    {T("A='\"\n"), {NULL}, "line 1: unterminated quote"},
    {T("A='1'2\n"), {NULL}, "line 1: text behind the closing quote"},
    {T("A='1' # x\n"), {NULL}, "line 1: text behind the closing quote"},
    {T("A='1' \v\n"), {NULL}, "line 1: text behind the closing quote"},
    {T("A='it'\\''s'\n"), {NULL}, "line 1: text behind the closing quote"},
    {T("A=\"1\"\"2\"\n"), {NULL}, "line 1: text behind the closing quote"},
    {T("A='1'\r"), {NULL}, "line 1: text behind the closing quote"},
    {T("A='\n\n'x\nB=2\n"), {NULL}, "line 3: text behind the closing quote"},
    {T("A='1\nB='2'\n"), {NULL}, "line 2: text behind the closing quote"},

    {T("A=\"\\a\"\n"), {NULL}, "line 1: unknown escape"},
    {T("A=\"\\'\"\n"), {NULL}, "line 1: unknown escape"},
    {T("A=\"\\`\"\n"), {NULL}, "line 1: unknown escape"},
    {T("A=\"\\x41\"\n"), {NULL}, "line 1: unknown escape"},
    {T("A=\"1\n\\\n2\"\n"), {NULL}, "line 2: unknown escape"},
    {T("A=\"\\\r\n\"\n"), {NULL}, "line 1: unknown escape"},
    {T("A=\"1\n2\\N"), {NULL}, "line 2: unknown escape"},

    /* NUL. */
    {T("\0"), {NULL}, "line 1: NUL byte"},
    {T("A=1\0"), {NULL}, "line 1: NUL byte"},
    {T("A=1\n\0"), {"A=1"}, "line 2: NUL byte"},
    {T("A=1\nB\0=2\n"), {"A=1"}, "line 2: NUL byte"},
    {T("A=1\n#\0\nB=2\n"), {"A=1"}, "line 2: NUL byte"},
    {T("A=1\nB='\n2\0\n'\n"), {"A=1"}, "line 3: NUL byte"},
    {T("A=\"\\\0\"\n"), {NULL}, "line 1: NUL byte"},
    {T("A='\n'\0\n"), {NULL}, "line 2: NUL byte"},
    {T("A='1\n\n\0"), {NULL}, "line 3: NUL byte"},
    {T("A\nB=\0\n"), {NULL}, "line 1: no '='"},
    {T("A=1\r\0\n"), {NULL}, "line 1: NUL byte"},
};

/* From memory of the very size. */
START_TEST(parses)
{
	struct got got = {.room = MOST};
	struct buf why = BUF_INIT;
	size_t len = texts[_i].len;
	char *text = malloc(len + (len == 0));
	int rc;

	ck_assert_ptr_nonnull(text);
	memcpy(text, texts[_i].text, len);
	rc = envlist_parse(text, len, take, &got, &why);
	free(text);
	ck_assert_int_eq(rc, *texts[_i].error == '\0' ? 0 : -1);
	assert_got(&got, texts[_i].want, &why, texts[_i].error);
}
END_TEST

START_TEST(parses_no_text)
{
	static const char *const nothing[MOST];
	struct got got = {.room = MOST};
	struct buf why = BUF_INIT;

	ck_assert_int_eq(envlist_parse(NULL, 0, take, &got, &why), 0);
	assert_got(&got, nothing, &why, "");
}
END_TEST

/* As much as fits is put, then nothing; the line is the first of its own. */
static const struct {
	size_t room;
	const char *want[MOST], *error;
} rooms[] = {
    {0, {NULL}, "before: line 2: No space left on device"},
    {1, {"A=1\n"}, "before: line 4: No space left on device"},
    {2, {"A=1\n", "B=2\n3"}, "before: line 7: No space left on device"},
    {3, {"A=1\n", "B=2\n3", "C=4"}, "before: line 8: no '='"},
};

START_TEST(ends_where_put_fails)
{
	static const char text[] = "#\nA='1\n'\nB=\"2\n3\"\n\nC=4\nwrong\n";
	struct got got = {.room = rooms[_i].room};
	struct buf why = BUF_INIT;

	ck_assert_int_eq(buf_adds(&why, "before: "), 0);
	ck_assert_int_eq(
	    envlist_parse(text, sizeof(text) - 1, take, &got, &why), -1);
	assert_got(&got, rooms[_i].want, &why, rooms[_i].error);
}
END_TEST

static int
into_list(void *arg, const char *string)
{
	return envlist_put(arg, string);
}

START_TEST(puts_into_a_list)
{
	static const char text[] = "A=1\nexport B='2'\nA=\"3\"\nC=\n";
	struct buf why = BUF_INIT;
	struct envlist l;

	envlist_init(&l);
	ck_assert_int_eq(envlist_put(&l, "B=0"), 0);
	ck_assert_int_eq(
	    envlist_parse(text, sizeof(text) - 1, into_list, &l, &why), 0);
	ck_assert_uint_eq(l.n, 3);
	ck_assert_str_eq(l.var[0], "B=2");
	ck_assert_str_eq(l.var[1], "A=3");
	ck_assert_str_eq(l.var[2], "C=");
	ck_assert_ptr_null(l.var[3]);
	ck_assert_uint_eq(buf_len(&why), 0);
	buf_free(&why);
	envlist_free(&l);
}
END_TEST

static Suite *
suite_envlist_parse(void)
{
	Suite *s = suite_create("envlist_parse");
	TCase *tc = tcase_create("envlist_parse");

	tcase_add_loop_test(tc, parses, 0, NROWS(texts));
	tcase_add_test(tc, parses_no_text);
	tcase_add_loop_test(tc, ends_where_put_fails, 0, NROWS(rooms));
	tcase_add_test(tc, puts_into_a_list);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_envlist_parse)
