# SPDX-License-Identifier: ISC
"""mp-pool's workers and blocks: records and bytes per second.

Workers: each contender answers the same file of short records, by two
processes; in each round all of them run in turn. The same work is nothing:
cat, a class on the least number, a function that returns what it gets.

Blocks: each counts the lines of the same file, which is in memory by then,
with wc on blocks of 10 MiB. --pipe reads the file itself, --pipepart leaves
that to its jobs.
"""

import os
import sys

from .kit import Table, in_turn, median

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


def add_options(parser):
    """See --help."""
    parser.add_argument(
        "--records",
        type=int,
        default=1000000,
        help="short records for workers [1000000]",
    )
    parser.add_argument(
        "--slow-records",
        type=int,
        default=50000,
        help="short records for multiprocessing [50000]",
    )
    parser.add_argument(
        "--block-mib",
        type=int,
        default=1024,
        help="size of the file for blocks in MiB [1024]",
    )


def compare(bench, entries, rounds):
    """Rates of each entry (name, amount, command, file), one per round."""
    rates = {entry[0]: [] for entry in entries}
    for number in range(rounds):
        for name, amount, argv, path in in_turn(entries, number):
            rates[name].append(amount / bench.run(argv, path))
    return rates


def rated(title, unit, rates):
    """A row for each contender, the first is the one that is compared."""
    ours = next(iter(rates.values()))
    first = next(iter(rates))
    table = Table(title, unit, "min", "max", first + " is x times")
    for name, figures in rates.items():
        ratios = [mine / his for mine, his in zip(ours, figures)]
        table.add(
            name,
            len(figures),
            median(figures),
            f"{min(figures):.0f}",
            f"{max(figures):.0f}",
            median(ratios, 2),
        )
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


def memory(bench, options):
    """The peak of mp-pool's own resident set."""
    table = Table("memory of workers", US)
    argv = [bench.built("src/mp-pool"), "-j2", "-w", "cat"]
    for count in (1000, options.records):
        kib = bench.rss(argv, bench.tasks(count, "1"))
        table.add(f"-w cat, KiB at {count} records", 1, str(kib))
    return table


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
    yield memory(bench, options)
    yield blocks(bench, options)
