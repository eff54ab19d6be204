/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of where the directory of queues is, and of names there.
 */
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aid.h"
#include "place.h"

static const struct {
	const char *option, *queue, *state, *home, *want;
} finds[] = {
    {"o", "/q", "/s", "/h", "o"},
    {"", "/q", "/s", "/h", ""},
    {"/o/", NULL, NULL, NULL, "/o/"},
    {NULL, "/q", "/s", "/h", "/q"},
    {NULL, "q/\n%s '", "/s", "/h", "q/\n%s '"},
    {NULL, "", "/s", "/h", "/s/mp-utils/queue"},
    {NULL, NULL, "/s", "/h", "/s/mp-utils/queue"},
    {NULL, NULL, "/s", NULL, "/s/mp-utils/queue"},
    {NULL, NULL, "", "/h", "/h/.local/state/mp-utils/queue"},
    {NULL, NULL, "s", "/h", "/h/.local/state/mp-utils/queue"},
    {NULL, NULL, "./s", "/h", "/h/.local/state/mp-utils/queue"},
    {NULL, NULL, NULL, "/h", "/h/.local/state/mp-utils/queue"},
    {NULL, NULL, NULL, "/\xff", "/\xff/.local/state/mp-utils/queue"},
    {NULL, NULL, "s", "", NULL},
    {NULL, "", "", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static void
set(const char *name, const char *value)
{
	if (value == NULL)
		ck_assert_int_eq(unsetenv(name), 0);
	else
		ck_assert_int_eq(setenv(name, value, 1), 0);
}

START_TEST(finds_it)
{
	const char *want = finds[_i].want;
	struct buf b = BUF_INIT;
	int rc;

	set("MP_QUEUE", finds[_i].queue);
	set("XDG_STATE_HOME", finds[_i].state);
	set("HOME", finds[_i].home);
	ck_assert_int_eq(buf_adds(&b, "="), 0);
	errno = 0;
	rc = place_find(finds[_i].option, place_queues, &b);
	if (want == NULL) {
		ck_assert_int_eq(rc, -1);
		ck_assert_int_eq(errno, EINVAL);
		ck_assert_uint_eq(buf_len(&b), 1);
	} else {
		ck_assert_int_eq(rc, 0);
		ck_assert_uint_eq(buf_len(&b), strlen(want) + 2);
		ck_assert_str_eq(buf_data(&b) + 1, want);
	}
	buf_free(&b);
}
END_TEST

static const struct {
	const char *name;
	bool ok;
} names[] = {
    {"", false},
    {"a", true},
    {"jobs", true},
    {"A-b_c.d~e", true},
    {" ", true},
    {"two words", true},
    {"'\"\\$`*?", true},
    {"a.", true},
    {"a-", true},
    {"~", true},
    {"#", true},
    {".", false},
    {"..", false},
    {".a", false},
    {"-", false},
    {"-a", false},
    {"--", false},
    {"/", false},
    {"a/b", false},
    {"a/", false},
    {"\x01", false},
    {"a\n", false},
    {"a\tb", false},
    {"\x1f", false},
    {"\x7f", false},
    {"a\x7f", false},
    {"\xc3\xa4", true},
    {"\xe2\x82\xac", true},
    {"\xf0\x9f\x90\x8d", true},
    {"a\xf4\x8f\xbf\xbf", true},
    {"\xc2\xa0", true},
    {"\xef\xbf\xbd", true},
    {"\xc2\x80", false},
    {"a\xc2\x9f", false},
    {"a\xc2\x85", false},
    {"\x80", false},
    {"a\xbf", false},
    {"\xc3", false},
    {"a\xc3z", false},
    {"\xe2\x82", false},
    {"\xe2\x82z", false},
    {"\xf0\x9f\x90", false},
    {"\xc0\xaf", false},
    {"\xc1\xbf", false},
    {"\xe0\x80\xaf", false},
    {"\xe0\x9f\xbf", false},
    {"\xe0\xa0\x80", true},
    {"\xed\x9f\xbf", true},
    {"\xed\xa0\x80", false},
    {"\xed\xbf\xbf", false},
    {"\xee\x80\x80", true},
    {"\xf0\x8f\xbf\xbf", false},
    {"\xf0\x90\x80\x80", true},
    {"\xf4\x90\x80\x80", false},
    {"\xf5\x80\x80\x80", false},
    {"\xf8\x88\x80\x80\x80", false},
    {"\xfe", false},
    {"\xff", false},
};

START_TEST(knows_names)
{
	char name[PLACE_NAME_MAX + 2];
	int i;

	for (i = 0; i < NROWS(names); i++)
		ck_assert_msg(place_name_ok(names[i].name) == names[i].ok,
		    "row %d, '%s'", i, names[i].name);
	memset(name, 'n', sizeof(name));
	name[PLACE_NAME_MAX + 1] = '\0';
	ck_assert(!place_name_ok(name));
	name[PLACE_NAME_MAX] = '\0';
	ck_assert(place_name_ok(name));
	memcpy(name + PLACE_NAME_MAX - 1, "\xc3\xa4", 3);
	ck_assert(!place_name_ok(name));
	memcpy(name + PLACE_NAME_MAX - 2, "\xc3\xa4", 3);
	ck_assert(place_name_ok(name));
}
END_TEST

static Suite *
suite_place(void)
{
	Suite *s = suite_create("place");
	TCase *tc = tcase_create("place");

	tcase_add_loop_test(tc, finds_it, 0, NROWS(finds));
	tcase_add_test(tc, knows_names);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_place)
