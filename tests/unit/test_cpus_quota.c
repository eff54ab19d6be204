/* SPDX-License-Identifier: ISC */
/*
 * CPU quotas of cgroups, read from an imitation of /proc and of the cgroup
 * file systems below a temporary directory.
 */
#include "config.h"

#include "cpus.h"

#include <sys/stat.h>

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof((array)[0]))

/* The imitated root directory. */
static char top[PATH_MAX];

static void
make_top(void)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(top, sizeof(top), "%s/mp-cpus.XXXXXX",
	    tmp == NULL || *tmp == '\0' ? "/tmp" : tmp);
	if (mkdtemp(top) == NULL)
		abort();
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st, (void)type, (void)where;
	return remove(path);
}

static void
remove_top(void)
{
	(void)nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
empty_top(void)
{
	remove_top();
	ck_assert_int_eq(mkdir(top, 0700), 0);
}

/* Creates top + path with the directories above it. */
static void
put(const char *path, const char *text)
{
	char name[PATH_MAX];
	char *slash;
	FILE *f;

	ck_assert_int_lt(
	    snprintf(name, sizeof(name), "%s%s", top, path), PATH_MAX);
	slash = name + strlen(top);
	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		ck_assert(mkdir(name, 0700) == 0 || errno == EEXIST);
		*slash = '/';
	}
	f = fopen(name, "w");
	ck_assert_msg(f != NULL, "%s: %s", name, strerror(errno));
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

#define CGROUP "/proc/self/cgroup"
#define MOUNTS "/proc/self/mountinfo"
#define V1 "/sys/fs/cgroup/cpu,cpuacct"
#define V2 "/sys/fs/cgroup"

#define SOME_MOUNTS \
	"22 27 0:21 / /proc rw,relatime - proc proc rw\n" \
	"23 27 0:22 / /sys rw,relatime shared:2 - sysfs sysfs rw\n"
#define MOUNT_V2 "41 31 0:38 / " V2 " rw shared:9 - cgroup2 cgroup2 rw\n"
#define MOUNT_UNIFIED "41 31 0:38 / " V2 "/unified rw - cgroup2 cgroup2 rw\n"
#define MOUNT_V1 \
	"40 31 0:37 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" \
	"39 31 0:36 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n" \
	"42 31 0:39 / " V1 " rw shared:1 master:2 - cgroup cgroup " \
	"rw,cpu,cpuacct\n"

/* One cgroup: its directory, then the quota, then the period for v1. */
struct group {
	const char *dir, *quota, *period;
};

/* What is in cgroup and mountinfo, NULL for no file, and the cgroups. */
static const struct {
	const char *name;
	unsigned want;
	const char *cgroup, *mounts;
	struct group group[3];
} quotas[] = {
    {"nothing there", 0, NULL, NULL, {{0}}},
    {"no mountinfo", 0, "0::/\n", NULL, {{V2, "2 1", 0}}},
    {"no cgroup", 0, NULL, MOUNT_V2, {{V2, "2 1", 0}}},
    {"no limit", 0, "0::/\n", SOME_MOUNTS MOUNT_V2, {{V2, "max 1\n", 0}}},
    {"container", 2, "0::/\n", SOME_MOUNTS MOUNT_V2, {{V2, "3 2\n", 0}}},
    {"own cgroup", 3, "0::/a/b\n", MOUNT_V2, {{V2 "/a/b", "3 1\n", 0}}},
    {"no newlines", 3, "0::/a", "1 2 0:3 / /mnt rw - cgroup2 none rw",
	{{"/mnt/a", "3 1", 0}}},
    {"lower above", 2, "0::/a/b/c\n", MOUNT_V2,
	{{V2 "/a/b/c", "4 1", 0}, {V2 "/a/b", "max 1", 0},
	    {V2 "/a", "2 1", 0}}},
    {"lower in the middle", 1, "0::/a/b/c\n", MOUNT_V2,
	{{V2 "/a/b/c", "4 1", 0}, {V2 "/a/b", "1 2", 0}, {V2 "/a", "2 1", 0}}},
    {"lower at the mount point", 2, "0::/a\n", MOUNT_V2,
	{{V2 "/a", "4 1", 0}, {V2, "2 1", 0}}},
    {"not above the mount point", 4, "0::/a\n", MOUNT_V2,
	{{V2 "/a", "4 1", 0}, {"/sys/fs", "1 1", 0}, {"", "1 1", 0}}},
    {"not beside and below", 0, "0::/a\n", MOUNT_V2,
	{{V2 "/b", "1 1", 0}, {V2 "/a/c", "1 1", 0}}},
    {"removed cgroup", 2, "0::/a/b (deleted)\n", MOUNT_V2,
	{{V2 "/a", "2 1", 0}}},
    {"colons in the path", 2, "0::/a:b:/c\n", MOUNT_V2,
	{{V2 "/a:b:", "2 1", 0}}},
    {"source -", 2, "0::/\n", "4 2 0:5 / /x rw - cgroup2 - rw,nsdelegate\n",
	{{"/x", "2 1", 0}}},
    {"no source", 2, "0::/\n", "4 2 0:5 / /x rw - cgroup2  rw\n",
	{{"/x", "2 1", 0}}},
    {"a directory for a file", 2, "0::/a\n", MOUNT_V2,
	{{V2 "/a/cpu.max/x", "1 1", 0}, {V2, "2 1", 0}}},

    {"escapes", 2, "0::/my box/job\n",
	"4 2 0:5 /my\\040box /c\\040g\\134\\011 rw - cgroup2 x rw\n",
	{{"/c g\\\t/job", "2 1", 0}}},
    {"no escapes", 2, "0::/\n", "4 2 0:5 / /c\\9\\04 rw - cgroup2 x rw\n",
	{{"/c\\9\\04", "2 1", 0}}},
    {"escape cut off", 2, "0::/\n", "4 2 0:5 / /c\\ rw - cgroup2 x rw\n",
	{{"/c\\", "2 1", 0}}},

    {"part mounted, ours", 2, "0::/docker/abc\n",
	"4 2 0:5 /docker/abc /mnt rw - cgroup2 x rw\n",
	{{"/mnt", "2 1", 0}, {"/mnt/docker/abc", "1 1", 0}}},
    {"part mounted, above ours", 3, "0::/docker/abc/job\n",
	"4 2 0:5 /docker/abc /mnt rw - cgroup2 x rw\n",
	{{"/mnt/job", "3 1", 0}, {"/mnt", "4 1", 0}}},
    {"part mounted, the lower above ours", 3, "0::/docker/abc/job\n",
	"4 2 0:5 /docker/abc /mnt rw - cgroup2 x rw\n",
	{{"/mnt/job", "4 1", 0}, {"/mnt", "3 1", 0}}},
    {"part mounted, not ours", 0, "0::/docker/abcd\n",
	"4 2 0:5 /docker/abc /mnt rw - cgroup2 x rw\n",
	{{"/mnt", "2 1", 0}, {"/mntd", "2 1", 0}, {"/mnt/d", "2 1", 0}}},
    {"part mounted, below ours", 0, "0::/a\n",
	"4 2 0:5 /a/b /mnt rw - cgroup2 x rw\n", {{"/mnt", "2 1", 0}}},
    {"the widest mount last", 1, "0::/a/b/c\n",
	"4 2 0:5 /a/b /mnt/b rw - cgroup2 x rw\n"
	"4 2 0:5 /z /mnt/z rw - cgroup2 x rw\n"
	"4 2 0:5 /a /mnt/a rw - cgroup2 x rw\n",
	{{"/mnt/b/c", "3 1", 0}, {"/mnt/a/b/c", "3 1", 0},
	    {"/mnt/a", "1 1", 0}}},
    {"the widest mount first", 1, "0::/a/b/c\n",
	"4 2 0:5 /a /mnt/a rw - cgroup2 x rw\n"
	"4 2 0:5 /a/b /mnt/b rw - cgroup2 x rw\n",
	{{"/mnt/b/c", "3 1", 0}, {"/mnt/a/b/c", "3 1", 0},
	    {"/mnt/a", "1 1", 0}}},

    {"outside the namespace", 0, "0::/../b\n", MOUNT_V2,
	{{V2, "max 1", 0}, {"/sys/fs/b", "2 1", 0}}},
    {"above the namespace", 0, "0::/..\n", MOUNT_V2,
	{{V2, "max 1", 0}, {"/sys/fs", "2 1", 0}}},
    {"outside the namespace but mounted", 2, "0::/../b\n",
	"4 2 0:5 /.. /mnt rw - cgroup2 x rw\n", {{"/mnt/b", "2 1", 0}}},
    {"a name that begins with dots", 2, "0::/..b\n", MOUNT_V2,
	{{V2 "/..b", "2 1", 0}}},

    {"v1, no limit", 0, "4:cpu,cpuacct:/\n", SOME_MOUNTS MOUNT_V1,
	{{V1, "-1\n", "100000\n"}}},
    {"v1, limit", 3, "5:memory:/m\n4:cpu,cpuacct:/a\n1:name=systemd:/s\n",
	SOME_MOUNTS MOUNT_V1, {{V1 "/a", "250000\n", "100000\n"}}},
    {"v1, lower above", 2, "4:cpuacct,cpu:/a/b\n", MOUNT_V1,
	{{V1 "/a/b", "4", "1"}, {V1 "/a", "200000\n", "100000\n"}}},
    {"v1, limit above none", 2, "4:cpu:/a/b\n", MOUNT_V1,
	{{V1 "/a/b", "-1", "1"}, {V1, "2", "1"}}},
    {"v1, part mounted", 2, "4:cpu:/docker/abc\n",
	"4 2 0:5 /docker/abc /cpu ro - cgroup cgroup rw,cpu\n",
	{{"/cpu", "2", "1"}}},
    {"v1, no period", 0, "4:cpu:/\n", MOUNT_V1, {{V1, "2", ""}}},
    {"v1, no quota", 0, "4:cpu:/\n", MOUNT_V1, {{V1, "", "1"}}},
    {"v1, similar names", 0, "4:cpuacct,cpuset:/\n3:name=cpu:/\n",
	MOUNT_V1 MOUNT_V2, {{V1, "2", "1"}, {V2, "2 1", 0}}},
    {"v1, not of the mount options", 0, "4:cpu:/\n",
	"4 2 0:5 / /mnt rw,cpu cpu - cgroup cpu rw,memory\n",
	{{"/mnt", "2", "1"}}},

    {"hybrid, cpu in v1", 3, "4:cpu,cpuacct:/a\n2:name=x:/s\n0::/b\n",
	SOME_MOUNTS MOUNT_UNIFIED MOUNT_V1, {{V1 "/a", "3", "1"}}},
    {"hybrid, cpu in v1, v2 first", 3, "0::/b\n4:cpu,cpuacct:/a\n",
	SOME_MOUNTS MOUNT_UNIFIED MOUNT_V1, {{V1 "/a", "3", "1"}}},
    {"hybrid, cpu in v2", 2, "4:memory:/a\n2:name=x:/s\n0::/b\n",
	SOME_MOUNTS MOUNT_V1 MOUNT_UNIFIED,
	{{V2 "/unified/b", "2 1", 0}, {V1, "1", "1"}}},

    {"malformed cgroup", 0,
	"\n:\n0\n0:\n0::\n0::a\n1::/\n::/\n00::/\n0:x:/\n0:/\n4:cpu\n4:cpu:a\nx",
	MOUNT_V2 MOUNT_V1,
	{{V2, "2 1", 0}, {V2 "/a", "2 1", 0}, {V1, "2", "1"}}},
    {"malformed and good cgroup lines", 2, "\nx\n0:\n0::/\n", MOUNT_V2,
	{{V2, "2 1", 0}}},
    {"malformed mountinfo", 0, "0::/\n",
	"\n-\n- cgroup2 x rw\n4 2 0:5 / - cgroup2 x rw\n"
	"4 2 0:5 / /mnt\n4 2 0:5 / /mnt rw -\n4 2 0:5 / /mnt rw - "
	"cgroup2\n4 2 0:5 / /mnt rw - cgroup2 x\n"
	"4 2 0:5 / /mnt rw cgroup2 x rw\n4 2 0:5 / /mnt rw - cgroup22 x rw\n"
	"4 2 0:5 / /mnt rw - cgroup x rw\n4 2 0:5 / /mnt rw -- cgroup2 x r\n",
	{{"/mnt", "2 1", 0}, {"", "2 1", 0}}},
    {"malformed and good mountinfo lines", 2, "0::/\n",
	"\n4 2 0:5 / /mnt rw - cgroup2\n- -\n" MOUNT_V2, {{V2, "2 1", 0}}},
};

static void
put_in(const char *dir, const char *file, const char *text)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, file);
	put(path, text);
}

static void
put_group(const struct group *g)
{
	if (g->period == NULL) {
		put_in(g->dir, "cpu.max", g->quota);
		return;
	}
	if (*g->quota != '\0')
		put_in(g->dir, "cpu.cfs_quota_us", g->quota);
	if (*g->period != '\0')
		put_in(g->dir, "cpu.cfs_period_us", g->period);
}

START_TEST(quota_is_found)
{
	const struct group *g = quotas[_i].group;
	unsigned got;
	size_t i;

	empty_top();
	if (quotas[_i].cgroup != NULL)
		put(CGROUP, quotas[_i].cgroup);
	if (quotas[_i].mounts != NULL)
		put(MOUNTS, quotas[_i].mounts);
	for (i = 0; i < 3 && g[i].dir != NULL; i++)
		put_group(&g[i]);
	got = cpus_quota(top);
	ck_assert_msg(got == quotas[_i].want, "%s: %u, not %u", quotas[_i].name,
	    got, quotas[_i].want);
}
END_TEST

static const struct {
	const char *text;
	unsigned want;
} maxima[] = {
    {"", 0},
    {"\n", 0},
    {"max\n", 0},
    {"max 100000\n", 0},
    {"100000\n", 0},
    {"100000 \n", 0},
    {" 100000\n", 0},
    {"100000 0\n", 0},
    {"0 100000\n", 0},
    {"-1 100000\n", 0},
    {"-100000 -100000\n", 0},
    {"100000 max\n", 0},
    {"x 100000\n", 0},
    {"100000 100000 1\n", 0},
    {"100000,100000\n", 0},
    {"1e5 1e5\n", 0},
    {"99999999999999999999 1\n", 0},
    {"100000 99999999999999999999\n", 0},
    {"1 9223372036854775807\n", 1},
    {"1000 1000000\n", 1},
    {"100000 100000\n", 1},
    {"100001 100000\n", 2},
    {"199999 100000\n", 2},
    {"200000 100000\n", 2},
    {"200001 100000\nmore\n", 3},
    {"12800000 100000\n", 128},
    {"9223372036854775807 2\n", UINT_MAX},
};

START_TEST(cpu_max_is_rounded_up)
{
	unsigned got;

	empty_top();
	put(CGROUP, "0::/\n");
	put(MOUNTS, MOUNT_V2);
	put("/sys/fs/cgroup/cpu.max", maxima[_i].text);
	got = cpus_quota(top);
	ck_assert_msg(got == maxima[_i].want, "'%s': %u, not %u",
	    maxima[_i].text, got, maxima[_i].want);
}
END_TEST

/* Appends text, times times. */
static void
repeat(char *out, size_t size, const char *text, size_t times)
{
	size_t used = strlen(out), len = strlen(text);

	ck_assert_uint_lt(used + len * times, size);
	for (; times > 0; times--, used += len)
		memcpy(out + used, text, len + 1);
}

START_TEST(long_files_and_lines_are_read)
{
	static char text[200000];

	empty_top();
	text[0] = '\0';
	repeat(text, sizeof(text), SOME_MOUNTS, 500);
	repeat(text, sizeof(text), "4 2 0:5 / /mnt rw - overlay overlay ", 1);
	repeat(text, sizeof(text), "lowerdir=/a:/b:/c,", 3000);
	repeat(text, sizeof(text), "\n" MOUNT_V2, 1);
	put(MOUNTS, text);
	text[0] = '\0';
	repeat(text, sizeof(text), "7:pids:/some/where\n", 1000);
	repeat(text, sizeof(text), "0::/a\n", 1);
	put(CGROUP, text);
	put("/sys/fs/cgroup/a/cpu.max", "200000 100000\n");
	ck_assert_uint_eq(cpus_quota(top), 2);
}
END_TEST

/* Names that fit nowhere are as good as none. */
START_TEST(overlong_names_are_left_alone)
{
	static char text[20000];

	empty_top();
	put("/sys/fs/cgroup/cpu.max", "200000 100000\n");
	put(MOUNTS, MOUNT_V2);
	repeat(text, sizeof(text), "0::", 1);
	repeat(text, sizeof(text), "/some", 1500);
	put(CGROUP, text);
	ck_assert_uint_eq(cpus_quota(top), 0);

	put(CGROUP, "0::/\n");
	text[0] = '\0';
	repeat(text, sizeof(text), "4 2 0:5 / ", 1);
	repeat(text, sizeof(text), "/some", 1500);
	repeat(text, sizeof(text), " rw - cgroup2 x rw\n", 1);
	put(MOUNTS, text);
	ck_assert_uint_eq(cpus_quota(top), 0);

	text[0] = '\0';
	repeat(text, sizeof(text), "/some", 1500);
	ck_assert_uint_eq(cpus_quota(text), 0);
}
END_TEST

static Suite *
cpus_quota_suite(void)
{
	Suite *s = suite_create("cpus_quota");
	TCase *tc = tcase_create("quota");

	tcase_add_unchecked_fixture(tc, make_top, remove_top);
	tcase_add_loop_test(tc, quota_is_found, 0, LENGTH(quotas));
	tcase_add_loop_test(tc, cpu_max_is_rounded_up, 0, LENGTH(maxima));
	tcase_add_test(tc, long_files_and_lines_are_read);
	tcase_add_test(tc, overlong_names_are_left_alone);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(cpus_quota_suite)
