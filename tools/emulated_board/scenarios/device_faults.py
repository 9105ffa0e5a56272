"""Calls on the lines, the camera, the display and the watchdog fail once, then for good, then hang.
No bad part passes, and the station works again afterwards. DEVICE_FAULTS=all tries every case;
otherwise it is a sample."""

import os
import re
import time
from board import FAULT, READY, REJECT
from production import Production, require

# The threads that call devices, the calls, and an error for each.
ERRORS = {"ioctl": "EIO", "read": "EIO", "write": "EIO", "poll": "ENOMEM", "ppoll": "ENOMEM"}
DEVICE = re.compile(r"^(/dev/(gpio|video|spidev|i2c|watchdog)\w*(\.\d+)?|anon_inode:gpio\S*)$")
HANG_MS = 1500
SAMPLE = 2
# How long the station may take to be ready again by itself. It opens a camera again within it.
RECOVERS_S = 15
# Parts at which the calls are counted, and those of each case: the fault strikes at the first ones.
COUNTED, STRUCK, AFTER = 2, 2, 2


def run(board, production):
    counted = _census(board, production)
    cases = list(_cases(counted))
    # The last ones are quick: a camera is opened again, and a line that failed waits for a start.
    sample = cases[::-1][::max(1, len(cases) // SAMPLE)][:SAMPLE]
    tried = cases if os.environ.get("DEVICE_FAULTS") == "all" else sample
    print(f"  {len(cases)} cases of {len(counted)} places, {len(tried)} tried: "
          + ", ".join(f"{thread} {call} {target}: {count}" for (thread, call, target), count in counted.items()))
    outcomes = {}
    for case in tried:
        outcome = _try(board, production, *case)
        outcomes.setdefault(outcome, []).append(case)
        print(f"  {' '.join(map(str, case))}: {outcome}", flush=True)
    print(f"  {len(tried)} cases: " + ", ".join(f"{len(found)} {outcome}" for outcome, found in outcomes.items()))


def _census(board, production):
    """How often each thread calls each device while parts come."""
    production.ready()
    words = ",".join(ERRORS)
    _strace(board, f"-f -Y -y -p {board.station.process()} -e trace={words}")
    production.parts(COUNTED)
    production.settle()
    _end_strace(board)
    text = board.guest.do("sed -nE 's/^[0-9]+<([^>]*)> +(\\w+)\\((\\[\\{fd=)?[0-9]+<(\\S+)>.*/\\1 \\2 \\4/p' /tmp/calls.txt"
                          " | sort | uniq -c", 60)
    counted = {}
    for line in text.splitlines():
        count, thread, call, target = line.split(maxsplit=3)
        if DEVICE.match(target):
            counted[thread, call, target] = counted.get((thread, call, target), 0) + int(count)
    require(counted, f"no call on a device was seen: {text[:500]}")
    return counted


def _cases(counted):
    for (thread, call, target), count in counted.items():
        for number in sorted({number for number in (1, 2, 3, count // 2, count) if 0 < number <= count}):
            yield thread, call, target, f"error={ERRORS[call]}", str(number)
        yield thread, call, target, f"error={ERRORS[call]}", "1+"
        yield thread, call, target, f"delay_enter={HANG_MS}ms", "1"


def _strace(board, words):
    """Starts strace on the board, in its own session, and waits until it follows the thread."""
    # The shell must not count it among its jobs.
    board.guest.do("rm -f /tmp/calls.txt; (setsid strace -o /tmp/calls.txt "
                   f"{words} < /dev/null > /tmp/strace.txt 2>&1 &)")
    task = re.search(r"-p (\d+)", words)[1]
    board.station.wait_until(f"! grep -q 'TracerPid:.0$' /proc/{task}/status", 20, "strace")


def _end_strace(board):
    board.guest.ask("kill $(pidof strace)")
    board.station.wait_until("! pidof strace", 20, "the end of strace")


def _thread(board, name):
    process = board.station.process()
    found = board.guest.do(f"grep -lx '{name}' /proc/{process}/task/*/comm").split()
    return found[0].split("/")[4]


def _try(board, production, thread, call, target, action, when):
    case = f"{thread} {call} {target} {action} {when}"
    production.ready()
    before, process, said = len(board.station.records()), board.station.process(), len(board.station.log())
    struck = Production(board, board.camera, production.pictures)
    _strace(board, f"-qq -p {_thread(board, thread)} -e trace={call} -P '{target}' -e inject={call}:{action}:when={when}")
    for number in range(STRUCK):
        board.camera.show(number)
        struck.edge()
        struck.shown[-1] = number
        time.sleep(struck.hold_s)
    struck.settle()
    _end_strace(board)
    strikes = int(board.guest.ask("grep -cE 'INJECTED|DELAYED' /tmp/calls.txt")[1] or 0)
    for at, number in zip(struck.triggers, struck.shown):
        moves = [time_s for time_s, level in board.lines.changes(REJECT, at + struck.delay_s - struck.pulse_s / 2,
                                                                  at + struck.delay_s + struck.pulse_s) if level]
        require(not (moves and struck.pictures.is_bad[number]), f"{case}: the gate opened for a bad part")
    # A line that failed closes the gate until the next start.
    is_closed = board.lines.wait(READY, 1, RECOVERS_S) is None
    if is_closed:
        require(board.lines.level(FAULT) == 0, f"{case}: neither ready nor in fault: {board.station.log()[-800:]}")
        require("cannot be driven" in board.station.log()[said:], f"{case}: closed, and nothing was said")
        board.station.kill()
        production.ready()
    records = board.station.records()[before:]
    parts = [one for one in records if one["kind"] == "part"]
    passed = [one for one in parts if one["gate"]["outcome"] == "passed"]
    require(all(one["verdict"]["kind"] == "PASS" for one in passed), f"{case}: {passed}")
    openings = [at for at, level in board.lines.changes(REJECT, struck.triggers[0]) if level]
    require(len(openings) <= len(passed), f"{case}: {len(openings)} openings, {len(passed)} passed")
    seen = len(board.station.records())
    after = Production(board, board.camera, production.pictures)
    after.parts(AFTER)
    after.settle()
    counts, _ = after.judge(board.station.records()[seen:])
    require(counts["PASS"] >= 1 and counts["REJECT"] >= 1, f"{case}: afterwards {counts}")
    if not strikes:
        return "no such call"
    if is_closed:
        return "closed until the next start"
    if board.station.process() != process:
        return "ended, and started again"
    good = [one["verdict"]["kind"] for one in parts]
    return "ran on" if good == ["PASS", "REJECT"] or good == ["REJECT", "PASS"] else "ran on, with parts rejected"
