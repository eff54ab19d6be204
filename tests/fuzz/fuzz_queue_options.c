/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of the options of mp-queue's verbs. The first line of the data
 * names the verb's table by a letter, each further line is an argument. What
 * was read is in its range, and texts are the arguments themselves; what was
 * refused is told in one line.
 */
#include "config.h"

#include "fuzz_options.h"
#include "utf8.h"
#include "verb.h"

static const struct opt *const tables[] = {options_put, options_get,
    options_ack, options_nack, options_bury, options_touch, options_join,
    options_ls, options_peek, options_stat, options_set, options_clear,
    options_doctor, options_torture, options_none, options_work};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

static void
check_number(int64_t n, int64_t least, int64_t most, int64_t unset)
{
	FUZZ_CHECK(n == unset || (n >= least && n <= most));
}

/* A text is an argument, or the end of one. */
static void
check_text(const char *s, int argc, char **argv)
{
	int i;

	if (s == NULL)
		return;
	for (i = 1; i < argc; i++)
		if (s >= argv[i] && s <= argv[i] + strlen(argv[i]))
			return;
	FUZZ_CHECK(s == NULL);
}

static void
check_conf(const struct verb_conf *c, int argc, char **argv)
{
	const char *const texts[] = {c->key, c->to, c->err, c->state,
	    c->receipt_file, c->place, c->jobs, c->class};
	const int64_t sets[] = {c->set.maxsize, c->set.ttr, c->set.tries,
	    c->set.backoff, c->set.backoff_max, c->set.limit, c->set.keep};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_text(texts[i], argc, argv);
	if (c->key != NULL)
		FUZZ_CHECK(*c->key != '\0' && strlen(c->key) <= QUEUE_KEY_MAX &&
		    utf8_valid(c->key, strlen(c->key)));
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		check_number(sets[i], 0, INT64_MAX, 0);
		FUZZ_CHECK(sets[i] == 0 || (c->given & 1U << i) != 0);
	}
	FUZZ_CHECK(c->given >> (sizeof(sets) / sizeof(sets[0])) == 0);
	check_number(c->pri, -QUEUE_PRI_MAX, QUEUE_PRI_MAX, 0);
	check_number(c->delay, 0, INT64_MAX, VERB_UNSET);
	check_number(c->timeout, 0, INT64_MAX, VERB_UNSET);
	check_number(c->ttr, 0, INT64_MAX, 0);
	check_number(c->max, 1, INT64_MAX, 0);
	check_number(c->n, 1, INT64_MAX, 1);
	check_number(c->owner, 1, INT64_MAX, 0);
	check_number(c->task_timeout, 0, INT64_MAX, 0);
	check_number(c->kill_after, 0, INT64_MAX, 0);
	check_number(c->storm_time, 0, INT64_MAX, 0);
	check_number(c->storm_procs, 1, INT64_MAX, 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verb_conf conf = {.timeout = VERB_UNSET,
	    .delay = VERB_UNSET,
	    .n = 1,
	    .storm_procs = 1};
	char *text = fuzz_string(data, size), *argv[FUZZ_ARGS_MAX + 1];
	int argc = fuzz_split(text, argv, 0), first;
	struct buf why = BUF_INIT;

	first = opt_parse(
	    tables[(unsigned char)*argv[0] % TABLES], argc, argv, &conf, &why);
	check_conf(&conf, argc, argv);
	if (first == -1) /* it begins with an option */
		FUZZ_CHECK(strstr(fuzz_reason(&why), ": ") != NULL);
	else
		FUZZ_CHECK(first >= 1 && first <= argc && buf_len(&why) == 0);
	buf_free(&why);
	free(text);
	return 0;
}
