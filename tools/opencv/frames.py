"""Pictures for the comparisons with OpenCV: reproducible noise, and PNG files of every kind.

The PNG files are encoded here, not by a library, so that every colour type, bit depth, row filter
and interlacing occurs.
"""

import struct
import zlib

import numpy as np

# Name: (PNG colour type, bits a sample, samples a pixel).
KINDS = {
    "grey1": (0, 1, 1),
    "grey2": (0, 2, 1),
    "grey4": (0, 4, 1),
    "grey8": (0, 8, 1),
    "grey16": (0, 16, 1),
    "rgb8": (2, 8, 3),
    "rgb16": (2, 16, 3),
    "palette1": (3, 1, 1),
    "palette2": (3, 2, 1),
    "palette4": (3, 4, 1),
    "palette8": (3, 8, 1),
    "palette8_transparent": (3, 8, 1),
    "grey_alpha8": (4, 8, 2),
    "grey_alpha16": (4, 16, 2),
    "rgba8": (6, 8, 4),
    "rgba16": (6, 16, 4),
}

# Adam7: first column, first row, column step, row step.
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def noise(count):
    """`count` bytes without a pattern, the same as `noise` in tests/library/same_bytes.rs."""
    x = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (x >> np.uint64(56)).astype(np.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(kind, width, height, interlaced):
    """A PNG file of noise."""
    color_type, bits, samples = KINDS[kind]
    count = width * height * samples
    values = noise(2 * count).reshape(count, 2)
    values = values[:, 0].astype(np.uint16) * 256 + values[:, 1] if bits == 16 else values[:, 0] >> (8 - bits)
    values = values.reshape(height, width, samples)
    passes = PASSES if interlaced else [(0, 0, 1, 1)]
    parts = [values[y::dy, x::dx] for x, y, dx, dy in passes]
    data = b"".join(filtered(rows(part, bits), max(1, bits * samples // 8)) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, int(interlaced))
    chunks = [chunk(b"IHDR", header)]
    if color_type == 3:
        chunks.append(chunk(b"PLTE", noise(3 << bits).tobytes()))
    if kind == "palette8_transparent":
        chunks.append(chunk(b"tRNS", noise(200).tobytes()))
    compressed = zlib.compress(data, 6)
    for start in range(0, len(compressed), 8192):
        chunks.append(chunk(b"IDAT", compressed[start : start + 8192]))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def rows(values, bits):
    """Rows of samples as rows of bytes."""
    flat = values.reshape(values.shape[0], -1)
    if bits == 16:
        return flat.astype(">u2").view(np.uint8)
    if bits == 8:
        return flat.astype(np.uint8)
    single = np.unpackbits(flat.astype(np.uint8)[:, :, None], axis=2)[:, :, 8 - bits :]
    return np.packbits(single.reshape(flat.shape[0], -1), axis=1)


def filtered(raw, pixel_bytes):
    """Rows, each after its filter byte. The five filters take turns (PNG specification, section 9).
    """
    out = bytearray()
    above = np.zeros(raw.shape[1], np.int16)
    for y, row in enumerate(raw.astype(np.int16)):
        shifted = lambda line: np.concatenate([np.zeros(pixel_bytes, np.int16), line])[: line.size]
        left, corner = shifted(row), shifted(above)
        estimate = left + above - corner
        distances = [abs(estimate - left), abs(estimate - above), abs(estimate - corner)]
        paeth = np.select(
            [(distances[0] <= distances[1]) & (distances[0] <= distances[2]), distances[1] <= distances[2]],
            [left, above],
            corner,
        )
        guess = [0, left, above, (left + above) // 2, paeth][y % 5]
        out.append(y % 5)
        out += ((row - guess) & 255).astype(np.uint8).tobytes()
        above = row
    return bytes(out)
