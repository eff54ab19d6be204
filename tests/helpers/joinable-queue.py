#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""joinable-queue.py CHECK: Python's multiprocessing.JoinableQueue, made of
mp-queue, does what its documentation says.

The queues are in $MP_QUEUE, the program is found in $PATH. Each CHECK is a
function below whose name begins with check_. Exits with 1 and says why if
something is wrong; --list names the checks.
"""

import json
import multiprocessing
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time

SOON = 0.3  # seconds: what is not to happen has not happened
LONG = 30  # what is to happen has happened


class JoinableQueue:
    """A queue between processes, like that of multiprocessing. What a
    process got is its own until it says task_done(); if it dies before,
    somebody else gets it."""

    def __init__(self, maxsize=0, name="queue"):
        self._name = name
        self._maxsize = max(maxsize, 0)
        self._lock = threading.Lock()
        self._receipts = []
        self._owner = os.getpid()
        self._call("set", "--max-size", str(self._maxsize), name)

    @staticmethod
    def _call(*args, body=b"", fine=(0,)):
        done = subprocess.run(
            ["mp-queue", *args],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode not in fine:
            raise OSError(f"{args}: {done.returncode}: {done.stderr}")
        return done.returncode, done.stdout

    @staticmethod
    def _timeout(block, timeout):
        if not block:
            return ["--timeout", "0"]
        if timeout is None:
            return []
        if timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        return ["--timeout", f"{timeout:.9f}"]

    def put(self, item, block=True, timeout=None):
        """Puts an item, waits for room."""
        options = self._timeout(block, timeout)
        body = pickle.dumps(item)
        status, _ = self._call(
            "put", *options, self._name, body=body, fine=(0, 7, 8)
        )
        if status == 7:
            raise queue.Full
        if status == 8:
            raise ValueError("the queue is closed")

    def put_nowait(self, item):
        """Puts an item if there is room."""
        self.put(item, False)

    def get(self, block=True, timeout=None):
        """Takes an item, waits for it."""
        options = self._timeout(block, timeout)
        with tempfile.NamedTemporaryFile("r", encoding="ascii") as file:
            status, body = self._call(
                "get", "--receipt-file", file.name, "--ttr", "1h",
                "--owner", str(os.getpid()), *options, self._name,
                fine=(0, 3, 4),
            )
            receipt = file.read().strip()
        if status == 3:
            raise queue.Empty
        if status == 4:
            raise ValueError("the queue is closed")
        with self._lock:
            self._own().append(receipt)
        return pickle.loads(body)

    def get_nowait(self):
        """Takes an item if there is one."""
        return self.get(False)

    def _own(self):
        """The receipts, but not those of the process that forked us."""
        if self._owner != os.getpid():
            self._owner, self._receipts = os.getpid(), []
        return self._receipts

    def task_done(self):
        """The item that was got first is done."""
        with self._lock:
            if not self._own():
                raise ValueError("task_done() called too many times")
            receipt = self._receipts.pop(0)
        if self._call("ack", receipt, fine=(0, 5))[0] == 5:
            raise ValueError("the item is somebody else's now")

    def join(self):
        """Waits until all items are done."""
        self._call("join", self._name, fine=(0, 9))

    def close(self):
        """No more items come."""
        self._call("close", self._name)

    def qsize(self):
        """How many items can be got."""
        now = json.loads(self._call("stat", "--json", self._name)[1])
        return now["ready"] + now["delayed"]

    def empty(self):
        """Whether there is no item to get."""
        return self.qsize() == 0

    def full(self):
        """Whether there is no room."""
        return 0 < self._maxsize <= self.qsize()


def raises(error, function, *args, **options):
    """Fails unless the function raises this. Returns how long it took."""
    began = time.monotonic()
    try:
        function(*args, **options)
    except error:
        return time.monotonic() - began
    raise AssertionError(f"{function.__name__}{args}: no {error.__name__}")


class Background:
    """A call that goes on meanwhile."""

    def __init__(self, function, *args):
        self.result = None
        self.thread = threading.Thread(
            target=self._run, args=(function, args), daemon=True
        )
        self.thread.start()

    def _run(self, function, args):
        self.result = function(*args)

    def waits(self):
        """It is not yet over."""
        self.thread.join(SOON)
        assert self.thread.is_alive(), "does not wait"

    def ends(self):
        """It comes to its end. Returns its result."""
        self.thread.join(LONG)
        assert not self.thread.is_alive(), "does not end"
        return self.result


def check_items():
    """Any object comes out as it was put, the first one first."""
    items = [1, None, "", "a\nb\0c", b"\0\xff\n", {"a": [1, (2, 3)]}, 1.5]
    items.append(b"\n\0" * 500000)
    q = JoinableQueue()
    for item in items:
        q.put(item)
    assert [q.get() for _ in items] == items


def check_size():
    """qsize(), empty() and full() count what can be got."""
    q = JoinableQueue(2)
    assert (q.qsize(), q.empty(), q.full()) == (0, True, False)
    q.put("a")
    assert (q.qsize(), q.empty(), q.full()) == (1, False, False)
    q.put("b")
    assert (q.qsize(), q.empty(), q.full()) == (2, False, True)
    q.get()
    assert (q.qsize(), q.empty(), q.full()) == (1, False, False)
    q.get()
    assert (q.qsize(), q.empty(), q.full()) == (0, True, False)


def check_unlimited():
    """Without a maximal size it is never full."""
    for maxsize in 0, -1:
        q = JoinableQueue(maxsize, f"unlimited{maxsize}")
        for n in range(20):
            q.put_nowait(n)
        assert q.qsize() == 20 and not q.full()


def check_full():
    """put() to a full queue: Full at once, or in time, not earlier."""
    q = JoinableQueue(1)
    q.put("a")
    raises(queue.Full, q.put_nowait, "b")
    raises(queue.Full, q.put, "b", False)
    raises(queue.Full, q.put, "b", block=False, timeout=LONG)
    raises(queue.Full, q.put, "b", True, 0)
    took = raises(queue.Full, q.put, "b", True, 0.4)
    assert 0.4 <= took < LONG, took
    assert q.qsize() == 1
    q.get()
    q.put("c", True, LONG)
    assert q.get_nowait() == "c"


def check_empty():
    """get() from an empty queue: Empty at once, or in time, not earlier."""
    q = JoinableQueue()
    raises(queue.Empty, q.get_nowait)
    raises(queue.Empty, q.get, False)
    raises(queue.Empty, q.get, block=False, timeout=LONG)
    raises(queue.Empty, q.get, True, 0)
    took = raises(queue.Empty, q.get, True, 0.4)
    assert 0.4 <= took < LONG, took
    q.put("a")
    assert q.get(True, LONG) == "a"


def check_negative():
    """A timeout below 0 is a ValueError, but only if it counts."""
    q = JoinableQueue(1)
    raises(ValueError, q.get, True, -1)
    raises(ValueError, q.put, "a", timeout=-0.1)
    q.put("a", False, -1)
    assert q.get(False, -1) == "a"


def check_put_waits():
    """put() to a full queue goes on when an item is got."""
    q = JoinableQueue(1)
    q.put("a")
    putting = Background(q.put, "b")
    putting.waits()
    assert q.get() == "a"
    putting.ends()
    assert q.get() == "b"


def check_get_waits():
    """get() goes on when an item is put."""
    q = JoinableQueue()
    getting = Background(q.get)
    getting.waits()
    q.put("a")
    assert getting.ends() == "a"


def check_join():
    """join() waits for task_done(), not for get()."""
    q = JoinableQueue()
    q.join()
    q.put("a")
    q.put("b")
    joining = Background(q.join)
    joining.waits()
    assert (q.get(), q.get()) == ("a", "b") and q.empty()
    q.task_done()
    joining.waits()
    q.task_done()
    joining.ends()
    q.join()


def check_task_done():
    """task_done() called too often is a ValueError and changes nothing."""
    q = JoinableQueue()
    raises(ValueError, q.task_done)
    q.put("a")
    raises(ValueError, q.task_done)
    q.get()
    q.task_done()
    raises(ValueError, q.task_done)
    q.put("b")
    assert q.get() == "b"
    q.task_done()
    q.join()


def check_closed():
    """After close() put() is a ValueError; what is there can be got."""
    q = JoinableQueue()
    q.put("a")
    q.close()
    raises(ValueError, q.put, "b")
    raises(ValueError, q.put_nowait, "b")
    assert q.get() == "a"
    q.task_done()
    raises(ValueError, q.get)


def work(q, results):
    """Squares what it gets, until the queue is closed."""
    while True:
        try:
            n = q.get()
        except ValueError:
            return
        results.put(n * n)
        q.task_done()


def check_workers():
    """The processes of the example in the documentation."""
    context = multiprocessing.get_context("fork")
    q, results = JoinableQueue(3), JoinableQueue(0, "results")
    workers = [
        context.Process(target=work, args=(q, results)) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for n in range(30):
        q.put(n)
    q.join()
    q.close()
    for worker in workers:
        worker.join(LONG)
        assert worker.exitcode == 0, worker.exitcode
    found = sorted(results.get() for _ in range(30))
    assert found == [n * n for n in range(30)] and results.empty(), found


def hold(q, pipe):
    """Gets an item and never says that it is done."""
    pipe.send(q.get())
    time.sleep(LONG)


def check_killed():
    """The item of a worker that is killed goes to another one that waits,
    at once, and join() does not hang."""
    context = multiprocessing.get_context("fork")
    q, (here, there) = JoinableQueue(), context.Pipe()
    q.put("a")
    worker = context.Process(target=hold, args=(q, there))
    worker.start()
    assert here.poll(LONG) and here.recv() == "a"
    getting, joining = Background(q.get), Background(q.join)
    getting.waits()
    worker.kill()
    began = time.monotonic()
    worker.join()
    assert getting.ends() == "a"
    took = time.monotonic() - began
    joining.waits()
    q.task_done()
    joining.ends()
    assert took < LONG / 4, took


def main():
    """Runs a check."""
    checks = {
        name[6:]: function
        for name, function in globals().items()
        if name.startswith("check_")
    }
    if sys.argv[1:] == ["--list"]:
        for name, function in checks.items():
            print(name, " ".join(function.__doc__.split()))
        return
    checks[sys.argv[1]]()


if __name__ == "__main__":
    main()
