# SPDX-License-Identifier: ISC
# Completion of mp-pipe for fish.

# Prints the arguments from the first operand on, one per line.
function __mp_pipe_skip
    while set -q argv[1]
        switch $argv[1]
            case --
                set -e argv[1]
                break
            case --buffer --count --deadlock --deadlock-after --delimiter \
                --epipe-codes --fd --frame --idle --kill-after --leftover \
                --max --on-fail --pipefail --rate --report --sep --spool \
                --tee --timeout
                set -e argv[1]
            case '--*'
            case '-?*'
                if string match -qr -- '^-[0vw]*[dn]$' $argv[1]
                    set -e argv[1]
                end
            case '*'
                break
        end
        set -e argv[1]
    end
    set -q argv[1]; and printf '%s\n' $argv
end

function __mp_pipe_words
    set -l words (commandline -opc)
    __mp_pipe_skip $words[2..]
end

function __mp_pipe_in_options
    not __mp_pipe_words >/dev/null
end

# In the options of one of these verbs.
function __mp_pipe_in
    set -l words (commandline -opc)
    set -q words[2]; and contains -- $words[2] $argv
    and not __mp_pipe_skip $words[3..] >/dev/null
end

# Behind a separator a command begins, then its own words come.
function __mp_pipe_complete_command
    set -l all (commandline -opc)
    set -l words (__mp_pipe_words)
    set -l word (commandline -ct)
    contains -- "$words[1]" send recv; and return
    set -l sep (string match -rg -- '^--sep=(.*)' $all)
    if set -l i (contains -i -- --sep $all)
        set sep $all[(math $i + 1)]
    end
    set -q sep[1]; or set sep :::
    while set -l i (contains -i -- $sep[1] $words)
        set -e words[1..$i]
    end
    if set -q words[1]; or not string match -q -- '-*' $word
        complete -C (string join ' ' -- (string escape -- $words) $word)
    end
end

complete -c mp-pipe -x -a '(__mp_pipe_complete_command)'
complete -c mp-pipe -n __mp_pipe_in_options -x -a 'send recv'

complete -c mp-pipe -n __mp_pipe_in_options -s v -l verbose -d 'Tell how each member ended'
complete -c mp-pipe -n __mp_pipe_in_options -l line -d 'A pipeline: standard input and output at its ends'
complete -c mp-pipe -n __mp_pipe_in_options -l socket -a '--socket=stream --socket=seqpacket' -d 'A pair of sockets'
complete -c mp-pipe -n __mp_pipe_in_options -l sep -x -d 'What stands between two commands'
complete -c mp-pipe -n __mp_pipe_in_options -l on-fail -x -a 'wait term kill' -d 'What a failure does to the others'
complete -c mp-pipe -n __mp_pipe_in_options -l timeout -x -d 'Limit on the time of all members'
complete -c mp-pipe -n __mp_pipe_in_options -l kill-after -x -d 'Kill what is left so long after'
complete -c mp-pipe -n __mp_pipe_in_options -l leftover -x -a 'leave wait kill' -d 'What becomes of background processes'
complete -c mp-pipe -n __mp_pipe_in_options -l pipefail -x -a 'first last max any' -d 'Whose failure counts'
complete -c mp-pipe -n __mp_pipe_in_options -l strict-sigpipe -d 'SIGPIPE is always a failure'
complete -c mp-pipe -n __mp_pipe_in_options -l epipe-codes -x -d 'Exit statuses that mean the same as SIGPIPE'
complete -c mp-pipe -n __mp_pipe_in_options -l print-status -d 'Print the statuses'
complete -c mp-pipe -n __mp_pipe_in_options -l report -r -F -d 'Write to a file what became of the members'
complete -c mp-pipe -n __mp_pipe_in_options -l trace -d 'Show what is written, and when'
complete -c mp-pipe -n __mp_pipe_in_options -l hex -d 'Trace in hexadecimal'
complete -c mp-pipe -n __mp_pipe_in_options -l tee -r -F -d 'A copy of what a member writes'
complete -c mp-pipe -n __mp_pipe_in_options -l meter -d 'Figures of each direction'
complete -c mp-pipe -n __mp_pipe_in_options -l buffer -x -a auto -d 'Hold so much between two members'
complete -c mp-pipe -n __mp_pipe_in_options -l spool -x -d 'Hold so much more in a temporary file'
complete -c mp-pipe -n __mp_pipe_in_options -l rate -x -d 'Bytes in a second at most'
complete -c mp-pipe -n __mp_pipe_in_options -l idle -x -d 'Limit on silence of all members'
complete -c mp-pipe -n __mp_pipe_in_options -l deadlock -x -a 'report grow kill' -d 'When all wait for each other'
complete -c mp-pipe -n __mp_pipe_in_options -l deadlock-after -x -d 'When they have done so for so long'
complete -c mp-pipe -n __mp_pipe_in_options -l help -d 'Print a summary of the options'
complete -c mp-pipe -n __mp_pipe_in_options -l version -d 'Print the version'

complete -c mp-pipe -n '__mp_pipe_in send recv' -s 0 -l null -d 'Records end in NUL'
complete -c mp-pipe -n '__mp_pipe_in send recv' -s d -l delimiter -x -d 'Records end in this byte'
complete -c mp-pipe -n '__mp_pipe_in send recv' -s w -l whole -d 'One message, as it is'
complete -c mp-pipe -n '__mp_pipe_in send recv' -l fd -x -d 'Descriptor of the messages'
complete -c mp-pipe -n '__mp_pipe_in send recv' -l frame -x -a 'line nul netstring len32' -d 'How messages are kept apart'
complete -c mp-pipe -n '__mp_pipe_in send recv' -l max -x -d 'No message is longer'
complete -c mp-pipe -n '__mp_pipe_in send recv' -l help -d 'Print a summary of the options'
complete -c mp-pipe -n '__mp_pipe_in recv' -s n -l count -x -d 'Receive so many messages'
