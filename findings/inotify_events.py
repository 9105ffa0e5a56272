"""Prints the inotify events of a directory until standard input ends.

Equal events in a row are printed once. Usage: inotify_events.py DIRECTORY
"""
import ctypes, os, select, struct, sys

NAMES = {0x2: "MODIFY", 0x8: "CLOSE_WRITE", 0x40: "MOVED_FROM", 0x80: "MOVED_TO", 0x100: "CREATE", 0x200: "DELETE"}
libc = ctypes.CDLL(None, use_errno=True)
inotify = libc.inotify_init1(os.O_NONBLOCK)
if libc.inotify_add_watch(inotify, sys.argv[1].encode(), sum(NAMES)) < 0:
    sys.exit(os.strerror(ctypes.get_errno()))
print("watching", flush=True)
last = None
ended = False
while not ended:
    ready, _, _ = select.select([inotify, 0], [], [])
    # Once the input has ended, the events that are still there are read.
    ended = inotify not in ready and not os.read(0, 1)
    if inotify not in ready:
        continue
    data = os.read(inotify, 65536)
    while data:
        _, mask, _, length = struct.unpack_from("iIII", data)
        name = data[16 : 16 + length].split(b"\0")[0].decode()
        event = " ".join(text for bit, text in NAMES.items() if mask & bit), name
        if event != last:
            print(*event, flush=True)
        last = event
        data = data[16 + length :]
