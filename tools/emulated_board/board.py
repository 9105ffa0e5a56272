"""The emulated board: qemu's machine `virt` with a camera, an OLED, relays, a watchdog and a
disk."""

import shutil
import devicetree
import model
import station
from guest import Guest
from host import HostWaits
from image import Image
from kernel import Kernel
from lines import Lines
from oled import SpiPanel
from places import BUILD, OUT, run
from volatile_disk import VolatileDisk

# Numbers of the lines of the GPIO controller.
TRIGGER, REJECT, READY, FAULT, OLED_CLOCK, OLED_DATA, OLED_SELECT, OLED_DATA_COMMAND = range(8)
NAMES = ("TRIGGER", "REJECT", "READY", "FAULT", "OLED_SCK", "OLED_MOSI", "OLED_CS", "OLED_DC")
# Address of its register GPIORIS (ARM, PrimeCell GPIO PL061 manual, DDI 0190).
RAW_INTERRUPTS = 0x0903_0414
# Side of the model's input, in pixels.
SIDE = 32
# A loop: frames written to /dev/video1 are captured from /dev/video0.
CAMERA = ("vivid", "n_devs=1 node_types=0x101 num_inputs=1 input_types=3 num_outputs=1 output_types=1")
DISK_MIB = 24


class Board:
    """A board with the station installed; use it in a `with` statement. Does not start the
    station."""

    def __init__(self, name, release="stable", description=None, camera=True, oled=True, watchdog=True, files=(),
                 profile="release", cores=2, volatile_seed=None):
        self.directory = OUT / name
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.description = description or station.file()
        self.kernel = kernel = Kernel(release)
        image = Image(kernel)
        modules = ["virtio_pci", "virtio_blk", "ext4", "crc32c_generic"]
        modules += [CAMERA] if camera else []
        modules += ["spi-gpio", "spidev"] if oled else []
        modules += ["i6300esb"] if watchdog else []
        image.modules(modules)
        station.add_to(image, self.description, profile, model.resized(SIDE), model.normalisation(SIDE))
        if camera:
            image.file("bin/camera_feed", station.stripped(BUILD / "debug/camera_feed"), executable=True)
        image.strace()
        for path, content in files:
            image.file(path, content)
        words = ["-M", "virt,gic-version=3", "-cpu", "cortex-a55", "-smp", cores, "-m", 512]
        tree = devicetree.with_lines(devicetree.of_machine(words, self.directory), NAMES,
                                     (OLED_CLOCK, OLED_DATA, OLED_SELECT) if oled else None)
        words += ["-dtb", devicetree.write(tree, self.directory / "board.dtb")]
        words += ["-kernel", kernel.image, "-initrd", image.write(self.directory / "image.gz")]
        words += ["-append", "console=ttyAMA0 quiet loglevel=1 panic=-1", "-serial", "chardev:console"]
        disk = self.directory / "disk.img"
        with open(disk, "wb") as empty:
            empty.truncate(DISK_MIB << 20)
        run("mkfs.ext4", "-q", "-F", disk)
        if volatile_seed is None:
            words += ["-drive", f"file={disk},format=raw,if=none,id=disk", "-device", "virtio-blk-pci,drive=disk"]
        else:
            self.disk = VolatileDisk(disk, self.directory / "disk.socket", volatile_seed)
            words += self.disk.words()
        if watchdog:
            words += ["-device", "i6300esb", "-action", "watchdog=reset"]
        self._words = words
        self._oled = oled
        self.panel = SpiPanel(OLED_CLOCK, OLED_DATA, OLED_SELECT, OLED_DATA_COMMAND)

    def __enter__(self):
        self.guest = Guest(self.directory, self._words)
        try:
            controller = next(one["name"] for one in self.guest.machine("qom-list", path="/machine/unattached")
                              if one["type"] == "child<pl061>")
            self.lines = Lines(self.guest, f"/machine/unattached/{controller}", RAW_INTERRUPTS)
            self.host = HostWaits(self.guest.process, self.lines.reader)
            if self._oled:
                self.lines.listeners.append(self.panel)
            self.lines.drive(TRIGGER, 0)
            self.wait_up()
        except BaseException:
            self.guest.cut_power()
            raise
        self.station = station.Station(self.guest)
        return self

    def wait_up(self):
        """Waits for the shell after a start or a reset, and mounts the disk."""
        self.up_s = self.guest.up()
        self.guest.do("mount -t ext4 /dev/vda /disk")

    def __exit__(self, *_):
        self.guest.cut_power()
