"""Directories, and the programs of this machine that the boards need."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Written by tools/cross/setup.sh and by the fetches here; kept from run to run.
CROSS = Path(os.environ.get("SLUICE_CROSS", ROOT / "target/cross"))
# Written by tools/cross/cargo.
BUILD = Path(os.environ.get("SLUICE_AARCH64", ROOT / "target/aarch64")) / "aarch64-unknown-linux-gnu"
# Logs and pictures of the last run.
OUT = ROOT / "target/emulated_board"
HOST = CROSS / "host"


def debian(*words):
    """Runs tools/cross/debian.sh. Returns its output."""
    script = ROOT / "tools/cross/debian.sh"
    return subprocess.run([script, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


# Programs of this machine, and the Debian packages that contain them.
PROGRAMS = {"qemu-system-aarch64": "qemu-system-arm", "mkfs.ext4": "e2fsprogs", "dtc": "device-tree-compiler",
            "aarch64-linux-gnu-strip": "binutils-aarch64-linux-gnu"}


def program(name):
    """The command and the environment of one of `PROGRAMS`, with the libraries of its package."""
    debian("with", HOST, "backports", PROGRAMS[name])
    path = next(HOST / place / name for place in ("usr/bin", "sbin", "usr/sbin") if (HOST / place / name).exists())
    libraries = f"{HOST}/usr/lib/x86_64-linux-gnu:{HOST}/lib/x86_64-linux-gnu"
    return str(path), {**os.environ, "LD_LIBRARY_PATH": libraries}


def run(name, *words, **options):
    """Runs one of `PROGRAMS` to its end."""
    path, environment = program(name)
    return subprocess.run([path, *map(str, words)], env=environment, check=True, **options)
