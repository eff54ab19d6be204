# SPDX-License-Identifier: ISC
"""mp-pipe, and pv, cat, mbuffer and socat.

The relay: one program writes, one reads, and in between stands the relay or
one of the others, all in turn in each round. CPU seconds are those of what
stands in between, without the ends. Goals: at most half of pv's CPU time, at
least its throughput; with a copy that costs nothing itself (/dev/null) at most
1.6 times the plain relay's. Then throughput over what is written at a time.

Direct: mp-pipe only starts the ends and waits; compared with the same ends at
pipes made by hand: a stream, and round trips of 64 bytes. Both ends have a
CPU of their own, then all share one, the same for both sides, for the
scheduler's choice would decide otherwise. Goals: within 2 % and 5 %. What
mp-pipe costs before and after that is a row of its own, beside a shell's
pipeline, as pairs.
"""

import functools
import os
import shlex
import shutil
import subprocess
import time

from .kit import Curve, Table, fail, median, points, ratio, take_turns

GIB = 1 << 30
OPTIONS = (
    ("gib", 2, 1, "GiB through the relay, a run"),
    ("direct-rounds", 31, 3, "rounds without a relay"),
    ("trips", 20000, 2000, "round trips of 64 bytes, a run"),
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
    """A writer and a reader of so many GiB, and what stands between them."""

    def __init__(self, bench, gib, writer, reader=("cat",)):
        self.program = bench.built("src/mp-pipe/mp-pipe")
        self.gib = gib
        self.writer = list(writer)
        self.reader = list(reader)

    def ours(self, *options):
        """mp-pipe with those options between them: seconds, CPU seconds."""
        argv = [self.program, "--line", *options, *self.writer, ":::"]
        begin = time.perf_counter()
        with subprocess.Popen(
            argv + self.reader, stdout=subprocess.DEVNULL
        ) as process:
            cpu = end_parent(process)
        return time.perf_counter() - begin, cpu

    def through(self, *middle):
        """Another program between them, or nothing: the same."""
        begin = time.perf_counter()
        writer = subprocess.Popen(self.writer, stdout=subprocess.PIPE)
        last = writer
        if middle:
            last = subprocess.Popen(
                middle,
                stdin=writer.stdout,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            writer.stdout.close()
        reader = subprocess.Popen(
            self.reader, stdin=last.stdout, stdout=subprocess.DEVNULL
        )
        last.stdout.close()
        cpu = end(last)
        if middle:
            end(writer)
        end(reader)
        return time.perf_counter() - begin, cpu


RELAY = ("--deadlock", "report")
PEERS = (
    ("pv", "pv", "-q"),
    ("coreutils", "cat"),
    ("mbuffer", "mbuffer", "-q"),
    ("socat", "socat", "-u", "-", "-"),
)


def relays(bench, stream, *peers):
    """Name and run of each that is there."""
    runs = {"relay": functools.partial(stream.ours, *RELAY)}
    for package, *argv in peers:
        if bench.peer(argv[0], package):
            runs[argv[0]] = functools.partial(stream.through, *argv)
    return runs


def relay_table(bench, options):
    """What stands in between."""
    writer = [bench.child, "write", str(options.gib * GIB)]
    stream = Stream(bench, options.gib, writer)
    runs = relays(bench, stream, *PEERS)
    copy = bench.path("copy")
    for name, path in (("/dev/null", "/dev/null"), ("FILE", copy)):
        runs["--tee " + name] = functools.partial(stream.ours, "--tee", path)
    results = take_turns(runs, options.rounds)
    os.unlink(copy)
    table = Table(
        "between two programs",
        "CPU s/GiB",
        "GiB/s",
        "CPU of relay's",
        "relay's GiB/s, times",
    )
    seconds, cpu = (
        {name: [both[i] for both in figures] for name, figures in
         results.items()}
        for i in (0, 1)
    )
    for name in runs:
        table.add(
            name,
            options.rounds,
            median([one / stream.gib for one in cpu[name]], 3),
            median([stream.gib / one for one in seconds[name]], 2),
            f"{ratio(cpu[name], cpu['relay']):.2f}",
            f"{ratio(seconds[name], seconds['relay']):.2f}",
        )
    return table


def size_curve(bench, options):
    """Throughput over the size of what is written."""
    curve = Curve(
        "throughput, GiB/s",
        "bytes written at a time",
        *("mp-pipe", "mp-pipe, relay", "pipe by hand", "cat", "pv"),
    )

    def rate(stream, run):
        return stream.gib / run()[0]

    for size in points(options, 512, 4096, 32768, 262144):
        count = min(GIB // size, options.gib * 100000)
        writer = [shutil.which("dd"), "if=/dev/zero", "status=none"]
        writer += [f"bs={size}", f"count={count}"]
        stream = Stream(bench, size * count / GIB, writer)
        runs = relays(bench, stream, *PEERS[:2])
        runs["mp-pipe, relay"] = runs.pop("relay")
        runs["mp-pipe"] = stream.ours
        runs["pipe by hand"] = stream.through
        runs = {
            name: functools.partial(rate, stream, run)
            for name, run in runs.items()
        }
        curve.measure(size, options.curve_rounds, runs)
    return curve


def ring(asker, answerer):
    """Both, connected by two pipes."""
    there, back = os.pipe(), os.pipe()
    answering = subprocess.Popen(answerer, stdin=there[0], stdout=back[1])
    asking = subprocess.Popen(asker, stdin=back[0], stdout=there[1])
    for fd in there + back:
        os.close(fd)
    end(asking)
    end(answering)


def trips(bench, options, pins, by_hand):
    """Microseconds of a round trip."""
    path = bench.path("trips")
    pingpong = bench.built("bench/pingpong")
    asker = [*pins[0], pingpong, "ask", str(options.trips), path]
    answerer = [*pins[1], pingpong, "answer"]
    if by_hand:
        ring(asker, answerer)
    else:
        program = bench.built("src/mp-pipe/mp-pipe")
        bench.run([program, *asker, ":::", *answerer])
    with open(path, encoding="ascii") as file:
        return int(file.read()) / options.trips / 1000


def places(bench):
    """Where the two ends are to run: a name, and for each of them the begin
    of its command line."""
    taskset = bench.peer("taskset", "util-linux")
    if taskset is None:
        return {}
    cpus = sorted(os.sched_getaffinity(0))
    pins = [(taskset, "-c", str(cpu)) for cpu in cpus]
    if len(pins) == 1:
        return {"one CPU": pins * 2}
    return {"two CPUs": pins[:2], "one CPU": pins[:1] * 2}


def direct_table(bench, options):
    """Nobody stands in between."""
    table = Table("direct", "mp-pipe", "by hand")
    write = (bench.child, "write", str(GIB))
    for where, pins in places(bench).items():
        stream = Stream(bench, 1, [*pins[0], *write], [*pins[1], "cat"])
        streams = (lambda: stream.ours()[0], lambda: stream.through()[0])
        asks = (
            lambda: trips(bench, options, pins, False),
            lambda: trips(bench, options, pins, True),
        )
        for name, unit, digits, runs in (
            ("1 GiB", "s", 4, streams),
            ("64 bytes there and back", "us", 2, asks),
        ):
            rounds = options.direct_rounds
            both = take_turns(dict(enumerate(runs)), rounds).values()
            name = f"{name}, {where}"
            texts = [median(one, digits) for one in both]
            table.add(f"{name}, {unit}", rounds, *texts)
            table.add(f"{name}, ratio of pairs", rounds,
                      f"{ratio(*both):.3f}", "1.000")
    return table


def start_table(bench, options):
    """Two commands that do nothing."""
    table = Table("two commands", "mp-pipe", "shell")
    program = bench.built("src/mp-pipe/mp-pipe")
    both = (
        [program, "--line", bench.noop, ":::", bench.noop],
        ["sh", "-c", '"$0" | "$0"', bench.noop],
    )
    table.add_pairs("start and end", bench.pairs(both, options.pairs))
    return table


def tables(bench, options):
    """See above."""
    yield relay_table(bench, options)
    yield size_curve(bench, options)
    yield direct_table(bench, options)
    yield start_table(bench, options)
