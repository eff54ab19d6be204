#!/bin/sh
# SPDX-License-Identifier: ISC
#
# A process below us that has become another user cannot be ended: each
# program names it, says so by its status, and does not wait for it for ever.
# Needs root, to become nobody, and set-user-ID.
#
# shellcheck disable=SC2317 # functions are called by t
# shellcheck disable=SC2086 # $as_nobody is words

. "${MP_SRCDIR:-.}/tests/lib.sh"

HOSTILE=$MP_HELPERS/hostile
test -x "$HOSTILE" || t_fatal "$MP_HELPERS: no hostile there"
as_nobody="$CHILD entry --uid 65534"
$as_nobody "$CHILD" exit 0 2>/dev/null || skip_all 'no other user'
chmod 755 "$T"
mkdir -m 777 work
cd work || exit 99
cp "$HOSTILE" other
chmod 4755 other

kill_survivors()
{
	left | sed -n 's,^\([0-9]*\) \./other .*,\1,p' >survivors
	while read -r survivor; do
		kill -KILL "$survivor"
	done <survivors
	rm -f ready
}

{ $as_nobody ./other privileged 1 "$T/work/ready" 2>/dev/null & }
wait_for 5 test -e ready || skip_all 'no set-user-ID'
kill_survivors

# Two processes, of which one is a daemon, and one of them at least is seen.
# A shell keeps what is added to the command from it.
cat >become <<'E'
exec ./other privileged 1 "$PWD/ready"
E

named()
{
	expect_err -e "^$1: (s: )?process [0-9]+ \(other\), state [SR], uid 0: not ended: not permitted\$"
	kill_survivors
}

limited()
{
	wanted=$1
	shift
	run timeout 60 $as_nobody "$@"
	expect_status "$wanted"
	named "$1"
}

t 'mp-pool: a time limit' limited 125 mp-pool --timeout 0.5 --kill-after 0.1 \
    sh become ::: a
t 'mp-pool: a worker with a time limit' limited 125 mp-pool -w --retries 0 \
    --timeout 0.5 --kill-after 0.1 sh become ::: a
t 'mp-pipe' limited 125 mp-pipe --line --timeout 0.5 --kill-after 0.1 \
    sh become ::: cat
t 'mp-spawn' limited 125 mp-spawn --timeout 0.5 --kill-after 0.1 -n 1 \
    sh become

# By two signals, of which the second one kills; a third one changes nothing.
signalled()
{
	start $as_nobody mp-pool sh become ::: a
	wait_for 20 test -e ready
	kill -STOP "$pid"
	for one in TERM INT HUP; do
		kill -"$one" "$pid"
	done
	kill -CONT "$pid"
	finish
	expect_status 125
	named mp-pool
}
t 'mp-pool: signals' signalled

is_over()
{
	$as_nobody mp-daemon status s >said 2>&1
	grep -q stopped said
}

# It ends when there is nothing left, after all.
stopped()
{
	export MP_DAEMON_DIR="$T/work/run"
	$as_nobody mp-daemon start s sh become || note 'not started'
	wait_for 20 test -e ready
	run $as_nobody mp-daemon stop s --retry TERM/0.3/KILL/1
	expect_status 2
	named mp-daemon
	wait_for 20 is_over
}
t 'mp-daemon' stopped

if command -v mp-queue >/dev/null; then
	worked()
	{
		export MP_QUEUE="$T/work/queue"
		$as_nobody mp-queue put q a >/dev/null
		limited 125 mp-queue work --task-timeout 0.5 --kill-after 0.1 \
		    --timeout 0 q sh become
	}
	t 'mp-queue work' worked
else
	skip 'mp-queue work' 'built without it'
fi

done_testing
