"""The initramfs of a board: busybox, kernel modules, the C library, and files of the scenario."""

import gzip
from pathlib import Path
from places import CROSS, debian

LIBRARIES = ("ld-linux-aarch64.so.1", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1",
             "libgcc_s.so.1")

# The init script of busybox: mounts file systems, loads the modules of /etc/modules in order with
# their parameters, and then keeps a shell on the console.
INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t debugfs debug /sys/kernel/debug 2>/dev/null
while read -r module words; do insmod "/lib/modules/$module.ko" $words || echo "MODULE $module FAILED"; done < /etc/modules
export PATH=/bin PS1= PS2=
stty -F /dev/console -echo -onlcr 2>/dev/null
echo "BOARD-IS-UP $(cat /proc/uptime)"
while :; do setsid cttyhack sh; done
"""


class Image:
    """The files of the board, as an archive that the kernel unpacks. It starts `init`."""

    def __init__(self, kernel, init=INIT):
        self.kernel = kernel
        self._files = {}
        for directory in ("proc", "sys", "dev", "tmp", "disk", "etc", "lib", "lib/modules", "bin"):
            self._files[directory] = (0o40755, b"")
        debian("without", CROSS / "busybox", "stable", "busybox-static:arm64")
        self.file("bin/busybox", CROSS / "busybox/bin/busybox", executable=True)
        self.file("init", init.encode(), executable=True)
        self.file("etc/modules", b"")
        for library in LIBRARIES:
            self.file(f"lib/{library}", (CROSS / "aarch64/lib/aarch64-linux-gnu" / library).resolve(), executable=True)

    def file(self, path, content, executable=False):
        """Adds a file and the directories above it. `content` is its bytes or a path of this
        machine."""
        if isinstance(content, Path):
            content = content.read_bytes()
        for above in list(Path(path).parents)[:-1]:
            self._files.setdefault(str(above), (0o40755, b""))
        self._files[path] = (0o100755 if executable else 0o100644, content)

    def strace(self):
        """Adds Debian's strace, which lets calls fail, and its libraries."""
        directory = CROSS / "strace"
        debian("without", directory, "stable", "strace:arm64", "libunwind8:arm64", "liblzma5:arm64")
        self.file("bin/strace", directory / "usr/bin/strace", executable=True)
        for name in ("libunwind", "libunwind-ptrace", "libunwind-aarch64", "liblzma"):
            found = next(directory.glob(f"**/aarch64-linux-gnu/{name}.so.?"))
            self.file(f"lib/{found.name}", found.resolve(), executable=True)

    def modules(self, names, loaded_later=()):
        """Adds kernel modules. Those of `names` (name, or name and parameters) are loaded at boot;
        those of `loaded_later` are only copied to /lib/modules."""
        words = dict(name if isinstance(name, tuple) else (name, "") for name in names)
        words = {name.replace("-", "_"): text for name, text in words.items()}
        now = self.kernel.modules(words)
        for name, content in now + self.kernel.modules(loaded_later):
            self.file(f"lib/modules/{name}.ko", content)
        lines = "".join(f"{name} {words.get(name, '')}\n" for name, _ in now)
        self.file("etc/modules", lines.encode())

    def write(self, path):
        """Writes the archive in the cpio format `newc`, compressed. Returns `path`."""
        with gzip.open(path, "wb", compresslevel=1) as archive:
            entries = sorted(self._files.items()) + [("TRAILER!!!", (0, b""))]
            for number, (name, (mode, content)) in enumerate(entries, 1):
                fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
                header = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
                archive.write(header + b"\0" * (-len(header) % 4) + content + b"\0" * (-len(content) % 4))
        return path
