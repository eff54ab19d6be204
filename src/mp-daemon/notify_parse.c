/* SPDX-License-Identifier: ISC */
/*
 * The text of a notification.
 */
#include "config.h"

#include "notify.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 24 /* characters */

/* One line, KEY=VALUE. */
struct assignment {
	const char *text;
	size_t len;
	const char *value;
	size_t value_len;
};

/* Whether the key is that one; then the value is set. */
static bool
is(struct assignment *a, const char *key)
{
	size_t n = strlen(key);

	if (a->len <= n || memcmp(a->text, key, n) != 0 || a->text[n] != '=')
		return false;
	a->value = a->text + n + 1;
	a->value_len = a->len - n - 1;
	return true;
}

static bool
is_true(struct assignment *a, const char *key)
{
	return is(a, key) && a->value_len == 1 && *a->value == '1';
}

/* A number of digits alone, from 1 to max, or 0. */
static long long
number(const struct assignment *a, long long max)
{
	char text[NUMBER_MAX];
	const char *bad;
	long long n;

	if (a->value_len == 0 || a->value_len >= sizeof(text) ||
	    !isdigit((unsigned char)*a->value))
		return 0;
	memcpy(text, a->value, a->value_len);
	text[a->value_len] = '\0';
	n = strtonum(text, 1, max, &bad);
	return bad == NULL ? n : 0;
}

static void
take(struct assignment *a, struct notify_msg *m)
{
	long long n;

	if (is_true(a, "READY")) {
		m->ready = true;
	} else if (is_true(a, "RELOADING")) {
		m->reloading = true;
	} else if (is_true(a, "STOPPING")) {
		m->stopping = true;
	} else if (is_true(a, "BARRIER")) {
		m->barrier = true;
	} else if (is(a, "STATUS")) {
		m->status = a->value;
		m->status_len = a->value_len;
	} else if (is(a, "MAINPID")) {
		n = number(a, INT_MAX);
		m->main_pid = n > 0 ? (pid_t)n : m->main_pid;
	} else if (is(a, "EXTEND_TIMEOUT_USEC")) {
		n = number(a, INT64_MAX / 1000);
		m->extend = n > 0 ? n * 1000 : m->extend;
	}
}

int
notify_parse(const char *text, size_t n, struct notify_msg *m)
{
	struct assignment a;
	const char *nl;
	size_t lines = 0;

	memset(m, 0, sizeof(*m));
	if (n > 0 && text[n - 1] == '\0')
		n--;
	if (memchr(text, '\0', n) != NULL) {
		errno = EINVAL;
		return -1;
	}
	for (; n > 0; text += a.len + 1, n -= a.len + 1) {
		nl = memchr(text, '\n', n);
		a.text = text;
		a.len = nl != NULL ? (size_t)(nl - text) : n;
		lines += a.len > 0;
		take(&a, m);
		if (nl == NULL)
			break;
	}
	if (m->barrier && lines > 1)
		memset(m, 0, sizeof(*m));
	return 0;
}
