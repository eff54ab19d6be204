#!/bin/sh
# SPDX-License-Identifier: ISC
#
# --jobserver: how many commands run at once below a make, in both styles,
# and below an mp-pool that is the server; what becomes of tokens whatever
# ends whom; what is said when there is none.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v make >/dev/null || skip_all 'there is no make'
make --version 2>/dev/null | grep -q 'GNU Make' || skip_all 'no GNU make'

# What counts: a line when a command has begun, another before it ends.
cat >count <<'EOT'
#!/bin/sh
echo + >>ledger
sleep "${1:-0.05}"
echo - >>ledger
EOT
chmod +x count

# The most that ran at once since the last time.
most()
{
	awk '/\+/ { if (++n > most) most = n } /-/ { n-- } END { print +most }' \
	    ledger
	: >ledger
}

# recipes COMMAND: three of them, which make may run at the same time.
recipes()
{
	{
		echo 'all: a b c'
		echo 'a b c:'
		printf '\t%s\n' "$1"
	} >Makefile
	: >ledger
}

TASKS='::: 0.05 0.04 0.06 0.05 0.03 0.05 0.04 0.06 0.05 0.03'

client()
{
	recipes "+@mp-pool -j8 $1 ./count $TASKS"
	run make -j3
	expect_status 0
	expect_err ''
	expect test "$(grep -c + ledger)" -eq 30
	most >top
	expect_file top 3
}

alone()
{
	recipes "$1"
	run make "$2"
	expect_status 0
	expect_err ''
	expect test "$(most)" -gt 3
}

# A command that is a make, and one that is ended by a limit.
below()
{
	printf 'x: 1 2 3 4\n1 2 3 4:\n\t@./count 0.1\n' >below.mk
	recipes '+@mp-pool -j8 make -sf below.mk -B ::: x x'
	run make -j3
	expect_status 0
	expect_err ''
	most >top
	expect_file top 3
}

limited()
{
	recipes '+@mp-pool -j8 --timeout 20s ./count ::: 1 .1 .1 .1 .1 .1'
	run make -j3 a
	expect_status 0
	expect_err ''
	most >top
	expect_file top 3
}

# A fifo with the tokens a and b, as make 4.4 has it, held open by us.
fifo()
{
	mkfifo tokens
	exec 7<>tokens
	printf 'ab' >&7
	: >ledger
}

# Both are there again, and nothing else.
returned()
{
	dd bs=16 count=1 iflag=nonblock <&7 2>/dev/null | fold -w 1 | sort |
	    tr -d '\n' >found
	exec 7>&-
	rm tokens
	printf ab >want
	expect cmp -s want found || note "$(cat found)"
}

AUTH='MAKEFLAGS= -j3 --jobserver-auth=fifo:tokens'

of_fifo()
{
	fifo
	# shellcheck disable=SC2086 # words are meant
	run env "$AUTH" mp-pool -j8 ./count $TASKS
	expect_status 0
	most >top
	expect_file top 3
	returned
}

killed_tasks()
{
	fifo
	run env "$AUTH" mp-pool -j8 --sh 'case $1 in
	    1) kill -KILL $$ ;; 2) sleep 60 ;; *) exit "$1" ;; esac' \
	    --timeout 0.2 ::: 1 2 3 1 2 3 1 2 3
	expect_status 123
	returned
}

ended()
{
	fifo
	start env "$AUTH" mp-pool -j8 ./count ::: 60 60 60 60 60
	wait_for 20 began 3
	kill "-$1" "$pid"
	finish
	expect test "$status" -gt 128
	returned
}

began()
{
	test "$(grep -c + ledger)" -ge "$1"
}

# A pipe whose tokens somebody else takes and puts back.
shared()
{
	fifo
	dd bs=1 count=2 <&7 >taken 2>/dev/null
	start env "$AUTH" mp-pool -j8 ./count ::: 0.2 0.2 0.2 0.2 0.2
	wait_for 20 began 2
	most >top
	expect_file top 1
	cat taken >&7
	finish
	expect_status 0
	expect test "$(most)" -gt 1
	returned
}

server()
{
	printf 'x: 1 2 3 4 5 6 7 8\n1 2 3 4 5 6 7 8:\n\t@./count 0.1\n' \
	    >below.mk
	: >ledger
	run env 'MAKEFLAGS= -j9 --jobserver-auth=7,8 -- A=b' \
	    mp-pool --jobserver=server -j4 make -sf below.mk ::: x "$@"
	expect_status 0
	expect_err ''
	most >top
	expect_file top 4
}

# The first task takes all tokens and dies with them, then comes a make.
replaced()
{
	mkfifo feed
	: >ledger
	start sh -c 'exec mp-pool --joblog log --jobserver=server -j4 --sh '\''
	    test "$1" = make && exec make -sf below.mk x
	    fd=${MAKEFLAGS##*=}
	    dd bs=1 count=3 <"/proc/self/fd/${fd%,*}" 2>/dev/null >taken
	    kill -KILL $$'\'' <feed'
	exec 6>feed
	echo die >&6
	wait_for 20 grep -qs '^1	' log
	echo make >&6
	exec 6>&-
	finish
	expect_status 123
	most >top
	expect_file top 4
}

flags()
{
	run env 'MAKEFLAGS=k -j9 -- A=b' mp-pool --jobserver=server -j4 \
	    --sh 'echo "$MAKEFLAGS"' ::: a
	expect_out -e '^k -j4 --jobserver-auth=[0-9]*,[0-9]* -- A=b$'
}

t 'below make -j3 three mp-pools run three commands' client ''
t '--jobserver: the same' client --jobserver
t '--jobserver=auto: the same' client --jobserver=auto
t '--jobserver=client: the same' client --jobserver=client
t '--jobserver=none: as many as -j says' \
    alone "+@mp-pool -j8 --jobserver=none ./count $TASKS" -j3
t 'what is no + recipe has none: as many as -j says' \
    alone "@mp-pool -j8 ./count $TASKS" -j3
t 'below make without -j: as many as -j says' \
    alone "+@mp-pool -j8 --jobserver ./count $TASKS" -j1
t 'a make below mp-pool below make shares the tokens' below
t 'with --timeout, too' limited
t 'a fifo: as many as there are tokens and one, all put back' of_fifo
t 'tokens of tasks that are killed are put back' killed_tasks
t 'tokens are put back when mp-pool is ended by TERM' ended TERM
t 'by INT' ended INT
t 'a token that comes later is used' shared
t '--jobserver=server: one make has all tokens' server
t '--jobserver=server: several share them' server 1 2 3 4 5 6 7 8
t '--jobserver=server: tokens that died with a task are replaced' replaced
t '--jobserver=server: what else is in MAKEFLAGS stays' flags
t_fail '--jobserver=client without one' 125 \
    'mp-pool: --jobserver: none is offered by MAKEFLAGS' \
    mp-pool --jobserver=client touch ran ::: a
t_fail '--jobserver=client with one that is not ours' 125 \
    'mp-pool: --jobserver: not handed down; put + before *' \
    env 'MAKEFLAGS= -j3 --jobserver-auth=98,99' \
    mp-pool --jobserver=client touch ran ::: a
t_fail '--jobserver=client with a fifo that is not there' 125 \
    'mp-pool: --jobserver: No such file or directory' \
    env 'MAKEFLAGS=--jobserver-auth=fifo:nosuch' \
    mp-pool --jobserver=client touch ran ::: a
t_fail '--jobserver=client with a fifo that is none' 125 \
    'mp-pool: --jobserver: not handed down; *' \
    env 'MAKEFLAGS=--jobserver-auth=fifo:count' \
    mp-pool --jobserver=client touch ran ::: a
t_fail '--jobserver with something else' 125 \
    "mp-pool: --jobserver: 'x': not client, server, auto or none*" \
    mp-pool --jobserver=x touch ran ::: a
t 'nothing was run' expect test ! -e ran

done_testing
