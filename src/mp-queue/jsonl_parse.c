/* SPDX-License-Identifier: ISC */
/*
 * Reading a task from a line of JSON. All arithmetic is on the digits as
 * they are written, so that a delay is exact to the nanosecond.
 */
#include "config.h"

#include "jsonl.h"

#include <errno.h>
#include <string.h>

#include "base64.h"
#include "jtext.h"

#define NANO_DIGITS 9

enum member { BODY, BASE64, PRI, DELAY, KEY, OTHER };

struct reader {
	struct jtext t;
	struct jsonl *j;
	struct buf text; /* the last name, or base64 text */
	bool seen[OTHER + 1];
};

static bool
is_string(const struct buf *b, const char *s)
{
	size_t n = buf_len(b);

	return n == strlen(s) && (n == 0 || memcmp(buf_data(b), s, n) == 0);
}

static enum member
find_member(const struct buf *name)
{
	static const char *const names[] = {
	    [BODY] = "body",
	    [BASE64] = "base64",
	    [PRI] = "pri",
	    [DELAY] = "delay",
	    [KEY] = "key",
	};
	enum member m = BODY;

	while (m < OTHER && !is_string(name, names[m]))
		m++;
	return m;
}

static int
take_base64(struct reader *r)
{
	const char *began = r->t.p;

	buf_clear(&r->text);
	if (jtext_string(&r->t, &r->text) == -1)
		return -1;
	if (base64_decode(&r->j->body, buf_data(&r->text), buf_len(&r->text)) ==
	    0)
		return 0;
	if (errno == EINVAL)
		return jtext_fail(&r->t, began, "no base64");
	return jtext_fail_errno(&r->t);
}

/* The digit whose place is i, the first one's being 0. */
static int
digit(const struct jtext_number *n, int64_t i)
{
	const int64_t behind = i - (int64_t)n->nwhole;

	return (behind < 0 ? n->whole[i] : n->frac[behind]) - '0';
}

/*
 * The number without its sign, times ten to the power of shift, rounded up.
 * Returns 0, or -1 if it is larger than most.
 */
static int
scaled(const struct jtext_number *n, int64_t shift, int64_t most, int64_t *v)
{
	const int64_t ndigits = (int64_t)(n->nwhole + n->nfrac);
	const int64_t point = (int64_t)n->nwhole + n->exp + shift;
	int64_t i, d;

	*v = 0;
	for (i = 0; i < point && (i < ndigits || *v > 0); i++) {
		d = i < ndigits ? digit(n, i) : 0;
		if (*v > (most - d) / 10)
			return -1;
		*v = *v * 10 + d;
	}
	while (i < ndigits && digit(n, i) == 0)
		i++;
	if (i >= ndigits)
		return 0;
	if (*v == most)
		return -1;
	++*v;
	return 0;
}

static int
take_pri(struct reader *r)
{
	const char *began = r->t.p;
	struct jtext_number n;

	if (jtext_number(&r->t, &n) == -1)
		return -1;
	if (n.nfrac > 0 || n.has_exp)
		return jtext_fail(&r->t, began, "no integer");
	if (scaled(&n, 0, JSONL_PRI_MAX, &r->j->pri) == -1)
		return jtext_fail(&r->t, began, "out of range");
	if (n.negative)
		r->j->pri = -r->j->pri;
	return 0;
}

static int
take_delay(struct reader *r)
{
	const char *began = r->t.p;
	struct jtext_number n;

	if (jtext_number(&r->t, &n) == -1)
		return -1;
	if (scaled(&n, NANO_DIGITS, INT64_MAX, &r->j->delay) == -1 ||
	    (n.negative && r->j->delay > 0))
		return jtext_fail(&r->t, began, "out of range");
	return 0;
}

static int
take_key(struct reader *r)
{
	struct buf *key = &r->j->key;
	const char *began = r->t.p;

	if (jtext_string(&r->t, key) == -1)
		return -1;
	if (buf_len(key) == 0)
		return jtext_fail(&r->t, began, "empty key");
	if (buf_len(key) > JSONL_KEY_MAX)
		return jtext_fail(&r->t, began, "key too long");
	if (memchr(buf_data(key), '\0', buf_len(key)) != NULL)
		return jtext_fail(&r->t, began, "NUL in key");
	if (buf_addc(key, '\0') == -1)
		return jtext_fail_errno(&r->t);
	r->j->has_key = true;
	return 0;
}

static int
take_value(struct reader *r, enum member m)
{
	switch (m) {
	case BODY:
		return jtext_string(&r->t, &r->j->body);
	case BASE64:
		return take_base64(r);
	case PRI:
		return take_pri(r);
	case DELAY:
		return take_delay(r);
	case KEY:
		return take_key(r);
	case OTHER:
		break;
	}
	return jtext_skip(&r->t);
}

static int
take_member(void *arg)
{
	struct reader *r = arg;
	const char *began = r->t.p;
	enum member m;

	buf_clear(&r->text);
	if (jtext_name(&r->t, &r->text) == -1)
		return -1;
	m = find_member(&r->text);
	if (m != OTHER && r->seen[m])
		return jtext_fail(&r->t, began, "member twice");
	r->seen[m] = true;
	if (r->seen[BODY] && r->seen[BASE64])
		return jtext_fail(&r->t, began, "body and base64");
	return take_value(r, m);
}

static int
take_task(struct reader *r)
{
	const char *began;

	if (!jtext_next(&r->t, '{'))
		return jtext_fail(&r->t, r->t.p, "no object");
	began = r->t.p;
	if (jtext_list(&r->t, take_member, r) == -1)
		return -1;
	if (!r->seen[BODY] && !r->seen[BASE64])
		return jtext_fail(&r->t, began, "no body");
	jtext_blanks(&r->t);
	if (r->t.p < r->t.end)
		return jtext_fail(&r->t, r->t.p, "text behind the object");
	return 0;
}

int
jsonl_parse(struct jsonl *j, const char *line, size_t len, struct buf *why)
{
	struct reader r = {.j = j, .text = BUF_INIT};
	int rc;

	jsonl_clear(j);
	jtext_init(&r.t, line, len, why);
	rc = take_task(&r);
	if (rc == -1)
		jsonl_clear(j);
	buf_free(&r.text);
	return rc;
}
