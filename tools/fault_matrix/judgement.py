"""What must hold after a run with a fault."""

import collections
import errno
import os
import re

import calls
import growth
from pictures import GOOD
from stations import DELAY_S, PULSE_S, REJECT, SAFE, WORKS_S, kill, require, stop
from journal import Damaged  # noqa: F401 (stations names its folder)

NOT_LOADED = "error while loading shared libraries"
# Where the words of nix for an error differ from those of the C library.
WORDS = {"EIO": "I/O error", "ENOMEM": "Out of memory", "EAGAIN": "Try again", "EBADF": "Bad file number",
         "ENOLCK": "No record locks available", "E2BIG": "Argument list too long"}
# Rust's own library panics if a directory cannot be closed, which no file system of Linux reports.
DIRECTORY = "unexpected error during closedir"
# A file whose place is not as usual, and the socket of a station that could not remove it: the next
# start does.
LEFT = {"journal/inspected", "journal/commands"}
# How a run ends.
OUTCOMES = ("ran on", "ran on with a FAULT", "ended, and started again")
Result = collections.namedtuple("Result", "outcome lost said")


def judge(station, fault, code, struck, normal, lost, more):
    """Checks a run. `code` is the exit code, `normal` a run without a fault, `lost` the functions
    that the station lacked, `more` what it held beyond that run. Returns how it took the fault,
    what it lost, and where it said so."""
    errors = station.errors()
    # Before the program begins, and without memory, the station cannot choose its end.
    is_free = NOT_LOADED in errors and code == 127 or fault.call in calls.WITHOUT_MEMORY or DIRECTORY in errors
    require(is_free or "panicked" not in errors, f"it panicked: {errors}")
    require(is_free or code in (0, 3, 4, 5), f"exit code {code}: {errors}")
    parts = station.parts()
    _gate(station, fault, parts, errors)
    if code == 0 and len(station.fed) > 2:
        result = _ran_on(station, fault, struck, parts, lost)
        require(more is None, f"it holds more than without a fault: {more}")
        # A file that was being replaced stays beside the old one until it is replaced again.
        left = {name for name in growth.files(station.path) - normal.files - LEFT if not name.endswith(".part")}
        require(not left, f"it leaves {sorted(left)}")
        return result
    said = _said(station, fault, [errors])
    require(is_free or code == 0 or errors.strip() or fault.call in ("write", "clone3"), f"exit code {code} without a message")
    _next_start(station)
    return Result(OUTCOMES[2], [], said)


def _gate(station, fault, parts, errors):
    for name, part in parts.items():
        require(not station.is_bad(name, part) or part["gate"]["outcome"] != "passed", f"{name} passed: {part}")
        require(part["verdict"]["kind"] == "PASS" or part["gate"]["outcome"] != "passed", f"{name} passed: {part}")
    # Without this thread, or its writes, the file of the simulated lines ends early.
    is_cut = "starting the thread keeper" in errors or "lines.timeline: " in errors
    if station.kind != "camera" and not is_cut:
        for name, at_s in station.fed.items():
            if "bad" in name:
                level = station.level(REJECT, at_s + DELAY_S + PULSE_S / 2)
                require(level in (SAFE, None), f"the gate was open for {name}")
    if not is_cut:
        levels = station.safe_levels()
        require(all(level in (SAFE, None) for level in levels), f"the lines are not safe: {levels}")


def _ran_on(station, fault, struck, parts, lost):
    errors = station.errors()
    missing = set(station.fed) - set(parts)
    require(not missing or not fault.is_single, f"no record of {sorted(missing)}: {errors}")
    faults = [parts[name] for name in parts if parts[name]["verdict"]["kind"] == "FAULT"]
    if fault.is_single and struck:
        last = list(station.fed)[-1]
        require(station.has_passed(last), f"{last}: {parts[last]['verdict']} {parts[last]['gate']}: {errors}")
    details = [part["verdict"]["detail"] or part["verdict"]["code"] for part in faults]
    # A command that fails says so itself.
    said = _said(station, fault, [errors, station.command_errors])
    if faults:
        require(all(details), f"a FAULT without its cause: {faults}")
        said = "journal" if any(names_error(fault, text) for text in details) else said or "journal, no error"
    elif lost or missing:
        # strace does not close what it lets fail, so the client of a command waits.
        require(said or fault.call == "close", f"lost {lost}, no record of {sorted(missing)}, and nothing was said")
    return Result(OUTCOMES[1] if faults else OUTCOMES[0], lost, said)


def names_error(fault, text):
    """Whether a message names the error that was injected."""
    if fault.error is None or fault.error.isdigit():
        return fault.error is not None and fault.error in text
    number = getattr(errno, fault.error)
    return re.search(rf"\b{fault.error}\b|os error {number}\b", text) is not None or any(
        words in text for words in (os.strerror(number), WORDS.get(fault.error, os.strerror(number))))


def _said(station, fault, texts):
    """Where the error is named, or `errors, no error` if there is another message."""
    for text in texts:
        if names_error(fault, text):
            return "errors"
    return "errors, no error" if any(text.strip() for text in texts) else ""


def _next_start(station):
    """The next start lets a good part pass."""
    station.close()
    before = list(station.fed)
    for name in ("ASCENDCL_CPU_FAULT", "ASCENDCL_CPU_FAULT_LOG"):
        station.environment.pop(name, None)
    again = station.start()
    try:
        require(station.is_ready(again), f"it does not start again: {station.errors()}")
        known = len(station.parts()) if station.kind == "camera" else len(set(station.parts()) | set(before))
        passed = 0
        for number in range(6):
            name = f"again-{number}-good.png"
            station.feed(name, GOOD)
            station.wait_parts(again, known + 1 + number, WORKS_S)
            passed = sum(one["gate"]["outcome"] == "passed" and (station.kind == "camera" or "again" in name)
                         for name, one in station.parts().items())
            if passed:
                break
        require(passed, f"after the next start nothing passes: {station.errors()}")
        require(stop(again, again.pid) == 0, f"the next start does not end in order: {station.errors()}")
    finally:
        kill(again)
