/* SPDX-License-Identifier: ISC */
/*
 * A task class from a shared object, see mp-task.h and mp-task(3).
 */
#ifndef MP_TASK_FILE_H
#define MP_TASK_FILE_H

#include "buf.h"
#include "task_class.h"

/* What --version says of it. */
#ifdef USE_CLASS_FILES
#define TASK_FILE_FEATURE "class-files"
#else
#define TASK_FILE_FEATURE "no-class-files"
#endif

/* Loads the class at path, one for the whole program, for good. Returns it;
 * or NULL, and in why what is wrong with the file. */
const struct task_class *task_file_load(const char *path, struct buf *why);

#endif
