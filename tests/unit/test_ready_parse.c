/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of the texts of readiness.
 */
#include "unit.h"

#include <sys/un.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "aid.h"
#include "ready.h"

static const struct {
	const char *text;
	enum ready_kind kind;
	int fd;
	const char *value;
	size_t naddrs;
} specs[] = {
    {"exec", READY_EXEC, -1, NULL, 0},
    {"notify", READY_NOTIFY, -1, NULL, 0},
    {"fd=3", READY_FD, 3, NULL, 0},
    {"fd=1023", READY_FD, 1023, NULL, 0},
    {"check=test -e x && true", READY_CHECK, -1, "test -e x && true", 0},
    {"tcp=1", READY_TCP, -1, NULL, 2},
    {"tcp=65535", READY_TCP, -1, NULL, 2},
    {"tcp=127.1.2.3:80", READY_TCP, -1, NULL, 1},
    {"tcp=[::1]:80", READY_TCP, -1, NULL, 1},
    {"unix=/run/x", READY_UNIX, -1, NULL, 1},
    {"file=/run/x=y", READY_FILE, -1, "/run/x=y", 0},
    {"log=^(up|ready)=1", READY_LOG, -1, "^(up|ready)=1", 0},
};

START_TEST(reads)
{
	struct buf why = BUF_INIT;
	struct ready_spec s;

	ck_assert_msg(ready_parse(specs[_i].text, &s, &why) == 0,
	    "'%s' is refused", specs[_i].text);
	ck_assert_int_eq(s.kind, specs[_i].kind);
	ck_assert_int_eq(s.fd, specs[_i].fd);
	ck_assert_uint_eq(s.naddrs, specs[_i].naddrs);
	if (specs[_i].value != NULL)
		ck_assert_str_eq(s.text, specs[_i].value);
}
END_TEST

START_TEST(reads_addresses)
{
	const struct sockaddr_in *in;
	const struct sockaddr_in6 *in6;
	const struct sockaddr_un *un;
	struct buf why = BUF_INIT;
	struct ready_spec s;

	ck_assert_int_eq(ready_parse("tcp=8080", &s, &why), 0);
	in = (const struct sockaddr_in *)&s.addr[0];
	in6 = (const struct sockaddr_in6 *)&s.addr[1];
	ck_assert_uint_eq(ntohl(in->sin_addr.s_addr), INADDR_LOOPBACK);
	ck_assert_uint_eq(ntohs(in->sin_port), 8080);
	ck_assert(IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr));
	ck_assert_uint_eq(ntohs(in6->sin6_port), 8080);
	ck_assert_int_eq(ready_parse("tcp=127.1.2.3:80", &s, &why), 0);
	ck_assert_uint_eq(ntohl(in->sin_addr.s_addr), 0x7f010203);
	ck_assert_int_eq(ready_parse("unix=/run/x", &s, &why), 0);
	un = (const struct sockaddr_un *)&s.addr[0];
	ck_assert_str_eq(un->sun_path, "/run/x");
}
END_TEST

#define D20 "/2345678901234567890"

static const struct {
	const char *text, *reason;
} bad[] = {
    {"", "not one of"},
    {"Exec", "not one of"},
    {"exec=", "not one of"},
    {"notify=1", "not one of"},
    {"fd", "not one of"},
    {"nosuch=1", "not one of"},
    {"fd=", "from 3 to 1023"},
    {"fd=2", "from 3 to 1023"},
    {"fd=1024", "from 3 to 1023"},
    {"fd=-3", "from 3 to 1023"},
    {"fd=3x", "from 3 to 1023"},
    {"check=", "no command"},
    {"tcp=", "from 1 to 65535"},
    {"tcp=0", "from 1 to 65535"},
    {"tcp=65536", "from 1 to 65535"},
    {"tcp=http", "from 1 to 65535"},
    {"tcp=127.0.0.1:", "from 1 to 65535"},
    {"tcp=:80", "not a numeric address"},
    {"tcp=localhost:80", "not a numeric address"},
    {"tcp=127.0.0.1.1:80", "not a numeric address"},
    {"tcp=128.0.0.1:80", "not a loopback address"},
    {"tcp=0.0.0.0:80", "not a loopback address"},
    {"tcp=[::2]:80", "not a loopback address"},
    {"tcp=::1:80", "in brackets"},
    {"tcp=[127.0.0.1]:80", "not a numeric address"},
    {"tcp=[::1:80", "in brackets"},
    {"unix=x", "not an absolute path"},
    {"unix=", "not an absolute path"},
    {"unix=" D20 D20 D20 D20 D20 "/2345678", "too long"},
    {"file=x", "not an absolute path"},
    {"log=", "no expression"},
    {"log=(", "("},
    {"log=[a", "["},
};

START_TEST(refuses)
{
	struct ready_spec s, before;
	struct buf why = BUF_INIT;

	memset(&s, 0x5a, sizeof(s));
	before = s;
	ck_assert_msg(ready_parse(bad[_i].text, &s, &why) == -1, "'%s' is read",
	    bad[_i].text);
	ck_assert_int_eq(buf_addc(&why, '\0'), 0);
	ck_assert_msg(strstr(buf_data(&why), bad[_i].reason) != NULL,
	    "'%s': %s", bad[_i].text, buf_data(&why));
	ck_assert_int_eq(memcmp(&s, &before, sizeof(s)), 0);
	buf_free(&why);
}
END_TEST

static Suite *
suite_ready_parse(void)
{
	Suite *s = suite_create("ready_parse");
	TCase *tc = tcase_create("ready_parse");

	tcase_add_loop_test(tc, reads, 0, NROWS(specs));
	tcase_add_test(tc, reads_addresses);
	tcase_add_loop_test(tc, refuses, 0, NROWS(bad));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_ready_parse)
