#!/usr/bin/env python3
"""Boots Debian's aarch64 kernels in qemu, runs the station on them, and tests it in scenarios.

    tools/emulated_board/run.py                 every scenario
    tools/emulated_board/run.py kills storm     these two
    tools/emulated_board/run.py --jobs 2        two boards at once
    tools/emulated_board/run.py --list          lists the scenarios
    tools/emulated_board/run.py --fetch         only fetches missing kernels and programs

First build what runs on the board:
    tools/cross/setup.sh
    tools/cross/cargo build --release --no-default-features --package sluice
    tools/cross/cargo build --package ascendcl-so --features ascendcl-so/faults
    tools/cross/cargo build --package sluice-tools --bin camera_feed

All times are those of an emulated processor, about fifty times slower than a board's.
"""

import argparse
import concurrent.futures
import importlib
import subprocess
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "scenarios"))

from boards import BOARDS  # noqa: E402
from kernel import RELEASES, Kernel  # noqa: E402
from places import PROGRAMS, program  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", help="names of scenarios; all if none is given")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--fetch", action="store_true", help="only fetch missing kernels and programs")
    parser.add_argument("--jobs", type=int, default=1, help="boards at once (1)")
    parser.add_argument("--profile", default="release", help="build profile of the station: release (default) or debug")
    arguments = parser.parse_args()
    known = [name for names, _ in BOARDS.values() for name in names]
    if arguments.list:
        for name in known:
            print(f"{name:12} {importlib.import_module(name).__doc__.strip()}")
        return 0
    if arguments.fetch:
        for release in RELEASES:
            print(f"kernel {Kernel(release).version}")
        for name in PROGRAMS:
            print(program(name)[0])
        return 0
    unknown = set(arguments.scenarios) - set(known)
    if unknown:
        parser.error(f"no scenario {', '.join(sorted(unknown))}; --list names them")
    chosen = {board: [name for name in names if not arguments.scenarios or name in arguments.scenarios]
              for board, (names, _) in BOARDS.items()}
    chosen = {board: names for board, names in chosen.items() if names}
    began = time.monotonic()
    if arguments.jobs > 1 and len(chosen) > 1:
        failed = at_once(chosen, arguments)
    else:
        failed = [name for board, names in chosen.items() for name in on_board(board, BOARDS[board][1], names, arguments.profile)]
    print(f"\n{time.monotonic() - began:.0f} s; " + (f"FAILED: {', '.join(failed)}" if failed else "all passed"))
    return 1 if failed else 0


def at_once(chosen, arguments):
    """Runs each board in a process of its own, and prints what it said when it is done."""
    def one(names):
        words = [sys.executable, __file__, "--profile", arguments.profile, *names]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print(done.stdout, end="", flush=True)
        return names if done.returncode else []

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        # The board with the most scenarios comes first: it takes longest.
        work = sorted(chosen.values(), key=len, reverse=True)
        return [name for failed in pool.map(one, work) for name in failed]


def on_board(board_name, make, names, profile):
    """Runs scenarios on one board in order. Returns the names of those that failed."""
    print(f"\n== board {board_name}", flush=True)
    failed, done = [], None
    try:
        with make(profile) as (board, production):
            print(f"  up after {board.up_s:.1f} s, kernel {board.kernel.version}", flush=True)
            for done in names:
                began = time.monotonic()
                module = importlib.import_module(done)
                print(f"-- {done}: {' '.join(module.__doc__.split())}", flush=True)
                module.run(board, production)
                print(f"  {time.monotonic() - began:.1f} s", flush=True)
    except Exception:
        # The later scenarios rely on the state of the board, so they count as failed too.
        failed = names[names.index(done):] if done else names
        traceback.print_exc(file=sys.stdout)
        print(f"FAILED: {', '.join(failed)}; its console and other logs: target/emulated_board/{board_name}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
