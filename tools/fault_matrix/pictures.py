"""Pictures of good and bad parts."""

import struct
import zlib


def picture(is_bad):
    """A PNG file of 160 x 144 pixels; a bad one has a white spot."""
    rows = bytearray()
    for y in range(144):
        rows.append(0)
        for x in range(160):
            white = is_bad and 60 <= x < 80 and 50 <= y < 70
            rows += b"\xff\xff\xff" if white else b"ddd"

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 160, 144, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")


GOOD, BAD = picture(False), picture(True)
