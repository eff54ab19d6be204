/* SPDX-License-Identifier: ISC */
/*
 * Users and groups as the databases of the system have them: compared with
 * what getent(1) and id(1) show.
 */
#include "config.h"

#include "ident.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))

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

/* Field number n (from 0) of the first line that the command writes, or ""
 * where it cannot be run; good until the next call. */
static const char *
ask(const char *command, int n)
{
	static char line[1024];
	char *rest = line, *field = line;
	FILE *f = popen(command, "r");

	ck_assert_ptr_nonnull(f);
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	(void)pclose(f);
	line[strcspn(line, "\n")] = '\0';
	while (n-- >= 0 && field != NULL)
		field = strsep(&rest, ":");
	return field != NULL ? field : "";
}

static const char *const real[] = {"root", "daemon", "nobody"};

START_TEST(finds_the_system)
{
	struct ident id = {.groups = NULL}, same = {.groups = NULL};
	struct buf why = BUF_INIT;
	char command[64], number[32];
	const char *said;
	size_t i;

	ck_assert_msg(ident_user(&id, real[_i], &why) == 0, "%s: %s", real[_i],
	    text_of(&why));
	ck_assert(id.has_uid && id.has_gid && id.has_groups);
	(void)snprintf(command, sizeof(command), "getent passwd %s", real[_i]);
	said = ask(command, 2);
	if (*said != '\0')
		ck_assert_uint_eq(strtoul(said, NULL, 10), id.uid);
	said = ask(command, 3);
	if (*said != '\0')
		ck_assert_uint_eq(strtoul(said, NULL, 10), id.gid);

	(void)snprintf(command, sizeof(command), "id -G %s | wc -w", real[_i]);
	ck_assert_uint_eq(strtoul(ask(command, 0), NULL, 10), id.ngroups);
	for (i = 0; i < id.ngroups; i++) {
		(void)snprintf(command, sizeof(command),
		    "id -G %s | tr ' ' '\\n' | grep -cx %u", real[_i],
		    (unsigned)id.groups[i]);
		ck_assert_str_eq(ask(command, 0), "1");
	}

	(void)snprintf(number, sizeof(number), "%u", (unsigned)id.uid);
	ck_assert_int_eq(ident_user(&same, number, &why), 0);
	ck_assert(same.uid == id.uid && same.gid == id.gid);
	ck_assert_uint_eq(same.ngroups, id.ngroups);
	ident_free(&same);
	ident_free(&id);
}
END_TEST

START_TEST(finds_groups_of_the_system)
{
	struct ident id = {.groups = NULL};
	struct buf why = BUF_INIT;
	const char *said = ask("getent group daemon", 2);

	ck_assert_int_eq(ident_groups(&id, "daemon,4711", &why), 0);
	ck_assert_uint_eq(id.ngroups, 2);
	if (*said != '\0')
		ck_assert_uint_eq(strtoul(said, NULL, 10), id.groups[0]);
	ck_assert_uint_eq(id.groups[1], 4711);
	ident_free(&id);
	ck_assert_int_eq(ident_user(&id, "no-such-user", &why), -1);
	ck_assert_str_eq(text_of(&why), "no such user");
	ck_assert_int_eq(ident_user(&id, ":no-such-group", &why), -1);
	ck_assert_str_eq(text_of(&why), "no such group");
}
END_TEST

static Suite *
suite_ident_real(void)
{
	Suite *s = suite_create("ident_real");
	TCase *tc = tcase_create("ident_real");

	tcase_add_loop_test(tc, finds_the_system, 0, LENGTH(real));
	tcase_add_test(tc, finds_groups_of_the_system);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_ident_real)
