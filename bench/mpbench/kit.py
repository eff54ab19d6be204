# SPDX-License-Identifier: ISC
"""What all measurements share: programs, runs, pairs, tables, the results."""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

from . import results


def fail(message):
    """Ends all with a line on standard error."""
    sys.exit(f"bench/run: {message}")


def median(figures, digits=0):
    """The median as a text."""
    return f"{statistics.median(figures):.{digits}f}"


def millis(seconds):
    """The median in milliseconds."""
    return median([figure * 1000 for figure in seconds], 2)


def ratio(ours, others):
    """The median of the ratios of the rounds."""
    return statistics.median(a / b for a, b in zip(ours, others))


def take_turns(runs, count):
    """Calls functions (name: function) in turn, count rounds, every other
    one the other way round, so that what else the machine does meets them
    alike. Returns lists of what they return (name: list)."""
    results = {name: [] for name in runs}
    for number in range(count):
        names = list(runs)
        for name in names if number % 2 == 0 else reversed(names):
            results[name].append(runs[name]())
    return results


def points(options, *sizes):
    """The sizes that a curve is measured at; --quick leaves the last out."""
    return sizes[:-1] if options.quick else sizes


class Table:
    """Rows of figures: each has a name, one figure for each column, and how
    often the figures were taken."""

    def __init__(self, title, *columns):
        self.title = title
        self.form = f"{title}: "
        self.columns = columns
        self.rows = []

    def add(self, name, count, *figures):
        """One more row; the columns that are left over stay empty."""
        empty = ("-",) * (len(self.columns) - len(figures))
        self.rows.append((name, *figures, *empty, str(count)))

    def add_pairs(self, name, times):
        """The rows of what Bench.pairs() has measured."""
        count = len(times[0])
        both = f"{ratio(*times):.3f}"
        self.add(name + ", ms", count, *(millis(one) for one in times))
        self.add(name + ", ratio of pairs", count, both, "1.00")

    def add_rates(self, rates):
        """A row for each of what take_turns() has measured: the rate, the
        least and the largest one, and the first one's in relation to it."""
        ours = next(iter(rates.values()))
        for name, figures in rates.items():
            ends = (f"{end(figures):.0f}" for end in (min, max))
            times = f"{ratio(ours, figures):.2f}"
            self.add(name, len(figures), median(figures), *ends, times)

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
                    yield self.form + name, column, figure, count


class Curve(Table):
    """How a figure depends on a size: a row for each size. bench/plot knows
    it by the form that its names have in the results."""

    def __init__(self, figure, axis, *columns):
        super().__init__(f"{figure}, {axis}", *columns)
        self.form = f"{figure} at {axis} = "

    def add_medians(self, size, results, scale=1):
        """A row of what take_turns() has measured; a column that is not
        there stays empty."""
        counts = [len(figures) for figures in results.values()]
        texts = [
            f"{statistics.median(results[column]) * scale:.6g}"
            if column in results
            else "-"
            for column in self.columns
        ]
        self.add(str(size), max(counts), *texts)

    def measure(self, size, rounds, runs):
        """A row of what the functions (column: function) return."""
        self.add_medians(size, take_turns(runs, rounds))


class Bench:
    """The programs, and a directory to work in."""

    def __init__(self, builddir, directory):
        self.top = os.path.abspath(builddir)
        self.directory = directory
        self.versions = {}
        self.missing = []
        self.load = os.getloadavg()[0]
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
        version is noted; None, which is noted, too, if it is not there."""
        path = shutil.which(program)
        if path is None and program not in self.missing:
            self.missing.append(program)
            print(f"{program} is left out: bench/deps installs it")
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
        """Times of two commands, which are run in turn."""
        runs = {
            i: lambda argv=argv: self.run(argv, **more)
            for i, argv in enumerate(both)
        }
        times = take_turns(runs, count)
        return times[0], times[1]


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


def memory_mib():
    """How much there is."""
    pages = os.sysconf("SC_PHYS_PAGES")
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def header(bench):
    """What the figures were taken on, when, and what of: (name, text)."""
    when = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    cpus = len(os.sched_getaffinity(0))
    load = f"{bench.load:.2f} at the beginning"
    yield "date", time.strftime("%Y-%m-%d", time.gmtime(when))
    yield "kernel", f"{platform.system()} {platform.release()}"
    yield "machine", f"{platform.machine()}, {cpus} CPUs, {memory_mib()} MiB"
    yield "cpu", processor()
    yield "load", load
    yield "mp-utils", our_version(bench.top)
    for package, version in sorted(bench.versions.items()):
        yield f"peer {package}", version
    for program in sorted(bench.missing):
        yield f"peer {program}", "not there"


def our_version(builddir):
    """As mp-pool tells it."""
    program = os.path.join(builddir, "src/mp-pool")
    text = subprocess.check_output([program, "--version"]).decode()
    return text.split("\n", 1)[0].split()[-1]


def write_results(path, bench, tables):
    """All tables as one, a figure to a line; tables are (program, table)."""
    rows = [
        (program, *record)
        for program, table in tables
        for record in table.records()
    ]
    results.write(path, header(bench), rows)


def add_options(parser, rows):
    """Options that are numbers, from rows of their name, the usual value,
    that of --quick, and the text of --help."""
    for name, usual, quick, text in rows:
        parser.add_argument(
            f"--{name}",
            type=type(usual),
            metavar="N",
            help=f"{text} [{usual}, {quick} with --quick]",
        )


def fill_options(options, rows):
    """Those that were not given."""
    for name, usual, quick, _ in rows:
        key = name.replace("-", "_")
        if getattr(options, key) is None:
            setattr(options, key, quick if options.quick else usual)
