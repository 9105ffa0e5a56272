# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_sluice_global_optspecs
    string join \n h/help V/version
end

function __fish_sluice_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_sluice_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_sluice_using_subcommand
    set -l cmd (__fish_sluice_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c sluice -n "__fish_sluice_needs_command" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_needs_command" -s V -l version -d 'Print version'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "init" -d 'Write a new station file'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "import" -d 'Make a station file of an mxVision pipeline file'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "migrate" -d 'Show a station file of an older layout in the present one, and what changes'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "run" -d 'Run the station until SIGTERM, Ctrl-C, or N parts'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "check" -d 'Check the station file, the devices, the model and the engine; no output moves'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "snap" -d 'Inspect one picture as the station would, and draw it with region, mask, blobs and verdict'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "focus" -d 'Print sharpness and brightness of pictures as they come, to focus a camera and set its light'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "eval" -d 'Measure Dice and IoU on labelled pictures'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "tune" -d 'Propose a recipe\'s limits from labelled pictures'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "export" -d 'Make a data set of the history, whose masks are the model\'s own'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "replay" -d 'Run recorded parts again, and compare inputs, masks and verdicts'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "mode" -d 'Change the mode of the running station'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "recipe" -d 'Change the recipe of the running station, or print which one it uses'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "reset" -d 'Reset what the running station latched: faults and limits'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "challenge" -d 'Have the running station prove itself on its golden parts'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "counters" -d 'Print the parts and cycle times that the journal counts, or reset the counts'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "drift" -d 'Show how pictures and masks changed over the recorded parts, and propose a baseline'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "journal" -d 'List, filter, follow, check or export the journal'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "top" -d 'Show a running station in the terminal; changes nothing'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "safe" -d 'Put every output line to its safe level; no station may run'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "pulse" -d 'Move one output line; no station may run'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "watch-lines" -d 'Watch the input lines until Ctrl-C; no station may run'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "explain" -d 'Explain keys of the station file, and error codes of AscendCL and CANN'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "version" -d 'Print the hashes of the program, the built-in station file and its model'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "guard" -d 'Make the lines safe when the station dies; `sluice run` starts it'
complete -c sluice -n "__fish_sluice_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sluice -n "__fish_sluice_using_subcommand init" -l board -d 'The template: a board with its devices' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l name -d 'The station\'s name' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l directory -d 'Pictures arrive as files in DIRECTORY' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l camera -d 'Pictures come from a camera, such as /dev/video0' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l picture -d 'A picture of the station, whose size all have; it is drawn with a grid and the region, in FILE.region.png beside the station file' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand init" -l frame -d 'The size of every picture; without it, that of the pictures in DIRECTORY, if there are some' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l roi -d 'The region that is inspected' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l model -d 'The model\'s file: .onnx for the CPU engine, .om for a device' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l size -d 'The size of the model\'s input; without it, as the model says, if it can be loaded here' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l order -d 'The order of the channels that the model was trained with' -r -f -a "bgr\t'Blue first, as OpenCV reads pictures'
rgb\t'Red first'"
complete -c sluice -n "__fish_sluice_using_subcommand init" -l chip -d 'The chip of the lines, such as /dev/gpiochip0' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l line -d 'The number of a line on its chip, or the kernel\'s name for it, such as reject=12 or trigger=GPIO17; may be given for each' -r
complete -c sluice -n "__fish_sluice_using_subcommand init" -l gate -d 'How the gate rejects: what is wired to the line reject must fit' -r -f -a "divert\t'Closed at rest; it opens for each part that passed'
pulse\t'Open at rest; it moves for each part that did not pass'"
complete -c sluice -n "__fish_sluice_using_subcommand init" -l list -d 'List the templates'
complete -c sluice -n "__fish_sluice_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sluice -n "__fish_sluice_using_subcommand import" -l stream -d 'The stream; needed if the file has several' -r
complete -c sluice -n "__fish_sluice_using_subcommand import" -l box -d 'The corners of the box that the program passes with each picture (roiBoxs), such as 2200,1000,4000,2800' -r
complete -c sluice -n "__fish_sluice_using_subcommand import" -l frame -d 'The size of every picture' -r
complete -c sluice -n "__fish_sluice_using_subcommand import" -l model -d 'The model\'s file, if it is another than the pipeline\'s' -r
complete -c sluice -n "__fish_sluice_using_subcommand import" -l board -d 'The template that gives what a pipeline does not have; sluice init --list lists them' -r
complete -c sluice -n "__fish_sluice_using_subcommand import" -l write -d 'Write the station file to FILE; an existing one is never overwritten' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand import" -l json -d 'Print the list as a line of JSON on standard output'
complete -c sluice -n "__fish_sluice_using_subcommand import" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand migrate" -l write -d 'Write the new station file to FILE; an existing one is never overwritten' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand migrate" -l json -d 'Print what changes as a line of JSON on standard output'
complete -c sluice -n "__fish_sluice_using_subcommand migrate" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand run" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand run" -l parts -d 'End after N parts' -r
complete -c sluice -n "__fish_sluice_using_subcommand run" -l log -d 'Print what matters as much as LEVEL, or more. Info has the start, READY, faults, what is latched, changes and the end. Debug also has a line for each part that is no fault. Without it: info where systemd\'s journal reads the lines, debug elsewhere' -r -f -a "error\t''
warning\t''
info\t''
debug\t''"
complete -c sluice -n "__fish_sluice_using_subcommand run" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand check" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand check" -l keys -d 'Only list every key of a station file, with its meaning and range'
complete -c sluice -n "__fish_sluice_using_subcommand check" -l schema -d 'Only print the JSON Schema of a station file, for editors'
complete -c sluice -n "__fish_sluice_using_subcommand check" -l json -d 'Print a line of JSON for each finding, and one with the counts'
complete -c sluice -n "__fish_sluice_using_subcommand check" -l desk -d 'Check the file on another computer than the station\'s: list its devices, directories and disks as not checked'
complete -c sluice -n "__fish_sluice_using_subcommand check" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand snap" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand snap" -l recipe -d 'The recipe; without it, the first one' -r
complete -c sluice -n "__fish_sluice_using_subcommand snap" -l write -d 'The drawing; an earlier one is replaced' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand snap" -l save -d 'Also keep the camera\'s whole frame as a picture for a data set; no file is replaced' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand snap" -l json -d 'Print the verdict as a line of JSON'
complete -c sluice -n "__fish_sluice_using_subcommand snap" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand focus" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand focus" -l recipe -d 'The recipe whose region is measured; without it, the first one' -r
complete -c sluice -n "__fish_sluice_using_subcommand focus" -l count -d 'End after N pictures of the directory or the camera' -r
complete -c sluice -n "__fish_sluice_using_subcommand focus" -l json -d 'Print a line of JSON for each picture'
complete -c sluice -n "__fish_sluice_using_subcommand focus" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand eval" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand eval" -l recipe -d 'The recipe whose model and region are used; without it, the first one' -r
complete -c sluice -n "__fish_sluice_using_subcommand eval" -l npy -d 'Also write the model\'s outputs to DIRECTORY, as NumPy arrays' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand eval" -l sheet -d 'Draw the worst misses and false rejects to FILE.png; an earlier sheet is replaced' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand eval" -l sheet-parts -d 'With --sheet: at most N parts of each, 1 to 24' -r
complete -c sluice -n "__fish_sluice_using_subcommand eval" -l json -d 'Print a line of JSON for each part, and one with the figures of all'
complete -c sluice -n "__fish_sluice_using_subcommand eval" -l reference-arrays -d 'With --npy: N/softmax_result.npy and N/argmax_result.npy, both float32, as the program of the mxVision job wrote'
complete -c sluice -n "__fish_sluice_using_subcommand eval" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand tune" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand tune" -l recipe -d 'The recipe to tune; without it, the first one' -r
complete -c sluice -n "__fish_sluice_using_subcommand tune" -l miss -d 'The share of the defective parts that may pass, 0 to 1' -r
complete -c sluice -n "__fish_sluice_using_subcommand tune" -l class -d 'The class to tune; needed if the recipe has several' -r
complete -c sluice -n "__fish_sluice_using_subcommand tune" -l plot -d 'Draw the possible limits to FILE.png' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand tune" -l table -d 'Write the possible limits to FILE.csv' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand tune" -l write -d 'Write a new station file with the proposed limits' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand tune" -l json -d 'Print a line of JSON for each part, and one with the proposal'
complete -c sluice -n "__fish_sluice_using_subcommand tune" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand export" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand export" -l history -d 'The directory of the history; without it, that of the station file' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand export" -l recipe -d 'Take the parts of this recipe; needed if the history has several' -r
complete -c sluice -n "__fish_sluice_using_subcommand export" -l json -d 'Print the counts as a line of JSON'
complete -c sluice -n "__fish_sluice_using_subcommand export" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand replay" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand replay" -l from -d 'Where the parts come from; without it, the history if the station file has one' -r -f -a "history\t'The model\'s inputs in the history'
pictures\t'The pictures of the parts in the journal'"
complete -c sluice -n "__fish_sluice_using_subcommand replay" -l journal -d 'The directory of the journal; without it, that of the station file' -r
complete -c sluice -n "__fish_sluice_using_subcommand replay" -l history -d 'The directory of the history; without it, that of the station file' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand replay" -l shard -d 'Replay only the i-th of n shares of the parts' -r
complete -c sluice -n "__fish_sluice_using_subcommand replay" -l resume -d 'Keep the results in FILE, and leave out the parts that it has' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand replay" -l json -d 'Print a line of JSON for each part, and one with the counts'
complete -c sluice -n "__fish_sluice_using_subcommand replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sluice -n "__fish_sluice_using_subcommand mode" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand mode" -l json -d 'Print the answer of the station as a line of JSON'
complete -c sluice -n "__fish_sluice_using_subcommand mode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sluice -n "__fish_sluice_using_subcommand recipe" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand recipe" -l json -d 'Print the answer of the station as a line of JSON'
complete -c sluice -n "__fish_sluice_using_subcommand recipe" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand reset" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand reset" -l json -d 'Print the answer of the station as a line of JSON'
complete -c sluice -n "__fish_sluice_using_subcommand reset" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand challenge" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand challenge" -l wait -d 'Wait until the challenge has passed or failed'
complete -c sluice -n "__fish_sluice_using_subcommand challenge" -l json -d 'Print each answer of the station as a line of JSON'
complete -c sluice -n "__fish_sluice_using_subcommand challenge" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand counters" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand counters" -l json -d 'Print JSON'
complete -c sluice -n "__fish_sluice_using_subcommand counters" -l reset -d 'Count from 0 again; the journal keeps the counts before in a record, which is printed'
complete -c sluice -n "__fish_sluice_using_subcommand counters" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand drift" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand drift" -l recipe -d 'The recipe; without it, the first one' -r
complete -c sluice -n "__fish_sluice_using_subcommand drift" -l last -d 'Take only the last N measured parts' -r
complete -c sluice -n "__fish_sluice_using_subcommand drift" -l since -d 'Take only parts from TIME on: an RFC 3339 time in UTC, or its beginning (2026-11-29T14)' -r
complete -c sluice -n "__fish_sluice_using_subcommand drift" -l plot -d 'Draw the measures over the parts to FILE.svg; an older drawing is replaced' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand drift" -l baseline -d 'Print the section drift for the recipe'
complete -c sluice -n "__fish_sluice_using_subcommand drift" -l json -d 'Print JSON'
complete -c sluice -n "__fish_sluice_using_subcommand drift" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l directory -d 'The journal in this directory, such as a copy; without it, that of the station file' -r
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l part -d 'The record of part N, or of the parts N..M' -r
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l kind -d 'Records of this kind' -r -f -a "part\t'One part'
missed\t'Missed triggers without a part number'
control\t'Changes of the station: modes, recipes, resets, what was latched'
challenge\t'Challenges'
confirmation\t'Parts that went the wrong way, by the sensor behind the gate'
start\t'What judged the parts that follow: the program, the station file, the models'
counters\t'Counts: of a shift, before a reset, at a stop'
recovered\t'Repairs of the journal after a power cut'"
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l verdict -d 'Parts with this verdict' -r -f -a "pass\t'Good'
reject\t'Bad'
fault\t'Not inspected to the end; missed triggers are not among them'
missed\t'Missed triggers'"
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l recipe -d 'Parts that were judged by this recipe' -r
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l since -d 'From this time on' -r
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l until -d 'Up to this time' -r
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l last -d 'Only the last N of them' -r
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l follow -d 'Go on with each record as it is written, until Ctrl-C'
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l json -d 'Print the lines of the journal as they are'
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l csv -d 'Print the parts as a table of comma-separated values'
complete -c sluice -n "__fish_sluice_using_subcommand journal" -l verify -d 'Check that every line is whole and follows the one before; with --json the result is JSON'
complete -c sluice -n "__fish_sluice_using_subcommand journal" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sluice -n "__fish_sluice_using_subcommand top" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand top" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand safe" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand safe" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand pulse" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand pulse" -l ms -d 'How long the line moves, in milliseconds, 1 to 60000' -r
complete -c sluice -n "__fish_sluice_using_subcommand pulse" -l json -d 'Print what was done as a line of JSON'
complete -c sluice -n "__fish_sluice_using_subcommand pulse" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand watch-lines" -l station -d 'The station file; without it, the built-in one' -r -F
complete -c sluice -n "__fish_sluice_using_subcommand watch-lines" -l json -d 'Print a line of JSON for the trigger, for each of its edges, and with their number'
complete -c sluice -n "__fish_sluice_using_subcommand watch-lines" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand explain" -l json -d 'Print a line of JSON for each key or code'
complete -c sluice -n "__fish_sluice_using_subcommand explain" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand version" -l json -d 'Print all as a line of JSON'
complete -c sluice -n "__fish_sluice_using_subcommand version" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand guard" -s h -l help -d 'Print help'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "init" -d 'Write a new station file'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "import" -d 'Make a station file of an mxVision pipeline file'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "migrate" -d 'Show a station file of an older layout in the present one, and what changes'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "run" -d 'Run the station until SIGTERM, Ctrl-C, or N parts'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "check" -d 'Check the station file, the devices, the model and the engine; no output moves'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "snap" -d 'Inspect one picture as the station would, and draw it with region, mask, blobs and verdict'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "focus" -d 'Print sharpness and brightness of pictures as they come, to focus a camera and set its light'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "eval" -d 'Measure Dice and IoU on labelled pictures'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "tune" -d 'Propose a recipe\'s limits from labelled pictures'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "export" -d 'Make a data set of the history, whose masks are the model\'s own'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "replay" -d 'Run recorded parts again, and compare inputs, masks and verdicts'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "mode" -d 'Change the mode of the running station'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "recipe" -d 'Change the recipe of the running station, or print which one it uses'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "reset" -d 'Reset what the running station latched: faults and limits'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "challenge" -d 'Have the running station prove itself on its golden parts'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "counters" -d 'Print the parts and cycle times that the journal counts, or reset the counts'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "drift" -d 'Show how pictures and masks changed over the recorded parts, and propose a baseline'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "journal" -d 'List, filter, follow, check or export the journal'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "top" -d 'Show a running station in the terminal; changes nothing'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "safe" -d 'Put every output line to its safe level; no station may run'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "pulse" -d 'Move one output line; no station may run'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "watch-lines" -d 'Watch the input lines until Ctrl-C; no station may run'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "explain" -d 'Explain keys of the station file, and error codes of AscendCL and CANN'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "version" -d 'Print the hashes of the program, the built-in station file and its model'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "guard" -d 'Make the lines safe when the station dies; `sluice run` starts it'
complete -c sluice -n "__fish_sluice_using_subcommand help; and not __fish_seen_subcommand_from init import migrate run check snap focus eval tune export replay mode recipe reset challenge counters drift journal top safe pulse watch-lines explain version guard help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
