# SPDX-License-Identifier: ISC
"""mp-pipe, and pv, cat, mbuffer and socat.

The relay: one program writes, one reads, and in between stands the relay or
one of the others, all in turn in each round. CPU seconds are those of what
stands in between, without the ends. Goals: at most half of pv's CPU time, at
least its throughput; with a copy that costs nothing itself (/dev/null) at most
1.6 times the plain relay's.

Direct: mp-pipe only starts the ends and waits; compared with the same ends at
a FIFO. Goal: within 2 %. Round trips of 64 bytes through the ring, compared
with two pipes made by hand. Goal: within 5 %.
"""

import os
import shlex
import statistics
import subprocess
import time

from .kit import Table, fail, in_turn, median

GIB = 1 << 30


def add_options(parser):
    """See --help."""
    parser.add_argument(
        "--gib", type=int, default=4, help="GiB through a pipe, a run [4]"
    )
    parser.add_argument(
        "--trips",
        type=int,
        default=100000,
        help="round trips of 64 bytes, a run [100000]",
    )


def end(process):
    """Waits for it. Its CPU seconds and, if it has reaped children, theirs."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        fail(f"{shlex.join(process.args[:4])}: status {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def end_parent(process):
    """Waits for a process of one thread. Its own CPU seconds."""
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    path = f"/proc/{process.pid}/schedstat"
    with open(path, encoding="ascii") as file:
        seconds = int(file.read().split()[0]) / 1e9
    end(process)
    return seconds


class Stream:
    """A writer and a reader, and what stands between them."""

    def __init__(self, bench, gib):
        self.gib = gib
        self.writer = [bench.child, "write", str(gib * GIB)]
        self.reader = ["cat"]

    def relayed(self, argv):
        """mp-pipe with those options between them: seconds, CPU seconds."""
        argv = argv + self.writer + [":::"] + self.reader
        begin = time.perf_counter()
        with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
            cpu = end_parent(process)
        return time.perf_counter() - begin, cpu

    def filtered(self, argv):
        """Another program between them: the same."""
        begin = time.perf_counter()
        writer = subprocess.Popen(self.writer, stdout=subprocess.PIPE)
        middle = subprocess.Popen(
            argv,
            stdin=writer.stdout,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        writer.stdout.close()
        reader = subprocess.Popen(
            self.reader, stdin=middle.stdout, stdout=subprocess.DEVNULL
        )
        middle.stdout.close()
        cpu = end(middle)
        end(reader)
        seconds = time.perf_counter() - begin
        end(writer)
        return seconds, cpu

    def fifo(self, path):
        """A FIFO between them: seconds."""
        script = f"{shlex.join(self.writer)} >$0 & {shlex.join(self.reader)}"
        begin = time.perf_counter()
        status = subprocess.call(
            ["sh", "-c", script + " <$0; wait", path],
            stdout=subprocess.DEVNULL,
        )
        if status != 0:
            fail(f"a FIFO: status {status}")
        return time.perf_counter() - begin


def contenders(bench, stream):
    """Name and run of each that is there."""
    line = [bench.built("src/mp-pipe/mp-pipe"), "--line"]
    copy = bench.path("copy")
    entries = [
        ("relay", lambda: stream.relayed(line + ["--deadlock", "report"])),
        ("--tee /dev/null", lambda: stream.relayed(
            line + ["--tee", "/dev/null"])),
        ("--tee FILE", lambda: stream.relayed(line + ["--tee", copy])),
    ]
    for package, *argv in (
        ("pv", "pv", "-q"),
        ("coreutils", "cat"),
        ("mbuffer", "mbuffer", "-q"),
        ("socat", "socat", "-u", "-", "-"),
    ):
        if bench.peer(argv[0], package):
            entries.append(
                (argv[0], lambda argv=argv: stream.filtered(argv))
            )
    return entries


def relay_table(bench, stream, rounds):
    """What stands in between."""
    times = {name: [] for name, _ in contenders(bench, stream)}
    for number in range(rounds):
        for name, run in in_turn(contenders(bench, stream), number):
            times[name].append(run())
    table = Table(
        "between two programs", "CPU s/GiB", "GiB/s", "CPU of relay's"
    )
    ours = [cpu for _, cpu in times["relay"]]
    for name, figures in times.items():
        ratios = [cpu / own for (_, cpu), own in zip(figures, ours)]
        table.add(
            name,
            rounds,
            median([cpu / stream.gib for _, cpu in figures], 3),
            median([stream.gib / seconds for seconds, _ in figures], 2),
            f"{statistics.median(ratios):.2f}",
        )
    return table


def trips(bench, argv, options):
    """Microseconds of a round trip."""
    path = bench.path("trips")
    bench.run([word.replace("FILE", path) for word in argv])
    with open(path, encoding="ascii") as file:
        return int(file.read()) / options.trips / 1000


def direct_table(bench, stream, options):
    """Nobody stands in between."""
    program = bench.built("src/mp-pipe/mp-pipe")
    pingpong = bench.built("bench/pingpong")
    fifo = bench.path("fifo")
    os.mkfifo(fifo)
    times, rounds = ([], []), ([], [])
    ask = [str(options.trips), "FILE"]
    for number in range(options.rounds):
        for i in in_turn((0, 1), number):
            times[i].append(
                stream.fifo(fifo)
                if i
                else stream.relayed([program, "--line"])[0]
            )
            rounds[i].append(
                trips(
                    bench,
                    [pingpong, "bare", *ask]
                    if i
                    else [program, pingpong, "ask", *ask, ":::", pingpong,
                          "answer"],
                    options,
                )
            )
    table = Table("direct", "mp-pipe", "by hand")
    for name, both, digits in (
        (f"{stream.gib} GiB, s", times, 3),
        ("64 bytes there and back, us", rounds, 2),
    ):
        count = len(both[0])
        ratio = statistics.median(a / b for a, b in zip(*both))
        table.add(name, count, *(median(one, digits) for one in both))
        table.add(name.split(",")[0] + ", ratio", count, f"{ratio:.3f}")
    return table


def tables(bench, options):
    """See above."""
    stream = Stream(bench, options.gib)
    yield relay_table(bench, stream, options.rounds)
    yield direct_table(bench, stream, options)
