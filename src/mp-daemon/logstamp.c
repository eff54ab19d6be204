/* SPDX-License-Identifier: ISC */
/*
 * The time before each line of a log.
 */
#include "config.h"

#include "logstamp.h"

#include <string.h>
#include <time.h>

#include "dur.h"
#include "lines.h"

int64_t
logstamp_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * DUR_SECOND + ts.tv_nsec;
}

const char *
logstamp_format(int64_t ns, char text[LOGSTAMP_LEN + 1])
{
	const int ms = (int)(ns % DUR_SECOND / DUR_MS);
	time_t seconds = (time_t)(ns / DUR_SECOND);
	struct tm tm;
	size_t n;

	(void)gmtime_r(&seconds, &tm);
	n = strftime(text, LOGSTAMP_LEN, "%Y-%m-%dT%H:%M:%S.", &tm);
	text[n++] = (char)('0' + ms / 100);
	text[n++] = (char)('0' + ms / 10 % 10);
	text[n++] = (char)('0' + ms % 10);
	text[n++] = 'Z';
	text[n++] = ' ';
	text[n] = '\0';
	return text;
}

int
logstamp_add(
    struct buf *out, const char *text, bool open_line, const char *p, size_t n)
{
	size_t room = n + lines_count(p, n) * LOGSTAMP_LEN, len;
	char *to = buf_reserve(out, room);

	if (to == NULL)
		return -1;
	for (; n > 0; p += len, n -= len) {
		len = lines_first(p, n);
		if (!open_line) {
			memcpy(to, text, LOGSTAMP_LEN);
			to += LOGSTAMP_LEN;
			buf_grown(out, LOGSTAMP_LEN);
		}
		memcpy(to, p, len);
		to += len;
		buf_grown(out, len);
		open_line = false;
	}
	return 0;
}
