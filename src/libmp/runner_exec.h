/* SPDX-License-Identifier: ISC */
/*
 * The runner of a process for each task.
 */
#ifndef MP_RUNNER_EXEC_H
#define MP_RUNNER_EXEC_H

#include "runner.h"
#include "warden.h"

struct tmpl;

struct runner_exec_conf {
	struct tmpl *tmpl; /* the runner's to free */
	const char *command; /* tmpl's argv[0] as given */
	size_t jobs; /* at most so many at once */
	bool no_input; /* the tasks read /dev/null, not our input */
	bool feed; /* a task's text is its input, and no argument */
	bool raw; /* the tasks get our stdout and stderr */
	const int *keep; /* two descriptors that tasks get, too, or NULL; -1
			    is none */
	bool own_groups; /* each task leads a process group */
	const struct state *state; /* of each task, or NULL; to the end */
	struct warden_conf warden; /* a time limit for each task */
};

/*
 * One process for each task. The command is looked up in PATH now, once,
 * unless it differs from task to task. Returns NULL and errno, which is
 * about the command unless it is ENOMEM; conf->tmpl is the caller's then.
 */
struct runner *runner_exec_new(const struct runner_exec_conf *);

#endif
