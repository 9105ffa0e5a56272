#!/usr/bin/env python3
"""Latencies of the station on the emulated board, over 1000 parts or the given number.

The emulated processor is about fifty times slower than a board's and shares this machine with all
other programs. So the times compare the stages with each other and show that none ever waits long.
They say nothing about a real board.

    tools/emulated_board/bench.py [PARTS]
"""

import sys
import journal
from board import REJECT
from boards import newest

STAGES = (
    ("trigger to frame", "from the edge's time stamp to the frame in the model's input",
     lambda one: one["times_us"]["wait"] + one["times_us"]["decode"]),
    ("engine", "the model's execution", lambda one: one["times_us"]["engine"]),
    ("trigger to decision", "", lambda one: one["times_us"]["total"]),
    ("due time to line", "from the part's due time to the moved line, by the station's clock",
     lambda one: one["gate"]["acted_us"] - one["gate"]["due_us"]),
)


def spread(name, values_us, note):
    """Prints a row: median, 99th percentile, maximum."""
    values = sorted(values_us)
    picks = (values[len(values) // 2], values[min(len(values) - 1, len(values) * 99 // 100)], values[-1])
    print(f"{name:26}" + "".join(f"{value / 1000:10.2f}" for value in picks) + f"   {len(values):5}  {note}")


def main():
    parts = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with newest("release") as (board, production):
        production.parts(parts)
        production.settle()
        records = board.station.records()
        found = sorted(journal.parts(records).values(), key=lambda one: one["part"])
        print(f"{parts} triggers, {len(found)} records, kernel {board.kernel.version}; milliseconds, EMULATED (see --help)")
        for kind in ("PASS", "REJECT", "FAULT"):
            print(f"  {kind}: {sum(one['verdict']['kind'] == kind for one in found)}")
        print(f"{'':26}{'median':>10}{'p99':>10}{'max':>10}   parts")
        inspected = [one for one in found if one["verdict"]["kind"] != "FAULT"]
        for name, note, value in STAGES:
            spread(name, [value(one) for one in inspected if one["gate"]["acted_us"] is not None], note)
        # From the edge that this machine drove to the relay that it saw, without the gate's delay.
        outside = []
        for one, trigger in zip(found, production.triggers):
            due = trigger + production.delay_s
            opened = [at for at, level in board.lines.changes(REJECT, due - 0.1, due + production.pulse_s) if level]
            if opened and len(found) == parts:
                outside.append((opened[0] - due) * 1e6)
        if outside:
            spread("edge to relay, less delay", outside, "as this machine sees both")


if __name__ == "__main__":
    if "--help" in sys.argv:
        print(__doc__)
    else:
        main()
