/* SPDX-License-Identifier: ISC */
/*
 * Tasks from several lists of the command line: all combinations, the first
 * list varying slowest. Lists that are linked go forward together and end
 * with the shortest of them. Only the places in the lists are kept.
 */
#include "config.h"

#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct list {
	char *const *word; /* n of them */
	size_t n;
	bool linked; /* to the list before */
	size_t at; /* of the first of those that are linked */
};

struct source_cross {
	struct source head;
	struct list *list;
	size_t nlists;
	size_t per_task; /* combinations */
	bool over;
};

/* The first list behind those that are linked to list i. */
static size_t
group_end(const struct source_cross *s, size_t i)
{
	for (i++; i < s->nlists && s->list[i].linked; i++)
		continue;
	return i;
}

/* The list that list i is linked to, or itself. */
static size_t
group_start(const struct source_cross *s, size_t i)
{
	while (s->list[i].linked)
		i--;
	return i;
}

/* As many words as the group that begins with list i has. */
static size_t
group_length(const struct source_cross *s, size_t i)
{
	size_t end = group_end(s, i), n = s->list[i].n;

	for (i++; i < end; i++)
		if (s->list[i].n < n)
			n = s->list[i].n;
	return n;
}

/* Adds the combination that is next. Returns 0, or -1 and ENOMEM. */
static int
add_row(struct source_cross *s, struct task *task)
{
	const char *word;
	size_t i;

	for (i = 0; i < s->nlists; i++) {
		word = s->list[i].word[s->list[group_start(s, i)].at];
		if (task_add_record(task, word, strlen(word)) == -1)
			return -1;
	}
	return 0;
}

/* The last group goes forward; where it was at its end it begins again and
 * the one before goes forward, and so on. */
static void
forward(struct source_cross *s)
{
	size_t i = s->nlists;

	while (i > 0) {
		i = group_start(s, i - 1);
		if (++s->list[i].at < group_length(s, i))
			return;
		s->list[i].at = 0;
	}
	s->over = true;
}

static enum source_got
cross_next(struct source *source, struct task *task)
{
	struct source_cross *s = (struct source_cross *)source;

	if (s->over)
		return SOURCE_END;
	task->width = s->nlists;
	while (task->nrec < s->per_task * s->nlists && !s->over) {
		if (add_row(s, task) == -1)
			return SOURCE_FAILED;
		forward(s);
	}
	return SOURCE_TASK;
}

static void
cross_stop(struct source *source)
{
	struct source_cross *s = (struct source_cross *)source;

	s->over = true;
}

static void
cross_free(struct source *source)
{
	struct source_cross *s = (struct source_cross *)source;

	free(s->list);
	free(s);
}

static const struct source_ops cross_ops = {
    .next = cross_next, .stop = cross_stop, .free = cross_free};

/* Finds the lists; each but the last ends at the separator of the next. */
static void
take_lists(struct source_cross *s, char *const *word)
{
	struct list *l = s->list;

	for (l->word = word; *word != NULL; word++) {
		if (!source_separates(*word)) {
			l->n++;
			continue;
		}
		l++;
		l->word = word + 1;
		l->linked = strcmp(*word, SOURCE_LINK) == 0;
	}
}

bool
source_separates(const char *word)
{
	return strcmp(word, SOURCE_CROSS) == 0 ||
	    strcmp(word, SOURCE_LINK) == 0;
}

/* How many tasks there are; 0, which is not known, where that is too many. */
static uint64_t
total(const struct source_cross *s, size_t per_task)
{
	uint64_t n = 1;
	size_t i, len;

	for (i = 0; i < s->nlists; i = group_end(s, i)) {
		len = group_length(s, i);
		if (n > UINT64_MAX / 2 / len)
			return 0;
		n *= len;
	}
	return (n + per_task - 1) / per_task;
}

struct source *
source_cross_new(char *const *words, size_t per_task)
{
	struct source_cross *s = calloc(1, sizeof(*s));
	size_t i;

	if (s == NULL)
		return NULL;
	for (s->nlists = 1, i = 0; words[i] != NULL; i++)
		s->nlists += source_separates(words[i]);
	s->list = calloc(s->nlists, sizeof(*s->list));
	if (s->list == NULL) {
		free(s);
		return NULL;
	}
	take_lists(s, words);
	for (i = 0; i < s->nlists; i = group_end(s, i))
		s->over |= group_length(s, i) == 0;
	s->head.total = s->over ? 0 : total(s, per_task);
	s->head.ops = &cross_ops;
	s->head.name = SOURCE_CROSS;
	s->per_task = per_task;
	return &s->head;
}
