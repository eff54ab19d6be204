#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The environment and the descriptors that mp-spawn gives to a command:
# exactly those that were asked for.
#
# shellcheck disable=SC2016,SC2086,SC2317 # commands expand it; words of a
# command; t calls functions

. "${MP_SRCDIR:-.}/tests/lib.sh"

export CHILD
cd tmp || exit 99

# The environment.

MP='env MP_COUNT=1
env MP_INDEX=0
env MP_NAME=child'
state_env="$CHILD state env"

inherited()
{
	run env MP_INDEX=9 'A=a  b' mp-spawn $state_env
	expect_status 0
	grep -v '^env _=' "$T/out" >got
	{
		env MP_INDEX=0 MP_COUNT=1 MP_NAME=child 'A=a  b' $state_env
	} | grep -v '^env _=' >want
	expect_file got -f want
}

export KEEP_A=1 KEEP_B=2 XKEEP_A=3 HERE=4
t 'by default: our environment, and MP_*' inherited
t_out '-i: empty but for MP_*' "$MP" mp-spawn -i $state_env
t_out '--ignore-environment' "$MP" mp-spawn --ignore-environment $state_env
t_out '-K GLOBS: what matches one of them' "env HERE=4
env KEEP_A=1
env KEEP_B=2
$MP" mp-spawn -K 'KEEP_* HERE' $state_env
t_out '-K may be repeated' "env HERE=4
env KEEP_A=1
env KEEP_B=2
$MP" mp-spawn -K 'KEEP_[AB]' --keep 'HER? NOSUCH' $state_env
t_out '-u NAME: without it; it need not be there' "env KEEP_A=1
$MP" mp-spawn -K 'KEEP_?' -u KEEP_B --unset NOSUCH $state_env
t_out '-e NAME=VALUE' "env A=
env B=b=c  d
env KEEP_A=7
$MP" mp-spawn -K KEEP_A -e A= --env 'B=b=c  d' -e KEEP_A=7 $state_env
t_out '-u comes before -e' "env A=1
$MP" mp-spawn -i -e A=1 -u A $state_env
t_out '-e: the last one counts' "env A=2
$MP" mp-spawn -i -e A=1 -e A=2 $state_env

cat >file <<'END'
# A comment, then nothing.

A=file
B=a  b
export C='$x
y'
D="a\tb\"\$"
END
t_out '--env-file FILE' "env A=file
env B=a  b
env C=\$x\\ny
env D=a	b\"\$
$MP" mp-spawn -i --env-file file $state_env
printf 'A=file' >short
t_out '--env-file and -e: in the order given' "env A=e
$MP" mp-spawn -i --env-file short -e A=e $state_env
t_out '-e and --env-file: in the order given' "env A=file
$MP" mp-spawn -i -e A=e --env-file short $state_env
t_out 'MP_* are always ours' "$MP" \
    mp-spawn -i -e MP_INDEX=7 -e MP_NAME=x -u MP_COUNT $state_env

mkdir bin
printf '#!/bin/sh\necho it\n' >bin/only-there
chmod +x bin/only-there
t_out 'the command is searched in its own PATH' it \
    mp-spawn -e "PATH=$PWD/bin" only-there
t_out 'which has {}, too' it mp-spawn --first 5 -e 'PATH=/no/{}:bin' only-there
t_out 'without PATH: in the default one' x mp-spawn -i echo x

# Descriptors.

fd_0_1_2="fd 0 /dev/null
fd 1 $T/out
fd 2 $T/err"
: >f3
: >f7
mkdir dir
with_fds='exec mp-spawn "$@" "$CHILD" state fd 3<f3 7<>f7 9>&1'
t_out 'all descriptors but 0, 1 and 2 are closed' "$fd_0_1_2" \
    sh -c "$with_fds" sh
t_out 'with --replace, too' "$fd_0_1_2" sh -c "$with_fds" sh --replace
t_out '--fd N: it is passed on' "$fd_0_1_2
fd 3 $PWD/f3
fd 7 $PWD/f7" sh -c "$with_fds" sh --fd 3 --fd=7
t_out '--fd N=PATH: it is opened from there' "$fd_0_1_2
fd 7 $PWD/f3
fd 12 $PWD/f7" sh -c "$with_fds" sh --fd 7=f3 --fd 12=f7
t_out 'for reading only, if writing is not possible' "$fd_0_1_2
fd 5 $PWD/dir" mp-spawn --fd 5=dir "$CHILD" state fd
t_out '--fd 0=PATH, 1=PATH, 2=PATH' '' \
    mp-spawn --fd 0=f3 --fd 1=f7 --fd 2=f7 "$CHILD" state fd
t 'they have been opened' expect_file f7 "fd 0 $PWD/f3
fd 1 $PWD/f7
fd 2 $PWD/f7"

for twice in '--fd 5=f3 --fd 5=f7' '--fd 7 --fd 7=f3' '--in f3 --fd 0=f3' \
    '--out f7 --fd 1=f3' '--fd 2=f3 --err f7'; do
	# shellcheck disable=SC2086 # words
	t_fail "$twice: one descriptor twice" 125 'mp-spawn: --fd: *twice*' \
	    mp-spawn $twice true
done

reads_and_writes()
{
	printf abc >rw
	run mp-spawn --fd 9=rw sh -c 'printf X >&9; cat <&9'
	expect_status 0
	expect_out -m bc
	expect_file rw -m Xbc
}

several_fds()
{
	run sh -c 'exec mp-spawn -n 3 --fd 7 "$CHILD" state fd 3<f3 7<>f7'
	expect_status 0
	sed 's/pipe:.*/pipe/' "$T/out" | sort | uniq -c | sed 's/^ *//' >fds
	expect_file fds "3 fd 0 /dev/null
3 fd 1 pipe
3 fd 2 pipe
3 fd 7 $PWD/f7"
}

t '--fd N=PATH: for reading and writing, not truncated' reads_and_writes
t 'several copies: none has one of another or of ours' several_fds

done_testing
