"""The directory of the station in a soak: its file, its models and the pictures that it gets."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess

from pictures import BAD, GOOD

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "target/release/libascendcl.so"
# The journal's files, and those of the kept parts: a record, an input, a mask and both in one
# picture each. Some are being replaced.
JOURNAL_FILES, KEPT = 8, 160
FILES_MAX = JOURNAL_FILES + 4 * KEPT + 16


def prepare(directory, shipped, with_device_errors):
    """Writes the station's files. Returns the pictures: [(bytes, whether it is good)]."""
    if shipped:
        station = json.loads((ROOT / "board/stations/host.json").read_text())
        station["engine"]["model"] = str(ROOT / station["engine"]["model"])
        out = directory / "rendered"
        subprocess.run([ROOT / "target/release/parts", "--out", out, "--count", "16", "--good-share", "0.5"], check=True,
                       stdout=subprocess.DEVNULL)
        kinds = {int(number): part["kind"] for number, part in json.loads((out / "parts.json").read_text()).items()}
        folders = sorted(path for path in out.iterdir() if path.is_dir())
        pictures = [((path / "image.png").read_bytes(), kinds[int(path.name)] == "good") for path in folders]
    else:
        station = json.loads((ROOT / "tests/data/station/station.json").read_text())
        for name in ("parts.onnx", "aipp.cfg"):
            shutil.copy(ROOT / "tests/data/station" / name, directory / name)
        station["gate"] |= {"delay_ms": 300, "deadline_ms": 250, "pulse_ms": 2, "part_interval_ms": 5, "late_max_ms": 1}
        pictures = [(GOOD, True), (GOOD, True), (BAD, False)]
    if with_device_errors:
        station["engine"] |= {"library": str(LIBRARY), "timeout_ms": 3000}
    station["lines"].pop("timeline", None)
    station["source"]["directory"] |= {"path": "parts", "after": "delete"}
    station["source"]["directory"].pop("done", None)
    station["display"] = {"kind": "none"}
    station["journal"] |= {"directory": "journal", "file_size_max_kib": 1024, "files_max": JOURNAL_FILES, "sync": True}
    station["recipe"]["drift"] = {"parts": 100, "baselines": []}
    station["history"] = {"directory": "history", "rejects_max": 50, "faults_max": 50, "passes_max": 50, "pass_every": 100,
                          "near_max": 10, "size_max_kib": 65536}
    for name in ("parts", "journal", "history"):
        (directory / name).mkdir()
    (directory / "station.json").write_text(json.dumps(station))
    return pictures


@contextlib.contextmanager
def small_disk(directory):
    """A tmpfs for the journal, where this program may mount one."""
    disk = directory / "journal"
    is_root = os.geteuid() == 0
    if is_root:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "tmpfs", disk], check=True)
    try:
        yield is_root
    finally:
        if is_root:
            subprocess.run(["umount", "--lazy", disk], check=True)
