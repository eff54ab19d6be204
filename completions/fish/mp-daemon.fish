# SPDX-License-Identifier: ISC
# Completion of mp-daemon for fish.

# Prints the arguments from the first operand on, one per line.
function __mp_daemon_skip
    while set -q argv[1]
        switch $argv[1]
            case --
                set -e argv[1]
                break
            case --backoff --chdir --env --final-codes --limit --lines --log \
                --log-max --log-to --nice --pidfile --ready --reload-signal \
                --restart --restart-limit --retry --stable --start-timeout \
                --timeout --umask --user -C -N -U -e -l -n
                set -e argv[1]
            case '-?*'
            case '*'
                break
        end
        set -e argv[1]
    end
    set -q argv[1]; and printf '%s\n' $argv
end

# Prints the verb and what follows it.
function __mp_daemon_words
    set -l words (commandline -opc)
    __mp_daemon_skip $words[2..]
end

function __mp_daemon_no_verb
    not __mp_daemon_words >/dev/null
end

# Behind one of these verbs.
function __mp_daemon_in
    set -l words (__mp_daemon_words)
    and contains -- $words[1] $argv
end

# The same, and before the command of start and run.
function __mp_daemon_starting
    set -l words (__mp_daemon_words)
    or return
    set -l operands (__mp_daemon_skip $words[2..])
    switch $words[1]
        case start
            not __mp_daemon_skip $operands[2..] >/dev/null
        case run
            not set -q operands[1]
        case '*'
            false
    end
end

# The command of start, run and main, then its own words.
function __mp_daemon_complete_command
    set -l words (__mp_daemon_words)
    set -l verb $words[1]
    set words (__mp_daemon_skip $words[2..])
    if test $verb = start
        set -q words[1]; or return
        set words (__mp_daemon_skip $words[2..])
    end
    set -l word (commandline -ct)
    if set -q words[1]; or not string match -q -- '-*' $word
        complete -C (string join ' ' -- (string escape -- $words) $word)
    end
end

function __mp_daemon_names
    set -l words (commandline -opc)
    $words[1] list 2>/dev/null | string replace -r ': .*' ''
end

function __mp_daemon_verbs
    printf '%s\t%s\n' \
        start 'Start a service' \
        run 'Run one in the foreground' \
        stop 'End services' \
        restart 'End them and start them again' \
        reload 'Have them read their settings again' \
        signal 'Send a signal' \
        status 'Tell how they are' \
        wait 'Wait for their ends' \
        logs 'Print the log' \
        list 'List all services' \
        main 'Run a command, then end what is bound'
end

complete -c mp-daemon -f
complete -c mp-daemon -n __mp_daemon_no_verb -a '(__mp_daemon_verbs)'
complete -c mp-daemon -n '__mp_daemon_in stop restart reload signal status wait logs' -a '(__mp_daemon_names)' -d Service
complete -c mp-daemon -n '__mp_daemon_in start run main' -a '(__mp_daemon_complete_command)'

complete -c mp-daemon -n __mp_daemon_no_verb -l help -d 'Print a summary of the options'
complete -c mp-daemon -n __mp_daemon_no_verb -l version -d 'Print the version'

complete -c mp-daemon -n __mp_daemon_starting -l bind -d 'End with that process'
complete -c mp-daemon -n __mp_daemon_starting -l tree -d 'End all that it has started'
complete -c mp-daemon -n __mp_daemon_starting -l group -d 'End its process group only'
complete -c mp-daemon -n '__mp_daemon_starting; or __mp_daemon_in stop restart' -l retry -x -d 'Signals and times'
complete -c mp-daemon -n __mp_daemon_starting -l reload-signal -x -d 'The signal of reload'
complete -c mp-daemon -n __mp_daemon_starting -l pidfile -r -F -d 'Write its pid there, too'
complete -c mp-daemon -n __mp_daemon_starting -l ready -x -a 'exec notify fd= check= tcp= unix= file= log=' -d 'When it is ready'
complete -c mp-daemon -n __mp_daemon_starting -l start-timeout -x -d 'To be ready in that time'
complete -c mp-daemon -n __mp_daemon_starting -l restart -x -a 'no on-failure on-abnormal always' -d 'Start it again'
complete -c mp-daemon -n __mp_daemon_starting -l backoff -x -d 'Wait before a restart'
complete -c mp-daemon -n __mp_daemon_starting -l restart-limit -x -d 'So many restarts in that time'
complete -c mp-daemon -n __mp_daemon_starting -l final-codes -x -d 'Exit statuses that are the end'
complete -c mp-daemon -n __mp_daemon_starting -l stable -x -d 'Waits begin anew after such a run'
complete -c mp-daemon -n __mp_daemon_starting -l log -r -F -d 'Where output goes'
complete -c mp-daemon -n __mp_daemon_starting -l log-max -x -d 'Rename it when it is full'
complete -c mp-daemon -n __mp_daemon_starting -l log-to -x -d 'A command that reads it'
complete -c mp-daemon -n __mp_daemon_starting -l stamp -d 'The time before each line'
complete -c mp-daemon -n __mp_daemon_starting -s U -l user -x -a '(__fish_complete_users)' -d 'Become that user'
complete -c mp-daemon -n __mp_daemon_starting -s C -l chdir -x -a '(__fish_complete_directories)' -d 'Working directory'
complete -c mp-daemon -n __mp_daemon_starting -s e -l env -x -d 'Set a variable'
complete -c mp-daemon -n __mp_daemon_starting -s l -l limit -x -d 'Resource limit'
complete -c mp-daemon -n __mp_daemon_starting -s N -l nice -x -d 'Niceness, -20 to 19'
complete -c mp-daemon -n __mp_daemon_starting -l umask -x -d 'File mode creation mask'
complete -c mp-daemon -n __mp_daemon_starting -l no-new-privs -d 'No privileges from files'

complete -c mp-daemon -n '__mp_daemon_in status list' -l json -d 'As JSON'
complete -c mp-daemon -n '__mp_daemon_in wait' -l any -d 'Until one of them has ended'
complete -c mp-daemon -n '__mp_daemon_in wait' -l timeout -x -d 'No longer than that'
complete -c mp-daemon -n '__mp_daemon_in logs' -s f -l follow -d 'Go on with what comes'
complete -c mp-daemon -n '__mp_daemon_in logs' -s n -l lines -x -d 'The last lines'
