# SPDX-License-Identifier: ISC
# The tests: unit tests (tests/unit), tests of the programs (tests/cli), the
# fuzz targets over their corpora (tests/fuzz). All of them speak TAP.

# One line per unit test: NAME is built from NAME.c, by the rules below.
mp_units = \
	tests/unit/test_buf \
	tests/unit/test_claim \
	tests/unit/test_columns \
	tests/unit/test_compute \
	tests/unit/test_cpulist \
	tests/unit/test_cpus \
	tests/unit/test_cpus_quota \
	tests/unit/test_digest \
	tests/unit/test_dur \
	tests/unit/test_dur_real \
	tests/unit/test_elastic \
	tests/unit/test_ends \
	tests/unit/test_envlist \
	tests/unit/test_envlist_file \
	tests/unit/test_envlist_parse \
	tests/unit/test_frame \
	tests/unit/test_halt \
	tests/unit/test_hold \
	tests/unit/test_ident \
	tests/unit/test_ident_real \
	tests/unit/test_io \
	tests/unit/test_io_files \
	tests/unit/test_joblog \
	tests/unit/test_json \
	tests/unit/test_ladder \
	tests/unit/test_limit \
	tests/unit/test_loop \
	tests/unit/test_loop_sig \
	tests/unit/test_makeflags \
	tests/unit/test_opt \
	tests/unit/test_outbox \
	tests/unit/test_outfile \
	tests/unit/test_place \
	tests/unit/test_place_open \
	tests/unit/test_pool \
	tests/unit/test_pool_bundle \
	tests/unit/test_pool_end \
	tests/unit/test_pool_exec \
	tests/unit/test_pool_source \
	tests/unit/test_prio \
	tests/unit/test_progress \
	tests/unit/test_proc \
	tests/unit/test_proc_fds \
	tests/unit/test_proc_find \
	tests/unit/test_proc_hold \
	tests/unit/test_quote \
	tests/unit/test_rate \
	tests/unit/test_rec \
	tests/unit/test_relay \
	tests/unit/test_relay_eyes \
	tests/unit/test_relay_stuck \
	tests/unit/test_resume \
	tests/unit/test_rlim \
	tests/unit/test_sched \
	tests/unit/test_sched_retry \
	tests/unit/test_sig \
	tests/unit/test_sink \
	tests/unit/test_sink_flow \
	tests/unit/test_source \
	tests/unit/test_source_args \
	tests/unit/test_source_block \
	tests/unit/test_source_cross \
	tests/unit/test_source_more \
	tests/unit/test_source_pack \
	tests/unit/test_tagger \
	tests/unit/test_task_class \
	tests/unit/test_throttle \
	tests/unit/test_tmpl \
	tests/unit/test_tmpl_columns \
	tests/unit/test_tree \
	tests/unit/test_tree_end \
	tests/unit/test_tree_numbers \
	tests/unit/test_tree_tell \
	tests/unit/test_utf8 \
	tests/unit/test_verdict \
	tests/unit/test_worker_line \
	tests/unit/test_worker_reply

mp_daemon_units = \
	tests/unit/test_ctl \
	tests/unit/test_files \
	tests/unit/test_lineout \
	tests/unit/test_logfile \
	tests/unit/test_logpipe \
	tests/unit/test_logs \
	tests/unit/test_logstamp \
	tests/unit/test_logview \
	tests/unit/test_notify \
	tests/unit/test_notify_parse \
	tests/unit/test_procid \
	tests/unit/test_ready \
	tests/unit/test_ready_parse \
	tests/unit/test_restart \
	tests/unit/test_restart_parse \
	tests/unit/test_rundir \
	tests/unit/test_schedule \
	tests/unit/test_statusfile

mp_queue_units = \
	tests/unit/test_base64 \
	tests/unit/test_bell \
	tests/unit/test_gate \
	tests/unit/test_gate_alarm \
	tests/unit/test_jsonl \
	tests/unit/test_jsonl_error \
	tests/unit/test_jsonl_format \
	tests/unit/test_receipt \
	tests/unit/test_tally

mp_queue_fuzzers = \
	tests/fuzz/fuzz_jsonl \
	tests/fuzz/fuzz_jsonl_format \
	tests/fuzz/fuzz_queue_options \
	tests/fuzz/fuzz_receipt

include tests/cli/local.mk

mp_fuzzers = \
	tests/fuzz/fuzz_block \
	tests/fuzz/fuzz_columns \
	tests/fuzz/fuzz_cpulist \
	tests/fuzz/fuzz_dur \
	tests/fuzz/fuzz_envfile \
	tests/fuzz/fuzz_frame \
	tests/fuzz/fuzz_joblog \
	tests/fuzz/fuzz_ladder \
	tests/fuzz/fuzz_lineout \
	tests/fuzz/fuzz_notify \
	tests/fuzz/fuzz_procid \
	tests/fuzz/fuzz_makeflags \
	tests/fuzz/fuzz_pipe_options \
	tests/fuzz/fuzz_quote \
	tests/fuzz/fuzz_ready \
	tests/fuzz/fuzz_rec \
	tests/fuzz/fuzz_restart \
	tests/fuzz/fuzz_rlim \
	tests/fuzz/fuzz_schedule \
	tests/fuzz/fuzz_sig \
	tests/fuzz/fuzz_size \
	tests/fuzz/fuzz_statusfile \
	tests/fuzz/fuzz_tmpl \
	tests/fuzz/fuzz_worker_line \
	tests/fuzz/fuzz_worker_reply

mp_units += $(mp_daemon_units)
if WITH_SQLITE
mp_units += $(mp_queue_units)
mp_fuzzers += $(mp_queue_fuzzers)
mp_queue_lib = src/mp-queue/libqueue.a
endif

TESTS += $(mp_cli) tests/fuzz/replay.t
if WITH_CHECK
TESTS += $(mp_units)
check_PROGRAMS += $(mp_units)
check_LIBRARIES = tests/unit/libaid.a
tests_unit_libaid_a_SOURCES = \
	tests/unit/aid.c tests/unit/aid.h \
	tests/unit/aid_argv.c tests/unit/aid_argv.h \
	tests/unit/aid_loop.c tests/unit/aid_loop.h \
	tests/unit/aid_source.c tests/unit/aid_source.h \
	tests/unit/aid_pool.c tests/unit/aid_pool.h \
	tests/unit/aid_relay.c tests/unit/aid_relay.h \
	tests/unit/aid_toy.c tests/unit/aid_toy.h
endif

mp_worker_trial = tests/helpers/worker_trial.c tests/helpers/worker_trial.h
tests_unit_test_worker_line_SOURCES = tests/unit/test_worker_line.c \
	$(mp_worker_trial)
mp_reply_trial = tests/helpers/reply_trial.c tests/helpers/reply_trial.h
tests_unit_test_worker_reply_SOURCES = tests/unit/test_worker_reply.c \
	$(mp_reply_trial)

# These two hold for what names no flags of its own, which is the unit tests
# only: the flags of Check are no more than its place and -pthread.
AM_CPPFLAGS += -iquote $(srcdir)/tests/helpers -iquote $(srcdir)/src/mp-daemon -iquote $(srcdir)/src/mp-pipe \
	-iquote $(srcdir)/src/mp-queue $(CHECK_CFLAGS)
mp_pipe_lib = src/mp-pipe/libpipe.a
mp_daemon_lib = src/mp-daemon/libdaemon.a
LDADD = tests/unit/libaid.a $(mp_daemon_lib) $(mp_pipe_lib) $(mp_queue_lib) \
	src/libmp/libmp.a \
	$(CHECK_LIBS) $(LIBBSD_LIBS) $(SQLITE_LIBS) $(MP_LIBM)

# The helpers. That they run is not counted: they run under all the limits
# there are, on the size of files, say.
mp_helpers = tests/helpers/child tests/helpers/hostile tests/helpers/noop
check_PROGRAMS += $(mp_helpers)
tests_helpers_child_SOURCES = \
	tests/helpers/child.c tests/helpers/child.h \
	tests/helpers/child_entry.c \
	tests/helpers/child_io.c \
	tests/helpers/child_show.c \
	tests/helpers/child_state.c \
	tests/helpers/child_stream.c \
	tests/helpers/child_tree.c \
	tests/helpers/child_watch.c
tests_helpers_child_CFLAGS = $(MP_CFLAGS)
tests_helpers_child_LDADD = $(LIBBSD_LIBS)
tests_helpers_hostile_SOURCES = \
	tests/helpers/hostile.c tests/helpers/hostile.h \
	tests/helpers/hostile_forks.c
tests_helpers_hostile_CFLAGS = $(MP_CFLAGS)
tests_helpers_hostile_LDADD = $(LIBBSD_LIBS)

# Static and on its own where the system can link so; never instrumented.
tests_helpers_noop_CFLAGS = -std=c11
tests_helpers_noop_LDADD =
tests_helpers_noop_LINK = link_noop() { \
	$(CC) $(CFLAGS) $(LDFLAGS) -static -nostartfiles "$$@" 2>/dev/null || \
	$(CC) $(CFLAGS) $(LDFLAGS) "$$@"; \
	}; link_noop -o $@

# The fuzz targets: with a main() that replays files, or with libFuzzer's.
if FUZZING
mp_fuzz_main =
else
mp_fuzz_main = tests/fuzz/replay.c
endif
mp_fuzz_ldadd = $(mp_daemon_lib) $(mp_pipe_lib) $(mp_queue_lib) \
	src/libmp/libmp.a $(LIBBSD_LIBS) $(MP_LIBM)
mp_fuzz_ldflags = $(AM_LDFLAGS) $(MP_FUZZ_LDFLAGS)

check_PROGRAMS += $(mp_fuzzers)
tests_fuzz_fuzz_block_SOURCES = tests/fuzz/fuzz_block.c $(mp_fuzz_main)
tests_fuzz_fuzz_block_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_block_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_columns_SOURCES = tests/fuzz/fuzz_columns.c $(mp_fuzz_main)
tests_fuzz_fuzz_columns_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_columns_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_cpulist_SOURCES = tests/fuzz/fuzz_cpulist.c $(mp_fuzz_main)
tests_fuzz_fuzz_cpulist_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_cpulist_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_dur_SOURCES = tests/fuzz/fuzz_dur.c $(mp_fuzz_main)
tests_fuzz_fuzz_dur_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_dur_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_envfile_SOURCES = tests/fuzz/fuzz_envfile.c $(mp_fuzz_main)
tests_fuzz_fuzz_envfile_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_envfile_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_frame_SOURCES = tests/fuzz/fuzz_frame.c $(mp_fuzz_main)
tests_fuzz_fuzz_frame_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_frame_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_joblog_SOURCES = tests/fuzz/fuzz_joblog.c $(mp_fuzz_main)
tests_fuzz_fuzz_joblog_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_joblog_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_ladder_SOURCES = tests/fuzz/fuzz_ladder.c $(mp_fuzz_main)
tests_fuzz_fuzz_ladder_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_ladder_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_lineout_SOURCES = tests/fuzz/fuzz_lineout.c $(mp_fuzz_main)
tests_fuzz_fuzz_lineout_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_lineout_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_notify_SOURCES = tests/fuzz/fuzz_notify.c $(mp_fuzz_main)
tests_fuzz_fuzz_notify_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_notify_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_procid_SOURCES = tests/fuzz/fuzz_procid.c $(mp_fuzz_main)
tests_fuzz_fuzz_procid_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_procid_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_ready_SOURCES = tests/fuzz/fuzz_ready.c $(mp_fuzz_main)
tests_fuzz_fuzz_ready_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_ready_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_receipt_SOURCES = tests/fuzz/fuzz_receipt.c $(mp_fuzz_main)
tests_fuzz_fuzz_receipt_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_receipt_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_jsonl_format_SOURCES = tests/fuzz/fuzz_jsonl_format.c $(mp_fuzz_main)
tests_fuzz_fuzz_jsonl_format_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_jsonl_format_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_jsonl_SOURCES = tests/fuzz/fuzz_jsonl.c $(mp_fuzz_main)
tests_fuzz_fuzz_jsonl_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_jsonl_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_queue_options_SOURCES = tests/fuzz/fuzz_queue_options.c \
	src/command.c src/command.h src/prog.c src/prog.h $(mp_fuzz_main)
tests_fuzz_fuzz_queue_options_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_queue_options_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_makeflags_SOURCES = tests/fuzz/fuzz_makeflags.c $(mp_fuzz_main)
tests_fuzz_fuzz_makeflags_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_makeflags_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_pipe_options_SOURCES = tests/fuzz/fuzz_pipe_options.c $(mp_fuzz_main)
tests_fuzz_fuzz_pipe_options_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_pipe_options_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_quote_SOURCES = tests/fuzz/fuzz_quote.c $(mp_fuzz_main)
tests_fuzz_fuzz_quote_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_quote_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_rec_SOURCES = tests/fuzz/fuzz_rec.c $(mp_fuzz_main)
tests_fuzz_fuzz_rec_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_rec_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_restart_SOURCES = tests/fuzz/fuzz_restart.c $(mp_fuzz_main)
tests_fuzz_fuzz_restart_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_restart_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_rlim_SOURCES = tests/fuzz/fuzz_rlim.c $(mp_fuzz_main)
tests_fuzz_fuzz_rlim_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_rlim_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_schedule_SOURCES = tests/fuzz/fuzz_schedule.c $(mp_fuzz_main)
tests_fuzz_fuzz_schedule_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_schedule_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_sig_SOURCES = tests/fuzz/fuzz_sig.c $(mp_fuzz_main)
tests_fuzz_fuzz_sig_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_sig_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_size_SOURCES = tests/fuzz/fuzz_size.c $(mp_fuzz_main)
tests_fuzz_fuzz_size_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_size_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_statusfile_SOURCES = tests/fuzz/fuzz_statusfile.c $(mp_fuzz_main)
tests_fuzz_fuzz_statusfile_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_statusfile_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_tmpl_SOURCES = tests/fuzz/fuzz_tmpl.c $(mp_fuzz_main)
tests_fuzz_fuzz_tmpl_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_tmpl_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_worker_line_SOURCES = tests/fuzz/fuzz_worker_line.c \
	$(mp_worker_trial) $(mp_fuzz_main)
tests_fuzz_fuzz_worker_line_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_worker_line_LDFLAGS = $(mp_fuzz_ldflags)
tests_fuzz_fuzz_worker_reply_SOURCES = tests/fuzz/fuzz_worker_reply.c \
	$(mp_reply_trial) $(mp_fuzz_main)
tests_fuzz_fuzz_worker_reply_LDADD = $(mp_fuzz_ldadd)
tests_fuzz_fuzz_worker_reply_LDFLAGS = $(mp_fuzz_ldflags)

# How tests are run; one that hangs ends, and says no more. mp_bindir is
# where the programs are that tests/cli tests. Check speaks TAP itself.
TEST_EXTENSIONS = .t
mp_tap_driver = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(mp_tap_driver)
T_LOG_DRIVER = $(mp_tap_driver)
LOG_COMPILER = $(SHELL) $(srcdir)/tests/run-unit
T_LOG_COMPILER = timeout -k 30 600 sh
mp_bindir = $(abs_builddir)/src
AM_TESTS_ENVIRONMENT = \
	MP_BINDIR='$(mp_bindir)'; \
	MP_SRCDIR='$(abs_srcdir)'; \
	MP_HELPERS='$(abs_builddir)/tests/helpers'; \
	MP_FUZZERS='$(mp_fuzzers)'; \
	MP_CC='$(CC)'; \
	export MP_CC; \
	CK_VERBOSITY=silent; \
	CK_DEFAULT_TIMEOUT=60; \
	CK_TAP_LOG_FILE_NAME=-; \
	export MP_BINDIR MP_SRCDIR MP_HELPERS MP_FUZZERS; \
	export CK_VERBOSITY CK_TAP_LOG_FILE_NAME CK_DEFAULT_TIMEOUT;

# The same tests of the programs, once they are installed.
installcheck-local: $(mp_helpers)
	$(MAKE) check-TESTS TESTS='$(mp_cli)' \
	    mp_bindir='$(DESTDIR)$(bindir)'

# The unit tests below valgrind.
check-valgrind:
	MP_VALGRIND=1 $(MAKE) check TESTS='$(mp_units)'

# Which lines of src/ the tests run. The table comes whether or not they pass.
if COVERAGE
coverage:
	$(MAKE) check TESTS=
	$(srcdir)/tests/coverage --reset .
	$(MAKE) -k check; \
	status=$$?; \
	$(srcdir)/tests/coverage . && exit $$status

mostlyclean-local:
	find . -name '*.gc[dn][ao]' -exec rm -f {} +
endif

.PHONY: check-valgrind coverage

EXTRA_DIST += \
	$(mp_cli) \
	tests/authorcheck \
	tests/budgets \
	tests/class.sh \
	tests/completions.sh \
	tests/coverage \
	tests/cppcheck.supp \
	tests/daemon.sh \
	tests/extract-examples \
	tests/fuzz/corpus \
	tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_options.h \
	tests/fuzz/replay.t \
	tests/helpers/complete-bash \
	tests/helpers/complete-fish \
	tests/helpers/complete-zsh \
	tests/helpers/connection.py \
	tests/helpers/joinable-queue.py \
	tests/helpers/queue-storm \
	tests/helpers/queue-trial \
	tests/helpers/queue_calls.py \
	tests/helpers/resume-trial \
	tests/helpers/terminal \
	tests/helpers/worker-storm \
	tests/lib.sh \
	tests/options-check \
	tests/queue-wait.sh \
	tests/queue.sh \
	tests/quiet.sh \
	tests/run-unit \
	tests/timeout.sh \
	tests/unit/unit.h
