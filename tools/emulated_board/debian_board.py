"""The emulated board with Debian: a real systemd, users, packages and an sshd, on a disk of its own
that loses at a power cut what was not flushed.

The kernel and the lines are those of `board.py`. It has no camera and no display.
"""

import hashlib
import shlex
import shutil
import socket
import subprocess
import time
from pathlib import Path
import devicetree
from board import NAMES, TRIGGER
from guest import BoardError, Guest
from image import Image
from kernel import Kernel
from lines import Lines
from places import OUT, run
from volatile_disk import VolatileDisk

BASE = OUT / "debian"
ROOT_SCRIPT = Path(__file__).parent / "debian_root.sh"
DISK_MIB = 1024
# Loads the modules and hands over to the disk.
INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
while read -r module words; do insmod "/lib/modules/$module.ko" $words || echo "MODULE $module FAILED"; done < /etc/modules
until mount -t ext4 /dev/vda /disk; do sleep 0.1; done
for place in dev sys proc; do mount --move /$place /disk/$place; done
exec switch_root /disk /sbin/init
"""


def base():
    """The disk image that each board copies, made when it is missing or its script has changed."""
    script = hashlib.sha256(ROOT_SCRIPT.read_bytes()).hexdigest()
    image, key, made_from = BASE / "disk.img", BASE / "key", BASE / "made_from"
    if made_from.exists() and made_from.read_text() == script:
        return image, key
    print("  makes the disk with Debian; this takes minutes, once", flush=True)
    shutil.rmtree(BASE, ignore_errors=True)
    BASE.mkdir(parents=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    subprocess.run([ROOT_SCRIPT, BASE / "root", BASE / "key.pub"], check=True)
    with open(image, "wb") as empty:
        empty.truncate(DISK_MIB << 20)
    run("mkfs.ext4", "-q", "-F", "-d", BASE / "root", image)
    shutil.rmtree(BASE / "root")
    # Written last, so that what an interrupted run left is made again.
    made_from.write_text(script)
    return image, key


class DebianBoard:
    """A board that is switched on and off; use it in a `with` statement, in which it is on."""

    def __init__(self, name, seed):
        """`seed` decides which unflushed sectors a power cut keeps."""
        self.directory = OUT / name
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        disk, key = base()
        self.disk = VolatileDisk(disk, self.directory / "disk.socket", seed)
        self.kernel = Kernel("stable")
        image = Image(self.kernel, INIT)
        image.modules(["virtio_pci", "virtio_blk", "virtio_net", "ext4", "crc32c_generic", "i6300esb"])
        words = ["-M", "virt,gic-version=3", "-cpu", "cortex-a55", "-smp", 2, "-m", 1024]
        tree = devicetree.with_lines(devicetree.of_machine(words, self.directory), NAMES)
        port = _free_port()
        self._words = words + [
            "-dtb", devicetree.write(tree, self.directory / "board.dtb"), "-kernel", self.kernel.image,
            "-initrd", image.write(self.directory / "image.gz"), "-append", "console=ttyAMA0 quiet loglevel=1 panic=-1",
            "-serial", "chardev:console", "-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22",
            "-device", "virtio-net-pci,netdev=net,romfile=", "-device", "i6300esb", "-action", "watchdog=reset",
            *self.disk.words()]
        # As deploy.sh takes it.
        self.ssh = f"ssh -F none -q -i {key} -p {port} -o StrictHostKeyChecking=accept-new " \
                   f"-o UserKnownHostsFile={self.directory}/hosts"

    def __enter__(self):
        self.power_on()
        return self

    def __exit__(self, *_):
        self.cut_power()

    def power_on(self):
        """Starts the board. Its lines are watched from before the kernel's start."""
        self.disk.switch_on()
        self._guest = Guest(self.directory, self._words)
        controller = next(one["name"] for one in self._guest.machine("qom-list", path="/machine/unattached")
                          if one["type"] == "child<pl061>")
        self.lines = Lines(self._guest, f"/machine/unattached/{controller}")
        self.lines.drive(TRIGGER, 0)
        self.started = self._guest.started

    def cut_power(self):
        """The power fails: for the disk, and then for the rest."""
        self.disk.cut()
        self._guest.cut_power()

    def wait_up(self, timeout_s=180):
        """Waits until root can log in. Returns the seconds since the start."""
        self.wait_until("true", timeout_s, "a login")
        return time.monotonic() - self.started

    def ask(self, command, content=None, timeout_s=120):
        """Runs a shell command on the board, with `content` as its input. Returns its exit status
        and its output, both streams together; 255 without a connection."""
        words = [*shlex.split(self.ssh), "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "root@127.0.0.1", command]
        try:
            done = subprocess.run(words, input=content or b"", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=timeout_s, check=False)
        except subprocess.TimeoutExpired:
            raise BoardError(f"{command}: not within {timeout_s} s") from None
        return done.returncode, done.stdout.decode(errors="replace")

    def do(self, command, content=None, timeout_s=120):
        """Like `ask`, for a command that must succeed. Returns its output without the last line's
        end."""
        status, text = self.ask(command, content, timeout_s)
        if status != 0:
            raise BoardError(f"{command}: status {status}: {text}")
        return text.rstrip("\n")

    def wait_until(self, condition, timeout_s, what):
        """Waits until a shell command succeeds."""
        end = time.monotonic() + timeout_s
        while (answer := self.ask(condition))[0] != 0:
            if time.monotonic() > end:
                raise BoardError(f"{what}: not within {timeout_s} s; {answer[1]}; {self._guest.console()[-600:]}")
            time.sleep(0.3)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
