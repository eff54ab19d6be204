/* SPDX-License-Identifier: ISC */
/*
 * Which process.
 */
#include "config.h"

#include "procid.h"

#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "io.h"
#include "scan.h"

static int
read_boot(char boot[PROCID_BOOT])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return -1;
	n = io_read_all(fd, boot, PROCID_BOOT - 1);
	io_close(&fd);
	if (n == PROCID_BOOT - 1) {
		boot[n] = '\0';
		return 0;
	}
	if (n >= 0)
		errno = EIO;
	return -1;
}

int
procid_of(pid_t pid, struct procid *id)
{
	struct scan_proc p;

	if (scan_read(pid, &p) == -1 || read_boot(id->boot) == -1)
		return -1;
	id->pid = pid;
	id->start = p.start;
	return 0;
}

int
procid_format(const struct procid *id, struct buf *b)
{
	return buf_addf(
	    b, "%d\n%s %" PRIu64 "\n", (int)id->pid, id->boot, id->start);
}

int
procid_parse(const char *text, size_t n, struct procid *id)
{
	char line[128], pid[10], start[19];
	struct procid got;
	int used = 0;

	if (n >= sizeof(line))
		n = sizeof(line) - 1;
	memcpy(line, text, n);
	line[n] = '\0';
	if (sscanf(line, "%9[0-9] %36[0-9a-f-] %18[0-9]%n", pid, got.boot,
		start, &used) == 3 &&
	    line[used] == '\n' && strlen(got.boot) == PROCID_BOOT - 1 &&
	    *pid != '0') {
		got.pid = (pid_t)strtol(pid, NULL, 10);
		got.start = strtoull(start, NULL, 10);
		*id = got;
		return 0;
	}
	errno = EINVAL;
	return -1;
}

int
procid_read(int dirfd, const char *name, struct procid *id)
{
	struct buf text = BUF_INIT;
	int rc = files_get(dirfd, name, &text);

	if (rc == 0)
		rc = procid_parse(buf_data(&text), buf_len(&text), id);
	buf_free(&text);
	return rc;
}

int
procid_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int
procid_open(const struct procid *id)
{
	int fd = procid_pidfd(id->pid);
	struct procid now;

	if (fd == -1)
		return -1;
	/* What is open now is held: if it is the one that was meant, it was
	 * so all the time. */
	if (procid_of(id->pid, &now) == 0 && now.start == id->start &&
	    strcmp(now.boot, id->boot) == 0)
		return fd;
	io_close(&fd);
	errno = ESRCH;
	return -1;
}

int
procid_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}
