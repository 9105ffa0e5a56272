"""The boards and their scenarios."""

from contextlib import contextmanager
from board import Board
from camera import Camera, Pictures
from imx import OLED_ADDRESS, READY, REJECT, TRIGGER, ImxBoard
from production import Production
import station


@contextmanager
def newest(profile):
    """All devices and Debian's current kernel."""
    description = station.file()
    pictures = Pictures(description["image"]["roi"])
    with Board("newest", description=description, files=pictures.files(), profile=profile) as board:
        board.camera = Camera(board.guest)
        board.camera.plug_in()
        board.station.start()
        production = Production(board, board.camera, pictures)
        production.ready()
        yield board, production


@contextmanager
def oldest(profile):
    """Kernel 5.10, lines by number, all outputs, a simulated camera, and the gate style `pulse`."""
    def line(offset, active="high"):
        return {"offset": offset, "active": active, "safe": "low"}

    description = station.file(
        source={"camera": {"device": "simulated", "frames": "/parts", "frames_per_second": 5}},
        trigger={"offset": 0, "name": None},
        gate={"style": "pulse"},
        lines={name: line(*place) | {"name": None} for name, place in {
            "reject": (1, "low"), "ready": (2,), "fault": (3, "low"), "pass": (4,), "busy": (5,), "alive": (6,)}.items()},
        display=None, watchdog=None)
    description["display"] = {"kind": "none"}
    pictures = Pictures(description["image"]["roi"])
    with Board("oldest", "bullseye", description, camera=False, oled=False, watchdog=False, files=pictures.files(),
               profile=profile) as board:
        board.station.start()
        production = Production(board, None, pictures)
        production.ready()
        yield board, production


@contextmanager
def watched(profile):
    """A watchdog with a short timeout and few other devices."""
    description = station.file(
        source={"camera": {"device": "simulated", "frames": "/parts", "frames_per_second": 5}},
        engine={"timeout_ms": 60000}, watchdog={"timeout_s": 4}, display=None)
    description["display"] = {"kind": "none"}
    pictures = Pictures(description["image"]["roi"])
    with Board("watched", description=description, camera=False, oled=False, files=pictures.files(),
               profile=profile) as board:
        board.station.start()
        production = Production(board, None, pictures)
        production.ready()
        yield board, production


@contextmanager
def cut(profile):
    """A disk with a volatile cache, and few other devices."""
    description = station.file(
        source={"camera": {"device": "simulated", "frames": "/parts", "frames_per_second": 5}},
        journal={"sync": True, "file_size_max_kib": 64, "files_max": 100}, watchdog=None, display=None)
    description["display"] = {"kind": "none"}
    pictures = Pictures(description["image"]["roi"])
    with Board("cut", description=description, camera=False, oled=False, watchdog=False, files=pictures.files(),
               profile=profile, volatile_seed=1) as board:
        board.station.start()
        production = Production(board, None, pictures)
        production.ready()
        yield board, production


@contextmanager
def imx(profile):
    """The GPIO and I2C controllers of another processor, with kernel 6.12."""
    def line(offset, active="high"):
        return {"offset": offset, "active": active, "safe": "low", "name": None}

    description = station.file(
        source={"camera": {"device": "simulated", "frames": "/parts", "frames_per_second": 5}},
        trigger={"offset": TRIGGER, "name": None},
        lines={"reject": line(REJECT, "low"), "ready": line(READY), "fault": None},
        display={"kind": "ssd1306", "device": "/dev/i2c-0", "address": OLED_ADDRESS, "clock_hz": None,
                 "data_command": None},
        watchdog=None, journal={"directory": "/tmp/journal"})
    pictures = Pictures(description["image"]["roi"])
    with ImxBoard("imx", description, pictures.files(), profile) as board:
        board.station.start()
        yield board, None


BOARDS = {
    "newest": (["accounting", "kills", "random_ends", "storm", "unplugged", "disk_full", "device_faults", "abi"], newest),
    "watched": (["watchdog"], watched),
    "cut": (["power_cuts"], cut),
    "oldest": (["old_kernel"], oldest),
    "imx": (["i2c_display"], imx),
}
