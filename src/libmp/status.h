/* SPDX-License-Identifier: ISC */
/*
 * Exit statuses, the same in all programs; mp-utils(7) has the table.
 * Where one command was run its own status is passed on instead, or its
 * death by a signal is repeated.
 */
#ifndef MP_STATUS_H
#define MP_STATUS_H

enum mp_status {
	MP_OK = 0,
	MP_SOME_FAILED = 123, /* at least one task of several failed */
	MP_TIME_LIMIT = 124, /* a time limit was reached */
	MP_TOOL_FAILED = 125, /* the tool itself failed, usage included */
	MP_CANNOT_EXEC = 126, /* the command could not be executed */
	MP_NOT_FOUND = 127, /* the command was not found */
	MP_SIGNALED = 128 /* 128+n: where dying by signal n cannot be */
};

#endif
