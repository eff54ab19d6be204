#!/bin/sh
# SPDX-License-Identifier: ISC
#
# -X: as many records in a command as it takes, the last ones shared out
# evenly; what the system's limit is made of; records that fit nowhere.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

given '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n'
t_out '-X shares few records out evenly' '1 2 3
4 5 6
7 8
9 10' mp-pool -X -j4 echo
t_out '--pack with -n: so many at most' '1 2 3
4 5 6
7 8' mp-pool --pack -n 3 -j2 echo ::: 1 2 3 4 5 6 7 8
t_out '-X with forms' 'x -a -b a.c b.c' \
    mp-pool -X -j1 echo x '-{.}' '{}' ::: a.c b.c
t_out '-X repeats an argument with forms' 'a:1 b:1 1' \
    mp-pool -X -j1 echo '{}:{#}' '{#}' ::: a b
t_out '-X with several lists' 'a-c a-d
b-c b-d' mp-pool -X -j2 echo '{1}-{2}' ::: a b ::: c d
t_out '-X with no record runs nothing' '' mp-pool -X echo
t_fail '-X without a command' 125 'mp-pool: -X: needs a command*' mp-pool -X

# All of them, once each and in order, in few commands.
many()
{
	n=$(scale 500000)
	seq "$n" >records
	run "$@" mp-pool -X -j2 -a records sh -c 'for i do echo "$i"; done
	    echo "$#" >&2' sh
	expect_status 0
	expect_out -f records
}

fill()
{
	many
	sort -n err >counts
	expect test "$(wc -l <counts)" -lt 20
	expect test "$(head -n 1 counts)" -gt 1000
}

small_stack()
{
	many sh -c 'ulimit -s 1024; exec "$@"' sh
	expect test "$(wc -l <err)" -gt 2
}

large_environment()
{
	value=$(head -c 100000 /dev/zero | tr '\0' x)
	many env A="$value" B="$value" C="$value" D="$value" E="$value" \
	    F="$value" G="$value" H="$value" I="$value" J="$value"
}

# Forms that make more of a record than it is.
long_forms()
{
	n=$(scale 100000)
	seq "$n" >records
	run mp-pool -X -j2 -a records sh -c 'echo "$#" >&2; shift $((($# + 1) / 2))
	    for i do echo "$i"; done' sh '{//}/{}{}{}' '{#}{#}' {}
	expect_status 0
	expect_out -f records
}

# One that is too long fails alone.
unfit()
{
	{
		echo a
		head -c 131072 /dev/zero | tr '\0' x
		printf '\nb\nc\n'
	} >records
	run mp-pool -X -j1 -a records echo
	expect_status 123
	expect_out 'a
b c'
	expect_err -m "mp-pool: task 2: 'x*'...: echo: Argument list too long"
	printf 'a\nx\000y\nb\n' >records
	run mp-pool -X -j1 -a records echo
	expect_status 123
	expect_out 'a
b'
	expect_err "mp-pool: task 2: 'x\\0y': NUL in the record"
}

t '-X: each record once, in order' fill
t '-X within a small limit' small_stack
t '-X: the environment counts' large_environment
t '-X: forms count' long_forms
t '-X: what fits nowhere fails alone' unfit

done_testing
