/* SPDX-License-Identifier: ISC */
/*
 * Task classes: which method a class gets from which base, and the list of
 * the built-in ones.
 */
#include "task_class.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

/* What the methods below saw. */
static const char *called;
static void *called_self;
static const char *called_rec;
static size_t called_len;
static struct task_reply *called_reply;
static int root_object, own_object;

static int
root_init(void **self)
{
	called = "root_init";
	*self = &root_object;
	return 0;
}

static int
root_run(void *self, const char *rec, size_t len, struct task_reply *reply)
{
	called = "root_run";
	called_self = self;
	called_rec = rec;
	called_len = len;
	called_reply = reply;
	return 3;
}

static void
root_fini(void *self)
{
	called = "root_fini";
	called_self = self;
}

static int
own_init(void **self)
{
	called = "own_init";
	*self = &own_object;
	return 0;
}

static int
own_run(void *self, const char *rec, size_t len, struct task_reply *reply)
{
	(void)self, (void)rec, (void)len, (void)reply;
	called = "own_run";
	return 4;
}

static void
own_fini(void *self)
{
	called = "own_fini";
	called_self = self;
}

static int
no_memory(void **self)
{
	(void)self;
	errno = ENOMEM;
	return -1;
}

static const struct task_class
    root = {"root", "", NULL, root_init, root_run, root_fini},
    middle = {"middle", "", &root, NULL, NULL, NULL},
    heir = {"heir", "", &middle, NULL, NULL, NULL},
    runs = {"runs", "", &middle, NULL, own_run, NULL},
    heir_of_runs = {"heir_of_runs", "", &runs, NULL, NULL, NULL},
    inits = {"inits", "", &heir_of_runs, own_init, NULL, own_fini},
    orphan = {"orphan", "", NULL, NULL, own_run, NULL},
    poor = {"poor", "", &orphan, no_memory, NULL, NULL},
    nothing = {"nothing", "", NULL, NULL, NULL, NULL},
    heir_of_nothing = {"heir_of_nothing", "", &nothing, NULL, NULL, NULL};

static const struct {
	const struct task_class *class;
	const char *init, *run, *fini; /* NULL: not there */
} methods[] = {
    {&root, "root_init", "root_run", "root_fini"},
    {&middle, "root_init", "root_run", "root_fini"},
    {&heir, "root_init", "root_run", "root_fini"},
    {&runs, "root_init", "own_run", "root_fini"},
    {&heir_of_runs, "root_init", "own_run", "root_fini"},
    {&inits, "own_init", "own_run", "own_fini"},
    {&orphan, NULL, "own_run", NULL},
    {&nothing, NULL, NULL, NULL},
    {&heir_of_nothing, NULL, NULL, NULL},
};

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))

static void
check_called(const char *class, const char *want)
{
	if (want == NULL)
		ck_assert_msg(called == NULL, "%s: %s called", class, called);
	else
		ck_assert_msg(called != NULL && strcmp(called, want) == 0,
		    "%s: %s called, not %s", class,
		    called == NULL ? "nothing" : called, want);
}

START_TEST(each_method_is_the_nearest)
{
	const struct task_class *c = methods[_i].class;
	struct task_reply reply = {BUF_INIT, BUF_INIT, BUF_INIT};
	void *self = &reply;

	called = NULL;
	ck_assert_int_eq(task_class_init(c, &self), 0);
	check_called(c->name, methods[_i].init);
	if (methods[_i].init == NULL)
		ck_assert_ptr_null(self);

	called = NULL;
	errno = 0;
	if (methods[_i].run == NULL) {
		ck_assert_int_eq(task_class_run(c, self, "", 0, &reply), -1);
		ck_assert_int_eq(errno, ENOSYS);
	} else {
		ck_assert_int_ge(task_class_run(c, self, "", 0, &reply), 3);
	}
	check_called(c->name, methods[_i].run);

	called = NULL;
	called_self = NULL;
	task_class_fini(c, self);
	check_called(c->name, methods[_i].fini);
	if (methods[_i].fini != NULL)
		ck_assert_ptr_eq(called_self, self);
}
END_TEST

START_TEST(what_is_inherited_gets_the_object)
{
	struct task_reply reply = {BUF_INIT, BUF_INIT, BUF_INIT};
	static const char rec[] = "a\0b";
	void *self = NULL;

	ck_assert_int_eq(task_class_init(&heir, &self), 0);
	ck_assert_ptr_eq(self, &root_object);
	ck_assert_int_eq(task_class_run(&heir, self, rec, 3, &reply), 3);
	ck_assert_ptr_eq(called_self, &root_object);
	ck_assert_ptr_eq(called_rec, rec);
	ck_assert_uint_eq(called_len, 3);
	ck_assert_ptr_eq(called_reply, &reply);

	ck_assert_int_eq(task_class_init(&inits, &self), 0);
	ck_assert_ptr_eq(self, &own_object);
}
END_TEST

START_TEST(init_may_fail)
{
	void *self = &root_object;

	errno = 0;
	ck_assert_int_eq(task_class_init(&poor, &self), -1);
	ck_assert_int_eq(errno, ENOMEM);
}
END_TEST

START_TEST(built_in_ones_are_found_by_name)
{
	const struct task_class *c;
	size_t i;

	for (i = 0; (c = task_classes[i]) != NULL; i++) {
		ck_assert_str_ne(c->name, "");
		ck_assert_ptr_eq(task_class_find(c->name), c);
		ck_assert_ptr_nonnull(c->summary);
		ck_assert_str_ne(c->summary, "");
		ck_assert_uint_eq(strcspn(c->name, "\t\n "), strlen(c->name));
		ck_assert_uint_eq(
		    strcspn(c->summary, "\t\n"), strlen(c->summary));
	}
	ck_assert_uint_ge(i, 2);
	ck_assert_ptr_eq(task_classes[0], &task_compute);
	ck_assert_ptr_eq(task_class_find("compute"), &task_compute);
	ck_assert_ptr_eq(task_class_find("prime"), &task_prime);
}
END_TEST

static const char *const other_names[] = {
    "", "comput", "computer", "Compute", " compute", "prime\n", "root"};

START_TEST(others_are_not_found)
{
	ck_assert_msg(
	    task_class_find(other_names[_i]) == NULL, "'%s'", other_names[_i]);
}
END_TEST

START_TEST(prime_overrides_run_only)
{
	ck_assert_ptr_eq(task_prime.base, &task_compute);
	ck_assert(task_prime.init == NULL);
	ck_assert(task_prime.run != NULL);
	ck_assert(task_prime.run != task_compute.run);
	ck_assert(task_prime.fini == NULL);
}
END_TEST

static Suite *
task_class_suite(void)
{
	Suite *s = suite_create("task_class");
	TCase *tc = tcase_create("methods");

	tcase_add_loop_test(tc, each_method_is_the_nearest, 0, LENGTH(methods));
	tcase_add_test(tc, what_is_inherited_gets_the_object);
	tcase_add_test(tc, init_may_fail);
	suite_add_tcase(s, tc);

	tc = tcase_create("built-in");
	tcase_add_test(tc, built_in_ones_are_found_by_name);
	tcase_add_loop_test(tc, others_are_not_found, 0, LENGTH(other_names));
	tcase_add_test(tc, prime_overrides_run_only);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(task_class_suite)
