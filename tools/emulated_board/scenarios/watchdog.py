"""The board's watchdog resets the board when the engine hangs. An ordered stop disarms it."""

import time
from board import READY, REJECT
from production import require

# Hangs the sixth execution. The engine's own timeout is longer than the watchdog's.
HANGS = "ASCENDCL_CPU_FAULT=aclmdlExecuteAsync:6:hang"


def run(board, production):
    timeout_s = board.description["watchdog"]["timeout_s"]
    # After an ordered stop nothing happens for longer than the watchdog's timeout.
    board.station.stop()
    time.sleep(timeout_s + 2)
    status, _ = board.guest.ask("true")
    require(status == 0, "the board does not answer after an ordered stop")
    require("BOARD-IS-UP" not in board.guest.console(), "the watchdog resets the board after an ordered stop")
    # The engine hangs at one of the first self-checks.
    board.station.start(HANGS)
    production.ready()
    began = time.monotonic()
    board.wait_up()
    took_s = time.monotonic() - began
    require(took_s > timeout_s, f"the board was reset after {took_s:.1f} s, the watchdog's time is {timeout_s} s")
    require(board.lines.level(REJECT) == 0 and board.lines.level(READY) == 0, "the lines are not safe after the reset")
    print(f"  an ordered stop disarms it; with a hanging engine the board was reset and up again {took_s:.1f} s after ready")
