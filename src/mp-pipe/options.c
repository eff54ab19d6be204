/* SPDX-License-Identifier: ISC */
/*
 * The command line of mp-pipe.
 */
#include "config.h"

#include "options.h"

#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>

#include "copies.h"
#include "dur.h"

/* A word that an option takes as its value, and what it means. */
struct word {
	const char *text;
	int means;
};

static int
set_word(int *at, const struct word *words, const char *value, struct buf *why)
{
	const struct word *w;

	for (w = words; w->text != NULL; w++) {
		if (strcmp(value, w->text) == 0) {
			*at = w->means;
			return 0;
		}
	}
	(void)opt_bad(why, value, "not ");
	for (w = words; w->text != NULL; w++)
		(void)buf_addf(why, "%s%s",
		    w == words		    ? ""
			: w[1].text == NULL ? " or "
					    : ", ",
		    w->text);
	return -1;
}

static int
set_socket(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const struct word words[] = {
	    {"stream", SOCK_STREAM}, {"seqpacket", SOCK_SEQPACKET}, {NULL, 0}};

	(void)o;
	return set_word(at, words, value == NULL ? "stream" : value, why);
}

static int
set_on_fail(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const struct word words[] = {{"wait", PIPE_WAIT},
	    {"term", PIPE_TERM}, {"kill", PIPE_KILL}, {NULL, 0}};

	(void)o;
	return set_word(at, words, value, why);
}

static int
set_leftover(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const struct word words[] = {{"leave", COPIES_LEAVE},
	    {"wait", COPIES_AWAIT}, {"kill", COPIES_END}, {NULL, 0}};

	(void)o;
	return set_word(at, words, value, why);
}

static int
set_pick(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const struct word words[] = {{"first", VERDICT_FIRST},
	    {"last", VERDICT_LAST}, {"max", VERDICT_MAX}, {"any", VERDICT_ANY},
	    {NULL, 0}};

	(void)o;
	return set_word(at, words, value, why);
}

static int
set_sep(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (*value == '\0')
		return opt_bad(why, value, "no separator");
	*(const char **)at = value;
	return 0;
}

/* Numbers with commas between them. */
static int
set_codes(void *at, const struct opt *o, const char *value, struct buf *why)
{
	bool *codes = at;
	char *text = strdup(value), *rest = text, *one;
	long long n;
	int rc = text == NULL ? -1 : 0;

	(void)o;
	while (rc == 0 && (one = strsep(&rest, ",")) != NULL) {
		rc = opt_number(one, 1, 255, &n, why);
		if (rc == 0)
			codes[n] = true;
	}
	free(text);
	return rc;
}

static int
set_trace(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct pipe_opts *opts = at;

	(void)o;
	(void)why;
	opts->trace = 1;
	opts->trace_file = value;
	return 0;
}

static int
set_buffer(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct pipe_opts *opts = at;

	opts->buffer = 1;
	opts->relay.automatic = strcmp(value, "auto") == 0;
	opts->relay.buffer = 0;
	return opts->relay.automatic
	    ? 0
	    : opt_size(&opts->relay.buffer, o, value, why);
}

static int
set_spool(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct pipe_opts *opts = at;

	opts->spool = 1;
	return opt_size(&opts->relay.spool, o, value, why);
}

static int
set_deadlock(void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const struct word words[] = {{"report", RELAY_REPORT},
	    {"grow", RELAY_GROW}, {"kill", RELAY_KILL}, {NULL, 0}};

	(void)o;
	return set_word(at, words, value, why);
}

enum {
	KEY_BUFFER = OPT_LONG_ONLY,
	KEY_DEADLOCK,
	KEY_DEADLOCK_AFTER,
	KEY_EPIPE_CODES,
	KEY_HELP,
	KEY_HEX,
	KEY_IDLE,
	KEY_KILL_AFTER,
	KEY_LEFTOVER,
	KEY_LINE,
	KEY_METER,
	KEY_ON_FAIL,
	KEY_PIPEFAIL,
	KEY_PRINT_STATUS,
	KEY_RATE,
	KEY_REPORT,
	KEY_SEP,
	KEY_SOCKET,
	KEY_SPOOL,
	KEY_STRICT,
	KEY_TEE,
	KEY_TIMEOUT,
	KEY_TRACE,
	KEY_VERSION
};

#define AT(field) offsetof(struct pipe_opts, field)

const struct opt pipe_options[] = {
    {KEY_LINE, "line", NULL, "a pipeline: our stdin and stdout at its ends",
	opt_flag, AT(line), 1},
    {KEY_SOCKET, "socket", "[=TYPE]", "a pair of sockets: stream or seqpacket",
	set_socket, AT(socket), 0},
    {KEY_SEP, "sep", "WORD", "what stands between two commands; :::", set_sep,
	AT(sep), 0},
    {KEY_ON_FAIL, "on-fail", "HOW", "others after a failure: wait, term, kill",
	set_on_fail, AT(on_fail), 0},
    {KEY_TIMEOUT, "timeout", "TIME", "limit on the time of all members",
	opt_duration, AT(time), 0},
    {KEY_KILL_AFTER, "kill-after", "TIME", "kill what is left so long after",
	opt_duration, AT(kill_after), 0},
    {KEY_LEFTOVER, "leftover", "WHAT",
	"background processes: leave, wait or kill", set_leftover, AT(leftover),
	0},
    {KEY_PIPEFAIL, "pipefail", "WHICH",
	"whose failure counts: first, last, max, any", set_pick, AT(pick), 0},
    {KEY_STRICT, "strict-sigpipe", NULL, "SIGPIPE is always a failure",
	opt_flag, AT(strict), 1},
    {KEY_EPIPE_CODES, "epipe-codes", "N,...",
	"exit statuses that mean the same as SIGPIPE", set_codes,
	AT(rules.epipe), 0},
    {KEY_PRINT_STATUS, "print-status", NULL, "one line: 0 3 141", opt_flag,
	AT(print_status), 1},
    {KEY_REPORT, "report", "FILE", "one line of JSON about all members",
	opt_text, AT(report), 0},
    {KEY_TRACE, "trace", "[=FILE]", "show what is written, and when", set_trace,
	0, 0},
    {KEY_HEX, "hex", NULL, "--trace in hexadecimal", opt_flag, AT(hex), 1},
    {KEY_TEE, "tee", "FILE", "a copy of what member {} writes", opt_text,
	AT(tee), 0},
    {KEY_METER, "meter", NULL, "figures of each direction", opt_flag, AT(meter),
	1},
    {KEY_BUFFER, "buffer", "SIZE", "hold so much between two members, or auto",
	set_buffer, 0, 0},
    {KEY_SPOOL, "spool", "SIZE", "hold so much more in a temporary file",
	set_spool, 0, 0},
    {KEY_RATE, "rate", "SIZE", "bytes in a second at most, in each direction",
	opt_size, AT(relay.rate), 0},
    {KEY_IDLE, "idle", "TIME", "limit on silence of all members", opt_duration,
	AT(relay.idle), 0},
    {KEY_DEADLOCK, "deadlock", "HOW",
	"when all wait for each other: report, grow, kill", set_deadlock,
	AT(deadlock), 0},
    {KEY_DEADLOCK_AFTER, "deadlock-after", "TIME",
	"when they have done so for so long; 1", opt_duration,
	AT(relay.deadlock_after), 0},
    {'v', "verbose", NULL, "say how each member ended", opt_flag, AT(verbose),
	1},
    {KEY_HELP, "help", NULL, "print this and exit", opt_flag, AT(mode),
	PIPE_HELP},
    {KEY_VERSION, "version", NULL, "print the version and exit", opt_flag,
	AT(mode), PIPE_VERSION},
    {0, NULL, NULL, NULL, NULL, 0, 0}};

static const char *
contradiction(const struct pipe_opts *o)
{
	if (o->socket != 0 && o->line)
		return "--socket: excludes --line";
	if (o->socket != 0 && o->members.n != 2)
		return "--socket: takes two commands";
	if (o->socket != 0 && o->relayed)
		return "--socket: excludes what needs a relay";
	if (o->hex && !o->trace)
		return "--hex: needs --trace";
	if (o->line && o->relayed && o->members.n == 1)
		return "--line: one command has nothing between it";
	if (o->tee != NULL && strstr(o->tee, PIPE_TEE_MARK) == NULL &&
	    (o->line ? o->members.n - 1 : o->members.n) > 1)
		return "--tee: needs {} for more than one direction";
	return NULL;
}

static void
complete_relay(struct pipe_opts *o)
{
	o->relayed = o->trace || o->tee != NULL || o->meter || o->buffer ||
	    o->spool || o->relay.rate > 0 || o->relay.idle > 0 ||
	    o->deadlock != -1;
	o->relay.hex = o->hex;
	o->relay.meter = o->meter;
	o->relay.deadlock = o->deadlock == -1
	    ? RELAY_REPORT
	    : (enum relay_deadlock)o->deadlock;
}

int
pipe_opts_parse(struct pipe_opts *o, int argc, char **argv, struct buf *why)
{
	const char *wrong;
	int first;

	*o = (struct pipe_opts){.sep = ":::",
	    .leftover = COPIES_END,
	    .relay = {.deadlock_after = DUR_SECOND},
	    .deadlock = -1};
	first = opt_parse(pipe_options, argc, argv, o, why);
	if (first == -1)
		return -1;
	if (o->mode != PIPE_RUN)
		return 0;
	if (members_split(&o->members, argv + first, o->sep, why) == -1)
		return -1;
	o->rules.shape = o->line ? VERDICT_LINE : VERDICT_RING;
	o->rules.strict = o->strict;
	o->rules.pick = (enum verdict_pick)o->pick;
	complete_relay(o);
	wrong = contradiction(o);
	if (wrong == NULL)
		return 0;
	(void)buf_adds(why, wrong);
	return -1;
}

void
pipe_opts_free(struct pipe_opts *o)
{
	members_free(&o->members);
}
