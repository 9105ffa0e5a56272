"""The power of the disk fails at seeded writes while parts come. What was not flushed is lost in
any order. No record that the station acknowledged is missing. POWER_CUTS says how often; 3 times
otherwise."""

import os
import random
import time
import journal
from board import REJECT
from production import Production, require

# Parts that may pass before their records are written (docs/journal.md), and one on its way. Those
# that passed longer ago than `journal.stall_ms` and a turn have records. An emulated processor
# needs more for a turn.
UNRECORDED_MAX, RECORDED_S = 17, 1.5
# A station that writes nothing would never meet its cut.
CUT_MAX_S = 120
# The disk gets so many writes before a cut at most. A record costs about six with ext4's own log.
WRITES_MAX = 60


def run(board, production):
    count = int(os.environ.get("POWER_CUTS", 3))
    chance = random.Random(1)
    worst = recovered = 0
    known = board.station.records()
    for number in range(count):
        production.ready()
        began, before = time.monotonic(), board.disk.unflushed
        board.disk.cut_after(chance.randint(1, WRITES_MAX))
        while not board.disk.is_cut.is_set():
            production.edge()
            board.disk.is_cut.wait(chance.uniform(0.0, 0.1))
            require(time.monotonic() - began < CUT_MAX_S, f"cut {number}: the station wrote too little")
        # The station, its guard and the service lose their power too, as soon as the console can.
        board.guest.ask("touch /tmp/stopped; kill -9 $(cat /tmp/station.pid)")
        dead = time.monotonic()
        board.station.wait_until("[ -e /tmp/service.over ]", 30, "the end of the service")
        passed = [at for at, level in board.lines.changes(REJECT, began) if level and at < dead]
        # The kernel still has the pages of before, and the file system has given up.
        board.guest.do("umount /disk; blockdev --flushbufs /dev/vda; echo 3 > /proc/sys/vm/drop_caches")
        board.disk.switch_on()
        board.guest.do("mount -t ext4 /dev/vda /disk")
        board.station.start()
        Production(board, None, production.pictures).ready()
        found = board.station.records()
        require(found[:len(known)] == known, f"cut {number}: records from before the last start are missing")
        news = found[len(known):]
        journal.chain(found)
        # A part that was under way has no record, and its number may be given again, unless a later
        # part has one.
        last = max(journal.parts(known), default=0)
        fresh = sorted(journal.parts(news))
        require(all(one > last for one in fresh), f"cut {number}: parts {fresh} after part {last}")
        journal.parts(found)
        recovered += sum(one["kind"] == "recovered" for one in news)
        recorded = sum(one["kind"] == "part" and one["gate"]["outcome"] == "passed" for one in news)
        unrecorded = len(passed) - recorded
        worst = max(worst, unrecorded)
        old = sum(at < board.disk.cut_at - RECORDED_S for at in passed)
        require(recorded >= old, f"cut {number}: {old} parts passed long before, {recorded} are recorded")
        require(unrecorded <= UNRECORDED_MAX, f"cut {number}: {len(passed)} parts passed, {recorded} of them recorded")
        known = found
        print(f"  cut {number}: {board.disk.unflushed - before} sectors not flushed; {len(fresh)} new parts recorded; "
              f"{unrecorded} passed without a record", flush=True)
    print(f"  {count} cuts, {board.disk.unflushed} sectors not flushed, {board.disk.lost} of them lost or old; {len(known)} "
          f"records whole, {recovered} incomplete lines removed; at most {worst} parts passed without a record")
    production.triggers.clear()
