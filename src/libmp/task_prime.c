/* SPDX-License-Identifier: ISC */
/*
 * The task class prime: compute without the sum. It overrides run and has
 * the rest from its base.
 */
#include "config.h"

#include "task_compute.h"

static int
prime_run(void *self, const char *rec, size_t len, struct task_reply *reply)
{
	uint32_t n;

	if (compute_primes(self, rec, len, reply, &n) != 0)
		return 1;
	if (buf_addc(&reply->out, '\n') != 0)
		return compute_failed(reply);
	return 0;
}

const struct task_class task_prime = {
    .name = "prime",
    .summary = "primes below N",
    .base = &task_compute,
    .run = prime_run,
};
