/* SPDX-License-Identifier: ISC */
/*
 * How busy the system is, as the kernel tells in /proc.
 */
#ifndef MP_GAUGE_H
#define MP_GAUGE_H

#include <stdint.h>

enum gauge_pressure { GAUGE_CPU, GAUGE_MEMORY, GAUGE_IO, GAUGE_PRESSURES };

/* "cpu", "memory", "io". */
extern const char *const gauge_pressure_name[GAUGE_PRESSURES];

/*
 * They return 0, or -1 and errno: ENOENT or EOPNOTSUPP where this kernel does
 * not tell, EINVAL where it is not understood. root is put before the paths,
 * "" in real life.
 */

/* How many processes and threads run or could run, this one not counted. */
int gauge_load(const char *root, uint64_t *n);

/* Bytes of memory that can be had without swapping. */
int gauge_memory(const char *root, uint64_t *bytes);

/* The share of the last ten seconds in which some had to wait for it, in
 * hundredths of a percent. */
int gauge_pressure(const char *root, enum gauge_pressure, unsigned *share);

#endif
