/* SPDX-License-Identifier: ISC */
/*
 * Waiting until queues have no unfinished task.
 */
#include "config.h"

#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_look.h"

/* A queue that somebody waits for. */
struct joined {
	const char *name;
	int64_t dead; /* tasks, ever */
	struct store_look look;
};

/* Whether nothing is unfinished. */
static enum queue_rc
is_idle(struct store *s, struct joined *j)
{
	enum queue_rc rc = store_begin(s, LOOP_NEVER);
	struct store_q q;

	if (rc == QUEUE_OK)
		rc = store_q_load(s, j->name, false, &q);
	if (rc == QUEUE_OK)
		rc = store_reap(s, &q);
	if (rc == QUEUE_OK)
		rc = store_q_finish(s, &q);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		return rc;
	}
	j->dead = q.dead;
	store_look_later(s, &q, &j->look);
	return store_unfinished(&q) == 0 ? QUEUE_OK : QUEUE_EMPTY;
}

static enum queue_rc
join_one(struct store *s, const char *name, int64_t until, int64_t *dead)
{
	struct joined j = {.name = name};
	char bell[STORE_BELL];
	struct store_wait w;
	enum queue_rc rc;

	rc = is_idle(s, &j);
	if (rc == QUEUE_EMPTY) {
		store_q_bell(name, "idle", bell);
		if (store_wait_begin(s, &w, bell, true) == -1)
			return store_fail(s, name, strerror(errno));
		do {
			rc = is_idle(s, &j);
			store_wait_watch(&w, j.look.pid, j.look.n, j.look.due);
		} while (rc == QUEUE_EMPTY && store_wait(&w, until) == 0);
		store_wait_end(&w, rc == QUEUE_OK);
	}
	*dead = j.dead;
	return rc == QUEUE_EMPTY ? QUEUE_TIMEOUT : rc;
}

enum queue_rc
store_join(struct queue *queue, char *const *names, size_t n, int64_t until)
{
	struct store *s = (struct store *)queue;
	int64_t *before = calloc(n, sizeof(before[0])), dead = 0;
	enum queue_rc rc = QUEUE_OK;
	bool died = false;
	struct store_q q;
	size_t i;

	if (before == NULL)
		return store_fail(s, "join", strerror(errno));
	for (i = 0; i < n && rc == QUEUE_OK; i++) {
		rc = store_q_load(s, names[i], false, &q);
		if (rc == QUEUE_OK)
			before[i] = q.dead;
	}
	for (i = 0; i < n && rc == QUEUE_OK; i++) {
		rc = join_one(s, names[i], until, &dead);
		died |= rc == QUEUE_OK && dead > before[i];
	}
	free(before);
	return rc == QUEUE_OK && died ? QUEUE_DEAD : rc;
}
