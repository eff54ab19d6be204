/* SPDX-License-Identifier: ISC */
/*
 * A task class for mp-pool: as compute, but numbers beyond 1000 are refused.
 * It overrides run; its objects, and all real work, are those of its base.
 *
 *	cc -shared -fPIC -o small.so small.c
 *	seq 3 | mp-pool -c ./small.so
 */
#include <mp-task.h>

#include <stdlib.h>

static int
small_run(void *self, const char *rec, size_t len, struct mp_task_reply *reply)
{
	if (strtol(rec, NULL, 10) > 1000) {
		reply->reason(reply, "too much work");
		return 1;
	}
	return reply->base(reply, self, rec, len);
}

const struct mp_task_class mp_task_class = {
    .version = MP_TASK_VERSION,
    .name = "small",
    .base = "compute",
    .run = small_run,
};
