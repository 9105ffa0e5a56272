#!/usr/bin/env bash
# OpenSSH's sftp-server serves SSH_FXP_RENAME by link(2) and unlink(2), so that the file never
# replaces another. WinSCP, paramiko and libssh send that request. inotify then reports CREATE of
# the new name and DELETE of the old one, but neither MOVED_TO nor CLOSE_WRITE. So a program that
# waits for one of these two never sees the file. OpenSSH's own client sends
# posix-rename@openssh.com instead, which is rename(2). With `rename -l` it sends SSH_FXP_RENAME.
# Seen with OpenSSH 9.2p1 (Debian 12), 2026-11-28.
# Sluice: a new name waits until it is known to be a link (src/watch/pending_names.rs).
# Needs: openssh-client, openssh-sftp-server, python3 (apt). Prints both lists of events, and fails
# if they differ.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
server=/usr/lib/openssh/sftp-server
for program in sftp python3 "$server"; do
    command -v "$program" >/dev/null || { echo "$program is missing: install openssh-client, openssh-sftp-server and python3" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir watched
echo picture > a.png

events() { # the batch of sftp
    mkfifo input output
    python3 "$here/inotify_events.py" watched < input > output &
    exec 3> input 4< output
    rm input output
    read -r _ <&4
    printf '%b' "$1" | sftp -b - -D "$server" > /dev/null 2>&1
    exec 3>&-
    cat <&4 | sed 's/  */ /g'
}

link=$(events 'put a.png watched/p.tmp\nrename -l watched/p.tmp watched/p.png\n')
posix=$(events 'put a.png watched/q.tmp\nrename watched/q.tmp watched/q.png\n')
printf -- '-- rename -l (SSH_FXP_RENAME)\n%s\n-- rename (posix-rename@openssh.com)\n%s\n' "$link" "$posix"
[[ $(tail -2 <<< "$link") == $'CREATE p.png\nDELETE p.tmp' ]] || { echo "SSH_FXP_RENAME is served in another way now" >&2; exit 1; }
[[ $(tail -1 <<< "$posix") == "MOVED_TO q.png" ]] || { echo "posix-rename is served in another way now" >&2; exit 1; }
