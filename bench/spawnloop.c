/* SPDX-License-Identifier: ISC */
/*
 * spawnloop COUNT PARALLEL COMMAND [ARGUMENT …]: runs COMMAND COUNT times,
 * PARALLEL of them at once, with nothing around it: what fork and exec cost
 * on this machine. Any pool can only come near to it.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
start(char *const *argv)
{
	pid_t pid;
	int rc = posix_spawn(&pid, argv[0], NULL, NULL, argv, environ);

	if (rc != 0) {
		errno = rc;
		err(125, "%s", argv[0]);
	}
}

static void
await_one(void)
{
	int status;

	if (wait(&status) == -1)
		err(125, "wait");
	if (status != 0)
		errx(123, "status %d", status);
}

static long
number(const char *text)
{
	const char *why;
	long n = (long)strtonum(text, 1, 1000000000, &why);

	if (why != NULL)
		errx(125, "%s: %s", text, why);
	return n;
}

int
main(int argc, char **argv)
{
	long i, count, parallel;

	if (argc < 4)
		errx(125, "usage: spawnloop count parallel command ...");
	count = number(argv[1]);
	parallel = number(argv[2]);
	for (i = 0; i < count; i++) {
		if (i >= parallel)
			await_one();
		start(argv + 3);
	}
	for (i = 0; i < count && i < parallel; i++)
		await_one();
	return 0;
}
