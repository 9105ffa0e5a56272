"""The lines of the board's GPIO controller, driven like a sensor and watched like a relay.

qemu's test protocol sets inputs and reports every change of an output. No program on the board is
involved.
"""

import bisect
import queue
import threading
import time


class Lines:
    """The lines of one controller. Times are `time.monotonic` of this machine when a report
    arrives."""

    def __init__(self, guest, controller, raw_interrupts=None):
        """`controller` is the controller's path in qemu's object tree. `raw_interrupts` is the
        address of its register with a bit for each line whose edge the board has not seen yet."""
        self._socket = guest.test_socket
        self._raw_interrupts = raw_interrupts
        self._controller = controller
        self._answers = queue.Queue()
        self._news = threading.Condition()
        # For each line, the times of its changes and the levels after them.
        self._times = {}
        self._levels = {}
        # Called with each change: (time, line, level).
        self.listeners = []
        reader = threading.Thread(target=self._read, daemon=True)
        reader.start()
        # The native id of the thread that stamps the changes.
        self.reader = reader.native_id
        self._ask(f"irq_intercept_out {controller}")

    def _read(self):
        rest = b""
        while True:
            try:
                piece = self._socket.recv(1 << 20)
            except OSError:
                piece = b""
            if not piece:
                return
            now = time.monotonic()
            *whole, rest = (rest + piece).split(b"\n")
            changes = []
            for words in (line.decode().split() for line in whole):
                if words[:1] == ["IRQ"]:
                    changes.append((now, int(words[2]), int(words[1] == "raise")))
                elif words:
                    self._answers.put(words)
            with self._news:
                for change in changes:
                    at, line, level = change
                    self._times.setdefault(line, []).append(at)
                    self._levels.setdefault(line, []).append(level)
                    for listener in self.listeners:
                        listener(*change)
                self._news.notify_all()

    def _ask(self, command):
        self._socket.sendall(command.encode() + b"\n")
        answer = self._answers.get(timeout=30)
        if answer[0] != "OK":
            raise RuntimeError(f"{command}: {' '.join(answer)}")
        return answer[1:]

    def drive(self, line, level):
        """Sets the level of an input line. Returns the time of the request."""
        at = time.monotonic()
        self._ask(f"set_irq_in {self._controller} unnamed-gpio-in {line} {level}")
        return at

    def pulse(self, line, high_s):
        """Makes an input line high for `high_s`, counted from when the board has seen the rising
        edge: an emulated processor may stand still for longer and would miss a shorter pulse.
        Returns the times at which the edge was driven and seen."""
        edge = self._drive_seen(line, 1)
        time.sleep(high_s)
        self._drive_seen(line, 0)
        return edge

    def _drive_seen(self, line, level):
        """Drives a line and waits until the board has seen the edge, for at most a second: it may
        not watch the line. Returns the times at which the edge was driven and seen."""
        at = self.drive(line, level)
        while self._raw_interrupts is not None and time.monotonic() < at + 1:
            if not int(self._ask(f"readl {self._raw_interrupts:#x}")[0], 16) >> line & 1:
                break
            time.sleep(0.001)
        return at, time.monotonic()

    def level(self, line, at=None):
        """The level of an output now or at the time `at`. Before its first change it is 0,
        the level that the wiring gives it."""
        with self._news:
            times = self._times.get(line, [])
            index = len(times) if at is None else bisect.bisect_right(times, at)
            return self._levels[line][index - 1] if index else 0

    def changes(self, line, since=0.0, until=float("inf")):
        """The changes of an output in this interval: [(time, level)]."""
        with self._news:
            pairs = zip(self._times.get(line, []), self._levels.get(line, []))
            return [(at, level) for at, level in pairs if since <= at < until]

    def wait(self, line, level, timeout_s):
        """Waits until an output has a level. Returns the time of its last change, which may be
        before the call, or None after `timeout_s`."""
        end = time.monotonic() + timeout_s
        with self._news:
            while True:
                times = self._times.get(line, [])
                now = self._levels[line][-1] if times else 0
                if now == level:
                    return times[-1] if times else 0.0
                left = end - time.monotonic()
                if left <= 0:
                    return None
                self._news.wait(left)
