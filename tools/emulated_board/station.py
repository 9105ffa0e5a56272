"""The station on the board: its service, its log and its journal."""

import hashlib
import json
import time
import journal
from guest import BoardError
from places import BUILD, CROSS, OUT, ROOT, debian, run

# Does for the station what systemd does (board/stations/sluice.service): restarts it after every
# end and makes the lines safe in between.
SERVICE = """#!/bin/busybox sh
# service [VARIABLE=VALUE...]
while :; do
    env "$@" sluice run --station /etc/sluice/station.json >> /tmp/station.txt 2>&1 &
    echo $! > /tmp/station.pid
    wait $!
    echo "the service: status $?" >> /tmp/station.txt
    [ -e /tmp/service.waits ] && sleep $(cat /tmp/service.waits)
    sluice safe --station /etc/sluice/station.json >> /tmp/station.txt 2>&1
    [ -e /tmp/stopped ] && break
    sleep 0.2
done
echo over > /tmp/service.over
"""


def file(**changes):
    """The station file of the emulated board with some sections changed: a dictionary is merged
    into the existing one, None removes it, and any other value replaces it."""
    text = json.loads((ROOT / "board/stations/emulated.json").read_text())
    return _merged(text, changes)


def _merged(old, changes):
    new = dict(old)
    for key, value in changes.items():
        if value is None:
            new.pop(key, None)
        elif isinstance(value, dict):
            new[key] = _merged(new.get(key, {}), value)
        else:
            new[key] = value
    return new


def stripped(path):
    """A copy of the program or library without symbols, for a smaller image."""
    small = OUT / "programs" / path.name
    if not small.exists() or small.stat().st_mtime < path.stat().st_mtime:
        small.parent.mkdir(parents=True, exist_ok=True)
        run("aarch64-linux-gnu-strip", "-o", small, path)
    return small


def add_to(image, description, profile, model, normalisation):
    """Adds the station, the engine's library, the model and the station file to the image."""
    image.file("bin/sluice", stripped(BUILD / profile / "sluice"), executable=True)
    image.file("bin/service", SERVICE.encode(), executable=True)
    image.file("usr/lib/libascendcl.so", stripped(BUILD / "debug/libascendcl.so"), executable=True)
    image.file("etc/sluice/model.onnx", model)
    image.file("etc/sluice/aipp.cfg", normalisation)
    image.file("etc/sluice/station.json", json.dumps(description, indent=2).encode())


class Station:
    """The station's service on a running board."""

    def __init__(self, guest):
        self._guest = guest
        # For each directory, the part of the journal that was read, and its records.
        self._journals = {}

    def start(self, *variables):
        """Starts the service with these variables in its environment: `NAME=VALUE`."""
        words = " ".join(f"'{variable}'" for variable in variables)
        self._guest.do(f"rm -f /tmp/stopped /tmp/service.over; setsid service {words} > /dev/null 2>&1 &")

    def wait_until(self, condition, timeout_s, what):
        """Waits until a shell command succeeds."""
        end = time.monotonic() + timeout_s
        while self._guest.ask(condition)[0] != 0:
            if time.monotonic() > end:
                raise BoardError(f"{what}: not within {timeout_s} s; the station said: {self.log()[-1500:]}")
            time.sleep(0.1)

    def stop(self, timeout_s=30):
        """Stops the station with SIGTERM and waits for the end of the service."""
        self._guest.do("touch /tmp/stopped; kill -TERM $(cat /tmp/station.pid)")
        self.wait_until("[ -e /tmp/service.over ]", timeout_s, "the end of the service")

    def process(self):
        """The station's process id."""
        return int(self._guest.do("cat /tmp/station.pid"))

    def kill(self):
        """Kills the station, and nothing else, with SIGKILL."""
        self._guest.do("kill -9 $(cat /tmp/station.pid)")

    def log(self):
        """The output of the station since the board started."""
        return self._guest.ask("cat /tmp/station.txt")[1]

    def records(self, directory="/disk/journal"):
        """Every record of the journal. Fails on a damaged one, except for an unfinished last line,
        which a station may be writing."""
        known, found = self._journals.get(directory, (b"", []))
        # The console needs a second for a hundred parts. So only new text is read. The known text
        # is compared by its checksum.
        text = self._guest.ask(f"cat {directory}/journal-*.jsonl | head -c {len(known)} | md5sum; "
                               f"cat {directory}/journal-*.jsonl | tail -c +{len(known) + 1}")[1].encode()
        checksum, _, news = text.partition(b"\n")
        if checksum.split()[:1] != [hashlib.md5(known).hexdigest().encode()]:
            if not known:
                raise BoardError(f"{directory} cannot be read: {text[:200]!r}")
            del self._journals[directory]
            return self.records(directory)
        whole = news[:news.rfind(b"\n") + 1]
        found = found + journal.records(whole)
        self._journals[directory] = known + whole, found
        return list(found)
