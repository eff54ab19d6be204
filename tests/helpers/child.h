/* SPDX-License-Identifier: ISC */
/*
 * What the parts of the test helper child share. A subcommand gets its own
 * name as argv[0] and returns the exit status; whatever goes wrong in the
 * helper itself ends it with 99 and a message.
 */
#ifndef MP_CHILD_H
#define MP_CHILD_H

#include <stddef.h>

#define CHILD_BROKEN 99

int child_write(int argc, char **argv);
int child_lines(int argc, char **argv);
int child_output(int argc, char **argv);

int child_pour(int argc, char **argv);
int child_drink(int argc, char **argv);

int child_fds(int argc, char **argv);
int child_mask(int argc, char **argv);
int child_env(int argc, char **argv);
int child_state(int argc, char **argv);

int child_daemonise(int argc, char **argv);
int child_setsid(int argc, char **argv);
int child_hold(int argc, char **argv);
int child_chain(int argc, char **argv);
int child_swarm(int argc, char **argv);

int child_entry(int argc, char **argv);
int child_how(int argc, char **argv);
int child_maxrss(int argc, char **argv);

/* A whole number 0 … max, or the end. */
long child_number(const char *text, long max);

/* The signal of a name (TERM) or number, or the end; and its name. */
int child_signal_number(const char *name);
const char *child_signal_name(int sig);

/* Argument i, or the end with a message that what is missing. */
char *child_arg(int argc, char **argv, int i, const char *what);

/* Writes all of it, or ends: by SIGPIPE, as a filter does, or so. */
void child_put(int fd, const char *text, size_t len);

/* Makes FILE, at once with our pid as its content. */
void child_ready(const char *file);

/* Makes 0, 1 and 2 /dev/null, so that no reader waits for us. */
void child_detach(void);

_Noreturn void child_pause(void);
_Noreturn void child_exec(char **argv);
void child_ignore_all(void);

#endif
