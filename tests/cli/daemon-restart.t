#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Services that are started again: by --restart, and by mp-daemon restart,
# during which no rival gets in.
#
# shellcheck disable=SC2016,SC2094,SC2317 # services expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"
. "$MP_SRCDIR/tests/daemon.sh"

export CHILD

# A service that counts its starts in the file starts, and ends by its
# argument, if it is not its last start.
cat >counts <<'END'
#!/bin/sh
echo >>starts
test "$(grep -c '' starts)" -lt "$1" || exec "$CHILD" pause
shift
exec "$CHILD" "$@"
END
chmod 755 counts

starts_are()
{
	test "$(grep -c '' starts)" -eq "$1"
}

# again N POLICY END…: is started N times.
again()
{
	n=$1
	policy=$2
	shift 2
	begin a --restart "$policy" --backoff 1ms,1,1ms -- ./counts "$n" "$@"
	wait_for 20 starts_are "$n"
	becomes a running
	grep -qx "restarts=$((n - 1))" "$RUN/a/status" ||
	    note "$(cat "$RUN/a/status")"
	rm starts
}

# once POLICY END…
once()
{
	policy=$1
	shift
	begin a --restart "$policy" --backoff 1ms,1,1ms -- ./counts 5 "$@"
	becomes a exited
	expect starts_are 1
	rm starts
}

d 'always: exit 0' again 3 always exit 0
d 'always: exit 1' again 3 always exit 1
d 'on-failure: exit 1' again 3 on-failure exit 1
d 'on-failure: a signal' again 3 on-failure signal KILL
d 'on-failure: not exit 0' once on-failure exit 0
d 'on-abnormal: a signal' again 3 on-abnormal signal KILL
d 'on-abnormal: not exit 1' once on-abnormal exit 1
d 'no' once no exit 1

final()
{
	begin a --restart always --backoff 1ms,1,1ms --final-codes 3,70-79 -- \
	    ./counts 5 exit 75
	becomes a exited
	expect starts_are 1
	rm starts
	run mp-daemon wait a
	expect_status 75
}

limited()
{
	begin a --restart always --backoff 1ms,1,1ms --restart-limit 3/1h -- \
	    ./counts 100 exit 6
	becomes a failed
	expect starts_are 4
	rm starts
	run mp-daemon wait a
	expect_status 6
}

cannot_trip()
{
	run mp-daemon start a --restart always --backoff 1,2,30 \
	    --restart-limit 5/2 -- touch began
	expect_status 125
	expect_err -m 'mp-daemon: *--restart-limit*
usage: *'
	expect test ! -e began
	expect test ! -e "$RUN/a"
}

# Delays grow, and begin anew after a stable run.
delays()
{
	begin a --restart always --backoff 1h,1,1h --stable 0 -- \
	    ./counts 2 exit 1
	becomes a waiting
	expect starts_are 1
	rm starts
}

# Between two starts it is looked after, and can be started at once.
early()
{
	begin a --restart always --backoff 1h,1,1h -- ./counts 2 exit 1
	becomes a waiting
	run mp-daemon restart a
	expect_status 0
	becomes a running
	expect starts_are 2
	rm starts
}

d '--final-codes' final
d '--restart-limit' limited
d 'a limit that cannot trip is refused' cannot_trip
d '--backoff, --stable: it waits' delays
d 'restart does not wait' early

# While one restarts a service others try to start it.
rival()
{
	while test ! -e enough; do
		mp-daemon start a -- "$CHILD" pause rival 2>/dev/null
		test $? -eq 3 || echo "$?" >>won
	done
}

no_window()
{
	begin a -- "$CHILD" pause
	super_of a
	rival &
	one=$!
	rival &
	two=$!
	n=0
	max=$(scale 200)
	while test "$n" -lt "$max"; do
		n=$((n + 1))
		mp-daemon restart a || note "restart $n: $?"
	done
	: >enough
	wait "$one" "$two"
	expect test ! -e won
	expect test ! -e rival
	before=$super
	super_of a
	expect test "$super" = "$before"
	rm -f enough won rival
}

d 'restart leaves no window for a rival' no_window

# wait waits for the last end, over restarts.
over_restarts()
{
	begin a --restart on-failure --backoff 1ms,1,1ms -- \
	    sh -c './counts 4 exit 1 & wait $!; exit $?'
	start mp-daemon wait a
	wait_for 20 starts_are 4
	mp-daemon stop a
	finish
	expect_status 143
	rm starts
}

stopped_meanwhile()
{
	begin a -- "$CHILD" catch caught TERM
	wait_for 20 test -s caught
	start mp-daemon restart --retry TERM/0.5/KILL/30 a
	wait_for 20 grep -q TERM caught
	run mp-daemon stop --retry KILL/30 a
	expect_status 0
	finish
	expect_status 125
	expect_err 'mp-daemon: a: stopped meanwhile'
	rm caught
}

not_ready_again()
{
	begin a --ready file="$T/up" -- sh -c \
	    'test ! -e second || exit 8; : >second; : >up; exec "$CHILD" pause'
	rm up
	run mp-daemon restart a
	expect_status 8
	expect_err 'mp-daemon: a: exit status 8 before it was ready'
	becomes a exited
	rm second
}

d 'wait waits over restarts' over_restarts
d 'stop during restart' stopped_meanwhile
d 'restart: that it is not ready is told' not_ready_again

done_testing
