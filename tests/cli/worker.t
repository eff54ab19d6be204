#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Worker mode: the command stays and answers each record with a record. What
# comes out is what one such command would say; programs that answer at once,
# framing, empty and long records, which tasks fail, what is said about it.
#
# shellcheck disable=SC2317 # functions are called by t
# shellcheck disable=SC2016 # the workers' shells expand

. "${MP_SRCDIR:-.}/tests/lib.sh"

ECHO='while IFS= read -r x; do printf "%s\n" "$x"; done'

seq 3000 >numbers

# The command's own output on the whole file is expected.
as_alone()
{
	"$@" <numbers >want
	run mp-pool -w -j3 -a numbers "$@"
	expect_status 0
	expect_out -f want
	expect_err ''
}

t 'cat' as_alone cat
t 'sed -u' as_alone sed -u 's/1/one/g'
t 'a loop of the shell' as_alone sh -c "$ECHO"
if command -v python3 >/dev/null; then
	t 'python3 -u' as_alone python3 -u -c 'import sys
for line in sys.stdin:
    print(int(line) ** 2)'
else
	skip 'python3 -u' 'no python3'
fi

t_out 'no record: no worker' '' mp-pool -w sh -c 'echo started >&2; cat'
t_out 'nothing is replaced in the command' 'x{}{#}' \
    mp-pool --worker sed -u 's/$/{}{#}/' ::: x
given '\n\na\n\n'
t_out 'empty records' '

a
' mp-pool -w cat
given '1\n2'
t_out 'a last record without its end' '1
2' mp-pool -w cat

framed()
{
	given 'a\nb\0\0c'
	run mp-pool -0 -w cat
	expect_status 0
	printf 'a\nb\0\0c\0' >want
	expect_out -f want
	given 'a:b:'
	run mp-pool -d : -w cat
	printf 'a:b:' >want
	expect_out -f want
}
t 'records and replies end in the same byte' framed

unfit()
{
	run mp-pool -w cat ::: a 'b
c' d
	expect_status 123
	expect_out 'a
d'
	expect_err -e "task 2: .*: the record holds what ends a record"
}
t 'a record that holds what ends records fails alone' unfit

# Records longer than pipes and buffers, and a reply much longer than them.
long()
{
	for n in 70000 1 300000 2000000 0 99999; do
		head -c "$n" /dev/zero | tr '\0' x
		echo
	done >big
	run mp-pool -j2 -w -a big cat
	expect_status 0
	expect_out -f big
	run mp-pool -w sh -c 'while read -r n; do
		head -c "$n" /dev/zero | tr "\0" x
		echo
	done' ::: 10000000 3
	expect_status 0
	expect test "$(wc -c <out)" -eq 10000005
}
t 'long records and replies' long

t_fail 'a reply without end is one that is too long' 123 \
    "*task 1: '1': reply too long" \
    mp-pool -w --retries 0 sh -c 'read x; exec tr "\0" x </dev/zero' ::: 1

env_of_worker()
{
	run env MP_SEQ=7 MP_ATTEMPT=9 mp-pool -j1 -w sh -c \
	    'while read -r x; do echo "$x $MP_SLOT ${MP_SEQ-no} ${MP_ATTEMPT-no}"; done' \
	    ::: a
	expect_out 'a 1 no no'
}
t 'a worker knows its slot only' env_of_worker

t_out '--dry-run shows a pipe' "printf '%s\\012' 'a b' | cat -u" \
    mp-pool -w --dry-run cat -u ::: 'a b'

# Its words belong to the record that it is at.
words()
{
	seq -f 'about %.0f' 300 >about
	head -n 300 numbers >some
	run mp-pool -j2 -w --depth 1 -a some sh -c 'while read -r x; do
		echo "about $x" >&2
		echo "$x"
	done'
	expect_status 0
	expect_err -f about
	run mp-pool -j1 -w sh -c 'cat; echo end >&2' ::: 1
	expect_status 0
	expect_err end
}
t 'standard error in order; at the end, too' words

t_fail 'a command that is not there: 127, once' 127 \
    'mp-pool: ./nosuch: No such file or directory' \
    mp-pool -j4 -w -a numbers ./nosuch

# It is there, but its interpreter is not, which only executing it tells.
no_interpreter()
{
	printf '#!/no/such\n' >script
	chmod +x script
	run mp-pool -j4 -w -a numbers ./script
	expect_status 127
	expect_out ''
	expect_err 'mp-pool: ./script: No such file or directory'
	: >data
	run mp-pool -w -a numbers ./data
	expect_status 126
	expect_err 'mp-pool: ./data: Permission denied'
}
t 'a command that cannot be executed: 127 or 126, once' no_interpreter

t_fail 'workers that never answer end the run' 125 \
    'mp-pool: false: 1[0-9] workers in a row have ended without a reply: exit status 1' \
    mp-pool -j2 -w -a numbers false

# Each kept for at most so many records, and its input ended then.
recycled()
{
	run mp-pool -j2 -w --max-tasks "$1" -a numbers \
	    sh -c 'while read -r x; do echo "$x $$"; done; echo "$$" >>ends'
	expect_status 0
	cut -d' ' -f1 out >order
	expect_file order -f numbers
	expect test "$(cut -d' ' -f2 out | sort | uniq -c |
	    awk -v m="$1" '$1 > m' | wc -l)" -eq 0
	cut -d' ' -f2 out | sort -u >used
	sort -u ends >ended
	expect_file ended -f used
	rm ends
}
t '--max-tasks 100' recycled 100
t '--max-tasks 7' recycled 7

# The worker can tell how many records it has, if it reads them as they come.
cat >depth.py <<'EOF'
import os, select, time
while True:
    data = os.read(0, 65536)
    if not data:
        break
    while select.select([0], [], [], 0.01)[0]:
        more = os.read(0, 65536)
        if not more:
            break
        data += more
    n = data.count(b"\n")
    os.write(1, b"%d\n" % n * n)
EOF
most_at_a_time()
{
	head -n 200 numbers >some
	run mp-pool -j1 -w --depth "$1" -a some python3 depth.py
	expect_status 0
	expect test "$(sort -n out | tail -n 1)" -eq "$1"
}
if command -v python3 >/dev/null; then
	t '--depth 1' most_at_a_time 1
	t '--depth 9' most_at_a_time 9
else
	skip '--depth' 'no python3'
fi

contradicts()
{
	for args in '-w' '-w -n2 cat' '-w -I{x} cat' '-w --raw cat' \
	    '--depth 2 cat' '--max-tasks 2 cat' '--reply-timeout 2 cat' \
	    '-w --depth 0 cat' '-w --retries x cat'; do
		# shellcheck disable=SC2086 # several words
		run mp-pool $args
		expect_status 125
		expect_err -e '^usage: '
	done
}
t 'options that do not go together' contradicts

ended_early()
{
	mp-pool -w -a numbers sh -c "$ECHO" | head -n 2 >out
	expect_out '1
2'
}
t 'the reader goes away' ended_early

done_testing
