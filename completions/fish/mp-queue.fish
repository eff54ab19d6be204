# SPDX-License-Identifier: ISC
# Completion of mp-queue for fish.

# Prints the arguments from the first operand on, one per line.
function __mp_queue_skip
    while set -q argv[1]
        switch $argv[1]
            case --
                set -e argv[1]
                break
            case --backoff --backoff-max --class --count --delay --err \
                --jobs --keep --key --kill-after --limit --max --max-size \
                --owner --place --pri --put --receipt-file --results \
                --state --task-timeout --time --timeout --tries --ttr
                set -e argv[1]
            case '--*'
            case '-?*'
                if string match -qr -- '^-[0liv]*[Qncj]$' $argv[1]
                    set -e argv[1]
                end
            case '*'
                break
        end
        set -e argv[1]
    end
    set -q argv[1]; and printf '%s\n' $argv
end

# Prints the verb and what follows it.
function __mp_queue_words
    set -l words (commandline -opc)
    __mp_queue_skip $words[2..]
end

function __mp_queue_no_verb
    not __mp_queue_words >/dev/null
end

# In the options of one of these verbs.
function __mp_queue_in
    set -l words (__mp_queue_words)
    set -q words[1]; and contains -- $words[1] $argv
    or return
    set -l operands (__mp_queue_skip $words[2..])
    # Those of work may stand behind the queue, too.
    test $words[1] != work; or set operands (__mp_queue_skip $operands[2..])
    not set -q operands[1]
end

# Where a name of a queue stands.
function __mp_queue_at_queue
    set -l words (__mp_queue_words); or return
    set -l operands (__mp_queue_skip $words[2..])
    switch $words[1]
        case close join open pause resume stat
            true
        case cancel clear export get import kick ls peek purge put set work
            not set -q operands[1]
        case '*'
            false
    end
end

# The command of work, then its own words.
function __mp_queue_complete_command
    set -l words (__mp_queue_words)
    test "$words[1]" = work; or return
    set words (__mp_queue_skip $words[2..])
    set -q words[1]; or return
    set words (__mp_queue_skip $words[2..])
    set -l word (commandline -ct)
    if set -q words[1]; or not string match -q -- '-*' $word
        complete -C (string join ' ' -- (string escape -- $words) $word)
    end
end

# In a directory that holds none yet, asking for the names of queues would
# make the database.
function __mp_queue_queues
    set -l words (commandline -opc)
    set -l place (string match -rg -- '^--place=(.*)' $words)
    if set -l i (contains -i -- -Q $words; or contains -i -- --place $words)
        set place $words[(math $i + 1)]
    end
    set place (string replace -r -- '^~/' "$HOME/" $place)
    if not set -q place[1]
        $words[1] ls 2>/dev/null
    else if test -f $place[1]/db
        $words[1] -Q $place[1] ls 2>/dev/null
    end
end

# The last of a list with commas.
function __mp_queue_states
    set -l word (commandline -ct | string replace -r '^--state=' '')
    set -l before (string match -r '^.*,' -- $word)
    printf "$before%s\n" ready leased done dead delayed
end

function __mp_queue_verbs
    printf '%s\t%s\n' \
        put 'Put tasks' \
        get 'Take a task' \
        ack 'A task is done' \
        done 'A task is done' \
        nack 'A task is to be tried again' \
        bury 'A task is dead' \
        touch 'A task takes longer' \
        work 'Run a command for each task' \
        join 'Wait until all is done' \
        close 'Take no more tasks' \
        open 'Take tasks again' \
        pause 'Hand no tasks out' \
        resume 'Hand tasks out again' \
        set 'Change settings' \
        kick 'Make dead and delayed tasks ready' \
        cancel 'Remove unfinished tasks' \
        clear 'Remove all unfinished tasks' \
        purge 'Remove dead and done tasks' \
        ls 'List queues or tasks' \
        peek 'Show the next tasks' \
        stat 'Sizes, totals, settings' \
        export 'Print tasks as lines of JSON' \
        import 'Put what was exported' \
        check 'Look for damage' \
        doctor 'Tell whether the place is fit for queues' \
        torture 'A crash test of the disk'
end

complete -c mp-queue -f
complete -c mp-queue -n __mp_queue_no_verb -a '(__mp_queue_verbs)'
complete -c mp-queue -n __mp_queue_at_queue -a '(__mp_queue_queues)' -d Queue
complete -c mp-queue -a '(__mp_queue_complete_command)'

complete -c mp-queue -n __mp_queue_no_verb -s Q -l place -x -a '(__fish_complete_directories)' -d 'Where the queues are'
complete -c mp-queue -n __mp_queue_no_verb -l unsafe-fs -d 'On a file system of a network, too'
complete -c mp-queue -n __mp_queue_no_verb -l help -d 'Print a summary of the options'
complete -c mp-queue -n __mp_queue_no_verb -l version -d 'Print the version'

complete -c mp-queue -n '__mp_queue_in put' -s 0 -l null -d 'A task per NUL-terminated record'
complete -c mp-queue -n '__mp_queue_in put' -s l -l lines -d 'A task per line'
complete -c mp-queue -n '__mp_queue_in put' -l jsonl -d 'A task per line of JSON'
complete -c mp-queue -n '__mp_queue_in put' -l pri -x -d 'Priority, smaller ones come first'
complete -c mp-queue -n '__mp_queue_in put' -l delay -x -d 'Not to be got before so long'
complete -c mp-queue -n '__mp_queue_in put' -l key -x -d 'No second task with this key'
complete -c mp-queue -n '__mp_queue_in put' -l max -x -d 'Room for so many tasks'
complete -c mp-queue -n '__mp_queue_in put' -l timeout -x -d 'Wait for room so long'

complete -c mp-queue -n '__mp_queue_in get peek' -s n -l count -x -d 'So many tasks at most'
complete -c mp-queue -n '__mp_queue_in get peek' -s 0 -l null -d 'A NUL behind each'
complete -c mp-queue -n '__mp_queue_in get peek' -s l -l lines -d 'A newline behind each'
complete -c mp-queue -n '__mp_queue_in get' -l timeout -x -d 'Wait for a task so long'
complete -c mp-queue -n '__mp_queue_in get' -l ttr -x -d 'The lease lasts so long'
complete -c mp-queue -n '__mp_queue_in get' -l owner -x -a '(__fish_complete_pids)' -d 'The lease ends with this process'
complete -c mp-queue -n '__mp_queue_in get' -l receipt-file -r -F -d 'Where the receipts go'
complete -c mp-queue -n '__mp_queue_in get' -l create -d 'Make the queue if there is none'

complete -c mp-queue -n '__mp_queue_in ack done' -l put -x -a '(__mp_queue_queues)' -d 'Put standard input there'
complete -c mp-queue -n '__mp_queue_in nack' -l delay -x -d 'Try again so much later'
complete -c mp-queue -n '__mp_queue_in nack bury' -l err -x -d Why
complete -c mp-queue -n '__mp_queue_in touch' -l ttr -x -d 'The lease lasts so long from now on'
complete -c mp-queue -n '__mp_queue_in work' -s j -l jobs -x -d 'So many tasks at a time'
complete -c mp-queue -n '__mp_queue_in work' -s c -l class -x -a '(mp-pool --list-classes)' -d 'A class instead of a command'
complete -c mp-queue -n '__mp_queue_in work' -s i -l stdin -d 'The task is the standard input'
complete -c mp-queue -n '__mp_queue_in work' -s v -l verbose -d 'Say when tasks start and end'
complete -c mp-queue -n '__mp_queue_in work' -l results -x -a '(__mp_queue_queues)' -d 'Put there what is written'
complete -c mp-queue -n '__mp_queue_in work' -l keep-going -d 'Go on when a task is dead'
complete -c mp-queue -n '__mp_queue_in work' -l task-timeout -x -d 'Time limit for each task'
complete -c mp-queue -n '__mp_queue_in work' -l kill-after -x -d 'KILL so long after the end was asked for'
complete -c mp-queue -n '__mp_queue_in work' -l timeout -x -d 'End after nothing to do for so long'
complete -c mp-queue -n '__mp_queue_in work' -l ttr -x -d 'Leases last so long, and are renewed'
complete -c mp-queue -n '__mp_queue_in work' -l create -d 'Make the queue if there is none'
complete -c mp-queue -n '__mp_queue_in join' -l timeout -x -d 'Wait so long'

complete -c mp-queue -n '__mp_queue_in set' -l max-size -x -d 'Ready and delayed tasks, 0 is no limit'
complete -c mp-queue -n '__mp_queue_in set' -l ttr -x -d 'How long a lease lasts'
complete -c mp-queue -n '__mp_queue_in set' -l tries -x -d 'Then a task is dead, 0 is never'
complete -c mp-queue -n '__mp_queue_in set' -l backoff -x -d 'Before the second try, doubled each time'
complete -c mp-queue -n '__mp_queue_in set' -l backoff-max -x -d 'But not longer'
complete -c mp-queue -n '__mp_queue_in set' -l limit -x -d 'Leases at a time, 0 is no limit'
complete -c mp-queue -n '__mp_queue_in set' -l keep -x -d 'Done tasks that are kept'

complete -c mp-queue -n '__mp_queue_in clear ls' -l state -x -a '(__mp_queue_states)' -d 'Only these states, with commas'
complete -c mp-queue -n '__mp_queue_in doctor ls stat' -l json -d 'As JSON'

complete -c mp-queue -n '__mp_queue_in torture' -s j -l jobs -x -d 'So many processes at once'
complete -c mp-queue -n '__mp_queue_in torture' -l time -x -d 'So long'
