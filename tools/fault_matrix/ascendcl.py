"""Faults of AscendCL's functions: `ASCENDCL_CPU_FAULT` in a build with the feature `faults`."""

import pathlib
import re
import tempfile

import growth
from cases import EACH_AFTER, Fault, chosen
from stations import ROOT, Station, kill, require, stop, work

# An error that costs one call, and no device.
ERROR = "507018"
# These enqueue a task, which fails. `refused` lets the call itself fail.
TASKS = {"aclmdlExecuteAsync", "aclrtMemcpyAsync", "aclrtRecordEvent"}
# So many calls from the first one on fail for good.
FOR_GOOD = 400


def functions():
    """The functions of the ABI."""
    source = (ROOT / "ffi/cpu/src/functions.rs").read_text()
    return sorted(set(re.findall(r"\bacl[A-Za-z0-9]+\b", source)) - {"aclAppLog"})


class EngineFault(Fault):
    """A call of AscendCL that fails. `action` is in the words of `ASCENDCL_CPU_FAULT`."""

    def __init__(self, kind, phase, call, when, action):
        super().__init__(kind, phase, None, call, None, when, action in ("hang", "stuck"), ERROR)
        self.action = action

    def at(self, when):
        return EngineFault(self.kind, self.phase, self.call, when, self.action)

    def environment(self, directory):
        first = int(self.when.rstrip("+"))
        last = first if self.is_single else first + FOR_GOOD
        rules = ",".join(f"{self.call}:{number}:{self.action}" for number in range(first, last + 1))
        return {"ASCENDCL_CPU_FAULT": rules, "ASCENDCL_CPU_FAULT_LOG": str(directory / "trace.txt")}

    def __str__(self):
        return f"{self.kind}, {self.phase}: {self.call}, {self.action}, call {self.when}"


class EngineCensus:
    """How often a run calls each function, before and after READY, and what the station holds."""

    def __init__(self, kind):
        with tempfile.TemporaryDirectory(prefix="sluice-census-") as directory:
            station = Station(kind, pathlib.Path(directory))
            log = station.path / "trace.txt"
            rules = ",".join(f"{name}:*:delay_ms=0" for name in functions() if name != "aclInit")
            station.environment |= {"ASCENDCL_CPU_FAULT": rules, "ASCENDCL_CPU_FAULT_LOG": str(log)}
            process = station.start()
            try:
                require(station.is_ready(process), f"a run without a fault does not start: {station.errors()}")
                self.start = ["aclInit", *log.read_text().split()]
                work(station, process, 3)
                self.held = growth.held(process.pid, station.path)
                require(stop(process, process.pid) == 0, f"a run without a fault: {station.errors()}")
                self.after = log.read_text().split()[len(self.start) - 1:]
            finally:
                kill(process)
                station.close()
            self.files = growth.files(station.path)


def cases(census, kind):
    """Each function fails at its calls, then for good from the first and from the first after READY
    on, then hangs."""
    for name in functions():
        before, after = census.start.count(name), census.after.count(name)
        count = before + after
        if not count:
            continue
        actions = [f"error={ERROR}"] + ([f"refused={ERROR}"] if name in TASKS else [])
        for action in actions:
            whole = EngineFault(kind, "start", name, 1, action)
            numbers = range(1, count + 1) if count <= EACH_AFTER else sorted(
                set(chosen(before)) | {before + number for number in chosen(after)} - {0})
            for number in numbers:
                yield EngineFault(kind, "start" if number <= before else "ready", name, number, action)
            if count <= EACH_AFTER:
                yield whole.at(f"{count + 1}...")
            yield whole.at("1+")
            if before and after:
                yield EngineFault(kind, "ready", name, f"{before + 1}+", action)
        for number in sorted({1, (count + 1) // 2, count} if before else {before + 1, count}):
            for action in ["hang"] + (["stuck"] if name in TASKS else []):
                yield EngineFault(kind, "start" if number <= before else "ready", name, number, action)
