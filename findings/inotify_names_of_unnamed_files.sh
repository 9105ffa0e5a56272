#!/usr/bin/env bash
# A file that is opened with O_TMPFILE has no name. Yet a watch of its directory reports its writes
# and closings, under the name "#" and the inode's number. readdir does not show that name, and no
# lookup finds it.
# When linkat(2) gives the file a name, CREATE of that name is the only event. Later writes through
# the same descriptor are still reported under "#". So a program that waits for CLOSE_WRITE gets it
# for a name that does not exist, and never for the one that does.
# Seen with Linux 6.18 on ext4 and tmpfs, 2026-11-28. By its source, every kernel with O_TMPFILE
# does so (since Linux 3.11).
# Sluice: a new name waits until it is known to be a link (src/watch/pending_names.rs).
# Needs: python3 (apt), a file system with O_TMPFILE. Prints the events, and fails if they differ.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
command -v python3 >/dev/null || { echo "python3 is missing" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir watched
mkfifo input output
python3 "$here/inotify_events.py" watched < input > output &
exec 3> input 4< output
read -r _ <&4
python3 - <<'PYTHON'
import ctypes, os
file = os.open("watched", os.O_TMPFILE | os.O_RDWR, 0o644)
os.write(file, b"picture")
AT_FDCWD, AT_SYMLINK_FOLLOW = -100, 0x400
link = ctypes.CDLL(None, use_errno=True).linkat
assert link(AT_FDCWD, f"/proc/self/fd/{file}".encode(), AT_FDCWD, b"watched/a.png", AT_SYMLINK_FOLLOW) == 0
os.write(file, b" and more")
os.close(file)
assert os.listdir("watched") == ["a.png"]
PYTHON
exec 3>&-
seen=$(sed 's/#[0-9]*$/#INODE/' <&4)
printf '%s\n' "$seen"
[[ $seen == $'MODIFY #INODE\nCREATE a.png\nMODIFY #INODE\nCLOSE_WRITE #INODE' ]] || { echo "the events are others now" >&2; exit 1; }
