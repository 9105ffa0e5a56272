"""The measurement of one network: every engine in turn, so that all have the same minute."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

import agreement
from process import Engine, EngineError

WARM_UP = 2
# Threads that wait actively for the next run go to sleep in this time.
PAUSE_S = 0.02


@contextmanager
def busy_programs():
    """One busy program for each core, stopped at first. Returns a function that lets them run or
    stops them."""
    programs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in os.sched_getaffinity(0)]

    def set_running(running):
        for program in programs:
            program.send_signal(signal.SIGCONT if running else signal.SIGSTOP)

    try:
        set_running(False)
        yield set_running
    finally:
        for program in programs:
            program.kill()
            program.wait()


class Measurement:
    """What is known about one engine and one network. `error` says why there is nothing."""

    def __init__(self):
        self.error, self.first_us, self.load_us, self.costs, self.busy = None, [], [], [], []
        self.idle_kib = self.peak_kib = self.agreement = None

    def facts(self):
        if self.error:
            return {"error": self.error}
        return {
            "load_us": self.load_us, "first_us": self.first_us,
            "wall_us": [cost.wall_us for cost in self.costs], "processor_us": [cost.processor_us for cost in self.costs],
            "busy_wall_us": [cost.wall_us for cost in self.busy],
            "idle_kib": self.idle_kib, "peak_kib": self.peak_kib,
            "agreement": self.agreement and self.agreement._asdict(),
        }


def measure(commands, expected, outputs_file, options):
    """{name: facts} of the engines `{name: (command, environment)}`.

    `expected` are ONNX Runtime's outputs. `options` has `loads`, `rounds`, `rounds_min`, `seconds`
    and `contend`. Rounds end after `seconds`, but not before `rounds_min`.
    """
    found = {name: Measurement() for name in commands}
    with ExitStack() as stack:
        engines = {}

        def attempt(name, action):
            """Does the action, unless the engine has failed before. A failure is recorded."""
            if found[name].error is None:
                try:
                    action(found[name])
                except (EngineError, OSError, ValueError) as error:
                    found[name].error = str(error)

        for _ in range(options.loads):
            for name, command in commands.items():
                attempt(name, lambda one: load(one, engines, name, command, stack))
                time.sleep(PAUSE_S)
        for name, engine in engines.items():
            for _ in range(WARM_UP):
                attempt(name, lambda one: engine.ask("run"))
        contend = stack.enter_context(busy_programs()) if options.contend else None
        start, names = time.monotonic(), list(engines)
        for number in range(options.rounds):
            if number >= options.rounds_min and time.monotonic() - start > options.seconds:
                break
            # Another engine begins each round, so that none always follows the same one.
            for name in names[number % len(names):] + names[:number % len(names)]:
                attempt(name, lambda one: one.costs.append(engines[name].ask("run")))
                time.sleep(PAUSE_S)
                if contend:
                    contend(True)
                    time.sleep(PAUSE_S)
                    attempt(name, lambda one: one.busy.append(engines[name].ask("run")))
                    contend(False)
                    time.sleep(PAUSE_S)
        for name, engine in engines.items():
            attempt(name, lambda one: finish(one, engine, outputs_file, expected))
    return {name: one.facts() for name, one in found.items()}


def load(one, engines, name, command, stack):
    """Starts a process and measures from the load to the first outputs."""
    engine = stack.enter_context(Engine(*command))
    one.idle_kib = engine.peak_kib()
    one.load_us.append(engine.ask("load").wall_us)
    one.first_us.append(engine.ask("run").wall_us)
    if name in engines:
        engines[name].close()
    engines[name] = engine


def finish(one, engine, outputs_file, expected):
    """Memory first: writing the outputs takes some."""
    one.peak_kib = engine.peak_kib()
    engine.ask(f"write {outputs_file}")
    one.agreement = agreement.compare(agreement.split(outputs_file.read_bytes(), expected), expected)
