"""The disk is full: no part passes without a record. Once there is space, the station continues."""

import time
import journal
from board import READY, REJECT
from production import Production, require


def run(board, production):
    before = len(board.station.records())
    triggered = len(production.triggers)
    production.ready()
    # The space reserved for root too.
    board.guest.do("dd if=/dev/zero of=/disk/filler bs=64k 2> /dev/null; dd if=/dev/zero of=/disk/filler2 bs=1k 2> "
                   "/dev/null; true", timeout_s=120)
    began = time.monotonic()
    # The last block of the journal has space for a few more records.
    while board.lines.level(READY) or board.lines.level(REJECT):
        require(time.monotonic() - began < 60, "the station stays ready on a full disk")
        production.edge()
        time.sleep(production.hold_s)
    full = time.monotonic()
    for _ in range(2):
        production.edge()
        time.sleep(0.3)
    time.sleep(production.delay_s + production.pulse_s)
    late = production.delay_s + production.pulse_s
    require(not [at for at, level in board.lines.changes(REJECT, full + late) if level], "a part passed without a record")
    require(production.is_in_fault(), "the fault line does not say that the journal cannot be written")
    board.guest.do("rm /disk/filler /disk/filler2; sync")
    again = Production(board, board.camera, production.pictures)
    again.ready()
    between = board.station.records()[before:]
    again.parts(2)
    again.settle()
    records = board.station.records()[before:]
    counts, _ = again.judge(records[len(between):])
    require(counts["PASS"] == counts["REJECT"] == 1, f"with space again: {counts}")
    triggers = len(production.triggers) - triggered
    recorded = len(journal.parts(between)) + sum(one["triggers"] for one in between if one["kind"] == "missed")
    require(recorded == triggers, f"{triggers} triggers around the full disk, {recorded} in the journal")
    print(f"  {triggers} triggers around the full disk, all in the journal; afterwards {counts}")
