"""Debian's unmodified kernels for aarch64, and their modules."""

import lzma
import re
from places import CROSS, debian

# The package that depends on the newest kernel of a release.
NEWEST = "linux-image-arm64:arm64"
# Releases whose kernels the boards boot.
RELEASES = ("stable", "bullseye", "backports")


class Kernel:
    """The kernel of a Debian release: `stable`, `backports` or a code name."""

    def __init__(self, release):
        self.directory = CROSS / "kernels" / release
        if not list(self.directory.glob("boot/vmlinuz-*")):
            debian("without", self.directory, release, debian("depends", release, NEWEST).strip() + ":arm64")
        self.image = next(self.directory.glob("boot/vmlinuz-*"))
        self.version = self.image.name.removeprefix("vmlinuz-")
        home = self.directory / "lib/modules" / self.version
        built_in = (home / "modules.builtin").read_text().split()
        self._built_in = {_name(path.rsplit("/", 1)[-1]) for path in built_in}
        self._files = {_name(path.name): path for path in home.rglob("*.ko*")}

    def device_tree(self, name):
        """The path of a real board's device tree, such as `freescale/imx8mp-evk.dtb`."""
        return self.directory / "usr/lib" / f"linux-image-{self.version}" / name

    def modules(self, names):
        """The modules and their dependencies in loading order: [(name, bytes)]."""
        loaded = {}
        for name in names:
            self._add(_name(name), loaded)
        return list(loaded.items())

    def _add(self, name, loaded):
        if name in loaded or name in self._built_in:
            return
        if name not in self._files:
            raise LookupError(f"kernel {self.version} has no module {name}")
        content = self._files[name].read_bytes()
        if self._files[name].suffix == ".xz":
            content = lzma.decompress(content)
        for needed in re.search(rb"\0depends=([^\0]*)\0", content)[1].decode().split(","):
            if needed:
                self._add(_name(needed), loaded)
        loaded[name] = content


def _name(file):
    """The module name that belongs to a file name."""
    return file.split(".ko")[0].replace("-", "_")
