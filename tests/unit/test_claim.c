/* SPDX-License-Identifier: ISC */
/*
 * Unit tests of claims: each task that is given is begun or taken back, never
 * both, whoever is faster; and of the memory that they are shared in.
 */
#include "config.h"

#include "unit.h"

#include <sys/mman.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "aid.h"
#include "aid_toy.h"
#include "claim.h"
#include "io.h"
#include "share.h"

/* Letters: g gives three; b begins one, B finds none; e one that has begun has
 * ended; and a digit is how many are taken back. */
static const char *const scripts[] = {
    "B0B",
    "gbbbB",
    "g2bB",
    "gb2B",
    "gbb1B",
    "gbbb0B",
    "gbe1bB",
    "gbebebe0B",
    "gg5bB",
    "gb2gb2B",
    "gbe1beB0gbbbB",
    "g20bB",
};

static void
run_step(struct claim *c, char step, uint32_t *ended)
{
	if (step == 'g')
		claim_give(c, 3);
	else if (step == 'b' || step == 'B')
		ck_assert_int_eq(claim_begin(c), step == 'b');
	else if (step == 'e')
		++*ended;
	else
		ck_assert_uint_eq(
		    claim_recall(c, *ended), (uint32_t)(step - '0'));
}

/* Wherever the counts stand. */
START_TEST(keeps_count)
{
	static const uint32_t starts[] = {0, 1, 65530, 65533, 65535};
	const char *p;
	uint32_t ended;
	int i;

	for (i = 0; i < NROWS(starts); i++) {
		struct claim c = {starts[i] << 16 | starts[i]};

		ended = starts[i];
		for (p = scripts[_i]; *p != '\0'; p++)
			run_step(&c, *p, &ended);
	}
}
END_TEST

START_TEST(takes_as_many_as_it_says)
{
	struct claim c = {0};
	int i;

	claim_give(&c, CLAIM_MAX);
	ck_assert(claim_begin(&c));
	ck_assert_uint_eq(claim_recall(&c, 0), CLAIM_MAX - 1);
	claim_give(&c, CLAIM_MAX);
	for (i = 0; i < CLAIM_MAX; i++)
		ck_assert(claim_begin(&c));
	ck_assert(!claim_begin(&c));
}
END_TEST

/*
 * A worker begins what it can, and says how many that were when it finds none;
 * the runner gives more then.
 */
static struct claim *claim;
static int ask[2], answer[2];

static void
worker(void *arg)
{
	char c;
	uint32_t n;

	(void)arg;
	io_close(&ask[1]);
	while (io_read(ask[0], &c, 1) == 1) {
		for (n = 0; claim_begin(claim); n++)
			continue;
		AID_NEED(io_write_all(answer[1], &n, sizeof(n)) == 0);
	}
}

START_TEST(settles_each)
{
	uint32_t seed = (uint32_t)_i, begun, back, ended = 0, n, round;
	pid_t pid;

	claim = share_new(sizeof(*claim));
	ck_assert_ptr_nonnull(claim);
	ck_assert(io_pipe(ask) == 0 && io_pipe(answer) == 0);
	pid = aid_begin(worker, NULL);
	for (round = 0; round < 2000; round++) {
		n = 1 + aid_draw(&seed, 3000);
		claim_give(claim, n);
		ck_assert_int_eq(io_write_all(ask[1], "x", 1), 0);
		for (back = 0; aid_draw(&seed, 3) > 0;)
			back += claim_recall(claim, ended);
		ck_assert_int_eq(io_read_all(answer[0], &begun, sizeof(begun)),
		    sizeof(begun));
		ck_assert_uint_eq(begun + back, n);
		ck_assert_uint_ge(begun, 1);
		ended += begun;
	}
	io_close(&ask[1]);
	aid_end(pid);
	io_close(&ask[0]);
	io_close(&answer[0]);
	io_close(&answer[1]);
	share_free(claim, sizeof(*claim));
}
END_TEST

/* Whether the process has it. */
static bool
is_there(void)
{
	unsigned char page;

	return mincore(claim, 1, &page) == 0 || errno != ENOMEM;
}

static void
look(void *want)
{
	AID_NEED(is_there() == *(bool *)want);
}

START_TEST(is_hidden_from_later_processes)
{
	bool want = true;

	claim = share_new(sizeof(*claim));
	aid_in_child(look, &want);
	share_hide(claim, sizeof(*claim));
#ifdef MADV_DONTFORK
	want = false;
#endif
	aid_in_child(look, &want);
	ck_assert(is_there());
	share_free(claim, sizeof(*claim));
	ck_assert(!is_there());
}
END_TEST

static Suite *
suite_claim(void)
{
	Suite *s = suite_create("claim");
	TCase *tc = tcase_create("claim");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, keeps_count, 0, NROWS(scripts));
	tcase_add_test(tc, takes_as_many_as_it_says);
	tcase_add_loop_test(tc, settles_each, 0, 5);
	tcase_add_test(tc, is_hidden_from_later_processes);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_claim)
