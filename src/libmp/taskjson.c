/* SPDX-License-Identifier: ISC */
/*
 * A task that has ended as text for programs.
 */
#include "config.h"

#include "taskjson.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "sig.h"

const char *
taskjson_how(const struct task *task)
{
	switch (task->how) {
	case TASK_EXITED:
		return "exited";
	case TASK_SIGNALED:
		return "signaled";
	case TASK_NO_EXEC:
		return "not executed";
	case TASK_REFUSED:
		return "refused";
	case TASK_BROKEN:
		return "broken";
	case TASK_TIMED_OUT:
		return "timeout";
	case TASK_CANCELLED:
		return "cancelled";
	case TASK_NOT_YET:
		break;
	}
	return "";
}

static int
add_code(struct buf *b, const struct task *task)
{
	const char *name;

	if ((task->how == TASK_EXITED ? json_number(b, "code", task->code)
				      : json_null(b, "code")) == -1)
		return -1;
	if (task->how != TASK_SIGNALED)
		return json_null(b, "signal");
	name = sig_name(task->code);
	return json_string(b, "signal", name != NULL ? name : "");
}

static int
add_records(struct buf *b, const struct task *task)
{
	const char *p = buf_data(&task->text);
	size_t i;

	if (json_open(b, "records", '[') == -1)
		return -1;
	for (i = 0; i < task->nrec; i++) {
		if (json_element(b, p) == -1)
			return -1;
		p += strlen(p) + 1;
	}
	return json_close(b, ']');
}

static int
add_reason(struct buf *b, const struct task *task)
{
	struct buf text = BUF_INIT;
	int rc;

	if (buf_len(&task->reason) == 0)
		return 0;
	rc = buf_add(&text, buf_data(&task->reason), buf_len(&task->reason));
	if (rc == 0)
		rc = buf_addc(&text, '\0');
	if (rc == 0)
		rc = json_string(b, "reason", buf_data(&text));
	buf_free(&text);
	return rc;
}

int
taskjson_report(
    struct buf *b, const struct task *task, const char *command, int64_t epoch)
{
	int rc = 0;

	rc |= json_open(b, NULL, '{');
	rc |= json_number(b, "seq", (int64_t)task->id);
	rc |= json_number(b, "slot", task->slot);
	rc |= json_number(b, "attempts", task->attempt);
	rc |= json_string(b, "how", taskjson_how(task));
	rc |= add_code(b, task);
	rc |= add_reason(b, task);
	rc |= json_seconds(b, "start", task->started + epoch);
	rc |= json_seconds(b, "wall", task->ended - task->started);
	rc |= json_seconds(b, "user", task->user);
	rc |= json_seconds(b, "sys", task->sys);
	rc |= json_number(b, "maxrss", task->maxrss);
	rc |= json_number(b, "out", (int64_t)task->bytes[TASK_OUT]);
	rc |= json_number(b, "err", (int64_t)task->bytes[TASK_ERR]);
	rc |= add_records(b, task);
	rc |= json_string(b, "command", command);
	rc |= json_close(b, '}');
	rc |= buf_addc(b, '\n');
	return rc == 0 ? 0 : -1;
}

int
taskjson_event(
    struct buf *b, const struct task *task, const char *command, int64_t origin)
{
	char name[40];
	int rc = 0;

	(void)snprintf(name, sizeof(name), "task %" PRIu64, task->id);
	rc |= buf_adds(b, ",\n{");
	rc |= json_string(b, "name", name);
	rc |= json_string(b, "cat", taskjson_how(task));
	rc |= json_string(b, "ph", "X");
	rc |= json_number(b, "ts", (task->started - origin) / 1000);
	rc |= json_number(b, "dur", (task->ended - task->started) / 1000);
	rc |= json_number(b, "pid", getpid());
	rc |= json_number(b, "tid", task->slot);
	rc |= json_open(b, "args", '{');
	rc |= json_number(b, "attempt", task->attempt);
	rc |= add_code(b, task);
	rc |= json_string(b, "command", command);
	rc |= json_close(b, '}');
	rc |= json_close(b, '}');
	return rc == 0 ? 0 : -1;
}
