#!/usr/bin/env bash
# Makes the files of an emulated board with Debian: arm64, this machine's release, a real systemd,
# and an sshd that lets root in with a key.
#
#   debian_root.sh FOLDER KEY     KEY: the public key
#
# Its maintainer scripts run here under qemu. For this the kernel's binfmt_misc is set up in a
# namespace that ends with this command. Needs root, Debian's mmdebstrap, and tools/cross/setup.sh.
set -euo pipefail
folder=$1 key=$2
here=$(cd "$(dirname "$0")" && pwd)
export SLUICE_CROSS=${SLUICE_CROSS:-$here/../../target/cross}
SLUICE_CROSS=$(cd "$SLUICE_CROSS" && pwd)

if [ "$(id -u)" != 0 ] || ! command -v mmdebstrap > /dev/null; then
    echo "debian_root.sh: needs root, and Debian's mmdebstrap" >&2
    exit 1
fi
# shellcheck disable=SC1091
. /etc/os-release

# In the namespaces every user of this machine exists under its own number, so that the files get
# their owners. The numbers can only be written from outside.
# shellcheck disable=SC2016
coproc inside {
    exec unshare --user --mount --pid --uts --ipc --fork --kill-child bash -c '
        set -euo pipefail
        echo up
        read -r _
        exec < /dev/null >&2
        mount -t proc proc /proc
        . "$0"
        register_aarch64
        exec "$@"' "$here/../cross/binfmt.sh" \
        mmdebstrap --quiet --mode=root --architectures=arm64 --skip=check/qemu,chroot/mount/sys --variant=essential \
        --include=systemd,systemd-sysv,dbus,udev,openssh-server,procps \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' "$VERSION_CODENAME" "$folder"
}
# bash unsets its own variable when the process ends.
# shellcheck disable=SC2154
process=$inside_PID
read -r -u "${inside[0]}" _
child=$(cat "/proc/$process/task/$process/children")
for map in uid_map gid_map; do echo "0 0 65536" > "/proc/${child% }/$map"; done
echo go >&"${inside[1]}"
wait "$process"

echo board > "$folder/etc/hostname"
echo "127.0.0.1 localhost board" > "$folder/etc/hosts"
echo "/dev/vda / ext4 defaults 0 0" > "$folder/etc/fstab"
# Made once: otherwise each run is a first boot, which enables services by itself.
systemd-machine-id-setup --root="$folder" > /dev/null
install -D -m 600 "$key" "$folder/root/.ssh/authorized_keys"
printf '[Match]\nType=ether\n[Network]\nAddress=10.0.2.15/24\n' > "$folder/etc/systemd/network/board.network"
systemctl --root="$folder" --quiet enable systemd-networkd
