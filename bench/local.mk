# SPDX-License-Identifier: ISC
# Comparison with other programs of the same kind. make bench;
# BENCH_FLAGS are options of bench/run, and the programs that it is about.

EXTRA_PROGRAMS += bench/spawnloop
bench_spawnloop_SOURCES = bench/spawnloop.c
bench_spawnloop_LDADD = $(LIBBSD_LIBS)
CLEANFILES += bench/spawnloop$(EXEEXT) bench/results.tsv

bench: all bench/spawnloop$(EXEEXT) tests/helpers/child$(EXEEXT) \
    tests/helpers/noop$(EXEEXT)
	$(srcdir)/bench/run --builddir=$(builddir) $(BENCH_FLAGS)

.PHONY: bench

EXTRA_DIST += \
	bench/deps \
	bench/mpbench/__init__.py \
	bench/mpbench/kit.py \
	bench/mpbench/pool.py \
	bench/mpbench/spawn.py \
	bench/mpbench/timeout.py \
	bench/run
