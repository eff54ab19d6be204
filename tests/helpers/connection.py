#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""connection.py CHECK [COUNT]: Python's Connection and mp-pipe send and recv
at the two ends of descriptors. --list prints the checks and what they say.
The program is found in $PATH."""

import os
import random
import subprocess
import sys
import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection

PROGRAM = "mp-pipe"
MAX = ["--max", "32M"]
LARGEST = 20 << 20
# Around these sizes either side does something else.
EDGES = (0, 1, 4095, 4096, 16383, 16384, 16385, 65535, 65536, 131071, 131072)


class Wrong(Exception):
    """The program did what it must not do."""


def need(holds, what):
    """Fails where something does not hold."""
    if not holds:
        raise Wrong(what)


def verb(*args, **how):
    """Starts the program."""
    return subprocess.Popen([PROGRAM, *args], **how)


def messages(count):
    """That many messages of any bytes but NUL, which ends the records in
    between: most are short, some are not, a few are very long."""
    source = random.Random(count)
    block = bytes(source.randrange(1, 256) for _ in range(1 << 16))
    for number in range(count):
        if number < len(EDGES):
            size = EDGES[number]
        elif number % 1000 == 500:
            size = LARGEST - source.randrange(2) * number
        elif number % 50 == 0:
            size = source.randrange(1 << 19)
        else:
            size = source.randrange(2000)
        at = source.randrange(1 << 15)
        yield (block[at:] + block * (size // len(block) + 1))[:size]


def exchange(mine, back, count):
    """Sends all messages, and wants them back."""

    def send():
        for message in messages(count):
            mine.send_bytes(message)
        mine.close()

    sender = threading.Thread(target=send)
    sender.start()
    for number, message in enumerate(messages(count)):
        need(back.recv_bytes() == message, f"message {number} differs")
    try:
        back.recv_bytes()
        raise Wrong("more messages than there were")
    except EOFError:
        pass
    sender.join()


def echo(count, reader, writer):
    """Starts what receives from one descriptor and sends to another, by way
    of records."""
    receiver = verb(
        "recv", "-0", *MAX, "--fd", str(reader), pass_fds=(reader,),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
    )
    sender = verb(
        "send", "-0", *MAX, "--fd", str(writer), pass_fds=(writer,),
        stdin=receiver.stdout, stdout=subprocess.DEVNULL,
    )
    receiver.stdout.close()
    need(count > 0, "no messages")
    return receiver, sender


def check_both_ways(count):
    """messages of 0 bytes to 20 MiB come back over two pipes, and the end is
    EOFError"""
    there, mine = os.pipe()
    back, here = os.pipe()
    both = echo(count, there, here)
    os.close(there)
    os.close(here)
    exchange(
        Connection(mine, readable=False),
        Connection(back, writable=False),
        count,
    )
    need([one.wait() for one in both] == [0, 0], "status is not 0")


def check_duplex(count):
    """one duplex Pipe() serves both directions"""
    parent, child = Pipe()
    both = echo(count, child.fileno(), child.fileno())
    child.close()
    for message in messages(min(count, 300)):
        parent.send_bytes(message)
        need(parent.recv_bytes() == message, "a message differs")
    parent.close()
    need([one.wait() for one in both] == [0, 0], "status is not 0")


def check_long_head(_count):
    """a length in 64 bits is understood"""
    reader, writer = os.pipe()
    os.write(writer, b"\xff\xff\xff\xff" + (5).to_bytes(8, "big") + b"hello")
    os.close(writer)
    with verb("recv", stdin=reader, stdout=subprocess.PIPE) as process:
        need(process.stdout.read() == b"hello\n", "not the message")
    os.close(reader)


def check_one_at_a_time(_count):
    """recv -n leaves the other messages to the next one"""
    reader, writer = os.pipe()
    connection = Connection(writer, readable=False)
    for word in (b"one", b"", b"three"):
        connection.send_bytes(word)
    connection.close()
    for word in (b"one\n", b"\n", b"three\n", b""):
        with verb(
            "recv", "-n", "1", stdin=reader, stdout=subprocess.PIPE
        ) as process:
            need(process.stdout.read() == word, f"not {word}")
        need(process.returncode == (0 if word else 4), "another status")
    os.close(reader)


def check_non_blocking(count):
    """a descriptor that somebody has made non-blocking serves"""
    there, mine = os.pipe()
    back, here = os.pipe()
    for descriptor in (there, here):
        os.set_blocking(descriptor, False)
    both = echo(count, there, here)
    os.close(there)
    os.close(here)
    exchange(
        Connection(mine, readable=False),
        Connection(back, writable=False),
        min(count, 600),
    )
    need([one.wait() for one in both] == [0, 0], "status is not 0")


CHECKS = {
    name[len("check_") :].replace("_", "-"): function
    for name, function in list(globals().items())
    if name.startswith("check_")
}


def main():
    """Runs one check."""
    if sys.argv[1] == "--list":
        for name, function in CHECKS.items():
            print(name, " ".join(function.__doc__.split()))
        return
    CHECKS[sys.argv[1]](int(sys.argv[2]))


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"{sys.argv[1]}: {wrong}")
