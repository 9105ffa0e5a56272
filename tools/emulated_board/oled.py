"""A model of an SSD1306: decodes what is sent to it and returns the picture that it shows."""

import struct
import zlib

WIDTH, HEIGHT = 128, 64
# Number of arguments of each command (Solomon Systech, SSD1306 data sheet, table 9-1).
ARGUMENTS = {0x20: 1, 0x21: 2, 0x22: 2, 0x26: 6, 0x27: 6, 0x29: 5, 0x2A: 5, 0xA3: 2, 0x81: 1, 0x8D: 1, 0xA8: 1, 0xD3: 1,
             0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1}


class Panel:
    """The controller: 128 x 8 bytes of memory, each a column of eight pixels, and a write
    position."""

    def __init__(self):
        self.memory = bytearray(WIDTH * HEIGHT // 8)
        self.is_on = False
        self.data_bytes = 0
        # Received commands that this controller does not have.
        self.unknown = []
        self._command = []
        # After a reset the write position stays in one page.
        self._by_page = True
        self._columns = (0, WIDTH - 1)
        self._pages = (0, HEIGHT // 8 - 1)
        self._column = self._page = 0

    def command(self, byte):
        """Processes a byte of a command."""
        self._command.append(byte)
        code, *words = self._command
        if len(words) < ARGUMENTS.get(code, 0):
            return
        self._command = []
        if code == 0x20 and words[0] & 3 in (0, 2):
            self._by_page = words[0] & 3 == 2
        elif code <= 0x0F:
            self._column = self._column & 0x70 | code
        elif code <= 0x17:
            self._column = (code & 7) << 4 | self._column & 0x0F
        elif 0xB0 <= code <= 0xB7:
            self._page = code & 7
        elif code == 0x21:
            self._columns = words[0] & 0x7F, words[1] & 0x7F
            self._column = self._columns[0]
        elif code == 0x22:
            self._pages = words[0] & 7, words[1] & 7
            self._page = self._pages[0]
        elif code in (0xAE, 0xAF):
            self.is_on = code == 0xAF
        elif code == 0x20 or code not in ARGUMENTS and not (0x40 <= code <= 0x7F or code in (
                0x2E, 0x2F, 0xA0, 0xA1, 0xA4, 0xA5, 0xA6, 0xA7, 0xC0, 0xC8, 0xE3)):
            self.unknown.append((code, *words))

    def data(self, byte):
        """Processes a byte of data, in page or horizontal addressing mode."""
        self.memory[self._page * WIDTH + self._column] = byte
        self.data_bytes += 1
        self._column += 1
        if self._by_page:
            self._column %= WIDTH
            return
        if self._column > self._columns[1]:
            self._column = self._columns[0]
            self._page = self._pages[0] if self._page >= self._pages[1] else self._page + 1

    def rows(self):
        """The picture, 64 rows of 128 values, 0 or 1. SSD1306 drivers reverse both axes, so the
        memory has the order of the picture."""
        return [[self.memory[y // 8 * WIDTH + x] >> y % 8 & 1 for x in range(WIDTH)] for y in range(HEIGHT)]

    def text(self):
        """The picture as text, two rows of pixels in one line."""
        rows = self.rows()
        return "\n".join("".join(" ▀▄█"[above + 2 * below] for above, below in zip(rows[y], rows[y + 1])).rstrip()
                         for y in range(0, HEIGHT, 2))


class SpiPanel(Panel):
    """A panel on a bit-banged SPI bus in mode 0; a listener of `lines.Lines`."""

    def __init__(self, clock, data, select, data_command):
        super().__init__()
        self._lines = (clock, data, select, data_command)
        self._levels = dict.fromkeys(self._lines, 0)
        self._bits = 0
        self._count = 0

    def __call__(self, _at, line, level):
        if line not in self._levels:
            return
        clock, data, select, data_command = self._lines
        rises = level and not self._levels[line]
        self._levels[line] = level
        if line == select:
            self._count = 0
        elif line == clock and rises and not self._levels[select]:
            self._bits = (self._bits << 1 | self._levels[data]) & 0xFF
            self._count += 1
            if self._count == 8:
                self._count = 0
                (self.data if self._levels[data_command] else self.command)(self._bits)


class I2cPanel(Panel):
    """A panel on I2C, decoded from qemu's trace of the bus. Each message begins with a control
    byte: 0x00 for commands, 0x40 for data."""

    def read(self, trace, address):
        """Processes every message to `address` in a trace of the events `i2c_event` and
        `i2c_send`."""
        message = []
        end, send = f"(addr:0x{address:02x})", f"i2c_send send(addr:0x{address:02x}) data:0x"
        for line in trace.splitlines():
            if send in line:
                message.append(int(line.rsplit("0x", 1)[1], 16))
            elif "i2c_event" in line and end in line:
                self._take(message)
                message = []
        self._take(message)

    def _take(self, message):
        if message and message[0] not in (0x00, 0x40):
            self.unknown.append(tuple(message[:1]))
        elif message:
            for byte in message[1:]:
                (self.data if message[0] == 0x40 else self.command)(byte)


def write_png(rows, path, scale=4):
    """Writes rows of 0 and 1 as a grey picture, each pixel `scale` times as large."""
    lines = b"".join((b"\0" + b"".join(bytes([255 * value]) * scale for value in row)) * scale for row in rows)
    size = struct.pack(">II5B", len(rows[0]) * scale, len(rows) * scale, 8, 0, 0, 0, 0)

    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(lines)) +
                     chunk(b"IEND", b""))


def read_grey_png(path):
    """Rows of 0 and 1 of a PNG file that has one grey or palette-free channel or RGB, 8 bits or 1
    bit, not interlaced: what the station writes for a screen that is a file. A pixel is 1 when its
    first channel is above the middle."""
    content = path.read_bytes()
    at, packed = 8, b""
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at:at + 8])
        body = content[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">II5B", body)
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    channels = {0: 1, 2: 3}.get(colour)
    if channels is None or interlaced or depth not in (1, 8):
        raise ValueError(f"{path}: not a kind of PNG that is read here")
    step = max(1, channels * depth // 8)
    stride = (width * channels * depth + 7) // 8
    raw, before, rows = zlib.decompress(packed), bytes(stride), []
    for y in range(height):
        kind, *line = raw[y * (stride + 1):(y + 1) * (stride + 1)]
        line = _unfilter(kind, line, before, step)
        before = bytes(line)
        if depth == 1:
            rows.append([line[x // 8] >> 7 - x % 8 & 1 for x in range(width)])
        else:
            rows.append([line[x * step] >> 7 for x in range(width)])
    return rows


def _unfilter(kind, line, above, step):
    """PNG specification, section 9."""
    for x, value in enumerate(line):
        left, up = line[x - step] if x >= step else 0, above[x]
        corner = above[x - step] if x >= step else 0
        guess = left + up - corner
        paeth = min((left, up, corner), key=lambda near: abs(guess - near))
        line[x] = (value + (0, left, up, (left + up) // 2, paeth)[kind]) & 0xFF
    return line
