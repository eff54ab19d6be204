# SPDX-License-Identifier: ISC
# Completion of mp-daemon for fish.

# Prints the verb, if there is one already.
function __mp_daemon_verb
    set -l words (commandline -opc)
    for word in $words[2..]
        if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
    return 1
end

function __mp_daemon_no_verb
    not __mp_daemon_verb >/dev/null
end

# Behind one of these verbs.
function __mp_daemon_in
    set -l verb (__mp_daemon_verb)
    and contains -- $verb $argv
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
complete -c mp-daemon -n '__mp_daemon_in start run main' -a '(__fish_complete_subcommand)'

complete -c mp-daemon -n __mp_daemon_no_verb -l help -d 'Print a summary of the options'
complete -c mp-daemon -n __mp_daemon_no_verb -l version -d 'Print the version'

complete -c mp-daemon -n '__mp_daemon_in start run' -l bind -d 'End with that process'
complete -c mp-daemon -n '__mp_daemon_in start run' -l tree -d 'End all that it has started'
complete -c mp-daemon -n '__mp_daemon_in start run' -l group -d 'End its process group only'
complete -c mp-daemon -n '__mp_daemon_in start run stop restart' -l retry -x -d 'Signals and times'
complete -c mp-daemon -n '__mp_daemon_in start run' -l reload-signal -x -d 'The signal of reload'
complete -c mp-daemon -n '__mp_daemon_in start run' -l pidfile -r -F -d 'Write its pid there, too'
complete -c mp-daemon -n '__mp_daemon_in start run' -l ready -x -a 'exec notify fd= check= tcp= unix= file= log=' -d 'When it is ready'
complete -c mp-daemon -n '__mp_daemon_in start run' -l start-timeout -x -d 'To be ready in that time'
complete -c mp-daemon -n '__mp_daemon_in start run' -l restart -x -a 'no on-failure on-abnormal always' -d 'Start it again'
complete -c mp-daemon -n '__mp_daemon_in start run' -l backoff -x -d 'Wait before a restart'
complete -c mp-daemon -n '__mp_daemon_in start run' -l restart-limit -x -d 'So many restarts in that time'
complete -c mp-daemon -n '__mp_daemon_in start run' -l final-codes -x -d 'Exit statuses that are the end'
complete -c mp-daemon -n '__mp_daemon_in start run' -l stable -x -d 'Waits begin anew after such a run'
complete -c mp-daemon -n '__mp_daemon_in start run' -l log -r -F -d 'Where output goes'
complete -c mp-daemon -n '__mp_daemon_in start run' -l log-max -x -d 'Rename it when it is full'
complete -c mp-daemon -n '__mp_daemon_in start run' -l log-to -x -d 'A command that reads it'
complete -c mp-daemon -n '__mp_daemon_in start run' -l stamp -d 'The time before each line'
complete -c mp-daemon -n '__mp_daemon_in start run' -s U -l user -x -a '(__fish_complete_users)' -d 'Become that user'
complete -c mp-daemon -n '__mp_daemon_in start run' -s C -l chdir -x -a '(__fish_complete_directories)' -d 'Working directory'
complete -c mp-daemon -n '__mp_daemon_in start run' -s e -l env -x -d 'Set a variable'
complete -c mp-daemon -n '__mp_daemon_in start run' -s l -l limit -x -d 'Resource limit'
complete -c mp-daemon -n '__mp_daemon_in start run' -s N -l nice -x -d 'Niceness, -20 to 19'
complete -c mp-daemon -n '__mp_daemon_in start run' -l umask -x -d 'File mode creation mask'
complete -c mp-daemon -n '__mp_daemon_in start run' -l no-new-privs -d 'No privileges from files'

complete -c mp-daemon -n '__mp_daemon_in status list' -l json -d 'As JSON'
complete -c mp-daemon -n '__mp_daemon_in wait' -l any -d 'Until one of them has ended'
complete -c mp-daemon -n '__mp_daemon_in wait' -l timeout -x -d 'No longer than that'
complete -c mp-daemon -n '__mp_daemon_in logs' -s f -l follow -d 'Go on with what comes'
complete -c mp-daemon -n '__mp_daemon_in logs' -s n -l lines -x -d 'The last lines'
