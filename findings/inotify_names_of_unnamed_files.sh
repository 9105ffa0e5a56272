#!/usr/bin/env bash
# A file that is opened with O_TMPFILE has no name. And yet inotify's watch of its directory reports its writing and closing,
# under the name "#" and the inode's number. No readdir shows this name, and no lookup finds it. When linkat(2) gives the file
# a name, CREATE of that name is the only event; later writing through the same descriptor is still reported under "#". A
# program that waits for CLOSE_WRITE of a name gets one for a file that is not there, and never one for the file that is.
# Seen with Linux 6.18 on ext4 and tmpfs, 2026-11-28; by the source it is so since O_TMPFILE came with Linux 3.11.
# Sluice: names that come by a link are waited for (src/watch/pending_names.rs).
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
