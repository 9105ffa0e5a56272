"""Debian's own kernels for aarch64, as they are, and the modules that a board needs of them."""

import lzma
import re
from places import CROSS, debian

# The package that stands for the newest kernel of a release.
NEWEST = "linux-image-arm64:arm64"
# The releases whose kernels the boards boot.
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
        """The device tree of a real board, such as `freescale/imx8mp-evk.dtb`."""
        return self.directory / "usr/lib" / f"linux-image-{self.version}" / name

    def modules(self, names):
        """[(name, bytes)] of the modules and of those that they need, in the order in which they can be loaded."""
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
    """The name of a module, from that of its file."""
    return file.split(".ko")[0].replace("-", "_")
