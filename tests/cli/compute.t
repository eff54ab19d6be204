#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The built-in classes compute and prime: their results agree with those of
# a program in another language that was written without looking at them,
# and what is no number fails its task alone.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

TAB=$(printf '\t')

# The primes by trial division where that is quick enough, else by a plain
# sieve; the sum by one loop from 0 on.
cat >reference.py <<'EOF'
import math
import sys


def primes(n):
    if n <= 2000:
        return [p for p in range(2, n)
                if all(p % d for d in range(2, math.isqrt(p) + 1))]
    composite = bytearray(n)
    for p in range(2, math.isqrt(n) + 1):
        if not composite[p]:
            composite[p * p::p] = b"\1" * len(range(p * p, n, p))
    return [p for p in range(2, n) if not composite[p]]


numbers = [int(line) for line in open(sys.argv[1])]
sums = {0: 0.0}
s = 0.0
wanted = set(numbers)
for i in range(max(numbers)):
    s += math.sqrt(i + 1) + math.sin(i) * math.cos(i) + math.log(i + 1)
    if i + 1 in wanted:
        sums[i + 1] = s
for n in numbers:
    found = primes(n)
    print(n, len(found), found[-1] if found else "-", "%.6f" % sums[n],
          sep="\t")
EOF

# Each class, on the numbers in the file $1.
agrees()
{
	expect python3 reference.py "$1" >compute.want
	cut -f 1-3 compute.want >prime.want
	for class in compute prime; do
		run mp-pool -c "$class" -a "$1"
		expect_status 0
		expect_out -f "$class.want"
		expect_err ''
	done
}

t_agrees()
{
	if command -v python3 >/dev/null; then
		t "$1" agrees "$2"
	else
		skip "$1" 'no python3'
	fi
}

# Each class fails on the record that printf makes of $1, for reason $2, and
# does the tasks around it.
fails_alone()
{
	for class in compute prime; do
		given "10\n$1\n3\n"
		run mp-pool -c "$class"
		expect_status 123
		cut -f 1-3 out >primes
		expect_file primes "10${TAB}4${TAB}7
3${TAB}1${TAB}2"
		expect_err -m "mp-pool: task 2: '*': $2"
	done
}

listed()
{
	run mp-pool --list-classes
	expect_status 0
	expect_out -e "^compute${TAB}[^${TAB}]+\$"
	expect_out -e "^prime${TAB}[^${TAB}]+\$"
	expect_err ''
}

# The order of the results does not depend on how long the tasks take.
same_with_jobs()
{
	given '%s\n' 300000 1 200000 2 100000 3 10 4
	run mp-pool -j 1
	expect_status 0
	mv out serial
	given '%s\n' 300000 1 200000 2 100000 3 10 4
	run mp-pool -j 4
	expect_status 0
	expect_out -f serial
}

given '10\n'
t_out 'compute: N, primes below N, the largest, the sum' \
    "10${TAB}4${TAB}7${TAB}37.439471" mp-pool -c compute
given '10\n'
t_out 'compute is the class where none is named' \
    "10${TAB}4${TAB}7${TAB}37.439471" mp-pool
t_out 'prime: the same without the sum' "10${TAB}4${TAB}7" \
    mp-pool -c prime ::: 10
t_out 'no prime below 2' "2${TAB}0${TAB}-
0${TAB}0${TAB}-" mp-pool -c prime ::: 2 0
t_out 'the number is printed in canonical form' "7${TAB}3${TAB}5" \
    mp-pool -c prime ::: 007
t_out 'the largest N' "1000000000${TAB}50847534${TAB}999999937" \
    mp-pool -c prime ::: 1000000000

i=0
while test "$i" -le 400; do
	echo "$i"
	i=$((i + 1))
done >small
t_agrees 'all small N agree with another program' small

for i in 1 2 3; do
	for d in -1 0 1 2 30; do
		echo $((i * 524288 + d))
	done
done >segments
printf '%s\n' 1999 2003 9999 12345 65535 65536 65537 99999 1000000 >>segments
t_agrees 'larger N agree with another program' segments
scale 5000000 >large
t_agrees 'the sum agrees to the last digit' large

t 'the same output from one process and from four' same_with_jobs

t 'letters are no number' fails_alone abc invalid
t 'an empty record is no number' fails_alone '' invalid
t 'a number with something behind it is none' fails_alone 10x invalid
t 'a number with a space behind it is none' fails_alone '10 ' invalid
t 'no exponents' fails_alone 1e3 invalid
t 'a NUL in the record' fails_alone '10\000' invalid
t 'a number below 0' fails_alone -1 'too small'
t 'a number above 1000000000' fails_alone 1000000001 'too large'
t 'a number above all' fails_alone 99999999999999999999 'too large'
t_fail 'the digest names the task, the record and the reason' 123 \
    "mp-pool: task 1: 'abc': invalid" mp-pool ::: abc

t '--list-classes lists both' listed
t_fail 'a class that is not there' 125 "mp-pool: *'computer'*
usage: *" mp-pool -c computer ::: 1

done_testing
