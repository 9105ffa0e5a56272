"""One run of a station with a fault."""

import contextlib
import pathlib
import re
import subprocess
import tempfile
import time

import growth
import judgement
from ascendcl import EngineFault
from calls import HANG_MS
from cases import BEHIND_MAX
from stations import READY_S, WORKS_S, Station, Wrong, child, kill, require, stop, work

# One of so many good parts must pass: the fault may strike the first of them.
TRIES = 3
# nix leaves a descriptor open if `fdopendir` fails, which asks for the flags and the status of the
# directory.
LEAKS = {"fcntl": 1, "newfstatat": 1}
ATTACH_S = 10
# How long a start may take under a fault that lasts.
WAITS_S = 6
# How long to wait for a record that a fault for good may prevent.
GIVES_UP_S = 2


def trial(fault, census):
    """Runs a station with this fault. Returns how often it struck, and the result."""
    with tempfile.TemporaryDirectory(prefix="sluice-fault-") as directory:
        station = Station(fault.kind, pathlib.Path(directory))
        trace = station.path / "trace.txt"
        is_engine = isinstance(fault, EngineFault)
        station.environment |= fault.environment(station.path) if is_engine else {}
        words = [] if is_engine else ["-qq", "-o", trace, "-e", f"trace={fault.call}", "-e", fault.injection()]
        if fault.target is not None:
            for path in {fault.target, str(station.path / fault.target)}:
                words += ["-P", path]
        # strace starts the station, or follows one of its threads later.
        is_traced = fault.is_at_start and not is_engine
        process = station.start(["strace", "-f", "--seccomp-bpf", *words] if is_traced else [])
        tracer = None
        try:
            more, lost = None, []
            waits = fault.is_at_start and (is_engine and fault.is_hang or not fault.is_single)
            is_ready = station.waited_ready(process, WAITS_S if waits else READY_S)
            # A start may wait for what does not come, as long as SIGTERM ends it.
            require(is_ready is not None or waits, f"neither ready nor at its end: {station.errors()}")
            if is_ready:
                pid = child(process.pid) if is_traced else process.pid
                if not fault.is_at_start:
                    tracer = attach(words, pid, fault.thread, station.path)
                tries = 6 if fault.kind == "camera" else TRIES if fault.is_single else 1
                work(station, process, tries, HANG_MS / 1000 if fault.is_hang else 0, WORKS_S if fault.is_single else GIVES_UP_S)
                lost = [] if fault.is_single and fault.is_hang else station.lost()
                struck = struck_in(trace)
                # strace skips a `close` that fails, so that its descriptor stays open.
                allowed = struck if fault.call == "close" else LEAKS.get(fault.call, 0)
                more = growth.extra(pid, station.path, census.held, allowed)
            code = stop(process, child(process.pid) if is_traced else process.pid)
            if tracer is not None:
                tracer.wait(ATTACH_S)
            struck = struck_in(trace)
            return struck, judgement.judge(station, fault, code, struck, census, lost, more)
        finally:
            kill(process)
            if tracer is not None:
                kill(tracer)
            station.close()


def struck_in(trace):
    text = trace.read_text(errors="replace") if trace.exists() else ""
    return text.count("(INJECTED") + text.count("(DELAYED") + len(re.findall(r"(?m)^acl\w+$", text))


def attach(words, pid, thread, directory):
    """Lets strace follow one thread of the station or of its guard. Returns strace."""
    tasks = list(pathlib.Path(f"/proc/{pid}/task").iterdir())
    for guard in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        tasks += pathlib.Path(f"/proc/{guard}/task").iterdir()
    task = next((task for task in tasks if (task / "comm").read_text().strip() == thread), None)
    require(task is not None, f"no thread {thread}")
    tracer = subprocess.Popen(["strace", "-p", task.name, *words], cwd=directory, start_new_session=True,
                              stderr=subprocess.DEVNULL)
    end = time.monotonic() + ATTACH_S
    # A thread of a client may end meanwhile. Then nothing fails.
    with contextlib.suppress(FileNotFoundError):
        while "TracerPid:\t0\n" in (task / "status").read_text():
            require(time.monotonic() < end, "strace does not attach")
            time.sleep(0.005)
    return tracer


def tried(fault, census):
    """Runs a case. Yields the fault and its result, or what was wrong, for each run in which
    something failed. A number with `...` goes on until a run sees none."""
    numbers = [fault.when]
    if fault.when.endswith("..."):
        first = int(fault.when.removesuffix("..."))
        numbers = range(first, first + BEHIND_MAX)
    for number in numbers:
        one = fault.at(number)
        try:
            struck, result = trial(one, census)
        except (Wrong, judgement.Damaged, subprocess.TimeoutExpired) as error:
            yield one, error
            continue
        if not struck:
            return
        yield one, result
