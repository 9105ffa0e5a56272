"""First the camera is unplugged and restored, then the display. Without a camera no part passes and
every trigger is counted. Without a display nothing changes for the parts, and a new display shows
the present state."""

import time
import journal
import screen
from board import READY, REJECT
from production import Production, require

DISPLAY = "/sys/bus/spi/drivers/spidev"


def run(board, production):
    _camera(board, production)
    _display(board, production)


def _camera(board, production):
    before = len(board.station.records())
    production.ready()
    # One part waits for its frame when the camera is unplugged, and more follow before it returns.
    lost = Production(board, production.camera, production.pictures)
    began = lost.edge()
    board.camera.unplug()
    require(board.lines.wait(READY, 0, 10) is not None, "the station is ready without a camera")
    for _ in range(3):
        lost.edge()
        time.sleep(0.5)
    lost.settle()
    records = board.station.records()[before:]
    counts, _ = lost.judge(records)
    codes = [one["verdict"]["code"] for one in journal.parts(records).values()]
    require(counts["missed"] == 3, f"without a camera: {counts}, {codes}")
    unplugged_s = time.monotonic() - began
    board.camera.plug_in_again()
    again = Production(board, board.camera, production.pictures)
    again.parts(2)
    again.settle()
    counts, _ = again.judge(board.station.records()[before + len(records):])
    require(counts["PASS"] == counts["REJECT"] == 1, f"with the camera back: {counts}")
    print(f"  camera away for {unplugged_s:.0f} s: {codes}; afterwards {counts}")


def _display(board, production):
    before = len(board.station.records())
    production.ready()
    board.guest.do(f"echo spi0.0 > {DISPLAY}/unbind")
    dark = Production(board, board.camera, production.pictures)
    dark.parts(4)
    dark.settle()
    # A new panel with empty memory is plugged in.
    board.panel.memory[:] = bytes(len(board.panel.memory))
    board.panel.is_on = False
    board.guest.do(f"echo spi0.0 > {DISPLAY}/bind")
    dark.parts(2, first=4)
    dark.settle()
    records = board.station.records()[before:]
    counts, worst_s = dark.judge(records)
    require(counts["PASS"] == counts["REJECT"] == 3, f"without a display: {counts}")
    last = max(journal.parts(records))
    # The station tries to open the display every few seconds.
    end = time.monotonic() + 15
    while (said := _said(board))["part"] != last and time.monotonic() < end:
        time.sleep(0.2)
    require(board.panel.is_on and said["part"] == last, f"the new panel says {said}, the last part was {last}")
    require(not board.panel.unknown, f"the display was sent {board.panel.unknown}")
    openings = [at for at, level in board.lines.changes(REJECT, dark.triggers[0]) if level]
    print(f"  display away: {counts}, {len(openings)} openings within {worst_s * 1000:.1f} ms; the new panel says {said}")


def _said(board):
    """What the panel shows. `part` is None while the panel is off or being drawn."""
    try:
        return screen.read(board.panel.rows()) if board.panel.is_on else {"part": None}
    except ValueError:
        return {"part": None}
