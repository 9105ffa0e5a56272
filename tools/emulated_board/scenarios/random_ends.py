"""Kills the station (SIGKILL) and suspends it (SIGSTOP, SIGCONT) at seeded moments while defective
parts come. The gate never opens, no number is given twice, and every part that was decided some
time before has its record. KILLS and STOPS say how often, once each otherwise; SEED chooses the
moments."""

import os
import random
import time
import journal
from board import REJECT
from production import Production, require

# A part that passed the gate this long before a kill has a record. An emulated processor needs
# more than `journal.stall_ms`.
RECORDED_S = 1.5
# How long the station is suspended. Beyond its limit for a stall the guard makes the lines safe.
STOPPED_S = (0.05, 3.0)
# After so many ends a good part must pass.
GOOD_EVERY = 10


def run(board, production):
    kills, stops = (int(os.environ.get(name, 1)) for name in ("KILLS", "STOPS"))
    ends = ["kill"] * kills + ["stop"] * stops
    chance = random.Random(int(os.environ.get("SEED", 1)))
    chance.shuffle(ends)
    good = production.pictures.is_bad.index(False)
    bad = production.pictures.is_bad.index(True)
    triggers = unrecorded = longest_s = 0
    known = board.station.records()
    for number, end in enumerate(ends):
        name = f"{end} {number}"
        production.camera.show(bad)
        production.ready()
        # A frame of the picture before may still be on its way.
        time.sleep(production.hold_s)
        began = time.monotonic()
        until = began + chance.uniform(0, 4 * production.delay_s)
        edges = []
        while time.monotonic() < until:
            edges.append(production.edge())
            time.sleep(chance.uniform(0, 0.5))
        ended = time.monotonic()
        if end == "kill":
            old = board.station.process()
            board.station.kill()
            board.station.wait_until(f"[ $(cat /tmp/station.pid) != {old} ]", 30, f"{name}: the next start")
        else:
            board.guest.do("kill -STOP $(cat /tmp/station.pid)")
            time.sleep(chance.uniform(*STOPPED_S))
            board.guest.do("kill -CONT $(cat /tmp/station.pid)")
        production.ready()
        longest_s = max(longest_s, time.monotonic() - ended)
        production.settle()
        opened = [at for at, level in board.lines.changes(REJECT, began) if level == production.opens]
        require(not opened, f"{name}: the gate opened {len(opened)} times for defective parts")
        found = board.station.records()
        require(found[:len(known)] == known, f"{name}: records from before are missing")
        # Fails on a repeated number.
        journal.parts(found)
        fresh = len(journal.parts(found[len(known):]))
        require(fresh <= len(edges), f"{name}: {len(edges)} triggers, {fresh} records of parts")
        missing = len(edges) - fresh
        # Whether it was suspended for so long that it was ended, its start tells.
        is_alive = not any(one["kind"] == "start" for one in found[len(known):])
        late_s = production.delay_s + production.pulse_s + RECORDED_S
        under_way = 0 if is_alive else sum(at > ended - late_s for at in edges)
        require(missing <= under_way, f"{name}: {missing} records are missing, {under_way} parts were under way")
        triggers, unrecorded, known = triggers + len(edges), max(unrecorded, missing), found
        if number % GOOD_EVERY == 0:
            again = Production(board, production.camera, production.pictures)
            again.part(good)
            again.settle()
            known = board.station.records()
            counts, _ = again.judge(known[len(found):])
            require(counts["PASS"] == 1, f"{name}: the good part afterwards: {counts}")
            print(f"  {number + 1} of {len(ends)}", flush=True)
        production.triggers.clear()
    print(f"  {kills} kills, {stops} stops, {triggers} triggers: the gate never opened; {len(known)} records whole; at most "
          f"{unrecorded} parts under way at a kill have none; ready again within {longest_s:.1f} s")
