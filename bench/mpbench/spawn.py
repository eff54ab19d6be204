# SPDX-License-Identifier: ISC
"""mp-spawn and others.

Pairs of runs, the order turned around every other time; the ratio is the
median of the ratios of the pairs: with env(1), with timeout(1), with a chain
of programs that set one thing each, and with a bare loop that starts as many
processes at once.
"""

import os
import shutil

from .kit import Table


def add_options(parser):
    """See --help."""
    parser.add_argument(
        "--copies",
        type=int,
        default=1000,
        help="copies that mp-spawn starts at once [1000]",
    )


def entries(bench, options):
    """What is compared: name, our command line and the other, pairs."""
    spawn = bench.built("src/mp-spawn")
    true = shutil.which("true")
    copies = str(options.copies)
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
        f"{copies} copies, bare loop",
        (
            [spawn, "-n", copies, "--raw", bench.noop],
            [bench.spawnloop, copies, copies, bench.noop],
        ),
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


def tables(bench, options):
    """See above."""
    bench.peer("env", "coreutils")
    bench.peer("setpriv", "util-linux")
    table = Table("copies", "mp-spawn", "other")
    for name, both, count in entries(bench, options):
        table.add_pairs(name, *bench.pairs(both, count))
    yield table
