#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What the README says of other programs: each sentence of its comparison is
# shown here by that program, where it is installed, and by ours beside it.
#
# shellcheck disable=SC2016,SC2317 # texts for other shells; called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

MP_DAEMON_DIR=$T/run
MP_QUEUE=$T/queues
HOME=$T
export MP_DAEMON_DIR MP_QUEUE HOME

# peer COMMAND DESCRIPTION FUNCTION: a test that needs the command.
peer()
{
	if command -v "$1" >/dev/null; then
		t "$1: $2" "$3"
	else
		skip "$1: $2" 'not installed'
	fi
}

# Two tasks that each say something before and after the other has begun.
cat >both <<'END'
echo "begin $1"
: >"there.$1"
until test -e "there.$((3 - $1))"; do sleep 0.05; done
echo "end $1"
END

in_order='begin 1
end 1
begin 2
end 2'

# A process in another session, its pid in a file.
cat >away <<'END'
setsid sh -c 'echo $$ >pid; exec sleep 1000' &
until test -s pid; do sleep 0.05; done
END
printf '. ./away\nexec sleep 1000\n' >away-and-stay

# Ends all that runs below this test, and what that starts meanwhile.
kill_all()
{
	for one in $(t_marked "$MP_TEST_ID"); do
		kill -KILL "$one" 2>/dev/null
	done
	t_none_left
}

end_all()
{
	wait_for 30 kill_all
}

gone()
{
	! alive "$(cat pid)"
}

# After RUN of a peer the process is alive; after that of ours it is not.
expect_left()
{
	expect alive "$(cat pid)"
	end_all
	rm -f pid
}

expect_gone()
{
	wait_for 5 gone
	rm -f pid
}

# xargs

xargs_mixes()
{
	given '1\n2\n'
	run timeout 60 xargs -P 2 -n 1 sh both
	expect_status 0
	expect_file out -e '^begin'
	expect test "$(cut -d ' ' -f 1 out | uniq -c | wc -l)" -eq 2
	rm there.*
	given '1\n2\n'
	run timeout 60 mp-pool -j2 sh both
	expect_out "$in_order"
	rm there.*
}

xargs_quotes()
{
	given "it's\n"
	run xargs echo
	expect_status 1
	given 'a  b\\c\n'
	run xargs -n 1 echo
	expect_out 'a
bc'
	given "it's\na  b\\\\c\n"
	run mp-pool echo
	expect_out "it's
a  b\\c"
}

xargs_silent()
{
	given '1\n2\n3\n'
	run xargs -n 1 sh -c 'test "$1" != 2' sh
	expect_status 123
	expect_err ''
	given '1\n2\n3\n'
	run mp-pool sh -c 'test "$1" != 2' sh
	expect_status 123
	expect_err -m "*task 2: '2': exit status 1 *"
}

xargs_stops()
{
	given '1\n2\n'
	run xargs -n 1 sh -c 'echo "$1"; exit 255' sh
	expect_status 124
	expect_out 1
	given '1\n2\n'
	run mp-pool sh -c 'echo "$1"; exit 255' sh
	expect_status 123
	expect_out '1
2'
}

peer xargs 'outputs of parallel tasks are mixed' xargs_mixes
peer xargs 'quotes, blanks and backslashes are read' xargs_quotes
peer xargs 'the task that failed is not named' xargs_silent
peer xargs 'a task that exits with 255 ends the run' xargs_stops

# GNU parallel

parallel_order()
{
	run timeout 60 parallel -j 2 sh both ::: 1 2
	expect_status 0
	rm there.*
	run parallel -j 2 'sleep {}; echo {}' ::: 1 0
	expect_out '0
1'
	run mp-pool -j 2 sh -c 'sleep "$1"; echo "$1"' sh ::: 1 0
	expect_out '1
0'
}

parallel_shell()
{
	run parallel echo '$((1 + 1))' '#' {} ::: x
	expect_out 2
	run mp-pool echo '$((1 + 1))' '#' {} ::: x
	expect_out '$((1 + 1)) # x'
}

parallel_status()
{
	run parallel "$T/no-such" ::: x
	expect_status 1
	run parallel 'exit {}' ::: 5
	expect_status 1
	run mp-pool "$T/no-such" ::: x
	expect_status 127
	run mp-pool sh -c 'exit 5' ::: x
	expect_status 123
}

parallel_leaves()
{
	run timeout 60 parallel --timeout 1 sh {} ::: away-and-stay
	expect_left
	run timeout 60 mp-pool --timeout 1 sh {} ::: away-and-stay
	expect_gone
}

peer parallel 'results come in order of completion without -k' parallel_order
peer parallel 'a shell reads the command' parallel_shell
peer parallel 'a missing command is a failed job' parallel_status
peer parallel 'a time limit leaves other sessions alone' parallel_leaves

# timeout

timeout_leaves()
{
	run timeout 1 sh away-and-stay
	expect_status 124
	expect_left
	run mp-timeout 1 sh away-and-stay
	expect_status 124
	expect_gone
}

timeout_killed()
{
	start timeout 1000 sh away-and-stay
	wait_for 30 test -s pid
	kill -KILL "$pid"
	finish 2>/dev/null
	expect_left
	start mp-timeout --guard 1000 sh away-and-stay
	wait_for 30 test -s pid
	kill -KILL "$pid"
	finish 2>/dev/null
	expect_gone
}

peer timeout 'a child in another session goes on' timeout_leaves
peer timeout 'all goes on if it is killed itself' timeout_killed

# nq, task-spooler

# A job that is killed the first time.
printf 'echo run >>log; test "$(wc -l <log)" -gt 1 || kill -KILL $$\n' >dies

nq_forgets()
{
	run env NQDIR="$T/nq" nq -q sh dies
	expect_status 0
	run env NQDIR="$T/nq" timeout 60 nq -w
	expect_file log run
	rm log
	expect mp-queue set --backoff 10ms q
	expect mp-queue put q dies >id
	expect mp-queue close q
	run timeout 60 mp-queue work q sh
	expect_status 0
	expect_file log 'run
run'
	rm log
}

spooler()
{
	TS_SOCKET=$T/socket "$tsp" "$@"
}

spooler_answers()
{
	spooler -l >list 2>/dev/null
}

tsp_loses()
{
	tsp=$(command -v tsp)
	expect spooler sleep 1000 >id
	expect spooler touch ended >id
	expect spooler -l >list
	expect_file list -e 'queued.*touch ended'
	end_all
	wait_for 30 spooler_answers
	expect_file list -E touch
	spooler -K
	expect mp-queue put r 'touch ended' >id
	expect test "$(mp-queue peek r)" = 'touch ended'
}

if command -v mp-queue >/dev/null; then
	peer nq 'a job that is killed is not run again' nq_forgets
	peer tsp 'the queue is lost with its server' tsp_loses
fi

# daemonize, start-stop-daemon

daemonize_blind()
{
	run daemonize "$(command -v sh)" -c 'exit 7'
	expect_status 0
	run mp-daemon start web --ready file="$T/up" sh -c 'exit 7'
	expect_status 7
}

ssd_blind()
{
	printf '#!/bin/sh\nexit 7\n' >fails
	chmod +x fails
	run start-stop-daemon --start --background --exec "$T/fails"
	expect_status 0
	run mp-daemon start web --ready file="$T/up" sh -c 'exit 7'
	expect_status 7
}

# A process that has nothing to do with any service.
start_other()
{
	sleep 1000 &
	other=$!
	wait_for 30 grep -qx sleep "/proc/$other/comm"
}

super_gone()
{
	! alive "$super"
}

# It is younger than the service that has ended, by more than a tick.
ssd_wrong()
{
	start_other
	echo "$other" >pidfile
	expect start-stop-daemon --stop --quiet --pidfile "$T/pidfile" --retry 9
	status=0
	wait "$other" 2>/dev/null || status=$?
	expect_status 143
	expect mp-daemon start web -- sleep 1000
	super=$(head -n 1 run/web/super.pid)
	kill -KILL "$super"
	wait_for 30 super_gone
	sleep 0.1
	start_other
	sed "1s/.*/$other/" run/web/pid >forged
	mv forged run/web/pid
	run mp-daemon stop web
	expect_status 1
	expect alive "$other"
	kill "$other"
	wait "$other" 2>/dev/null || :
}

ssd_leaves()
{
	run start-stop-daemon --start --background --make-pidfile \
	    --pidfile "$T/pidfile" --chdir "$T" \
	    --exec "$(command -v sh)" -- away-and-stay
	wait_for 30 test -s pid
	run start-stop-daemon --stop --pidfile "$T/pidfile" --retry 9
	expect_left
	run mp-daemon start web -- sh away-and-stay
	wait_for 30 test -s pid
	run mp-daemon stop web
	expect_gone
}

peer daemonize 'success although the command fails' daemonize_blind
peer start-stop-daemon 'success although the command fails' ssd_blind
peer start-stop-daemon 'a process that has got the pid is ended' ssd_wrong
peer start-stop-daemon 'a child in another session goes on' ssd_leaves

# socat, pipexec

fails='echo hi; exit 3'
reads='cat >got'

socat_status()
{
	run timeout 60 socat EXEC:"sh -c \"$fails\"" EXEC:"sh -c \"$reads\""
	expect test "$status" -ne 3
	run mp-pipe sh -c "$fails" ::: sh -c "$reads"
	expect_status 3
}

pipexec_status()
{
	sh=$(command -v sh)
	run pipexec [ A "$sh" -c "$fails" ] [ B "$sh" -c "$reads" ] \
	    '{A:1>B:0}'
	expect_status 1
	run pipexec [ A "$(command -v yes)" ] [ B "$(command -v head)" -n 1 ] \
	    '{A:1>B:0}'
	expect_status 1
	run mp-pipe --line sh -c "$fails" ::: sh -c "$reads"
	expect_status 3
	run mp-pipe --line yes ::: head -n 1
	expect_status 0
}

pipexec_begins()
{
	run pipexec [ A "$T/no-such" ] [ B "$(command -v touch)" begun ] \
	    '{A:1>B:0}'
	expect test -e begun
	rm -f begun
	run mp-pipe --line "$T/no-such" ::: touch begun
	expect_status 127
	expect test ! -e begun
}

peer socat 'the status of a command is not told' socat_status
peer pipexec 'status 1 for any failure, and for SIGPIPE' pipexec_status
peer pipexec 'one begins although the other cannot' pipexec_begins

done_testing
