# SPDX-License-Identifier: ISC
"""What all measurements share: programs, runs, pairs, tables, the results."""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time


def fail(message):
    """Ends all with a line on standard error."""
    sys.exit(f"bench/run: {message}")


def median(figures, digits=0):
    """The median as a text."""
    return f"{statistics.median(figures):.{digits}f}"


def millis(seconds):
    """The median in milliseconds."""
    return median([figure * 1000 for figure in seconds], 2)


class Table:
    """Rows of figures: each has a name, one figure for each column, and how
    often the figures were taken."""

    def __init__(self, title, *columns):
        self.title = title
        self.columns = columns
        self.rows = []

    def add(self, name, count, *figures):
        """One more row; the columns that are left over stay empty."""
        empty = ("-",) * (len(self.columns) - len(figures))
        self.rows.append((name, *figures, *empty, str(count)))

    def add_pairs(self, name, times, ratio):
        """The rows of what pairs() has measured."""
        count = len(times[0])
        self.add(name + ", ms", count, *(millis(one) for one in times))
        self.add(name + ", ratio of pairs", count, f"{ratio:.2f}", "1.00")

    def print(self):
        """In columns, the first one to the left, the others to the right."""
        lines = [(self.title, *self.columns, "n")] + self.rows
        widths = [max(len(cell) for cell in column) for column in zip(*lines)]
        for line in lines:
            cells = [cell.rjust(wide) for cell, wide in zip(line, widths)]
            print("  ".join([line[0].ljust(widths[0])] + cells[1:]))
        print(flush=True)

    def records(self):
        """For each figure: of what, of whom, the figure, how often."""
        for name, *figures, count in self.rows:
            for column, figure in zip(self.columns, figures):
                if figure != "-":
                    yield name, column, figure, count


class Bench:
    """The programs, and a directory to work in."""

    def __init__(self, builddir, directory):
        self.top = os.path.abspath(builddir)
        self.directory = directory
        self.versions = {}
        self.started = []
        self.child = self.built("tests/helpers/child")
        self.noop = self.built("tests/helpers/noop")
        self.spawnloop = self.built("bench/spawnloop")

    def built(self, name):
        """The path of a program that make has built."""
        path = os.path.join(self.top, name)
        if not os.access(path, os.X_OK):
            fail(f"{path}: not there; run make bench")
        return path

    def peer(self, program, package):
        """The path of a program of others, from that Debian package, whose
        version is noted; None if it is not there."""
        path = shutil.which(program)
        if path is not None and package not in self.versions:
            self.versions[package] = package_version(package)
        return path

    def path(self, name):
        """Of a file in the directory."""
        return os.path.join(self.directory, name)

    def tasks(self, count, record=None):
        """A file of so many records: all the same, or their numbers."""
        path = self.path(f"{count}.{record or 'seq'}")
        if not os.path.exists(path):
            with open(path, "w", encoding="ascii") as file:
                for number in range(1, count + 1):
                    file.write(f"{record or number}\n")
        return path

    def run(self, argv, tasks=os.devnull, expected=0, **more):
        """Runs a program on the tasks; its time in seconds."""
        with open(tasks, "rb") as stdin:
            begin = time.perf_counter()
            status = subprocess.call(
                argv, stdin=stdin, stdout=subprocess.DEVNULL, **more
            )
            end = time.perf_counter()
        if status != expected:
            fail(f"{' '.join(argv[:6])}: status {status}")
        return end - begin

    def start(self, argv, **more):
        """Starts a program, which is killed by close() at the latest."""
        process = subprocess.Popen(argv, **more)
        self.started.append(process)
        return process

    def close(self):
        """Ends what was started and still runs."""
        for process in self.started:
            process.kill()
            process.wait()

    def rss(self, argv, tasks=os.devnull):
        """Runs a program; the peak of its own resident set in KiB."""
        path = self.path("rss")
        self.run([self.child, "maxrss", path] + argv, tasks)
        with open(path, encoding="ascii") as file:
            return int(file.read())

    def pairs(self, both, count, **more):
        """Times of two commands, which are run in turn, and the ratio."""
        times = ([], [])
        for number in range(count):
            for i in in_turn((0, 1), number):
                times[i].append(self.run(both[i], **more))
        ratios = [ours / his for ours, his in zip(*times)]
        return times, statistics.median(ratios)


def in_turn(entries, number):
    """The entries in their order, or every other time the other way round,
    so that what else the machine does meets them alike."""
    return entries if number % 2 == 0 else entries[::-1]


def package_version(package):
    """What Debian calls it, if the package is Debian's."""
    try:
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", package],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except FileNotFoundError:
        return "?"
    return done.stdout.decode() or "?"


def processor():
    """Its name, if the system tells."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def machine():
    """When, and what the figures were taken on."""
    when = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    day = time.strftime("%Y-%m-%d", time.gmtime(when))
    cpus = len(os.sched_getaffinity(0))
    system = f"{platform.system()} {platform.release()}"
    return f"{day}, {system}, {cpus} CPUs, {processor()}"


def our_version(builddir):
    """As mp-pool tells it."""
    program = os.path.join(builddir, "src/mp-pool")
    text = subprocess.check_output([program, "--version"]).decode()
    return text.split("\n", 1)[0]


def write_results(path, bench, tables):
    """All tables as one, a figure to a line: of which program, of what, of
    whom, the figure, how often it was taken."""
    versions = [f"{name} {text}" for name, text in bench.versions.items()]
    with open(path, "w", encoding="utf-8") as file:
        print("# SPDX-License-Identifier: ISC", file=file)
        print(f"# {machine()}", file=file)
        print("#", ", ".join([our_version(bench.top)] + versions), file=file)
        print("program", "figure", "of", "value", "n", sep="\t", file=file)
        for program, table in tables:
            for record in table.records():
                print(program, *record, sep="\t", file=file)
