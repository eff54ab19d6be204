/* SPDX-License-Identifier: ISC */
/*
 * Whether a filter waits for input while somebody waits for its output:
 * then neither will ever come.
 */
#ifndef MP_STARVED_H
#define MP_STARVED_H

#include <sys/types.h>

#include <stdbool.h>

/*
 * Whether all that runs below the process parent, a descendant of ours, is
 * one child with one thread, and that sleeps in read(2) of its standard
 * input. False also where the system does not tell: proc_pid_syscall(5).
 */
bool starved_child(pid_t parent);

#endif
