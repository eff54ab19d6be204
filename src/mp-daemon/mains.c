/* SPDX-License-Identifier: ISC */
/*
 * Whose end is the end of a bound service.
 */
#include "config.h"

#include "mains.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

/* In one line, with a blank for each newline. */
int
mains_text(struct buf *b)
{
	size_t at = buf_len(b);
	struct procid self;
	char *line;

	if (procid_of(getpid(), &self) == -1 || procid_format(&self, b) == -1)
		return -1;
	*strchr(buf_data(b) + at, '\n') = ' ';
	line = strchr(buf_data(b) + at, '\n');
	*line = '\0';
	return 0;
}

static int
find_script(struct main_proc *m, struct buf *why)
{
	const char *value = getenv(MAINS_VARIABLE);
	struct buf line = BUF_INIT;
	int rc;

	if (value == NULL || *value == '\0')
		return 0;
	rc = buf_addf(&line, "%s\n", value);
	if (rc == 0)
		rc = procid_parse(buf_data(&line), buf_len(&line), &m->id);
	buf_free(&line);
	if (rc == 0)
		m->fd = procid_open(&m->id);
	if (m->fd != -1)
		return 0;
	m->id.pid = 0;
	(void)buf_addf(why, "%s: %s", MAINS_VARIABLE, strerror(errno));
	return -1;
}

/* Who takes the place of a parent that is dead is of another session. */
static bool
is_parent(pid_t pid)
{
	return getppid() == pid && getsid(pid) == getsid(0);
}

static int
find_bound(struct main_proc *m, pid_t pid, pid_t parent, struct buf *why)
{
	pid_t who = pid == 0 ? parent : pid;

	m->fd = procid_pidfd(who);
	if (m->fd == -1 || procid_of(who, &m->id) == -1) {
		(void)buf_addf(
		    why, "--bind: %d: %s", (int)who, strerror(errno));
		return -1;
	}
	if (pid != 0 || is_parent(parent))
		return 0;
	(void)buf_addf(why,
	    "--bind: process %d is of another session: --bind=PID names one",
	    (int)who);
	return -1;
}

int
mains_find(
    struct main_proc m[MAINS], const pid_t *pid, pid_t parent, struct buf *why)
{
	struct buf none = BUF_INIT;
	int i;

	for (i = 0; i < MAINS; i++)
		m[i] = (struct main_proc){.fd = -1};
	if (find_script(&m[MAINS_SCRIPT], pid != NULL ? why : &none) == -1 &&
	    pid != NULL)
		return -1;
	buf_free(&none);
	if (pid != NULL)
		return find_bound(&m[MAINS_BOUND], *pid, parent, why);
	io_close(&m[MAINS_SCRIPT].fd);
	return 0;
}

void
mains_free(struct main_proc m[MAINS])
{
	int i;

	for (i = 0; i < MAINS; i++)
		io_close(&m[i].fd);
}
