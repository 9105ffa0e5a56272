"""Kernel 5.10 with both versions of the GPIO interface: every output agrees with the journal."""

import journal
from board import READY
from production import Production, require

PARTS = 12
PASS, BUSY, ALIVE = 4, 5, 6


def run(board, production):
    for abi in ("v2", "v1"):
        board.station.stop()
        board.station.start(f"SLUICE_GPIO_ABI={abi}")
        before = len(board.station.records())
        line = Production(board, None, production.pictures)
        line.ready()
        require(f"GPIO interface {abi}" in board.station.log().rsplit("the service:", 1)[-1], f"it does not use {abi}")
        began = None
        for number in range(PARTS):
            line.ready()
            # The camera makes five frames a second, each with the next picture.
            at = line.edge()
            began = began or at
            require(board.lines.wait(BUSY, 1, 2) is not None, "BUSY does not rise with a part under way")
            line.board.guest.ask("sleep 0.2")
        line.settle()
        records = board.station.records()[before:]
        counts, worst_s = line.judge(records)
        parts = sorted(journal.parts(records).values(), key=lambda part: part["part"])
        for part in parts:
            if part["verdict"]["kind"] == "FAULT":
                # On a busy machine the emulator misses some deadlines.
                continue
            frame = int(part["picture"]["name"].split()[1])
            truth = "REJECT" if production.pictures.is_bad[frame % len(production.pictures.is_bad)] else "PASS"
            require(part["verdict"]["kind"] == truth, f"{part['picture']['name']} is a {truth}: {part['verdict']}")
        require(counts["PASS"] and counts["REJECT"], f"both verdicts should occur: {counts}")
        pulses = [at for at, level in board.lines.changes(PASS, began) if level]
        require(len(pulses) == counts["PASS"], f"the pass line moved {len(pulses)} times: {counts}")
        require(len(board.lines.changes(ALIVE, began)) >= PARTS, "the alive line does not change with every part")
        require(board.lines.level(BUSY) == 0 and board.lines.level(READY) == 1, "BUSY without a part, or not ready")
        print(f"  {PARTS} parts with GPIO interface {abi}: {counts}, the gate within {worst_s * 1000:.1f} ms")
