/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of cutting records out of a stream: each table row is a
 * stream, fed in pieces of every size, and what must come out of it.
 */
#include "unit.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "rec.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Text and its length, NULs included. */
#define BYTES(s) (s), sizeof(s) - 1

/* In want each record is in brackets, in braces where it was cut. */
static const struct {
	char delim;
	size_t max;
	const char *in;
	size_t len;
	const char *want;
	size_t want_len;
} streams[] = {
    {'\n', 99, BYTES(""), BYTES("")},
    {'\n', 99, BYTES("\n"), BYTES("[]")},
    {'\n', 99, BYTES("\n\n\n"), BYTES("[][][]")},
    {'\n', 99, BYTES("a"), BYTES("[a]")},
    {'\n', 99, BYTES("a\n"), BYTES("[a]")},
    {'\n', 99, BYTES("a\nb"), BYTES("[a][b]")},
    {'\n', 99, BYTES("a\n\nb\n"), BYTES("[a][][b]")},
    {'\n', 99, BYTES("\na"), BYTES("[][a]")},
    {'\n', 99, BYTES("one\ntwo\nthree\n"), BYTES("[one][two][three]")},
    {'\n', 99, BYTES("a\r\nb\r\n"), BYTES("[a\r][b\r]")},
    {'\n', 99, BYTES("a\0b\n\0\n"), BYTES("[a\0b][\0]")},
    {'\0', 99, BYTES("a\nb\0c\0"), BYTES("[a\nb][c]")},
    {'\0', 99, BYTES("\0\0x"), BYTES("[][][x]")},
    {',', 99, BYTES("a,b\n"), BYTES("[a][b\n]")},
    {'\xff', 99, BYTES("a\xff\xfe\xff"), BYTES("[a][\xfe]")},
    {'\x80', 99, BYTES("\x80\x80"), BYTES("[][]")},
    /* At and around the longest. */
    {'\n', 3, BYTES("abc"), BYTES("[abc]")},
    {'\n', 3, BYTES("abc\n"), BYTES("[abc]")},
    {'\n', 3, BYTES("abc\nabc\n"), BYTES("[abc][abc]")},
    {'\n', 3, BYTES("abcd"), BYTES("{abc}")},
    {'\n', 3, BYTES("abcd\n"), BYTES("{abc}")},
    {'\n', 3, BYTES("abcd\n\n"), BYTES("{abc}[]")},
    {'\n', 3, BYTES("abcdefghijk\nx\n"), BYTES("{abc}[x]")},
    {'\n', 3, BYTES("abcdefghijk\nx"), BYTES("{abc}[x]")},
    {'\n', 3, BYTES("abcdefghijk\n12345\n"), BYTES("{abc}{123}")},
    {'\n', 3, BYTES("\n1234567\n\n12\n"), BYTES("[]{123}[][12]")},
    {'\n', 1, BYTES("a\nbb\nccc\n\nd"), BYTES("[a]{b}{c}[][d]")},
    {'\n', 3, BYTES("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), BYTES("{aaa}")},
    {'\n', SIZE_MAX, BYTES("abc\nd"), BYTES("[abc][d]")},
};

/* Hands out all there is to out; returns why it stopped. */
static enum rec_status
take_all(struct rec *r, struct buf *out)
{
	enum rec_status status;
	const char *text;
	size_t len;

	for (;;) {
		status = rec_next(r, &text, &len);
		if (status == REC_MORE || status == REC_END)
			return status;
		ck_assert_int_eq(
		    buf_addc(out, status == REC_OK ? '[' : '{'), 0);
		ck_assert_int_eq(buf_add(out, text, len), 0);
		ck_assert_int_eq(
		    buf_addc(out, status == REC_OK ? ']' : '}'), 0);
	}
}

static void
feed(struct rec *r, const char *p, size_t n)
{
	char *room = rec_room(r, n + 7);

	ck_assert_ptr_nonnull(room);
	memset(room, r->delim, n + 7);
	memcpy(room, p, n);
	rec_fed(r, n);
}

/* Feeds the row in pieces of the size and looks after each every-th. */
static void
run_row(size_t row, size_t piece, size_t every)
{
	struct buf out = BUF_INIT;
	struct rec r;
	size_t at, n, count = 0;

	rec_init(&r, streams[row].delim, streams[row].max);
	for (at = 0; at < streams[row].len; at += n) {
		n = streams[row].len - at;
		n = n < piece ? n : piece;
		feed(&r, streams[row].in + at, n);
		if (++count % every == 0)
			ck_assert_int_eq(take_all(&r, &out), REC_MORE);
	}
	rec_fed(&r, 0);
	ck_assert_int_eq(take_all(&r, &out), REC_END);
	ck_assert_int_eq(take_all(&r, &out), REC_END);
	ck_assert_msg(buf_len(&out) == streams[row].want_len &&
		(buf_len(&out) == 0 ||
		    memcmp(buf_data(&out), streams[row].want, buf_len(&out)) ==
			0),
	    "row %zu in pieces of %zu: '%.*s', not '%s'", row, piece,
	    (int)buf_len(&out), buf_len(&out) > 0 ? buf_data(&out) : "",
	    streams[row].want);
	rec_free(&r);
	buf_free(&out);
}

START_TEST(cuts)
{
	size_t piece, every;

	for (piece = 1; piece <= streams[_i].len + 1; piece++)
		for (every = 1; every <= 3; every++)
			run_row((size_t)_i, piece, every);
}
END_TEST

START_TEST(wants_more_before_anything)
{
	const char *text;
	struct rec r;
	size_t len;

	rec_init(&r, '\n', 10);
	ck_assert_int_eq(rec_next(&r, &text, &len), REC_MORE);
	ck_assert_ptr_nonnull(rec_room(&r, 100));
	ck_assert_int_eq(rec_next(&r, &text, &len), REC_MORE);
	rec_fed(&r, 0);
	ck_assert_int_eq(rec_next(&r, &text, &len), REC_END);
	rec_free(&r);
}
END_TEST

/* A record is handed out as soon as it is whole. */
START_TEST(does_not_wait)
{
	const char *text;
	struct rec r;
	size_t len;

	rec_init(&r, '\n', 10);
	feed(&r, "ab\nc", 4);
	ck_assert_int_eq(rec_next(&r, &text, &len), REC_OK);
	ck_assert_uint_eq(len, 2);
	ck_assert_mem_eq(text, "ab", 2);
	ck_assert_int_eq(rec_next(&r, &text, &len), REC_MORE);
	feed(&r, "d\n", 2);
	ck_assert_int_eq(rec_next(&r, &text, &len), REC_OK);
	ck_assert_uint_eq(len, 2);
	ck_assert_mem_eq(text, "cd", 2);
	rec_free(&r);
}
END_TEST

/* However long a record is, memory holds no more than its first bytes. */
START_TEST(does_not_keep_an_overlong_record)
{
	char block[1000];
	const char *text;
	struct rec r;
	size_t len;
	int i, cut = 0;

	memset(block, 'x', sizeof(block));
	rec_init(&r, '\n', 5000);
	for (i = 0; i < 10000; i++) {
		feed(&r, block, sizeof(block));
		if (rec_next(&r, &text, &len) == REC_LONG) {
			ck_assert_uint_eq(len, 5000);
			cut++;
		}
		ck_assert_uint_le(r.in.cap, 20000);
	}
	ck_assert_int_eq(cut, 1);
	feed(&r, "\nend", 4);
	rec_fed(&r, 0);
	ck_assert_int_eq(rec_next(&r, &text, &len), REC_OK);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(text, "end", 3);
	ck_assert_int_eq(rec_next(&r, &text, &len), REC_END);
	rec_free(&r);
}
END_TEST

START_TEST(reports_no_memory)
{
	struct rec r;

	rec_init(&r, '\n', 10);
	errno = 0;
	ck_assert_ptr_null(rec_room(&r, SIZE_MAX));
	ck_assert_int_eq(errno, ENOMEM);
	rec_free(&r);
	rec_free(&r);
}
END_TEST

static const struct {
	const char *text;
	int byte;
} delims[] = {
    {",", ','},
    {"\n", '\n'},
    {" ", ' '},
    {"\\", '\\'},
    {"0", '0'},
    {"x", 'x'},
    {"\xff", 0xff},
    {"\\a", '\a'},
    {"\\b", '\b'},
    {"\\f", '\f'},
    {"\\n", '\n'},
    {"\\r", '\r'},
    {"\\t", '\t'},
    {"\\v", '\v'},
    {"\\\\", '\\'},
    {"\\0", 0},
    {"\\00", 0},
    {"\\000", 0},
    {"\\1", 1},
    {"\\12", 012},
    {"\\012", 012},
    {"\\101", 'A'},
    {"\\377", 0xff},
    {"\\x0", 0},
    {"\\x00", 0},
    {"\\x41", 'A'},
    {"\\x4a", 'J'},
    {"\\x4A", 'J'},
    {"\\xff", 0xff},
    {"\\xa", '\n'},
    {"", -1},
    {"ab", -1},
    {"\n\n", -1},
    {"\xc3\xa9", -1},
    {"\\q", -1},
    {"\\8", -1},
    {"\\9", -1},
    {"\\08", -1},
    {"\\400", -1},
    {"\\777", -1},
    {"\\0000", -1},
    {"\\1234", -1},
    {"\\12x", -1},
    {"\\x", -1},
    {"\\xg", -1},
    {"\\x4g", -1},
    {"\\x041", -1},
    {"\\x414", -1},
    {"\\X41", -1},
    {"\\x 1", -1},
    {"\\x-1", -1},
    {"\\-1", -1},
    {"\\+1", -1},
    {"\\ 1", -1},
    {"\\nn", -1},
    {"\\n ", -1},
    {"\\\\\\", -1},
    {" \\n", -1},
    {"\\N", -1},
    {"\\e", -1},
    {"\\'", -1},
};

START_TEST(reads_delimiters)
{
	char c = 'u';
	int rc;

	errno = 0;
	rc = rec_delim_parse(delims[_i].text, &c);
	if (delims[_i].byte == -1) {
		ck_assert_msg(rc == -1, "'%s' is %d", delims[_i].text, c);
		ck_assert_int_eq(errno, EINVAL);
		ck_assert_int_eq(c, 'u');
		return;
	}
	ck_assert_msg(rc == 0, "'%s' fails", delims[_i].text);
	ck_assert_msg((unsigned char)c == delims[_i].byte, "'%s' is %d",
	    delims[_i].text, c);
}
END_TEST

/* How many records there are in what was fed, the first line taken. */
static const struct {
	const char *fed;
	size_t want;
} counts[] = {
    {"", 0},
    {"a", 0},
    {"a\n", 0},
    {"a\nb", 1},
    {"a\nb\n", 1},
    {"a\n\n\n", 2},
    {"a\nb\nc", 2},
    {"0123456789\nb\nc", 2},
    {"0123456789", 0},
};

START_TEST(counts_what_is_there)
{
	size_t n = strlen(counts[_i].fed), len;
	const char *text;
	struct rec rec;

	rec_init(&rec, '\n', 4);
	if (n > 0) {
		memcpy(rec_room(&rec, n), counts[_i].fed, n);
		rec_fed(&rec, n);
		ck_assert_uint_eq(rec_count(&rec), counts[_i].want + 1);
		rec_fed(&rec, 0);
		(void)rec_next(&rec, &text, &len);
	}
	ck_assert_uint_eq(rec_count(&rec), counts[_i].want);
	rec_free(&rec);
}
END_TEST

static Suite *
suite_rec(void)
{
	Suite *s = suite_create("rec");
	TCase *tc = tcase_create("rec");

	tcase_add_loop_test(tc, cuts, 0, NROWS(streams));
	tcase_add_test(tc, wants_more_before_anything);
	tcase_add_test(tc, does_not_wait);
	tcase_add_test(tc, does_not_keep_an_overlong_record);
	tcase_add_test(tc, reports_no_memory);
	tcase_add_loop_test(tc, reads_delimiters, 0, NROWS(delims));
	tcase_add_loop_test(tc, counts_what_is_there, 0, NROWS(counts));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_rec)
