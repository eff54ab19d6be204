# SPDX-License-Identifier: ISC
"""mp-timeout and timeout(1).

Pairs of runs of both, the order turned around every other time; the ratio is
the median of the ratios of the pairs. The peak of memory is that of the
program itself, without its command. How much later than the limit they
return; how many daemons that ignore all signals but KILL are left then. Last,
the time from the limit to the end of a tree over its size: such daemons, and
a chain of processes that is as deep. A chain is not as long: to make and to
end each process of it takes the kernel the longer the deeper it is.
"""

import functools
import os
import shutil
import signal
import subprocess
import time

from .kit import Curve, Table, fail, median, millis, points, take_turns

OPTIONS = (("daemons", 200, 20, "daemons that are to be ended"),)


def add_memory(table, bench, both):
    """The peaks of both."""
    peaks = [[bench.rss(argv) for _ in range(9)] for argv in both]
    medians = [float(median(figures)) for figures in peaks]
    table.add("peak memory, KiB", 9, *(median(figures) for figures in peaks))
    ratio = medians[0] / medians[1]
    table.add("peak memory, ratio", 9, f"{ratio:.2f}", "1.00")


def add_overshoot(table, bench, programs, count):
    """How much later than the limit they are back."""

    def late(program):
        argv = [program, "0.1", "sleep", "10"]
        return bench.run(argv, expected=124) - 0.1

    runs = {program: functools.partial(late, program) for program in programs}
    times = take_turns(runs, count).values()
    table.add("back after the limit, ms", count, *map(millis, times))


def end_tree(bench, program, kind, count):
    """Seconds from the limit to the end of a tree of that many processes, and
    how many are left. SIGALRM says that the limit is reached, once all are
    there."""
    path = bench.path(f"{kind}.{count}")
    argv = [program, "-s", "KILL", "60", bench.child, kind, str(count), path]
    with subprocess.Popen(argv) as process:
        while not os.path.exists(path) and process.poll() is None:
            time.sleep(0.01)
        begin = time.perf_counter()
        process.send_signal(signal.SIGALRM)
        status = process.wait()
        seconds = time.perf_counter() - begin
    if status not in (128 + signal.SIGKILL, -signal.SIGKILL):
        fail(f"{kind} of {count}: status {status}")
    os.unlink(path)
    return seconds, kill_all(path)


def kill_all(word):
    """Ends the processes that have that word in their command lines, which
    wait for nothing else; how many they were."""
    count = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if word.encode() not in file.read().split(b"\0"):
                    continue
            os.kill(int(pid), signal.SIGKILL)
            count += 1
        except (FileNotFoundError, ProcessLookupError):
            pass
    return count


def tree_curve(bench, program, options):
    """Time to the end of a tree over its size."""
    curve = Curve("end of a tree, ms", "processes", "daemons", "chain")
    kinds = {"daemons": ("swarm", 3000), "chain": ("chain", 300)}

    def took(kind, count):
        return end_tree(bench, program, kind, count)[0] * 1000

    for count in points(options, 1, 10, 100, 300, 1000, 3000):
        runs = {
            name: functools.partial(took, kind, count)
            for name, (kind, most) in kinds.items()
            if count <= most
        }
        curve.measure(count, options.curve_rounds, runs)
    return curve


def tables(bench, options):
    """See above."""
    table = Table("limits", "mp-timeout", "timeout")
    ours = bench.built("src/mp-timeout")
    programs = (ours, bench.peer("timeout", "coreutils"))
    tail = ["10", shutil.which("true")]
    both = [[program] + tail for program in programs]
    table.add_pairs("start and end", bench.pairs(both, options.pairs))
    add_memory(table, bench, both)
    add_overshoot(table, bench, programs, max(options.pairs // 10, 1))
    left = [
        end_tree(bench, program, "swarm", options.daemons)[1]
        for program in programs
    ]
    name = f"left of {options.daemons} daemons after the limit"
    table.add(name, 1, *map(str, left))
    yield table
    yield tree_curve(bench, ours, options)
