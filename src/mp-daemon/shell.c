/* SPDX-License-Identifier: ISC */
/*
 * Commands that stand in an option.
 */
#include "config.h"

#include "shell.h"

#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#define SHELL "/bin/sh"

int
shell_start(struct loop *loop, struct loop_child *c, const char *command,
    int in, enum proc_step *step)
{
	static char name[] = "sh", flag[] = "-c";
	char *argv[] = {name, flag, (char *)(uintptr_t)command, NULL};
	struct proc_spec spec = {
	    .path = SHELL,
	    .argv = argv,
	    .envp = environ,
	    .fds = {{in, STDIN_FILENO}},
	    .nfds = in != -1,
	    .group = PROC_OWN_GROUP,
	};

	if (proc_start(&spec, &c->pid, step) == -1) {
		c->pid = 0;
		return -1;
	}
	loop_child_add(loop, c);
	return 0;
}

void
shell_kill(struct loop *loop, struct loop_child *c)
{
	if (c->pid == 0)
		return;
	(void)kill(-c->pid, SIGKILL);
	loop_child_del(loop, c);
	c->pid = 0;
}
