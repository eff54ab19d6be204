# SPDX-License-Identifier: ISC
# Comparison with other programs of the same kind: make bench writes
# bench/results.tsv and bench/plots, which are kept. BENCHFLAGS are options of
# bench/run, and the programs that it is about.

EXTRA_PROGRAMS += bench/spawnloop
bench_spawnloop_SOURCES = bench/spawnloop.c
bench_spawnloop_LDADD = $(LIBBSD_LIBS)
mp_bench_programs = bench/spawnloop$(EXEEXT)

EXTRA_PROGRAMS += bench/pingpong
bench_pingpong_SOURCES = bench/pingpong.c
bench_pingpong_LDADD = $(LIBBSD_LIBS)
mp_bench_programs += bench/pingpong$(EXEEXT)

if WITH_SQLITE
EXTRA_PROGRAMS += bench/sqlitestart
bench_sqlitestart_SOURCES = bench/sqlitestart.c
bench_sqlitestart_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
bench_sqlitestart_LDADD = $(SQLITE_LIBS)
mp_bench_programs += bench/sqlitestart$(EXEEXT)
endif

CLEANFILES += $(mp_bench_programs)

bench: all $(mp_bench_programs) tests/helpers/child$(EXEEXT) \
    tests/helpers/noop$(EXEEXT)
	$(srcdir)/bench/run --builddir=$(builddir) \
	    --output=$(srcdir)/bench/results.tsv $(BENCHFLAGS)
	$(srcdir)/bench/plot $(srcdir)/bench/results.tsv $(srcdir)/bench/plots

.PHONY: bench

EXTRA_DIST += \
	bench/check-quotes \
	bench/deps \
	bench/mpbench/__init__.py \
	bench/mpbench/daemon.py \
	bench/mpbench/kit.py \
	bench/mpbench/pipe.py \
	bench/mpbench/pool.py \
	bench/mpbench/pool_curves.py \
	bench/mpbench/pool_workers.py \
	bench/mpbench/queue.py \
	bench/mpbench/queue_many.py \
	bench/mpbench/queue_peers.py \
	bench/mpbench/results.py \
	bench/mpbench/spawn.py \
	bench/mpbench/timeout.py \
	bench/plot \
	bench/plots \
	bench/results.tsv \
	bench/run
