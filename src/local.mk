# SPDX-License-Identifier: ISC
# The internal library and the programs.

noinst_LIBRARIES += src/libmp/libmp.a
src_libmp_libmp_a_SOURCES = \
	src/libmp/args.c src/libmp/args.h \
	src/libmp/block.c src/libmp/block.h \
	src/libmp/buf.c src/libmp/buf.h \
	src/libmp/builtin.c src/libmp/builtin.h \
	src/libmp/capture.c src/libmp/capture.h \
	src/libmp/claim.c src/libmp/claim.h \
	src/libmp/columns.c src/libmp/columns.h \
	src/libmp/copies.c src/libmp/copies.h src/libmp/copies_impl.h \
	src/libmp/copies_end.c src/libmp/copies_start.c \
	src/libmp/cpulist.c src/libmp/cpulist.h \
	src/libmp/cpus.c src/libmp/cpus.h \
	src/libmp/cpus_quota.c \
	src/libmp/dec.h \
	src/libmp/digest.c src/libmp/digest.h \
	src/libmp/crew.c src/libmp/crew.h \
	src/libmp/dur.c src/libmp/dur.h \
	src/libmp/env.c src/libmp/env.h \
	src/libmp/exec_impl.h src/libmp/exec_slot.c \
	src/libmp/envlist.c src/libmp/envlist.h \
	src/libmp/envlist_file.c \
	src/libmp/feed.c src/libmp/feed.h \
	src/libmp/gauge.c src/libmp/gauge.h \
	src/libmp/guard.c src/libmp/guard.h \
	src/libmp/halt.c src/libmp/halt.h \
	src/libmp/hold.c src/libmp/hold.h \
	src/libmp/ident.c src/libmp/ident.h \
	src/libmp/intake.c src/libmp/intake.h \
	src/libmp/io.c src/libmp/io.h \
	src/libmp/joblog.c src/libmp/joblog.h \
	src/libmp/jobserver.c src/libmp/jobserver.h \
	src/libmp/json.c src/libmp/json.h \
	src/libmp/ladder.c src/libmp/ladder.h \
	src/libmp/limit.c src/libmp/limit.h src/libmp/limit_impl.h \
	src/libmp/limit_end.c \
	src/libmp/limit_watch.c \
	src/libmp/linefile.c src/libmp/linefile.h \
	src/libmp/loop.c src/libmp/loop.h \
	src/libmp/loop_sig.c src/libmp/loop_sig.h \
	src/libmp/opt.c src/libmp/opt.h \
	src/libmp/makeflags.c src/libmp/makeflags.h \
	src/libmp/out.c src/libmp/out.h \
	src/libmp/outbox.c src/libmp/outbox.h \
	src/libmp/outfile.c src/libmp/outfile.h \
	src/libmp/place.c src/libmp/place.h \
	src/libmp/pool.c src/libmp/pool.h src/libmp/pool_impl.h \
	src/libmp/pool_bundle.c src/libmp/pool_control.c \
	src/libmp/pool_fill.c \
	src/libmp/pool_progress.c src/libmp/pool_record.c \
	src/libmp/pool_stop.c \
	src/libmp/pool_task.c \
	src/libmp/progress.c src/libmp/progress.h \
	src/libmp/prio.c src/libmp/prio.h \
	src/libmp/proc.c src/libmp/proc.h src/libmp/proc_impl.h \
	src/libmp/proc_child.c src/libmp/proc_find.c \
	src/libmp/quote.c src/libmp/quote.h \
	src/libmp/rec.c src/libmp/rec.h \
	src/libmp/records.c src/libmp/records.h \
	src/libmp/resume.c src/libmp/resume.h \
	src/libmp/rlim.c src/libmp/rlim.h \
	src/libmp/runner.h \
	src/libmp/runner_builtin.c \
	src/libmp/runner_exec.c src/libmp/runner_exec.h \
	src/libmp/runner_print.c \
	src/libmp/runner_worker.c src/libmp/runner_worker.h \
	src/libmp/scan.c src/libmp/scan.h \
	src/libmp/sched.c src/libmp/sched.h \
	src/libmp/seen.c src/libmp/seen.h \
	src/libmp/share.c src/libmp/share.h \
	src/libmp/sieve.c src/libmp/sieve.h \
	src/libmp/sig.c src/libmp/sig.h \
	src/libmp/sink.c src/libmp/sink.h src/libmp/sink_impl.h \
	src/libmp/sink_join.c \
	src/libmp/sink_lines.c \
	src/libmp/sink_say.c \
	src/libmp/source.h \
	src/libmp/source_args.c \
	src/libmp/source_block.c src/libmp/source_block.h \
	src/libmp/source_copy.c \
	src/libmp/source_cross.c \
	src/libmp/source_pack.c \
	src/libmp/source_rec.c \
	src/libmp/starved.c src/libmp/starved.h \
	src/libmp/state.c src/libmp/state.h \
	src/libmp/status.h \
	src/libmp/tagger.c src/libmp/tagger.h \
	src/libmp/task.c src/libmp/task.h \
	src/libmp/task_class.c src/libmp/task_class.h \
	src/libmp/task_compute.c src/libmp/task_compute.h \
	src/libmp/task_file.c src/libmp/task_file.h \
	src/libmp/task_prime.c \
	src/libmp/taskjson.c src/libmp/taskjson.h \
	src/libmp/throttle.c src/libmp/throttle.h \
	src/libmp/tmpl.c src/libmp/tmpl.h src/libmp/tmpl_impl.h \
	src/libmp/tmpl_form.c \
	src/libmp/tree.c src/libmp/tree.h \
	src/libmp/utf8.c src/libmp/utf8.h \
	src/libmp/warden.c src/libmp/warden.h \
	src/libmp/worker.c src/libmp/worker.h \
	src/libmp/worker_class.c src/libmp/worker_class.h \
	src/libmp/worker_end.c \
	src/libmp/worker_line.c src/libmp/worker_line.h \
	src/libmp/worker_reply.c
if COVERAGE
src_libmp_libmp_a_SOURCES += tests/helpers/counters.c
endif

noinst_LIBRARIES += src/mp-daemon/libdaemon.a
src_mp_daemon_libdaemon_a_CPPFLAGS = $(AM_CPPFLAGS) -iquote $(srcdir)/src/mp-daemon
src_mp_daemon_libdaemon_a_SOURCES = \
	src/mp-daemon/ask.c src/mp-daemon/ask.h \
	src/mp-daemon/ctl.c src/mp-daemon/ctl.h \
	src/mp-daemon/files.c src/mp-daemon/files.h \
	src/mp-daemon/lineout.c src/mp-daemon/lineout.h \
	src/mp-daemon/lines.c src/mp-daemon/lines.h \
	src/mp-daemon/logfile.c src/mp-daemon/logfile.h \
	src/mp-daemon/logpipe.c src/mp-daemon/logpipe.h \
	src/mp-daemon/logs.c src/mp-daemon/logs.h \
	src/mp-daemon/logstamp.c src/mp-daemon/logstamp.h \
	src/mp-daemon/logview.c src/mp-daemon/logview.h \
	src/mp-daemon/logview_follow.c \
	src/mp-daemon/logview_impl.h \
	src/mp-daemon/mains.c src/mp-daemon/mains.h \
	src/mp-daemon/notify.c src/mp-daemon/notify.h \
	src/mp-daemon/notify_parse.c \
	src/mp-daemon/orphan.c src/mp-daemon/orphan.h \
	src/mp-daemon/pidpath.c src/mp-daemon/pidpath.h \
	src/mp-daemon/procid.c src/mp-daemon/procid.h \
	src/mp-daemon/ready.c src/mp-daemon/ready.h \
	src/mp-daemon/ready_impl.h \
	src/mp-daemon/ready_parse.c \
	src/mp-daemon/ready_poll.c \
	src/mp-daemon/restart.c src/mp-daemon/restart.h \
	src/mp-daemon/restart_parse.c \
	src/mp-daemon/rundir.c src/mp-daemon/rundir.h \
	src/mp-daemon/schedule.c src/mp-daemon/schedule.h \
	src/mp-daemon/shell.c src/mp-daemon/shell.h \
	src/mp-daemon/statusfile.c src/mp-daemon/statusfile.h \
	src/mp-daemon/view.c src/mp-daemon/view.h

bin_PROGRAMS += src/mp-daemon/mp-daemon
src_mp_daemon_mp_daemon_CPPFLAGS = $(src_mp_daemon_libdaemon_a_CPPFLAGS)
src_mp_daemon_mp_daemon_SOURCES = \
	src/mp-daemon/mp-daemon.c \
	src/mp-daemon/options.c \
	src/mp-daemon/service.c src/mp-daemon/service.h \
	src/mp-daemon/super.c src/mp-daemon/super.h \
	src/mp-daemon/super_ctl.c src/mp-daemon/super_ctl.h \
	src/mp-daemon/super_end.c src/mp-daemon/super_impl.h \
	src/mp-daemon/super_start.c \
	src/mp-daemon/super_tell.c \
	src/mp-daemon/verbs.h \
	src/mp-daemon/verb_ask.c \
	src/mp-daemon/verb_logs.c \
	src/mp-daemon/verb_main.c \
	src/mp-daemon/verb_show.c \
	src/mp-daemon/verb_start.c \
	src/mp-daemon/verb_wait.c \
	src/prog.c src/prog.h \
	src/prog_verb.c src/prog_verb.h \
	src/state_opts.c src/state_opts.h
src_mp_daemon_mp_daemon_LDADD = src/mp-daemon/libdaemon.a src/libmp/libmp.a \
	$(LIBBSD_LIBS)
# Never static: the user database loads shared objects (nsswitch.conf(5)).
src_mp_daemon_mp_daemon_LDFLAGS = $(AM_LDFLAGS)

bin_PROGRAMS += src/mp-pool
src_mp_pool_SOURCES = \
	src/pool/forms.c \
	src/pool/jobs.c \
	src/pool/mp-pool.c \
	src/pool/options.c src/pool/options.h \
	src/pool/options_run.c src/pool/options_run.h \
	src/pool/options_table.c \
	src/pool/output.c \
	src/pool/pack.c \
	src/pool/parts.h \
	src/pool/records.c \
	src/pool/runner.c \
	src/pool/script.c \
	src/pool/source.c \
	src/command.c src/command.h \
	src/prog.c src/prog.h
src_mp_pool_LDADD = src/libmp/libmp.a $(LIBBSD_LIBS) $(MP_LIBM) $(MP_LIBDL)
src_mp_pool_LDFLAGS = $(AM_LDFLAGS) $(MP_PROG_LDFLAGS)

bin_PROGRAMS += src/mp-timeout
src_mp_timeout_SOURCES = src/mp-timeout.c \
	src/report.c src/report.h \
	src/timeout_opts.c src/timeout_opts.h \
	src/prog.c src/prog.h
src_mp_timeout_LDADD = src/libmp/libmp.a $(LIBBSD_LIBS)
src_mp_timeout_LDFLAGS = $(AM_LDFLAGS) $(MP_PROG_LDFLAGS)

noinst_LIBRARIES += src/mp-pipe/libpipe.a
src_mp_pipe_libpipe_a_CPPFLAGS = $(AM_CPPFLAGS) -iquote $(srcdir)/src/mp-pipe
src_mp_pipe_libpipe_a_SOURCES = \
	src/mp-pipe/elastic.c src/mp-pipe/elastic.h \
	src/mp-pipe/ends.c src/mp-pipe/ends.h \
	src/mp-pipe/frame.c src/mp-pipe/frame.h \
	src/mp-pipe/members.c src/mp-pipe/members.h \
	src/mp-pipe/msg.c src/mp-pipe/msg.h src/mp-pipe/msg_impl.h \
	src/mp-pipe/msg_recv.c \
	src/mp-pipe/msg_send.c \
	src/mp-pipe/options.c src/mp-pipe/options.h \
	src/mp-pipe/order.c src/mp-pipe/order.h \
	src/mp-pipe/rate.c src/mp-pipe/rate.h \
	src/mp-pipe/relay.c src/mp-pipe/relay.h \
	src/mp-pipe/relay_copy.c src/mp-pipe/relay_copy.h \
	src/mp-pipe/relay_dir.c src/mp-pipe/relay_impl.h \
	src/mp-pipe/relay_flow.c \
	src/mp-pipe/relay_meter.c src/mp-pipe/relay_meter.h \
	src/mp-pipe/relay_stuck.c \
	src/mp-pipe/relay_trace.c src/mp-pipe/relay_trace.h \
	src/mp-pipe/relay_types.h \
	src/mp-pipe/verdict.c src/mp-pipe/verdict.h \
	src/mp-pipe/wires.c src/mp-pipe/wires.h

bin_PROGRAMS += src/mp-pipe/mp-pipe
src_mp_pipe_mp_pipe_CPPFLAGS = $(src_mp_pipe_libpipe_a_CPPFLAGS)
src_mp_pipe_mp_pipe_SOURCES = \
	src/mp-pipe/between.c src/mp-pipe/between.h \
	src/mp-pipe/crew.c src/mp-pipe/crew.h \
	src/mp-pipe/mp-pipe.c \
	src/mp-pipe/tell.c src/mp-pipe/tell.h \
	src/prog.c src/prog.h \
	src/report.c src/report.h
src_mp_pipe_mp_pipe_LDADD = src/mp-pipe/libpipe.a src/libmp/libmp.a \
	$(LIBBSD_LIBS)
src_mp_pipe_mp_pipe_LDFLAGS = $(AM_LDFLAGS) $(MP_PROG_LDFLAGS)

if WITH_SQLITE
noinst_LIBRARIES += src/mp-queue/libqueue.a
src_mp_queue_libqueue_a_CPPFLAGS = $(AM_CPPFLAGS) -iquote $(srcdir)/src/mp-queue \
	$(SQLITE_CFLAGS)
src_mp_queue_libqueue_a_SOURCES = \
	src/mp-queue/base64.c src/mp-queue/base64.h \
	src/mp-queue/bell.c src/mp-queue/bell.h \
	src/mp-queue/gate.c src/mp-queue/gate.h \
	src/mp-queue/jsonl.c src/mp-queue/jsonl.h \
	src/mp-queue/jsonl_parse.c \
	src/mp-queue/jtext.c src/mp-queue/jtext.h \
	src/mp-queue/options.c src/mp-queue/verb.h \
	src/mp-queue/queue.h src/mp-queue/queue_turn.h \
	src/mp-queue/queue_types.h \
	src/mp-queue/queue_view.h \
	src/mp-queue/receipt.c src/mp-queue/receipt.h \
	src/mp-queue/states.c src/mp-queue/states.h \
	src/mp-queue/store.c src/mp-queue/store.h \
	src/mp-queue/store_about.c \
	src/mp-queue/store_end.c \
	src/mp-queue/store_get.c \
	src/mp-queue/store_join.c \
	src/mp-queue/store_list.c \
	src/mp-queue/store_look.h src/mp-queue/store_ops.h \
	src/mp-queue/store_put.c \
	src/mp-queue/store_q.c \
	src/mp-queue/store_reap.c \
	src/mp-queue/store_schema.c \
	src/mp-queue/store_sql.c src/mp-queue/store_sql.h \
	src/mp-queue/store_turn.c src/mp-queue/store_turn.h \
	src/mp-queue/store_wait.c src/mp-queue/store_wait.h \
	src/mp-queue/tally.c src/mp-queue/tally.h

bin_PROGRAMS += src/mp-queue/mp-queue
src_mp_queue_mp_queue_CPPFLAGS = $(src_mp_queue_libqueue_a_CPPFLAGS)
src_mp_queue_mp_queue_SOURCES = \
	src/mp-queue/mp-queue.c \
	src/mp-queue/torture.c src/mp-queue/torture.h \
	src/mp-queue/verb_admin.c \
	src/mp-queue/verb_doctor.c \
	src/mp-queue/verb_get.c \
	src/mp-queue/verb_put.c \
	src/mp-queue/verb_show.c \
	src/mp-queue/verb_torture.c \
	src/mp-queue/verb_work.c \
	src/mp-queue/work.c src/mp-queue/work.h src/mp-queue/work_impl.h \
	src/mp-queue/work_item.c src/mp-queue/work_link.c \
	src/mp-queue/clerk.c src/mp-queue/clerk.h src/mp-queue/clerk_msg.c \
	src/command.c src/command.h \
	src/prog.c src/prog.h \
	src/prog_verb.c src/prog_verb.h
src_mp_queue_mp_queue_LDADD = src/mp-queue/libqueue.a src/libmp/libmp.a \
	$(LIBBSD_LIBS) $(SQLITE_LIBS) $(MP_LIBM)
src_mp_queue_mp_queue_LDFLAGS = $(AM_LDFLAGS)
endif

bin_PROGRAMS += src/mp-spawn
src_mp_spawn_SOURCES = src/mp-spawn.c \
	src/spawn_copy.c src/spawn_copy.h \
	src/spawn_init.c \
	src/spawn_opts.c src/spawn_opts.h \
	src/spawn_print.c \
	src/spawn_rules.c \
	src/prog.c src/prog.h \
	src/state_opts.c src/state_opts.h
src_mp_spawn_LDADD = src/libmp/libmp.a $(LIBBSD_LIBS)
# Never static: the user database loads shared objects (nsswitch.conf(5)).
src_mp_spawn_LDFLAGS = $(AM_LDFLAGS)
