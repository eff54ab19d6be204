/* SPDX-License-Identifier: ISC */
/*
 * The SQLite storage's ops, as queue.h describes them.
 */
#ifndef MP_STORE_OPS_H
#define MP_STORE_OPS_H

#include "queue.h"

enum queue_rc store_put(
    struct queue *, const char *, struct queue_batch *, int64_t until);
enum queue_rc store_get(struct queue *, const char *, const struct queue_want *,
    struct queue_task *);
enum queue_rc store_end(
    struct queue *, const struct receipt *, const struct queue_end *);
enum queue_rc store_turn(struct queue *, const char *name, struct queue_turn *);
void store_await(struct queue *, int fd);
enum queue_rc store_join(struct queue *, char *const *, size_t, int64_t until);
enum queue_rc store_make(struct queue *, const char *);
enum queue_rc store_stat(struct queue *, const char *, struct queue_stat *);
enum queue_rc store_set(
    struct queue *, const char *, const struct queue_settings *, unsigned);
enum queue_rc store_flag(struct queue *, const char *, enum queue_flag, bool);
enum queue_rc store_names(
    struct queue *, bool (*)(void *, const char *), void *);
enum queue_rc store_list(struct queue *, const char *, unsigned states,
    bool (*)(void *, const struct queue_row *), void *);
enum queue_rc store_change(struct queue *, const char *, enum queue_change,
    const struct queue_choice *, int64_t *count);
enum queue_rc store_check(struct queue *);
enum queue_rc store_about(struct queue *, queue_fact_fn *, void *);

#endif
