/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of tasks from several lists: which combinations there are, in
 * which order, and how they are put together.
 */
#include "config.h"

#include "unit.h"

#include <stdbool.h>
#include <string.h>

#include "source.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Words, split at blanks; tasks, a "/" behind each, their records joined. */
static const struct {
	const char *words;
	size_t per_task;
	const char *want;
} rows[] = {
    {"a b ::: c d", 1, "ac/ad/bc/bd/"},
    {"a ::: b", 1, "ab/"},
    {"a b ::: c ::: d e", 1, "acd/ace/bcd/bce/"},
    {"a b :::+ c d", 1, "ac/bd/"},
    {"a b :::+ c d e", 1, "ac/bd/"},
    {"a b c :::+ d", 1, "ad/"},
    {"a b :::+ c d ::: e f", 1, "ace/acf/bde/bdf/"},
    {"a b ::: c d :::+ e f", 1, "ace/adf/bce/bdf/"},
    {"a b :::+ c d :::+ e f g", 1, "ace/bdf/"},
    {"a b :::", 1, ""},
    {"::: a", 1, ""},
    {"a :::+ ::: b", 1, ""},
    {":::", 1, ""},
    {"a b ::: c d", 3, "acadbc/bd/"},
    {"a b ::: c d", 9, "acadbcbd/"},
};

/* Splits text, which it changes. */
static void
split(char *text, char **words, size_t max)
{
	size_t n = 0;

	while (n < max - 1 && (words[n] = strsep(&text, " ")) != NULL)
		n++;
	words[n] = NULL;
}

START_TEST(combines)
{
	char text[64], *words[16], got[64] = "", *p = got;
	struct task *task = task_new();
	struct source *s;
	size_t i;

	(void)strlcpy(text, rows[_i].words, sizeof(text));
	split(text, words, 16);
	s = source_cross_new(words, rows[_i].per_task);
	ck_assert_ptr_nonnull(s);
	while (s->ops->next(s, task) == SOURCE_TASK) {
		ck_assert_uint_eq(task->nrec % task->width, 0);
		for (i = 0; i < buf_len(&task->text); i++)
			if (buf_data(&task->text)[i] != '\0')
				*p++ = buf_data(&task->text)[i];
		*p++ = '/';
		task_reset(task);
	}
	*p = '\0';
	ck_assert_str_eq(got, rows[_i].want);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_END);
	s->ops->free(s);
	task_free(task);
}
END_TEST

START_TEST(stops)
{
	char a[] = "a", cross[] = ":::", *words[] = {a, a, cross, a, NULL};
	struct source *s = source_cross_new(words, 1);
	struct task *task = task_new();

	ck_assert_int_eq(s->ops->next(s, task), SOURCE_TASK);
	source_done(s, task);
	source_stop(s);
	task_reset(task);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_END);
	s->ops->free(s);
	task_free(task);
}
END_TEST

static Suite *
suite_source_cross(void)
{
	Suite *s = suite_create("source_cross");
	TCase *tc = tcase_create("source_cross");

	tcase_add_loop_test(tc, combines, 0, NROWS(rows));
	tcase_add_test(tc, stops);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_source_cross)
