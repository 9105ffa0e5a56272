"""Another emulated board: NXP's i.MX 8M Plus evaluation kit with an OLED on its I2C controller."""

import shutil
import model
import station
from board import SIDE
from guest import Guest
from image import Image
from kernel import Kernel
from lines import Lines
from oled import I2cPanel
from places import OUT

# Lines of GPIO1 that the board's device tree does not use.
TRIGGER, REJECT, READY = 5, 6, 8
OLED_ADDRESS = 0x3C
MODULES = ("clk-imx8mp", "pinctrl-imx8mp", "gpio-mxc", "i2c-imx", "i2c-dev")


class ImxBoard:
    """A board with the station installed; use it in a `with` statement. Does not start the
    station."""

    def __init__(self, name, description, files, profile):
        self.directory = OUT / name
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.description = description
        self.kernel = kernel = Kernel("backports")
        image = Image(kernel)
        image.modules(MODULES)
        station.add_to(image, description, profile, model.resized(SIDE), model.normalisation(SIDE))
        for path, content in files:
            image.file(path, content)
        self._trace = self.directory / "i2c.txt"
        # qemu's model of this panel only acknowledges its address, and its picture is wrong. So the
        # picture is decoded from the trace.
        self._words = [
            "-M", "imx8mp-evk", "-smp", 2, "-m", "1G", "-kernel", kernel.image,
            "-dtb", kernel.device_tree("freescale/imx8mp-evk.dtb"), "-initrd", image.write(self.directory / "image.gz"),
            "-append", "console=ttymxc1 quiet loglevel=1 panic=-1", "-serial", "null", "-serial", "chardev:console",
            "-device", f"ssd0303,bus=i2c-bus.0,address={OLED_ADDRESS:#x}",
            "-trace", "i2c_send", "-trace", "i2c_event", "-D", self._trace]

    def __enter__(self):
        self.guest = Guest(self.directory, self._words)
        try:
            self.lines = Lines(self.guest, "/machine/soc/gpio1")
            self.lines.drive(TRIGGER, 0)
            self.up_s = self.guest.up(180)
        except BaseException:
            self.guest.cut_power()
            raise
        self.station = station.Station(self.guest)
        return self

    def __exit__(self, *_):
        self.guest.cut_power()

    def panel(self):
        """The panel after all messages so far."""
        panel = I2cPanel()
        panel.read(self._trace.read_text(errors="replace"), OLED_ADDRESS)
        return panel
