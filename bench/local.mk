# SPDX-License-Identifier: ISC
# Comparison with other programs of the same kind. make bench;
# BENCH_FLAGS are options of bench/run.

EXTRA_PROGRAMS += bench/spawnloop
bench_spawnloop_SOURCES = bench/spawnloop.c
bench_spawnloop_LDADD = $(LIBBSD_LIBS)
EXTRA_PROGRAMS += bench/pingpong
bench_pingpong_SOURCES = bench/pingpong.c
bench_pingpong_LDADD = $(LIBBSD_LIBS)
CLEANFILES += bench/pingpong$(EXEEXT) bench/spawnloop$(EXEEXT) bench/results.tsv

bench: all bench/pingpong$(EXEEXT) bench/spawnloop$(EXEEXT) tests/helpers/child$(EXEEXT) \
    tests/helpers/noop$(EXEEXT)
	$(srcdir)/bench/run --builddir=$(builddir) $(BENCH_FLAGS)

.PHONY: bench

EXTRA_DIST += bench/deps bench/mpbench/pipe.py bench/run
