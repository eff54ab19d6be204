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
                --max-procs --max-args --ahead --buffer --kill-after --block \
                --timeout --depth --max-tasks --reply-timeout --retries \
                --retry-delay --halt --exit --joblog --report --trace-events \
                --delay --max-rate --load --memfree --pressure --nice \
                --limit --output --sh
                set -e words[1]
            case '--*'
            case '-?*'
                if string match -qr -- '^-[0krtuvwX]*[abcCdIjnOP]$' $words[1]
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
complete -c mp-pool -n __mp_pool_in_options -s b -l block -x -d 'Each command reads a block of this size'
complete -c mp-pool -n __mp_pool_in_options -s c -l class -r -F -a '(__mp_pool_classes)' -d 'Run a task class'
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
complete -c mp-pool -n __mp_pool_in_options -l retries -x -d 'Run what fails again'
complete -c mp-pool -n __mp_pool_in_options -l retry-delay -x -d 'Wait before another attempt'
complete -c mp-pool -n __mp_pool_in_options -l halt -x -d 'When tasks end the run'
complete -c mp-pool -n __mp_pool_in_options -l exit -x -a count -d 'Exit with the number of failed tasks'
complete -c mp-pool -n __mp_pool_in_options -l delay -x -d 'Time between two starts'
complete -c mp-pool -n __mp_pool_in_options -l max-rate -x -d 'Starts in any time'
complete -c mp-pool -n __mp_pool_in_options -l load -x -d 'Start while fewer processes run'
complete -c mp-pool -n __mp_pool_in_options -l memfree -x -d 'Start while so much memory is free'
complete -c mp-pool -n __mp_pool_in_options -l pressure -x -d 'Start while there is less pressure'
complete -c mp-pool -n __mp_pool_in_options -l nice -x -d 'Niceness of the tasks'
complete -c mp-pool -n __mp_pool_in_options -l limit -x -d 'Resource limit of each task'
complete -c mp-pool -n __mp_pool_in_options -l joblog -r -F -d 'Write a row for each task'
complete -c mp-pool -n __mp_pool_in_options -l resume -d 'Run what is not in the joblog'
complete -c mp-pool -n __mp_pool_in_options -l resume-failed -d 'Run what has not succeeded'
complete -c mp-pool -n __mp_pool_in_options -l report -r -F -d 'Write a line of JSON for each task'
complete -c mp-pool -n __mp_pool_in_options -l trace-events -r -F -d 'Write events for a trace viewer'
complete -c mp-pool -n __mp_pool_in_options -l progress -d 'Show on a terminal how far it is'
complete -c mp-pool -n __mp_pool_in_options -s w -l worker -d 'The command answers records'
complete -c mp-pool -n __mp_pool_in_options -l depth -x -d 'Records that a worker has at a time'
complete -c mp-pool -n __mp_pool_in_options -l max-tasks -x -d 'Records for a worker in its life'
complete -c mp-pool -n __mp_pool_in_options -l reply-timeout -x -d 'End a worker that is silent so long'
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
