#!/usr/bin/env bash
# inotify (seen with Linux 6.18 on ext4 and tmpfs, and by the source since O_TMPFILE came with 3.11): a file that is opened with
# O_TMPFILE has no name, and yet the watch of its directory tells of its writing and closing, under the name "#" and the
# inode's number, which no readdir shows and no lookup finds. When linkat(2) gives the file its name, CREATE of that name is all
# that is told, and writing on through the same descriptor goes on under "#". A program that waits for CLOSE_WRITE of a name
# gets one for a file that is not there, and none for the file that is.
# Needs: python3 (apt), a file system with O_TMPFILE. Prints the events, and fails when they are others.
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
