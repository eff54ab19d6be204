/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of records that are put together: how many go to a task, how
 * the last ones are shared out, and what stays alone.
 */
#include "config.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "source.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* So many records of one byte, which cost 2 each, and how they are shared. */
static const struct {
	size_t n, limit, most, jobs;
	const char *want;
} rows[] = {
    {0, 100, 0, 4, ""},
    {1, 100, 0, 4, "1 "},
    {4, 100, 0, 4, "1 1 1 1 "},
    {10, 100, 0, 4, "3 3 2 2 "},
    {10, 100, 0, 1, "10 "},
    {10, 20, 0, 1, "10 "},
    {11, 20, 0, 1, "10 1 "},
    {11, 21, 0, 1, "10 1 "},
    {10, 100, 4, 2, "4 3 3 "},
    {10, 100, 4, 1, "4 4 2 "},
    {16, 100, 4, 2, "4 4 4 2 2 "},
    {17, 100, 4, 2, "4 4 4 3 2 "},
    {45, 20, 0, 2, "10 10 10 8 7 "},
    {3, 1, 0, 2, "1 1 1 "},
    {5, 4, 9, 2, "2 2 1 "},
};

static size_t
cost(void *arg, const struct task *task)
{
	(void)arg;
	return buf_len(&task->text);
}

static void
nothing(void *arg)
{
	(void)arg;
}

/* The source over these arguments. */
static struct source *
pack(char **args, size_t n, struct source_pack_conf *conf)
{
	struct source *s;

	conf->other = source_args_new(args, n, 1);
	conf->cost = cost;
	conf->free = nothing;
	s = source_pack_new(conf);
	ck_assert_ptr_nonnull(s);
	return s;
}

START_TEST(shares_out)
{
	struct source_pack_conf conf = {.limit = rows[_i].limit,
	    .single = 4,
	    .most = rows[_i].most,
	    .jobs = rows[_i].jobs};
	char got[64] = "", x[] = "x", *args[64];
	struct task *task = task_new();
	struct source *s;
	size_t i, len = 0;

	for (i = 0; i < rows[_i].n; i++)
		args[i] = x;
	s = pack(args, rows[_i].n, &conf);
	while (s->ops->next(s, task) == SOURCE_TASK) {
		ck_assert_uint_eq(buf_len(&task->text), 2 * task->nrec);
		len += (size_t)snprintf(
		    got + len, sizeof(got) - len, "%zu ", task->nrec);
		source_done(s, task);
		task_reset(task);
	}
	ck_assert_str_eq(got, rows[_i].want);
	s->ops->free(s);
	task_free(task);
}
END_TEST

/* The second record is too long for the others. */
START_TEST(leaves_alone)
{
	static const size_t want[] = {1, 1, 2};
	struct source_pack_conf conf = {.limit = 100, .single = 4, .jobs = 1};
	char x[] = "x", y[] = "yyyy", *args[] = {x, y, x, x};
	struct source *s = pack(args, 4, &conf);
	struct task *task = task_new();
	size_t i;

	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(s->ops->next(s, task), SOURCE_TASK);
		ck_assert_uint_eq(task->nrec, want[i]);
		ck_assert_int_eq(*buf_data(&task->text), i == 1 ? 'y' : 'x');
		task_reset(task);
	}
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_END);
	source_stop(s);
	s->ops->free(s);
	task_free(task);
}
END_TEST

static Suite *
suite_source_pack(void)
{
	Suite *s = suite_create("source_pack");
	TCase *tc = tcase_create("source_pack");

	tcase_add_loop_test(tc, shares_out, 0, NROWS(rows));
	tcase_add_test(tc, leaves_alone);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_source_pack)
