# SPDX-License-Identifier: ISC
"""mp-queue, nq, task-spooler and redis-cli.

Enqueueing: each takes one task in turn, the order turned around every other
time. nq and tsp run what they get, a command that does nothing; redis-server,
one of our own on a Unix socket, is told to sync each write, as mp-queue does,
and nq and tsp do not sync at all.

Then what a put costs, and a get with its ack, over the number of tasks that
wait. With nq and tsp each of these is a process that waits for the one before,
and nobody else can get them; with redis a get moves an element to another
list, and an ack removes it from there.
"""

import contextlib
import os
import subprocess
import time

from .kit import Curve, Table, fail, millis, points, ratio, take_turns

MOST_PROCESSES = 500  # that wait, with nq and tsp; tsp has room for some 900
OPTIONS = (("queue-calls", 50, 5, "calls for each figure of a queue"),)


class Peer:
    """One of the others. put() is timed, and may start what is needed."""

    program = package = None
    most = 1 << 62

    def __init__(self, bench, path):
        self.bench = bench
        self.path = path
        self.place = bench.path(f"{self.program}-{time.monotonic_ns()}")
        self.command = [path, bench.noop]
        self.env = dict(os.environ)

    def put(self):
        """Seconds."""
        return self.bench.run(self.command, env=self.env)

    def take(self):
        """Seconds of taking a task and saying that it is done."""

    def grow(self, count):
        """So many more tasks, which wait."""
        for _ in range(count):
            self.put()

    def block(self):
        """From now on tasks wait."""

    def close(self):
        """Leaves no process behind."""


class Nq(Peer):
    """It has no server: its tasks wait for each other."""

    program = package = "nq"
    most = MOST_PROCESSES
    blocker = None

    def __init__(self, bench, path):
        super().__init__(bench, path)
        self.env["NQDIR"] = self.place

    def block(self):
        argv = [self.path, self.bench.child, "pause"]
        name = subprocess.check_output(argv, env=self.env).decode().strip()
        self.blocker = int(name.rpartition(".")[2])

    def close(self):
        if self.blocker:
            os.kill(self.blocker, 9)
        self.bench.run([self.path, "-w"], env=self.env)


class Tsp(Peer):
    """Its server starts with the first task, and holds those that wait."""

    program, package = "tsp", "task-spooler"
    most = MOST_PROCESSES

    def __init__(self, bench, path):
        super().__init__(bench, path)
        self.command = [path, "-n", bench.noop]
        self.env |= {"TS_SOCKET": self.place, "TMPDIR": bench.directory}

    def block(self):
        self.bench.run([self.path, "-n", self.bench.child, "pause"],
                       env=self.env)

    def close(self):
        self.bench.run([self.path, "-K"], env=self.env)


class Redis(Peer):
    """With a server of our own."""

    program, package = "redis-cli", "redis-tools"

    def __init__(self, bench, path):
        super().__init__(bench, path)
        program = bench.peer("redis-server", "redis-server")
        if program is None:
            fail("redis-cli is there, but no redis-server")
        os.mkdir(self.place)
        address = os.path.join(self.place, "socket")
        self.client = [path, "-s", address]
        self.command = [*self.client, "lpush", "q", "a"]
        argv = [program, "--port", "0", "--unixsocket", address]
        argv += ["--dir", self.place, "--save", "", "--appendonly", "yes"]
        argv += ["--appendfsync", "always"]
        self.server = bench.start(argv, stdout=subprocess.DEVNULL)
        latest = time.monotonic() + 10
        while subprocess.run(
            self.client + ["ping"], capture_output=True, check=False
        ).returncode:
            if self.server.poll() is not None or time.monotonic() > latest:
                fail("redis-server does not start")
            time.sleep(0.05)

    def grow(self, count):
        script = "for i = 1, ARGV[1] do redis.call('lpush', 'q', 'a') end"
        self.bench.run([*self.client, "eval", script, "0", str(count)])

    def take(self):
        got = self.bench.run([*self.client, "rpoplpush", "q", "taken"])
        acked = self.bench.run([*self.client, "lrem", "taken", "1", "a"])
        return got + acked

    def close(self):
        self.server.terminate()
        self.server.wait()


class Us:
    """mp-queue, in the place of a peer."""

    program = "mp-queue"
    most = Peer.most

    def __init__(self, queue):
        self.queue = queue

    def put(self):
        """Seconds."""
        return self.queue.run("put", "q", "a")

    def take(self):
        """Seconds."""
        return self.queue.get_ack()

    def grow(self, count):
        """So many more tasks."""
        tasks = self.queue.bench.tasks(count)
        self.queue.run("put", "-l", "q", tasks=tasks)


@contextlib.contextmanager
def everybody(bench, queue):
    """All that are there."""
    with contextlib.ExitStack() as stack:
        them = [Us(queue)]
        for kind in (Nq, Tsp, Redis):
            path = bench.peer(kind.program, kind.package)
            if path is not None:
                them.append(kind(bench, path))
                stack.callback(them[-1].close)
        yield them


def put_table(bench, options, queue):
    """A row for each."""
    rows = Table("enqueueing", "ms", "mp-queue is x times faster")
    with everybody(bench, queue) as them:
        runs = {one.program: one.put for one in them}
        take_turns(runs, 1)  # which may start a server
        times = take_turns(runs, options.pairs)
    ours = times["mp-queue"]
    for name, figures in times.items():
        factor = f"{ratio(figures, ours):.2f}"
        rows.add(name, len(figures), millis(figures), factor)
    return rows


def curves(bench, options, queue):
    """Over the number of tasks that wait."""
    axis = "tasks that wait"
    calls = options.queue_calls
    with everybody(bench, queue) as them:
        names = [one.program for one in them]
        takers = [name for name in names if name in ("mp-queue", "redis-cli")]
        put = Curve("put, ms", axis, *names)
        take = Curve("get and ack, ms", axis, *takers)
        for one in them[1:]:
            one.block()
        have = 0
        for length in points(options, 1, 500, 10000, 100000, 1000000):
            there = [one for one in them if length <= one.most]
            for one in there:
                one.grow(length - have)
            have = length
            runs = {one.program: one.put for one in there}
            take_turns(runs, 1)  # which may have to clear up after growing
            put.add_medians(length, take_turns(runs, calls), 1000)
            runs = {
                one.program: one.take
                for one in there
                if one.program in takers
            }
            take.add_medians(length, take_turns(runs, calls), 1000)
    yield put
    yield take
