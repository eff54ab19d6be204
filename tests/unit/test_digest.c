/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of what is said about a task: each table row is one, and its
 * line.
 */
#include "config.h"

#include "unit.h"

#include <ctype.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "dur.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Text and its length, NULs included. */
#define BYTES(s) (s), sizeof(s) - 1

#define MS DUR_MS

static const struct {
	uint64_t seq;
	const char *rec[3];
	enum task_how how;
	int code;
	int64_t ns;
	const char *reason, *last, *want;
} rows[] = {
    {7, {"a.gz"}, TASK_EXITED, 1, 12 * MS, NULL,
	"gzip: a.gz: not in gzip format",
	"task 7: 'a.gz': exit status 1 (0.012 s): "
	"gzip: a.gz: not in gzip format"},
    {7, {"a"}, TASK_EXITED, 1, 0, NULL, NULL,
	"task 7: 'a': exit status 1 (0.000 s)"},
    {7, {"a"}, TASK_EXITED, 255, 90061001 * MS, NULL, NULL,
	"task 7: 'a': exit status 255 (90061.001 s)"},
    {1, {"a"}, TASK_EXITED, 0, MS, NULL, NULL,
	"task 1: 'a': exit status 0 (0.001 s)"},
    {UINT64_MAX, {"a"}, TASK_EXITED, 2, MS, NULL, NULL,
	"task 18446744073709551615: 'a': exit status 2 (0.001 s)"},
    {8, {"b"}, TASK_SIGNALED, SIGSEGV, 1200 * MS, NULL, NULL,
	"task 8: 'b': signal SEGV (1.200 s)"},
    {8, {"b"}, TASK_SIGNALED, SIGKILL, 5 * MS, NULL, "last words",
	"task 8: 'b': signal KILL (0.005 s): last words"},
    {8, {"b"}, TASK_SIGNALED, 32, 5 * MS, NULL, NULL,
	"task 8: 'b': signal 32 (0.005 s)"},
    /* A reason says it all. */
    {3, {"abc"}, TASK_EXITED, 1, 5 * MS, "invalid", NULL,
	"task 3: 'abc': invalid"},
    {3, {"abc"}, TASK_EXITED, 1, 5 * MS, "invalid", "a line",
	"task 3: 'abc': invalid"},
    {2, {"nosuch"}, TASK_NO_EXEC, 0, 0, "nosuch: No such file or directory",
	NULL, "task 2: 'nosuch': nosuch: No such file or directory"},
    {2, {"nosuch"}, TASK_NO_EXEC, 0, 0, NULL, NULL,
	"task 2: 'nosuch': not executed"},
    {4, {"x"}, TASK_REFUSED, 0, 0, "record too long", NULL,
	"task 4: 'x': record too long"},
    {4, {"x"}, TASK_REFUSED, 0, 0, NULL, NULL, "task 4: 'x': not run"},
    {4, {"x"}, TASK_CANCELLED, 0, MS, NULL, NULL, "task 4: 'x': cancelled"},
    {4, {"x"}, TASK_NOT_YET, 0, 0, NULL, NULL, "task 4: 'x': not yet run"},
    /* Several records. */
    {5, {"a", "b"}, TASK_EXITED, 1, MS, NULL, NULL,
	"task 5: 'a' and 1 more: exit status 1 (0.001 s)"},
    {5, {"", "b", "c"}, TASK_EXITED, 1, MS, NULL, NULL,
	"task 5: '' and 2 more: exit status 1 (0.001 s)"},
    /* Nothing of others reaches the terminal as it is. */
    {6, {""}, TASK_EXITED, 1, MS, NULL, NULL,
	"task 6: '': exit status 1 (0.001 s)"},
    {6, {"a\nb\t\x1b[31m"}, TASK_EXITED, 1, MS, NULL, NULL,
	"task 6: 'a\\nb\\t\\^[[31m': exit status 1 (0.001 s)"},
    {6, {"\xc3\xa9\xff"}, TASK_EXITED, 1, MS, NULL, "caf\xc3\xa9\r\a",
	"task 6: '\xc3\xa9\\M^?': exit status 1 (0.001 s): caf\xc3\xa9\\r\\a"},
    {6, {"it's"}, TASK_EXITED, 1, MS, NULL, "can't 'quote'",
	"task 6: 'it's': exit status 1 (0.001 s): can't 'quote'"},
    /* Long records are cut. */
    {9,
	{"123456789.123456789.123456789.123456789.123456789."
	 "123456789."},
	TASK_EXITED, 1, MS, NULL, NULL,
	"task 9: '123456789.123456789.123456789.123456789.123456789."
	"123456789.': exit status 1 (0.001 s)"},
    {9,
	{"123456789.123456789.123456789.123456789.123456789."
	 "123456789.x"},
	TASK_EXITED, 1, MS, NULL, NULL,
	"task 9: '123456789.123456789.123456789.123456789.123456789."
	"123456789.'...: exit status 1 (0.001 s)"},
};

static void
task_fill(struct task *task, int row)
{
	int i;

	task->id = rows[row].seq;
	for (i = 0; i < 3 && rows[row].rec[i] != NULL; i++)
		ck_assert_int_eq(task_add_record(task, rows[row].rec[i],
				     strlen(rows[row].rec[i])),
		    0);
	task->how = rows[row].how;
	task->code = rows[row].code;
	task->started = 77 * MS;
	task->ended = task->started + rows[row].ns;
	if (rows[row].reason != NULL)
		ck_assert_int_eq(buf_adds(&task->reason, rows[row].reason), 0);
	if (rows[row].last != NULL)
		ck_assert_int_eq(buf_adds(&task->last, rows[row].last), 0);
}

static void
expect(const struct task *task, const char *want)
{
	struct buf b = BUF_INIT;

	ck_assert_int_eq(buf_adds(&b, "before "), 0);
	ck_assert_int_eq(digest_task(&b, task), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_str_eq(buf_data(&b) + strlen("before "), want);
	buf_free(&b);
}

START_TEST(tells)
{
	struct task *task = task_new();

	ck_assert_ptr_nonnull(task);
	task_fill(task, _i);
	expect(task, rows[_i].want);
	task_free(task);
}
END_TEST

/* Part of the digest line alone. */
START_TEST(tells_how)
{
	struct task *task = task_new();
	struct buf b = BUF_INIT;

	ck_assert_ptr_nonnull(task);
	task->how = TASK_SIGNALED;
	task->code = SIGTERM;
	ck_assert_int_eq(digest_how(&b, task), 0);
	task->how = TASK_EXITED;
	ck_assert_int_eq(digest_how(&b, task), 0);
	ck_assert_int_eq(buf_addc(&b, '\0'), 0);
	ck_assert_str_eq(buf_data(&b), "signal TERMexit status 15");
	buf_free(&b);
	task_free(task);
}
END_TEST

START_TEST(shows_nul)
{
	struct task *task = task_new();

	ck_assert_ptr_nonnull(task);
	task->id = 4;
	ck_assert_int_eq(task_add_record(task, BYTES("x\0y")), 0);
	task->how = TASK_REFUSED;
	ck_assert_int_eq(buf_adds(&task->reason, "NUL in the record"), 0);
	expect(task, "task 4: 'x\\0y': NUL in the record");
	task_free(task);
}
END_TEST

/* The longest last line that is kept, of one byte all along: whatever it
 * looks like it is on one line, no longer than is sensible, and only where
 * it was cut "..." is its end. */
static void
cut_last_line(struct task *task, char byte)
{
	static const char head[] = "task 1: 'a': exit status 1 (0.000 s): ";
	struct buf b = BUF_INIT;
	const char *p;
	size_t n, i;

	buf_clear(&task->last);
	for (i = 0; i < 200; i++)
		ck_assert_int_eq(buf_addc(&task->last, byte), 0);
	ck_assert_int_eq(digest_task(&b, task), 0);
	ck_assert_uint_gt(buf_len(&b), sizeof(head) - 1);
	p = buf_data(&b) + sizeof(head) - 1;
	n = buf_len(&b) - sizeof(head) + 1;
	ck_assert_mem_eq(buf_data(&b), head, sizeof(head) - 1);
	ck_assert_uint_le(n, 200 + strlen("..."));
	for (i = 0; i < n; i++)
		ck_assert(isprint((unsigned char)p[i]));
	ck_assert_msg((byte & 0x7f) == '\'' || memchr(p, '\'', n) == NULL,
	    "byte %#x: %.*s", (unsigned char)byte, (int)n, p);
	ck_assert_msg((byte & 0x7f) == '.' || memchr(p, '.', n) == NULL ||
		memcmp(p + n - 3, "...", 3) == 0,
	    "byte %#x: %.*s", (unsigned char)byte, (int)n, p);
	buf_free(&b);
}

START_TEST(cuts_the_last_line)
{
	struct task *task = task_new();
	int byte;

	ck_assert_ptr_nonnull(task);
	task->id = 1;
	ck_assert_int_eq(task_add_record(task, "a", 1), 0);
	task->how = TASK_EXITED;
	task->code = 1;
	for (byte = 0; byte < 256; byte++)
		cut_last_line(task, (char)byte);
	task_free(task);
}
END_TEST

static Suite *
suite_digest(void)
{
	Suite *s = suite_create("digest");
	TCase *tc = tcase_create("digest");

	tcase_add_loop_test(tc, tells, 0, NROWS(rows));
	tcase_add_test(tc, tells_how);
	tcase_add_test(tc, shows_nul);
	tcase_add_test(tc, cuts_the_last_line);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_digest)
