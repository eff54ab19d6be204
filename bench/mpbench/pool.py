# SPDX-License-Identifier: ISC
"""mp-pool, a bare loop and others.

Each runs the cheapest of commands, a static one that does nothing, once for
each line of a file. In each round all of them run in turn, the order turned
around every other time; what is measured is the time from before the start to
the end. A ratio is the median of the ratios of the rounds.

One more contender is mp-pool with --progress, --joblog and --report, which are
to cost a tenth at most.

Then: tasks per second of a built-in class, and the peak of mp-pool's own
resident set after few and after many tasks, also with all of these on.
"""

import statistics

from . import pool_workers
from .kit import Table, in_turn, median

US = "mp-pool"


def add_options(parser):
    """See --help."""
    parser.add_argument(
        "--jobs", type=int, default=5000, help="commands per run [5000]"
    )
    parser.add_argument(
        "--slow-jobs",
        type=int,
        default=300,
        help="commands per run of GNU parallel [300]",
    )
    parser.add_argument(
        "--procs", type=int, default=2, help="commands at once [2]"
    )
    parser.add_argument(
        "--tasks",
        type=int,
        default=200000,
        help="tasks of the built-in class per run [200000]",
    )
    parser.add_argument(
        "--rss-tasks",
        type=int,
        default=1000000,
        help="many tasks, for the memory [1000000]",
    )
    pool_workers.add_options(parser)


def written_down(bench):
    """The options that have every task written down."""
    files = [bench.path("joblog"), bench.path("report")]
    return ["--progress", "--joblog", files[0], "--report", files[1]]


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
    start = [bench.built("src/mp-pool"), "-j" + procs]
    entries = [
        (US, jobs, start + [noop]),
        ("with records", jobs, start + written_down(bench) + [noop]),
        ("bare loop", jobs, [bench.spawnloop, str(jobs), procs, noop, "1"]),
    ]
    for program, package, count, arguments in peers:
        path = bench.peer(program, package)
        if path is not None:
            entries.append((program, count, [path] + arguments))
    return entries


def compare(bench, options):
    """Jobs per second of each contender: a list, one figure per round."""
    entries = contenders(bench, options)
    rates = {name: [] for name, _, _ in entries}
    for name, jobs, argv in entries:
        bench.run(argv, bench.tasks(min(jobs, options.slow_jobs)))
    for number in range(options.rounds):
        for name, jobs, argv in in_turn(entries, number):
            rates[name].append(jobs / bench.run(argv, bench.tasks(jobs)))
    return rates


def comparison(bench, options):
    """A row for each contender."""
    table = Table("commands", "per second", "min", "max", US + " is x times")
    rates = compare(bench, options)
    for name, figures in rates.items():
        ratios = [ours / his for ours, his in zip(rates[US], figures)]
        table.add(
            name,
            len(figures),
            median(figures),
            f"{min(figures):.0f}",
            f"{max(figures):.0f}",
            median(ratios, 2),
        )
    return table


def builtin(bench, options):
    """Tasks per second of a built-in class, and memory."""
    table = Table("built-in class and memory", US)
    start = [bench.built("src/mp-pool"), "-j" + str(options.procs)]
    prime = start + ["-c", "prime"]
    tasks = bench.tasks(options.tasks, "10")
    times = [bench.run(prime, tasks) for _ in range(min(options.rounds, 5))]
    rate = options.tasks / statistics.median(times)
    table.add("class prime, tasks/s", len(times), f"{rate:.0f}")
    for count in (1000, options.rss_tasks):
        kib = bench.rss(prime, bench.tasks(count, "10"))
        table.add(f"class prime, KiB at {count} tasks", 1, str(kib))
    for count in (1000, options.rss_tasks):
        argv = prime + written_down(bench)
        kib = bench.rss(argv, bench.tasks(count, "10"))
        table.add(f"the same with records, {count} tasks", 1, str(kib))
    for count in (1000, options.jobs):
        kib = bench.rss(start + [bench.noop], bench.tasks(count))
        table.add(f"commands, KiB at {count} tasks", 1, str(kib))
    return table


def tables(bench, options):
    """See above."""
    yield comparison(bench, options)
    yield builtin(bench, options)
    yield from pool_workers.tables(bench, options)
