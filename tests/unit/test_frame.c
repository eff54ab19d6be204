/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of frames: each row is a stream, fed in pieces of every size,
 * and what must come out of it.
 */
#include "unit.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Bytes and their number, NULs included. */
#define BYTES(s) (s), sizeof(s) - 1

#define MAX 12

/* In want each message is in brackets; what follows is what is wrong. */
static const struct {
	enum frame_kind kind;
	const char *in;
	size_t len;
	const char *want;
} streams[] = {
    {FRAME_LINE, BYTES(""), ""},
    {FRAME_LINE, BYTES("\n"), "[]"},
    {FRAME_LINE, BYTES("one\n\ntwo\n"), "[one][][two]"},
    {FRAME_LINE, BYTES("one\ntw"),
	"[one]frame at offset 4: the stream ends in it after 2 bytes"},
    {FRAME_LINE, BYTES("123456789012\n"), "[123456789012]"},
    {FRAME_LINE, BYTES("1234567890123\n"),
	"frame at offset 0: longer than it may be, at most 12"},
    {FRAME_NUL, BYTES("a\nb\0\0c\0"), "[a\nb][][c]"},
    {FRAME_NUL, BYTES("a\0b"),
	"[a]frame at offset 2: the stream ends in it after 1 bytes"},
    {FRAME_NETSTRING, BYTES(""), ""},
    {FRAME_NETSTRING, BYTES("0:,"), "[]"},
    {FRAME_NETSTRING, BYTES("3:a,b,12:hello world!,"), "[a,b][hello world!]"},
    {FRAME_NETSTRING, BYTES("3:abc;"), "frame at offset 0: malformed"},
    {FRAME_NETSTRING, BYTES("1:a,:,"), "[a]frame at offset 4: malformed"},
    {FRAME_NETSTRING, BYTES("01:a,"), "frame at offset 0: malformed"},
    {FRAME_NETSTRING, BYTES("00:,"), "frame at offset 0: malformed"},
    {FRAME_NETSTRING, BYTES("-1:a,"), "frame at offset 0: malformed"},
    {FRAME_NETSTRING, BYTES("+1:a,"), "frame at offset 0: malformed"},
    {FRAME_NETSTRING, BYTES(" 1:a,"), "frame at offset 0: malformed"},
    {FRAME_NETSTRING, BYTES("1 :a,"), "frame at offset 0: malformed"},
    {FRAME_NETSTRING, BYTES("13:"),
	"frame at offset 0: longer than it may be, at most 12"},
    {FRAME_NETSTRING, BYTES("99999999999999999999999999:"),
	"frame at offset 0: longer than it may be, at most 12"},
    {FRAME_NETSTRING, BYTES("1:a,3"),
	"[a]frame at offset 4: the stream ends in it after 1 bytes"},
    {FRAME_NETSTRING, BYTES("3:abc"),
	"frame at offset 0: the stream ends in it after 5 bytes"},
    {FRAME_LEN32, BYTES(""), ""},
    {FRAME_LEN32, BYTES("\0\0\0\0"), "[]"},
    {FRAME_LEN32, BYTES("\0\0\0\3abc\0\0\0\0\0\0\0\1x"), "[abc][][x]"},
    {FRAME_LEN32, BYTES("\0\0\0\14hello world!"), "[hello world!]"},
    {FRAME_LEN32, BYTES("\0\0\0\15"),
	"frame at offset 0: longer than it may be: 13 bytes, at most 12"},
    {FRAME_LEN32, BYTES("\0\0\0\0\177\377\377\377"),
	"[]frame at offset 4: longer than it may be: 2147483647 bytes, at "
	"most 12"},
    {FRAME_LEN32, BYTES("\377\377\377\377\0\0\0\0\0\0\0\2hi\0\0\0\0"),
	"[hi][]"},
    {FRAME_LEN32, BYTES("\377\377\377\377\0\0\0\0\200\0\0\0"),
	"frame at offset 0: longer than it may be: 2147483648 bytes, at most "
	"12"},
    {FRAME_LEN32, BYTES("\377\377\377\377\377\377\377\377\377\377\377\377"),
	"frame at offset 0: longer than it may be: 18446744073709551615 "
	"bytes, at most 12"},
    {FRAME_LEN32, BYTES("\377\377\377\376\0\0\0\0\0\0\0\2hi"),
	"frame at offset 0: malformed"},
    {FRAME_LEN32, BYTES("\200\0\0\0"), "frame at offset 0: malformed"},
    {FRAME_LEN32, BYTES("\0\0\0\0\0\0\0"),
	"[]frame at offset 4: the stream ends in it after 3 bytes"},
    {FRAME_LEN32, BYTES("\0\0\0\3ab"),
	"frame at offset 0: the stream ends in it after 6 bytes"},
    {FRAME_LEN32, BYTES("\377\377\377\377\0\0"),
	"frame at offset 0: the stream ends in it after 6 bytes"},
};

/* Feeds in pieces; of size 0, of as many bytes as are needed for certain. */
static void
feed_all(struct frame_reader *r, size_t row, size_t size, struct buf *out)
{
	const char *p = streams[row].in;
	size_t n = streams[row].len, len, used;
	enum frame_rc rc = FRAME_MORE;

	for (; n > 0 && rc != FRAME_BAD; p += used, n -= used) {
		len = size > 0 ? size : frame_need(r);
		rc = frame_feed(r, p, len < n ? len : n, &used);
		ck_assert_uint_gt(used, 0);
		if (rc != FRAME_WHOLE)
			continue;
		if (size == 0)
			ck_assert_uint_eq(used, len);
		ck_assert_int_eq(buf_addc(out, '['), 0);
		ck_assert_int_eq(
		    buf_add(out, buf_data(&r->body), buf_len(&r->body)), 0);
		ck_assert_int_eq(buf_addc(out, ']'), 0);
	}
	if (rc != FRAME_BAD)
		rc = frame_end(r);
	if (rc == FRAME_BAD)
		frame_why(r, out);
}

START_TEST(reads)
{
	struct frame_reader r;
	struct buf out = BUF_INIT;
	size_t size;

	for (size = 0; size <= streams[_i].len + 1; size++) {
		frame_reader_init(&r, streams[_i].kind, MAX);
		feed_all(&r, (size_t)_i, size, &out);
		ck_assert_int_eq(buf_addc(&out, '\0'), 0);
		ck_assert_str_eq(buf_data(&out), streams[_i].want);
		buf_clear(&out);
		frame_reader_free(&r);
	}
	buf_free(&out);
}
END_TEST

static const struct {
	enum frame_kind kind;
	const char *in;
	size_t len;
	const char *want;
	size_t want_len; /* 0: cannot be */
} messages[] = {
    {FRAME_LINE, BYTES(""), BYTES("\n")},
    {FRAME_LINE, BYTES("a\0b"), BYTES("a\0b\n")},
    {FRAME_LINE, BYTES("a\nb"), BYTES("")},
    {FRAME_NUL, BYTES("a\nb"), BYTES("a\nb\0")},
    {FRAME_NUL, BYTES("a\0b"), BYTES("")},
    {FRAME_NETSTRING, BYTES(""), BYTES("0:,")},
    {FRAME_NETSTRING, BYTES("hello world!"), BYTES("12:hello world!,")},
    {FRAME_LEN32, BYTES(""), BYTES("\0\0\0\0")},
    {FRAME_LEN32, BYTES("\0\n"), BYTES("\0\0\0\2\0\n")},
};

START_TEST(encodes)
{
	struct buf out = BUF_INIT;
	int rc;

	errno = 0;
	rc = frame_encode(
	    messages[_i].kind, messages[_i].in, messages[_i].len, &out);
	ck_assert_int_eq(rc, messages[_i].want_len > 0 ? 0 : -1);
	ck_assert_int_eq(errno, rc == 0 ? 0 : EINVAL);
	ck_assert_uint_eq(buf_len(&out), messages[_i].want_len);
	if (rc == 0)
		ck_assert_mem_eq(
		    buf_data(&out), messages[_i].want, messages[_i].want_len);
	buf_free(&out);
}
END_TEST

/* Nothing is allocated for what is too long. */
START_TEST(refuses_before_it_allocates)
{
	struct frame_reader r;
	size_t used;

	frame_reader_init(&r, FRAME_LEN32, 1 << 20);
	ck_assert_int_eq(frame_feed(&r, "\0\x10\0\1", 4, &used), FRAME_BAD);
	ck_assert_uint_eq(r.body.cap, 0);
	frame_reader_free(&r);
	frame_reader_init(&r, FRAME_LEN32, 1 << 20);
	ck_assert_int_eq(frame_feed(&r, "\0\x10\0\0", 4, &used), FRAME_MORE);
	ck_assert_uint_ge(r.body.cap, 1 << 20);
	ck_assert_uint_eq(frame_need(&r), 1 << 20);
	frame_reader_free(&r);
}
END_TEST

START_TEST(knows_the_kinds)
{
	static const char *const names[] = {
	    "line", "nul", "netstring", "len32"};
	enum frame_kind kind;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ck_assert_int_eq(frame_kind_parse(names[i], &kind), 0);
		ck_assert_uint_eq(kind, i);
	}
	ck_assert_int_eq(frame_kind_parse("", &kind), -1);
	ck_assert_int_eq(frame_kind_parse("len64", &kind), -1);
}
END_TEST

static Suite *
suite_frame(void)
{
	Suite *s = suite_create("frame");
	TCase *tc = tcase_create("frame");

	tcase_add_loop_test(tc, reads, 0, NROWS(streams));
	tcase_add_loop_test(tc, encodes, 0, NROWS(messages));
	tcase_add_test(tc, refuses_before_it_allocates);
	tcase_add_test(tc, knows_the_kinds);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_frame)
