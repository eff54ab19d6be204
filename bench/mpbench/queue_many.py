# SPDX-License-Identifier: ISC
"""A queue with a million tasks, and one with a thousand.

Tasks per second of put -l, in transactions as it makes them; then the time of
one get and its ack, in pairs of places: as many tasks are ready, or delayed,
or dead. SQLite itself makes the dead ones, for burying is a transaction each.
"""

import contextlib
import sqlite3

from .kit import Table, median, millis, ratio, take_turns

FEW = 1000


def bury_all(queue):
    """All ready tasks are dead."""
    with contextlib.closing(sqlite3.connect(queue.place + "/db")) as db:
        with db:
            db.execute("UPDATE job SET state = 3, due = NULL")
            db.execute(
                "UPDATE q SET n_dead = n_ready, t_dead = n_ready, n_ready = 0"
            )
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def fill(queue, state, count, calls):
    """Puts so many tasks of that state, and ready ones for the calls. Returns
    the seconds of the first."""
    delay = ["--delay", "1d"] if state == "delayed" else []
    tasks = queue.bench.tasks(count)
    took = queue.run("put", "-l", *delay, "q", tasks=tasks)
    if state == "dead":
        bury_all(queue)
    queue.run("put", "-l", "q", tasks=queue.bench.tasks(calls + 1))
    queue.get_ack()
    return took


def table(bench, options, new):
    """See above. new makes a queue in a place of its own."""
    rows = Table("few and many tasks", "mp-queue", "goal")
    calls, rates = options.queue_calls, []
    for state in ("ready", "delayed", "dead"):
        few, many = new(bench, "few-" + state), new(bench, "many-" + state)
        fill(few, state, FEW, calls)
        rates.append(options.rows / fill(many, state, options.rows, calls))
        runs = {FEW: few.get_ack, options.rows: many.get_ack}
        times = take_turns(runs, calls)
        for count, figures in times.items():
            name = f"get and ack, {count} {state}, ms"
            rows.add(name, calls, millis(figures))
        factor = ratio(times[options.rows], times[FEW])
        rows.add(
            f"many {state}, times of few", calls, f"{factor:.2f}", "1.5"
        )
    name = f"put -l of {options.rows}, tasks/s"
    rows.add(name, len(rates), median(rates), "100000")
    return rows
