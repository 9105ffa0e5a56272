"""The board's watchdog: an engine that hangs has the board reset, and an ordered stop disarms it."""

import time
from board import READY, REJECT
from production import require

# Well above the watchdog's time to bite, and below the engine's own timeout, which would end the program first.
HANGS = "ASCENDCL_CPU_FAULT=aclmdlExecuteAsync:6:hang"


def run(board, production):
    timeout_s = board.description["watchdog"]["timeout_s"]
    # An ordered stop, and nothing happens for longer than the watchdog waits.
    board.station.stop()
    time.sleep(timeout_s + 2)
    status, _ = board.guest.ask("true")
    require(status == 0, "the board does not answer after an ordered stop")
    require("BOARD-IS-UP" not in board.guest.console(), "the watchdog bites after an ordered stop")
    # The engine hangs at one of the first self-checks.
    board.station.start(HANGS)
    production.ready()
    began = time.monotonic()
    board.wait_up()
    took_s = time.monotonic() - began
    require(took_s > timeout_s, f"the board was reset after {took_s:.1f} s, the watchdog's time is {timeout_s} s")
    require(board.lines.level(REJECT) == 0 and board.lines.level(READY) == 0, "the lines are not safe after the reset")
    print(f"  an ordered stop disarms it; with a hanging engine the board was reset and up again {took_s:.1f} s after ready")
