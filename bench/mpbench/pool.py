# SPDX-License-Identifier: ISC
"""mp-pool, a bare loop and others.

Each runs the cheapest of commands, a static one that does nothing, once for
each line of a file. In each round all of them run in turn, the order turned
around every other time; what is measured is the time from before the start to
the end. A ratio is the median of the ratios of the rounds.

Records: the same commands with and without --progress, on a terminal, and
--joblog and --report, in pairs. Goal: they cost a tenth at most. Then tasks
per second of a built-in class, and more in pool_workers.py and pool_curves.py.
"""

import contextlib
import os
import threading

from . import pool_curves, pool_workers
from .kit import Table, median, take_turns

US = "mp-pool"
OPTIONS = (
    ("jobs", 5000, 1000, "commands per run"),
    ("slow-jobs", 300, 50, "commands per run of GNU parallel"),
    ("procs", 2, 2, "commands at once"),
    ("tasks", 200000, 50000, "tasks of the built-in class per run"),
    *pool_workers.OPTIONS,
    *pool_curves.OPTIONS,
)


def contenders(bench, options):
    """Name, number of jobs and command line of each that is there."""
    procs = str(options.procs)
    jobs = options.jobs
    words = [str(number) for number in range(1, jobs + 1)]
    noop = bench.noop
    peers = (
        ("xargs", "findutils", jobs, ["-n1", "-P" + procs, noop]),
        ("xe", "xe", jobs, ["-j" + procs, noop, "{}"]),
        (
            "parallel.moreutils",
            "moreutils",
            jobs,
            ["-j" + procs, noop, "--"] + words,
        ),
        (
            "parallel",
            "parallel",
            options.slow_jobs,
            ["--will-cite", "-j" + procs, noop],
        ),
    )
    yield US, jobs, [bench.built("src/mp-pool"), "-j" + procs, noop]
    yield "bare loop", jobs, [bench.spawnloop, str(jobs), procs, noop, "1"]
    for program, package, count, arguments in peers:
        path = bench.peer(program, package)
        if path is not None:
            yield program, count, [path] + arguments


def comparison(bench, options):
    """A row for each contender."""

    def rate(jobs, argv):
        return jobs / bench.run(argv, bench.tasks(jobs))

    runs = {
        name: lambda jobs=jobs, argv=argv: rate(jobs, argv)
        for name, jobs, argv in contenders(bench, options)
    }
    take_turns(runs, 1)  # what is read once is in memory then
    table = Table("commands", "per second", "min", "max", US + " is x times")
    table.add_rates(take_turns(runs, options.rounds))
    return table


@contextlib.contextmanager
def terminal():
    """One that takes all that is written to it; its descriptor."""
    master, slave = os.openpty()

    def read():
        with contextlib.suppress(OSError):  # all have closed the other end
            while os.read(master, 65536):
                pass

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield slave
    finally:
        os.close(slave)
        reader.join()
        os.close(master)


def records(bench, options):
    """The cost of having every task written down."""
    start = [bench.built("src/mp-pool"), "-j" + str(options.procs)]
    files = [bench.path("joblog"), bench.path("report")]
    written = ["--progress", "--joblog", files[0], "--report", files[1]]
    both = start + written + [bench.noop], start + [bench.noop]
    tasks = bench.tasks(options.jobs)
    table = Table("records", "with", "without")
    with terminal() as tty:
        times = bench.pairs(
            both, 2 * options.rounds, tasks=tasks, stderr=tty
        )
    name = "--progress, --joblog and --report"
    table.add_pairs(name, times)
    return table


def builtin(bench, options):
    """Tasks per second of a built-in class."""
    table = Table("built-in class", US)
    argv = [bench.built("src/mp-pool"), "-j" + str(options.procs)]
    argv += ["-c", "prime"]
    tasks = bench.tasks(options.tasks, "10")
    rates = [
        options.tasks / bench.run(argv, tasks) for _ in range(options.rounds)
    ]
    table.add("class prime, tasks/s", options.rounds, median(rates))
    return table


def tables(bench, options):
    """See above."""
    yield comparison(bench, options)
    yield records(bench, options)
    yield builtin(bench, options)
    yield from pool_workers.tables(bench, options)
    yield from pool_curves.tables(bench, options)
