#!/usr/bin/env bash
# Puts another version of the program onto a board, over ssh. If it does not work there, the
# version before runs again.
#
#   tools/deploy/deploy.sh [OPTIONS] [USER@]HOST ARCHIVE      ARCHIVE: sluice-VERSION-ARCH.tar.xz
#   tools/deploy/deploy.sh [OPTIONS] --rollback [USER@]HOST   back to the version before
#   tools/deploy/deploy.sh --status [USER@]HOST               versions, how the last change ended
#
#   --dry-run          looks and says what would be done, and changes nothing
#   --ready-within S   seconds from the start to READY, and for the check (120, or TimeoutStartSec
#                      if that is less)
#   --hold S           seconds that the station must then run on (10)
#   --check-stopped    checks while the station is stopped: for devices that only one program can
#                      open, such as a camera
#
# SLUICE_SSH is the ssh command with its own options: SLUICE_SSH='ssh -p 2222 -i key'.
#
# Exit codes: 0 done; 1 not done, the board is as it was; 2 wrong arguments; 3 rolled back;
# 4 unknown or the board needs a person: see the message.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

usage() { sed -n '2,21s/^# \{0,1\}//p' "$0" >&2; exit 2; }
refuse() { echo "deploy: $*" >&2; exit 1; }
say() { echo "deploy: $*"; }

action=deploy dry="" ready_s="" hold_s=10 check=running words=()
while [ $# -gt 0 ]; do
    case $1 in
    --dry-run) dry=yes ;;
    --rollback) action=rollback ;;
    --status) action=status ;;
    --check-stopped) check=stopped ;;
    --ready-within | --hold)
        [[ "${2:-}" =~ ^(0|[1-9][0-9]{0,3})$ && "$1 $2" != "--ready-within 0" ]] || { echo "deploy: $1 needs a number of seconds" >&2; exit 2; }
        if [ "$1" = --hold ]; then hold_s=$2; else ready_s=$2; fi
        shift
        ;;
    -*) usage ;;
    *) words+=("$1") ;;
    esac
    shift
done
[ ${#words[@]} = "$([ $action = deploy ] && echo 2 || echo 1)" ] || usage
host=${words[0]} archive=${words[1]:-}

# Without questions: a script that waits for a password would hang.
read -ra ssh <<< "${SLUICE_SSH:-ssh}"
ssh+=(-o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3)
# Runs an action of board.sh on the board. Standard input follows the script, whose length the board
# knows, so that no part of it is installed there.
board() {
    local script
    script=$(cat "$here/board.sh")
    { printf '%s\n' "$script"; cat; } |
        "${ssh[@]}" "$host" "script=\$(head -c $((${#script} + 1))); export script; sh -c \"\$script\" board.sh $*"
}

# What the board says of itself, as lines of KEY VALUE.
look() {
    local status=0 said
    said=$(board look < /dev/null 2>&1) || status=$?
    [ $status != 255 ] || refuse "no connection to $host: $(tail -n 1 <<< "$said"); is it on, does ssh log in without a password?"
    [ $status = 0 ] || refuse "$host: $said"
    facts=$said
}
fact() { sed -n "s/^$1 //p" <<< "$facts"; }

# Follows a change that goes on without this connection. Connects again while it can still end.
follow() {
    local id=$1 shown=0 text status result end=$((SECONDS + 3 * ready_s + 2 * hold_s + 120))
    while [ $SECONDS -lt $end ]; do
        status=0
        text=$(board follow "$id" "$shown" < /dev/null 2> /dev/null) || status=$?
        if [ $status = 255 ]; then
            echo "deploy: connection lost; the board goes on by itself; trying again" >&2
            sleep 2
            continue
        fi
        [ -z "$text" ] || { printf '%s\n' "$text"; shown=$((shown + $(wc -l <<< "$text"))); }
        result=$(sed -n 's/^result: //p' <<< "$text")
        case $result in
        done*) exit 0 ;;
        unchanged*) exit 1 ;;
        "rolled back"*) exit 3 ;;
        ?*) exit 4 ;;
        esac
    done
    echo "deploy: no result from $host; ask later: deploy.sh --status $host" >&2
    exit 4
}

# The machine of an ELF file: bytes 18 and 19.
machine_of() {
    case $(od -An -tx1 -j18 -N2 | tr -d ' \n') in
    b700) echo aarch64 ;;
    3e00) echo x86_64 ;;
    *) echo unknown ;;
    esac
}

if [ $action = deploy ]; then
    [ -r "$archive" ] || refuse "$archive: cannot be read; tools/package/build.sh makes it"
    name=$(basename "$archive" .tar.xz)
    [[ "$name" =~ ^sluice-[0-9][A-Za-z0-9.~+-]*$ ]] || refuse "$archive: not the name of an archive, sluice-VERSION-ARCH.tar.xz"
    sums=$(dirname "$archive")/SHA256SUMS
    [ -e "$sums" ] || refuse "$sums is missing; copy it together with the archive"
    (cd "$(dirname "$archive")"; grep "  $(basename "$archive")\$" SHA256SUMS | sha256sum --check --status) ||
        refuse "$archive: not the file that $sums names; copy it again"
    size_kib=$(xz --robot --list "$archive" 2> /dev/null | awk '$1 == "totals" { print int($5 / 1024) + 1 }')
    [ -n "$size_kib" ] || refuse "$archive: not an xz file"
    # tar ends before xz has written everything, which is no error here.
    machine=$( (xz -dc "$archive" 2> /dev/null || true) | (tar -xO --occurrence=1 "$name/bin/sluice" 2> /dev/null || true) | machine_of)
    [ "$machine" != unknown ] || refuse "$archive: $name/bin/sluice is missing, or not a program for aarch64 or x86_64"
fi

look
if [ $action = status ]; then
    printf '%s\n' "$facts"
    exit 0
fi
[ "$(fact user)" = 0 ] || refuse "$host: the login is not root, which starts services; use root@HOST"
[ "$(fact systemd)" = yes ] || refuse "$host: systemd does not run there"
systemd=$(fact systemd_version)
[ "$systemd" -ge 237 ] ||
    refuse "$host: its systemd is $systemd; the units need 239, or 237 with sluice-systemd-237.conf"
[ "$systemd" -ge 239 ] || [ "$(fact filtered)" = no ] ||
    refuse "$host: its systemd is $systemd; the unit needs sluice-systemd-237.conf there: docs/packages.md"
[ "$(fact unit)" = yes ] || refuse "$host: sluice.service is missing; install the package, or follow INSTALL.md, first"
[ "$(fact account)" = yes ] || refuse "$host: the user sluice is missing; install the package, or follow INSTALL.md, first"
[ "$(fact station)" = yes ] || refuse "$host: /etc/sluice/station.json is missing; commission the station first"
limit_s=$(fact start_limit_s)
if [ -z "$ready_s" ]; then
    ready_s=120
    [ "$limit_s" = infinity ] || [ "$limit_s" -gt 120 ] || ready_s=$limit_s
fi
# Otherwise the version would pass its trial, and systemd would end it at the next start.
[ "$limit_s" = infinity ] || [ "$ready_s" -le "$limit_s" ] ||
    refuse "$host: --ready-within $ready_s is longer than TimeoutStartSec of its sluice.service, $limit_s s; give $limit_s at most, or raise that with a drop-in first: docs/packages.md"
say "$host runs $(fact current), $(fact active)"

if [ $action = rollback ]; then
    name=$(fact previous)
    [ -n "$name" ] || refuse "$host: no version before this one is kept"
else
    [ "$(fact current)" != "$name" ] || refuse "$host has $name already; a new archive needs a version of its own"
    [ "$(fact machine)" = "$machine" ] || refuse "$archive is for $machine, and $host is $(fact machine)"
    [ "$(fact free_kib)" -gt $((size_kib + size_kib / 10)) ] ||
        refuse "$host: the disk of /opt has $(fact free_kib) KiB free, and this needs $((size_kib + size_kib / 10)); delete something"
fi
if [ -n "$dry" ]; then
    [ $action = rollback ] || say "would copy $size_kib KiB to /opt/sluice/$name, compare checksums, and check the station file with it"
    say "would stop the station, start $name, wait $ready_s s for READY and $hold_s s more, and go back if it fails"
    exit 0
fi

if [ $action = deploy ]; then
    say "copies $size_kib KiB to /opt/sluice/$name"
    status=0
    xz -dc "$archive" | board receive "$name" || status=$?
    [ $status != 255 ] || refuse "connection lost while copying; nothing was switched; try again"
    [ $status = 0 ] || refuse "nothing was switched"
    if [ $check = running ]; then
        board check "$name" "$ready_s" < /dev/null || refuse "the check is red, nothing was switched; if only the running station's devices are busy, use --check-stopped"
    fi
fi
# Named here, so that it can be followed if the connection is cut while it begins.
id=$(date +%s)-$$-$RANDOM status=0
board begin "$id" "$name" "$ready_s" "$hold_s" "$check" < /dev/null || status=$?
if [ $status = 255 ]; then
    echo "deploy: connection lost; unknown whether the change began; asking again" >&2
elif [ $status != 0 ]; then
    refuse "$host did not begin; nothing was switched"
fi
follow "$id"
