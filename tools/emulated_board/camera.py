"""The board's camera: shows pictures of parts through the loop of the virtual camera."""

import subprocess
from guest import BoardError
from oled import read_grey_png
from places import OUT, ROOT

COUNT = 8
WIDTH, HEIGHT = 640, 360
DRIVER = "/sys/bus/platform/drivers/vivid"


class Pictures:
    """Rendered parts, and whether each has a defect in the inspected window."""

    def __init__(self, roi):
        self.directory = OUT / "parts"
        if not (self.directory / str(COUNT - 1) / "mask.png").exists():
            subprocess.run(["cargo", "run", "--quiet", "--package", "sluice-tools", "--bin", "board_parts", "--",
                            self.directory, str(COUNT)], cwd=ROOT, check=True)
        self.is_bad = [self._has_defect(number, roi) for number in range(COUNT)]

    def _has_defect(self, number, roi):
        rows = read_grey_png(self.directory / str(number) / "mask.png")
        left, top = roi["x"], roi["y"]
        return any(any(row[left:left + roi["width"]]) for row in rows[top:top + roi["height"]])

    def files(self):
        """The pictures as files for the board: [(path on the board, picture)]."""
        return [(f"parts/{number}.png", self.directory / str(number) / "image.png") for number in range(COUNT)]


class Camera:
    """The camera of a running board."""

    def __init__(self, guest):
        self._guest = guest
        self._shown = None

    def plug_in(self):
        """Starts the signal with the first picture."""
        names = " ".join(f"/parts/{number}.png" for number in range(COUNT))
        self._guest.do("camera_feed control /dev/video0 'Loop Video=1'")
        # The player reads its commands from a FIFO and reports each shown picture on the console.
        self._guest.do("[ -p /tmp/feed ] || mkfifo /tmp/feed; sleep 100000 > /tmp/feed & "
                       f"camera_feed play /dev/video1 {WIDTH} {HEIGHT} {names} < /tmp/feed > /dev/console "
                       "2> /tmp/feed.txt & echo $! > /tmp/feed.pid")
        self._shown = None
        self.show(0)

    def show(self, number):
        """Shows a picture and waits until the camera sees it."""
        if number == self._shown:
            return
        self._guest.type(f"echo show {number + 1} > /tmp/feed\n")
        try:
            self._guest.until(rf"showing {number + 1}\r?\n", 20)
        except BoardError as error:
            raise BoardError(f"{error}; {self._guest.ask('cat /tmp/feed.txt')[1]}") from None
        self._shown = number

    def unplug(self):
        """Removes the device, like a camera that is unplugged."""
        self._guest.do(f"kill $(cat /tmp/feed.pid); echo vivid.0 > {DRIVER}/unbind")

    def plug_in_again(self):
        """Restores the device and its signal."""
        self._guest.do(f"echo vivid.0 > {DRIVER}/bind")
        self.plug_in()
