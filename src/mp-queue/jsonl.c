/* SPDX-License-Identifier: ISC */
/*
 * Tasks as lines of JSON: what is told of them, and writing them.
 */
#include "config.h"

#include "jsonl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "dur.h"
#include "utf8.h"

void
jsonl_init(struct jsonl *j)
{
	*j = (struct jsonl){.body = BUF_INIT, .key = BUF_INIT};
}

void
jsonl_clear(struct jsonl *j)
{
	buf_clear(&j->body);
	buf_clear(&j->key);
	j->has_key = false;
	j->pri = j->delay = 0;
}

void
jsonl_free(struct jsonl *j)
{
	buf_free(&j->body);
	buf_free(&j->key);
	jsonl_init(j);
}

/* The bytes of the character at s that stands for itself, or 0. What a
 * terminal may take for a command does not. */
static size_t
plain_length(const char *s, size_t n)
{
	const size_t len = utf8_len(s, n);

	if (len == 1)
		return *s >= 0x20 && *s < 0x7f && *s != '"' && *s != '\\';
	/* U+0080 to U+009F */
	return len == 2 && *s == '\xc2' && s[1] < '\xa0' ? 0 : len;
}

/* Returns how many bytes the character had, or 0 and ENOMEM. */
static size_t
add_escape(struct buf *b, const char *s)
{
	static const char letters[] = "\"\\bfnrt";
	static const char bytes[] = "\"\\\b\f\n\r\t";
	const char *byte = memchr(bytes, *s, sizeof(bytes) - 1);
	const size_t len = *s == '\xc2' ? 2 : 1;
	int rc;

	if (byte != NULL)
		rc = buf_addf(b, "\\%c", letters[byte - bytes]);
	else /* the last byte of two is the number, too */
		rc = buf_addf(
		    b, "\\u%04x", (unsigned)(unsigned char)s[len - 1]);
	return rc == 0 ? len : 0;
}

/* n bytes of UTF-8 as a string. */
static int
add_string(struct buf *b, const char *s, size_t n)
{
	size_t from, i = 0, len;

	if (buf_addc(b, '"') == -1)
		return -1;
	while (i < n) {
		from = i;
		do {
			len = plain_length(s + i, n - i);
			i += len;
		} while (len > 0 && i < n);
		if (buf_add(b, s + from, i - from) == -1)
			return -1;
		if (i == n)
			break;
		len = add_escape(b, s + i);
		if (len == 0)
			return -1;
		i += len;
	}
	return buf_addc(b, '"');
}

static int
add_body(struct buf *b, const struct buf *body)
{
	const char *s = buf_data(body);
	const size_t n = buf_len(body);

	if (utf8_valid(s, n)) {
		if (buf_adds(b, "\"body\":") == -1)
			return -1;
		return add_string(b, s, n);
	}
	if (buf_adds(b, "\"base64\":\"") == -1 || base64_encode(b, s, n) == -1)
		return -1;
	return buf_addc(b, '"');
}

/* Without zeros at its end. */
static int
add_seconds(struct buf *b, int64_t ns)
{
	char text[DUR_STRLEN];
	int n;

	n = snprintf(text, sizeof(text), "%" PRId64 ".%09" PRId64,
	    ns / DUR_SECOND, ns % DUR_SECOND);
	while (text[n - 1] == '0')
		n--;
	if (text[n - 1] == '.')
		n--;
	return buf_add(b, text, (size_t)n);
}

/* All but the body. */
static bool
is_valid(const struct jsonl *j)
{
	const char *key = buf_data(&j->key);
	size_t n = buf_len(&j->key);

	if (j->pri < -JSONL_PRI_MAX || j->pri > JSONL_PRI_MAX || j->delay < 0)
		return false;
	if (!j->has_key)
		return true;
	return n >= 2 && n <= JSONL_KEY_MAX + 1 && utf8_valid(key, n) &&
	    memchr(key, '\0', n) == key + n - 1;
}

static int
add_task(struct buf *b, const struct jsonl *j)
{
	if (buf_addc(b, '{') == -1 || add_body(b, &j->body) == -1)
		return -1;
	if (j->pri != 0 && buf_addf(b, ",\"pri\":%" PRId64, j->pri) == -1)
		return -1;
	if (j->delay != 0 &&
	    (buf_adds(b, ",\"delay\":") == -1 ||
		add_seconds(b, j->delay) == -1))
		return -1;
	if (j->has_key &&
	    (buf_adds(b, ",\"key\":") == -1 ||
		add_string(b, buf_data(&j->key), buf_len(&j->key) - 1) == -1))
		return -1;
	return buf_adds(b, "}\n");
}

int
jsonl_format(const struct jsonl *j, struct buf *out)
{
	const size_t had = buf_len(out);

	if (!is_valid(j)) {
		errno = EINVAL;
		return -1;
	}
	if (add_task(out, j) == 0)
		return 0;
	out->end = out->off + had;
	return -1;
}
