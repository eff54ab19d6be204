/* SPDX-License-Identifier: ISC */
/*
 * The file "status" of a service. There is one way to write each state of
 * things, and only that is read.
 */
#include "config.h"

#include "statusfile.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define FORMAT "1"
#define CODE_MAX 4095 /* exit statuses, signals, errnos */
#define NROWS(table) (sizeof(table) / sizeof((table)[0]))

static const char *const state_names[] = {
    [STATUSFILE_STARTING] = "starting",
    [STATUSFILE_RUNNING] = "running",
    [STATUSFILE_RELOADING] = "reloading",
    [STATUSFILE_STOPPING] = "stopping",
    [STATUSFILE_WAITING] = "waiting",
    [STATUSFILE_STOPPED] = "stopped",
    [STATUSFILE_EXITED] = "exited",
    [STATUSFILE_FAILED] = "failed",
};

static const char *const end_names[] = {
    [STATUSFILE_NO_END] = "none",
    [STATUSFILE_EXIT] = "exit",
    [STATUSFILE_SIGNAL] = "signal",
    [STATUSFILE_NOT_STARTED] = "not-started",
};

const char *
statusfile_state_name(enum statusfile_state state)
{
	return state_names[state];
}

void
statusfile_set_text(struct statusfile *s, const char *text, size_t n)
{
	size_t used = 0, len;

	for (; n > 0 && used + 1 < sizeof(s->text); text += len, n -= len) {
		len = utf8_len(text, n);
		if (len == 0 || iscntrl((unsigned char)*text)) {
			s->text[used++] = '?';
			len = 1;
			continue;
		}
		if (used + len >= sizeof(s->text))
			break;
		memcpy(s->text + used, text, len);
		used += len;
	}
	s->text[used] = '\0';
}

int
statusfile_format(const struct statusfile *s, struct buf *out)
{
	return buf_addf(out,
	    "version=" FORMAT "\n"
	    "state=%s\n"
	    "ready=%d\n"
	    "pid=%jd\n"
	    "start=%" PRIu64 "\n"
	    "boot=%s\n"
	    "end=%s\n"
	    "code=%d\n"
	    "restarts=%" PRIu64 "\n"
	    "drops=%" PRIu64 "\n"
	    "since=%" PRId64 "\n"
	    "text=%s\n",
	    state_names[s->state], s->ready, (intmax_t)s->pid, s->start,
	    s->boot, end_names[s->end], s->code, s->restarts, s->drops,
	    s->since, s->text);
}

/* What is left of a file that is being read. */
struct reader {
	const char *at;
	size_t left;
	char value[STATUSFILE_MAX]; /* of the line that was read last */
};

/* Reads the next line, which must be of that key. */
static bool
line(struct reader *r, const char *key)
{
	size_t n = strlen(key), len;
	const char *nl = memchr(r->at, '\n', r->left);

	len = nl != NULL ? (size_t)(nl - r->at) : 0;
	if (len <= n || memcmp(r->at, key, n) != 0 || r->at[n] != '=')
		return false;
	memcpy(r->value, r->at + n + 1, len - n - 1);
	r->value[len - n - 1] = '\0';
	r->at += len + 1;
	r->left -= len + 1;
	return true;
}

/* A number from 0 to max, with no digit too many. */
static bool
number(struct reader *r, const char *key, int64_t max, int64_t *v)
{
	const char *s = r->value, *bad;

	if (!line(r, key) || !isdigit((unsigned char)*s) ||
	    (*s == '0' && s[1] != '\0'))
		return false;
	*v = strtonum(s, 0, max, &bad);
	return bad == NULL;
}

/* One of the names. */
static bool
name(struct reader *r, const char *key, const char *const *names, size_t n,
    size_t *which)
{
	if (!line(r, key))
		return false;
	for (*which = 0; *which < n; ++*which)
		if (strcmp(r->value, names[*which]) == 0)
			return true;
	return false;
}

static bool
read_state(struct reader *r, struct statusfile *s)
{
	size_t state;
	int64_t ready;

	if (!name(r, "state", state_names, NROWS(state_names), &state) ||
	    !number(r, "ready", 1, &ready))
		return false;
	s->state = (enum statusfile_state)state;
	s->ready = ready == 1;
	return true;
}

static bool
read_process(struct reader *r, struct statusfile *s)
{
	size_t len;
	int64_t pid, start;

	if (!number(r, "pid", INT_MAX, &pid) ||
	    !number(r, "start", INT64_MAX, &start) || !line(r, "boot"))
		return false;
	len = strlen(r->value);
	if ((len != 0 && len != sizeof(s->boot) - 1) ||
	    strspn(r->value, "0123456789abcdef-") != len)
		return false;
	memcpy(s->boot, r->value, len + 1);
	s->pid = (pid_t)pid;
	s->start = (uint64_t)start;
	return pid != 0 || start == 0;
}

static bool
read_end(struct reader *r, struct statusfile *s)
{
	size_t end;
	int64_t code;

	if (!name(r, "end", end_names, NROWS(end_names), &end) ||
	    !number(r, "code", CODE_MAX, &code))
		return false;
	s->end = (enum statusfile_end)end;
	s->code = (int)code;
	return true;
}

static bool
read_counts(struct reader *r, struct statusfile *s)
{
	int64_t restarts, drops;

	if (!number(r, "restarts", INT64_MAX, &restarts) ||
	    !number(r, "drops", INT64_MAX, &drops) ||
	    !number(r, "since", INT64_MAX, &s->since))
		return false;
	s->restarts = (uint64_t)restarts;
	s->drops = (uint64_t)drops;
	return true;
}

/* Text that would be written otherwise is none. */
static bool
read_text(struct reader *r, struct statusfile *s)
{
	if (!line(r, "text"))
		return false;
	statusfile_set_text(s, r->value, strlen(r->value));
	return strcmp(s->text, r->value) == 0;
}

int
statusfile_parse(const char *text, size_t n, struct statusfile *s)
{
	struct reader r = {.at = text, .left = n};
	struct statusfile new;

	memset(&new, 0, sizeof(new));
	errno = EINVAL;
	if (n > STATUSFILE_MAX || memchr(text, '\0', n) != NULL ||
	    !line(&r, "version"))
		return -1;
	if (strcmp(r.value, FORMAT) != 0) {
		errno = EPROTONOSUPPORT;
		return -1;
	}
	if (!read_state(&r, &new) || !read_process(&r, &new) ||
	    !read_end(&r, &new) || !read_counts(&r, &new) ||
	    !read_text(&r, &new) || r.left != 0) {
		errno = EINVAL;
		return -1;
	}
	*s = new;
	return 0;
}
