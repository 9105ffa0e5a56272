#!/usr/bin/env bash
# inotify(7) lists changed timestamps under IN_ATTRIB. If a program sets the modification time
# alone, as `touch -m` does, the kernel reports MODIFY instead, and no ATTRIB. If it sets both
# times, the kernel reports ATTRIB and no MODIFY (fsnotify_change in include/linux/fsnotify.h). So a
# program that treats MODIFY as a write sees a new version of a file whose content did not change.
# Seen with Linux 6.18 and coreutils 9.1 on ext4 and tmpfs, 2026-11-29.
# Sluice: such a file counts as a new picture (docs/writers.md, "What is not seen, or seen as a
# write").
# Needs: python3 (apt). Prints both lists of events, and fails if they change.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir watched
echo picture > watched/a.png
python3 - <<'PYTHON'
import ctypes, os, struct, subprocess, sys

NAMES = {0x2: "MODIFY", 0x4: "ATTRIB"}
libc = ctypes.CDLL(None, use_errno=True)
inotify = libc.inotify_init1(os.O_NONBLOCK)
assert libc.inotify_add_watch(inotify, b"watched", sum(NAMES)) > 0

def events(*command):
    subprocess.run(command, check=True)
    data, seen = os.read(inotify, 4096), []
    while data:
        _, mask, _, length = struct.unpack_from("iIII", data)
        seen.append(NAMES[mask])
        data = data[16 + length:]
    print(*command, "->", *seen)
    return seen

time = ("-d", "2020-01-01", "watched/a.png")
alone = events("touch", "-m", *time)
both = events("touch", *time)
if (alone, both) != (["MODIFY"], ["ATTRIB"]):
    sys.exit("the events are others now")
PYTHON
