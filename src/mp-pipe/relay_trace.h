/* SPDX-License-Identifier: ISC */
/*
 * --trace: who wrote what and when, as text or as a dump in hexadecimal.
 */
#ifndef MP_RELAY_TRACE_H
#define MP_RELAY_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"
#include "out.h"

struct relay_trace {
	bool on;
	bool hex;
	struct out out;
};

/* fd is the caller's to close; -1: no trace. drained is called when what
 * had to wait was written, or never will be. */
void relay_trace_init(struct relay_trace *, struct loop *, int fd,
    void (*drained)(void *arg), void *arg);
void relay_trace_free(struct relay_trace *);

/* The line of what happens to the bytes of member from, at ns nanoseconds:
 * "A> 0.0123 " and the text. */
void relay_trace_say(
    struct relay_trace *, size_t from, int64_t ns, const char *text);

/* Bytes that have come, with at the number of those before them: below
 * such a line, indented. */
void relay_trace_bytes(
    struct relay_trace *, uint64_t at, const char *, size_t n);

/* Why the trace has ended early, or 0. */
int relay_trace_error(struct relay_trace *);

/* Whether there should come no more for now; and whether all is written. */
bool relay_trace_full(const struct relay_trace *);
bool relay_trace_idle(const struct relay_trace *);

#endif
