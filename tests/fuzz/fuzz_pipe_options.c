/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of mp-pipe's command line: each line of the data is an argument.
 * What was read is in its range, the members are the arguments between
 * separators, and what was refused is told in one line; a line of digits and
 * commas alone is also read as --epipe-codes, and compared with the simple way.
 */
#include "config.h"

#include "copies.h"
#include "fuzz_options.h"
#include "options.h"

/* The members and their separators are all that stood there. */
static void
check_members(const struct members *m, char **argv, int argc)
{
	size_t i;
	char **arg, **end = argv + argc;

	FUZZ_CHECK(m->n > 0);
	for (i = 0; i < m->n; i++) {
		arg = m->m[i].argv;
		FUZZ_CHECK(arg > argv && arg < end && *arg != NULL);
		while (*arg != NULL)
			arg++;
		FUZZ_CHECK(
		    i + 1 == m->n ? arg == end : arg + 1 == m->m[i + 1].argv);
	}
}

static void
check_options(const struct pipe_opts *o)
{
	FUZZ_CHECK(!o->rules.epipe[0]);
	FUZZ_CHECK(o->time >= 0 && o->kill_after >= 0);
	FUZZ_CHECK(o->relay.idle >= 0 && o->relay.deadlock_after >= 0);
	FUZZ_CHECK(o->pick >= VERDICT_FIRST && o->pick <= VERDICT_ANY);
	FUZZ_CHECK(o->on_fail >= PIPE_WAIT && o->on_fail <= PIPE_KILL);
	FUZZ_CHECK(o->leftover >= 0 && o->leftover <= COPIES_END);
	FUZZ_CHECK(*o->sep != '\0');
	FUZZ_CHECK(o->socket == 0 || (o->members.n == 2 && !o->line));
	FUZZ_CHECK(!o->hex || o->trace);
}

static void
check_line(char *text)
{
	static char name[] = "mp-pipe";
	char *argv[FUZZ_ARGS_MAX + 1] = {name};
	int argc = fuzz_split(text, argv, 1);
	struct buf why = BUF_INIT;
	struct pipe_opts opts;

	if (pipe_opts_parse(&opts, argc, argv, &why) == -1) {
		(void)fuzz_reason(&why);
	} else {
		FUZZ_CHECK(buf_len(&why) == 0);
		check_options(&opts);
		if (opts.mode == PIPE_RUN)
			check_members(&opts.members, argv, argc);
	}
	pipe_opts_free(&opts);
	buf_free(&why);
}

/* Numbers from 1 to 255 without a sign, as the simple way reads them. */
static int
read_codes(const char *s, bool codes[256])
{
	unsigned long n;
	char *end;

	for (;; s = end + 1) {
		n = strtoul(s, &end, 10);
		if (end == s || n < 1 || n > 255)
			return -1;
		codes[n] = true;
		if (*end == '\0')
			return 0;
	}
}

static void
check_codes(char *text)
{
	static char name[] = "mp-pipe", option[] = "--epipe-codes",
		    member[] = "true";
	char *argv[] = {name, option, text, member, NULL};
	bool codes[256] = {false};
	struct buf why = BUF_INIT;
	struct pipe_opts opts;
	int rc = read_codes(text, codes);

	FUZZ_CHECK(pipe_opts_parse(&opts, 4, argv, &why) == rc);
	if (rc == 0)
		FUZZ_CHECK(memcmp(codes, opts.rules.epipe, sizeof(codes)) == 0);
	else
		(void)fuzz_reason(&why);
	pipe_opts_free(&opts);
	buf_free(&why);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);

	if (strspn(text, "0123456789,") == strlen(text))
		check_codes(text);
	check_line(text);
	free(text);
	return 0;
}
