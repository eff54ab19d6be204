/* SPDX-License-Identifier: ISC */
/*
 * How many processes may run at once: the CPUs that the affinity mask and
 * the cgroup's quota leave us, and the -j option that is relative to it.
 */
#ifndef MP_CPUS_H
#define MP_CPUS_H

#define CPUS_JOBS_MAX 1000000

/*
 * The CPUs this process may use, at least 1: those of its affinity mask
 * (sched_getaffinity(2)), and not more than the quota of its cgroup and of
 * each cgroup above it allows, rounded up (cpu.max of version 2,
 * cpu.cfs_quota_us of version 1; cgroups(7)). A quota that cannot be read
 * counts as none.
 */
unsigned cpus_usable(void);

/*
 * The cgroup part alone: the quota in CPUs, rounded up, or 0 for none.
 * root is put before /proc and before the paths that /proc/self/mountinfo
 * names, "" in real life.
 */
unsigned cpus_quota(const char *root);

/*
 * -j: "N", "N%" (of cpus, rounded up), "+N", "-N" (at least 1), "0" (as
 * many as the limits allow, given as unlimited). cpus is at least 1.
 * Returns 1 … CPUS_JOBS_MAX, or 0 and EINVAL or ERANGE.
 */
unsigned cpus_jobs(const char *, unsigned cpus, unsigned unlimited);

/* What -j 0 means: as many processes as RLIMIT_NPROC and RLIMIT_NOFILE
 * leave room for when each needs fds_each descriptors here; at least 1. */
unsigned cpus_limit(unsigned fds_each);

#endif
