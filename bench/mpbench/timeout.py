# SPDX-License-Identifier: ISC
"""mp-timeout and timeout(1).

Pairs of runs of both, the order turned around every other time; the ratio is
the median of the ratios of the pairs. The peak of memory is that of the
program itself, without its command. Then: how much later than the limit it
returns, and how long it takes to end daemons that ignore all signals.
"""

import os
import shutil
import signal
import subprocess
import time

from .kit import Table, fail, median, millis


def add_options(parser):
    """See --help."""
    parser.add_argument(
        "--daemons",
        type=int,
        default=200,
        help="daemons that mp-timeout ends [200]",
    )


def add_memory(table, bench, both):
    """The peaks of both."""
    peaks = [[bench.rss(argv) for _ in range(9)] for argv in both]
    medians = [float(median(figures)) for figures in peaks]
    table.add("peak memory, KiB", 9, *(median(figures) for figures in peaks))
    ratio = medians[0] / medians[1]
    table.add("peak memory, ratio", 9, f"{ratio:.2f}", "1.00")


def add_overshoot(table, bench, programs, count):
    """How much later than the limit they are back."""
    tail = ["0.1", "sleep", "10"]
    late = ([], [])
    for _ in range(count):
        for i, program in enumerate(programs):
            late[i].append(bench.run([program] + tail, expected=124) - 0.1)
    table.add(
        "back after the limit, ms", count, *(millis(times) for times in late)
    )


def end_daemons(bench, program, count, number):
    """Seconds from the limit to the end of that many daemons. SIGALRM says
    that the limit is reached, once all of them are there."""
    path = bench.path(f"swarm.{number}")
    argv = [program, "-s", "KILL", "60", bench.child, "swarm"]
    with subprocess.Popen(argv + [str(count), path]) as process:
        while not os.path.exists(path) and process.poll() is None:
            time.sleep(0.01)
        begin = time.perf_counter()
        process.send_signal(signal.SIGALRM)
        status = process.wait()
        end = time.perf_counter()
    if status != 128 + signal.SIGKILL:
        fail(f"{count} daemons: status {status}")
    return end - begin


def tables(bench, options):
    """See above."""
    table = Table("limits", "mp-timeout", "timeout")
    ours = bench.built("src/mp-timeout")
    programs = (ours, bench.peer("timeout", "coreutils"))
    tail = ["10", shutil.which("true")]
    both = [[program] + tail for program in programs]
    table.add_pairs("start and end", *bench.pairs(both, options.pairs))
    add_memory(table, bench, both)
    add_overshoot(table, bench, programs, max(options.pairs // 10, 1))
    times = [
        end_daemons(bench, ours, options.daemons, number)
        for number in range(10)
    ]
    table.add(f"{options.daemons} daemons ended, ms", 10, millis(times))
    yield table
