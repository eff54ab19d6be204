/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of environments: what is kept of a base, set, removed and
 * found, in which order, and that memory which is short changes nothing.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "envlist.h"

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define MOST 8
#define MANY 3000

/* An imitated shortage: how many calls still work; less than 0 for all. */
static int supply = -1;

static bool
is_short(void)
{
	if (supply == 0) {
		errno = ENOMEM;
		return true;
	}
	if (supply > 0)
		supply--;
	return false;
}

char *
strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = is_short() ? NULL : malloc(n);

	return p == NULL ? NULL : memcpy(p, s, n);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	ck_assert_uint_le(n, SIZE_MAX / size);
	return is_short() ? NULL : realloc(p, n * size);
}

static void
assert_list(
    const struct envlist *l, const char *const want[MOST], const char *row)
{
	size_t i;

	for (i = 0; i < MOST && want[i] != NULL; i++) {
		ck_assert_msg(i < l->n, "%s: '%s' is not there", row, want[i]);
		ck_assert_msg(strcmp(l->var[i], want[i]) == 0,
		    "%s: '%s', not '%s'", row, l->var[i], want[i]);
	}
	ck_assert_msg(l->n == i, "%s: '%s' is there", row, l->var[i]);
	ck_assert_ptr_null(l->var[l->n]);
}

static void
put_all(struct envlist *l, const char *const strings[MOST])
{
	size_t i;

	for (i = 0; i < MOST && strings[i] != NULL; i++)
		ck_assert_msg(envlist_put(l, strings[i]) == 0, "'%s': %s",
		    strings[i], strerror(errno));
}

START_TEST(is_empty_at_first)
{
	static const char *const nothing[MOST];
	struct envlist l;

	memset(&l, 0x55, sizeof(l));
	envlist_init(&l);
	assert_list(&l, nothing, "at first");
	ck_assert_ptr_null(envlist_get(&l, "A"));
	ck_assert_int_eq(envlist_unset(&l, "A"), 0);
	envlist_free(&l);
	assert_list(&l, nothing, "after it was freed");
	ck_assert_int_eq(envlist_put(&l, "A=1"), 0);
	envlist_free(&l);
	assert_list(&l, nothing, "after it was freed again");
	envlist_free(&l);
}
END_TEST

static const struct {
	const char *name, *patterns;
	const char *envp[MOST], *want[MOST];
} bases[] = {
    {"all", NULL, {"B=2", "A=1", "C=3"}, {"B=2", "A=1", "C=3"}},
    {"nothing", NULL, {NULL}, {NULL}},
    {"empty value", NULL, {"A=", "B= "}, {"A=", "B= "}},
    {"= in value", NULL, {"A==", "B=a=b"}, {"A==", "B=a=b"}},
    {"empty name", NULL, {"=x", "A=1"}, {"=x", "A=1"}},
    {"odd names", NULL, {"1=x", "a b=1", "\xff=2"}, {"1=x", "a b=1", "\xff=2"}},
    {"no =", NULL, {"A", "", "B=1", "C"}, {"B=1"}},
    {"no = at all", NULL, {"A"}, {NULL}},
    {"first of two", NULL, {"A=1", "B=2", "A=3"}, {"A=1", "B=2"}},
    {"first of three", NULL, {"A=", "A=1", "A="}, {"A="}},
    {"not the one without =", NULL, {"A", "A=1"}, {"A=1"}},
    {"prefixes differ", NULL, {"AB=1", "A=2", "ABC=3"},
	{"AB=1", "A=2", "ABC=3"}},
    {"cases differ", NULL, {"a=1", "A=2"}, {"a=1", "A=2"}},
    {"newline in value", NULL, {"A=1\nB=2"}, {"A=1\nB=2"}},

    {"one name", "A", {"A=1", "AA=2", "B=3"}, {"A=1"}},
    {"order of the base", "B A", {"A=1", "B=2"}, {"A=1", "B=2"}},
    {"star", "LC_*", {"LC_ALL=1", "LC_=2", "LC=3", "XLC_X=4"},
	{"LC_ALL=1", "LC_=2"}},
    {"question mark", "A?", {"A=1", "AB=2", "ABC=3"}, {"AB=2"}},
    {"set", "[AB]1", {"A1=1", "B1=2", "C1=3"}, {"A1=1", "B1=2"}},
    {"not in set", "[!A]", {"A=1", "B=2"}, {"B=2"}},
    {"backslash", "\\*", {"*=1", "A=2"}, {"*=1"}},
    {"everything", "*", {"A=1", "=2", "B/C=3", ".D=4"},
	{"A=1", "=2", "B/C=3", ".D=4"}},
    {"several", "X* A\tB", {"A=1", "B=2", "C=3", "XY=4"},
	{"A=1", "B=2", "XY=4"}},
    {"many blanks", " \t A \t\t B ", {"A=1", "B=2", "C=3", "=4"},
	{"A=1", "B=2"}},
    {"no patterns", "", {"A=1", "=2"}, {NULL}},
    {"blanks only", " \t ", {"A=1", "=2"}, {NULL}},
    {"value does not match", "1 A=1 *=*", {"A=1"}, {NULL}},
    {"star ends at the name", "A*1", {"A=1", "AB1=2"}, {"AB1=2"}},
    {"first of two with pattern", "A", {"B=0", "A=1", "A=2"}, {"A=1"}},
};

START_TEST(keeps)
{
	const char *const *strings = bases[_i].envp;
	char *envp[MOST + 1] = {NULL};
	struct envlist l;
	size_t i;

	for (i = 0; i < MOST && strings[i] != NULL; i++)
		envp[i] = strdup(strings[i]);
	envlist_init(&l);
	ck_assert_int_eq(envlist_keep(&l, envp, bases[_i].patterns), 0);
	/* They are copies. */
	for (i = 0; envp[i] != NULL; i++) {
		ck_assert_str_eq(envp[i], strings[i]);
		memset(envp[i], '!', strlen(envp[i]));
		free(envp[i]);
	}
	assert_list(&l, bases[_i].want, bases[_i].name);
	envlist_free(&l);
}
END_TEST

START_TEST(keeps_nothing_of_no_environment)
{
	static const char *const nothing[MOST];
	struct envlist l;

	envlist_init(&l);
	ck_assert_int_eq(envlist_keep(&l, NULL, NULL), 0);
	ck_assert_int_eq(envlist_keep(&l, NULL, "*"), 0);
	assert_list(&l, nothing, "NULL");
	envlist_free(&l);
}
END_TEST

/* -K may be repeated. */
START_TEST(keeps_more)
{
	static const char *const want[MOST] = {"B=own", "C=3", "A=1"};
	char a[] = "A=1", b[] = "B=2", c[] = "C=3";
	char *envp[] = {a, b, c, NULL};
	struct envlist l;

	envlist_init(&l);
	ck_assert_int_eq(envlist_put(&l, "B=own"), 0);
	ck_assert_int_eq(envlist_keep(&l, envp, "C"), 0);
	ck_assert_int_eq(envlist_keep(&l, envp, "C [AB]"), 0);
	ck_assert_int_eq(envlist_keep(&l, envp, NULL), 0);
	assert_list(&l, want, "again");
	envlist_free(&l);
}
END_TEST

static const struct {
	const char *put[MOST], *want[MOST];
} puts_table[] = {
    {{"A=1", "B=2"}, {"A=1", "B=2"}},
    {{"A=1", "B=2", "A=3"}, {"A=3", "B=2"}},
    {{"A=long and longer", "A="}, {"A="}},
    {{"A=", "A=long and longer"}, {"A=long and longer"}},
    {{"A==", "B=A=1"}, {"A==", "B=A=1"}},
    {{"A=B=1", "A=B=2"}, {"A=B=2"}},
    {{"AB=1", "A=2", "AB=3", "A=4"}, {"AB=3", "A=4"}},
    {{"a=1", "A=2"}, {"a=1", "A=2"}},
    {{"1=2", " =3", "a-b=4", "\xc3\xa9=5"},
	{"1=2", " =3", "a-b=4", "\xc3\xa9=5"}},
    {{"A=\n\t '\"$(x)`\\"}, {"A=\n\t '\"$(x)`\\"}},
};

START_TEST(puts_in_place)
{
	struct envlist l;

	envlist_init(&l);
	put_all(&l, puts_table[_i].put);
	assert_list(&l, puts_table[_i].want, puts_table[_i].put[0]);
	envlist_free(&l);
}
END_TEST

START_TEST(puts_copies)
{
	static const char *const want[MOST] = {"A=1"};
	char string[] = "A=1";
	struct envlist l;

	envlist_init(&l);
	ck_assert_int_eq(envlist_put(&l, string), 0);
	memset(string, '!', sizeof(string) - 1);
	assert_list(&l, want, "overwritten");
	/* Also of what it replaces. */
	ck_assert_int_eq(envlist_put(&l, l.var[0]), 0);
	assert_list(&l, want, "its own");
	envlist_free(&l);
}
END_TEST

static const char *const no_strings[] = {"", "A", "=", "=A", "==", " ", "\n"};

START_TEST(refuses_strings)
{
	static const char *const want[MOST] = {"A=1", "B=2"};
	struct envlist l;

	envlist_init(&l);
	put_all(&l, want);
	errno = 0;
	ck_assert_msg(envlist_put(&l, no_strings[_i]) == -1, "'%s' is put",
	    no_strings[_i]);
	ck_assert_int_eq(errno, EINVAL);
	assert_list(&l, want, no_strings[_i]);
	envlist_free(&l);
}
END_TEST

static const struct {
	const char *name;
	int error;
	const char *value; /* what there was */
	const char *want[MOST]; /* what remains */
} names[] = {
    {"A", 0, "1", {"BC=", "B=2=3", "D=4"}},
    {"BC", 0, "", {"A=1", "B=2=3", "D=4"}},
    {"B", 0, "2=3", {"A=1", "BC=", "D=4"}},
    {"D", 0, "4", {"A=1", "BC=", "B=2=3"}},
    {"C", 0, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
    {"BCD", 0, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
    {"a", 0, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
    {" ", 0, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
    {"", EINVAL, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
    {"=", EINVAL, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
    {"A=", EINVAL, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
    {"A=1", EINVAL, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
    {"B=2", EINVAL, NULL, {"A=1", "BC=", "B=2=3", "D=4"}},
};

START_TEST(finds_and_removes)
{
	static const char *const all[MOST] = {"A=1", "BC=", "B=2=3", "D=4"};
	const char *name = names[_i].name, *value;
	struct envlist l;
	int rc;

	envlist_init(&l);
	put_all(&l, all);
	value = envlist_get(&l, name);
	if (names[_i].value == NULL)
		ck_assert_msg(value == NULL, "'%s' is '%s'", name, value);
	else
		ck_assert_pstr_eq(value, names[_i].value);
	errno = 0;
	rc = envlist_unset(&l, name);
	ck_assert_int_eq(rc, names[_i].error == 0 ? 0 : -1);
	ck_assert_int_eq(errno, names[_i].error);
	assert_list(&l, names[_i].want, name);
	ck_assert_ptr_null(envlist_get(&l, name));
	envlist_free(&l);
}
END_TEST

/* The list ends in NULL at each of its lengths. */
START_TEST(grows)
{
	char name[32], string[64];
	struct envlist l;
	size_t i;

	envlist_init(&l);
	for (i = 0; i < MANY; i++) {
		(void)snprintf(string, sizeof(string), "N%zu=%zu", i, i);
		ck_assert_int_eq(envlist_put(&l, string), 0);
		ck_assert_uint_eq(l.n, i + 1);
		ck_assert_ptr_null(l.var[l.n]);
	}
	for (i = 0; i < MANY; i += 2) {
		(void)snprintf(name, sizeof(name), "N%zu", i);
		ck_assert_int_eq(envlist_unset(&l, name), 0);
		ck_assert_ptr_null(l.var[l.n]);
	}
	ck_assert_uint_eq(l.n, MANY / 2);
	for (i = 0; i < l.n; i++) {
		(void)snprintf(
		    string, sizeof(string), "N%zu=%zu", 2 * i + 1, 2 * i + 1);
		ck_assert_str_eq(l.var[i], string);
	}
	envlist_free(&l);
}
END_TEST

/* At whatever point memory is short. */
START_TEST(survives_short_memory)
{
	static const char *const two[MOST] = {"A=1", "B=2"};
	char a[] = "A=3", c[] = "C=4";
	char *envp[] = {a, c, NULL};
	struct envlist l;
	int i;

	envlist_init(&l);
	for (i = 0; i <= 1; i++) {
		supply = i;
		errno = 0;
		ck_assert_int_eq(envlist_put(&l, "A=1"), -1);
		ck_assert_int_eq(errno, ENOMEM);
		ck_assert_uint_eq(l.n, 0);
		ck_assert_ptr_null(l.var[0]);
	}
	supply = -1;
	put_all(&l, two);
	for (i = 0; i <= 1; i++) {
		supply = i;
		errno = 0;
		ck_assert_int_eq(envlist_keep(&l, envp, "*"), -1);
		ck_assert_int_eq(errno, ENOMEM);
		assert_list(&l, two, "keep");
	}
	supply = 0;
	ck_assert_int_eq(envlist_put(&l, "A=3"), -1);
	ck_assert_int_eq(envlist_unset(&l, "C"), 0);
	assert_list(&l, two, "put");
	supply = -1;
	envlist_free(&l);
}
END_TEST

static Suite *
suite_envlist(void)
{
	Suite *s = suite_create("envlist");
	TCase *tc = tcase_create("envlist");

	tcase_add_test(tc, is_empty_at_first);
	tcase_add_loop_test(tc, keeps, 0, NROWS(bases));
	tcase_add_test(tc, keeps_nothing_of_no_environment);
	tcase_add_test(tc, keeps_more);
	tcase_add_loop_test(tc, puts_in_place, 0, NROWS(puts_table));
	tcase_add_test(tc, puts_copies);
	tcase_add_loop_test(tc, refuses_strings, 0, NROWS(no_strings));
	tcase_add_loop_test(tc, finds_and_removes, 0, NROWS(names));
	tcase_add_test(tc, grows);
	tcase_add_test(tc, survives_short_memory);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_envlist)
