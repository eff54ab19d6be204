/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of tasks as lines of JSON. What a line says is said by regular
 * expressions: for its pieces, and then for lists, of which the innermost
 * are made one piece again and again until one object is left.
 */
#include "config.h"

#include <errno.h>
#include <regex.h>
#include <stdbool.h>

#include "buf.h"
#include "fuzz.h"
#include "jsonl.h"

#define DEPTH 64
#define VALUE "[snlv]"
#define MEMBER "s:" VALUE
#define OBJECT "\\{(" MEMBER "(," MEMBER ")*)?\\}"
#define ARRAY "\\[(" VALUE "(," VALUE ")*)?\\]"
#define B64 "[A-Za-z0-9+/]"

enum pattern { BLANK, STRING, NUMBER, WORD, SIGN, LIST, TOP, BASE64, UTF8 };

static const char *const patterns[] = {
    [BLANK] = "^[ \t\r\n]+",
    [STRING] = "^\"([^\"\\\x01-\x1f]|\\\\[\"\\/bfnrt]|"
	       "\\\\u[0-9A-Fa-f]{4})*\"",
    [NUMBER] = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?",
    [WORD] = "^(true|false|null)",
    [SIGN] = "^[][{}:,]",
    [LIST] = "^(" OBJECT "|" ARRAY ")",
    [TOP] = "^" OBJECT "$",
    [BASE64] = "^(" B64 "{4})*(" B64 "[AQgw]==|" B64 "{2}[AEIMQUYcgkosw048]="
	       ")?$",
    /* RFC 3629, in the letters below. */
    [UTF8] = "^(a|2[bcd]|ed[bcd]|3[bcd][bcd]|s[bc][bcd]|f[cd][bcd][bcd]|"
	     "4[bcd][bcd][bcd]|gb[bcd][bcd])*$",
};

/* Bytes from there on are of that kind in UTF-8. */
static const struct {
	unsigned char from;
	char letter;
} kinds[] = {{0xf5, 'x'}, {0xf4, 'g'}, {0xf1, '4'}, {0xf0, 'f'}, {0xee, '3'},
    {0xed, 's'}, {0xe1, '3'}, {0xe0, 'e'}, {0xc2, '2'}, {0xc0, 'x'},
    {0xa0, 'd'}, {0x90, 'c'}, {0x80, 'b'}, {0, 'a'}};

/* A line in pieces: what they are, and where each begins. */
struct pieces {
	char *kind;
	const char **at;
	size_t n;
};

static void
add(struct buf *b, const void *s, size_t n)
{
	FUZZ_CHECK(buf_add(b, s, n) == 0);
}

/* The length of what matches at s, or 0. */
static size_t
match(enum pattern which, const char *s)
{
	static regex_t re[sizeof(patterns) / sizeof(patterns[0])];
	static bool compiled;
	regmatch_t m;
	size_t i;

	for (i = 0; !compiled && i < sizeof(re) / sizeof(re[0]); i++)
		FUZZ_CHECK(regcomp(&re[i], patterns[i], REG_EXTENDED) == 0);
	compiled = true;
	return regexec(&re[which], s, 1, &m, 0) == 0 ? (size_t)m.rm_eo : 0;
}

static bool
is_utf8(const char *s, size_t n)
{
	char *letters = fuzz_alloc(n + 1);
	size_t i, k;
	bool yes;

	for (i = 0; i < n; i++) {
		for (k = 0; (unsigned char)s[i] < kinds[k].from; k++)
			;
		letters[i] = kinds[k].letter;
	}
	letters[n] = '\0';
	yes = n == 0 || match(UTF8, letters) > 0;
	free(letters);
	return yes;
}

static bool
split(const char *s, struct pieces *p)
{
	enum pattern which;
	size_t n;

	for (p->n = 0; *s != '\0'; s += n) {
		which = BLANK;
		while ((n = match(which, s)) == 0 && which < SIGN)
			which++;
		if (n == 0)
			return false;
		if (which == BLANK)
			continue;
		p->kind[p->n] = which == SIGN ? *s : " snl"[which];
		p->at[p->n++] = s;
	}
	p->kind[p->n] = '\0';
	return true;
}

/* Makes the innermost lists one piece each. */
static void
contract(struct pieces *p)
{
	size_t from, to = 0, n;

	for (from = 0; from < p->n; from += n) {
		n = match(LIST, p->kind + from);
		p->at[to] = p->at[from];
		p->kind[to++] = n > 0 ? 'v' : p->kind[from];
		if (n == 0)
			n = 1;
	}
	p->n = to;
	p->kind[to] = '\0';
}

/* The unit that an escape at s stands for; moves *s behind it. */
static unsigned
unescape(const char **s)
{
	static const char letters[] = "bfnrt", bytes[] = "\b\f\n\r\t";
	char c = (*s)[1], hex[5] = "";
	const char *letter = strchr(letters, c);

	*s += 2;
	if (c != 'u')
		return (unsigned char)(letter != NULL ? bytes[letter - letters]
						      : c);
	memcpy(hex, *s, 4);
	*s += 4;
	return (unsigned)strtoul(hex, NULL, 16);
}

static void
add_code(struct buf *b, unsigned code)
{
	char out[4] = {(char)code};
	size_t n = 1;

	if (code >= 0x80) {
		n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		out[0] = (char)(0xf00 >> n | code >> 6 * (n - 1));
		out[1] = (char)(0x80 | (code >> 6 * (n - 2) & 0x3f));
		if (n > 2)
			out[2] = (char)(0x80 | (code >> 6 * (n - 3) & 0x3f));
		out[3] = (char)(0x80 | (code & 0x3f));
	}
	add(b, out, n);
}

/* What the string at s says; false where a surrogate is alone. */
static bool
say(const char *s, struct buf *b)
{
	unsigned high = 0, unit;

	for (s++; *s != '"' || high != 0;) {
		if (*s != '\\' && high == 0) {
			add(b, s++, 1);
			continue;
		}
		if (*s != '\\')
			return false;
		unit = unescape(&s);
		if ((high != 0) != (unit >= 0xdc00 && unit < 0xe000))
			return false;
		if (high != 0) {
			add_code(b, (high << 10) + unit - 0x35fdc00);
			high = 0;
		} else if (unit >= 0xd800 && unit < 0xdc00) {
			high = unit;
		} else {
			add_code(b, unit);
		}
	}
	return true;
}

static bool
equals(const struct buf *b, const char *s, size_t n)
{
	return buf_len(b) == n && (n == 0 || memcmp(buf_data(b), s, n) == 0);
}

/* Bit by bit. */
static bool
expect_base64(struct buf *text, struct buf *body)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				     "mnopqrstuvwxyz0123456789+/";
	const char *s;
	unsigned bits = 0, v = 0;
	int bit;

	add(text, "", 1);
	s = buf_data(text);
	if (strlen(s) + 1 != buf_len(text) ||
	    (*s != '\0' && match(BASE64, s) == 0))
		return false;
	for (; *s != '\0' && *s != '='; s++) {
		for (bit = 5; bit >= 0; bit--) {
			v = v << 1 | ((strchr(digits, *s) - digits) >> bit & 1);
			if (++bits % 8 == 0)
				add(body, &(char){(char)v}, 1);
		}
	}
	return true;
}

static bool
expect_pri(const char *number, int64_t *pri)
{
	errno = 0;
	*pri = strtoll(number, NULL, 10);
	return strpbrk(number, ".eE") == NULL && errno == 0 &&
	    *pri >= -1000000000 && *pri <= 1000000000;
}

/* Writes many zeros around the digits and moves the point. */
static bool
expect_delay(const char *number, int64_t *delay)
{
	const size_t len = strlen(number), zeros = 2 * len + 200;
	const long far = (long)len + 100;
	const char *e = number + strcspn(number, "eE"), *s;
	char *text = fuzz_alloc(2 * zeros + len + 1), *p = text + zeros, *point;
	long exp = *e == '\0' ? 0 : strtol(e + 1, NULL, 10);
	bool whole = true, fits;
	unsigned long long v;

	memset(text, '0', 2 * zeros + len);
	text[2 * zeros + len] = '\0';
	exp = exp < -far ? -far : exp > far ? far : exp;
	point = p + 9 + exp;
	for (s = number + (*number == '-'); s < e; s++) {
		if (*s == '.') {
			whole = false;
			continue;
		}
		*p++ = *s;
		point += whole;
	}
	fits = *number != '-' || strspn(text, "0") == strlen(text);
	whole = strspn(point, "0") == strlen(point);
	*point = '\0';
	errno = 0;
	v = strtoull(text, NULL, 10);
	fits = fits && errno == 0 && v <= INT64_MAX - (whole ? 0ULL : 1ULL);
	*delay = fits ? (int64_t)v + !whole : 0;
	free(text);
	return fits;
}

/* A member whose value is at s and of that kind. */
static bool
expect_value(unsigned which, char kind, const char *s, struct jsonl *want)
{
	struct buf b = BUF_INIT;
	char *number = NULL;
	bool yes = kind == (which == 2 || which == 3 ? 'n' : 's');

	if (yes && kind == 'n') {
		number = fuzz_string((const uint8_t *)s, match(NUMBER, s));
		yes = which == 2 ? expect_pri(number, &want->pri)
				 : expect_delay(number, &want->delay);
		free(number);
	} else if (yes) {
		FUZZ_CHECK(say(s,
		    which == 1	     ? &b
			: which == 4 ? &want->key
				     : &want->body));
	}
	if (yes && which == 1)
		yes = expect_base64(&b, &want->body);
	if (yes && which == 4) {
		yes = buf_len(&want->key) >= 1 && buf_len(&want->key) <= 1000 &&
		    memchr(buf_data(&want->key), 0, buf_len(&want->key)) ==
			NULL;
		add(&want->key, "", 1);
		want->has_key = true;
	}
	buf_free(&b);
	return yes;
}

static bool
expect_members(const struct pieces *p, struct jsonl *want)
{
	static const char *const names[] = {
	    "body", "base64", "pri", "delay", "key"};
	unsigned seen[6] = {0}, which;
	struct buf name = BUF_INIT;
	bool yes = true;
	size_t i;

	/* {s:v,s:v} */
	for (i = 1; yes && i + 2 < p->n; i += 4) {
		buf_clear(&name);
		FUZZ_CHECK(say(p->at[i], &name));
		for (which = 0; which < 5; which++)
			if (equals(&name, names[which], strlen(names[which])))
				break;
		yes = seen[which]++ == 0 || which == 5;
		if (yes && which < 5)
			yes = expect_value(
			    which, p->kind[i + 2], p->at[i + 2], want);
	}
	buf_free(&name);
	return yes && seen[0] + seen[1] == 1;
}

/* What the text says, or false. */
static bool
expect(const char *s, size_t size, struct jsonl *want)
{
	struct pieces p = {.n = 0};
	struct buf b = BUF_INIT;
	bool yes = strlen(s) == size && is_utf8(s, size);
	size_t i;

	p.kind = fuzz_alloc(size + 1);
	p.at = fuzz_alloc((size + 1) * sizeof(*p.at));
	yes = yes && split(s, &p);
	for (i = 0; yes && i < p.n; i++)
		yes = p.kind[i] != 's' || say(p.at[i], &b);
	for (i = 0; yes && i < DEPTH && match(TOP, p.kind) == 0; i++)
		contract(&p);
	yes = yes && match(TOP, p.kind) > 0 && expect_members(&p, want);
	buf_free(&b);
	free(p.kind);
	free(p.at);
	return yes;
}

static void
check_same(const struct jsonl *a, const struct jsonl *b)
{
	FUZZ_CHECK(equals(&a->body, buf_data(&b->body), buf_len(&b->body)));
	FUZZ_CHECK(equals(&a->key, buf_data(&b->key), buf_len(&b->key)));
	FUZZ_CHECK(a->has_key == b->has_key);
	FUZZ_CHECK(a->pri == b->pri && a->delay == b->delay);
}

/* The byte that is told is there, or the end is. */
static void
check_reason(struct buf *why, size_t size)
{
	unsigned long at;
	char *end;

	add(why, "", 1);
	FUZZ_CHECK(strncmp(buf_data(why), "byte ", 5) == 0);
	at = strtoul(buf_data(why) + 5, &end, 10);
	FUZZ_CHECK(at >= 1 && at <= size + 1);
	FUZZ_CHECK(strncmp(end, ": ", 2) == 0 && end[2] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jsonl got, want, nothing;
	char *s = fuzz_string(data, size);
	struct buf why = BUF_INIT;
	bool yes;

	jsonl_init(&got);
	jsonl_init(&want);
	jsonl_init(&nothing);
	yes = expect(s, size, &want);
	FUZZ_CHECK(jsonl_parse(&got, (const char *)data, size, &why) ==
	    (yes ? 0 : -1));
	check_same(&got, yes ? &want : &nothing);
	if (yes)
		FUZZ_CHECK(buf_len(&why) == 0);
	else
		check_reason(&why, size);
	jsonl_free(&got);
	jsonl_free(&want);
	buf_free(&why);
	free(s);
	return 0;
}
