# SPDX-License-Identifier: ISC
"""What the tests of mp-queue in Python share: calls of the program, which is
found in $PATH, with the queues in $MP_QUEUE; and tasks that can be told from
each other and from broken ones."""

import collections
import json
import os
import random
import subprocess
import sys

PROGRAM = "mp-queue"
FIRST, SECOND = "first", "second"  # names of queues
LARGE = 200000  # bytes: more than a pipe holds


class Wrong(Exception):
    """The program did what it must not do."""


def start(*args, **how):
    """Starts mp-queue."""
    return subprocess.Popen(
        [PROGRAM, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **how,
    )


def call(*args, expect=(0,), body=b"", doom=None):
    """Runs mp-queue, kills it after doom seconds. Returns its status, which
    is None if it was killed, and its output."""
    process = start(*args, stdin=subprocess.PIPE)
    try:
        out, err = process.communicate(body, doom)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    status = process.returncode
    if status == -9 and doom is not None:
        return None, out
    if status not in expect:
        raise Wrong(f"{' '.join(args)}: status {status}: {err.decode()}")
    return status, out


def stat(queue):
    """The counters and sizes of a queue."""
    return json.loads(call("stat", "--json", queue)[1])


def receive(queue, *options, path, doom=None):
    """Gets a task: its status, body and receipt. A receipt is good only if
    get says so: another one may be half written."""
    if os.path.exists(path):
        os.unlink(path)
    status, body = call(
        "get", "--receipt-file", path, *options, queue,
        expect=(0, 3, 4), doom=doom,
    )
    if status != 0:
        return status, None, None
    with open(path, encoding="ascii") as file:
        return status, body, file.read().rstrip("\n")


def body_of(serial):
    """The body of the task that has this number, and no other one."""
    source = random.Random(serial)
    length = LARGE if source.random() < 0.03 else source.randrange(300)
    return b"%d " % serial + source.randbytes(length)


def serial_of(body):
    """The other way round; fails if the body is not whole."""
    digits = body.split(b" ", 1)[0]
    if not digits.isdigit() or body != body_of(int(digits)):
        raise Wrong(f"a body that nobody put: {body[:60]!r}")
    return int(digits)


def check_counters(queue):
    """stat and ls say the same."""
    now = stat(queue)
    rows = call("ls", "--json", queue)[1].splitlines()
    states = collections.Counter(json.loads(row)["state"] for row in rows)
    for state in ("ready", "leased", "done", "dead", "delayed"):
        if now[state] != states[state]:
            raise Wrong(f"{queue}: {state}: stat says {now}, ls {states}")
    unfinished = now["ready"] + now["leased"] + now["delayed"]
    if now["put"] != now["acked"] + unfinished:
        raise Wrong(f"{queue}: put is not what was acked and is left: {now}")
    return now


def run(test, options):
    """Runs a test. Returns what is to be the exit status."""
    try:
        test(options)
    except Wrong as why:
        print(why, file=sys.stderr)
        return 1
    return 0
