"""Trigger and gate with version 1 of the GPIO interface, the only one of kernels before 5.10."""

from production import Production, require

PARTS = 6


def run(board, production):
    board.station.stop()
    board.station.start("SLUICE_GPIO_ABI=v1")
    before = len(board.station.records())
    old = Production(board, board.camera, production.pictures)
    old.ready()
    require("GPIO interface v1" in board.station.log().rsplit("the service:", 1)[-1], "it does not use version 1")
    old.parts(PARTS)
    old.settle()
    counts, worst_s = old.judge(board.station.records()[before:])
    require(counts["PASS"] == counts["REJECT"] == PARTS / 2, f"{counts}")
    print(f"  {PARTS} parts with GPIO interface v1: {counts}, the gate within {worst_s * 1000:.1f} ms")
