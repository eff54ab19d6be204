/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of workers that answer records: a table of what a worker does,
 * and of what comes of each task. worker_trial.h says what the letters mean;
 * of what comes "1=a." is task 1's reply, "1!" its failure, "1<" that it was
 * given back, "1:" what the worker said while it worked on it.
 */
#include "config.h"

#include "unit.h"

#include <string.h>

#include "aid.h"
#include "dur.h"
#include "worker_trial.h"

static char program[] = "sh";
static char *const argv[] = {program, NULL};

#define STATUS "the worker ended with status 3 before its reply"
#define EARLY "a reply before the record was read"
#define SHIFTED(first, last) \
	"sh: [a worker has answered more often than it was asked; some of " \
	"its replies to tasks " first " to " last " may belong to others]"

static const struct {
	const char *name;
	const char *script;
	const char *told;
	size_t quota;
	int64_t reply_timeout;
} rows[] = {
    {"one reply, and a moment", "1Ra.~!", "1=a. ", 0, 0},
    {"in pieces", "1Ra b . ~!", "1=ab. ", 0, 0},
    {"an empty one", "1R.~!", "1=. ", 0, 0},
    {"the first, and its end", "1Ra.!", "1=a. ", 0, 0},
    {"no reply", "1R!", "1!(" STATUS ") ", 0, 0},
    {"half a reply is none", "1Ra!", "1!(" STATUS ") ", 0, 0},
    {"killed", "1R#", "1!signal9 ", 0, 0},
    {"it had not begun", "1!", "1< ", 0, 0},
    {"two replies to the first, at once", "1Ra.b.!", "1!(more than one reply) ",
	0, 0},
    {"a moment later", "1Ra. b.!", "1!(more than one reply) ", 0, 0},
    {"half of a second one", "1Ra.b!", "1!(more than one reply) ", 0, 0},
    {"what comes after that is not read", "1Ra.b.c.~!",
	"1!(more than one reply) ", 0, 0},
    {"the first one alone, then several", "3Ra.~3Ra.b.c.!",
	"1=a. 2=a. 3=b. 4=c. ", 0, 0},
    {"these one after the other", "1Ra.~3Ra. b. c.!", "1=a. 2=a. 3=b. 4=c. ", 0,
	0},
    {"none counts before all are there", "1Ra.~3Ra. b. c.2Ra.!",
	"1=a. 2=a. 3=b. 4=c. 5=a. 6!(" STATUS ") ", 0, 0},
    {"it ends in between: the one it worked on", "1Ra.~3Ra.#",
	"1=a. 2=a. 3!signal9 4< ", 0, 0},
    {"and with a part of the next reply", "1Ra.~3Ra.b#",
	"1=a. 2=a. 3!signal9 4< ", 0, 0},
    {"what it has not begun is given back", "1Ra.~3!", "1=a. 2< 3< 4< ", 0, 0},
    {"too many replies to several", "1Ra.~3Ra.b.c.d.!",
	"1=a. " SHIFTED("1", "1") " 2< 3< 4< ", 0, 0},
    {"in the end", "1Ra.~3Ra. b. c.d!", "1=a. " SHIFTED("1", "1") " 2< 3< 4< ",
	0, 0},
    {"when nothing is asked", "1Ra.~3Ra.b.c. d!",
	"1=a. 2=a. 3=b. 4=c. " SHIFTED("1", "4") " ", 0, 0},
    {"when the next ones are asked", "1Ra.~2Rb.c. 2Rx.d.e.!",
	"1=a. 2=b. 3=c. " SHIFTED("1", "3") " 4< 5< ", 0, 0},
    {"a reply to what it has not read", "1a.!", "1!(" EARLY ") ", 0, 0},
    {"before it reads it", "1a.R~!", "1!(" EARLY ") ", 0, 0},
    {"and it goes on", "1a.Rb.~!", "1!(" EARLY ") ", 0, 0},
    {"later", "1Ra.~1b.!", "1=a. " SHIFTED("1", "1") " 2< ", 0, 0},
    {"to one of several", "1Ra.~3b.#", "1=a. " SHIFTED("1", "1") " 2< 3< 4< ",
	0, 0},
    {"to all of them", "1Ra.~3b.c. d.R!",
	"1=a. " SHIFTED("1", "1") " 2< 3< 4< ", 0, 0},
    {"what it says belongs to what it works on", "1EREa.~2REb.E c.E!",
	"1:e 1:e 1=a. 2:e 3:e 2=b. 3=c. :e ", 0, 0},
    {"and to nobody before that", "Ea.~!", ":e ", 0, 0},
    {"a time limit", "1RL!", "1!limit ", 0, 0},
    {"of the second one", "1Ra.~2Rb.L!", "1=a. 2=b. 3!limit ", 0, 0},
    {"no limit on what it does between tasks", "1Ra.~L!", "1=a. ", 0, 0},
    {"time for a reply", "1RT!",
	"sh: [no reply to task 1] 1!(no reply within the time of --reply-timeout) ",
	.reply_timeout = DUR_SECOND},
    {"after it has answered others", "1Ra.~1RT!",
	"1=a. [no reply to task 2] 2!(no reply within the time of --reply-timeout) ",
	.reply_timeout = DUR_SECOND},
    {"it closes its input, with nothing read", "1<~!",
	"1!(the worker has closed its standard input) ", 0, 0},
    {"and nothing was sent", "<1~!", "", 0, 0},
    {"and works on", "1R<~~a.!", "1=a. ", 0, 0},
    {"and does nothing", "1Ra.~1R<~L!", "1=a. 2!limit ", 0, 0},
    {"it closes its output", "1R>~!",
	"1!(the worker has closed its standard output) ", 0, 0},
    {"and ends", "1R>!", "1!(" STATUS ") ", 0, 0},
    {"after its reply", "1Ra.>~!", "1=a. ", 0, 0},
    {"it may do one task", "1Ra.~1T!",
	"1=a. [worker 1: still runs after the end of its input] ", .quota = 1},
    {"it may do two", "1Ra.~3Rb.!", "1=a. 2=b. ", .quota = 2},
    {"nobody wants what it works on", "1Ra.~3RC!", "1=a. 2!(cancelled) 3< 4< ",
	0, 0},
};

START_TEST(counts)
{
	const struct runner_worker_conf conf = {.argv = argv,
	    .jobs = 1,
	    .delim = '.',
	    .max_tasks = rows[_i].quota,
	    .timeout = DUR_SECOND,
	    .reply_timeout = rows[_i].reply_timeout};
	const char *step = rows[_i].script;
	struct trial t;

	trial_begin(&t, &conf);
	while (!t.over)
		step = trial_step(&t, step);
	ck_assert_int_eq(buf_addc(&t.told, '\0'), 0);
	ck_assert_msg(strcmp(buf_data(&t.told), rows[_i].told) == 0, "%s: %s",
	    rows[_i].name, buf_data(&t.told));
	ck_assert_uint_eq(t.done + t.failed + t.back, t.given);
	trial_end(&t);
}
END_TEST

static Suite *
suite_worker_line(void)
{
	Suite *s = suite_create("worker_line");
	TCase *tc = tcase_create("worker_line");

	tcase_add_loop_test(tc, counts, 0, NROWS(rows));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_worker_line)
