/* SPDX-License-Identifier: ISC */
/*
 * Messages between a worker and its clerk, which are one program on one
 * machine: they are written as they are in memory.
 */
#include "config.h"

#include <string.h>

#include "clerk.h"

int
clerk_add(
    struct buf *b, const struct clerk_msg *m, const void *body, const char *err)
{
	struct clerk_msg head = *m;

	head.errlen = err == NULL ? 0 : strlen(err) + 1;
	if (buf_reserve(b, sizeof(head) + head.len + head.errlen) == NULL)
		return -1;
	(void)buf_add(b, &head, sizeof(head));
	(void)buf_add(b, body, head.len);
	(void)buf_add(b, err, head.errlen);
	return 0;
}

size_t
clerk_next(const struct buf *b, struct clerk_msg *m, const char **body)
{
	size_t have = buf_len(b);

	if (have < sizeof(*m))
		return 0;
	memcpy(m, buf_data(b), sizeof(*m));
	if (have - sizeof(*m) < m->len + m->errlen)
		return 0;
	*body = buf_data(b) + sizeof(*m);
	return sizeof(*m) + m->len + m->errlen;
}
