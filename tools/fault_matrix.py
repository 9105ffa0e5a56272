#!/usr/bin/env python3
"""Lets each system call of the station fail, and checks what the station does about it.

    cargo build --package sluice --package sluice-tools
    tools/fault_matrix.py                    all calls
    tools/fault_matrix.py write fdatasync    these calls
    tools/fault_matrix.py --sample           each call once

The 1st call of each thread fails, then the 2nd, and so on until a run sees none. Then every call
from the first on fails. Then single calls hang.

Each run is the station's own program under strace (Debian: strace), which makes the calls fail. It
gets a good picture, a bad one and a good one. What must hold:

  * While the bad part is at the gate, the gate is closed.
  * The station ends in order, or with an exit code of its own and a message. All lines are safe.
  * The journal has no damaged line, and each line follows the one before.
  * If the station ran on to its end, each picture has its record. After a single failure a later
    good part passes.
  * If it ended early, its next start lets a good part pass.

AscendCL's own calls are in ffi/cpu/faults.md.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "target/debug/sluice"
DATA = ROOT / "tests/data/station"
sys.path.insert(0, str(ROOT / "tools/emulated_board"))
import journal  # noqa: E402

# The calls of a station with files, and an error that each can return. Left out are calls that the
# kernel does not let fail, or whose failure the C library or Rust's own library turns into an abort
# or ignores: futex, rt_sigaction, rt_sigprocmask, clock_nanosleep, getrandom, brk, munmap, madvise.
CALLS = {
    "openat": "EMFILE", "read": "EIO", "pread64": "EIO", "write": "ENOSPC", "close": "EIO",
    "fdatasync": "EIO", "fsync": "EIO", "ftruncate": "EIO", "lseek": "EIO", "fcntl": "EMFILE", "flock": "ENOLCK",
    "mkdir": "EACCES", "rename": "EIO", "unlink": "EIO", "chmod": "EPERM", "access": "EACCES",
    "newfstatat": "EIO", "statx": "EIO", "getdents64": "EIO", "readlink": "EIO",
    "inotify_init1": "EMFILE", "inotify_add_watch": "ENOSPC", "eventfd2": "EMFILE", "pipe2": "EMFILE",
    "signalfd4": "EMFILE", "poll": "ENOMEM", "ppoll": "ENOMEM", "ioctl": "EIO",
    "socket": "EMFILE", "bind": "EADDRINUSE", "clone3": "EAGAIN", "mmap": "ENOMEM",
    "mprotect": "ENOMEM", "mlockall": "EPERM", "sched_setscheduler": "EPERM", 
    "sched_getaffinity": "EPERM", "prctl": "EPERM", "seccomp": "EINVAL", "landlock_create_ruleset": "ENOMEM",
    "landlock_add_rule": "EBADF", "landlock_restrict_self": "E2BIG", "prlimit64": "EPERM", "execve": "ENOMEM", "wait4": "ECHILD",
    "kill": "EPERM",
}
# Calls that may hang on a disk, a device or a terminal, and for how long they do here.
HANGS = ["openat", "read", "write", "fdatasync", "fsync", "rename", "unlink", "newfstatat", "statx", "getdents64",
         "inotify_add_watch"]
HANG_MS = 2500
# One of so many good parts must pass: the fault may strike the first of them.
TRIES = 3
# The highest number of a call that fails.
NUMBER_MAX = 24
# Times of the station, and limits of this tool.
DELAY_S, PULSE_S, GAP_S = 0.5, 0.04, 0.3
READY_S, WORKS_S, STOP_S = 15, 6, 10
REJECT, READY = 0, 2
SAFE = 0
# Without memory the loader, Rust's start and its allocator abort; the guard makes the lines safe.
WITHOUT_MEMORY = {"mmap", "mprotect"}
NOT_LOADED = "error while loading shared libraries"


class Wrong(Exception):
    """Something that must hold does not."""


def require(condition, what):
    if not condition:
        raise Wrong(what)


def picture(is_bad):
    """A PNG file of 160 x 144 pixels; a bad one has a white spot."""
    rows = bytearray()
    for y in range(144):
        rows.append(0)
        for x in range(160):
            white = is_bad and 60 <= x < 80 and 50 <= y < 70
            rows += b"\xff\xff\xff" if white else b"ddd"

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 160, 144, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")


GOOD, BAD = picture(False), picture(True)


class Site:
    """A station's directory."""

    def __init__(self, directory):
        self.path = directory
        for name in ("parts.onnx", "aipp.cfg"):
            shutil.copy(DATA / name, directory / name)
        (directory / "parts").mkdir()
        station = json.loads((DATA / "station.json").read_text())
        station["gate"] |= {"style": "divert", "delay_ms": int(DELAY_S * 1000), "deadline_ms": int(DELAY_S * 1000),
                            "pulse_ms": int(PULSE_S * 1000), "late_max_ms": 39}
        station["display"] = {"kind": "png_colour", "file": "screen.png"}
        station["journal"]["stall_ms"] = 1000
        (directory / "station.json").write_text(json.dumps(station))
        self.fed = {}

    def start(self, words=()):
        """Starts the station under `words`. Returns the process."""
        environment = os.environ | {"ASCENDCL_CPU_THREADS": "1", "RUST_BACKTRACE": "0"}
        self.output = self.path / "output.txt"
        with open(self.output, "wb") as output, open(self.path / "errors.txt", "ab") as errors:
            return subprocess.Popen([*words, PROGRAM, "run", "--station", "station.json"], cwd=self.path, stdout=output,
                                    stderr=errors, stdin=subprocess.DEVNULL, env=environment, start_new_session=True)

    def is_ready(self, process):
        """Waits until the station is ready. Returns False if it ends."""
        end = time.monotonic() + READY_S
        while process.poll() is None:
            if b"\nready:" in self.output.read_bytes():
                return True
            require(time.monotonic() < end, f"neither ready nor at its end after {READY_S} s")
            time.sleep(0.02)
        return False

    def feed(self, name, content):
        beside = self.path / "arriving"
        beside.write_bytes(content)
        beside.rename(self.path / "parts" / name)
        self.fed[name] = time.monotonic()

    def records(self):
        """The records of the journal, which must be sound; a last line may lack its end."""
        text = b"".join(path.read_bytes() for path in sorted(self.path.glob("journal/journal-*.jsonl")))
        found = journal.records(text[:text.rfind(b"\n") + 1])
        journal.chain(found)
        return found

    def parts(self):
        """The record of each picture that was inspected."""
        parts = [one for one in self.records() if one["kind"] == "part" and one["picture"]]
        return {one["picture"]["name"]: one for one in parts if one["verdict"]["code"] != "stopping"}

    def has_passed(self, name):
        part = self.parts().get(name)
        return part is not None and part["gate"]["outcome"] == "passed"

    def wait_ready(self, process, limit_s):
        """Waits until the ready line has been active for a moment."""
        end, since = time.monotonic() + limit_s, None
        while process.poll() is None and time.monotonic() < end:
            if self.level(READY) != 1:
                since = None
            elif since is None:
                since = time.monotonic()
            elif time.monotonic() - since > GAP_S:
                return
            time.sleep(0.05)

    def wait_parts(self, count, limit_s):
        end = time.monotonic() + limit_s
        while len(self.parts()) < count and time.monotonic() < end:
            time.sleep(0.05)

    def level(self, offset, at_s=None):
        """The level of a line at a time of the monotonic clock; without one, at the end."""
        level = None
        path = self.path / "lines.csv"
        text = path.read_text() if path.exists() else ""
        for row in text[:text.rfind("\n") + 1].splitlines()[1:]:
            time_us, line, now = map(int, row.split(","))
            if line == offset and (at_s is None or time_us <= at_s * 1e6):
                level = now
        return level


def stop(process, station):
    """Asks the station to end. Returns the exit code of `process`, or minus its signal."""
    if process.poll() is None and station is not None:
        os.kill(station, signal.SIGTERM)
    try:
        return process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise Wrong(f"it did not end within {STOP_S} s after SIGTERM") from None


def child(process):
    """The station that strace runs; None once it has ended."""
    path = pathlib.Path(f"/proc/{process}/task/{process}/children")
    words = path.read_text().split() if path.exists() else []
    return int(words[0]) if words else None


def one_run(call, fault, is_single):
    """A station under this fault. Returns how often it struck, and how the station took it."""
    with tempfile.TemporaryDirectory(prefix="sluice-fault-") as directory:
        site = Site(pathlib.Path(directory))
        trace = site.path / "trace.txt"
        words = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e", f"trace={call}", "-e", f"inject={call}:{fault}"]
        process = site.start(words)
        try:
            if site.is_ready(process):
                site.feed("1-good.png", GOOD)
                time.sleep(GAP_S)
                site.feed("2-bad.png", BAD)
                site.wait_parts(2, WORKS_S)
                # A fault may have closed the gate. The station goes on by itself.
                if "delay" in fault:
                    time.sleep(HANG_MS / 1000)
                site.wait_ready(process, WORKS_S)
                for number in range(3, 3 + TRIES):
                    name = f"{number}-good.png"
                    site.feed(name, GOOD)
                    site.wait_parts(number, WORKS_S)
                    if site.has_passed(name):
                        break
                    if "delay" in fault:
                        time.sleep(HANG_MS / 1000)
            code = stop(process, child(process.pid))
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        struck = trace.read_text(errors="replace").count("(INJECTED") + trace.read_text(errors="replace").count("(DELAYED")
        return struck, judge(site, call, code, is_single and struck > 0)


def judge(site, call, code, is_single):
    errors = (site.path / "errors.txt").read_text(errors="replace")
    # Before the program begins, and without memory, the station cannot choose its end.
    is_free = NOT_LOADED in errors and code == 127 or call in WITHOUT_MEMORY
    require(is_free or "panicked" not in errors, f"it panicked: {errors[-600:]}")
    require(is_free or code in (0, 3, 4, 5), f"exit code {code}: {errors[-600:]}")
    require(is_free or code == 0 or errors.strip() or call == "write", f"exit code {code} without a message")
    bad = site.fed.get("2-bad.png")
    if bad is not None:
        middle = bad + DELAY_S + PULSE_S / 2
        require(site.level(REJECT, middle) == SAFE, "the gate was open for the bad part")
    # Without this thread the file of the simulated lines ends early.
    if "starting the thread keeper" not in errors:
        end = time.monotonic() + 3
        while any(site.level(line) not in (SAFE, None) for line in range(6)) and time.monotonic() < end:
            # The guard may need a moment.
            time.sleep(0.05)
        levels = [site.level(line) for line in range(6)]
        require(all(level in (SAFE, None) for level in levels), f"the lines are not safe: {levels}")
    parts = site.parts()
    for name, part in parts.items():
        require("bad" not in name or part["gate"]["outcome"] != "passed", f"{name} passed: {part}")
    if code == 0 and len(site.fed) > 2:
        missing = set(site.fed) - set(parts)
        require(not missing or not is_single, f"no record of {sorted(missing)}: {errors[-600:]}")
        kinds = [parts[name]["verdict"]["kind"] if name in parts else "none" for name in sorted(site.fed)]
        if is_single:
            last = max(site.fed)
            require(site.has_passed(last), f"{last}: {parts[last]['verdict']} {parts[last]['gate']}: {errors[-600:]}")
        return "ran on" if kinds == ["PASS", "REJECT", "PASS"] else "ran on with a FAULT"
    again = site.start()
    try:
        require(site.is_ready(again), f"it does not start again: {(site.path / 'errors.txt').read_text()[-600:]}")
        known = set(site.parts())
        site.feed("again-good.png", GOOD)
        site.wait_parts(len(known | set(site.fed)), WORKS_S)
        part = site.parts().get("again-good.png")
        require(part and part["gate"]["outcome"] == "passed", f"after the next start: {part}")
        stop(again, again.pid)
    finally:
        if again.poll() is None:
            os.killpg(again.pid, signal.SIGKILL)
            again.wait()
    return "ended, and started again"


def series(call, numbers):
    """The runs of one call in which something struck: {outcome: count}, and what was wrong."""
    outcomes, wrong = collections.Counter(), []

    def run(fault, is_single):
        try:
            struck, outcome = one_run(call, fault, is_single)
        except (Wrong, journal.Damaged) as error:
            wrong.append(f"{call}:{fault}: {error}")
            outcomes["WRONG"] += 1
            return 1
        if struck:
            outcomes[outcome] += 1
        return struck

    for number in numbers:
        if number == "hang":
            if call in HANGS:
                for which in (1, 3, 6, 10):
                    run(f"delay_enter={HANG_MS}ms:when={which}", True)
        elif number == "all":
            run(f"error={CALLS[call]}:when=1+", False)
        elif not run(f"error={CALLS[call]}:when={number}", True):
            # There are fewer calls.
            if len(numbers) == 1 and not run(f"error={CALLS[call]}:when=1", True):
                wrong.append(f"{call}: no run has this call")
            break
    return call, outcomes, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls", nargs="*", help="names of system calls; all if none is given")
    parser.add_argument("--sample", action="store_true", help="each call once, with numbers that differ")
    parser.add_argument("--jobs", type=int, default=6, help="runs at once (6)")
    arguments = parser.parse_args()
    unknown = set(arguments.calls) - set(CALLS)
    if unknown:
        parser.error(f"no call {', '.join(sorted(unknown))}; known: {', '.join(CALLS)}")
    if not PROGRAM.exists() or shutil.which("strace") is None:
        parser.error(f"it needs strace and {PROGRAM}: cargo build --package sluice --package sluice-tools")
    calls = arguments.calls or list(CALLS)
    if arguments.sample:
        work = [(call, [1 + 3 * place % 7]) for place, call in enumerate(calls)]
    else:
        # The numbers end once a run sees none; what fails for good and what hangs follow.
        work = [(call, list(range(1, NUMBER_MAX + 1))) for call in calls]
        work += [(call, ["all", "hang"]) for call in calls]
    began = time.monotonic()
    table, wrong = collections.defaultdict(collections.Counter), []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for call, outcomes, errors in pool.map(lambda one: series(*one), work):
            table[call] += outcomes
            wrong += errors
            for error in errors:
                print(f"WRONG {error}", flush=True)
    names = ["ran on", "ran on with a FAULT", "ended, and started again", "WRONG"]
    print("| call | error | " + " | ".join(names) + " |")
    print("|---|---|" + "---|" * len(names))
    for call in calls:
        if table[call]:
            print(f"| `{call}` | {CALLS[call]} | " + " | ".join(str(table[call][name] or "-") for name in names) + " |")
    total = sum((table[call] for call in calls), collections.Counter())
    print(f"{sum(total.values())} runs with a fault: " + ", ".join(f"{total[name]} {name}" for name in names)
          + f"; {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
