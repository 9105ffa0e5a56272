"""How long this machine itself delayed the emulator.

A busy machine lets the emulator's threads wait for a processor, and then the board is late through
no fault of the station. Linux counts these waits for each thread (`/proc/PID/task/TID/schedstat`:
time on a processor, time waiting for one, number of time slices; all times in nanoseconds).
"""

import os
import threading
import time
from pathlib import Path

# Between two samples. A wait is assigned to the time just before the sample that shows it.
SAMPLE_S = 0.01


class HostWaits:
    """The waits of a process and of one thread of this program, recorded from now on."""

    def __init__(self, process, thread):
        """`process` is the emulator's process id, `thread` the native id of the thread that reads
        the board's lines."""
        self._process, self._thread = process, thread
        # By thread: its waiting time so far. The waits: (start, end), each on `time.monotonic`.
        self._so_far = {}
        self._waits = []
        self._lock = threading.Lock()
        self._sample()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while self._sample():
            time.sleep(SAMPLE_S)

    def _sample(self):
        """Reads all counters once. False when the process has ended."""
        try:
            files = [path / "schedstat" for path in Path(f"/proc/{self._process}/task").iterdir()]
        except OSError:
            return False
        files.append(Path(f"/proc/{os.getpid()}/task/{self._thread}/schedstat"))
        for file in files:
            try:
                waited_s = int(file.read_text().split()[1]) / 1e9
            except (OSError, IndexError):
                # The thread has ended, or this kernel keeps no such counts.
                continue
            now = time.monotonic()
            wait_s = waited_s - self._so_far.get(file, waited_s)
            self._so_far[file] = waited_s
            if wait_s > 0:
                with self._lock:
                    self._waits.append((now - wait_s, now))
        return True

    def waited_s(self, since, until):
        """The time between `since` and `until` in which at least one of the threads waited."""
        with self._lock:
            waits = [(max(start, since), min(end, until)) for start, end in self._waits
                     if start < until and end > since]
        total_s, covered = 0.0, since
        for start, end in sorted(waits):
            total_s += max(0.0, end - max(start, covered))
            covered = max(covered, end)
        return total_s
