/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of workers that answer records: the data is a script of
 * worker_trial.h. Whatever a worker does, each task comes to exactly one end,
 * in order; the replies that count are what it wrote, one record to each; and
 * a batch counts exactly when it is answered and nothing stands behind that.
 */
#include "config.h"

#include "dur.h"
#include "fuzz.h"
#include "worker_trial.h"

/* What a reader of the script knows of replies. */
struct count {
	size_t ends; /* complete replies */
	size_t batch; /* tasks that were given before the batch */
};

/* The number of complete records. */
static size_t
records(const struct buf *b)
{
	const char *p = buf_data(b);
	size_t i, n = 0;

	for (i = 0; i < buf_len(b); i++)
		n += p[i] == '.';
	return n;
}

/* Whether the last record has no end. */
static int
is_open(const struct buf *b)
{
	return buf_len(b) > 0 && buf_data(b)[buf_len(b) - 1] != '.';
}

static void
check_prefix(const struct trial *t)
{
	FUZZ_CHECK(records(&t->counted) == t->done);
	FUZZ_CHECK(!is_open(&t->counted));
	FUZZ_CHECK(buf_len(&t->counted) <= buf_len(&t->wrote));
	FUZZ_CHECK(buf_len(&t->counted) == 0 ||
	    memcmp(buf_data(&t->counted), buf_data(&t->wrote),
		buf_len(&t->counted)) == 0);
	FUZZ_CHECK(t->done + t->failed + t->back <= t->given);
	FUZZ_CHECK(t->failed <= 1);
}

/* While the worker runs, and is not to be ended. */
static void
check_count(const struct trial *t, size_t batch)
{
	size_t n = records(&t->wrote);

	if (t->w->ending)
		return;
	FUZZ_CHECK(n < t->given || (n == t->given && !is_open(&t->wrote)));
	FUZZ_CHECK(t->failed == 0 && t->back == 0 && !t->broken);
	if (n < t->given || t->w->head.fresh)
		FUZZ_CHECK(t->done == batch);
	else
		FUZZ_CHECK(t->done == t->given);
}

static void
play(struct trial *t, const char *step)
{
	size_t batch = 0, given = 0;

	while (!t->over) {
		step = trial_step(t, *step != '\0' ? step : "#");
		if (t->given > given)
			batch = given;
		given = t->given;
		check_prefix(t);
		if (!t->over)
			check_count(t, batch);
	}
	FUZZ_CHECK(t->done + t->failed + t->back == t->given);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char program[] = "sh";
	static char *const argv[] = {program, NULL};
	struct runner_worker_conf conf = {
	    .argv = argv, .jobs = 1, .delim = '.', .timeout = DUR_SECOND};
	char *script;
	struct trial t;

	if (size == 0)
		return 0;
	conf.max_tasks = data[0] % 8;
	conf.reply_timeout = data[0] & 8 ? DUR_SECOND : 0;
	script = fuzz_string(data + 1, size - 1);
	trial_begin(&t, &conf);
	play(&t, script);
	trial_end(&t);
	free(script);
	return 0;
}
