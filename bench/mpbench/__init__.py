# SPDX-License-Identifier: ISC
"""What bench/run runs: a module for each program, and kit, which they share.

A module NAME here is about mp-NAME. Its docstring says what is measured. It
has OPTIONS of its own (see kit.add_options) and tables(bench, options),
which yields each table as soon as its figures are there.
"""
