/* SPDX-License-Identifier: ISC */
/*
 * Runners that pretend.
 */
#include "config.h"

#include "aid_toy.h"

#include "aid.h"

static const char *
toy_unfit(struct runner *runner, const struct task *task)
{
	(void)runner;
	AID_NEED(task->extra == 0 || !task->has_nul);
	return NULL;
}

static void
toy_flush(struct runner *runner)
{
	(void)runner;
}

static void
toy_resume(struct runner *runner, struct task *task, int stream)
{
	(void)runner;
	AID_NEED(!task->done && stream < TASK_STREAMS);
}

static size_t
toy_groups(struct runner *runner, pid_t *pids, size_t n)
{
	(void)runner;
	(void)pids;
	(void)n;
	return 0;
}

static bool
toy_finish(struct runner *runner)
{
	(void)runner;
	return false;
}

static int
toy_describe(struct runner *runner, const struct task *task, struct buf *out)
{
	(void)runner;
	return buf_addf(out, "toy %s", buf_data(&task->text));
}

const struct runner_ops aid_toy_ops = {.unfit = toy_unfit,
    .flush = toy_flush,
    .resume = toy_resume,
    .groups = toy_groups,
    .finish = toy_finish,
    .describe = toy_describe};

uint32_t
aid_draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % n;
}
