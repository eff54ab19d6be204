#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The tables in mp-utils(7) that name a command line for each part of
# Python's multiprocessing: each of these command lines is run, one after the
# other in one directory, and succeeds; and no part is missing.
#
# shellcheck disable=SC2317 # functions are called by t

. "${MP_SRCDIR:-.}/tests/lib.sh"

command -v mp-queue >/dev/null || skip_all 'built without mp-queue'

page=$MP_SRCDIR/man/mp-utils.7
MP_DAEMON_DIR=$T/run
MP_QUEUE=$T/queues
PATH=$T/bin:$PATH
export MP_DAEMON_DIR MP_QUEUE PATH

# f does a task, or begins a conversation; g answers lines.
mkdir bin
cat >bin/f <<'END'
#!/bin/sh
test $# -eq 0 || exec echo "$@"
echo 3
read -r answer
exit 0
END
printf '#!/bin/sh\nexec sed -u "s/\$/./"\n' >bin/g
chmod +x bin/f bin/g
printf '%d,x\n' 1 2 3 >xs
mp-pipe send hello >message

# What asks for a process finds one, which has ended where it is waited for.
prepare()
{
	case $1 in
	*'mp-daemon wait'*)
		expect mp-daemon start p -- f x
		;;
	*status* | *signal* | *stop*)
		expect mp-daemon start p -- sleep 1000
		;;
	*send* | *recv*)
		t_given=message
		;;
	esac
}

cell()
{
	prepare "$1"
	run timeout 60 sh -c "$1"
	expect_status 0
	expect_err ''
	mp-daemon stop p >/dev/null 2>&1 || true
}

sed -n 's/^\.It .* Ta Ic "\([^"]*\)".*/\1/p' "$page" >cells
count=$(wc -l <cells)
n=0
while test "$n" -lt "$count"; do
	n=$((n + 1))
	line=$(sed -n "${n}p" cells)
	t "$line" cell "$line"
done

complete_table()
{
	for word in Pool map imap imap_unordered maxtasksperchild Process \
	    daemon name exitcode join terminate kill Queue JoinableQueue \
	    task_done Pipe send recv spawn fork; do
		grep -qE "^\.It [^\"]*([^a-z]|dq)$word([^a-z_].*)? Ta " "$page" ||
		    note "not in the tables: $word"
	done
}

t 'all that was promised is in the tables' complete_table

done_testing
