/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of quoting: what is shown of any bytes, where it is cut, and
 * that a shell takes a quoted word for the word.
 */
#include "config.h"

#include "unit.h"

#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "quote.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define BYTES(s) (s), sizeof(s) - 1

static const struct {
	const char *in;
	size_t len;
	size_t max;
	const char *want;
} visible[] = {
    {BYTES(""), 99, "''"},
    {BYTES(""), 0, "''"},
    {BYTES("a.gz"), 99, "'a.gz'"},
    {BYTES("it's"), 99, "'it's'"},
    {BYTES("a b\"c$`"), 99, "'a b\"c$`'"},
    {BYTES("x\0y"), 99, "'x\\0y'"},
    {BYTES("x\0"), 99, "'x\\0'"},
    {BYTES("x\0007"), 99, "'x\\0007'"},
    {BYTES("a\nb\tc\rd"), 99, "'a\\nb\\tc\\rd'"},
    {BYTES("\a\b\f\v"), 99, "'\\a\\b\\f\\v'"},
    {BYTES("a\\nb"), 99, "'a\\\\nb'"},
    {BYTES("\033[2J"), 99, "'\\^[[2J'"},
    {BYTES("\177"), 99, "'\\^?'"},
    /* UTF-8 of two, three and four bytes stays. */
    {BYTES("\xc3\xa9"), 99, "'\xc3\xa9'"},
    {BYTES("\xe2\x82\xac"), 99, "'\xe2\x82\xac'"},
    {BYTES("\xf0\x9f\x90\x8c"), 99, "'\xf0\x9f\x90\x8c'"},
    {BYTES("\xc2\xa0\xdf\xbf"), 99, "'\xc2\xa0\xdf\xbf'"},
    {BYTES("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"), 99,
	"'\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf'"},
    {BYTES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), 99,
	"'\xf0\x90\x80\x80\xf4\x8f\xbf\xbf'"},
    /* C1 controls, U+0080, U+009B (CSI) and U+009F, do not. */
    {BYTES("\xc2\x80"), 99, "'\\M-B\\M^@'"},
    {BYTES("\xc2\x9b"), 99, "'\\M-B\\M^['"},
    {BYTES("\xc2\x9f"), 99, "'\\M-B\\M^_'"},
    {BYTES("\x9b"), 99, "'\\M^['"},
    /* Nor what is no UTF-8: cut short, stray, overlong, surrogate, beyond
     * U+10FFFF. */
    {BYTES("\xc3"), 99, "'\\M-C'"},
    {BYTES("\xc3x"), 99, "'\\M-Cx'"},
    {BYTES("\xe2\x82"), 99, "'\\M-b\\M^B'"},
    {BYTES("\xe2\x82x"), 99, "'\\M-b\\M^Bx'"},
    {BYTES("\xf0\x9f\x90"), 99, "'\\M-p\\M^_\\M^P'"},
    {BYTES("\xa9"), 99, "'\\M-)'"},
    {BYTES("\xc3\xc3\xa9"), 99, "'\\M-C\xc3\xa9'"},
    {BYTES("\xc0\xaf"), 99, "'\\M-@\\M-/'"},
    {BYTES("\xc1\xbf"), 99, "'\\M-A\\M-?'"},
    {BYTES("\xe0\x9f\xbf"), 99, "'\\M-`\\M^_\\M-?'"},
    {BYTES("\xf0\x8f\xbf\xbf"), 99, "'\\M-p\\M^O\\M-?\\M-?'"},
    {BYTES("\xed\xa0\x80"), 99, "'\\M-m\\240\\M^@'"},
    {BYTES("\xed\xbf\xbf"), 99, "'\\M-m\\M-?\\M-?'"},
    {BYTES("\xf4\x90\x80\x80"), 99, "'\\M-t\\M^P\\M^@\\M^@'"},
    {BYTES("\xf8\x88\x80\x80\x80"), 99, "'\\M-x\\M^H\\M^@\\M^@\\M^@'"},
    {BYTES("\xff\xfe"), 99, "'\\M^?\\M-~'"},
    /* Cuts. */
    {BYTES("abc"), 3, "'abc'"},
    {BYTES("abcd"), 3, "'abc'..."},
    {BYTES("abc"), 0, "''..."},
    {BYTES("ab\n"), 4, "'ab\\n'"},
    {BYTES("ab\n"), 3, "'ab'..."},
    {BYTES("ab\nc"), 4, "'ab\\n'..."},
    {BYTES("a\xe2\x82\xac"), 4, "'a\xe2\x82\xac'"},
    {BYTES("a\xe2\x82\xac"), 3, "'a'..."},
};

START_TEST(shows)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "before "), 0);
	ck_assert_int_eq(
	    quote_visible(&b, visible[_i].in, visible[_i].len, visible[_i].max),
	    0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_mem_eq(buf_data(&b), "before ", 7);
	ck_assert_str_eq(buf_data(&b) + 7, visible[_i].want);
	buf_free(&b);
}
END_TEST

START_TEST(shows_nothing_of_nothing)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(quote_visible(&b, NULL, 0, 10), 0);
	ck_assert_uint_eq(buf_len(&b), 2);
	ck_assert_mem_eq(buf_data(&b), "''", 2);
	buf_free(&b);
}
END_TEST

START_TEST(looks_at_nothing_behind_the_end)
{
	static const char text[] = "\xf0\x9f\x90\x8c";
	static const char *const want[] = {
	    "''", "'\\M-p'", "'\\M-p\\M^_'", "'\\M-p\\M^_\\M^P'"};
	struct buf b = BUF_INIT;
	size_t n;

	for (n = 0; n < 4; n++) {
		buf_clear(&b);
		ck_assert_int_eq(quote_visible(&b, text, n, 99), 0);
		ck_assert_uint_eq(buf_len(&b), strlen(want[n]));
		ck_assert_mem_eq(buf_data(&b), want[n], buf_len(&b));
	}
	buf_free(&b);
}
END_TEST

static const struct {
	const char *word;
	const char *want;
} words[] = {
    {"", "''"},
    {"gzip", "gzip"},
    {"-9", "-9"},
    {"/usr/bin/env", "/usr/bin/env"},
    {"a_b-c.d,e:f@g%h+1", "a_b-c.d,e:f@g%h+1"},
    {"--opt=value", "--opt=value"},
    {"CC=gcc", "'CC=gcc'"},
    {"=ls", "'=ls'"},
    {"a b", "'a b'"},
    {"it's", "'it'\\''s'"},
    {"'", "''\\'''"},
    {"''", "''\\'''\\'''"},
    {"$HOME", "'$HOME'"},
    {"~", "'~'"},
    {"a~", "'a~'"},
    {"#x", "'#x'"},
    {"*.c", "'*.c'"},
    {"a\\nb", "'a\\nb'"},
    {"!x", "'!x'"},
    {"{a,b}", "'{a,b}'"},
    {"^x", "'^x'"},
    {"[", "'['"},
    {"a;b&c|d<e>f(g)h`i\"j?k", "'a;b&c|d<e>f(g)h`i\"j?k'"},
    {"\xc3\xa9.txt", "'\xc3\xa9.txt'"},
    {"a\nb", "$'a\\nb'"},
    {"\t", "$'\\t'"},
    {"\a\b\f\n\r\t\v", "$'\\a\\b\\f\\n\\r\\t\\v'"},
    {"\033[2J", "$'\\033[2J'"},
    {"\1772", "$'\\1772'"},
    {"it's\n\\", "$'it\\'s\\n\\\\'"},
    {"\xc3\xa9\n", "$'\xc3\xa9\\n'"},
    {"\xff\xfe", "$'\\377\\376'"},
    {"\xc2\x9b", "$'\\302\\233'"},
    {"a\x9b", "$'a\\233'"},
};

START_TEST(quotes_words)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "x "), 0);
	ck_assert_int_eq(quote_shell(&b, words[_i].word), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_mem_eq(buf_data(&b), "x ", 2);
	ck_assert_str_eq(buf_data(&b) + 2, words[_i].want);
	buf_free(&b);
}
END_TEST

/* Whether the shell is there and takes the quoted text for the word. */
static bool
shell_reads(const char *shell, const char *quoted, const char *word)
{
	struct buf script = BUF_INIT;
	int status;
	pid_t pid;

	ck_assert_int_eq(buf_addf(&script, "test \"$1\" = %s", quoted), 0);
	ck_assert_int_eq(buf_addc(&script, '\0'), 0);
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		execlp(shell, shell, "-c", buf_data(&script), shell, word,
		    (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	buf_free(&script);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Not every shell is there, and not every one knows $'...' yet. */
START_TEST(shells_read_them_back)
{
	static const char *const shells[] = {"sh", "bash", "zsh", "ksh"};
	const char *quoted = words[_i].want;
	size_t i;

	for (i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (!shell_reads(shells[i], "a", "a"))
			continue;
		if (*quoted == '$' && !shell_reads(shells[i], "$'\\141'", "a"))
			continue;
		ck_assert_msg(shell_reads(shells[i], quoted, words[_i].word),
		    "%s does not read %s back", shells[i], quoted);
	}
}
END_TEST

/* Each byte alone, between others, and before a digit. */
START_TEST(quotes_every_byte)
{
	const char *const shown = "$'a\\";
	struct buf b = BUF_INIT;
	char word[4] = "axx", c;
	size_t i;
	int byte;

	for (byte = 1; byte < 256; byte++) {
		word[1] = (char)byte;
		word[2] = (char)('0' + byte % 10);
		buf_clear(&b);
		ck_assert_int_eq(quote_shell(&b, word), 0);
		for (i = 0; i < buf_len(&b); i++) {
			c = buf_data(&b)[i];
			ck_assert_msg(
			    c >= 0x20 && c < 0x7f, "%d in %d", c, byte);
		}
		if (byte < 0x20 || byte >= 0x7f)
			ck_assert_mem_eq(buf_data(&b), shown, strlen(shown));
	}
	buf_free(&b);
}
END_TEST

static Suite *
suite_quote(void)
{
	Suite *s = suite_create("quote");
	TCase *tc = tcase_create("quote");

	tcase_add_loop_test(tc, shows, 0, NROWS(visible));
	tcase_add_test(tc, shows_nothing_of_nothing);
	tcase_add_test(tc, looks_at_nothing_behind_the_end);
	tcase_add_loop_test(tc, quotes_words, 0, NROWS(words));
	tcase_add_loop_test(tc, shells_read_them_back, 0, NROWS(words));
	tcase_add_test(tc, quotes_every_byte);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_quote)
