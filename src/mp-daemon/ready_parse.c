/* SPDX-License-Identifier: ISC */
/*
 * The texts of --ready.
 */
#include "config.h"

#include "ready.h"

#include <sys/un.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opt.h"

#define FD_MIN 3
#define FD_MAX 1023
#define HOST_MAX 64 /* characters */
#define LOOPBACK_NET 127

/* Takes the value of a kind. Returns NULL, or what is wrong. */
typedef const char *take_fn(struct ready_spec *, const char *value);

static const char *
take_nothing(struct ready_spec *s, const char *value)
{
	(void)s;
	(void)value;
	return NULL;
}

static const char *
take_fd(struct ready_spec *s, const char *value)
{
	s->fd = opt_digits(value, FD_MIN, FD_MAX);
	return s->fd == -1 ? "the descriptor is a number from 3 to 1023" : NULL;
}

static const char *
take_command(struct ready_spec *s, const char *value)
{
	s->text = value;
	return *value == '\0' ? "no command" : NULL;
}

static const char *
take_file(struct ready_spec *s, const char *value)
{
	s->text = value;
	return *value != '/' ? "not an absolute path" : NULL;
}

static const char *
take_unix(struct ready_spec *s, const char *value)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&s->addr[0];

	if (*value != '/')
		return "not an absolute path";
	if (strlen(value) >= sizeof(un->sun_path))
		return "too long for the path of a socket";
	un->sun_family = AF_UNIX;
	(void)strlcpy(un->sun_path, value, sizeof(un->sun_path));
	s->len[0] = sizeof(*un);
	s->naddrs = 1;
	return NULL;
}

static void
add_inet(struct ready_spec *s, struct in_addr addr, in_port_t port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&s->addr[s->naddrs];

	in->sin_family = AF_INET;
	in->sin_addr = addr;
	in->sin_port = port;
	s->len[s->naddrs++] = sizeof(*in);
}

static void
add_inet6(struct ready_spec *s, in_port_t port)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&s->addr[s->naddrs];

	in6->sin6_family = AF_INET6;
	in6->sin6_addr = in6addr_loopback;
	in6->sin6_port = port;
	s->len[s->naddrs++] = sizeof(*in6);
}

static const char *
take_host(struct ready_spec *s, const char *host, in_port_t port)
{
	struct in6_addr in6;
	struct in_addr in;

	if (inet_pton(AF_INET, host, &in) == 1) {
		if (ntohl(in.s_addr) >> 24 != LOOPBACK_NET)
			return "not a loopback address";
		add_inet(s, in, port);
		return NULL;
	}
	if (inet_pton(AF_INET6, host, &in6) != 1)
		return "not a numeric address";
	if (!IN6_IS_ADDR_LOOPBACK(&in6))
		return "not a loopback address";
	add_inet6(s, port);
	return NULL;
}

static const char *
take_tcp(struct ready_spec *s, const char *value)
{
	const struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
	const char *colon = strrchr(value, ':'), *host = value;
	int port = opt_digits(colon != NULL ? colon + 1 : value, 1, 65535);
	char text[HOST_MAX];
	size_t len;

	if (port == -1)
		return "the port is a number from 1 to 65535";
	if (colon == NULL) {
		add_inet(s, loopback, htons((in_port_t)port));
		add_inet6(s, htons((in_port_t)port));
		return NULL;
	}
	len = (size_t)(colon - host);
	if (len > 2 && host[0] == '[' && host[len - 1] == ']' &&
	    memchr(host, ':', len) != NULL) {
		host++;
		len -= 2;
	} else if (memchr(host, ':', len) != NULL) {
		return "an IPv6 address stands in brackets";
	}
	if (len >= sizeof(text))
		return "not a numeric address";
	memcpy(text, host, len);
	text[len] = '\0';
	return take_host(s, text, htons((in_port_t)port));
}

static const char *
take_regex(struct ready_spec *s, const char *value)
{
	static char reason[128];
	regex_t re;
	int rc;

	s->text = value;
	if (*value == '\0')
		return "no expression";
	rc = regcomp(&re, value, REG_EXTENDED | REG_NOSUB);
	if (rc != 0) {
		(void)regerror(rc, &re, reason, sizeof(reason));
		return reason;
	}
	regfree(&re);
	return NULL;
}

static const struct kind {
	const char *name; /* with "=" where it has a value */
	enum ready_kind kind;
	take_fn *take;
} kinds[] = {
    {"exec", READY_EXEC, take_nothing},
    {"fd=", READY_FD, take_fd},
    {"notify", READY_NOTIFY, take_nothing},
    {"check=", READY_CHECK, take_command},
    {"tcp=", READY_TCP, take_tcp},
    {"unix=", READY_UNIX, take_unix},
    {"file=", READY_FILE, take_file},
    {"log=", READY_LOG, take_regex},
};

/* The value, "" for a kind without one; NULL where it is not that kind. */
static const char *
value_of(const char *text, const char *name)
{
	size_t n = strlen(name);

	if (name[n - 1] != '=')
		return strcmp(text, name) == 0 ? "" : NULL;
	return strncmp(text, name, n) == 0 ? text + n : NULL;
}

/* Which kind it is, and its value; or NULL. */
static const struct kind *
find_kind(const char *text, const char **value)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		*value = value_of(text, kinds[i].name);
		if (*value != NULL)
			return &kinds[i];
	}
	return NULL;
}

int
ready_parse(const char *text, struct ready_spec *s, struct buf *why)
{
	const char *value, *wrong;
	const struct kind *kind = find_kind(text, &value);
	struct ready_spec new;

	if (kind == NULL)
		return opt_bad(why, text,
		    "not one of exec, fd=N, notify, check=CMD, tcp=PORT, "
		    "unix=PATH, file=PATH, log=REGEX");
	memset(&new, 0, sizeof(new));
	new.kind = kind->kind;
	new.fd = -1;
	wrong = kind->take(&new, value);
	if (wrong != NULL)
		return opt_bad(why, text, wrong);
	*s = new;
	return 0;
}
