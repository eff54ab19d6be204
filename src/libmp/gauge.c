/* SPDX-License-Identifier: ISC */
/*
 * How busy the system is. See proc_loadavg(5), proc_meminfo(5) and the
 * kernel's documentation of pressure stall information.
 */
#include "config.h"

#include "gauge.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

#define TEXT_MAX 8192
#define DIGITS_MAX 20

const char *const gauge_pressure_name[GAUGE_PRESSURES] = {
    "cpu", "memory", "io"};

/* Reads a file of the kernel's into text. Returns 0, or -1 and errno. */
static int
read_file(const char *root, const char *name, char text[TEXT_MAX])
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/proc/%s", root, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = io_read_all(fd, text, TEXT_MAX - 1);
	io_close(&fd);
	if (n == -1)
		return -1;
	text[n] = '\0';
	return 0;
}

/* The digits that s begins with; moves *s behind them. */
static bool
number(const char **s, uint64_t *value)
{
	size_t n = strspn(*s, "0123456789");
	char digits[DIGITS_MAX];
	const char *wrong;

	if (n == 0 || n >= sizeof(digits))
		return false;
	memcpy(digits, *s, n);
	digits[n] = '\0';
	*value = (uint64_t)strtonum(digits, 0, LLONG_MAX, &wrong);
	*s += n;
	return wrong == NULL;
}

static int
not_understood(void)
{
	errno = EINVAL;
	return -1;
}

/* "0.20 0.18 0.12 1/80 11206" */
int
gauge_load(const char *root, uint64_t *n)
{
	char text[TEXT_MAX];
	const char *s = text;
	int i;

	if (read_file(root, "loadavg", text) == -1)
		return -1;
	for (i = 0; i < 3; i++) {
		s = strchr(s, ' ');
		if (s == NULL)
			return not_understood();
		s++;
	}
	if (!number(&s, n) || *s != '/')
		return not_understood();
	if (*n > 0)
		--*n;
	return 0;
}

/* "MemAvailable:    1234 kB" */
int
gauge_memory(const char *root, uint64_t *bytes)
{
	static const char label[] = "MemAvailable:";
	char text[TEXT_MAX];
	const char *s;
	uint64_t kib;

	if (read_file(root, "meminfo", text) == -1)
		return -1;
	s = strstr(text, label);
	if (s == NULL)
		return not_understood();
	s += sizeof(label) - 1;
	s += strspn(s, " ");
	if (!number(&s, &kib) || strncmp(s, " kB", 3) != 0 ||
	    kib > UINT64_MAX / 1024)
		return not_understood();
	*bytes = kib * 1024;
	return 0;
}

/* "some avg10=1.53 avg60=…" */
int
gauge_pressure(const char *root, enum gauge_pressure kind, unsigned *share)
{
	static const char label[] = "some avg10=";
	char name[32], text[TEXT_MAX];
	uint64_t whole, part;
	const char *s = text;

	(void)snprintf(
	    name, sizeof(name), "pressure/%s", gauge_pressure_name[kind]);
	if (read_file(root, name, text) == -1)
		return -1;
	if (strncmp(s, label, sizeof(label) - 1) != 0)
		return not_understood();
	s += sizeof(label) - 1;
	if (!number(&s, &whole) || whole > 100 || *s++ != '.' ||
	    strspn(s, "0123456789") != 2 || !number(&s, &part))
		return not_understood();
	*share = (unsigned)(100 * whole + part);
	return 0;
}
