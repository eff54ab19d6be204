# SPDX-License-Identifier: ISC
# Completion of mp-pool for fish.

# Prints the operands before the cursor, one per line: options end at the
# first of them.
function __mp_pool_operands
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --
                set -e words[1]
                break
            case --arg-file --class --colsep --delimiter --replace --jobs \
                --max-procs --max-args --output --sh --ahead --buffer --kill-after \
                --timeout
                set -e words[1]
            case '--*'
            case '-?*'
                if string match -qr -- '^-[0krtuvX]*[acCdIjnOP]$' $words[1]
                    set -e words[1]
                end
            case '*'
                break
        end
        set -e words[1]
    end
    set -q words[1]; and printf '%s\n' $words
end

function __mp_pool_in_options
    not __mp_pool_operands >/dev/null
end

# The command, its own words, then ::: and tasks.
function __mp_pool_complete_operand
    set -l words (__mp_pool_operands)
    set -l word (commandline -ct)
    if contains -- ::: $words
        __fish_complete_path $word
    else if set -q words[1]; or not string match -q -- '-*' $word
        complete -C (string join ' ' -- (string escape -- $words) $word)
    end
end

function __mp_pool_classes
    set -l words (commandline -opc)
    $words[1] --list-classes 2>/dev/null
end

complete -c mp-pool -x -a '(__mp_pool_complete_operand)'

complete -c mp-pool -n __mp_pool_in_options -s 0 -l null -d 'Records end in NUL'
complete -c mp-pool -n __mp_pool_in_options -s a -l arg-file -r -F -d 'Read records from a file'
complete -c mp-pool -n __mp_pool_in_options -s c -l class -x -a '(__mp_pool_classes)' -d 'Run a built-in task class'
complete -c mp-pool -n __mp_pool_in_options -s C -l colsep -x -d 'What stands between columns'
complete -c mp-pool -n __mp_pool_in_options -s d -l delimiter -x -d 'Records end in this byte'
complete -c mp-pool -n __mp_pool_in_options -s I -l replace -x -d 'Stands for the record instead of {}'
complete -c mp-pool -n __mp_pool_in_options -s n -l max-args -x -d 'Records per command'
complete -c mp-pool -n __mp_pool_in_options -l sh -x -d 'Run this script for each task'
complete -c mp-pool -n __mp_pool_in_options -s X -l pack -d 'As many records per command as it takes'
complete -c mp-pool -n __mp_pool_in_options -s j -l jobs -x -d 'Tasks at a time'
complete -c mp-pool -n __mp_pool_in_options -l jobserver -a 'auto client none server' -d 'Use the jobserver of GNU make'
complete -c mp-pool -n __mp_pool_in_options -s P -l max-procs -x -d 'Tasks at a time'
complete -c mp-pool -n __mp_pool_in_options -s k -l keep-order -d 'Keep the order (already the default)'
complete -c mp-pool -n __mp_pool_in_options -s r -l no-run-if-empty -d 'Run nothing without a record (always so)'
complete -c mp-pool -n __mp_pool_in_options -s O -l output -r -F -d 'Output of each task to a file'
complete -c mp-pool -n __mp_pool_in_options -l timeout -x -d 'Time limit for each task'
complete -c mp-pool -n __mp_pool_in_options -l kill-after -x -d 'KILL so long after the time limit'
complete -c mp-pool -n __mp_pool_in_options -l ahead -x -d 'Tasks begun and not yet written'
complete -c mp-pool -n __mp_pool_in_options -l buffer -x -d 'Memory for held output'
complete -c mp-pool -n __mp_pool_in_options -s u -l unordered -d 'Write output in order of completion'
complete -c mp-pool -n __mp_pool_in_options -l line -d 'Write lines of all tasks as they come'
complete -c mp-pool -n __mp_pool_in_options -l tag -d 'Put the record before each line'
complete -c mp-pool -n __mp_pool_in_options -l raw -d 'Tasks inherit standard output and error'
complete -c mp-pool -n __mp_pool_in_options -s t -l print-commands -d 'Print each command as it starts'
complete -c mp-pool -n __mp_pool_in_options -s v -l verbose -d 'Tell when tasks start and end'
complete -c mp-pool -n __mp_pool_in_options -l dry-run -d 'Print the commands, run nothing'
complete -c mp-pool -n __mp_pool_in_options -l list-classes -d 'List the built-in task classes'
complete -c mp-pool -n __mp_pool_in_options -l help -d 'Print a summary of the options'
complete -c mp-pool -n __mp_pool_in_options -l version -d 'Print the version'
