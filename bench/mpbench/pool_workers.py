# SPDX-License-Identifier: ISC
"""mp-pool's workers and blocks: records and bytes per second.

Workers: each contender answers the same file of short records, by two
processes; in each round all of them run in turn. The same work is nothing:
cat, a class on the least number, a function that returns what it gets. Goal:
prime three times as fast as cat, cat four times as fast as multiprocessing.

Blocks: each counts the lines of the same file, which is in memory by then,
with wc on blocks of 10 MiB. --pipe reads the file itself, --pipepart leaves
that to its jobs.
"""

import os
import sys

from .kit import Table, take_turns

US = "mp-pool"
LINE = b"a line of text as there are many, with number 12345\n"

MULTIPROCESSING = """
import multiprocessing, sys

def same(line):
    return line

if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        for line in pool.imap_unordered(same, sys.stdin, chunksize=1):
            sys.stdout.write(line)
"""


OPTIONS = (
    ("records", 1000000, 100000, "short records for workers"),
    ("slow-records", 50000, 5000, "short records for multiprocessing"),
    ("block-mib", 1024, 64, "size of the file for blocks in MiB"),
)


def compare(bench, entries, rounds):
    """Rates of each entry (name, amount, command, file), one per round."""
    runs = {
        name: lambda amount=amount, argv=argv, path=path: amount
        / bench.run(argv, path)
        for name, amount, argv, path in entries
    }
    return take_turns(runs, rounds)


def rated(title, unit, rates):
    """A row for each contender, the first is the one that is compared."""
    first = next(iter(rates))
    table = Table(title, unit, "min", "max", first + " is x times")
    table.add_rates(rates)
    return table


def workers(bench, options):
    """Records per second."""
    pool = [bench.built("src/mp-pool"), "-j2"]
    many = bench.tasks(options.records, "1")
    few = bench.tasks(options.slow_records, "1")
    script = bench.path("imap.py")
    with open(script, "w", encoding="ascii") as file:
        file.write(MULTIPROCESSING)
    entries = (
        (f"{US} -w cat", options.records, pool + ["-w", "cat"], many),
        (
            f"{US} -w --depth 1 cat",
            options.slow_records,
            pool + ["-w", "--depth", "1", "cat"],
            few,
        ),
        (f"{US} -c prime", options.records, pool + ["-c", "prime"], many),
        (f"{US} -c compute", options.records, pool, many),
        (
            "multiprocessing",
            options.slow_records,
            [sys.executable, script],
            few,
        ),
    )
    return rated(
        "short records, two processes",
        "per second",
        compare(bench, entries, options.rounds),
    )


def blocks(bench, options):
    """MiB per second."""
    path = bench.path("lines")
    with open(path, "wb") as file:
        chunk = LINE * ((1 << 20) // len(LINE))
        while file.tell() < options.block_mib << 20:
            file.write(chunk)
    size = os.path.getsize(path) / (1 << 20)
    entries = [
        (
            f"{US} -b",
            size,
            [bench.built("src/mp-pool"), "-j2", "-b", "10M", "wc", "-l"],
            path,
        ),
        (
            f"cat | {US} -b",
            size,
            [
                "sh",
                "-c",
                'cat | "$0" -j2 -b 10M wc -l',
                bench.built("src/mp-pool"),
            ],
            path,
        ),
        ("wc alone", size, ["wc", "-l"], path),
    ]
    parallel = bench.peer("parallel", "parallel")
    if parallel is not None:
        start = [parallel, "--will-cite", "-j2", "--block", "10M"]
        entries.append(
            ("parallel --pipe", size, start + ["--pipe", "wc", "-l"], path)
        )
        entries.append(
            (
                "parallel --pipepart",
                size,
                start + ["-a", path, "--pipepart", "wc", "-l"],
                os.devnull,
            )
        )
    rates = compare(bench, entries, min(options.rounds, 5))
    os.unlink(path)
    return rated("wc -l on blocks", "MiB per second", rates)


def tables(bench, options):
    """See above."""
    yield workers(bench, options)
    yield blocks(bench, options)
