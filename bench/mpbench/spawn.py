# SPDX-License-Identifier: ISC
"""mp-spawn and others.

Pairs of runs, the order turned around every other time; the ratio is the
median of the ratios of the pairs: with env(1), with timeout(1), with a chain
of programs that set one thing each, and with a bare loop that starts as many
processes at once. Then the time that copies take over their number, beside
that loop and a shell that starts them in the background and waits.
"""

import functools
import os
import shutil

from .kit import Curve, Table, points

OPTIONS = (("copies", 1000, 200, "copies that mp-spawn starts at once"),)
SHELL = 'i=0; while [ $i -lt $0 ]; do "$1" & i=$((i + 1)); done; wait'


def copies(bench, count):
    """So many copies: name and command line."""
    count = str(count)
    spawn = [bench.built("src/mp-spawn"), "-n", count, "--raw", bench.noop]
    return {
        "mp-spawn": spawn,
        "bare loop": [bench.spawnloop, count, count, bench.noop],
        "shell, & and wait": ["sh", "-c", SHELL, count, bench.noop],
    }


def entries(bench, options):
    """What is compared: name, our command line and the other, pairs."""
    spawn = bench.built("src/mp-spawn")
    true = shutil.which("true")
    many = copies(bench, options.copies)
    yield (
        "--replace, env -i",
        ([spawn, "--replace", true], ["env", "-i", true]),
        options.pairs,
    )
    yield (
        "one copy, timeout",
        ([spawn, true], ["timeout", "10", true]),
        options.pairs,
    )
    yield (
        f"{options.copies} copies, bare loop",
        (many["mp-spawn"], many["bare loop"]),
        options.rounds,
    )
    if os.geteuid() == 0:
        ours = "-i --setsid -N 5 -a 0 -l nofile=512 -U nobody --groups="
        chain = (
            "env -i setsid -w nice -n 5 taskset -c 0 prlimit --nofile=512 "
            "setpriv --reuid nobody --regid nogroup --clear-groups"
        )
        yield (
            "user and all, chain",
            ([spawn] + ours.split() + [true], chain.split() + [true]),
            options.pairs,
        )


def curve(bench, options):
    """Time over the number of copies."""
    rows = Curve("start to end, ms", "copies", *copies(bench, 0))

    def took(argv):
        return bench.run(argv) * 1000

    for count in points(options, 1, 10, 100, 1000, 3000):
        runs = {
            name: functools.partial(took, argv)
            for name, argv in copies(bench, count).items()
        }
        rows.measure(count, options.curve_rounds, runs)
    return rows


def tables(bench, options):
    """See above."""
    bench.peer("env", "coreutils")
    bench.peer("setpriv", "util-linux")
    table = Table("copies", "mp-spawn", "other")
    for name, both, count in entries(bench, options):
        table.add_pairs(name, bench.pairs(both, count))
    yield table
    yield curve(bench, options)
