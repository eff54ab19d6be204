/* SPDX-License-Identifier: ISC */
/*
 * What unit tests of processes and descriptors share: a child to run in,
 * a directory, the helper program, waiting for what happens elsewhere, and
 * the proof that nothing is left. What goes wrong in here fails the test,
 * in a child, too.
 */
#ifndef MP_AID_H
#define MP_AID_H

#include <sys/types.h>

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#define NROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Whether the test runs below valgrind, whose vfork(2) is a fork(2), and
 * which may not know pidfd_open(2). */
bool aid_valgrind(void);

/* Memory that our children share with us, zeroed. */
void *aid_shared(size_t n);

/* Runs fn(arg) in a child, with default signals. aid_begin() does not wait
 * for it, aid_end() does. */
void aid_in_child(void (*fn)(void *arg), void *arg);
pid_t aid_begin(void (*fn)(void *arg), void *arg);
void aid_end(pid_t);

/* Fails the test; in such a child, too, where Check's own assertions cannot
 * be used. One that holds costs nothing. */
#define AID_NEED(cond) \
	do { \
		if (!(cond)) \
			aid_fail(__FILE__, __LINE__, #cond); \
	} while (0)
_Noreturn void aid_fail(const char *file, int line, const char *what);

/* All signals default, none blocked. */
void aid_plain_signals(void);

/* The status of a child, as of wait(2). */
int aid_wait(pid_t);

/* Fixtures: a directory of the test's own, which becomes $TMPDIR; checked.
 * And the name of a file in it, good for the next four calls. */
void aid_enter(void);
void aid_leave(void);
char *aid_file(const char *name);

/* A file there with that text and mode. */
void aid_make(const char *name, const char *text, mode_t);

/* A new, empty file without a name; and what it holds, *len bytes and a
 * NUL, good until the next call. */
int aid_memfd(void);
const char *aid_text(int fd, size_t *len);

/* All that comes from fd until its end; at most n - 1 bytes and a NUL. */
size_t aid_slurp(int fd, char *p, size_t n);

/* The helper program. */
char *aid_helper(void);

/* Waits until cond(arg) holds, looking every millisecond for 20 seconds at
 * most. Returns whether it does. */
bool aid_until(bool (*cond)(void *arg), void *arg);

/* Waits for a file that a helper makes. Returns the pid in it, or -1. */
pid_t aid_await(const char *file);

/* fork(2), which must work; and for tree_end(): reaps what has ended, and
 * tells whether there are more. */
pid_t aid_fork(void);
bool aid_reap(void *unused);

/* Fixtures. What is left of a test is left to the test program; unchecked.
 * What was left by a test before this one is killed; checked, and unchecked
 * at the end. The test and the test program have no children any more;
 * checked. */
void aid_adopt(void);
void aid_clear(void);
void aid_alone(void);

#endif
