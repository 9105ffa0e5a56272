"""Kills the station at ten moments. The guard alone closes the gate soon afterwards. The journal
stays readable. The service restarts the station, which continues the part numbers."""

import time
import journal
from board import REJECT
from guest import BoardError
from production import Production, require

# From the kill to the closed gate. The guard needs some milliseconds; the rest allows for an
# emulated processor on a busy machine.
CLOSED_MAX_S = 0.5
# The service closes the gate too, but waits longer, so that only the guard can have been in time.
SERVICE_WAITS_S = 1.0
# Attempts for the moments with an open gate. On a busy machine the kill may be too late.
TRIES = 8
# A good part among the board's pictures.
GOOD = 0


def _good_part(production, wait_s):
    """Lets a good part pass, and returns `wait_s` after its trigger."""
    production.camera.show(GOOD)
    production.ready()
    at = production.edge()
    time.sleep(max(0.0, at + wait_s - time.monotonic()))


def moments(production):
    """The moments: [(name, function that brings a ready station to it)]."""
    station, lines, delay_s = production.board.station, production.board.lines, production.delay_s

    def starting():
        old = station.process()
        station.kill()
        station.wait_until(f"[ $(cat /tmp/station.pid) != {old} ]", 30, "the station's next start")
        time.sleep(0.1)

    def gate_opens(wait_s):
        _good_part(production, 0)
        if lines.wait(REJECT, 1, delay_s + 2) is None:
            raise BoardError("the gate did not open for a good part")
        time.sleep(wait_s)

    def several():
        for _ in range(3):
            production.ready()
            production.edge()

    return [
        ("before it is ready", starting),
        ("idle", production.ready),
        ("a trigger just came", lambda: _good_part(production, 0)),
        ("a frame is being exposed", lambda: _good_part(production, 0.03)),
        ("the engine works", lambda: _good_part(production, 0.15)),
        ("a part is decided", lambda: _good_part(production, 0.9 * delay_s)),
        ("the gate opens", lambda: gate_opens(0)),
        ("the gate is open", lambda: gate_opens(production.pulse_s / 3)),
        ("the gate has just closed", lambda: _good_part(production, delay_s + production.pulse_s + 0.02)),
        ("three parts are under way", several),
    ]


def run(board, production):
    board.guest.do(f"echo {SERVICE_WAITS_S} > /tmp/service.waits")
    numbers = _numbers(board)
    for name, reach in moments(production):
        for _ in range(TRIES):
            production.ready()
            reach()
            took_s, too_late = _kill(board, production, name)
            if not too_late:
                break
        require(not too_late, f"{name}: {TRIES} times the gate had closed by itself before the kill")
        before = board.station.records()
        require(_numbers(board)[:len(numbers)] == numbers, f"{name}: the journal lost parts")
        # After the restart, one good part passes.
        again = Production(board, production.camera, production.pictures)
        again.part(GOOD)
        again.settle()
        news = board.station.records()[len(before):]
        require(news and news[0]["kind"] in ("start", "recovered"), f"{name}: no new start in the journal")
        counts, _ = again.judge(news)
        require(counts["PASS"] == 1, f"{name}: the part after the restart: {counts}")
        numbers = _numbers(board)
        print(f"  {name}: gate closed {took_s * 1000:.0f} ms after the kill; "
              f"{len(before)} records whole; part {numbers[-1]} passed after the restart")
    board.guest.do("rm /tmp/service.waits")


def _kill(board, production, name):
    """Kills the station and requires that the gate closes in time and stays closed. Returns the
    time that it took, and whether the station may have closed the gate itself before the kill."""
    killed, was_open = time.monotonic(), board.lines.level(REJECT)
    board.station.kill()
    dead = time.monotonic()
    time.sleep(CLOSED_MAX_S)
    changes = board.lines.changes(REJECT)
    after = [at for at, _ in changes if at >= killed]
    require(board.lines.level(REJECT) == 0, f"{name}: the gate is open {CLOSED_MAX_S} s after the kill")
    time.sleep(SERVICE_WAITS_S - CLOSED_MAX_S)
    require(not board.lines.changes(REJECT, killed + CLOSED_MAX_S), f"{name}: the gate moved after the kill")
    if not was_open:
        return 0.0, False
    opened, closed = changes[-2][0], changes[-1][0]
    # A station that was dead before the end of its pulse did not close the gate.
    return closed - killed, not after or dead - opened > production.pulse_s - 0.02


def _numbers(board):
    """The numbers of the parts in the journal. Fails on a damaged line or a repeated number."""
    return sorted(journal.parts(board.station.records()))
