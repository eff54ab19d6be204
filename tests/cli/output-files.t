#!/bin/sh
# SPDX-License-Identifier: ISC
#
# -O: a file for each task's standard output. What it is called, that only
# what succeeded has one, that nobody ever sees a part of one, whoever is
# killed when, and that nothing else is left.
#
# shellcheck disable=SC2016,SC2317 # tasks expand it; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

# in_files NAME TEXT [NAME TEXT…]: these files, and no others, are in res.
in_files()
{
	want=
	while test $# -gt 0; do
		expect_file "res/$1" "$2"
		want="$want$1
"
		shift 2
	done
	(cd res && find . -type f | sed 's,^\./,,' | sort) >have
	printf '%s' "$want" | sort >want
	expect cmp -s want have || note "$(cat have)"
	rm -rf res
}

each_its_own()
{
	run mp-pool -O 'res/{/.}.{#}' sh -c 'echo "<$1>"; echo err >&2' sh \
	    ::: a.c d/b.c ''
	expect_status 0
	expect_out ''
	expect_err 'err
err
err'
	in_files .3 '<>' a.1 '<a.c>' b.2 '<d/b.c>'
}

only_success()
{
	run mp-pool -O 'res/{}' sh -c 'echo x; exit "$1"' sh ::: 0 1
	expect_status 123
	expect_err -m "mp-pool: task 2: '1': exit status 1 *"
	run mp-pool -O 'res/{}' --timeout 100ms sh -c 'echo x; sleep 60' sh \
	    ::: 2
	expect_status 123
	run mp-pool -O 'res/{}' sh -c 'echo x; kill -KILL $$' sh ::: 3
	expect_status 123
	in_files 0 x
}

of_classes()
{
	run mp-pool --output 'res/{}' -c prime ::: 3 x
	expect_status 123
	expect_err "mp-pool: task 2: 'x': invalid"
	in_files 3 "3$(printf '\t1\t2')"
}

several_records()
{
	run mp-pool -n 2 -O 'res/{}' echo ::: a b c
	expect_status 0
	in_files a 'a b' c c
}

replaces()
{
	mkdir res
	echo old >res/a
	echo old >res/b
	run mp-pool -O 'res/{}' sh -c 'cat res/a; test "$1" = a' sh ::: a b
	expect_status 123
	in_files a old b old
}

# A name that another task has, and one that is no file's.
refused()
{
	mkdir -p res/dir
	run mp-pool -O 'res/{/}' echo ::: a x/a dir b
	expect_status 123
	expect_err "mp-pool: task 2: 'x/a': res/a: the file of task 1
mp-pool: task 3: 'dir': res/dir: not a regular file"
	in_files a a b b
	run mp-pool -O 'res/{}' echo ::: a ./a
	expect_status 123
	expect_err "mp-pool: task 2: './a': res/./a: the file of task 1"
	in_files a a
	run mp-pool -O /dev/null echo ::: a
	expect_status 123
	expect_err "mp-pool: task 1: 'a': /dev/null: not a regular file"
	expect test -c /dev/null
	run mp-pool -O lines/x echo ::: a
	expect_status 123
	expect_err "mp-pool: task 1: 'a': lines/x: Not a directory"
}

nothing_run()
{
	run mp-pool --dry-run -O 'res/{}' echo ::: a
	expect_status 0
	expect_out 'echo a'
	expect test ! -e res
}

raw()
{
	run mp-pool --raw -O 'res/{}' sh -c 'echo out; echo err >&2' ::: a
	expect_status 0
	expect_out ''
	expect_err err
	in_files a out
}

full()
{
	run mp-pool -O 'res/{}' -j1 sh -c 'ulimit -f 1; trap "" XFSZ
	    exec head -c 100000 /dev/zero' sh ::: a
	expect_status 123
	expect test -z "$(ls -A res)"
	rm -rf res
}

: >lines
t 'each task has a file of its own, directories are made' each_its_own
t 'a task that fails, in whatever way, leaves none' only_success
t 'the built-in classes write files, too' of_classes
t 'of several records the first gives the name' several_records
t 'a file is replaced when the task has succeeded, not before' replaces
t 'a name of another task, or of what is no file, fails the task' refused
t '--dry-run makes no files' nothing_run
t 'with --raw standard error alone is ours' raw
t 'a task that cannot write leaves none' full
t_fail '-O without a name' 125 "mp-pool: -O: '': no name of a file*" \
    mp-pool -O '' echo ::: a
t_fail '-O with the name of a directory' 125 \
    "mp-pool: -O: 'res/': no name of a file*" mp-pool -O res/ echo ::: a
t_fail '-O with {%}' 125 \
    "mp-pool: -O: 'x{%}': slots are no names of files*" \
    mp-pool -O 'x{%}' echo ::: a

# Files are whole or not there, with a reader that looks at all of them all
# the time. Each is made several times, so that most of them are replaced.

look()
{
	while test ! -e stop; do
		for file in res/*; do
			case $(cat "$file" 2>/dev/null) in
			"begin
end" | '') ;;
			*)
				echo "$file" >>partial
				;;
			esac
		done
	done
}

# What a signal leaves of a run that is ended after so many milliseconds.
end_after()
{
	mp-pool -j3 -O 'res/{}' sh -c 'echo begin; sleep 0.0"$1"; echo end' \
	    sh ::: 1 2 3 4 5 6 7 8 9 2>/dev/null &
	pid=$!
	sleep "0.$1"
	kill "-$2" "$pid" 2>/dev/null
	wait "$pid" || :
	test "$2" = KILL || find res -name '.*' -type f >>litter
}

whole()
{
	rm -f partial stop litter
	mkdir res
	: >litter
	look &
	looker=$!
	rounds=$(scale 40)
	while test "$rounds" -gt 0; do
		for signal in KILL TERM INT; do
			end_after "$(printf '%03d' $((rounds * 37 % 150)))" \
			    "$signal"
		done
		rounds=$((rounds - 1))
	done
	: >stop
	wait "$looker"
	expect test ! -e partial || note "$(sort partial | uniq -c)"
	expect_file litter ''
	expect test -n "$(ls res)"
	find res -name '.*' -type f ! -name '.mp-pool.*' >litter
	expect_file litter ''
}

t 'a reader never sees a part, whenever mp-pool is killed' whole

done_testing
