"""What goes wrong in a soak."""

import collections
import contextlib
import os
import pathlib
import signal
import struct
import subprocess
import time

FAULTS = ["cut", "storm", "pause", "guard", "full", "clock", "device", "kill"]
# Seconds between two faults, on average; a kill is rarer, so that a process lives long enough.
BETWEEN_S, KILL_SHARE = 15, 0.1
STORM = 100
# A step of the civil clock in seconds, forward or back, and how long it lasts.
STEPS_S, STEP_LASTS_S = (1, 60, 3600, 86400, 366 * 86400), (0.05, 1.0)
# Executions between two errors of the device, on average.
EXECUTIONS = 600
# Errors that cost one part, and errors after which the device is gone (ffi/cpu/faults.md).
PASSING = ["error=507018", "refused=507002", "short", "corrupt", "delay_ms=400"]
FOR_GOOD = ["error=507011", "lost", "hang"]
# The exit code of a station whose device failed for good.
DEVICE_FAILED = 5


class Faults:
    """Lets things go wrong at random, seeded times."""

    def __init__(self, allowed, random, directory, times=None, between_s=BETWEEN_S):
        """`times` says how often each happens, at most; without it they happen for ever."""
        self.allowed, self.random, self.directory, self.times = allowed, random, directory, times
        self.counts, self.between_s = collections.Counter(), between_s
        self.next_at = time.monotonic() + between_s
        self.steps_back_at = None
        self.shift = directory / "shift"
        self.shift.write_bytes(struct.pack("=q", 0))

    def environment(self):
        """Variables for a station that is started now."""
        variables = dict(os.environ)
        if "clock" in self.allowed:
            library = self.directory / "clock.so"
            if not library.exists():
                source = pathlib.Path(__file__).with_name("clock.c")
                subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source], check=True)
            variables |= {"LD_PRELOAD": str(library), "SOAK_CLOCK": str(self.shift)}
        if "device" in self.allowed:
            variables["ASCENDCL_CPU_FAULT"] = ",".join(self.device_rules())
        return variables

    def device_rules(self):
        """Errors of the device for the life of a process. In half of all, the last is for good."""
        call, rules = 100, []
        for _ in range(200):
            call += 1 + int(self.random.expovariate(1 / EXECUTIONS))
            rules.append(f"aclmdlExecuteAsync:{call}:{self.random.choice(PASSING)}")
        if self.random.random() < 0.5:
            last = self.random.randrange(5_000, 40_000)
            rules.append(f"aclmdlExecuteAsync:{last}:{self.random.choice(FOR_GOOD)}")
        return rules

    def is_over(self):
        """Whether each has happened as often as it may."""
        return self.times is not None and all(self.counts[name] >= times for name, times in self.times.items())

    def choose(self):
        """The one that happens now; nothing if none may."""
        if self.times is not None:
            left = [name for name, times in self.times.items() for _ in range(times - self.counts[name])]
            return self.random.choice(left) if left else None
        # Errors of the device are counted by the calls, not by the time.
        allowed = [name for name in self.allowed if name not in ("kill", "device")]
        if "kill" in self.allowed and (not allowed or self.random.random() < KILL_SHARE):
            return "kill"
        return self.random.choice(allowed) if allowed else None

    def turn(self, soak):
        """Lets one thing go wrong if its time has come."""
        now = time.monotonic()
        if self.steps_back_at is not None and now >= self.steps_back_at:
            self.shift_clock(0)
            self.steps_back_at = None
        if now < self.next_at:
            return
        name = self.choose()
        if name is not None:
            self.counts[name] += 1
            getattr(self, name)(soak)
        self.next_at = time.monotonic() + self.random.expovariate(1 / self.between_s)

    def cut(self, soak):
        soak.feed(is_cut=True)

    def storm(self, soak):
        for _ in range(STORM):
            soak.feed()

    def pause(self, soak):
        soak.process.send_signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(0.05, 3.0))
        soak.process.send_signal(signal.SIGCONT)

    def guard(self, soak):
        path = pathlib.Path(f"/proc/{soak.process.pid}/task/{soak.process.pid}/children")
        # The station may just have ended.
        with contextlib.suppress(OSError):
            for child in path.read_text().split():
                os.kill(int(child), signal.SIGKILL)

    def full(self, _):
        filler = self.directory / "journal" / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        time.sleep(3)
        filler.unlink()

    def clock(self, _):
        self.shift_clock(self.random.choice(STEPS_S) * self.random.choice((-1, 1)))
        self.steps_back_at = time.monotonic() + self.random.uniform(*STEP_LASTS_S)

    def shift_clock(self, seconds):
        with open(self.shift, "r+b") as file:
            file.write(struct.pack("=q", seconds))

    def kill(self, soak):
        soak.process.kill()
        soak.process.wait()
        began = time.monotonic()
        soak.start()
        soak.restarts_s.append(time.monotonic() - began)
