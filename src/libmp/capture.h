/* SPDX-License-Identifier: ISC */
/*
 * The standard output and error of a child, read over two pipes by the
 * loop and handed on as they come.
 */
#ifndef MP_CAPTURE_H
#define MP_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"
#include "task.h"

struct capture {
	struct loop *loop;
	struct loop_fd pipe[TASK_STREAMS];
	bool grown[TASK_STREAMS];
	/* Takes n bytes of a stream. Returns whether more is welcome; if not
	 * the stream is not read until capture_resume(). */
	bool (*output)(void *arg, int stream, const char *, size_t n);
	/* The stream has ended; or NULL. */
	void (*closed)(void *arg, int stream);
	/* What stands on the standard error is handed on before each piece
	 * of the output that was written after it. */
	bool words_first;
	void *arg;
};

/*
 * Opens the pipes: TASK_OUT as first is for both, TASK_ERR for that stream
 * alone. wr gets the ends for the child, to be closed by the caller after
 * the start, and -1 where there is none. Nothing is read before
 * capture_resume(). Returns 0, or -1 and errno with nothing left open.
 */
int capture_open(struct capture *, int first, int wr[TASK_STREAMS]);

/* Reads on, if the stream is open. */
void capture_resume(struct capture *, int stream);

/* The child was reaped: hands on what it has left in the pipes and closes
 * them, whoever else may still hold the other ends. */
void capture_drain(struct capture *);

/* Close without reading, one stream or both: who writes gets SIGPIPE. */
void capture_shut(struct capture *, int stream);
void capture_close(struct capture *);

#endif
