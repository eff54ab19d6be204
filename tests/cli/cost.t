#!/bin/sh
# SPDX-License-Identifier: ISC
#
# mp-pool with all of its records on: memory does not grow with the number of
# tasks, only with --ahead.
#
# shellcheck disable=SC2317 # t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v python3 >/dev/null || skip_all 'no python3'

# peak N: the largest memory of mp-pool over N tasks, in KiB.
peak()
{
	yes 10 | head -n "$1" >tasks
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' \
	    mp-pool -c prime -a tasks --ahead 500 --progress --retries 1 \
	    --joblog log --report rep --trace-events trace
}

# Ten bytes for each task would be seen.
memory()
{
	many=$(scale 100000)
	few=$(peak 1000)
	grown=$(($(peak "$many") - few))
	said="$few KiB, then $grown more for $many tasks"
	expect test "$(wc -l <log)" -eq $((many + 1))
	expect test "$(wc -l <rep)" -eq "$many"
	expect test "$grown" -le 1024 || note "$said"
}

t_mem 'memory does not grow with the number of tasks' memory

done_testing
