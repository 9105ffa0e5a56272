"""An OLED on a real I2C controller: the screen agrees with the journal."""

import time
import journal
import screen
from imx import READY, REJECT, TRIGGER
from oled import write_png
from production import require

PARTS = 4


def run(board, _):
    if board.lines.wait(READY, 1, 120) is None:
        raise RuntimeError(f"not ready; the station said: {board.station.log()[-2000:]}")
    for _ in range(PARTS):
        board.lines.wait(READY, 1, 10)
        board.lines.drive(TRIGGER, 1)
        time.sleep(0.1)
        board.lines.drive(TRIGGER, 0)
        time.sleep(0.6)
    time.sleep(board.description["gate"]["delay_ms"] / 1000 + 2)
    records = board.station.records(board.description["journal"]["directory"])
    parts = journal.parts(records)
    counts = {name: sum(one["verdict"]["kind"] == name for one in parts.values()) for name in ("PASS", "REJECT", "FAULT")}
    openings = [at for at, level in board.lines.changes(REJECT) if level]
    panel = board.panel()
    said = screen.read(panel.rows())
    write_png(panel.rows(), board.directory / "screen.png")
    require(len(parts) == PARTS, f"{PARTS} triggers, {len(parts)} records")
    require(not panel.unknown and panel.is_on, f"the display is off or was sent {panel.unknown}")
    expected = {"verdict": parts[max(parts)]["verdict"]["kind"], "part": max(parts),
                **{name.lower(): count for name, count in counts.items()}}
    require(said == expected, f"the screen says {said}, the journal {expected}")
    require(len(openings) == counts["PASS"], f"the gate opened {len(openings)} times: {counts}")
    print(f"  {PARTS} parts: {counts}; {panel.data_bytes} bytes of pixels sent over I2C; the screen says {said}")
