/* SPDX-License-Identifier: ISC */
/*
 * What the JSON reports of several programs have in common.
 */
#include "config.h"

#include "report.h"

#include <sys/wait.h>

#include <stdio.h>

#include "json.h"
#include "sig.h"

const char *
report_signal(int sig, char out[REPORT_SIGNAL])
{
	const char *name = sig_name(sig);

	if (name != NULL)
		return name;
	(void)snprintf(out, REPORT_SIGNAL, "%d", sig);
	return out;
}

void
report_end(struct buf *b, int status)
{
	char number[REPORT_SIGNAL];

	if (WIFSIGNALED(status)) {
		(void)json_null(b, "code");
		(void)json_string(
		    b, "signal", report_signal(WTERMSIG(status), number));
	} else {
		(void)json_number(b, "code", WEXITSTATUS(status));
		(void)json_null(b, "signal");
	}
}

void
report_left(struct buf *b, const struct tree_report *r)
{
	const struct tree_left *l;
	char state[2] = "";
	size_t i;

	(void)json_open(b, "survivors", '[');
	for (i = 0; i < r->nleft && i < TREE_NAMED; i++) {
		l = &r->left[i];
		state[0] = l->proc.state;
		(void)json_open(b, NULL, '{');
		(void)json_number(b, "pid", l->proc.pid);
		(void)json_string(b, "name", l->proc.comm);
		(void)json_string(b, "state", state);
		(void)json_number(b, "uid", l->uid);
		(void)json_close(b, '}');
	}
	(void)json_close(b, ']');
	(void)json_number(b, "left", (int64_t)r->nleft);
}
