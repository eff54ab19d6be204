# SPDX-License-Identifier: ISC
"""Enqueueing with mp-queue, nq, task-spooler and redis-cli.

Each takes one task in turn, the order turned around every other time. nq and
tsp run what they get, a command that does nothing; redis-server, one of our
own on the loopback interface, is told to sync each write, as mp-queue does,
and nq and tsp do not sync at all.
"""

import contextlib
import os
import socket
import subprocess
import time

from .kit import Table, fail, in_turn, median, millis

US = "mp-queue"


@contextlib.contextmanager
def nq(bench, path):
    """Command line and environment."""
    yield [path, bench.noop], {"NQDIR": bench.path("nq")}


@contextlib.contextmanager
def tsp(bench, path):
    """The same; its server starts with the first task."""
    more = {"TS_SOCKET": bench.path("tsp"), "TMPDIR": bench.directory}
    try:
        yield [path, "-n", bench.noop], more
    finally:
        bench.run([path, "-K"], env=os.environ | more)


def free_port():
    """One that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextlib.contextmanager
def redis(bench, path):
    """The same, with a server of our own."""
    server = bench.peer("redis-server", "redis-server")
    if server is None:
        fail("redis-cli is there, but no redis-server")
    directory, port = bench.path("redis"), free_port()
    os.mkdir(directory)
    argv = [server, "--bind", "127.0.0.1", "--port", port, "--dir", directory]
    argv += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    client = [path, "-h", "127.0.0.1", "-p", port]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
        try:
            latest = time.monotonic() + 10
            while subprocess.run(
                client + ["ping"], capture_output=True, check=False
            ).returncode:
                if process.poll() is not None or time.monotonic() > latest:
                    fail("redis-server does not start")
                time.sleep(0.05)
            yield client + ["lpush", "q", "a"], {}
        finally:
            process.terminate()


PEERS = (
    ("nq", "nq", nq),
    ("tsp", "task-spooler", tsp),
    ("redis-cli", "redis-tools", redis),
)


def compare(bench, entries, count):
    """Seconds of each, one figure per round."""
    times = {name: [] for name, _, _ in entries}
    for number in range(-1, count):
        for name, argv, more in in_turn(entries, number):
            took = bench.run(argv, env=os.environ | more)
            if number >= 0:  # the first one may start a server
                times[name].append(took)
    return times


def table(bench, options, queue):
    """A row for each."""
    rows = Table("enqueueing", "ms", "mp-queue is x times faster")
    entries = [(US, queue.main + ["put", "q", "a"], {})]
    with contextlib.ExitStack() as stack:
        for name, package, start in PEERS:
            path = bench.peer(name, package)
            if path is not None:
                argv, more = stack.enter_context(start(bench, path))
                entries.append((name, argv, more))
        times = compare(bench, entries, options.pairs)
    for name, figures in times.items():
        ratios = [his / ours for ours, his in zip(times[US], figures)]
        rows.add(name, len(figures), millis(figures), median(ratios, 2))
    return rows
