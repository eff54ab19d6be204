/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of the kinds of readiness. Expressions are compiled by the C
 * library, whose time and memory are not the matter here: long ones are left
 * out.
 */
#include "config.h"

#include <sys/un.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "buf.h"
#include "fuzz.h"
#include "ready.h"

#define REGEX_MAX 40

static void
check_address(const struct ready_spec *s, size_t i)
{
	const struct sockaddr *any = (const struct sockaddr *)&s->addr[i];
	const struct sockaddr_in *in = (const struct sockaddr_in *)any;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)any;

	if (s->kind == READY_UNIX) {
		FUZZ_CHECK(any->sa_family == AF_UNIX);
	} else if (any->sa_family == AF_INET) {
		FUZZ_CHECK(ntohl(in->sin_addr.s_addr) >> 24 == 127);
		FUZZ_CHECK(in->sin_port != 0);
	} else {
		FUZZ_CHECK(any->sa_family == AF_INET6 && in6->sin6_port != 0);
		FUZZ_CHECK(IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr));
	}
}

static void
check(const char *text, const struct ready_spec *s)
{
	static const char *const names[] = {"exec", "fd=", "notify",
	    "check=", "tcp=", "unix=", "file=", "log="};
	size_t i;

	FUZZ_CHECK(strncmp(text, names[s->kind], strlen(names[s->kind])) == 0);
	FUZZ_CHECK((s->kind == READY_FD) == (s->fd >= 3));
	FUZZ_CHECK(s->naddrs <= READY_ADDRS);
	FUZZ_CHECK(
	    (s->naddrs > 0) == (s->kind == READY_TCP || s->kind == READY_UNIX));
	for (i = 0; i < s->naddrs; i++)
		check_address(s, i);
	if (s->text != NULL)
		FUZZ_CHECK(s->text > text && s->text <= text + strlen(text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	struct ready_spec s = {.fd = 4711};
	struct buf why = BUF_INIT;

	if (strncmp(text, "log=", 4) == 0 && strlen(text) > REGEX_MAX) {
		free(text);
		return 0;
	}
	if (ready_parse(text, &s, &why) == 0) {
		FUZZ_CHECK(buf_len(&why) == 0);
		check(text, &s);
	} else {
		FUZZ_CHECK(buf_len(&why) > 0 && s.fd == 4711);
	}
	buf_free(&why);
	free(text);
	return 0;
}
