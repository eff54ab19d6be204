/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of what workers of built-in work answer: a table of frames, and
 * of what comes of each task. reply_trial.h says what the letters mean.
 */
#include "config.h"

#include "unit.h"

#include <sys/wait.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "reply_trial.h"

#define STATUS "the_worker_ended_with_status_3_before_the_task_did"

static const struct {
	const char *name;
	const char *script;
	const char *told;
} rows[] = {
    {"one task", "1oE", "1=o. "},
    {"that says nothing", "1E", "1= "},
    {"that fails", "1rF", "1!r "},
    {"that says all there is", "1ooeerF", "1!o.o.:e:er "},
    {"several", "1oE1E1F", "1=o. 2= 3! "},
    {"that the worker has", "111oEE!", "1=o. 2= 3!" STATUS " "},
    {"one that had not ended", "1o#", "1!o.signal9 "},
    {"and others that had not begun", "111oE#", "1=o. 2!signal9 3< "},
    {"a bundle", "3dddv", "1-3=d.d.d. "},
    {"at once", "3(dddv)", "1-3=d.d.d. "},
    {"two bundles", "32(dddvddv)", "1-3=d.d.d. 4-5=d.d. "},
    {"and single ones", "312(dddvoEddv)", "1-3=d.d.d. 4=o. 5-6=d.d. "},
    {"the first fails", "3rFddv", "1!r 2-3=d.d. "},
    {"the last fails", "3ddFv", "1-2=d.d. 3! "},
    {"one between fails", "3(dFdv)", "1=d. 2! 3=d. "},
    {"all fail", "3(FFFv)", "1! 2! 3! "},
    {"one says more", "4dooeEdv", "1=d. 2=o.o.:e 3=d. 4!signal9 "},
    {"it is at the second of four", "4dkRpdb", "1=d. 3-4< 2=d. "},
    {"it is idle and keeps one", "4RdbddR", "2-4< 1=d. "},
    {"of one that was cut", "4dRdb", "1=d. 3-4< 2=d. "},
    {"it has begun them all", "2dkRd", "1=d. 2=d. "},
    {"it has nothing", "R2ddvRb", "1-2=d.d. "},
    {"two bundles and a single one", "321dkRdb", "1=d. 6< 4-5< 3< 2=d. "},
    {"the next ones", "3dkRdb3dddv", "1=d. 3< 2=d. 4-6=d.d.d. "},
    {"with words", "3ekRE", "2-3< 1=:e "},
    {"with what has not come", "4(dkR)p", "3-4< 1=d. 2!signal9 "},
    {"single ones", "111kRE", "3< 2< 1= "},
    {"and it dies", "4dkR#", "1=d. 3-4< 2!signal9 "},
    {"it dies idle", "4R#", "2-4< 1!signal9 "},
    {"time passes", "4ddpdd", "1-2=d.d. 3-4=d.d. "},
    {"with nothing done", "4pddddp", "1-4=d.d.d.d. "},
    {"it dies in the first task", "3#", "1!signal9 2-3< "},
    {"it dies in the second", "3d#", "1=d. 2!signal9 3< "},
    {"it dies in the last", "3(dd)#", "1-2=d.d. 3!signal9 "},
    {"it dies between two bundles", "32ddd#", "1-3=d.d.d. 4!signal9 5< "},
    {"it ends", "3de!", "1=d. 2!:e" STATUS " 3< "},
    {"with nothing to do", "2ddv!", "1-2=d.d. "},
    {"there is no object", "3B#", "[class: No such device or address] 1-3< "},
    {"what comes then is not taken", "2(dBdv)#",
	"[class: No such device or address] 1=d. 2< "},
    {"there is no memory", "3mddd", "1-3=d.d.d. "},
    {"to part a bundle", "3mdFddv#", "[class: Cannot allocate memory] 1-3< "},
    {"to take some back", "3mkR#", "[class: Cannot allocate memory] 1-3< "},
    {"when it dies", "3md#", "[class: Cannot allocate memory] 1-3< "},
    {"frames of no kind", "2d?,d", "1-2=d.d. "},
    {"frames for no task", "doerEvbF", ""},
    {"more than was asked", "1E2ddddv", "1= 2-3=d.d. "},
};

static void
stay(void *arg)
{
	(void)arg;
	(void)pause();
}

START_TEST(tells_of_each_task)
{
	struct reply_trial t;
	const char *step = rows[_i].script;
	pid_t pid = aid_begin(stay, NULL);
	bool killed = strchr(step, 'm') != NULL && rows[_i].told[0] == '[';

	reply_trial_begin(&t, pid);
	while (!t.over)
		step = reply_trial_step(&t, step);
	ck_assert_int_eq(buf_addc(&t.told, '\0'), 0);
	ck_assert_msg(strcmp(buf_data(&t.told), rows[_i].told) == 0, "%s: %s",
	    rows[_i].name, buf_data(&t.told));
	ck_assert_uint_eq(t.done + t.failed + t.back, t.given);
	reply_trial_end(&t);
	if (!killed) {
		ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
		(void)kill(pid, SIGKILL);
	}
	ck_assert_int_eq(aid_wait(pid), SIGKILL);
}
END_TEST

static Suite *
suite_worker_reply(void)
{
	Suite *s = suite_create("worker_reply");
	TCase *tc = tcase_create("worker_reply");

	tcase_add_loop_test(tc, tells_of_each_task, 0, NROWS(rows));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_worker_reply)
