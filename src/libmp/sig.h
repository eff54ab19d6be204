/* SPDX-License-Identifier: ISC */
/*
 * Signal names and numbers, and dying by a signal so that our parent sees
 * what our command did.
 */
#ifndef MP_SIG_H
#define MP_SIG_H

#include <stddef.h>

/* The number for "TERM", "SIGTERM", "sigterm", "15", "0", "RTMIN+2" or
 * "RTMAX-1", or -1 and EINVAL where no signal has that name or number. */
int sig_number(const char *);

/* The name without SIG ("TERM", "RTMIN+2", "EXIT" for 0), or NULL where
 * there is no such signal. The string is static: valid until the next
 * call. */
const char *sig_name(int);

/*
 * Fills sigs, of NSIG elements, with the signals that end a process by
 * default and come from outside, not from what it does itself (those are
 * left to strike), but for SIGKILL. Returns how many there are.
 */
size_t sig_terminating(int *sigs);

/* Stops this process as SIGTSTP does by default, which is not at all where
 * nobody could continue it. Returns when it was continued. */
void sig_stop(void);

/*
 * Ends this process by sig with its default action and without a core
 * file; never stops it. Where that is not possible (as PID 1, or where the
 * default is not to end) exits with 128+sig. Runs no atexit() functions
 * and flushes nothing.
 */
_Noreturn void sig_die(int sig);

#endif
