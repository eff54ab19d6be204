/* SPDX-License-Identifier: ISC */
/*
 * doctor: whether a place is fit for queues, and what it stands on.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dur.h"
#include "gate.h"
#include "io.h"
#include "json.h"
#include "loop.h"
#include "place.h"
#include "prog.h"
#include "scan.h"
#include "status.h"
#include "verb.h"

#define PAGE 4096
#define SYNCS 51
#define NO_DISK (10 * DUR_MS / 1000) /* no disk syncs faster */
#define PATIENCE DUR_SECOND /* for the gate */

struct doctor {
	const struct job *job;
	int dirfd;
	struct place_system system;
	struct buf report;
	struct buf why; /* it is not fit */
};

/* A line, or a member: text, or where that is NULL a number. */
static void
say(void *arg, const char *name, const char *text, int64_t number)
{
	struct doctor *d = arg;

	if (d->job->conf.json && text != NULL)
		(void)json_string(&d->report, name, text);
	else if (d->job->conf.json)
		(void)json_number(&d->report, name, number);
	else if (text != NULL)
		(void)buf_addf(&d->report, "%s %s\n", name, text);
	else
		(void)buf_addf(&d->report, "%s %jd\n", name, (intmax_t)number);
}

static void
say_seconds(struct doctor *d, const char *name, int64_t ns)
{
	if (d->job->conf.json)
		(void)json_seconds(&d->report, name, ns);
	else
		(void)buf_addf(&d->report, "%s %jd.%06jd\n", name,
		    (intmax_t)(ns / DUR_SECOND),
		    (intmax_t)(ns % DUR_SECOND / 1000));
}

/* A word of advice, which does not make the place unfit. */
static void
warn(const struct doctor *d, const char *text)
{
	(void)fprintf(
	    stderr, "%s: %s: warning: %s\n", getprogname(), d->job->path, text);
}

static int
look_at_system(struct doctor *d)
{
	if (place_system(d->dirfd, &d->system) == -1) {
		(void)buf_adds(&d->why, strerror(errno));
		return -1;
	}
	say(d, "filesystem", d->system.name, 0);
	if (d->system.kind == PLACE_MEMORY)
		warn(d, "it is in memory, and gone when the system ends");
	return place_check_system(&d->system, &d->why);
}

static int
compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median of the times that writing a page and waiting for it takes; -1
 * and errno. */
static int64_t
time_syncs(int fd)
{
	static const char page[PAGE];
	int64_t took[SYNCS], begin;
	int i;

	for (i = 0; i < SYNCS; i++) {
		begin = loop_now();
		if (pwrite(fd, page, PAGE, 0) != PAGE || fdatasync(fd) == -1)
			return -1;
		took[i] = loop_now() - begin;
	}
	qsort(took, SYNCS, sizeof(took[0]), compare);
	return took[SYNCS / 2];
}

/* In a file that has a name: some file systems do not sync one without. */
static int
look_at_disk(struct doctor *d)
{
	struct buf name = BUF_INIT;
	int64_t ns = -1;
	int fd = -1;

	if (buf_addf(&name, "%s/doctor.XXXXXX%c", d->job->path, '\0') == 0)
		fd = mkostemp(buf_data(&name), O_CLOEXEC);
	if (fd != -1) {
		ns = time_syncs(fd);
		(void)unlink(buf_data(&name));
	}
	if (ns == -1)
		(void)buf_addf(&d->why, "sync: %s", strerror(errno));
	io_close(&fd);
	buf_free(&name);
	if (ns == -1)
		return -1;
	say_seconds(d, "sync", ns);
	if (ns < NO_DISK && d->system.kind == PLACE_LOCAL)
		warn(d, "a sync is faster than any disk: it may store nothing");
	return 0;
}

/* Who has the gate for longer than anybody should. */
static void
blame(struct doctor *d, const struct gate *gate)
{
	struct scan_proc p;
	pid_t pid = gate_holder(gate);

	(void)buf_addf(&d->why, "gate: held for more than a second");
	if (pid != 0)
		(void)buf_addf(&d->why, " by process %jd", (intmax_t)pid);
	if (pid != 0 && scan_read(pid, &p) == 0)
		(void)buf_addf(&d->why, " (%s, %s)", p.comm,
		    p.state == 'T' ? "stopped" : "not stopped");
}

static int
look_at_gate(struct doctor *d)
{
	struct gate gate;
	int rc;

	if (gate_open(&gate, d->dirfd, "gate") == -1) {
		(void)buf_addf(&d->why, "gate: %s", strerror(errno));
		return -1;
	}
	rc = gate_lock(&gate, loop_now() + PATIENCE);
	if (rc == -1 && errno == ETIMEDOUT)
		blame(d, &gate);
	else if (rc == -1)
		(void)buf_addf(&d->why, "gate: %s", strerror(errno));
	else
		say(d, "gate", "free", 0);
	gate_close(&gate);
	return rc;
}

static int
look_at_storage(struct doctor *d)
{
	struct queue *queue = queue_sqlite(
	    d->dirfd, d->job->path, true, &d->why);
	enum queue_rc rc;

	if (queue == NULL)
		return -1;
	rc = queue->ops->about(queue, say, d);
	if (rc == QUEUE_OK)
		say(d, "check", "ok", 0);
	else
		(void)buf_adds(&d->why, queue->ops->why(queue));
	queue->ops->close(queue);
	return rc == QUEUE_OK ? 0 : -1;
}

/* What leases and delays are measured by. */
static void
look_at_clocks(struct doctor *d)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	struct timespec ts;
	char text[64] = "";

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	say_seconds(d, "clock", (int64_t)ts.tv_sec * DUR_SECOND + ts.tv_nsec);
	if (f != NULL) {
		(void)!fgets(text, sizeof(text), f);
		(void)fclose(f);
	}
	text[strcspn(text, "\n")] = '\0';
	say(d, "boot_id", text, 0);
	if (text[0] == '\0')
		warn(d, "no boot id: leases may outlive the system");
}

static int
examine(struct doctor *d)
{
	say(d, "place", d->job->path, 0);
	look_at_clocks(d);
	return look_at_system(d) == -1 || look_at_disk(d) == -1 ||
		look_at_gate(d) == -1 || look_at_storage(d) == -1
	    ? -1
	    : 0;
}

int
verb_doctor(struct job *job)
{
	struct doctor d = {.job = job, .report = BUF_INIT, .why = BUF_INIT};
	int status = MP_TOOL_FAILED;
	bool fit = false;

	d.dirfd = place_open(job->path, true, true, &d.why);
	if (job->conf.json)
		(void)json_open(&d.report, NULL, '{');
	if (d.dirfd != -1) {
		fit = examine(&d) == 0;
		say(&d, "fit", fit ? "yes" : "no", 0);
	}
	if (job->conf.json) {
		(void)json_close(&d.report, '}');
		(void)buf_addc(&d.report, '\n');
	}
	if (d.dirfd != -1)
		status = prog_print(&d.report);
	if (!fit && buf_addc(&d.why, '\0') == 0)
		status = prog_complain(job->path, buf_data(&d.why));
	io_close(&d.dirfd);
	buf_free(&d.report);
	buf_free(&d.why);
	return status;
}
