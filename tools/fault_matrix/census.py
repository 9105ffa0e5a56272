"""A run without a fault: which calls each thread makes, on what, and what the station holds."""

import collections
import pathlib
import re
import tempfile
import time

import growth
from stations import DELAY_S, Station, Wrong, child, kill, require, stop, work

# A line of strace: process, its name, time, call, arguments.
LINE = re.compile(r"^\d+<(.*?)> +([\d.]+) (\w+)\((.*)")
# The first descriptor or path among the arguments.
TARGET = re.compile(r'^(?:AT_FDCWD(?:<[^>]*>)?, )?(?:\d+<(.*?)>[,) ]|"(.*?)"|\[?\{fd=\d+<(.*?)>)')
# What can be named for a call to fail on: a path, or a kind of descriptor.
NAMED = re.compile(r"^(\.|/|[\w.-]+(/|$)|anon_inode:)")

Call = collections.namedtuple("Call", "thread at_s name target")


class Census:
    """The calls of a station of one kind before and after it is ready, and what it holds."""

    def __init__(self, kind):
        # A busy machine may make the parts late.
        for tries in range(3, 0, -1):
            try:
                return self._count(kind)
            except Wrong:
                if tries == 1:
                    raise

    def _count(self, kind):
        with tempfile.TemporaryDirectory(prefix="sluice-census-") as directory:
            station = Station(kind, pathlib.Path(directory))
            trace = station.path / "trace.txt"
            process = station.start(["strace", "-f", "-qq", "-yy", "-Y", "-ttt", "-s", "200", "-o", trace])
            try:
                require(station.is_ready(process), f"a run without a fault does not start: {station.errors()}")
                work(station, process, 6)
                require(not (lost := station.lost()), f"without a fault it lacks {lost}")
                self.held = growth.held(child(process.pid), station.path)
                require(stop(process, child(process.pid)) == 0, f"a run without a fault: {station.errors()}")
            finally:
                kill(process)
                station.close()
            require(any(station.has_passed(name) for name in list(station.fed)[2:]), "without a fault nothing passes")
            self.files = growth.files(station.path)
            shift_s = time.time() - time.monotonic()
            self.bad_s = list(station.fed.values())[1] + shift_s
            self.gate_s = self.bad_s + DELAY_S
            self._read(trace, station.path)

    def _read(self, trace, directory):
        self.start, self.after, is_ready = [], [], False
        for line in trace.read_text(errors="replace").splitlines():
            found = LINE.match(line)
            if found is None:
                continue
            thread, at_s, name, rest = found.groups()
            is_ready = is_ready or name == "write" and '"ready:' in rest
            target = TARGET.match(rest)
            target = next((text for text in target.groups() if text), "") if target else ""
            target = re.sub(r"\(deleted\)$|<.*", "", target).replace(f"{directory}/", "").replace(str(directory), ".")
            (self.after if is_ready else self.start).append(Call(thread, float(at_s), name, target))


def is_named(target):
    """Whether strace can pick the calls on this target in another run, where numbers differ."""
    return NAMED.match(target) is not None and not re.search(r"\d{5}|/proc/\d", target)
