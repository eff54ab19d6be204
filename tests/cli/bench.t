#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What reads the results of bench/run: bench/plot and bench/check-quotes.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'

measured()
{
	printf '# SPDX-License-Identifier: ISC\n# date: 2001-02-03\n'
	printf '# machine: x86_64, 2 CPUs, 1000 MiB\n'
	printf '%s\t%s\t%s\t%s\t%s\n' program figure of value n \
	    mp-pool 'commands: xargs' 'mp-pool is x times' 1.428 9 \
	    mp-pool 'class prime, tasks/s' mp-pool 440421 5 \
	    mp-pool 'rate, tasks/s at tasks at once = 1' mp-pool 1000 5 \
	    mp-pool 'rate, tasks/s at tasks at once = 1' xargs 900 5 \
	    mp-pool 'rate, tasks/s at tasks at once = 16' mp-pool 5000 5 \
	    mp-spawn 'copies: 1000 copies, ratio' mp-spawn 0.974 9
}

readme()
{
	printf 'mp-utils\n========\n\n9 and 8.7 are elsewhere.\n\n'
	printf 'Speed\n-----\n\n%s\n\n%s\n\n' "$@"
	printf 'More\n----\n\n77 %% of that.\n'
}

plot()
{
	"$MP_SRCDIR/bench/plot" "$@"
}

# quotes TEXT [TEXT]: a README with these paragraphs is checked.
quotes()
{
	readme "$1" "${2-}" >README
	run "$MP_SRCDIR/bench/check-quotes" README results
}

right()
{
	quotes "$@"
	expect_status 0
	expect_out ''
	expect_err ''
}

# wrong NUMBER TEXT [TEXT]
wrong()
{
	number=$1
	shift
	quotes "$@"
	expect_status 1
	expect_out -m "README: $number: not in results: *"
}

measured >results

t 'a value that is rounded' right 'mp-pool: 1.43 x, or 1.4 x.'
t 'a large one, rounded to some digits' \
    right 'mp-pool: 440,000 or 440,421 tasks.'
t 'a number in a name' right 'mp-spawn: 1,000 copies, 0.97.'
t 'what is told of the machine' right 'mp-pool on 2 CPUs in 2001-02-03.'
t 'each paragraph has its own' \
    right 'mp-pool -j2: 1.43' 'mp-spawn -n3: 0.97'
t 'rounded wrongly' wrong 1.42 'mp-pool: 1.42 x.'
t 'a large one, rounded wrongly' wrong 450000 'mp-pool: 450,000 tasks.'
t "another program's" wrong 0.97 'mp-pool: 1.43' 'mp-pool: 0.97'
t 'nobody is named' wrong 1.43 'It is 1.43 times faster.'

nothing()
{
	printf 'mp-utils\n\n77\n' >README
	run "$MP_SRCDIR/bench/check-quotes" README results
	expect_status 0
	readme 'mp-pool: 77' '' >README
	run "$MP_SRCDIR/bench/check-quotes" README missing
	expect_status 0
}
t 'no section, or no results' nothing

if ! command -v gnuplot >/dev/null; then
	skip 'a drawing' 'no gnuplot'
	done_testing
	exit
fi

drawing()
{
	run plot results one
	expect_status 0
	expect_err ''
	run ls one
	expect_out 'mp-pool-rate.svg'
	for text in '>xargs<' '>mp-pool<' '>tasks at once<' '>rate, tasks/s<' \
	    'mp-pool runs tasks' '2 CPUs' 2001-02-03; do
		expect_file one/mp-pool-rate.svg -e "$text"
	done
	run plot results two
	expect cmp one/mp-pool-rate.svg two/mp-pool-rate.svg
}
t 'a drawing for each curve, the same each time' drawing

no_results()
{
	measured | sed 's/	9$//' >short
	run plot short drawn
	expect_status 1
	expect_err 'bench/plot: short: line 5: 4 cells'
	measured | sed p >twice
	run plot twice drawn
	expect_status 1
	expect_err -m 'bench/plot: twice: *'
	expect test ! -e drawn
}
t 'what are no results' no_results

done_testing
