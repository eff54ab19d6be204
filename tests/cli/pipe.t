#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pipe connects commands: in a ring or a line, by pipes or sockets. All
# begin or none; what one closes the next one sees at once; a member has no
# descriptor that is not its own. And the command line: what is wrong with it
# is told, and nothing runs.
#
# shellcheck disable=SC2016,SC2317 # members expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

TAB=$(printf '\t')
USAGE='usage: mp-pipe [options] command [argument ...] [::: command ...] ...'

# well COMMAND …: it succeeds without a word of its own, and in time.
well()
{
	run timeout 60 "$@"
	expect_status 0
	expect_err ''
}

# The original: 3 to a child, the result of compute 3 back.

cat >parent <<'END'
#!/bin/sh
echo 3
read -r result
echo "$result" >"$1"
END
chmod +x parent

compute()
{
	well mp-pipe "$@" ./parent result ::: mp-pool
	expect_file result -m "3${TAB}1${TAB}2${TAB}6.0142*"
}
t 'a parent and a child: compute 3' compute
t 'a parent and a child: over a pair of sockets' compute --socket
t 'a parent and a child: with a relay in between' compute --buffer auto

# Shapes.

# ring N [OPTION …]: N members, each of which adds one.
cat >ring <<'END'
#!/bin/sh
n=$1
shift
set -- "$@" sh -c 'echo 1; read -r n; echo "$n" >sum'
while test "$n" -gt 1; do
	set -- "$@" ::: sh -c 'read -r n; echo $((n + 1))'
	n=$((n - 1))
done
exec mp-pipe "$@"
END
chmod +x ring

ring()
{
	size=$1
	rm -f sum
	well ./ring "$@"
	expect_file sum "$size"
}

for n in 2 3 7 20; do
	t "a ring of $n" ring $n
done
t 'a ring of 20 with a relay' ring 20 --buffer 0

many()
{
	size=$(scale 300)
	well "$CHILD" entry --nofile 100 -- ./ring "$size"
	expect_file sum "$size"
}
t 'more members than descriptors' many

alone()
{
	well mp-pipe sh -c 'echo me; read -r x; echo "$x" >sum'
	expect_file sum me
}
t 'a ring of one reads what it writes' alone
given 'b\na\n'
t_out 'a line of one is the command' 'a
b' mp-pipe --line sort
given 'b\na\n'
t_out 'a line has our standard input and output at its ends' 'A
B' mp-pipe --line sort ::: tr a-z A-Z
t_out '--sep' 'A:::' mp-pipe --line --sep // echo a::: // tr a A
t_out '--sep: a member that takes ::: itself' '1
2' mp-pipe --line --sep=+ mp-pool echo ::: 1 2 + cat

# Sockets.

sockets()
{
	well mp-pipe "$@" "$CHILD" fds ::: sh -c 'cat >fds'
	expect_file fds -m "0 socket:*
1 socket:*
2 *"
	expect test "$(sed -n '1s/^..//p' fds)" = "$(sed -n '2s/^..//p' fds)"
}
t '--socket: one descriptor for both directions, as 0 and 1' sockets --socket
t '--socket=stream' sockets --socket=stream

packets()
{
	well mp-pipe --socket=seqpacket \
	    sh -c 'echo one; echo two' ::: sh -c 'dd bs=100 count=1 2>/dev/null >got'
	expect_file got one
}
t '--socket=seqpacket keeps what was written apart' packets

# Descriptors.

: >closer
fds()
{
	exec 7<closer
	well mp-pipe "$@" "$CHILD" fds ::: sh -c '"$CHILD" fds >two; cat >one'
	exec 7<&-
	expect_file one -m "0 pipe:*
1 pipe:*
2 *"
	# Its own output is a file.
	expect_file two -m "0 pipe:*
1 $PWD/two
2 *"
	expect test "$(grep -c '' one)" = 3
	expect test "$(grep -c '' two)" = 3
}
export CHILD
t 'members have 0, 1 and 2, and no other descriptor' fds
t '… with a relay' fds --buffer 1M --trace=/dev/null --tee 'tee.{}'

many_fds()
{
	well mp-pipe --line "$CHILD" fds ::: cat ::: cat ::: cat ::: \
	    sh -c 'cat; "$CHILD" fds'
	expect test "$(grep -c '' "$T/out")" = 6
}
t '… none of five' many_fds
t '0, 1 and 2 closed' well "$CHILD" entry --close 0 --close 1 --close 2 -- \
    mp-pipe sh -c 'echo 1; read -r x' ::: cat

# Half-close. The first member waits for an answer that comes at the end of
# its output, and is not there when the whole takes a second longer.
cat >closer <<'END'
#!/bin/sh
exec >&-
begin=$(date +%s%N)
read -r answer
echo "$answer $((($(date +%s%N) - begin) / 1000000))" >"$1"
exec sleep 0.3
END
chmod +x closer

half_close()
{
	well mp-pipe "$@" ./closer answered ::: sh -c 'cat; echo answer'
	read -r answer took <answered
	expect test "$answer" = answer
	test "$took" -lt 100
}

# Of five tries one has to be undisturbed.
soon()
{
	for try in 1 2 3 4 5; do
		half_close "$@" && return
	done
	note "it took $took ms in try $try"
}
t 'half-close reaches the peer within 100 ms' soon
t '… with a relay' soon --buffer auto

# The reader of the whole sees its end, and its writer that nobody reads,
# though mp-pipe still runs.
outside()
{
	start sh -c 'mp-pipe --line sh -c "echo x; exec >&-; until test -e go
		do sleep .02; done" ::: cat | { cat; echo eof; }'
	wait_for 20 grep -q eof "$T/out"
	: >go
	finish
	expect_status 0
}
t 'who reads from the whole sees its end at once' outside

inside()
{
	rm -f go
	start sh -c '{ "$CHILD" how died yes; : >go; } | mp-pipe --line \
		head -n 1 ::: sh -c "cat >/dev/null
		until test -e go; do sleep .02; done"'
	wait_for 20 test -e go
	: >go
	finish
	expect_status 0
	expect_file died 'signal PIPE'
}
t 'who writes to the whole sees at once that nobody reads' inside

# All or nothing.

# nothing STATUS MESSAGE COMMAND …: that message, and no member has run.
nothing()
{
	want=$1
	message=$2
	shift 2
	run "$@"
	expect_status "$want"
	expect_out ''
	expect_err "$message"
	expect test -z "$(find . -name 'ran*')"
	rm -f ran*
}

: >no-exec
mkdir dir
for ring in '' --line '--buffer 1M'; do
	# shellcheck disable=SC2086 # nothing, or words
	set -- mp-pipe $ring
	t "$ring: the second is not there: 127" nothing 127 \
	    "mp-pipe: member 2 './nosuch': No such file or directory" \
	    "$@" sh -c 'echo >ran; cat' ::: ./nosuch
	t "$ring: the first is not there" nothing 127 \
	    "mp-pipe: member 1 './nosuch': No such file or directory" \
	    "$@" ./nosuch ::: sh -c 'echo >ran; cat'
	t "$ring: one cannot be executed: 126" nothing 126 \
	    "mp-pipe: member 3 './no-exec': Permission denied" \
	    "$@" touch ran1 ::: touch ran2 ::: ./no-exec ::: touch ran4
	t "$ring: one is a directory: 126" nothing 126 \
	    "mp-pipe: member 2 './dir': Permission denied" \
	    "$@" touch ran1 ::: ./dir
done
printf '#!/no/such/interpreter\n' >bad
chmod +x bad
t 'the interpreter is not there' nothing 127 \
    "mp-pipe: member 2 './bad': No such file or directory" \
    mp-pipe --socket touch ran ::: ./bad

no_byte()
{
	given 'data\n'
	run mp-pipe --line sh -c 'cat >ran' ::: cat ::: ./nosuch
	expect_status 127
	expect test ! -e ran
}
t 'none sees a byte' no_byte
t 'too few descriptors: 125' nothing 125 \
    "mp-pipe: member 1 'touch': Too many open files" \
    "$CHILD" entry --nofile 9 -- mp-pipe --buffer 1M touch ran ::: touch ran

# The command line.

refused()
{
	why=$1
	shift
	nothing 125 "mp-pipe: $why
$USAGE" "$@"
}

t 'no command' refused 'missing command' mp-pipe
t 'no first command' refused 'member 1: missing command' \
    mp-pipe ::: touch ran
t 'no last command' refused 'member 2: missing command' \
    mp-pipe touch ran :::
t 'no command between' refused 'member 2: missing command' \
    mp-pipe touch ran ::: ::: touch ran
t 'an unknown option' refused "'--nosuch': unknown or ambiguous option" \
    mp-pipe --nosuch touch ran
t '--socket and --line' refused '--socket: excludes --line' \
    mp-pipe --socket --line touch ran ::: touch ran
t '--socket for three' refused '--socket: takes two commands' \
    mp-pipe --socket touch ran ::: touch ran ::: touch ran
t '--socket with a relay' refused '--socket: excludes what needs a relay' \
    mp-pipe --socket --meter touch ran ::: touch ran
t '--hex alone' refused '--hex: needs --trace' mp-pipe --hex touch ran
t '--tee for two directions' refused \
    '--tee: needs {} for more than one direction' \
    mp-pipe --tee file touch ran ::: touch ran
t '--line with a relay and one command' refused \
    '--line: one command has nothing between it' \
    mp-pipe --line --meter touch ran

# bad OPTION VALUE REASON
bad()
{
	t "$1 '$2'" refused "$1: '$2': $3" mp-pipe "$1=$2" touch ran
}
bad --socket dgram 'not stream or seqpacket'
bad --sep '' 'no separator'
bad --on-fail stop 'not wait, term or kill'
bad --leftover stay 'not leave, wait or kill'
bad --pipefail no 'not first, last, max or any'
bad --deadlock wait 'not report, grow or kill'
bad --epipe-codes 0 'too small'
bad --epipe-codes 256 'too large'
bad --epipe-codes x 'invalid'
t '--epipe-codes: an empty one' refused "--epipe-codes: '': invalid" \
    mp-pipe --epipe-codes 1,,2 touch ran
bad --timeout x 'invalid time interval'
bad --kill-after -1 'invalid time interval'
bad --idle '' 'invalid time interval'
bad --deadlock-after 1x 'invalid time interval'
bad --buffer some 'invalid size'
bad --spool -1 'invalid size'
bad --rate 1Q 'invalid size'
t '--report: where it cannot be' nothing 125 \
    'mp-pipe: no/such: No such file or directory' \
    mp-pipe --report no/such touch ran
t '--tee: where it cannot be' nothing 125 \
    'mp-pipe: no/A: No such file or directory' \
    mp-pipe --tee 'no/{}' touch ran ::: touch ran
t '--trace: where it cannot be' nothing 125 \
    'mp-pipe: dir: Is a directory' mp-pipe --trace=dir touch ran

help()
{
	well mp-pipe --help
	head -n 1 "$T/out" >first
	expect_file first "$USAGE"
	expect_out -e '^ *--pipefail'
	expect_out -e '^send '
	expect_out -e '^recv '
}
t '--help' help
t '--version' well mp-pipe --version

done_testing
