# SPDX-License-Identifier: ISC
"""The file of results: what is in it, for those that write and read it.

Lines "# NAME: TEXT" tell what the figures were taken on and of; then comes
a table with a figure to a line.
"""

import collections
import os

COLUMNS = ("program", "figure", "of", "value", "n")
Row = collections.namedtuple("Row", COLUMNS)


def write(path, header, rows):
    """All of it, or nothing."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        print("# SPDX-License-Identifier: ISC", file=file)
        for name, text in header:
            print(f"# {name}: {text}", file=file)
        for row in (COLUMNS, *rows):
            print(*row, sep="\t", file=file)
    os.replace(path + ".new", path)


def read(path):
    """What the lines before the table tell (name: text), and its rows. Raises
    ValueError if it is no such file."""
    header, rows = {}, []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            cells = line.rstrip("\n").split("\t")
            if line.startswith("#"):
                name, _, text = line[1:].partition(":")
                header[name.strip()] = text.strip()
            elif len(cells) != len(COLUMNS):
                raise ValueError(f"{path}: line {number}: {len(cells)} cells")
            else:
                rows.append(Row(*cells))
    if not rows or rows[0] != COLUMNS:
        raise ValueError(f"{path}: no results")
    seen = collections.Counter(row[:3] for row in rows)
    for name, count in seen.items():
        if count > 1:
            raise ValueError(f"{path}: {count} figures {': '.join(name)}")
    return header, rows[1:]
