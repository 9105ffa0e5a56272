"""Kinds of station, each in a directory of its own."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from pictures import BAD, GOOD

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = ROOT / "target/debug/sluice"
# A copy without symbols, as it is shipped. The station reads all of itself at its start.
PROGRAM = ROOT / "target/fault_matrix/sluice"
DATA = ROOT / "tests/data/station"
sys.path.append(str(ROOT / "tools/emulated_board"))
import journal  # noqa: E402

# Times of the station, and limits of this tool.
DELAY_S, PULSE_S, GAP_S = 0.5, 0.2, 0.31
READY_S, WORKS_S, STOP_S = 15, 6, 10
REJECT, READY, TRIGGER = 0, 2, 9
SAFE = 0
# The pictures that the simulated camera shows in turn, ten in a second.
FRAMES = [GOOD, GOOD, GOOD, BAD, BAD]
HISTORY = {"directory": "history", "rejects_max": 9, "faults_max": 9, "passes_max": 9, "pass_every": 1, "near_max": 0,
           "size_max_kib": 4096}
CAMERA = {"device": "simulated", "frames": "frames", "width": 160, "height": 144, "format": "bgr24",
          "mode": "free_running", "frames_per_second": 10, "buffers": 4, "exposure_max_ms": 300}
# What each kind has beyond a directory with pictures, a screen that is a file, and a journal.
KINDS = {
    "files": "pictures as files, by inotify",
    "kept": "a history, and pictures that are moved",
    "polled": "pictures found by scans, and deleted",
    "served": "a service manager with its watchdog, a run-time directory, and a command",
    "camera": "a trigger line and a camera, both simulated",
    "device": "AscendCL, memory shared with the CPU",
    "host": "AscendCL, a card with its own memory",
}
# Kinds in which calls of AscendCL fail, and no system calls.
ENGINES = ("device", "host")


class Wrong(Exception):
    """Something that must hold does not."""


def require(condition, what):
    if not condition:
        raise Wrong(what)


class Station:
    """A station's directory, and the station that runs there."""

    def __init__(self, kind, directory):
        self.kind, self.path = kind, directory
        for name in ("parts.onnx", "aipp.cfg"):
            shutil.copy(DATA / name, directory / name)
        for name in ("parts", "done", "frames", "run"):
            (directory / name).mkdir()
        (directory / "station.json").write_text(json.dumps(self._description()))
        for number, content in enumerate(FRAMES):
            (directory / f"frames/{number}.png").write_bytes(content)
        # By the name of a picture, or the number of a trigger: when it was fed, in order.
        self.fed = {}
        self.messages, self.stimulus, self.command, self.command_errors = [], None, None, ""
        self.environment = {"ASCENDCL_CPU_THREADS": "1", "RUST_BACKTRACE": "0"}
        if kind in ENGINES:
            self.environment["ASCENDCL_CPU_RUN_MODE"] = kind
        if kind == "served":
            self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.manager.bind(str(directory / "notify"))
            threading.Thread(target=self._listen, daemon=True).start()
            self.environment |= {"NOTIFY_SOCKET": str(directory / "notify"), "WATCHDOG_USEC": "800000",
                                 "RUNTIME_DIRECTORY": str(directory / "run")}

    def _description(self):
        station = json.loads((DATA / "station.json").read_text())
        station["gate"] |= {"style": "divert", "delay_ms": int(DELAY_S * 1000), "deadline_ms": int(DELAY_S * 1000),
                            "pulse_ms": int(PULSE_S * 1000), "late_max_ms": int(PULSE_S * 1000) - 1, "part_interval_ms": 301}
        station["display"] = {"kind": "png_colour", "file": "screen.png"}
        station["journal"]["stall_ms"] = 1000
        directory = station["source"]["directory"]
        if self.kind == "kept":
            station["history"] = HISTORY
            directory |= {"after": "move", "move_to": "done"}
        elif self.kind == "polled":
            directory |= {"after": "delete", "poll_ms": 50}
        elif self.kind == "served":
            station["engine"]["self_check_ms"] = 200
        elif self.kind in ENGINES:
            station["engine"]["timeout_ms"] = 1500
        elif self.kind == "camera":
            station["source"] = {"camera": CAMERA}
            station["lines"]["stimulus"] = "inputs"
            station["trigger"] = {"offset": TRIGGER, "active": "high", "bias": "pull_down", "debounce_us": 0,
                                  "undecided_max": 4}
        return station

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                self.messages.append((time.monotonic(), self.manager.recv(4096).decode(errors="replace")))

    def start(self, words=()):
        """Starts the station under `words`. Returns the process."""
        self.output = self.path / "output.txt"
        with open(self.output, "wb") as output, open(self.path / "errors.txt", "ab") as errors:
            return subprocess.Popen([*words, PROGRAM, "run", "--station", "station.json"], cwd=self.path, stdout=output,
                                    stderr=errors, stdin=subprocess.DEVNULL, env=os.environ | self.environment,
                                    start_new_session=True)

    def is_ready(self, process):
        """Waits until the station is ready. Returns False if it ends."""
        return self.waited_ready(process, READY_S) is True

    def waited_ready(self, process, limit_s):
        """True once the station is ready, False if it ends, and None if neither comes in time."""
        end = time.monotonic() + limit_s
        while process.poll() is None:
            if b"\nready:" in self.output.read_bytes():
                return True
            if time.monotonic() > end:
                return None
            time.sleep(0.02)
        return False

    def feed(self, name, content):
        """Lets a part come. A camera takes its own picture."""
        if self.kind == "camera":
            if self.stimulus is None:
                with contextlib.suppress(OSError):
                    self.stimulus = os.open(self.path / "inputs", os.O_WRONLY | os.O_NONBLOCK)
            with contextlib.suppress(OSError, TypeError):
                os.write(self.stimulus, f"{TRIGGER} 1\n{TRIGGER} 0\n".encode())
        else:
            beside = self.path / "arriving"
            beside.write_bytes(content)
            beside.rename(self.path / "parts" / name)
        self.fed[name] = time.monotonic()

    def ask(self):
        """Sends a command to the station of the kind that takes one."""
        if self.kind == "served":
            words = [PROGRAM, "mode", "run", "--station", "station.json"]
            with contextlib.suppress(subprocess.TimeoutExpired):
                ended = subprocess.run(words, cwd=self.path, capture_output=True, text=True, timeout=WORKS_S)
                self.command, self.command_errors = ended.returncode, ended.stderr

    def records(self):
        """The records of the journal, which must be sound; a last line may lack its end."""
        text = b"".join(path.read_bytes() for path in sorted(self.path.glob("journal/journal-*.jsonl")))
        found = journal.records(text[:text.rfind(b"\n") + 1])
        journal.chain(found)
        return found

    def parts(self):
        """The record of each part that was inspected, by the name of its picture. With a camera the
        parts have the names of what was fed, in order."""
        parts = [one for one in self.records() if one["kind"] == "part" and one["verdict"]["code"] != "stopping"]
        if self.kind == "camera":
            return dict(zip(self.fed, sorted(parts, key=lambda one: one["part"])))
        return {one["picture"]["name"]: one for one in parts if one["picture"]}

    def is_bad(self, name, part):
        """Whether a part is bad. With a camera the frame of its record says so."""
        if self.kind != "camera":
            return "bad" in name
        words = (part or {}).get("picture") or {}
        number = words.get("name", "").removeprefix("frame ")
        return number.isdigit() and FRAMES[int(number) % len(FRAMES)] is BAD

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

    def wait_parts(self, process, count, limit_s):
        end = time.monotonic() + limit_s
        while len(self.parts()) < count and process.poll() is None and time.monotonic() < end:
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

    def safe_levels(self):
        """The levels of all lines at the end. The guard may need a moment to make them safe."""
        end = time.monotonic() + 3
        while True:
            levels = [self.level(line) for line in range(6)]
            if all(level in (SAFE, None) for level in levels) or time.monotonic() > end:
                return levels
            time.sleep(0.05)

    def lost(self, limit_s=3):
        """What a running station does not do although its kind does: names of functions. It has a
        moment for the last part."""
        end = time.monotonic() + limit_s
        while (lost := self._lost()) and time.monotonic() < end:
            time.sleep(0.1)
        return lost

    def _lost(self):
        recorded = [at_s for name, at_s in self.fed.items() if name in self.parts()]
        if not recorded:
            return []
        last = max(recorded) + time.time() - time.monotonic()

        def is_old(path):
            return not path.exists() or path.stat().st_mtime < last

        does = {"screen": not is_old(self.path / "screen.png")}
        if self.kind in ("kept", "polled"):
            does["pictures moved" if self.kind == "kept" else "pictures deleted"] = (
                len(list((self.path / "parts").iterdir())) <= len(self.fed) - len(recorded))
        if self.kind == "kept":
            does["history"] = len(list(self.path.glob("history/*/part.json"))) >= len(recorded)
        if self.kind == "served":
            late = " ".join(text for at_s, text in self.messages if at_s > max(recorded))
            does["notify"] = all(word in late for word in ("STATUS=READY", "WATCHDOG=1"))
            does["commands"] = self.command == 0
            does["top"] = not is_old(self.path / "run/live.json")
        return [name for name, is_done in does.items() if not is_done]

    def errors(self):
        """The end of what the station wrote to its standard error output."""
        path = self.path / "errors.txt"
        return path.read_text(errors="replace")[-1500:] if path.exists() else ""

    def close(self):
        if self.stimulus is not None:
            os.close(self.stimulus)
            self.stimulus = None
        if self.kind == "served":
            # Ends the thread that listens.
            with contextlib.suppress(OSError):
                self.manager.shutdown(socket.SHUT_RDWR)
            self.manager.close()


def work(station, process, tries, pause_s=0.0, limit_s=WORKS_S):
    """Feeds a good part, a bad one, and good ones until one passes, at most `tries`. `pause_s` is
    how long a fault may hold the station up, `limit_s` how long to wait for a record."""
    station.feed("1-good.png", GOOD)
    time.sleep(GAP_S)
    station.feed("2-bad.png", BAD)
    station.ask()
    station.wait_parts(process, 2, limit_s)
    # A fault may have closed the gate. The station goes on by itself.
    time.sleep(pause_s)
    station.wait_ready(process, limit_s)
    for number in range(3, 3 + tries):
        name = f"{number}-good.png"
        station.feed(name, GOOD)
        station.wait_parts(process, number, limit_s)
        if station.has_passed(name) or process.poll() is not None:
            break
        # The camera shows bad frames as well. Another pause each time meets a good one.
        time.sleep(pause_s + (0.1 * number if station.kind == "camera" else 0))


def stop(process, pid):
    """Asks the station `pid` to end. Returns the exit code of `process`, or minus its signal."""
    if process.poll() is None and pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    try:
        return process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        raise Wrong(f"it did not end within {STOP_S} s after SIGTERM") from None


def kill(process):
    """Ends what is left of a run."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def child(process):
    """The station that strace runs; None once it has ended."""
    path = pathlib.Path(f"/proc/{process}/task/{process}/children")
    words = path.read_text().split() if path.exists() else []
    return int(words[0]) if words else None
