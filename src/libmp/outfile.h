/* SPDX-License-Identifier: ISC */
/*
 * A file for each task's standard output. Nobody sees it before it is whole:
 * it has no name, or a temporary one, until the task has succeeded.
 */
#ifndef MP_OUTFILE_H
#define MP_OUTFILE_H

#include <stddef.h>

#include "task.h"
#include "tmpl.h"

struct outfiles; /* opaque; those of a run */

/* Files named by an argument of a template, see tmpl.h; of several records of
 * a task the first one counts. NULL and ENOMEM on failure. outfiles_free()
 * drops what is still open; NULL is allowed. */
struct outfiles *outfiles_new(const char *name, const struct tmpl_forms *);
void outfiles_free(struct outfiles *);

/*
 * Makes task->file, and the directories that its name needs. Returns 0, or
 * -1 and says in task->reason why not: also where an earlier task of the
 * run had the same file, or where what has the name now is no regular file.
 */
int outfile_open(struct outfiles *, struct task *);

/* A descriptor to write to, which stays the file's. */
int outfile_fd(const struct task *);

/* Writes n bytes; what fails is told by outfile_keep(). */
void outfile_write(struct task *, const char *, size_t n);

/* The file gets its name, and replaces what had it; or it goes without a
 * trace. task->file is NULL then. outfile_keep() returns 0, or -1 and says
 * in task->reason why it had to be dropped. */
int outfile_keep(struct outfiles *, struct task *);
void outfile_drop(struct outfiles *, struct task *);

#endif
