/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of users and groups, with imitated databases. Those of the
 * system have tests of their own.
 */
#include "config.h"

#include "ident.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "unit.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))

/* The imitated databases. error: of all lookups that find nothing. */
static int db_error;

static struct passwd users[] = {
    {.pw_name = (char[]){"ann"}, .pw_uid = 1000, .pw_gid = 100},
    {.pw_name = (char[]){"bob"}, .pw_uid = 1001, .pw_gid = 101},
    {.pw_name = (char[]){"twin"}, .pw_uid = 1000, .pw_gid = 102},
    {.pw_name = (char[]){"1001"}, .pw_uid = 5, .pw_gid = 6},
    {.pw_name = (char[]){""}, .pw_uid = 0, .pw_gid = 0},
    {.pw_name = (char[]){"endless"}, .pw_uid = 1002, .pw_gid = 100},
};

static struct group groups[] = {
    {.gr_name = (char[]){"staff"}, .gr_gid = 100},
    {.gr_name = (char[]){"bobs"}, .gr_gid = 101},
    {.gr_name = (char[]){"77"}, .gr_gid = 4},
    {.gr_name = (char[]){""}, .gr_gid = 0},
};

/* How many groups the database has for a user, besides the one given. */
static int db_groups;
static bool db_tells_count;
static int db_asked; /* for those of a user */

struct passwd *
getpwnam(const char *name)
{
	int i;

	for (i = 0; i < LENGTH(users); i++)
		if (strcmp(users[i].pw_name, name) == 0)
			return &users[i];
	errno = db_error;
	return NULL;
}

struct passwd *
getpwuid(uid_t uid)
{
	int i;

	for (i = 0; i < LENGTH(users); i++)
		if (users[i].pw_uid == uid)
			return &users[i];
	errno = db_error;
	return NULL;
}

struct group *
getgrnam(const char *name)
{
	int i;

	for (i = 0; i < LENGTH(groups); i++)
		if (strcmp(groups[i].gr_name, name) == 0)
			return &groups[i];
	errno = db_error;
	return NULL;
}

/* The group given, then db_groups others: 200 and the user's length, ... */
int
getgrouplist(const char *user, gid_t gid, gid_t *list, int *n)
{
	int i, room = *n, all = db_groups + 1;

	db_asked++;
	if (strcmp(user, "endless") == 0)
		return -1;
	for (i = 0; i < room && i < all; i++)
		list[i] = i == 0 ? gid : 199 + (gid_t)(strlen(user) + i);
	if (room >= all || db_tells_count)
		*n = all;
	return room < all ? -1 : all;
}

static void
imitate(void)
{
	db_error = 0;
	db_groups = 2;
	db_tells_count = true;
	db_asked = 0;
}

/* The reason as a string, good until the next call. */
static const char *
text_of(struct buf *b)
{
	static char text[256];

	ck_assert_uint_lt(buf_len(b), sizeof(text));
	memset(text, 0, sizeof(text));
	if (buf_len(b) > 0)
		memcpy(text, buf_data(b), buf_len(b));
	buf_free(b);
	return text;
}

/* "uid gid groups" with "-" for what is not to be changed. */
static const char *
show(const struct ident *id)
{
	struct buf b = BUF_INIT;
	size_t i;

	if (id->has_uid)
		(void)buf_addf(&b, "%u", (unsigned)id->uid);
	else
		(void)buf_addc(&b, '-');
	if (id->has_gid)
		(void)buf_addf(&b, " %u", (unsigned)id->gid);
	else
		(void)buf_adds(&b, " -");
	(void)buf_adds(&b, id->has_groups ? " " : " -");
	for (i = 0; i < id->ngroups; i++)
		(void)buf_addf(
		    &b, i > 0 ? ",%u" : "%u", (unsigned)id->groups[i]);
	return text_of(&b);
}

static const struct {
	const char *user, *want;
} found[] = {
    {"ann", "1000 100 100,203,204"},
    {"bob", "1001 101 101,203,204"},
    {"twin", "1000 102 102,204,205"},
    {"1000", "1000 100 100,203,204"},
    {"01000", "1000 100 100,203,204"},
    {"1001", "5 6 6,204,205"}, /* a name */
    {"ann:staff", "1000 100 100,203,204"},
    {"ann:bobs", "1000 101 101,203,204"},
    {"ann:101", "1000 101 101,203,204"},
    {"ann:9999", "1000 9999 9999,203,204"},
    {"ann:77", "1000 4 4,203,204"},
    {"ann:0", "1000 0 0,203,204"},
    {"1000:bobs", "1000 101 101,203,204"},
    {"4711:bobs", "4711 101 "},
    {"4711:4712", "4711 4712 "},
    {"0:0", "0 0 0,200,201"}, /* whose name is empty */
    {"4294967294:4294967294", "4294967294 4294967294 "},
    {":staff", "- 100 -"},
    {":77", "- 4 -"},
    {":078", "- 78 -"},
    {":0", "- 0 -"},
};

START_TEST(finds_users)
{
	struct ident id = {.groups = NULL};
	struct buf why = BUF_INIT;
	const char *user = found[_i].user, *got;

	ck_assert_msg(
	    ident_user(&id, user, &why) == 0, "'%s': %s", user, text_of(&why));
	ck_assert_uint_eq(buf_len(&why), 0);
	got = show(&id);
	ck_assert_msg(strcmp(got, found[_i].want) == 0, "'%s': %s", user, got);
	ident_free(&id);
	ck_assert_str_eq(show(&id), "- - -");
}
END_TEST

static const char no_user[] = "no such user";
static const char no_group[] = "no such group";
static const char no_entry[] = "a number without an entry needs a group";

static const struct {
	const char *user, *why;
} missing[] = {
    {"", no_user},
    {"nosuch", no_user},
    {"nosuch:staff", no_user},
    {"nosuch:nosuch", no_user},
    {" ann", no_user},
    {"-1", no_user},
    {"+1000", no_user},
    {" 1000", no_user},
    {"1000x", no_user},
    {"0x10", no_user},
    {"-1:staff", no_user},
    {"4294967295", no_user},
    {"4294967295:staff", no_user},
    {"4294968296", no_user},
    {"18446744073709552616:staff", no_user},
    {"ann.staff", no_user},
    {"4711", no_entry},
    {"4294967294", no_entry},
    {":", no_group},
    {"ann:", no_group},
    {"4711:", no_group},
    {"ann:nosuch", no_group},
    {":nosuch", no_group},
    {"ann:staff:bobs", no_group},
    {"ann::staff", no_group},
    {"::", no_group},
    {":-1", no_group},
    {":+1", no_group},
    {":1 ", no_group},
    {":4294967295", no_group},
    {":4294967296", no_group},
    {":18446744073709551616", no_group},
    {"endless", "the groups of the user cannot be told"},
};

START_TEST(misses_users)
{
	struct ident id = {.uid = 7, .gid = 8}, before = id;
	struct buf why = BUF_INIT;
	const char *user = missing[_i].user, *got;

	ck_assert_msg(ident_user(&id, user, &why) == -1, "'%s' is one", user);
	got = text_of(&why);
	ck_assert_msg(strcmp(got, missing[_i].why) == 0, "'%s': %s", user, got);
	ck_assert_msg(
	    memcmp(&id, &before, sizeof(id)) == 0, "'%s' changes it", user);
}
END_TEST

static const struct {
	const char *list, *want, *why;
} lists[] = {
    {"", "- - ", NULL},
    {"staff", "- - 100", NULL},
    {"staff,bobs", "- - 100,101", NULL},
    {"bobs,staff,bobs", "- - 101,100,101", NULL},
    {"1,2,3", "- - 1,2,3", NULL},
    {"77,078", "- - 4,78", NULL},
    {"staff,5,bobs", "- - 100,5,101", NULL},
    {"4294967294", "- - 4294967294", NULL},
    {"nosuch", NULL, "no such group"},
    {"4294967295", NULL, "no such group"},
    {" ", NULL, "no such group"},
    {" staff", NULL, "no such group"},
    {"ann", NULL, "no such group"},
    {"staff:bobs", NULL, "no such group"},
    {"staff,nosuch", NULL, "no such group: 'nosuch'"},
    {"nosuch,staff", NULL, "no such group: 'nosuch'"},
    {"a,b", NULL, "no such group: 'a'"},
    {"staff, bobs", NULL, "no such group: ' bobs'"},
    {"staff,\033[m", NULL, "no such group: '\\^[[m'"},
    {",", NULL, "no such group: ''"},
    {"staff,", NULL, "no such group: ''"},
    {",staff", NULL, "no such group: ''"},
    {"1,,2", NULL, "no such group: ''"},
};

START_TEST(finds_lists)
{
	struct ident id = {.groups = NULL};
	struct buf why = BUF_INIT;
	const char *list = lists[_i].list, *want = lists[_i].want, *got;
	int rc = ident_groups(&id, list, &why);

	got = text_of(&why);
	ck_assert_msg(rc == (want != NULL ? 0 : -1), "'%s': %s", list, got);
	if (rc == -1) {
		ck_assert_msg(
		    strcmp(got, lists[_i].why) == 0, "'%s': %s", list, got);
		want = "- - -";
	}
	got = show(&id);
	ck_assert_msg(strcmp(got, want) == 0, "'%s': %s", list, got);
	ident_free(&id);
}
END_TEST

/* Both options, in both orders; a list that is wrong changes nothing. */
START_TEST(lists_go_before)
{
	struct ident id = {.groups = NULL};
	struct buf why = BUF_INIT;

	ck_assert_int_eq(ident_groups(&id, "5,6", &why), 0);
	ck_assert_int_eq(ident_user(&id, "ann", &why), 0);
	ck_assert_str_eq(show(&id), "1000 100 5,6");
	ck_assert_int_eq(db_asked, 0);
	ck_assert_int_eq(ident_user(&id, ":bobs", &why), 0);
	ck_assert_str_eq(show(&id), "- 101 5,6");
	ck_assert_int_eq(ident_groups(&id, "7,nosuch", &why), -1);
	buf_clear(&why);
	ck_assert_str_eq(show(&id), "- 101 5,6");
	ck_assert_int_eq(ident_groups(&id, "8", &why), 0);
	ck_assert_str_eq(show(&id), "- 101 8");
	ck_assert_int_eq(ident_groups(&id, "", &why), 0);
	ck_assert_str_eq(show(&id), "- 101 ");
	ck_assert_int_eq(ident_user(&id, "ann", &why), 0);
	ck_assert_str_eq(show(&id), "1000 100 ");
	ident_free(&id);

	ck_assert_int_eq(ident_user(&id, "ann", &why), 0);
	ck_assert_int_eq(ident_groups(&id, "5,6", &why), 0);
	ck_assert_str_eq(show(&id), "1000 100 5,6");
	ident_free(&id);
	buf_free(&why);
}
END_TEST

static const int counts[] = {0, 14, 15, 16, 31, 32, 1000, 65536};

START_TEST(finds_many_groups)
{
	struct ident id = {.groups = NULL};
	struct buf why = BUF_INIT;
	size_t i;

	db_groups = counts[_i / 2];
	db_tells_count = _i % 2 == 0;
	ck_assert_int_eq(ident_user(&id, "ann", &why),
	    db_tells_count || db_groups < 65536 ? 0 : -1);
	buf_free(&why);
	if (!id.has_groups)
		return;
	ck_assert_uint_eq(id.ngroups, (size_t)db_groups + 1);
	ck_assert_uint_eq(id.groups[0], 100);
	for (i = 1; i < id.ngroups; i++)
		ck_assert_uint_eq(id.groups[i], 202 + i);
	ident_free(&id);
}
END_TEST

static const struct {
	int error;
	const char *user;
	bool found;
	const char *why;
} failures[] = {
    {ENOENT, "nosuch", false, no_user},
    {ESRCH, "nosuch", false, no_user},
    {EBADF, "nosuch", false, no_user},
    {EPERM, "nosuch", false, no_user},
    {ENOENT, ":nosuch", false, no_group},
    {ENOENT, "4711", false, no_entry},
    {ENOENT, "4711:4712", true, ""},
    {EIO, "ann", true, ""},
    {EIO, "ann:staff", true, ""},
    {EIO, "nosuch", false, NULL},
    {EIO, "4711:staff", false, NULL},
    {EIO, "ann:nosuch", false, NULL},
    {EIO, ":nosuch", false, NULL},
    {EIO, ":4711", false, NULL},
    {EMFILE, "nosuch", false, NULL},
};

/* What cannot be asked may know the name. */
START_TEST(tells_failures)
{
	struct ident id = {.groups = NULL};
	struct buf why = BUF_INIT;
	const char *user = failures[_i].user, *got, *want = failures[_i].why;
	int rc;

	db_error = failures[_i].error;
	rc = ident_user(&id, user, &why);
	got = text_of(&why);
	if (want == NULL)
		want = strerror(failures[_i].error);
	ck_assert_msg(rc == (failures[_i].found ? 0 : -1), "'%s'", user);
	ck_assert_msg(strcmp(got, want) == 0, "'%s': %s", user, got);
	ident_free(&id);
}
END_TEST

static Suite *
suite_ident(void)
{
	Suite *s = suite_create("ident");
	TCase *tc = tcase_create("ident");

	tcase_add_checked_fixture(tc, imitate, NULL);
	tcase_add_loop_test(tc, finds_users, 0, LENGTH(found));
	tcase_add_loop_test(tc, misses_users, 0, LENGTH(missing));
	tcase_add_loop_test(tc, finds_lists, 0, LENGTH(lists));
	tcase_add_test(tc, lists_go_before);
	tcase_add_loop_test(tc, finds_many_groups, 0, 2 * LENGTH(counts));
	tcase_add_loop_test(tc, tells_failures, 0, LENGTH(failures));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_ident)
