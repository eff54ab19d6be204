/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of arguments as tasks of one or several records.
 */
#include "config.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "source.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* In want each task is in parentheses, its records apart by a bar. */
static const struct {
	size_t per_task;
	const char *arg[8];
	const char *want;
} args[] = {
    {1, {NULL}, ""},
    {1, {"a"}, "(a)"},
    {1, {"a", "", "b c\n"}, "(a)()(b c\n)"},
    {2, {NULL}, ""},
    {2, {"a"}, "(a)"},
    {2, {"a", "b"}, "(a|b)"},
    {2, {"a", "b", "c"}, "(a|b)(c)"},
    {3, {"a", "b", "c", "d", "e", "f"}, "(a|b|c)(d|e|f)"},
    {7, {"", "", ""}, "(||)"},
};

/* All tasks as such a text. */
static void
take_all(struct source *s, char *text)
{
	struct task *task = task_new();
	const char *p;
	size_t i;

	ck_assert_ptr_nonnull(task);
	while (s->ops->next(s, task) == SOURCE_TASK) {
		ck_assert(!task->has_nul && !task->too_long);
		p = buf_data(&task->text);
		for (i = 0; i < task->nrec; i++, p += strlen(p) + 1)
			text = stpcpy(stpcpy(text, i == 0 ? "(" : "|"), p);
		ck_assert_ptr_eq(
		    p, buf_data(&task->text) + buf_len(&task->text));
		text = stpcpy(text, ")");
		source_done(s, task);
		task_reset(task);
	}
	ck_assert_uint_eq(task->nrec, 0);
	task_free(task);
}

START_TEST(takes_arguments)
{
	char word[8][8], *argv[8], text[256] = "";
	struct source *s;
	size_t n;

	for (n = 0; args[_i].arg[n] != NULL; n++) {
		(void)snprintf(word[n], sizeof(word[n]), "%s", args[_i].arg[n]);
		argv[n] = word[n];
	}
	s = source_args_new(argv, n, args[_i].per_task);
	ck_assert_ptr_nonnull(s);
	ck_assert_str_eq(s->name, ":::");
	take_all(s, text);
	ck_assert_str_eq(text, args[_i].want);
	*text = '\0';
	take_all(s, text);
	ck_assert_str_eq(text, "");
	source_stop(s);
	s->ops->free(s);
}
END_TEST

START_TEST(stops)
{
	char a[] = "a", b[] = "b", *argv[] = {a, b};
	struct source *s = source_args_new(argv, 2, 1);
	struct task *task = task_new();

	ck_assert_int_eq(s->ops->next(s, task), SOURCE_TASK);
	source_stop(s);
	task_reset(task);
	ck_assert_int_eq(s->ops->next(s, task), SOURCE_END);
	task_free(task);
	s->ops->free(s);
}
END_TEST

static Suite *
suite_source_args(void)
{
	Suite *s = suite_create("source_args");
	TCase *tc = tcase_create("source_args");

	tcase_add_loop_test(tc, takes_arguments, 0, NROWS(args));
	tcase_add_test(tc, stops);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_source_args)
