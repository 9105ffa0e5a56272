"""An engine in a process of its own, which runs when it is asked. The other end is `peer.py` or
`ffi/cpu/examples/bench_model.rs`, whose head lists the commands."""

import subprocess
from pathlib import Path
from typing import NamedTuple


class EngineError(Exception):
    """The engine's process ended, or gave another answer than `done`."""


class Cost(NamedTuple):
    wall_us: int
    processor_us: int  # of all threads


def peak_kib(process):
    """The peak memory of a process up to now (VmHWM), or None if it has ended."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return None


class Engine:
    """A started engine, whose network is not yet loaded."""

    def __init__(self, command, environment=None):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, bufsize=1, env=environment)
        self._answer("started")

    def _answer(self, expected):
        line = self.process.stdout.readline()
        word, *numbers = line.split() or [""]
        if word != expected:
            self.process.kill()
            _, errors = self.process.communicate()
            raise EngineError(f"{line.strip() or 'it ended'}: {' '.join(errors.split())[-300:]}")
        return [int(number) for number in numbers]

    def ask(self, command):
        """The cost of `load`, `run` or `write FILE`."""
        try:
            self.process.stdin.write(f"{command}\n")
        except BrokenPipeError:
            pass  # The answer tells why.
        return Cost(*self._answer("done"))

    def peak_kib(self):
        """The peak of its memory up to now."""
        peak = peak_kib(self.process.pid)
        if peak is None:
            raise EngineError("it has ended")
        return peak

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
