# SPDX-License-Identifier: ISC
"""mp-daemon, daemonize and start-stop-daemon.

Starting: each starts a service that only waits, all in turn in each round,
with a pidfile; the ratio is the median of the ratios of the rounds. Only
mp-daemon has seen the service executed when it returns. Stopping: until
mp-daemon, or start-stop-daemon with a schedule, is back. Goals: stop is back
50 ms after the service's death, a bound service dies 100 ms after its main
was killed.

Logs: a service that writes numbers as fast as it can, into the file itself,
then through mp-daemon, as pairs of runs, without and with rotation and times.
Goal: at least 95 % of the direct speed. An idle supervisor: its private
memory and how often it wakes up in ten seconds. Goals: 1 MiB and never.
"""

import os
import select
import shutil
import signal
import statistics
import subprocess
import time

from .kit import Table, fail, in_turn, median, millis

IDLE = 10  # seconds


def add_options(parser):
    """See --help."""
    parser.add_argument(
        "--log-lines",
        type=int,
        default=10000000,
        help="lines that a service writes, a run [10000000]",
    )


class World:
    """mp-daemon in a directory of its own, and the others."""

    def __init__(self, bench):
        self.bench = bench
        self.program = bench.built("src/mp-daemon/mp-daemon")
        self.service = [bench.child, "pause"]
        self.env = dict(os.environ, MP_DAEMON_DIR=bench.path("daemons"))
        self.pidfile = bench.path("pid")
        self.daemonize = bench.peer("daemonize", "daemonize")
        self.other = bench.peer("start-stop-daemon", "dpkg")

    def call(self, *argv, expected=0):
        """mp-daemon; its time in seconds."""
        command = [self.program, *argv]
        return self.bench.run(command, expected=expected, env=self.env)

    def pid(self):
        """That of the service in the pidfile, for which daemonize and
        start-stop-daemon must be waited for."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                with open(self.pidfile, encoding="ascii") as file:
                    line = file.readline()
            except FileNotFoundError:
                line = ""
            if line.endswith("\n") and line.strip().isdigit():
                return int(line)
            time.sleep(0.001)
        return fail("no pidfile")

    def starters(self):
        """Name and command line of each that is there."""
        argv = ["start", "bench", "--pidfile", self.pidfile, "--"]
        yield "mp-daemon", [self.program, *argv, *self.service]
        if self.daemonize:
            argv = [self.daemonize, "-p", self.pidfile]
            yield "daemonize", argv + self.service
        if self.other:
            argv = [self.other, "--start", "--background", "--make-pidfile"]
            argv += ["--pidfile", self.pidfile, "--exec", self.service[0]]
            yield "start-stop-daemon", argv + ["--"] + self.service[1:]

    def end(self, name):
        """Stops what was started by that one; seconds, or None."""
        pid = self.pid()
        if name == "mp-daemon":
            return self.call("stop", "bench")
        seconds = None
        if name == "start-stop-daemon":
            argv = [self.other, "--stop", "--pidfile", self.pidfile]
            seconds = self.bench.run(argv + ["--retry", "TERM/5"])
        else:
            os.kill(pid, signal.SIGKILL)
        os.unlink(self.pidfile)
        return seconds


def start_table(world, rounds):
    """Starting and stopping."""
    entries = list(world.starters())
    starts = {name: [] for name, _ in entries}
    stops = {name: [] for name, _ in entries}
    for number in range(rounds):
        for name, argv in in_turn(entries, number):
            starts[name].append(world.bench.run(argv, env=world.env))
            stops[name].append(world.end(name))
    table = Table("one service", *starts)
    ours = starts["mp-daemon"]
    ratios = [
        median([our / his for our, his in zip(ours, figures)], 2)
        for figures in starts.values()
    ]
    table.add("start, ms", rounds, *map(millis, starts.values()))
    table.add("mp-daemon takes x times as long", rounds, *ratios)
    ends = [
        millis(times) if None not in times else "-" for times in stops.values()
    ]
    table.add("stop, ms", rounds, *ends)
    return table


def death(pidfd):
    """Waits for it; the time."""
    select.select([pidfd], [], [])
    return time.perf_counter()


def after_death(world):
    """Seconds from the death of a service to the end of its stop."""
    argv = ["start", "bench", "--pidfile", world.pidfile, "--"]
    world.call(*argv, *world.service)
    pidfd = os.pidfd_open(world.pid())
    argv = [world.program, "stop", "bench"]
    with subprocess.Popen(argv, env=world.env) as stop:
        dead = death(pidfd)
        stop.wait()
        done = time.perf_counter()
    os.close(pidfd)
    return done - dead


def after_main(world):
    """Seconds from the death of a main to that of the service bound to it."""
    with subprocess.Popen(["sleep", "1000"]) as main:
        argv = ["start", "bench", f"--bind={main.pid}"]
        argv += ["--pidfile", world.pidfile, "--", *world.service]
        world.call(*argv)
        pidfd = os.pidfd_open(world.pid())
        begin = time.perf_counter()
        main.kill()
        dead = death(pidfd)
    os.close(pidfd)
    world.call("wait", "bench", expected=-signal.SIGTERM)
    return dead - begin


def log_entries(world):
    """Name and options of each way for a log to be captured."""
    path = world.bench.path("log")
    yield "captured", ["--log", path, "--log-max", "1T"]
    yield "captured, rotated at 16M", ["--log", path, "--log-max", "16M,3"]
    yield "captured, with the time", ["--log", path, "--stamp"]


def log_table(world, lines, rounds):
    """Logs."""
    table = Table("log", "mp-daemon", "direct")
    tail = ["--", shutil.which("seq"), str(lines)]
    path = world.bench.path("log")
    direct = [world.program, "run", "--log", path] + tail
    for name, options in log_entries(world):
        both = [world.program, "run"] + options + tail, direct
        times = ([], [])
        for number in range(rounds):
            for i in in_turn((0, 1), number):
                times[i].append(world.bench.run(both[i], env=world.env))
                for file in os.listdir(world.bench.directory):
                    if file == "log" or file.startswith("log."):
                        os.unlink(world.bench.path(file))
        ratio = statistics.median(our / his for our, his in zip(*times))
        table.add_pairs(name, times, ratio)
        table.add(name + ", speed, %", rounds, f"{100 / ratio:.0f}", "100")
    return table


def private_kib(pid):
    """The private memory of a process."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(
            int(line.split()[1])
            for line in file
            if line.startswith("Private_")
        )


def parent(pid):
    """That of a process."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return int(file.read().rpartition(")")[2].split()[1])


def wakeups(pid):
    """How often a process has gone to sleep again."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("voluntary_ctxt_switches:"):
                return int(line.split()[1])
    return fail(f"process {pid}: no count of wake-ups")


def idle_table(world):
    """A supervisor that has nothing to do."""
    table = Table("idle supervisor", "mp-daemon")
    log = ["--log", world.bench.path("log"), "--log-max", "1M"]
    for name, options in (("plain", []), ("with a captured log", log)):
        argv = ["start", "bench", "--pidfile", world.pidfile, *options, "--"]
        world.call(*argv, *world.service)
        supervisor = parent(world.pid())
        time.sleep(1)  # what belongs to the start is over
        before = wakeups(supervisor)
        time.sleep(IDLE)
        woken = wakeups(supervisor) - before
        table.add(f"{name}, private KiB", 1, str(private_kib(supervisor)))
        table.add(f"{name}, wake-ups in {IDLE} s", 1, str(woken))
        world.call("stop", "bench")
    return table


def tables(bench, options):
    """See above."""
    world = World(bench)
    yield start_table(world, options.pairs)
    table = Table("deaths", "mp-daemon")
    count = max(options.pairs // 10, 1)
    late = [after_death(world) for _ in range(count)]
    table.add("stop is back after the death, ms", count, millis(late))
    table.add("the longest, ms", count, f"{max(late) * 1000:.2f}")
    late = [after_main(world) for _ in range(count)]
    table.add("service dead after its main, ms", count, millis(late))
    table.add("the longest, ms", count, f"{max(late) * 1000:.2f}")
    yield table
    yield log_table(world, options.log_lines, options.rounds)
    yield idle_table(world)
