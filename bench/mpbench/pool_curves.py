# SPDX-License-Identifier: ISC
"""mp-pool, xargs and GNU parallel over the number of processes and of tasks.

Throughput over -j: of commands that do nothing, and of tasks that need some
milliseconds of a CPU, all the same ones, those of mp-pool's class compute.
mp-pool is there twice: with the class, and with a command for each task as
the others. Memory over the number of tasks: the peak of the resident set of
each program itself, without its commands.
"""

import functools
import os
import shlex

from .kit import Curve, points

OPTIONS = (
    ("curve-jobs", 2000, 500, "commands of each point of a curve"),
    ("compute-jobs", 100, 20, "tasks that need the CPU, the same"),
    ("memory-commands", 100000, 1000, "commands of which memory is taken"),
    ("slow-commands", 10000, 100, "the same of GNU parallel"),
    ("memory-tasks", 1000000, 100000, "the same of a built-in class"),
)
JOBS = (1, 2, 4, 8, 16)
LIMIT = "500000"  # of class compute


def programs(bench, jobs):
    """Name and command line of each that is there, without the command."""
    yield "mp-pool", [bench.built("src/mp-pool"), f"-j{jobs}"]
    for name, package, *argv in (
        ("xargs", "findutils", "-n1", f"-P{jobs}"),
        ("parallel", "parallel", "--will-cite", f"-j{jobs}"),
    ):
        if bench.peer(name, package):
            yield name, [name, *argv]


def command_curve(bench, options):
    """Commands that do nothing."""
    curve = Curve(
        "commands that do nothing, commands/s",
        "processes at once (-j)",
        *("mp-pool", "xargs", "parallel", "bare loop"),
    )

    def rate(count, argv):
        return count / bench.run(argv, bench.tasks(count))

    count = options.curve_jobs
    few = max(count // 10, 10)
    for jobs in points(options, *JOBS):
        runs = {
            name: functools.partial(
                rate, few if name == "parallel" else count, argv + [bench.noop]
            )
            for name, argv in programs(bench, jobs)
        }
        loop = [bench.spawnloop, str(count), str(jobs), bench.noop, "1"]
        runs["bare loop"] = functools.partial(rate, count, loop)
        curve.measure(jobs, options.curve_rounds, runs)
    return curve


def compute_command(bench):
    """One that does what a task of the class does."""
    path = bench.path("compute")
    pool = shlex.quote(bench.built("src/mp-pool"))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nexec {pool} -j1 -c compute ::: "$1"\n')
    os.chmod(path, 0o755)
    return path


def compute_curve(bench, options):
    """Tasks that need the CPU."""
    curve = Curve(
        "tasks that need the CPU, tasks/s",
        "processes at once (-j)",
        *("mp-pool, its class", "mp-pool", "xargs", "parallel"),
    )
    command = compute_command(bench)
    count = options.compute_jobs

    def rate(argv):
        return count / bench.run(argv, bench.tasks(count, LIMIT))

    for jobs in points(options, *JOBS):
        start = dict(programs(bench, jobs))
        runs = {
            name: functools.partial(rate, argv + [command])
            for name, argv in start.items()
        }
        runs["mp-pool, its class"] = functools.partial(
            rate, start["mp-pool"] + ["-c", "compute"]
        )
        curve.measure(jobs, options.curve_rounds, runs)
    return curve


def written_down(bench):
    """The options that have every task written down."""
    files = [bench.path("joblog"), bench.path("report")]
    return ["--joblog", files[0], "--report", files[1]]


def memory_curve(bench, options):
    """The peaks of memory."""
    start = dict(programs(bench, 2))
    prime = start["mp-pool"] + ["-c", "prime"]
    most = {
        "mp-pool": options.memory_commands,
        "xargs": options.memory_commands,
        "parallel": options.slow_commands,
    }
    contenders = {
        "mp-pool, its class": (prime, options.memory_tasks),
        "mp-pool, with records": (
            prime + written_down(bench),
            options.memory_tasks,
        ),
        "mp-pool, workers": (
            start["mp-pool"] + ["-w", "cat"],
            options.memory_tasks,
        ),
    }
    for name, argv in start.items():
        contenders[name] = (argv + [bench.noop], most[name])
    curve = Curve("peak memory, KiB", "tasks", *contenders)
    for count in (100, 1000, 10000, 100000, 1000000):
        runs = {
            name: functools.partial(bench.rss, argv, bench.tasks(count, "10"))
            for name, (argv, limit) in contenders.items()
            if count <= limit
        }
        if runs:
            curve.measure(count, 1, runs)
    return curve


def tables(bench, options):
    """See above."""
    yield command_curve(bench, options)
    yield compute_curve(bench, options)
    yield memory_curve(bench, options)
