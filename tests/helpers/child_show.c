/* SPDX-License-Identifier: ISC */
/*
 * Subcommands of the test helper that show the state they were started in,
 * so that a test can compare it with what was promised.
 */
#include "config.h"

#include "child.h"

#include <dirent.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* fds: "N TARGET" for each open descriptor, in order. */
int
child_fds(int argc, char **argv)
{
	char path[64], target[4096];
	ssize_t len;
	int fd;

	(void)argc, (void)argv;
	for (fd = 0; fd < 4096; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof(target) - 1);
		if (len == -1)
			continue;
		target[len] = '\0';
		printf("%d %s\n", fd, target);
	}
	return 0;
}

/* mask: one line of the signals that are blocked, and one of the ignored. */
int
child_mask(int argc, char **argv)
{
	struct sigaction act;
	sigset_t blocked;
	int sig;

	(void)argc, (void)argv;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	printf("blocked:");
	for (sig = 1; sig <= SIGRTMAX; sig++)
		if (sigismember(&blocked, sig) == 1)
			printf(" %s", child_signal_name(sig));
	printf("\nignored:");
	for (sig = 1; sig <= SIGRTMAX; sig++)
		if (sigaction(sig, NULL, &act) == 0 &&
		    act.sa_handler == SIG_IGN)
			printf(" %s", child_signal_name(sig));
	printf("\n");
	return 0;
}

/* env [NAME …]: the environment, or NAME=VALUE of these ("NAME unset"). */
int
child_env(int argc, char **argv)
{
	const char *value;
	size_t e;
	int i;

	if (argc == 1)
		for (e = 0; environ[e] != NULL; e++)
			printf("%s\n", environ[e]);
	for (i = 1; i < argc; i++) {
		value = getenv(argv[i]);
		if (value == NULL)
			printf("%s unset\n", argv[i]);
		else
			printf("%s=%s\n", argv[i], value);
	}
	return 0;
}
