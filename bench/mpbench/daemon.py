# SPDX-License-Identifier: ISC
"""mp-daemon, daemonize and start-stop-daemon.

Starting: each starts a service that only waits, all in turn in each round,
with a pidfile; the ratio is the median of the ratios of the rounds. Only
mp-daemon has seen the service executed when it returns. Stopping: until
mp-daemon, or start-stop-daemon with a schedule, is back. Goals: stop is back
50 ms after the service's death, a bound service dies 100 ms after its main
was killed. Starting once more, while many services of mp-daemon run.

Logs: a service that writes numbers as fast as it can, into the file itself,
then through mp-daemon, as pairs of runs, without and with rotation and times.
Goal: at least 95 % of the direct speed. An idle supervisor: its private
memory and how often it wakes up. Goals: 1 MiB and never.
"""

import functools
import os
import select
import shutil
import signal
import subprocess
import time

from .kit import Curve, Table, fail, millis, points, ratio, take_turns

SERVICE = "bench"  # the name of ours


OPTIONS = (
    ("log-lines", 10000000, 1000000, "lines that a service writes, a run"),
    ("idle", 10, 1, "seconds that a supervisor idles"),
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

    def start(self, name, *options, expected=0):
        """A service of that name, which only waits."""
        argv = ["start", name, *options, "--", *self.service]
        return self.call(*argv, expected=expected)

    def starters(self):
        """Name and command line of each that is there."""
        argv = ["start", SERVICE, "--pidfile", self.pidfile, "--"]
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
            return self.call("stop", SERVICE)
        seconds = None
        if name == "start-stop-daemon":
            argv = [self.other, "--stop", "--pidfile", self.pidfile]
            seconds = self.bench.run(argv + ["--retry", "TERM/5"])
        else:
            os.kill(pid, signal.SIGKILL)
        os.unlink(self.pidfile)
        return seconds

    def starts(self, rounds):
        """Seconds of starting, and of stopping, of each (name: list)."""

        def both(name, argv):
            return self.bench.run(argv, env=self.env), self.end(name)

        runs = {
            name: functools.partial(both, name, argv)
            for name, argv in self.starters()
        }
        taken = take_turns(runs, rounds)
        return tuple(
            {name: [pair[i] for pair in pairs] for name, pairs in
             taken.items()}
            for i in (0, 1)
        )


def start_table(world, rounds):
    """Starting and stopping."""
    starts, stops = world.starts(rounds)
    table = Table("one service", *starts)
    ours = starts["mp-daemon"]
    ratios = [f"{ratio(ours, his):.2f}" for his in starts.values()]
    table.add("start, ms", rounds, *map(millis, starts.values()))
    table.add("mp-daemon takes x times as long", rounds, *ratios)
    ends = [
        millis(times) if None not in times else "-" for times in stops.values()
    ]
    table.add("stop, ms", rounds, *ends)
    return table


def start_curve(world, options):
    """Starting while others run."""
    names = [name for name, _ in world.starters()]
    curve = Curve("start, ms", "services that run already", *names)
    running = []
    for count in points(options, 1, 10, 100, 1000):
        while len(running) < count:
            running.append(f"other{len(running)}")
            world.start(running[-1])
        starts, _ = world.starts(max(options.pairs // 10, 1))
        curve.add_medians(count, starts, 1000)
    world.call("stop", *running)
    return curve


def death(pidfd):
    """Waits for it; the time."""
    select.select([pidfd], [], [])
    return time.perf_counter()


def after_death(world):
    """Seconds from the death of a service to the end of its stop."""
    world.start(SERVICE, "--pidfile", world.pidfile)
    pidfd = os.pidfd_open(world.pid())
    argv = [world.program, "stop", SERVICE]
    with subprocess.Popen(argv, env=world.env) as stop:
        dead = death(pidfd)
        stop.wait()
        done = time.perf_counter()
    os.close(pidfd)
    return done - dead


def after_main(world):
    """Seconds from the death of a main to that of the service bound to it."""
    with subprocess.Popen(["sleep", "1000"]) as main:
        bind = f"--bind={main.pid}"
        world.start(SERVICE, bind, "--pidfile", world.pidfile)
        pidfd = os.pidfd_open(world.pid())
        begin = time.perf_counter()
        main.kill()
        dead = death(pidfd)
    os.close(pidfd)
    world.call("wait", SERVICE, expected=-signal.SIGTERM)
    return dead - begin


def deaths_table(world, rounds):
    """What comes after a death."""
    table = Table("deaths", "median", "max")
    for name, late in (
        ("stop is back after the service's, ms", after_death),
        ("the service's after its main's, ms", after_main),
    ):
        times = [late(world) for _ in range(rounds)]
        table.add(name, rounds, millis(times), millis([max(times)]))
    return table


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
    direct = ["--log", world.bench.path("log")]

    def took(options):
        seconds = world.call("run", *options, *tail)
        for file in os.listdir(world.bench.directory):
            if file == "log" or file.startswith("log."):
                os.unlink(world.bench.path(file))
        return seconds

    for name, options in log_entries(world):
        runs = {
            "mp-daemon": functools.partial(took, options),
            "direct": functools.partial(took, direct),
        }
        times = tuple(take_turns(runs, rounds).values())
        table.add_pairs(name, times)
        speed = f"{100 / ratio(*times):.1f}"
        table.add(name + ", speed, %", rounds, speed, "100.0")
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


def idle_table(world, seconds):
    """A supervisor that has nothing to do."""
    table = Table("idle supervisor", "mp-daemon")
    log = ["--log", world.bench.path("log"), "--log-max", "1M"]
    for name, options in (("plain", []), ("with a captured log", log)):
        world.start(SERVICE, "--pidfile", world.pidfile, *options)
        supervisor = parent(world.pid())
        time.sleep(1)  # what belongs to the start is over
        before = wakeups(supervisor)
        time.sleep(seconds)
        woken = wakeups(supervisor) - before
        table.add(f"{name}, private KiB", 1, str(private_kib(supervisor)))
        table.add(f"{name}, wake-ups in {seconds} s", 1, str(woken))
        world.call("stop", SERVICE)
    return table


def tables(bench, options):
    """See above."""
    world = World(bench)
    yield start_table(world, options.pairs)
    yield deaths_table(world, max(options.pairs // 10, 1))
    yield start_curve(world, options)
    yield log_table(world, options.log_lines, options.rounds)
    yield idle_table(world, options.idle)
