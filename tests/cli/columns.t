#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Columns of records and several lists of tasks: -C, ::: and :::+, the forms
# {1} {2.} …, how they go together with other options, and what is wrong.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

given 'a,b.c,d/e.f\n1,2\n'
t_out '-C: {1} {2} and their forms; one that is not there is empty' \
    'a d/e.f b e.f d e a,b.c,d/e.f
1  2    1,2' mp-pool -C , echo '{1} {3} {2.} {3/} {3//} {3/.} {}'
given 'x1  y\nz\n'
t_out '-C takes an extended regular expression' '[x][y]
[z][]' mp-pool --colsep '[0-9]| +' printf '[%s][%s]\n' '{1}' '{3}'
given 'a\tb\n'
t_out '-C: \t is a tab' b mp-pool -C '\t' echo '{2}'
given 'a,b\n'
t_out 'without a form the record is added as it is' a,b mp-pool -C , echo
given 'a,b\nc,d\ne,f\n'
t_out '-C with -n: an argument with columns is repeated for each record' \
    'x -b -d , a/a,b c/c,d
x -f , e/e,f' mp-pool -C , -n 2 echo x -'{2}' , '{1}/{}'
t_out '-C with -I' 'a a,b {}' mp-pool -I @ -C , echo '{1}' @ '{}' ::: a,b
t_out 'out of range is text without columns' '{1} {2.} a' \
    mp-pool echo '{1}' '{2.}' ::: a
t_out 'what is no column is text' '{0} {01} {12345} {-1} {1 2} {1#} a' \
    mp-pool -C , echo '{0}' '{01}' '{12345}' '{-1}' '{1 2}' '{1#}' '{1}' ::: a
t_out 'a column is not looked at again' '{2} $(x)' mp-pool -C , echo '{1}' \
    '{3}' ::: '{2},b,$(x)'
t_out '-O with columns' '' mp-pool -C , -O 'res/{2}' echo '{1}' ::: a,x b,y
t '-O with columns has made the files' expect_file res/y b

t_out 'several ::: are all combinations, the first varies slowest' \
    'a-c-e
a-c-f
a-d-e
a-d-f
b-c-e
b-c-f
b-d-e
b-d-f' mp-pool echo '{1}-{2}-{3}' ::: a b ::: c d ::: e f
t_out 'without a form all records of a combination are added' 'a c
a d' mp-pool echo ::: a ::: c d
t_out '{} is repeated for each of them' 'xa xc 1
xa xd 2' mp-pool -j1 echo 'x{}' '{#}' ::: a ::: c d
t_out ':::+ links a list to the one before' 'a-1
b-2' mp-pool echo '{1}-{2}' ::: a b c :::+ 1 2
t_out ':::+ and :::' 'a1x
a1y
b2x
b2y' mp-pool echo '{1}{2}{3}' ::: a b :::+ 1 2 ::: x y
t_out 'an empty list leaves no combination' '' mp-pool echo ::: a b :::
t_out '-n with several lists' 'a-c a-d
b-c b-d' mp-pool -n 2 echo '{1}-{2}' ::: a b ::: c d
t_out 'a list may hold anything' '[ ] [-x] [{1}]' \
    mp-pool printf '[%s] [%s] [%s]\n' '{1}' '{2}' '{3}' ::: ' ' ::: -x ::: '{1}'

# The product is not kept: as many combinations as there are numbers, and no
# more of them than are read.
endless()
{
	hundred=$(seq 1000)
	# shellcheck disable=SC2086 # words are meant
	run "$CHILD" maxrss peak sh -c 'mp-pool -j2 echo "$@" | head -n 3' sh \
	    ::: $hundred ::: $hundred ::: $hundred
	expect_out '1 1 1
1 1 2
1 1 3'
	read -r rss <peak
	expect test "$rss" -lt 20000
}

t_mem 'a billion combinations take no memory' endless

unclosed()
{
	t_fail "$1 is not closed" 125 "mp-pool: '$1': the brace is not closed
usage:*" mp-pool -C , touch ran "x$1" ::: a
}

for form in '{.' '{/' '{//' '{/.' '{#' '{%' '{1' '{12/' '{1//'; do
	unclosed "$form"
done
t_fail 'neither is one of -O' 125 "mp-pool: '{.': the brace *" \
    mp-pool -O 'x{.' touch ran ::: a
t_out 'a brace that begins no form is text' '{ a{ {x {- {. } } {.x a' \
    mp-pool echo '{' 'a{' '{x' '{-' '{. }' '}' '{.x' ::: a
t_out "with -I '' everything is text" '{. a' mp-pool -I '' echo '{.' ::: a
t_fail '-C with what is no expression' 125 "mp-pool: -C: '\\[': *
usage:*" mp-pool -C '[' touch ran ::: a
t_fail '-C with what matches nothing' 125 \
    "mp-pool: -C: 'x\\*': separates where nothing is*" \
    mp-pool -C 'x*' touch ran ::: a
t_fail '-C without a command' 125 'mp-pool: -C: needs a command*' \
    mp-pool -C , ::: 1
t_fail "-C with -I ''" 125 "mp-pool: -C: nothing is replaced with -I ''*" \
    mp-pool -C , -I '' touch ran ::: a
t_fail '-C with several lists' 125 'mp-pool: -C: not with several :::*' \
    mp-pool -C , touch ran ::: a ::: b
t_fail 'several lists without a command' 125 \
    "mp-pool: ':::': several of them need a command*" mp-pool ::: 1 ::: 2
t_fail ':::+ without a list before it' 125 \
    "mp-pool: ':::+': no list before it*" mp-pool touch ran :::+ a
t 'nothing was run' expect test ! -e ran

done_testing
