/* SPDX-License-Identifier: ISC */
/*
 * The names of the states of tasks.
 */
#include "config.h"

#include "states.h"

#include <string.h>

static const char *const names[QUEUE_STATES] = {
    "ready", "leased", "done", "dead", "delayed"};

const char *
states_name(enum queue_state state)
{
	return names[state];
}

int
states_parse(const char *text, unsigned *states)
{
	unsigned mask = 0, i;
	size_t len;

	for (; text != NULL; text = text[len] == ',' ? text + len + 1 : NULL) {
		len = strcspn(text, ",");
		for (i = 0; i < QUEUE_STATES; i++)
			if (strlen(names[i]) == len &&
			    strncmp(names[i], text, len) == 0)
				break;
		if (i == QUEUE_STATES)
			return -1;
		mask |= 1U << i;
	}
	if (mask != 0)
		*states = mask;
	return 0;
}
