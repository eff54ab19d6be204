/* SPDX-License-Identifier: ISC */
/*
 * --meter: figures of a direction for people. Pure.
 */
#ifndef MP_RELAY_METER_H
#define MP_RELAY_METER_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "relay_types.h"

/*
 * Appends what there is to say at the end: how many bytes in how many of ns
 * nanoseconds, and who made whom wait. from and to are members. Returns 0,
 * or -1 and ENOMEM.
 */
int relay_meter_total(struct buf *, const struct relay_link *,
    const struct relay_stat *, int64_t ns);

/* Appends a short "A> 1.2 MiB 3.4 KiB/s", for one of the last ns
 * nanoseconds in which n bytes were handed on. */
int relay_meter_short(struct buf *, size_t from, const struct relay_stat *,
    uint64_t n, int64_t ns);

#endif
