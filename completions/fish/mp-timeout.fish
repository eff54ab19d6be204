# SPDX-License-Identifier: ISC
# Completion of mp-timeout for fish.

# Prints the operands before the cursor, one per line: options end at the
# first of them, which is the duration.
function __mp_timeout_operands
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --
                set -e words[1]
                break
            case --kill-after --signal --cpu --exit-code --idle --leftover \
                --pid --report --status-fd --warn
                set -e words[1]
            case '--*'
            case '-?*'
                if string match -qr -- '^-[fpv]*[ks]$' $words[1]
                    set -e words[1]
                end
            case '*'
                break
        end
        set -e words[1]
    end
    set -q words[1]; and printf '%s\n' $words
end

function __mp_timeout_in_options
    not __mp_timeout_operands >/dev/null
end

# Behind the duration: the command, then its own words.
function __mp_timeout_complete_command
    set -l words (__mp_timeout_operands)
    set -l word (commandline -ct)
    set -q words[1]; or return
    complete -C (string join ' ' -- (string escape -- $words[2..]) $word)
end

function __mp_timeout_signals
    string split ' ' -- (env kill -l | string join ' ') |
        string match -r '^(?:SIG)?[A-Z]+[A-Z0-9]*$' | string replace -r '^SIG' ''
end

complete -c mp-timeout -x -a '(__mp_timeout_complete_command)'

complete -c mp-timeout -n __mp_timeout_in_options -s f -l foreground -d 'Stay in the process group of the terminal'
complete -c mp-timeout -n __mp_timeout_in_options -s k -l kill-after -x -d 'KILL so long after the first signal'
complete -c mp-timeout -n __mp_timeout_in_options -s p -l preserve-status -d 'Status of the command on a timeout, too'
complete -c mp-timeout -n __mp_timeout_in_options -s s -l signal -x -a '(__mp_timeout_signals)' -d 'Signal to send'
complete -c mp-timeout -n __mp_timeout_in_options -s v -l verbose -d 'Tell which signals are sent'
complete -c mp-timeout -n __mp_timeout_in_options -l cpu -x -d 'Limit on the CPU time of the whole tree'
complete -c mp-timeout -n __mp_timeout_in_options -l exit-code -x -d 'Exit status on a timeout'
complete -c mp-timeout -n __mp_timeout_in_options -l guard -d 'End the tree though mp-timeout is killed'
complete -c mp-timeout -n __mp_timeout_in_options -l idle -x -d 'Limit on silence of the command'
complete -c mp-timeout -n __mp_timeout_in_options -l leftover -x -a 'leave wait kill' -d 'What becomes of background processes'
complete -c mp-timeout -n __mp_timeout_in_options -l pid -x -a '(__fish_complete_pids)' -d 'Limit a process that runs already'
complete -c mp-timeout -n __mp_timeout_in_options -l report -r -F -d 'Write to a file how it ended'
complete -c mp-timeout -n __mp_timeout_in_options -l status-fd -x -d 'Write to a descriptor how it ended'
complete -c mp-timeout -n __mp_timeout_in_options -l warn -x -d 'Send a signal before the limit'
complete -c mp-timeout -n __mp_timeout_in_options -l help -d 'Print a summary of the options'
complete -c mp-timeout -n __mp_timeout_in_options -l version -d 'Print the version'
