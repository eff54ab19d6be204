/* SPDX-License-Identifier: ISC */
/*
 * Wake-ups between processes over FIFOs: of those that wait with poll(2)
 * one gets the byte, and the others wait on; it is lost where nobody has
 * the FIFO open. A hint, never a truth: who gets it looks for himself.
 */
#ifndef MP_BELL_H
#define MP_BELL_H

#include <stddef.h>

/*
 * Opens the FIFO in that directory for waiting (O_RDWR, O_NONBLOCK), made
 * with mode 0600 where there is none; nothing else than a FIFO (EINVAL and
 * others), no symbolic link (ELOOP). Returns a descriptor (O_CLOEXEC), or
 * -1 and errno.
 */
int bell_open(int dirfd, const char *name);

/* Wakes up to n (at most 4096) of those who wait. There need be none, and
 * no FIFO. Keeps errno. */
void bell_ring(int dirfd, const char *name, size_t n);

/* Takes one byte, or all. Return whether there was one. */
int bell_take(int fd);
int bell_drain(int fd);

/* Takes all from a FIFO that is not open: nobody is to be woken any more.
 * There need be none. Keeps errno. */
void bell_silence(int dirfd, const char *name);

#endif
