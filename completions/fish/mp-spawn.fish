# SPDX-License-Identifier: ISC
# Completion of mp-spawn for fish.

# Prints the operands before the cursor, one per line: options end at the
# first of them.
function __mp_spawn_operands
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --
                set -e words[1]
                break
            case --affinity --chdir --copies --env --env-file --err --fd \
                --first --groups --in --ionice --keep --kill-after --limit \
                --method --name --nice --out --report --sched --timeout \
                --umask --unset --user --wait
                set -e words[1]
            case '--*'
            case '-?*'
                if string match -qr -- '^-i*[aCeKlNnUu]$' $words[1]
                    set -e words[1]
                end
            case '*'
                break
        end
        set -e words[1]
    end
    set -q words[1]; and printf '%s\n' $words
end

function __mp_spawn_in_options
    not __mp_spawn_operands >/dev/null
end

# The command, then its own words.
function __mp_spawn_complete_operand
    set -l words (__mp_spawn_operands)
    set -l word (commandline -ct)
    if set -q words[1]; or not string match -q -- '-*' $word
        complete -C (string join ' ' -- (string escape -- $words) $word)
    end
end

# N=PATH: the path.
function __mp_spawn_fd
    set -l word (commandline -ct | string replace -r '^--fd=' '')
    set -l fd (string match -r '^[0-9]+=' -- $word); or return
    printf "$fd%s\n" (__fish_complete_path (string replace -- $fd '' $word))
end

function __mp_spawn_limits
    printf '%s=\n' as core cpu data fsize locks memlock msgqueue nice nofile \
        nproc rss rtprio rttime sigpending stack
end

complete -c mp-spawn -x -a '(__mp_spawn_complete_operand)'

complete -c mp-spawn -n __mp_spawn_in_options -s n -l copies -x -d 'Number of copies'
complete -c mp-spawn -n __mp_spawn_in_options -l first -x -d 'Index of the first copy'
complete -c mp-spawn -n __mp_spawn_in_options -l name -x -d 'Name of a copy, {} is its index'
complete -c mp-spawn -n __mp_spawn_in_options -s i -l ignore-environment -d 'Begin with an empty environment'
complete -c mp-spawn -n __mp_spawn_in_options -s K -l keep -x -a '(set -nx)' -d 'Keep only these variables'
complete -c mp-spawn -n __mp_spawn_in_options -s u -l unset -x -a '(set -nx)' -d 'Remove a variable'
complete -c mp-spawn -n __mp_spawn_in_options -l env-file -r -F -d 'Set the variables in a file'
complete -c mp-spawn -n __mp_spawn_in_options -s e -l env -x -a '(set -nx)=' -d 'Set a variable'
complete -c mp-spawn -n __mp_spawn_in_options -l fd -x -a '(__mp_spawn_fd)' -d 'Pass on or open a descriptor'
complete -c mp-spawn -n __mp_spawn_in_options -s C -l chdir -x -a '(__fish_complete_directories)' -d 'Start in a directory'
complete -c mp-spawn -n __mp_spawn_in_options -l umask -x -d 'File mode creation mask'
complete -c mp-spawn -n __mp_spawn_in_options -s U -l user -x -a '(__fish_complete_users)' -d 'Run as a user'
complete -c mp-spawn -n __mp_spawn_in_options -l groups -x -a '(__fish_complete_groups)' -d 'Supplementary groups'
complete -c mp-spawn -n __mp_spawn_in_options -s l -l limit -x -a '(__mp_spawn_limits)' -d 'Set a resource limit'
complete -c mp-spawn -n __mp_spawn_in_options -s N -l nice -x -d 'Niceness, absolute'
complete -c mp-spawn -n __mp_spawn_in_options -l sched -x -a 'other batch idle fifo: rr:' -d 'Scheduling policy'
complete -c mp-spawn -n __mp_spawn_in_options -l ionice -x -a 'none realtime best-effort idle' -d 'I/O class'
complete -c mp-spawn -n __mp_spawn_in_options -s a -l affinity -x -a spread -d 'CPUs to use'
complete -c mp-spawn -n __mp_spawn_in_options -l setsid -d 'Each copy leads a session'
complete -c mp-spawn -n __mp_spawn_in_options -l pgroup -d 'Each copy leads a process group'
complete -c mp-spawn -n __mp_spawn_in_options -l no-new-privs -d 'Get no privileges by executing files'
complete -c mp-spawn -n __mp_spawn_in_options -l die-with-parent -d 'Copies are killed when mp-spawn dies'
complete -c mp-spawn -n __mp_spawn_in_options -l in -r -F -d 'Read standard input from a file'
complete -c mp-spawn -n __mp_spawn_in_options -l out -r -F -d 'Write standard output to a file'
complete -c mp-spawn -n __mp_spawn_in_options -l err -r -F -d 'Write standard error to a file'
complete -c mp-spawn -n __mp_spawn_in_options -l tag -d 'Put the name before each line'
complete -c mp-spawn -n __mp_spawn_in_options -l raw -d 'Copies get our standard descriptors'
complete -c mp-spawn -n __mp_spawn_in_options -l method -x -a 'fork vfork spawn' -d 'How a process is created'
complete -c mp-spawn -n __mp_spawn_in_options -l wait -x -a 'all any none' -d 'Which copies to wait for'
complete -c mp-spawn -n __mp_spawn_in_options -l fail-fast -d 'The first failure ends the others'
complete -c mp-spawn -n __mp_spawn_in_options -l timeout -x -d 'End all after a time'
complete -c mp-spawn -n __mp_spawn_in_options -l kill-after -x -d 'KILL so long after the time limit'
complete -c mp-spawn -n __mp_spawn_in_options -l report -r -F -d 'Write to a file how each copy ended'
complete -c mp-spawn -n __mp_spawn_in_options -l replace -d 'The command replaces mp-spawn'
complete -c mp-spawn -n __mp_spawn_in_options -l print -d 'Show what each copy would get'
complete -c mp-spawn -n __mp_spawn_in_options -l help -d 'Print a summary of the options'
complete -c mp-spawn -n __mp_spawn_in_options -l version -d 'Print the version'
