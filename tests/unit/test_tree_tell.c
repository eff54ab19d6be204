/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of what the tree tells: of CPU time, and of what is left.
 */
#include "config.h"

#include "unit.h"

#include <sys/wait.h>

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "aid.h"
#include "dur.h"
#include "io.h"
#include "tree.h"

/* A byte for each process that has done its work. */
static int ready[2];

_Noreturn static void
stay(void)
{
	AID_NEED(io_write_all(ready[1], "x", 1) == 0);
	for (;;)
		(void)pause();
}

/* CPU time, of what runs and what has ended. */
#define BURNT (100 * DUR_MS)

static int64_t
cpu_now(void)
{
	struct timespec ts;

	AID_NEED(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts) == 0);
	return (int64_t)ts.tv_sec * DUR_SECOND + ts.tv_nsec;
}

static void
burn(void)
{
	int64_t end = cpu_now() + BURNT;

	while (cpu_now() < end)
		;
}

static void
cpu_child(void *arg)
{
	struct tree_report report;
	struct tree tree;
	int64_t before, after;
	char both[2];

	(void)arg;
	AID_NEED(io_pipe(ready) == 0);
	AID_NEED(tree_init(&tree) == 0);
	before = tree_cpu(&tree);
	AID_NEED(before >= 0 && before < BURNT / 2);
	if (aid_fork() == 0) {
		if (aid_fork() == 0) {
			burn();
			stay();
		}
		if (aid_fork() == 0) {
			burn();
			_exit(0);
		}
		(void)wait(NULL); /* for that one */
		burn();
		stay();
	}
	AID_NEED(io_read_all(ready[0], both, 2) == 2);
	after = tree_cpu(&tree);
	/* It is counted in ticks, of 10 ms mostly. */
	AID_NEED(after >= 3 * BURNT - 60 * DUR_MS);
	AID_NEED(
	    tree_end(&tree, 30 * DUR_SECOND, aid_reap, NULL, &report) == 0);
	AID_NEED(tree_cpu(&tree) >= 2 * BURNT);
	tree_free(&tree);
}

START_TEST(counts_cpu_time)
{
	aid_in_child(cpu_child, NULL);
}
END_TEST

static const struct {
	size_t nleft, i;
	bool eperm;
	const char *want; /* or NULL: there is none */
} texts[] = {
    {0, 0, false, NULL},
    {1, 0, false, "process 100 (name), state D, uid 500: not ended"},
    {1, 0, true,
	"process 100 (name), state D, uid 500: not ended: not permitted"},
    {1, 1, false, NULL},
    {3, 2, false, "process 102 (name), state D, uid 500: not ended"},
    {3, 3, false, NULL},
    {16, 15, false, "process 115 (name), state D, uid 500: not ended"},
    {16, 16, false, NULL},
    {17, 15, false, "process 115 (name), state D, uid 500: not ended"},
    {17, 16, false, "and 1 more processes not ended"},
    {17, 17, false, NULL},
    {1000, 16, true, "and 984 more processes not ended"},
    {1000, 17, true, NULL},
};

START_TEST(tells_what_is_left)
{
	struct tree_report r = {
	    .nleft = texts[_i].nleft, .eperm = texts[_i].eperm};
	char text[TREE_TEXT] = "";
	bool is;
	int i;

	for (i = 0; i < TREE_NAMED; i++) {
		r.left[i].proc = (struct scan_proc){
		    .pid = 100 + i, .state = 'D', .comm = "name"};
		r.left[i].uid = 500;
	}
	is = tree_left_text(&r, texts[_i].i, text);
	ck_assert_int_eq(is, texts[_i].want != NULL);
	if (is)
		ck_assert_str_eq(text, texts[_i].want);
}
END_TEST

static Suite *
suite_tree_tell(void)
{
	Suite *s = suite_create("tree_tell");
	TCase *tc = tcase_create("tree_tell");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, aid_adopt, aid_clear);
	tcase_add_checked_fixture(tc, aid_clear, aid_alone);
	tcase_add_test(tc, counts_cpu_time);
	tcase_add_loop_test(tc, tells_what_is_left, 0, NROWS(texts));
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tree_tell)
