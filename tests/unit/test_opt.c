/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of reading command lines: each table row is one, and what
 * must come of it.
 */
#include "config.h"

#include "unit.h"

#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "opt.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

struct conf {
	int flag, other;
	const char *text;
	uint64_t size;
	int number;
};

enum { KEY_BIG = OPT_LONG_ONLY, KEY_LONG, KEY_PLAIN };

static int
set_number(void *at, const struct opt *o, const char *value, struct buf *why)
{
	long long n;

	(void)o;
	if (opt_number(value, -5, 1000, &n, why) == -1)
		return -1;
	*(int *)at = (int)n;
	return 0;
}

static const struct opt table[] = {
    {'f', "flag", NULL, "sets a flag", opt_flag, offsetof(struct conf, flag),
	1},
    {'F', "other-flag", NULL, "sets the same flag otherwise", opt_flag,
	offsetof(struct conf, flag), 7},
    {'t', "text", "STRING", "takes any text", opt_text,
	offsetof(struct conf, text), 0},
    {'0', "null", NULL, "is a digit", opt_flag, offsetof(struct conf, other),
	2},
    {'n', "number", "N", "takes a number", set_number,
	offsetof(struct conf, number), 0},
    {'k', "keep", NULL, "does nothing", opt_nothing, 0, 0},
    {KEY_BIG, "big", "SIZE", "takes a size", opt_size,
	offsetof(struct conf, size), 0},
    {KEY_LONG, "a-long-name-for-an-option", "VALUE", "fills a line", opt_text,
	offsetof(struct conf, text), 0},
    {KEY_PLAIN, "plain", NULL, "has no letter", opt_flag,
	offsetof(struct conf, other), 3},
    {0, NULL, NULL, NULL, NULL, 0, 0},
};

/* Words of the command line, without the program's name. */
#define WORDS_MAX 6

/* Fields are shown as "flag other text size number". */
static const struct {
	const char *word[WORDS_MAX];
	int operand; /* -1: wrong, and fields is why */
	const char *fields;
} lines[] = {
    {{NULL}, 1, "0 0 - 0 0"},
    {{"-f"}, 2, "1 0 - 0 0"},
    {{"--flag"}, 2, "1 0 - 0 0"},
    {{"-F"}, 2, "7 0 - 0 0"},
    {{"-fF"}, 2, "7 0 - 0 0"},
    {{"-F", "-f"}, 3, "1 0 - 0 0"},
    {{"-0"}, 2, "0 2 - 0 0"},
    {{"-f0"}, 2, "1 2 - 0 0"},
    {{"--plain", "-f"}, 3, "1 3 - 0 0"},
    {{"-k", "--keep"}, 3, "0 0 - 0 0"},
    {{"-t", "x"}, 3, "0 0 x 0 0"},
    {{"-tx"}, 2, "0 0 x 0 0"},
    {{"-t", ""}, 3, "0 0  0 0"},
    {{"-t", "-f"}, 3, "0 0 -f 0 0"},
    {{"-t-f"}, 2, "0 0 -f 0 0"},
    {{"-t", "--"}, 3, "0 0 -- 0 0"},
    {{"-ft", "x"}, 3, "1 0 x 0 0"},
    {{"-ftF"}, 2, "1 0 F 0 0"},
    {{"--text", "x"}, 3, "0 0 x 0 0"},
    {{"--text=x=y"}, 2, "0 0 x=y 0 0"},
    {{"--text="}, 2, "0 0  0 0"},
    {{"--te=x"}, 2, "0 0 x 0 0"},
    {{"-t1", "-t2"}, 3, "0 0 2 0 0"},
    {{"-n3"}, 2, "0 0 - 0 3"},
    {{"-n", "-5"}, 3, "0 0 - 0 -5"},
    {{"-n-5"}, 2, "0 0 - 0 -5"},
    {{"--number=1000"}, 2, "0 0 - 0 1000"},
    {{"--big", "16M"}, 3, "0 0 - 16777216 0"},
    {{"--big=0"}, 2, "0 0 - 0 0"},
    {{"--a-long=x"}, 2, "0 0 x 0 0"},
    /* Up to the first operand, and no further. */
    {{"cmd"}, 1, "0 0 - 0 0"},
    {{"cmd", "-f"}, 1, "0 0 - 0 0"},
    {{"-f", "cmd", "-F"}, 2, "1 0 - 0 0"},
    {{"-f", "--", "-F"}, 3, "1 0 - 0 0"},
    {{"--", "--"}, 2, "0 0 - 0 0"},
    {{"--"}, 2, "0 0 - 0 0"},
    {{"-"}, 1, "0 0 - 0 0"},
    {{"-f", "-", "-F"}, 2, "1 0 - 0 0"},
    {{""}, 1, "0 0 - 0 0"},
    {{":::", "-f"}, 1, "0 0 - 0 0"},
    /* What is wrong. */
    {{"-x"}, -1, "-x: unknown option"},
    {{"-fx"}, -1, "-x: unknown option"},
    {{"-:"}, -1, "-:: unknown option"},
    {{"-?"}, -1, "-?: unknown option"},
    {{"-W", "flag"}, -1, "-W: unknown option"},
    {{"-t"}, -1, "-t: needs a value"},
    {{"-ft"}, -1, "-t: needs a value"},
    {{"--text"}, -1, "-t: needs a value"},
    {{"--big"}, -1, "--big: needs a value"},
    {{"--flag=x"}, -1, "-f: takes no value"},
    {{"--flag="}, -1, "-f: takes no value"},
    {{"--plain=1"}, -1, "--plain: takes no value"},
    {{"--unknown"}, -1, "'--unknown': unknown or ambiguous option"},
    {{"--unknown=5"}, -1, "'--unknown=5': unknown or ambiguous option"},
    {{"-f", "--nu"}, -1, "'--nu': unknown or ambiguous option"},
    {{"--Flag"}, -1, "'--Flag': unknown or ambiguous option"},
    {{"--a\tb\n"}, -1, "'--a\\tb\\n': unknown or ambiguous option"},
    {{"-n", "x"}, -1, "-n: 'x': invalid"},
    {{"--number", "x"}, -1, "-n: 'x': invalid"},
    {{"-n", ""}, -1, "-n: '': invalid"},
    {{"-n3x"}, -1, "-n: '3x': invalid"},
    {{"-n1001"}, -1, "-n: '1001': too large"},
    {{"-n-6"}, -1, "-n: '-6': too small"},
    {{"-n99999999999999999999"}, -1, "-n: '99999999999999999999': too large"},
    {{"-n\x1b[31m"}, -1, "-n: '\\^[[31m': invalid"},
    {{"--big=x"}, -1, "--big: 'x': invalid size"},
    {{"--big=-1"}, -1, "--big: '-1': invalid size"},
    {{"--big="}, -1, "--big: '': invalid size"},
    {{"--big=16E"}, -1, "--big: '16E': too large"},
    {{"--big=1x"}, -1, "--big: '1x': invalid size"},
    /* The first thing that is wrong is told. */
    {{"-n", "x", "-y"}, -1, "-n: 'x': invalid"},
    {{"-y", "-n", "x"}, -1, "-y: unknown option"},
};

static int
parse_row(int row, struct conf *conf, struct buf *why)
{
	char words[WORDS_MAX + 1][64], *argv[WORDS_MAX + 2];
	int argc;

	for (argc = 0; argc == 0 ||
	     (argc <= WORDS_MAX && lines[row].word[argc - 1] != NULL);
	     argc++) {
		(void)snprintf(words[argc], sizeof(words[argc]), "%s",
		    argc == 0 ? "prog" : lines[row].word[argc - 1]);
		argv[argc] = words[argc];
	}
	argv[argc] = NULL;
	memset(conf, 0, sizeof(*conf));
	optind = 0; /* from the beginning */
	argc = opt_parse(table, argc, argv, conf, why);
	if (conf->text != NULL)
		conf->text = strdup(conf->text); /* the words go */
	return argc;
}

START_TEST(parses)
{
	struct buf why = BUF_INIT;
	struct conf conf;
	char fields[256];
	int operand = parse_row(_i, &conf, &why);

	ck_assert_msg(operand == lines[_i].operand, "row %d: %d, %.*s", _i,
	    operand, (int)buf_len(&why), buf_data(&why));
	(void)snprintf(fields, sizeof(fields), "%d %d %s %ju %d", conf.flag,
	    conf.other, conf.text ? conf.text : "-", (uintmax_t)conf.size,
	    conf.number);
	if (operand == -1)
		(void)snprintf(fields, sizeof(fields), "%.*s",
		    (int)buf_len(&why), buf_data(&why));
	else
		ck_assert_uint_eq(buf_len(&why), 0);
	ck_assert_msg(strcmp(fields, lines[_i].fields) == 0,
	    "row %d: \"%s\", expected \"%s\"", _i, fields, lines[_i].fields);
	buf_free(&why);
	free((void *)(uintptr_t)conf.text);
}
END_TEST

/* Whatever is on the command line, the terminal is told nothing by it. */
START_TEST(complains_visibly)
{
	static const char *const words[] = {
	    "-\x1b", "-\a", "-\n", "-\x9b", "-\x7f", "--\x1b[2J", "-n\x9b"};
	char word[16], prog[] = "prog", *argv[] = {prog, word, NULL};
	struct buf why = BUF_INIT;
	struct conf conf;
	size_t i;
	unsigned char c;

	(void)snprintf(word, sizeof(word), "%s", words[_i]);
	optind = 0;
	ck_assert_int_eq(opt_parse(table, 2, argv, &conf, &why), -1);
	ck_assert_uint_gt(buf_len(&why), 0);
	for (i = 0; i < buf_len(&why); i++) {
		c = (unsigned char)buf_data(&why)[i];
		ck_assert_msg(c >= 0x20 && c < 0x7f, "row %d: byte %#x", _i, c);
	}
	buf_free(&why);
}
END_TEST

/* A value that is shown is cut. */
START_TEST(cuts_what_it_shows)
{
	struct buf why = BUF_INIT;
	char value[1000];

	memset(value, 'v', sizeof(value));
	value[sizeof(value) - 1] = '\0';
	ck_assert_int_eq(opt_bad(&why, value, "invalid"), -1);
	ck_assert_uint_lt(buf_len(&why), 100);
	ck_assert_mem_eq(
	    buf_data(&why) + buf_len(&why) - 13, "'...: invalid", 13);
	buf_free(&why);
}
END_TEST

static const struct {
	const char *value;
	long long min, max, want;
	const char *why; /* or NULL: want */
} numbers[] = {
    {"0", 0, 10, 0, NULL},
    {"10", 0, 10, 10, NULL},
    {"007", 0, 10, 7, NULL},
    {"-3", -3, -1, -3, NULL},
    {"9223372036854775807", 0, LLONG_MAX, LLONG_MAX, NULL},
    {"-9223372036854775808", LLONG_MIN, 0, LLONG_MIN, NULL},
    {"11", 0, 10, 0, "'11': too large"},
    {"9223372036854775808", 0, LLONG_MAX, 0,
	"'9223372036854775808': too large"},
    {"0", 1, 10, 0, "'0': too small"},
    {"-9223372036854775809", LLONG_MIN, 0, 0,
	"'-9223372036854775809': too small"},
    {"", 0, 10, 0, "'': invalid"},
    {"1.5", 0, 10, 0, "'1.5': invalid"},
    {"0x5", 0, 10, 0, "'0x5': invalid"},
    {"1e1", 0, 10, 0, "'1e1': invalid"},
    {"5 ", 0, 10, 0, "'5 ': invalid"},
    {"five", 0, 10, 0, "'five': invalid"},
};

START_TEST(takes_numbers)
{
	struct buf why = BUF_INIT;
	long long n = -77;
	int rc;

	rc = opt_number(
	    numbers[_i].value, numbers[_i].min, numbers[_i].max, &n, &why);
	if (numbers[_i].why == NULL) {
		ck_assert_msg(rc == 0 && n == numbers[_i].want,
		    "'%s': %d, %lld", numbers[_i].value, rc, n);
		ck_assert_uint_eq(buf_len(&why), 0);
		return;
	}
	ck_assert_msg(rc == -1, "'%s' is %lld", numbers[_i].value, n);
	ck_assert_int_eq(n, -77);
	ck_assert_int_eq(buf_addc(&why, '\0'), 0);
	ck_assert_str_eq(buf_data(&why), numbers[_i].why);
	buf_free(&why);
}
END_TEST

START_TEST(helps)
{
	static const char want[] =
	    "  -f, --flag                sets a flag\n"
	    "  -F, --other-flag          sets the same flag otherwise\n"
	    "  -t, --text STRING         takes any text\n"
	    "  -0, --null                is a digit\n"
	    "  -n, --number N            takes a number\n"
	    "  -k, --keep                does nothing\n"
	    "      --big SIZE            takes a size\n"
	    "      --a-long-name-for-an-option VALUE\n"
	    "                            fills a line\n"
	    "      --plain               has no letter\n";
	struct buf out = BUF_INIT;

	ck_assert_int_eq(opt_help(table, &out), 0);
	ck_assert_int_eq(buf_addc(&out, '\0'), 0);
	ck_assert_str_eq(buf_data(&out), want);
	buf_free(&out);
}
END_TEST

static Suite *
suite_opt(void)
{
	Suite *s = suite_create("opt");
	TCase *tc = tcase_create("opt");

	tcase_add_loop_test(tc, parses, 0, NROWS(lines));
	tcase_add_loop_test(tc, complains_visibly, 0, 7);
	tcase_add_test(tc, cuts_what_it_shows);
	tcase_add_loop_test(tc, takes_numbers, 0, NROWS(numbers));
	tcase_add_test(tc, helps);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_opt)
