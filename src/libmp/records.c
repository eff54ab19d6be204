/* SPDX-License-Identifier: ISC */
/*
 * What a run writes down of its tasks.
 */
#include "config.h"

#include "records.h"

#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dur.h"
#include "joblog.h"
#include "linefile.h"
#include "loop.h"
#include "resume.h"
#include "taskjson.h"

enum { JOBLOG, REPORT, TRACE, FILES };

struct records {
	struct linefile file[FILES];
	const char *opening; /* name of the file that is being opened */
	struct resume resume;
	int64_t origin; /* of the trace */
	bool resumes;
	bool writes;
	struct buf line;
};

/* The line is what was appended to r->line. */
static void
put(struct records *r, int i, int rc)
{
	if (rc == -1 && r->file[i].err == 0)
		r->file[i].err = ENOMEM;
	if (r->writes)
		linefile_put(&r->file[i], &r->line);
	buf_clear(&r->line);
}

/* What the time of loop_now() has to be added to for that since the Epoch. */
static int64_t
epoch(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * DUR_SECOND + now.tv_nsec - loop_now();
}

static int
complain(struct buf *why)
{
	(void)buf_adds(why, strerror(errno));
	return -1;
}

static int
resume_open(struct records *r, const struct records_conf *conf, struct buf *why)
{
	struct linefile *f = &r->file[JOBLOG];
	struct stat st;
	uint64_t line;
	off_t end;

	if (fstat(f->fd, &st) == -1)
		return complain(why);
	if (!S_ISREG(st.st_mode)) {
		(void)buf_adds(why, "not a regular file");
		return -1;
	}
	end = resume_whole(f->fd);
	if (end == -1)
		return complain(why);
	if (resume_load(&r->resume, f->fd, end,
		conf->resume == RECORDS_RESUME_FAILED, &line) == 0) {
		r->resumes = true;
		if (end == st.st_size || conf->only_read ||
		    ftruncate(f->fd, end) == 0)
			return 0;
		return complain(why);
	}
	if (errno != EINVAL)
		return complain(why);
	if (line == 1)
		(void)buf_adds(why, "not a joblog of this version");
	else
		(void)buf_addf(
		    why, "line %" PRIu64 ": not a row of a joblog", line);
	return -1;
}

/* Opens the file called name, if any. */
static int
open_file(struct records *r, int i, const char *name, enum linefile_mode mode)
{
	r->opening = name;
	return name == NULL ? 0 : linefile_open(&r->file[i], name, mode);
}

/* A new joblog begins with its header, a trace with who we are. */
static void
begin(struct records *r)
{
	struct stat st;

	if (!r->resumes || fstat(r->file[JOBLOG].fd, &st) == -1 ||
	    st.st_size == 0)
		put(r, JOBLOG, buf_addf(&r->line, "%s\n", joblog_header));
	put(r, TRACE,
	    buf_addf(&r->line,
		"[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":%ld,"
		"\"args\":{\"name\":\"mp-pool\"}}",
		(long)getpid()));
}

/* Opens all that is written but a joblog that goes on. */
static int
open_others(struct records *r, const struct records_conf *conf)
{
	bool new = conf->resume == RECORDS_NEW;

	if (new &&open_file(r, JOBLOG, conf->joblog, LINEFILE_NEW) == -1)
		return -1;
	if (open_file(r, REPORT, conf->report,
		new ? LINEFILE_NEW : LINEFILE_GO_ON) == -1)
		return -1;
	return open_file(r, TRACE, conf->trace, LINEFILE_NEW);
}

/* Opens the joblog of an earlier run, if there was one. */
static int
open_earlier(
    struct records *r, const struct records_conf *conf, struct buf *why)
{
	enum linefile_mode mode = conf->only_read ? LINEFILE_READ
						  : LINEFILE_GO_ON;

	if (open_file(r, JOBLOG, conf->joblog, mode) == 0)
		return resume_open(r, conf, why);
	return conf->only_read && errno == ENOENT ? 0 : complain(why);
}

static int
open_all(struct records *r, const struct records_conf *conf, struct buf *why)
{
	if (conf->resume != RECORDS_NEW && open_earlier(r, conf, why) == -1)
		return -1;
	if (conf->only_read)
		return 0;
	if (open_others(r, conf) == -1)
		return complain(why);
	r->writes = true;
	begin(r);
	return 0;
}

struct records *
records_open(
    const struct records_conf *conf, const char **name, struct buf *why)
{
	struct records *r = calloc(1, sizeof(*r));
	int i;

	*name = "records";
	if (r == NULL) {
		(void)complain(why);
		return NULL;
	}
	for (i = 0; i < FILES; i++)
		r->file[i] = (struct linefile)LINEFILE_INIT;
	r->origin = loop_now();
	if (open_all(r, conf, why) == 0)
		return r;
	*name = r->opening;
	records_close(r);
	return NULL;
}

void
records_close(struct records *r)
{
	int i;

	if (r == NULL)
		return;
	if (r->writes)
		put(r, TRACE, buf_adds(&r->line, "\n]\n"));
	for (i = 0; i < FILES; i++)
		linefile_close(&r->file[i]);
	resume_free(&r->resume);
	buf_free(&r->line);
	free(r);
}

bool
records_resumes(const struct records *r)
{
	return r->resumes;
}

bool
records_traces(const struct records *r)
{
	return r->file[TRACE].fd != -1;
}

bool
records_done(struct records *r, const char *command)
{
	return resume_take(&r->resume, command, strlen(command));
}

void
records_attempt(struct records *r, const struct task *task, const char *command)
{
	put(r, TRACE, taskjson_event(&r->line, task, command, r->origin));
}

static void
log_task(struct records *r, const struct task *task, const char *command,
    int64_t since_epoch)
{
	bool sig = task->how == TASK_SIGNALED;
	struct joblog_row row = {.seq = task->id,
	    .start = task->started + since_epoch,
	    .runtime = task->ended - task->started,
	    .receive = task->bytes[TASK_OUT],
	    .exitval = sig ? 0 : task_status(task),
	    .signal = sig ? task->code : 0,
	    .command = command,
	    .len = strlen(command)};

	put(r, JOBLOG, joblog_format(&r->line, &row));
}

void
records_task(struct records *r, const struct task *task, const char *command)
{
	int64_t since_epoch = epoch();

	if (r->file[JOBLOG].fd != -1 && task->how != TASK_CANCELLED)
		log_task(r, task, command, since_epoch);
	if (r->file[REPORT].fd != -1)
		put(r, REPORT,
		    taskjson_report(&r->line, task, command, since_epoch));
}

void
records_write(struct records *r)
{
	int i;

	for (i = 0; i < FILES; i++)
		linefile_flush(&r->file[i]);
}

const char *
records_failed(struct records *r, int *why)
{
	struct linefile *f;

	for (f = r->file; f < r->file + FILES; f++) {
		if (f->err == 0 || f->told)
			continue;
		f->told = true;
		*why = f->err;
		return f->name;
	}
	return NULL;
}
