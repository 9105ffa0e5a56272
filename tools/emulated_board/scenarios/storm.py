"""A storm: far more triggers than the station can take. Each one is counted, a few perhaps
twice, and no uninspected part passes. Afterwards the station works as before."""

import time
import journal
from board import REJECT, TRIGGER
from production import Production, require

EDGES = 100
# Faster than any machine inspects a part on the emulated processor.
HALF_S = 0.01
# A busy kernel reads the level of an edge late. Two edges to the active level then count as two
# parts, since the edge between them may have been lost.
LATE_LEVELS_MAX = EDGES // 10


def run(board, production):
    before = len(board.station.records())
    production.ready()
    began = time.monotonic()
    for _ in range(EDGES):
        board.lines.pulse(TRIGGER, HALF_S)
        time.sleep(HALF_S)
    took_s = time.monotonic() - began
    time.sleep(production.delay_s + production.pulse_s + 1)
    records = board.station.records()[before:]
    parts = journal.parts(records).values()
    unnumbered = sum(one["triggers"] for one in records if one["kind"] == "missed")
    missed = [one for one in parts if one["verdict"]["code"] == "missed"]
    inspected = [one for one in parts if one["verdict"]["kind"] in ("PASS", "REJECT")]
    passed = [one for one in parts if one["gate"]["outcome"] == "passed"]
    openings = [at for at, level in board.lines.changes(REJECT, began) if level]
    # Lost edges count as the most triggers that they can have been. A busy host loses some.
    lost = sum(one["lost"] for one in records if one["kind"] == "missed")
    require(EDGES <= len(parts) + unnumbered <= EDGES + lost + LATE_LEVELS_MAX,
            f"{EDGES} triggers, but {len(parts)} records and {unnumbered} counted without one, {lost} of them by lost edges")
    require(len(missed) + unnumbered > EDGES / 4, f"such a storm should make more than {len(missed)} missed triggers")
    require(len(openings) <= len(passed), f"the gate opened {len(openings)} times for {len(passed)} parts that passed")
    require(all(one["verdict"]["kind"] == "PASS" for one in passed), "a part passed without its verdict")
    # The same program still works.
    after = len(board.station.records())
    again = Production(board, production.camera, production.pictures)
    again.parts(2)
    again.settle()
    counts, _ = again.judge(board.station.records()[after:])
    require(counts["PASS"] == counts["REJECT"] == 1, f"after the storm: {counts}")
    print(f"  {EDGES} triggers in {took_s:.1f} s: {len(inspected)} inspected, {len(missed)} missed with a record, "
          f"{unnumbered} counted together, {len(parts) - len(inspected) - len(missed)} other faults")
