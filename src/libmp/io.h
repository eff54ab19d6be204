/* SPDX-License-Identifier: ISC */
/*
 * Descriptors: the one place that knows EINTR. All that is opened here is
 * O_CLOEXEC; a descriptor variable is -1 when closed.
 */
#ifndef MP_IO_H
#define MP_IO_H

#include <sys/types.h>

#include <stddef.h>

/*
 * Call first in main(). Fills the places of descriptors 0, 1 and 2 that
 * are closed with ones on which reading (0) or writing (1, 2) fails with
 * EBADF, so that no file of ours lands there. Returns 0, or -1 and errno.
 */
int io_setup(void);

/* Marks all other descriptors that were inherited close-on-exec, so that
 * what we start gets only what it is to get. */
void io_keep_to_ourselves(void);

/* As read(2) and write(2), but never fail with EINTR. */
ssize_t io_read(int fd, void *, size_t);
ssize_t io_write(int fd, const void *, size_t);

/* Write or read all n bytes on a blocking descriptor. io_read_all() returns
 * less than n only at the end of the file. 0 or a count; -1 and errno. */
int io_write_all(int fd, const void *, size_t);
ssize_t io_read_all(int fd, void *, size_t);

/* fd[0] reads, fd[1] writes. Returns 0, or -1 and errno. */
int io_pipe(int fd[2]);

/* Closes *fd unless it is -1 and makes it -1. Keeps errno. */
void io_close(int *fd);

/* Makes fd one of /dev/null, if it can be. */
void io_to_null(int fd);

/* The bytes that can be read from a pipe now, or 0. */
size_t io_pending(int fd);

/* As pread(2), but never fails with EINTR. */
ssize_t io_pread(int fd, void *, size_t, off_t at);

/* Moves up to n bytes of a file from the place at to a pipe that does not
 * block, without a copy where the kernel can. Returns how many, 0 at the
 * end of the file; or -1 and errno. */
ssize_t io_move(int file, off_t at, int pipe, size_t n);

/* Makes a pipe hold size bytes where the kernel lets us; a refusal is
 * accepted. */
void io_pipe_size(int fd, int size);

/* A file without a name in $TMPDIR (or /tmp) for reading and writing.
 * Returns its descriptor, or -1 and errno. */
int io_tmpfile(void);

/* The same in memory, where there is such a thing. */
int io_memfile(void);

/*
 * A descriptor for the same pipe or terminal as fd, but with a file
 * description of its own, which is non-blocking; fd's stays as it is, for
 * it is shared with other programs. Returns -1 where there is no such
 * thing: then poll(2) and write at most PIPE_BUF bytes at a time. The reader
 * is for a pipe, and sets errno.
 */
int io_own_writer(int fd);
int io_own_reader(int fd);

#endif
