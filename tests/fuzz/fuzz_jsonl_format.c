/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of writing tasks as lines of JSON: the data begins with the
 * numbers of a task, its key goes up to a newline, the rest is its body.
 * What is written is one line of plain text and is read back as the same
 * task, which is written the same. A line that is read is a task that can be
 * written.
 */
#include "config.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <wchar.h>

#include "buf.h"
#include "fuzz.h"
#include "jsonl.h"

static void
add(struct buf *b, const void *s, size_t n)
{
	FUZZ_CHECK(buf_add(b, s, n) == 0);
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return buf_len(a) == buf_len(b) &&
	    (buf_len(a) == 0 ||
		memcmp(buf_data(a), buf_data(b), buf_len(a)) == 0);
}

/* As the C library sees it, which knows larger code points, too. */
static bool
is_utf8(char *s, size_t n)
{
	size_t room = n * sizeof(wchar_t), rc;
	wchar_t *codes = fuzz_alloc(room), *code;
	char *p = (char *)codes;
	iconv_t cd = iconv_open("WCHAR_T", "UTF-8");
	bool yes;

	FUZZ_CHECK(cd != (iconv_t)-1);
	rc = iconv(cd, &s, &n, &p, &room);
	FUZZ_CHECK(rc != (size_t)-1 || errno != E2BIG);
	yes = rc != (size_t)-1;
	for (code = codes; code < (wchar_t *)(void *)p; code++)
		yes = yes && *code <= 0x10ffff && *code >> 11 != 0xd800 >> 11;
	(void)iconv_close(cd);
	free(codes);
	return yes;
}

/* A line of text without anything a terminal takes for a command. */
static void
check_plain(const struct buf *line)
{
	const unsigned char *s = (const unsigned char *)buf_data(line);
	size_t n = buf_len(line), i;

	FUZZ_CHECK(n > 0 && s[n - 1] == '\n');
	FUZZ_CHECK(is_utf8(buf_data(line), n));
	for (i = 0; i < n - 1; i++)
		FUZZ_CHECK(s[i] >= 0x20 && s[i] != 0x7f &&
		    !(s[i] == 0xc2 && s[i + 1] < 0xa0));
}

/* Whether the default is not told, and the better member is. */
static void
check_members(const struct jsonl *j, struct buf *line)
{
	bool text = is_utf8(buf_data(&j->body), buf_len(&j->body));
	size_t begin = text ? 9 : 11;
	const char *s;

	add(line, "", 1);
	s = buf_data(line);
	FUZZ_CHECK(
	    strncmp(s, text ? "{\"body\":\"" : "{\"base64\":\"", begin) == 0);
	/* Up to the quote that ends the body. */
	for (s += begin; *s != '"'; s += *s == '\\' ? 2 : 1)
		;
	if (j->pri == 0 && j->delay == 0 && !j->has_key)
		FUZZ_CHECK(strcmp(s, "\"}\n") == 0);
	FUZZ_CHECK((strstr(s, ",\"pri\":") != NULL) == (j->pri != 0));
	FUZZ_CHECK((strstr(s, ",\"delay\":") != NULL) == (j->delay != 0));
	FUZZ_CHECK((strstr(s, ",\"key\":\"") != NULL) == j->has_key);
}

static void
check_task(const struct jsonl *j)
{
	struct buf line = BUF_INIT, again = BUF_INIT, why = BUF_INIT;
	struct jsonl back;

	jsonl_init(&back);
	FUZZ_CHECK(jsonl_format(j, &line) == 0);
	check_plain(&line);
	FUZZ_CHECK(
	    jsonl_parse(&back, buf_data(&line), buf_len(&line) - 1, &why) == 0);
	FUZZ_CHECK(buf_len(&why) == 0);
	FUZZ_CHECK(same(&back.body, &j->body) && same(&back.key, &j->key));
	FUZZ_CHECK(back.has_key == j->has_key);
	FUZZ_CHECK(back.pri == j->pri && back.delay == j->delay);
	FUZZ_CHECK(jsonl_format(&back, &again) == 0 && same(&line, &again));
	check_members(j, &line);
	buf_free(&line);
	buf_free(&again);
	jsonl_free(&back);
}

static void
check_no_task(const struct jsonl *j)
{
	struct buf line = BUF_INIT;

	add(&line, "before", 6);
	errno = 0;
	FUZZ_CHECK(jsonl_format(j, &line) == -1 && errno == EINVAL);
	FUZZ_CHECK(buf_len(&line) == 6);
	FUZZ_CHECK(memcmp(buf_data(&line), "before", 6) == 0);
	buf_free(&line);
}

/* Takes a number off the data. */
static int64_t
number(const uint8_t **data, size_t *size)
{
	int64_t v = 0;
	size_t n = *size < sizeof(v) ? *size : sizeof(v);

	memcpy(&v, *data, n);
	*data += n;
	*size -= n;
	return v;
}

/* Returns whether it is a task that can be written. */
static bool
fill(struct jsonl *j, const uint8_t *data, size_t size)
{
	const uint8_t *end;
	size_t n;

	j->pri = number(&data, &size) % (JSONL_PRI_MAX + 3);
	j->delay = number(&data, &size);
	end = memchr(data, '\n', size);
	j->has_key = end != NULL;
	n = end != NULL ? (size_t)(end - data) : 0;
	if (j->has_key) {
		add(&j->key, data, n);
		add(&j->key, "", 1);
		data += n + 1;
		size -= n + 1;
	}
	add(&j->body, data, size);
	if (j->pri < -JSONL_PRI_MAX || j->pri > JSONL_PRI_MAX || j->delay < 0)
		return false;
	return !j->has_key ||
	    (n >= 1 && n <= JSONL_KEY_MAX && strlen(buf_data(&j->key)) == n &&
		is_utf8(buf_data(&j->key), n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jsonl j;

	jsonl_init(&j);
	if (size > 0 && fill(&j, data, size))
		check_task(&j);
	else if (size > 0)
		check_no_task(&j);
	if (jsonl_parse(&j, (const char *)data, size, NULL) == 0)
		check_task(&j);
	jsonl_free(&j);
	return 0;
}
