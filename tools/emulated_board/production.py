"""A production line: parts pass the trigger and reach the gate. Compares the gate with the
journal."""

import time
import journal
from board import FAULT, READY, REJECT, TRIGGER
from guest import BoardError

# How long a part is in front of the trigger after the board has seen the edge.
PART_S = 0.2
# Largest deviation of a movement, in addition to what the host itself delayed.
CLOCKS_S = 0.15


def require(condition, what):
    """Fails the scenario with the message `what` unless the condition holds."""
    if not condition:
        raise BoardError(what)


class Production:
    """Parts on a board. With the style `divert` the gate is closed at rest and opens for each part
    that passes. With `pulse` it is open and closes for each other part."""

    def __init__(self, board, camera=None, pictures=None):
        self.board, self.camera, self.pictures = board, camera, pictures
        gate = board.description["gate"]
        self.opens = gate["style"] == "divert"
        self.delay_s, self.pulse_s = gate["delay_ms"] / 1000, gate["pulse_ms"] / 1000
        source = board.description["source"].get("camera", {})
        # From the edge until the camera certainly has the part's frame: exposure and readout.
        self.hold_s = source.get("exposure_max_ms", 0) / 1000 + 3 / source.get("frames_per_second", 1000)
        # A verdict is in time up to the deadline, and the gate acts on it this much later.
        self.margin_s = self.delay_s - gate["deadline_ms"] / 1000
        # For each part: the time of its trigger, how long the host delayed the trigger, and the
        # picture that was in front of the camera.
        self.triggers, self.delays_s, self.shown = [], [], []

    def ready(self, timeout_s=60):
        """Waits for the ready line. The station must accept a trigger right afterwards."""
        if self.board.lines.wait(READY, 1, timeout_s) is None:
            raise BoardError(f"not ready in {timeout_s} s; the station said: {self.board.station.log()[-2000:]}")

    def edge(self):
        """Lets a part pass the trigger. Its picture is not known. Returns the time of the edge."""
        at, seen = self.board.lines.pulse(TRIGGER, PART_S)
        self.triggers.append(at)
        # The part's time begins when the board sees the edge, which a busy host delays.
        self.delays_s.append(self.board.host.waited_s(at, seen))
        self.shown.append(None)
        return at

    def part(self, picture):
        """Lets a part with this picture pass when the station is ready. Returns the time of the
        edge."""
        self.camera.show(picture)
        self.ready()
        at = self.edge()
        self.shown[-1] = picture
        time.sleep(max(0.0, at + self.hold_s - time.monotonic()))
        return at

    def parts(self, count, first=0):
        """Lets parts pass, with the pictures in turn."""
        for number in range(first, first + count):
            self.part(number % len(self.pictures.is_bad))

    def settle(self):
        """Waits until the last part has passed the gate and is in the journal."""
        last = self.triggers[-1] if self.triggers else time.monotonic()
        time.sleep(max(0.0, last + self.delay_s + self.pulse_s + 0.5 - time.monotonic()))

    def judge(self, records):
        """Compares the triggers, the parts among `records` of the journal, in the order of their
        numbers, and the movements of the gate. Returns the counts and the largest deviation of a
        movement from its due time, in seconds. What the host delayed does not count: see `host`."""
        found = sorted(journal.parts(records).values(), key=lambda part: part["part"])
        require(len(found) == len(self.triggers), f"{len(self.triggers)} triggers, {len(found)} records of parts")
        counts = dict.fromkeys(("PASS", "REJECT", "FAULT", "missed"), 0)
        moved, held_back, worst_s = 0, 0, 0.0
        host = self.board.host
        for part, trigger, delay_s, picture in zip(found, self.triggers, self.delays_s, self.shown):
            verdict, code = part["verdict"]["kind"], part["verdict"]["code"]
            counts["missed" if code == "missed" else verdict] += 1
            name = f"part {part['part']} ({verdict} {code} {part['verdict']['detail']})"
            due = trigger + self.delay_s
            end = due + delay_s + self.pulse_s
            # The line is active low: it rises when the gate opens.
            moves = [at for at, level in self.board.lines.changes(REJECT, due - self.pulse_s / 2, end)
                     if level == self.opens]
            passed = part["gate"]["outcome"] == "passed"
            require(verdict == "PASS" or not passed, f"{name}: {part['gate']}")
            # The gate rejects a good part with a reason if its verdict or the gate itself was late,
            # or the next part too close.
            require(verdict != "PASS" or passed or part["gate"]["reason"], f"{name}: {part['gate']}")
            if verdict == "PASS" and not passed:
                held_back += host.waited_s(due - self.margin_s, end) < self.margin_s
            require(bool(moves) == (passed == self.opens),
                    f"{name}: {part['gate']['outcome']}, but the gate moved {len(moves)} times")
            if moves:
                moved += 1
                late_s = moves[0] - due
                if late_s > 0:
                    late_s = max(0.0, late_s - delay_s - host.waited_s(due, moves[0]))
                worst_s = max(worst_s, abs(late_s))
            if picture is not None and verdict in ("PASS", "REJECT"):
                truth = "REJECT" if self.pictures.is_bad[picture] else "PASS"
                require(verdict == truth, f"{name}: its picture {picture} is a {truth}")
        moves = [at for at, level in self.board.lines.changes(REJECT, self.triggers[0]) if level == self.opens]
        require(len(moves) == moved, f"the gate moved {len(moves)} times, for {moved} of the parts")
        require(held_back <= len(found) / 10, f"the gate held back {held_back} of {len(found)} parts")
        require(worst_s <= CLOCKS_S, f"a movement was {worst_s * 1000:.0f} ms off its due time")
        return counts, worst_s

    def is_in_fault(self):
        """Whether the fault line is active: low."""
        return self.board.lines.level(FAULT) == 0
