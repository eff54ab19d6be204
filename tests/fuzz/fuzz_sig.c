/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of signal names. What is one is said by listing all the
 * names there are.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <strings.h>

#include "fuzz.h"
#include "sig.h"

/* The signal whose one of all its names s is, without SIG; or -1. */
static int
find_name(const char *s)
{
	static const struct {
		const char *name;
		int sig;
	} synonyms[] = {{"IOT", SIGABRT}, {"CLD", SIGCHLD}, {"IO", SIGPOLL}};
	char text[32];
	size_t i;
	int sig;

	for (i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
		if (strcasecmp(s, synonyms[i].name) == 0)
			return synonyms[i].sig;
	for (sig = 0; sig <= SIGRTMAX; sig++)
		if (sig_name(sig) != NULL && strcasecmp(s, sig_name(sig)) == 0)
			return sig;
	if (strcasecmp(s, "RTMAX") == 0)
		return SIGRTMAX;
	for (sig = SIGRTMIN; sig <= SIGRTMAX; sig++) {
		(void)snprintf(text, sizeof(text), "RTMAX-%d", SIGRTMAX - sig);
		if (strcasecmp(s, text) == 0)
			return sig;
	}
	return strcasecmp(s, "RTMIN+0") == 0 ? SIGRTMIN : -1;
}

static int
find_number(const char *s)
{
	size_t i;
	int sig = 0;

	for (i = 0; s[i] != '\0'; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		sig = sig * 10 + s[i] - '0';
		if (sig > SIGRTMAX)
			return -1;
	}
	return i > 0 && sig_name(sig) != NULL ? sig : -1;
}

/* Takes the zeros out that a number may begin with. */
static void
drop_zeros(char *s)
{
	char *p = s + strcspn(s, "+-");

	if (*p == '\0')
		return;
	while (p[1] == '0' && isdigit((unsigned char)p[2]))
		memmove(p + 1, p + 2, strlen(p + 2) + 1);
}

static int
expected(char *s)
{
	if (isdigit((unsigned char)*s))
		return find_number(s);
	if (strncasecmp(s, "SIG", 3) == 0)
		s += 3;
	drop_zeros(s);
	return find_name(s);
}

/* Each number from the data, were it a signal's. */
static void
check_names(const uint8_t *data, size_t size)
{
	const char *name;
	int sig = 0;

	memcpy(&sig, data, size < sizeof(sig) ? size : sizeof(sig));
	name = sig_name(sig);
	if (name == NULL)
		FUZZ_CHECK(sig < 0 || sig > 31);
	else
		FUZZ_CHECK(sig_number(name) == sig);
	FUZZ_CHECK(name == NULL || (sig >= 0 && sig <= SIGRTMAX));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = fuzz_string(data, size);
	int sig;

	if (size > 0)
		check_names(data, size);
	errno = 0;
	sig = sig_number(s);
	FUZZ_CHECK(sig >= 0 || (sig == -1 && errno == EINVAL));
	FUZZ_CHECK(sig == expected(s));
	if (sig >= 0) {
		FUZZ_CHECK(sig_name(sig) != NULL);
		FUZZ_CHECK(sig_number(sig_name(sig)) == sig);
	}
	free(s);
	return 0;
}
