/* SPDX-License-Identifier: ISC */
/*
 * The task class compute, the default one: for a number N the primes below
 * N, then a floating point sum over [0, N). It is a workload: all of it is
 * done anew for each task.
 */
#include "config.h"

#include "task_compute.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sieve.h"

/*
 * The sum has to come out the same wherever it is computed, so a multiply
 * and an add must not become one instruction that rounds once. GCC knows
 * no such pragma; with -std=c11 it does not contract.
 */
#if defined(__clang__) || !defined(__GNUC__)
#pragma STDC FP_CONTRACT OFF
#endif

static int
compute_init(void **self)
{
	*self = sieve_new();
	return *self == NULL ? -1 : 0;
}

static void
compute_fini(void *self)
{
	sieve_free(self);
}

int
compute_failed(struct task_reply *reply)
{
	/* Out of memory the reason may be lost as well; the status is not. */
	(void)buf_adds(&reply->reason, strerror(errno));
	return 1;
}

/* N, or NULL in *why, or there what is wrong with it. */
static uint32_t
parse(const char *rec, size_t len, const char **why)
{
	if (memchr(rec, '\0', len) != NULL) {
		*why = "invalid";
		return 0;
	}
	return (uint32_t)strtonum(rec, 0, SIEVE_MAX, why);
}

int
compute_primes(void *self, const char *rec, size_t len,
    struct task_reply *reply, uint32_t *n)
{
	struct sieve_found found;
	const char *why;
	int rc;

	*n = parse(rec, len, &why);
	if (why != NULL) {
		(void)buf_adds(&reply->reason, why);
		return 1;
	}
	found = sieve_below(self, *n);
	rc = buf_addu(&reply->out, *n, 1);
	rc |= buf_addc(&reply->out, '\t');
	rc |= buf_addu(&reply->out, found.count, 1);
	rc |= buf_addc(&reply->out, '\t');
	if (found.count > 0)
		rc |= buf_addu(&reply->out, found.largest, 1);
	else
		rc |= buf_addc(&reply->out, '-');
	return rc == 0 ? 0 : compute_failed(reply);
}

/* Added in order, each term from left to right. */
static double
sum_below(uint32_t n)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		double x = i;

		sum += sqrt(x + 1) + sin(x) * cos(x) + log(x + 1);
	}
	return sum;
}

static int
compute_run(void *self, const char *rec, size_t len, struct task_reply *reply)
{
	uint32_t n;

	if (compute_primes(self, rec, len, reply, &n) != 0)
		return 1;
	if (buf_addf(&reply->out, "\t%.6f\n", sum_below(n)) != 0)
		return compute_failed(reply);
	return 0;
}

const struct task_class task_compute = {
    .name = "compute",
    .summary = "primes below N, and a floating point sum over [0, N)",
    .init = compute_init,
    .run = compute_run,
    .fini = compute_fini,
};
