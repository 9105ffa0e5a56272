# shellcheck shell=sh
# The part of deploy.sh that runs on the board, with `sh -c`: POSIX sh and systemd 237 or newer.
#
# /opt/sluice/NAME       a version's folder, with bin/sluice; `/usr` is that of the package
# /opt/sluice/current    link to the version that the service starts
# /opt/sluice/previous   link to the one before, for a rollback
#
# A version is on trial until it was READY and has stayed so. The trial is a drop-in below /run, so
# a power cut ends it, and the board starts the version before. Only then are the links renamed.
set -eu
umask 022
versions=/opt/sluice
dropins=system/sluice.service.d
trial=/run/systemd/$dropins/90-trial.conf
kept=/etc/systemd/$dropins/50-deployed.conf
state=/run/sluice-deploy
# This script's own text, if it came over a connection.
script=${script:-}

say() { echo "board: $*"; }
fail() { echo "board: $*" >&2; exit 1; }
version() { readlink "$versions/$1" || true; }
current() { if [ -L $versions/current ]; then version current; else echo /usr; fi; }
# The folder of a version. An absolute link is its own.
folder() { case $1 in /*) echo "$1" ;; *) echo "$versions/$1" ;; esac; }
property() { systemctl show --property="$1" "${2:-sluice}" | sed 's/^[^=]*=//'; }
is_under_way() { case $(property ActiveState sluice-deploy) in inactive | failed) return 1 ;; esac; }
# Whether the service starts the program of a folder. Another drop-in can prevent it.
starts_from() { case $(property ExecStart) in *"path=$1/bin/sluice ;"*) ;; *) return 1 ;; esac; }

# Whether the service may make listed system calls only. The unit's list needs systemd 239.
is_filtered() { case $(property SystemCallFilter) in '' | '~') return 1 ;; esac; }

free_kib() { df -Pk "$1" | awk 'NR == 2 { print $4 }'; }

# A link is replaced by a rename, so that it is never missing.
point() {
    ln -sfn "$2" "$versions/$1.new" &&
        mv -T "$versions/$1.new" "$versions/$1"
}

# Writes a drop-in that starts the program of a folder. What ends with the station is the same one.
# $3 is one more setting of the service.
dropin() {
    mkdir -p "${1%/*}"
    cat > "$1.new" << END
# Written by Sluice's tools/deploy.
[Service]
ExecStart=
ExecStart=$2/bin/sluice run --station /etc/sluice/station.json
ExecStopPost=
ExecStopPost=$2/bin/sluice safe --station /etc/sluice/station.json
${3:-}
END
    mv "$1.new" "$1"
}

# A time as `systemctl show` prints it, such as "1min 30s", in whole seconds. One that is not
# understood is no limit: then systemd says so at the trial.
seconds() {
    awk '{
            # A month and a year as in systemd.time(7).
            split("us 0.000001 ms 0.001 s 1 min 60 h 3600 d 86400 w 604800 month 2629800 y 31557600", words)
            for (i = 1; i in words; i += 2) length_s[words[i]] = words[i + 1]
            for (i = 1; i <= NF; i++) {
                unit = $i
                sub(/^[0-9.]+/, "", unit)
                if (!(unit in length_s)) { print "infinity"; exit }
                sum += $i * length_s[unit]
            }
            if (NF) printf "%.0f\n", int(sum + 0.999); else print "infinity"
        }'
}

look() {
    answer() { if "$@" > /dev/null 2>&1; then echo yes; else echo no; fi; }
    echo "user $(id -u)"
    echo "machine $(uname -m)"
    echo "systemd $(answer test -d /run/systemd/system)"
    echo "systemd_version $(systemctl --version | awk 'NR == 1 { print $2 + 0 }')"
    echo "filtered $(answer is_filtered)"
    echo "unit $(answer systemctl cat sluice)"
    echo "account $(answer id sluice)"
    echo "station $(answer test -e /etc/sluice/station.json)"
    # A trial has a limit of its own. Another change is refused while it lasts.
    if is_under_way; then
        echo "start_limit_s infinity"
    else
        echo "start_limit_s $(property TimeoutStartUSec | seconds)"
    fi
    place=/
    for folder in /opt $versions; do [ ! -d "$folder" ] || place=$folder; done
    echo "free_kib $(free_kib "$place")"
    echo "active $(systemctl is-active sluice || true)"
    echo "current $(current)"
    echo "previous $(version previous)"
    last=$(cat $versions/last 2> /dev/null || echo 'no change so far')
    case $last in *': under way')
        is_under_way || last="${last%under way}interrupted, perhaps by a power cut; what is current starts" ;;
    esac
    echo "last $last"
}

# Unpacks an archive from standard input. The folder gets its name when all of it is there.
receive() {
    [ "$(current)" != "$1" ] || fail "$1 is in use"
    ! is_under_way || fail "another change is under way; see --status"
    new=$versions/.$1.new
    mkdir -p $versions
    rm -rf "$new"
    mkdir "$new"
    trap 'rm -rf "$new"' EXIT
    # A cut connection ends the shell by a signal, which alone would run no trap.
    trap 'exit 1' HUP PIPE TERM
    tar -x -C "$new" || fail "unpacking failed: $(free_kib $versions) KiB are free in $versions; if the disk is full, delete something"
    cd "$new/$1" 2> /dev/null || fail "the archive has no folder $1"
    sha256sum -c SHA256SUMS > "$new/sums" 2>&1 || fail "checksums differ: $(grep -v ': OK$' "$new/sums" | head -n 3)"
    chown -R root:root .
    cd /
    sync
    ! is_under_way || fail "another change has begun meanwhile; see --status"
    rm -rf "${versions:?}/$1"
    mv "$new/$1" "$versions/$1"
    say "copied, checksums right"
}

# As the service does: its user, groups and variables.
as_service() {
    groups=
    for group in $(property SupplementaryGroups); do groups="$groups --supp-group $group"; done
    # shellcheck disable=SC2046,SC2086
    runuser --user sluice --group sluice $groups -- env --chdir=/var/lib/sluice $(property Environment) "$@"
}

# A program that hangs is ended after $2 seconds.
check() {
    program=$(folder "$1")/bin/sluice
    for words in version "check --station /etc/sluice/station.json"; do
        answer=0
        # shellcheck disable=SC2086
        as_service timeout -k 5 "$2" "$program" $words || answer=$?
        case $answer in
        0) ;;
        124 | 137) say "sluice ${words%% *}: not finished within $2 s"; return 1 ;;
        *) return 1 ;;
        esac
    done
}

# Starts the station and waits for READY; then it must run on. $1 is the version it must be.
start() {
    timeout "$ready_s" systemctl start sluice || { say "$1: not READY within $ready_s s"; return 1; }
    [ "$(property ActiveState)" = active ] || { say "$1: $(property ActiveState)"; return 1; }
    process=$(property MainPID)
    [ -e "/proc/$process/exe" ] || { say "$1: READY, and ended at once"; return 1; }
    # dash, bash and busybox have -ef.
    # shellcheck disable=SC3013
    [ "/proc/$process/exe" -ef "$(folder "$1")/bin/sluice" ] ||
        { say "another program than that of $1 was started; see: systemctl cat sluice"; return 1; }
    passed=0
    while [ $passed -lt "$hold_s" ]; do
        sleep 1
        passed=$((passed + 1))
        [ "$(property MainPID)" = "$process" ] || { say "$1: READY, and ended within $passed s"; return 1; }
    done
    say "$1: READY, and runs on after $hold_s s"
}

# The change itself, started by `begin`, without a connection.
change() {
    name=$1 ready_s=$2 hold_s=$3 check=$4
    before=$(current)
    previous=$(version previous)
    trap 'finish "unchanged: the change was ended before the station was stopped"' EXIT
    # A signal alone would run no trap.
    trap 'exit 1' HUP INT TERM
    echo "$name: under way" > $versions/last
    # From here on the service takes its program by the link, at first the same one. Also a change
    # that a power cut ended, and a deleted drop-in, are mended here.
    [ -L $versions/current ] || point current "$before"
    rm -f $trial
    dropin $kept $versions/current
    sync
    systemctl daemon-reload
    starts_from $versions/current ||
        finish "unchanged: another drop-in sets ExecStart after $kept; see: systemctl cat sluice"
    was=$(property ActiveState)
    case $was in
    inactive | failed)
        # What does not run is not started: its lines may not move. Only the check shows whether
        # the version works.
        check "$name" "$ready_s" || finish "unchanged: the check is red, and the station was not running ($was)"
        trap 'restore; finish "unchanged: the links could not be renamed; $before is current"' EXIT
        switch
        tidy
        finish "done: $name is current; the station was not running ($was) and was not started, so READY was not seen"
        ;;
    esac
    # A failed command or a signal must not leave the station stopped.
    trap 'say "a command failed, or a signal ended the change"; back "rolled back"' EXIT
    say "stops $before"
    systemctl stop sluice
    if [ "$check" = stopped ] && ! check "$name" "$ready_s"; then
        say "the check is red"
        back unchanged
    fi
    dropin $trial "$(folder "$name")" "TimeoutStartSec=$ready_s"
    systemctl daemon-reload
    say "starts $name"
    if start "$name"; then
        switch
        tidy
        finish "done: $name is current, $before is kept for a rollback"
    fi
    journalctl --no-pager --quiet --output=cat --lines=15 --unit=sluice | sed 's/^/board: | /' || true
    back "rolled back"
}

# Makes the version `name` the one that starts from now on.
switch() {
    point previous "$before"
    point current "$name"
    rm -f $trial
    systemctl daemon-reload
    starts_from $versions/current
    sync
}

# The links as they were before the change.
restore() {
    point current "$before"
    if [ -n "$previous" ]; then point previous "$previous"; else rm -f $versions/previous; fi
    rm -f $trial
    systemctl daemon-reload || true
}

# What follows a switch. The version runs without it, so a failure here is only said.
tidy() {
    trap - EXIT
    trap : HUP INT TERM
    # /usr/local/bin comes before /usr/bin, so that people get the same version.
    { mkdir -p /usr/local/bin && ln -sfn $versions/current/bin/sluice /usr/local/bin/sluice; } ||
        say "/usr/local/bin/sluice is not the new version"
    for old in "$versions"/sluice-*; do
        case ${old##*/} in "$name" | "$before" | 'sluice-*') continue ;; esac
        if rm -rf "$old"; then say "deleted ${old##*/}"; else say "$old could not be deleted"; fi
    done
}

# Back to the version before, and the end of the change. Nothing here may end it early.
back() {
    set +e
    trap - EXIT
    trap : HUP INT TERM
    systemctl stop sluice || true
    restore
    say "starts $before again"
    if start "$before"; then
        finish "$1: $before runs"
    fi
    finish "failed: neither $name nor $before became READY; the gate rejects; look at journalctl -u sluice"
}

finish() {
    trap - EXIT
    echo "$name: $1" > $versions/last || true
    sync
    echo "result: $1"
    exit 0
}

# Starts the change $1 as a unit of its own, which outlives the connection. There is one such unit,
# so that two changes cannot mix. Its log appears when it starts.
begin() {
    id=$1
    shift
    ! is_under_way || fail "another change is under way; see --status"
    for version in "$1" "$(current)"; do
        [ -x "$(folder "$version")/bin/sluice" ] || fail "$(folder "$version")/bin/sluice is missing"
    done
    mkdir -p $state
    # Not the file of another change, which its shell may still be reading.
    printf '%s\n' "$script" > "$state/$id.sh"
    systemctl reset-failed sluice-deploy 2> /dev/null || true
    systemd-run --quiet --unit=sluice-deploy sh -c \
        'exec sh "$0" change "$2" "$3" "$4" "$5" > "$1" 2>&1' "$state/$id.sh" "$state/$id" "$@" >&2 ||
        fail "the change did not start"
}

# Prints the log of a change from a line on, when there is more of it.
follow() {
    tries=0
    while [ ! -e "$state/$1" ] && [ $tries -lt 5 ]; do
        sleep 1
        tries=$((tries + 1))
    done
    [ -e "$state/$1" ] ||
        { echo "result: unknown, the change did not begin, or the board was started again; see --status"; return; }
    tries=0
    while [ "$(wc -l < "$state/$1")" -le "$2" ] && [ $tries -lt 10 ]; do
        if ! is_under_way && [ "$(wc -l < "$state/$1")" -le "$2" ]; then
            echo "result: unfinished, the change has ended without a result; look at the station"
            return
        fi
        sleep 1
        tries=$((tries + 1))
    done
    tail -n "+$(($2 + 1))" "$state/$1"
}

action=$1
shift
"$action" "$@"
