#!/usr/bin/env python3
"""The gate's reject edge beside cyclictest on the emulated board, over 2000 movements, or the given
number.

The emulated processor shares this machine with all other programs. So the ratio to cyclictest says
something, and the times themselves say nothing about a real board.

    tools/emulated_board/jitter.py [MOVEMENTS]

First: tools/cross/cargo build --package sluice-tools --bin jitter
"""

import sys
from board import Board
from places import BUILD, CROSS, debian
from station import stripped

# The tool's shortest interval is too short for an emulated processor.
INTERVAL_US = 20_000
# A turn of the gate takes milliseconds there.
LIMIT_MS = 50


def main():
    movements = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    tests = CROSS / "rt-tests"
    debian("without", tests, "stable", "rt-tests:arm64", "libnuma1:arm64")
    files = [("programs/jitter", stripped(BUILD / "debug/jitter")),
             ("programs/cyclictest", tests / "usr/bin/cyclictest"),
             ("lib/libnuma.so.1", next(tests.glob("usr/lib/*/libnuma.so.1")).resolve())]
    with Board("jitter", camera=False, oled=False, watchdog=False, files=files) as board:
        guest = board.guest
        guest.do("chmod +x /programs/* && cp /programs/* /bin")
        # Each of the two, idle and busy.
        timeout_s = 300 + 4 * movements * INTERVAL_US * 3 // 1_000_000
        status, text = guest.ask(f"jitter --movements {movements} --interval-us {INTERVAL_US} --limit-ms {LIMIT_MS} "
                                 "--out /tmp 2>&1", timeout_s)
        print(f"kernel {board.kernel.version}, EMULATED (see --help)\n{text}")
        return status


if __name__ == "__main__":
    if "--help" in sys.argv:
        print(__doc__)
    else:
        sys.exit(main())
