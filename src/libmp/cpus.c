/* SPDX-License-Identifier: ISC */
/*
 * CPUs by affinity, the -j option, and the resource limits.
 */
#include "config.h"

#include "cpus.h"

#include <sys/resource.h>

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Descriptors that we need ourselves, apart from those of the tasks. */
#define FDS_OWN 16

/* The number of CPUs in the affinity mask, or 0 where it cannot be told. */
static unsigned
affinity(void)
{
	unsigned count = 0;
#ifdef HAVE_SCHED_GETAFFINITY
	cpu_set_t *set;
	size_t size;
	int n, rc = -1;

	/* The kernel refuses a set smaller than its own, whose size it does
	 * not tell. */
	for (n = CPU_SETSIZE; rc == -1 && n <= 1024 * CPU_SETSIZE; n *= 2) {
		set = CPU_ALLOC(n);
		if (set == NULL)
			return 0;
		size = CPU_ALLOC_SIZE(n);
		rc = sched_getaffinity(0, size, set);
		if (rc == 0)
			count = (unsigned)CPU_COUNT_S(size, set);
		else if (errno != EINVAL)
			rc = 0;
		CPU_FREE(set);
	}
#endif
	return count;
}

static unsigned
online(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : (unsigned)n;
}

unsigned
cpus_usable(void)
{
	unsigned n = affinity(), quota = cpus_quota("");

	if (n == 0)
		n = online();
	return quota > 0 && quota < n ? quota : n;
}

static unsigned
jobs_error(int error)
{
	errno = error;
	return 0;
}

/* Percent of cpus, rounded up, at least 1. */
static long long
share(long long percent, unsigned cpus)
{
	long long n = (percent * cpus + 99) / 100;

	return n < 1 ? 1 : n;
}

unsigned
cpus_jobs(const char *text, unsigned cpus, unsigned unlimited)
{
	char digits[24], sign = '\0';
	const char *bad;
	long long n;
	size_t len;
	bool percent;

	if (*text == '+' || *text == '-')
		sign = *text++;
	len = strspn(text, "0123456789");
	percent = sign == '\0' && text[len] == '%';
	if (len == 0 || text[len + percent] != '\0')
		return jobs_error(EINVAL);
	if (len >= sizeof(digits))
		return jobs_error(ERANGE);
	memcpy(digits, text, len);
	digits[len] = '\0';
	n = strtonum(digits, 0, CPUS_JOBS_MAX, &bad);
	if (bad != NULL)
		return jobs_error(ERANGE);
	if (percent)
		n = share(n, cpus);
	else if (sign == '+')
		n += cpus;
	else if (sign == '-')
		n = n < cpus ? cpus - n : 1;
	else if (n == 0)
		n = unlimited;
	return n > CPUS_JOBS_MAX ? jobs_error(ERANGE) : (unsigned)n;
}

/* How many times each fits into the limit after own, 1 … CPUS_JOBS_MAX. */
static unsigned
room(rlim_t limit, rlim_t own, rlim_t each)
{
	rlim_t n;

	if (limit <= own)
		return 1;
	n = (limit - own) / each;
	if (n > CPUS_JOBS_MAX)
		return CPUS_JOBS_MAX;
	return n < 1 ? 1 : (unsigned)n;
}

unsigned
cpus_limit(unsigned fds_each)
{
	struct rlimit lim;
	unsigned n = CPUS_JOBS_MAX, files;

	/* RLIM_INFINITY is the greatest number of its type. */
	if (getrlimit(RLIMIT_NPROC, &lim) == 0)
		n = room(lim.rlim_cur, 1, 1);
	if (fds_each == 0 || getrlimit(RLIMIT_NOFILE, &lim) == -1)
		return n;
	files = room(lim.rlim_cur, FDS_OWN, fds_each);
	return files < n ? files : n;
}
