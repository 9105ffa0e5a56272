"""The station as Debian's service on the board of `debian_board.py`."""

import json
import journal
import model
import station
from guest import BoardError

# Side of the model's input, in pixels.
SIDE = 32
HOME = "/var/lib/sluice"
RUN = f"runuser -u sluice -- env -C {HOME} sluice"


def description():
    """The station file: that of the emulated board, with pictures from a directory and the CPU
    engine."""
    return station.file(
        station={"name": "deployment"},
        engine={"library": "builtin", "timeout_ms": 20000, "self_check_ms": 4000},
        source={"camera": None, "directory": {"path": "pictures", "after": "keep", "workers": 1}},
        trigger=None,
        gate={"delay_ms": 8000, "deadline_ms": 7500, "part_interval_ms": 3000, "pulse_ms": 1000},
        display=None, journal={"directory": "journal"}) | {"display": {"kind": "none"}}


def configure(board):
    """Writes the station file and the model that it names."""
    board.do("cat > /etc/sluice/station.json", json.dumps(description(), indent=2).encode())
    board.do("cat > /etc/sluice/model.onnx", model.resized(SIDE))
    board.do("cat > /etc/sluice/aipp.cfg", model.normalisation(SIDE))


def state(board, *names, unit="sluice"):
    """Properties of the service, as systemd shows them."""
    shown = board.do(f"systemctl show --property={','.join(names)} {unit}")
    values = dict(line.split("=", 1) for line in shown.splitlines())
    return [values[name] for name in names]


def program(board):
    """The program that the service runs."""
    return board.do(f"readlink /proc/{state(board, 'MainPID')[0]}/exe")


def show(board, name, picture):
    """Puts a picture into the watched directory, as writers should: under another name first."""
    board.do(f"cd {HOME}/pictures && cat > .{name} && chown sluice:sluice .{name} && mv .{name} {name}.png",
             picture.read_bytes())


def part(board, number, timeout_s=60):
    """Waits for the record of a part. Returns it."""
    board.wait_until(f"""grep -q '"kind":"part","part":{number},' {HOME}/journal/journal-*.jsonl""", timeout_s,
                     f"the record of part {number}")
    # The station may be writing the last line.
    text = board.do(f"cat {HOME}/journal/journal-*.jsonl").encode() + b"\n"
    found = journal.parts(journal.records(text[:text.rfind(b'"}\n') + 3]))
    if number not in found:
        raise BoardError(f"part {number} is not among {sorted(found)}")
    return found[number]
