# SPDX-License-Identifier: ISC
"""mp-queue: what is promised of it, and others that take tasks.

Figures with a goal behind them: syncs of one-shot commands, counted by
strace(1); the wall time of a one-shot put beside that of a program that only
is linked to SQLite, in pairs; tasks per second of put -l; the time of a get
and its ack with few and with many tasks of a state, in pairs of places; how
many of those that wait are woken by a put; how evenly processes that compete
are served; tasks per second of work.

All queues, also those of others in queue_peers.py, are on one file system. The
time of an fdatasync(2) there is a figure, for all times hang on it.
"""

import os
import re
import subprocess
import time

from . import queue_many, queue_peers
from .kit import Table, fail, median, millis, ratio

SYNCS = 200  # taken for the median


OPTIONS = (
    ("rows", 1000000, 20000, "tasks in a queue with many"),
    ("waiters", 64, 8, "processes that wait for a task"),
    ("seconds", 5.0, 0.5, "seconds for which processes compete"),
    ("work-tasks", 10000, 1000, "tasks of mp-queue work"),
    *queue_peers.OPTIONS,
)


class Queue:
    """mp-queue with a place of its own."""

    def __init__(self, bench, name):
        self.bench = bench
        self.program = bench.built("src/mp-queue/mp-queue")
        self.place = bench.path(name)
        self.receipts = self.place + ".receipts"
        self.main = [self.program, "-Q", self.place]

    def run(self, *args, tasks=os.devnull, expected=0):
        """Runs a verb; its time in seconds."""
        return self.bench.run(
            self.main + list(args), tasks=tasks, expected=expected
        )

    def get(self, *args):
        """The words of a get that does not wait."""
        words = ["get", "--timeout", "0", "--receipt-file", self.receipts]
        return words + list(args)

    def receipt(self):
        """Of the last get."""
        with open(self.receipts, encoding="ascii") as file:
            return file.read().strip()

    def get_ack(self):
        """Takes a task and says that it is done; the seconds of both."""
        taken = self.run(*self.get("q"))
        return taken + self.run("ack", self.receipt())


def sync_time(directory):
    """Seconds of fdatasync(2) of a page behind the end of a file."""
    times = []
    path = os.path.join(directory, "sync")
    with open(path, "wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(bytes(4096))
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - begin)
    os.unlink(path)
    return times


def count_syncs(queue, strace, argv, expected=0):
    """How often a command waits for the disk."""
    path = queue.bench.path("syncs.strace")
    tracer = [strace, "-f", "-e", "trace=fsync,fdatasync", "-o", path]
    queue.bench.run(tracer + queue.main + argv, expected=expected)
    with open(path, encoding="utf-8", errors="replace") as file:
        return len(re.findall(r"\bf(?:data)?sync\(", file.read()))


def add_syncs(table, bench):
    """Syncs of one-shot commands, in a queue that is in use."""
    strace = bench.peer("strace", "strace")
    if strace is None:
        return
    queue = Queue(bench, "syncs")
    queue.run("put", "q", "a")
    queue.get_ack()
    for name, argv in (
        ("put", lambda: ["put", "q", "a"]),
        ("get", lambda: queue.get("q")),
        ("ack", lambda: ["ack", queue.receipt()]),
    ):
        count = count_syncs(queue, strace, argv())
        table.add(f"syncs of {name}", 1, str(count), "2")
    count = count_syncs(queue, strace, queue.get("q"), expected=3)
    table.add("syncs of get, nothing there", 1, str(count), "0")


def add_start(table, bench, options):
    """A put beside the least that a program with SQLite costs."""
    queue = Queue(bench, "start")
    both = (queue.main + ["put", "q", "a"], [bench.built("bench/sqlitestart")])
    queue.run("put", "q", "a")
    times = bench.pairs(both, options.pairs)
    table.add("sync of a page, ms", SYNCS, millis(sync_time(bench.directory)))
    count = options.pairs
    table.add("put, ms", count, millis(times[0]))
    table.add("start of a program with SQLite, ms", count, millis(times[1]))
    table.add("put, in such starts", count, f"{ratio(*times):.2f}", "3.5")


def is_waiting(pid):
    """Whether it listens for the bell."""
    name = f"/proc/{pid}/fd"
    links = [os.readlink(f"{name}/{fd}") for fd in os.listdir(name)]
    return any(link.endswith("/q.items") for link in links)


def trace(bench, strace, waiting):
    """Notes from now on what wakes these processes. Returns the tracer and
    its file."""
    path = bench.path("wakes.strace")
    argv = [strace, "-f", "-e", "trace=?epoll_wait,?epoll_pwait", "-o", path]
    for process in waiting:
        argv += ["-p", str(process.pid)]
    tracer = bench.start(argv, stderr=subprocess.PIPE)
    for _ in waiting:
        tracer.stderr.readline()  # "Process PID attached"
    return tracer, path


def add_wakes(table, bench, options):
    """How many of those that wait are woken by a put."""
    strace = bench.peer("strace", "strace")
    if strace is None:
        return
    count = options.waiters
    queue = Queue(bench, "wakes")
    queue.run("set", "q")
    argv = queue.main + ["get", "--receipt-file", os.devnull, "q"]
    waiting = [
        bench.start(argv, stdout=subprocess.DEVNULL) for _ in range(count)
    ]
    while not all(is_waiting(process.pid) for process in waiting):
        time.sleep(0.01)
    tracer, path = trace(bench, strace, waiting)
    for _ in range(count):
        queue.run("put", "q", "a")
    for process in waiting:
        if process.wait() != 0:
            fail(f"get: status {process.returncode}")
    tracer.communicate()
    with open(path, encoding="ascii", errors="replace") as file:
        woken = len(re.findall(r" = 1$", file.read(), re.M))
    name = f"woken per put, {count} wait"
    table.add(name, count, f"{woken / count:.2f}", "1")


def add_fairness(table, bench, options, count=8):
    """The least that one of several processes gets, as a part of the mean.
    Each get is a transaction; there are more tasks than can be got."""
    queue = Queue(bench, "fair")
    total = int(20000 * options.seconds)
    queue.run("put", "-l", "q", tasks=bench.tasks(total))
    argv = queue.main + ["get", "-l", "-n", str(total)]
    argv += ["--receipt-file", os.devnull, "q"]
    paths = [bench.path(f"fair.{number}") for number in range(count)]
    running = []
    for path in paths:
        with open(path, "wb") as file:
            running.append(bench.start(argv, stdout=file))
    time.sleep(options.seconds)
    for process in running:
        process.terminate()
    for process in running:
        process.wait()
    got = []
    for path in paths:
        with open(path, "rb") as file:
            got.append(file.read().count(b"\n"))
    if sum(got) == total:
        fail("fairness: all tasks were got; too few of them")
    mean = sum(got) / count
    table.add(
        f"least of {count} processes, of the mean",
        count,
        f"{min(got) / mean:.2f}",
        "0.33",
    )
    rate = sum(got) / options.seconds
    table.add(f"gets/s of {count} processes", count, f"{rate:.0f}")


def add_work(table, bench, options):
    """Tasks per second of work with a command that does nothing."""
    queue = Queue(bench, "work")
    known = subprocess.check_output([queue.program, "--help"]).decode()
    if not re.search(r"^work ", known, re.M):
        return
    rates = []
    for _ in range(3):
        queue.run("set", "q")
        queue.run("open", "q")
        queue.run("put", "-l", "q", tasks=bench.tasks(options.work_tasks))
        queue.run("close", "q")
        argv = ("work", "-j2", "q", "--", bench.noop)
        rates.append(options.work_tasks / queue.run(*argv))
    table.add("work -j2, tasks/s", len(rates), median(rates), "2000")


def promises(bench, options):
    """What has a goal."""
    table = Table("promises", "mp-queue", "goal")
    add_syncs(table, bench)
    add_start(table, bench, options)
    add_wakes(table, bench, options)
    add_fairness(table, bench, options)
    add_work(table, bench, options)
    return table


def tables(bench, options):
    """See above."""
    if not os.path.exists(os.path.join(bench.top, "src/mp-queue/mp-queue")):
        return  # built without SQLite
    yield promises(bench, options)
    yield queue_many.table(bench, options, Queue)
    yield queue_peers.put_table(bench, options, Queue(bench, "peers"))
    yield from queue_peers.curves(bench, options, Queue(bench, "curves"))
