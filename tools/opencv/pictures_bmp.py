"""BMP files of every form that the station reads, and of some that it refuses.

A form is a function of the width, the height and a random generator, and gives a file's bytes.
"""

import io
import struct

import cv2
import numpy as np
from PIL import Image


def assemble(data, info, palette=b"", gap=0):
    """A file: its header, `info`, `palette`, a gap, and the pixels."""
    start = 14 + len(info) + len(palette) + gap
    return struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start) + info + palette + bytes(gap) + data


def info(width, height, bits, compression=0, colors=0, length=40, masks=(0, 0, 0, 0)):
    """The header after the file header, of any version."""
    if length == 12:
        return struct.pack("<IHHHH", 12, width, height, 1, bits)
    head = struct.pack("<IiiHHIIiiII", length, width, height, 1, bits, compression, 0, 2835, 2835, colors, 0)
    return (head + struct.pack("<IIII", *masks) + bytes(124))[:length]


def packed(values, bits):
    """Rows of values as rows of bytes, padded to 32 bits."""
    if bits == 8:
        rows = values.astype(np.uint8)
    else:
        single = np.unpackbits(values.astype(np.uint8)[:, :, None], axis=2)[:, :, 8 - bits :]
        rows = np.packbits(single.reshape(values.shape[0], -1), axis=1)
    return np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4))).tobytes()


def indexed(bits, length=40, sign=1, few=False):
    def form(width, height, random):
        colors = int(random.integers(1, (1 << bits) + 1)) if few else 1 << bits
        values = random.integers(0, colors, (height, width))
        palette = random.integers(0, 256, (colors, 3 if length == 12 else 4), dtype=np.uint8)
        if few and colors == 1 << bits:
            few_colors = 0
        else:
            few_colors = colors if few else 0
        return assemble(packed(values, bits), info(width, sign * height, bits, 0, few_colors, length), palette.tobytes())

    return form


def true_color(samples, length=40, sign=1, masks=None, gap=0):
    def form(width, height, random):
        rows = random.integers(0, 256, (height, width * samples), dtype=np.uint8)
        header = info(width, sign * height, 8 * samples, 3 if masks else 0, 0, length, masks or (0, 0, 0, 0))
        after = struct.pack("<III", *masks[:3]) if masks and length == 40 else b""
        return assemble(packed(rows, 8), header, after, gap)

    return form


def runs(bits, gaps):
    """Runs, lists and ends of rows at random; with `gaps` also skipped pixels and short rows."""

    def form(width, height, random):
        out = bytearray()
        top = 1 << bits
        row = 0
        while row < height:
            x = 0
            while x < width:
                left = width - x
                choice = int(random.integers(0, 10))
                count = int(random.integers(1, min(left, 255) + 1))
                if choice == 0 and gaps:
                    break
                if choice == 1 and gaps and left > 1:
                    right = int(random.integers(0, min(left - 1, 255) + 1))
                    up = int(random.integers(0, min(height - row, 4))) if bits == 8 else 0
                    if x + right < width:
                        out += bytes([0, 2, right, up])
                        x, row = x + right, row + up
                elif choice < 6 or count < 3:
                    out += bytes([count, int(random.integers(0, 256 if bits == 4 else top))])
                    x += count
                else:
                    data = random.integers(0, 256, (count * bits + 7) // 8, dtype=np.uint8).tobytes()
                    out += bytes([0, count]) + data + bytes(len(data) % 2)
                    x += count
            row += 1
            if gaps and random.integers(0, 30) == 0:
                # The rows above are empty.
                out += bytes([0, 0]) * (height - row)
                break
            if row < height or random.integers(0, 2):
                out += bytes([0, 0])
        out += bytes([0, 1])
        palette = random.integers(0, 256, (top, 4), dtype=np.uint8).tobytes()
        return assemble(bytes(out), info(width, height, bits, {8: 1, 4: 2}[bits]), palette)

    return form


def by_pillow(mode):
    def form(width, height, random):
        out = io.BytesIO()
        pixels = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
        Image.fromarray(pixels).convert(mode).save(out, "BMP")
        return out.getvalue()

    return form


USUAL = (0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000)
OTHER = (0x000000FF, 0x0000FF00, 0x00FF0000, 0xFF000000)

READ = {
    "bmp1": indexed(1),
    "bmp4": indexed(4),
    "bmp8": indexed(8),
    "bmp1_core": indexed(1, 12),
    "bmp8_core": indexed(8, 12),
    "bmp8_top_down": indexed(8, sign=-1),
    "bmp4_v4": indexed(4, 108),
    "bmp8_few": indexed(8, few=True),
    "bmp4_few": indexed(4, few=True),
    "bmp24": true_color(3),
    "bmp24_core": true_color(3, 12),
    "bmp24_top_down": true_color(3, sign=-1),
    "bmp24_gap": true_color(3, 124, gap=70),
    "bmp32": true_color(4),
    "bmp32_top_down": true_color(4, sign=-1),
    "bmp32_masks": true_color(4, 40, masks=USUAL),
    "bmp32_masks_v2": true_color(4, 52, masks=USUAL),
    "bmp32_masks_v3": true_color(4, 56, masks=USUAL),
    "bmp32_masks_v4": true_color(4, 108, masks=USUAL),
    "bmp32_masks_v5": true_color(4, 124, masks=USUAL),
    "bmp8_runs": runs(8, False),
    "bmp8_runs_gaps": runs(8, True),
    "bmp4_runs": runs(4, False),
    "bmp4_runs_gaps": runs(4, True),
    "bmp_by_opencv": lambda width, height, random: cv2.imencode(
        ".bmp", random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    )[1].tobytes(),
    **{f"bmp_by_pillow_{mode.lower()}": by_pillow(mode) for mode in ("1", "L", "P", "RGB", "RGBA")},
}


def changed(form, at, value):
    """The form with other bytes at a place."""

    def result(width, height, random):
        data = bytearray(form(width, height, random))
        data[at : at + len(value)] = value
        return bytes(data)

    return result


REFUSED = {
    "bmp16": true_color(2),
    "bmp32_masks_other": true_color(4, 40, masks=OTHER),
    "bmp32_masks_other_v4": true_color(4, 108, masks=OTHER),
    "bmp_os2": true_color(3, 64),
    "bmp_png": changed(true_color(3), 30, b"\5"),
    "bmp_runs_top_down": changed(changed(runs(8, False), 22, b"\xf0\xff\xff\xff"), 18, b"\x10\0\0\0"),
    "bmp4_runs_end_early": lambda width, height, random: assemble(
        bytes([width % 256, 0x11, 0, 1]), info(width, height + 2, 4, 2), bytes(64)
    ),
    "bmp8_runs_end_early": lambda width, height, random: assemble(
        bytes([width % 256, 0x11, 0, 1]), info(width, height + 2, 8, 1), bytes(1024)
    ),
    "bmp8_runs_without_end": lambda width, height, random: runs(8, False)(width, height, random)[:-2],
    "bmp4_runs_skip_rows": lambda width, height, random: assemble(
        bytes([0, 2, 0, 1, width % 256, 0x11, 0, 1]), info(width, 2, 4, 2), bytes(64)
    ),
}
