#!/usr/bin/env python3
"""Lets each system call of the station fail, and checks what the station does about it.

    cargo build --package sluice --package ascendcl-so --features ascendcl-so/faults
    tools/fault_matrix/run.py                    all cases
    tools/fault_matrix/run.py --kind camera      those of one kind of station
    tools/fault_matrix/run.py write fdatasync    those of these calls
    tools/fault_matrix/run.py --sample           a case of each call and thread, and others
    tools/fault_matrix/run.py --list             only prints the cases

A run without a fault of each kind of station shows which calls each thread makes, and on what. From
them come the cases:

  * at the start: the 1st call of each thread fails, then the 2nd, and so on until a run sees none;
    then each call from the first on;
  * from READY on, and in one thread: the 1st call fails, then the 2nd, and so on until a run sees
    none; then each call from the first on, and each from the middle of a part on;
  * calls that are made more often, by what they are on: the first, second, middle and last;
  * hangs: the first and the middle call on each thing that can block;
  * calls of AscendCL, on the CPU: each number up to the last, for good, and hangs.

Each run is the station's own program, followed by strace (Debian: strace), which makes the calls
fail. It gets a good picture, a bad one and a good one. What must hold:

  * While the bad part is at the gate, the gate is closed.
  * The station ends in order, or with an exit code of its own and a message. All lines are safe.
  * The journal has no damaged line, and each line follows the one before.
  * If the station ran on to its end, each picture has its record. After a single failure a later
    good part passes. It holds no more descriptors, threads and memory than without the fault, and
    leaves no other files.
  * A FAULT has its cause in the journal; a function that was lost is named on standard error.
  * If it ended early, its next start lets a good part pass.
"""

import argparse
import collections
import concurrent.futures
import os
import shutil
import subprocess
import sys
import time

import ascendcl
import cases
from ascendcl import EngineCensus
from calls import CALLS, NOT_TRIED
from census import Census
from judgement import OUTCOMES, Result
from stations import BUILT, ENGINES, KINDS, PROGRAM
from trial import tried

COLUMNS = (*OUTCOMES, "WRONG")
# In at least this share of the cases something failed. In some a call that depends on time is not
# made again.
STRUCK_SHARE_MIN = 0.75


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls", nargs="*", help="names of system calls; all if none is given")
    parser.add_argument("--kind", choices=KINDS, action="append", help="a kind of station; may be repeated")
    parser.add_argument("--phase", choices=("start", "ready", "part"), help="only these cases")
    parser.add_argument("--sample", action="store_true", help="a case of each call and thread, and others")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th case")
    parser.add_argument("--list", action="store_true", help="print the cases, and run none")
    parser.add_argument("--log", help="a file for the result of each run")
    parser.add_argument("--jobs", type=int, default=6, help="runs at once (6)")
    arguments = parser.parse_args()
    unknown = set(arguments.calls) - set(CALLS) - set(ascendcl.functions())
    if unknown:
        parser.error(f"no call {', '.join(sorted(unknown))}; known: {', '.join(CALLS)} and those of AscendCL")
    if not BUILT.exists() or shutil.which("strace") is None:
        parser.error(f"it needs strace and {BUILT}: cargo build, as above")
    PROGRAM.parent.mkdir(exist_ok=True)
    # Another run of this tool may be using the copy.
    new = PROGRAM.with_suffix(f".{os.getpid()}")
    subprocess.run(["strip", "-o", new, BUILT], check=True)
    new.replace(PROGRAM)
    began = time.monotonic()
    # A kind does not repeat what an earlier one has, whether that one is tried now or not.
    kinds = list(KINDS)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        censuses = dict(zip(kinds, pool.map(lambda kind: (EngineCensus if kind in ENGINES else Census)(kind), kinds)))
        work = [case for case in planned(censuses) if chosen(case, arguments)][::arguments.every]
        if arguments.sample:
            work = sample(work)
        print(f"{len(work)} cases of {len({case.kind for case in work})} kinds of station; "
              f"{sum(len(one.start) + len(one.after) for one in censuses.values())} calls counted", flush=True)
        if not work:
            parser.error("no case is left of those that were chosen")
        if arguments.list:
            print("\n".join(map(str, work)))
            return 0
        found, struck, log = [], 0, open(arguments.log, "w") if arguments.log else None
        for results in pool.map(lambda case: list(tried(case, censuses[case.kind])), work):
            struck += bool(results)
            for fault, result in results:
                found.append((fault, result))
                if not isinstance(result, Result):
                    print(f"WRONG {fault}: {result}", flush=True)
                if log:
                    print(f"{fault}: {result}", file=log, flush=True)
    report(found)
    print(f"{len(work)} cases, {struck} of which struck; {time.monotonic() - began:.0f} s")
    if struck < STRUCK_SHARE_MIN * len(work):
        print(f"WRONG: in fewer than {STRUCK_SHARE_MIN:.0%} of the cases did anything fail")
        return 1
    return 1 if any(not isinstance(result, Result) for _, result in found) else 0


def planned(censuses):
    """The cases of all kinds. A kind does not repeat what an earlier one has."""
    known = set()
    for kind, census in censuses.items():
        if kind in ENGINES:
            yield from ascendcl.cases(census, kind)
            continue
        left_out = {call.name for call in census.start + census.after} - set(CALLS) - NOT_TRIED
        if left_out:
            print(f"WRONG: {kind} makes calls that calls.py does not know: {', '.join(sorted(left_out))}")
            sys.exit(1)
        yield from cases.at_start(census, kind, known)
        yield from cases.after_ready(census, kind, known)


def chosen(case, arguments):
    is_kind = not arguments.kind or case.kind in arguments.kind
    return is_kind and (not arguments.calls or case.call in arguments.calls) and arguments.phase in (None, case.phase)


def sample(work):
    """A case of each system call and of each thread, and some of AscendCL; numbers differ."""
    groups = collections.defaultdict(list)
    for place, case in enumerate(work):
        if case.kind in ENGINES:
            groups[case.kind, place % 3].append(case)
        elif case.is_hang:
            groups["hang", place % 3].append(case)
        elif (case.phase, case.thread, case.call) == ("part", "intake", "read"):
            # No event of a new picture can be read.
            groups["events"].append(case)
        else:
            groups[case.call if case.is_at_start else case.thread].append(case)
    return [group[7 * place % len(group)] for place, group in enumerate(groups.values())]


def report(found):
    """Prints the tables: by call, by phase and kind, and where faults were named."""
    _table("call | error", found, lambda fault: f"`{fault.call}` | {CALLS.get(fault.call, ascendcl.ERROR)}",
           list(CALLS) + ascendcl.functions())
    print()
    phases = ("start", "ready", "part")
    _table("kind of station | fails", found, lambda fault: f"{fault.kind} | {_how(fault)}",
           [f"{kind} | {how}" for kind in KINDS for phase in phases for how in
            (f"once, {phase}", f"for good, {phase}", f"hangs, {phase}")])
    print()
    print("| what it cost | journal names the error | standard error does | a message without it | nothing |")
    print("|---|---|---|---|---|")
    costs = collections.defaultdict(collections.Counter)
    for _, result in found:
        if isinstance(result, Result):
            what = result.outcome if not result.lost else f"{result.outcome}, without {', '.join(result.lost)}"
            costs[what][result.said.replace("errors, no error", "-").replace("journal, no error", "-")] += 1
    for what, said in sorted(costs.items()):
        print(f"| {what} | " + " | ".join(str(said[key] or "-") for key in ("journal", "errors", "-", "")) + " |")


def _how(fault):
    return f"{'hangs' if fault.is_hang else 'once' if fault.is_single else 'for good'}, {fault.phase}"


def _table(heading, found, key, order):
    rows = collections.defaultdict(collections.Counter)
    for fault, result in found:
        rows[key(fault)][result.outcome if isinstance(result, Result) else "WRONG"] += 1
    print(f"| {heading} | " + " | ".join(COLUMNS) + " |")
    print("|" + "---|" * (len(COLUMNS) + 2))
    place = {name: number for number, name in enumerate(order)}
    for name in sorted(rows, key=lambda name: place.get(name.split("`")[1] if "`" in name else name, 999)):
        print(f"| {name} | " + " | ".join(str(rows[name][column] or "-") for column in COLUMNS) + " |")
    total = sum(rows.values(), collections.Counter())
    print(f"| all, {sum(total.values())} runs | | " + " | ".join(str(total[column] or "-") for column in COLUMNS) + " |")


if __name__ == "__main__":
    sys.exit(main())
