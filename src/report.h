/* SPDX-License-Identifier: ISC */
/*
 * What the JSON reports of several programs have in common.
 */
#ifndef MP_REPORT_H
#define MP_REPORT_H

#include "buf.h"
#include "tree.h"

/* The name of a signal, or its number in out where it has none. */
#define REPORT_SIGNAL 16
const char *report_signal(int sig, char out[REPORT_SIGNAL]);

/* Appends "code" and "signal" for a wait(2) status, one of them null. */
void report_end(struct buf *, int status);

/* Appends "survivors" and "left". */
void report_left(struct buf *, const struct tree_report *);

#endif
