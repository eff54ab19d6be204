#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pool --resume and --resume-failed: what a joblog says is done is not done
# again, whatever became of mp-pool and of the input in the meantime.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# resumed TASKS OUTPUT OPTION…: a run over TASKS prints OUTPUT.
resumed()
{
	resumed_tasks=$1
	resumed_out=$2
	shift 2
	# shellcheck disable=SC2086 # words
	run mp-pool -j1 --joblog log "$@" sh -c 'echo "$1"; test -z "$BAD" ||
	    case $1 in x*) exit 1 ;; esac' sh ::: $resumed_tasks
	# shellcheck disable=SC2086
	expect_out "$(printf '%s\n' $resumed_out)"
}

by_content()
{
	resumed 'a b c' 'a b c'
	resumed 'a b c' '' --resume
	resumed 'c d b a' d --resume
	resumed 'e a b c d f' 'e f' --resume
	expect test "$(wc -l <log)" -eq 7
	# Without it the log begins anew.
	resumed 'a' a
	expect test "$(wc -l <log)" -eq 2
}

duplicates()
{
	resumed 'a a b' 'a a b'
	resumed 'a b a a' a --resume
	resumed 'a b a a' '' --resume
}

failed()
{
	BAD=1
	export BAD
	resumed 'a x1 b x2' 'a x1 b x2'
	expect_status 123
	resumed 'a x1 b x2 c' c --resume
	expect_status 0
	BAD=
	resumed 'x2 a x1 b c' 'x2 x1' --resume-failed
	expect_status 0
	resumed 'x2 a x1 b c' '' --resume-failed
}

# Numbers go on being those of the input.
numbers()
{
	run mp-pool -j1 --joblog log echo {} ::: a b
	run mp-pool -j1 --joblog log --resume sh -c 'echo "$MP_SEQ $1"' sh \
	    ::: a b
	expect_out '1 a
2 b'
	run mp-pool -j1 --joblog log --resume sh -c 'echo "$MP_SEQ $1"' sh \
	    ::: x a b y
	expect_out '1 x
4 y'
}

# The slot is a matter of chance, and the number is one of the command.
forms()
{
	run mp-pool -j2 --joblog log echo '{}' '{%}' ::: a b c
	run mp-pool -j1 --joblog log --resume echo '{}' '{%}' ::: c b a
	expect_out ''
	run mp-pool -j1 --joblog log echo '{}' '{#}' ::: a b
	run mp-pool -j1 --joblog log --resume echo '{}' '{#}' ::: a x b
	expect_out 'x 2
b 3'
}

other_command()
{
	run mp-pool -j1 --joblog log echo ::: a
	t_expect_out 'x a' mp-pool -j1 --joblog log --resume echo x ::: a
}

torn()
{
	resumed 'a b c' 'a b c'
	for part in x '4	:' '4	:	1.0	0.1	0	0	0	0	sh -c'; do
		printf %s "$part" >>log
		resumed 'a b c' '' --resume
		expect test "$(wc -l <log)" -eq 4
		expect test -z "$(tail -c 1 log)"
	done
	# Not even the header is whole.
	printf 'Seq	Host' >log
	resumed 'a b' 'a b' --resume
	expect test "$(wc -l <log)" -eq 3
}

no_log_yet()
{
	rm -f log
	resumed 'a b' 'a b' --resume
	: >log
	resumed 'a b' 'a b' --resume-failed
	resumed 'a b' '' --resume-failed
}

dry()
{
	run mp-pool --joblog log echo ::: a b
	printf torn >>log
	cp log before
	t_expect_out 'echo c' mp-pool --dry-run --joblog log --resume echo \
	    ::: b c a
	expect_file log -f before
	t_expect_out 'echo c' mp-pool --dry-run --joblog none --resume echo \
	    ::: c
	expect test ! -e none
}

# refused TEXT ERROR: with that as its log mp-pool starts nothing and leaves
# it as it is.
refused()
{
	printf '%s\n' "$1" >log
	cp log before
	t_expect_fail 125 "$2" mp-pool --joblog log --resume touch touched \
	    ::: 1
	expect_file log -f before
	expect test ! -e touched
}

bad_logs()
{
	header="Seq	Host	Starttime	JobRuntime	Send	Receive	Exitval	\
Signal	Command"
	refused 'what is this' 'mp-pool: log: not a joblog of this version'
	refused "$header	More" 'mp-pool: log: not a joblog of this version'
	refused "$header
1	:	1.0	0.1	0	0	0	0	true
1	:	1.0	0.1	0	0	0	true" \
	    'mp-pool: log: line 3: not a row of a joblog'
	mkfifo pipe
	t_expect_fail 125 'mp-pool: pipe: not a regular file' \
	    mp-pool --joblog pipe --resume touch touched ::: 1
}

# The rows of the log are those of GNU parallel.
foreign()
{
	printf '%s\n' "Seq	Host	Starttime	JobRuntime	Send	\
Receive	Exitval	Signal	Command" \
	    '2	:	1700000000.123	     0.004	0	2	0	0	echo b' \
	    '1	server1	1700000000.1	     0.004	0	2	-1	15	echo a' >log
	t_expect_out a mp-pool --joblog log --resume-failed echo ::: a b
}

trial()
{
	mkdir -p "trial$1"
	cd "trial$1" || return
	run python3 "$MP_SRCDIR/tests/helpers/resume-trial" \
	    "$(scale 5000)" "$(scale 200)"
	cd ..
	expect_status 0
	expect_err ''
}

t 'what is in the log is not run again, in whatever order it comes' by_content
t 'as many equal tasks are done as there were' duplicates
t '--resume-failed runs what has failed, once more' failed
t 'numbers are those of the input' numbers
t 'a command may hold its number, its slot does not matter' forms
t 'another command is another task' other_command
t 'a torn last line is ignored, and cut off' torn
t 'a log that is not there yet, or empty' no_log_yet
t '--dry-run reads the log and leaves it alone' dry
t 'what is no joblog is refused' bad_logs
t 'a log of GNU parallel' foreign
t_fail '--resume needs a log' 125 'mp-pool: --resume*: need --joblog*' \
    mp-pool --resume true
t_fail 'so does --resume-failed' 125 'mp-pool: --resume*: need --joblog*' \
    mp-pool --resume-failed true
t_fail 'blocks are not known by their commands' 125 \
    'mp-pool: --resume*: not with -b*' mp-pool --joblog log --resume -b 1K cat
if command -v python3 >/dev/null; then
	t 'killed at random instants: nothing is lost, nothing done twice' trial
else
	skip 'killed at random instants' 'no python3'
fi

done_testing
