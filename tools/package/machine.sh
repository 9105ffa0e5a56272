#!/usr/bin/env bash
# Runs a test on a machine of its own: Debian's files, and a real systemd as the first process.
#
#   machine.sh SCRIPT [ARGUMENT]...     `machine.sh true` only fetches what is missing
#
# The script is sourced. It has the variable MACHINE, the folder of the machine's files, and:
#
#   boot              starts systemd and waits until it is up
#   inside COMMAND    runs a command on the booted machine, as root
#   nearby COMMAND    runs a program of this machine on the other one's network
#   cut_power         kills every process there at once
#
# The files are an overlay over target/package/root, so that each test has fresh ones, and all that
# a test writes is in memory. Kernel, processors and clock are shared, all else is in namespaces.
# Needs root, and Debian's mmdebstrap.
set -euo pipefail
cd "$(dirname "$0")/../.."
base=$PWD/target/package/root
packages=systemd,systemd-sysv,dbus,udev,openssh-server,procps
umask 022

if [ "$(id -u)" != 0 ]; then
    echo "machine.sh: needs root, for namespaces, mounts and the files' owners" >&2
    exit 1
fi

# A root is complete when it has the list that it was made from.
if [ "$(cat "$base/made_from" 2>/dev/null)" != "$packages" ]; then
    mkdir -p "$(dirname "$base")"
    # A half root of an interrupted run goes, too.
    rm -rf "$base" "$base.new"
    # shellcheck disable=SC1091
    . /etc/os-release
    mmdebstrap --quiet --variant=essential --include="$packages" --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$VERSION_CODENAME" "$base.new"
    echo "$packages" > "$base.new/made_from"
    mv "$base.new" "$base"
fi

# Set for the second run of this script, in the mount namespace.
if [ -z "${SLUICE_MACHINE_FOLDER:-}" ]; then
    [ "${1:-}" != true ] || exit 0
    groups=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET) || {
        echo "machine.sh: no cgroup2 is mounted, and systemd needs one: mount -t cgroup2 cgroup2 FOLDER" >&2
        exit 1
    }
    SLUICE_MACHINE_FOLDER=$(mktemp -d "$(realpath target/package)/machine.XXXXXX")
    # A control group of its own, which becomes the root of what the machine sees.
    GROUP_OF_MACHINE=$groups/sluice-${SLUICE_MACHINE_FOLDER##*/}
    export SLUICE_MACHINE_FOLDER GROUP_OF_MACHINE
    cleanup() {
        rmdir "$SLUICE_MACHINE_FOLDER"
        [ ! -d "$GROUP_OF_MACHINE" ] || find "$GROUP_OF_MACHINE" -depth -type d -exec rmdir {} \;
    }
    trap cleanup EXIT
    trap 'exit 1' HUP INT TERM
    mkdir "$GROUP_OF_MACHINE"
    status=0
    unshare --mount --fork --kill-child bash "$0" "$@" || status=$?
    exit $status
fi
cd - > /dev/null
MACHINE=$SLUICE_MACHINE_FOLDER

# In the mount namespace: the files, and what the kernel shows.
mount -t tmpfs -o mode=755 tmpfs "$MACHINE"
mkdir "$MACHINE"/{upper,work,root,script}
mount -t overlay -o "lowerdir=$base,upperdir=$MACHINE/upper,workdir=$MACHINE/work" overlay "$MACHINE/root"
work_of_test=$MACHINE/script
MACHINE=$MACHINE/root
init=

# What is under way in memory: mounted at each boot, as a real machine does.
# shellcheck disable=SC2016
entrance='
set -e
cd "$0"
echo $$ > "$GROUP_OF_MACHINE/cgroup.procs"
exec unshare --cgroup bash -c '\''
set -e
cd "$0"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do touch dev/$node; mount --bind /dev/$node dev/$node; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd
'\'' "$0"
'

boot() {
    local started=$SECONDS
    unshare --mount --pid --net --uts --ipc --fork --kill-child bash -c "$entrance" "$MACHINE" \
        < /dev/null >> "$work_of_test/console" 2>&1 &
    launcher=$!
    until init=$(cat "/proc/$launcher/task/$launcher/children" 2>/dev/null) && [ -n "$init" ] &&
        init=${init%% *} && [ "$(cat "/proc/$init/comm" 2>/dev/null)" = systemd ] &&
        [[ "$(inside systemctl is-system-running 2>/dev/null)" =~ ^(running|degraded)$ ]]; do
        if ! kill -0 "$launcher" 2>/dev/null || [ $((SECONDS - started)) -gt 60 ]; then
            echo "machine.sh: systemd did not start:" >&2
            cat "$work_of_test/console" >&2
            exit 1
        fi
        sleep 0.1
    done
}

inside() { nsenter --target "$init" --all --root --wd="$MACHINE" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

nearby() { nsenter --target "$init" --net "$@"; }

cut_power() {
    [ -n "$init" ] || return 0
    kill -KILL "$init" 2>/dev/null || true
    wait "$launcher" 2>/dev/null || true
    init=
}
trap cut_power EXIT
trap 'exit 1' HUP INT TERM

script=$1
shift
# shellcheck disable=SC1090
. "$script"
