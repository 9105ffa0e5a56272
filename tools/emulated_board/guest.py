"""A board in qemu: its console, its machine protocol and its process.

A thread reads the console all the time. The emulated serial port sends each byte into a socket. If
the socket is not read, it is full after some hundred bytes, and then the whole machine stops.
"""

import json
import os
import re
import socket
import subprocess
import threading
import time
from places import program


# What a shell says first, and how long it then takes to read a command at most.
SHELL_BEGINS, SHELL_READS_S = "built-in shell", 10
# Upper bound for the length of a match in `Guest.until`.
MATCH_MAX_BYTES = 200


class BoardError(Exception):
    """The board did not do what it should."""


class Guest:
    """A running board; use it in a `with` statement."""

    def __init__(self, directory, words):
        """Starts qemu with the arguments `words`. Its logs go into `directory`."""
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        path, environment = program("qemu-system-aarch64")
        sockets = {name: socket.socketpair() for name in ("console", "machine", "test")}
        command = [path, "-nodefaults", "-display", "none", "-monitor", "none"]
        for name, (_, theirs) in sockets.items():
            command += ["-chardev", f"socket,id={name},fd={theirs.fileno()}"]
        command += ["-mon", "chardev=machine,mode=control", "-qtest", "chardev:test", "-qtest-log", "none"]
        self.started = time.monotonic()
        with open(directory / "qemu.txt", "wb") as log:
            self._process = subprocess.Popen(
                command + [str(word) for word in words], env=environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, pass_fds=[theirs.fileno() for _, theirs in sockets.values()])
        self.process = self._process.pid
        # The board's clock never stops, so the emulator takes precedence where that is allowed.
        try:
            os.setpriority(os.PRIO_PROCESS, self.process, -10)
        except PermissionError:
            pass
        for _, theirs in sockets.values():
            theirs.close()
        self._console, machine, self.test_socket = (sockets[name][0] for name in ("console", "machine", "test"))
        self._text = b""
        self._ended = False
        self._news = threading.Condition()
        self._commands = 0
        threading.Thread(target=self._read_console, daemon=True).start()
        self._machine = machine.makefile("rw")
        self._machine.readline()
        self.machine("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut_power()

    def cut_power(self):
        """Kills qemu."""
        self._process.kill()
        self._process.wait()

    def _read_console(self):
        with open(self.directory / "console.txt", "ab") as log:
            while True:
                try:
                    piece = self._console.recv(65536)
                except OSError:
                    piece = b""
                log.write(piece)
                log.flush()
                with self._news:
                    self._text += piece
                    self._ended = not piece
                    self._news.notify_all()
                if not piece:
                    return

    def until(self, pattern, timeout_s=60):
        """Waits for `pattern` on the console. Returns the text before the match, and the match.
        Both are removed from the console's text."""
        pattern = re.compile(pattern.encode(), re.MULTILINE)
        end = time.monotonic() + timeout_s
        searched = 0
        with self._news:
            while True:
                match = pattern.search(self._text, max(0, searched - MATCH_MAX_BYTES))
                if match:
                    before, self._text = self._text[:match.start()], self._text[match.end():]
                    return before, match
                searched = len(self._text)
                tail = self._text[-600:].decode(errors="replace")
                if self._ended:
                    raise BoardError(f"qemu ended; console: {tail}; {(self.directory / 'qemu.txt').read_text()}")
                if time.monotonic() > end:
                    raise BoardError(f"{pattern.pattern!r} not within {timeout_s} s; console: {tail}")
                self._news.wait(max(0.01, end - time.monotonic()))

    def up(self, timeout_s=90):
        """Waits for the shell. Returns the seconds since qemu started."""
        self.until(r"^BOARD-IS-UP.*\n", timeout_s)
        return time.monotonic() - self.started

    def console(self):
        """The console's text since the last match."""
        with self._news:
            return self._text.decode(errors="replace")

    def type(self, text):
        """Types into the shell."""
        self._console.sendall(text.encode())

    def ask(self, command, timeout_s=60):
        """Runs a shell command on the board. Returns its exit status and its output."""
        self._commands += 1
        number = self._commands
        # Each mark is written in two pieces, so that an echo of the command does not match.
        line = f'echo "=BEGIN""{number}="; {{ {command}\n}} </dev/null; echo "=END""{number}=$?="\n'
        self.type(line)
        begin = rf"=BEGIN{number}=\n"
        _, match = self.until(rf"{begin}|{SHELL_BEGINS}", timeout_s)
        if SHELL_BEGINS.encode() in match[0]:
            # The shell has ended, and `init` has begun another one. It may lack the command.
            try:
                self.until(begin, SHELL_READS_S)
            except BoardError:
                self.type(line)
                self.until(begin, timeout_s)
        text, match = self.until(rf"=END{number}=(\d+)=\n", timeout_s)
        return int(match[1]), text.decode(errors="replace")

    def do(self, command, timeout_s=60):
        """Like `ask`, for a command that must succeed. Returns its output."""
        status, text = self.ask(command, timeout_s)
        if status != 0:
            raise BoardError(f"{command}: status {status}: {text}")
        return text

    def machine(self, command, **arguments):
        """Sends a command of qemu's machine protocol. Returns its answer."""
        self._machine.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._machine.flush()
        while True:
            answer = json.loads(self._machine.readline())
            if "error" in answer:
                raise BoardError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
