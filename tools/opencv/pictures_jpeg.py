"""JPEG files of every form that the station reads, and of some that it refuses.

A form is a function of the width, the height and a random generator, and gives a file's bytes.
"""

import io

import cv2
import numpy as np
from PIL import Image


def pixels(width, height, random, samples=3):
    """Smooth areas, edges and noise, so that all coefficients occur."""
    small = random.integers(0, 256, (max(1, height // 9), max(1, width // 9), samples), dtype=np.uint8)
    smooth = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, samples)
    grain = random.integers(-40, 41, smooth.shape) * (random.integers(0, 3) > 0)
    found = np.clip(smooth.astype(int) + grain, 0, 255).astype(np.uint8)
    return found[:, :, 0] if samples == 1 else found


def encoded(samples=3, mode=None, edit=lambda data: data, **options):
    """A file as Pillow writes it, with a random quality unless it is given."""

    def form(width, height, random):
        out = io.BytesIO()
        picture = Image.fromarray(pixels(width, height, random, samples), mode)
        picture.save(out, "JPEG", **{"quality": int(random.integers(1, 101)), **options})
        return edit(out.getvalue())

    return form


def by_opencv(sampling, *options):
    def form(width, height, random):
        quality = int(random.integers(1, 101))
        settings = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling, *options]
        return cv2.imencode(".jpg", pixels(width, height, random), settings)[1].tobytes()

    return form


def segments(data):
    """Each segment before the first scan: its marker, start and end."""
    at = 2
    while data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield data[at + 1], at, at + 2 + length
        at += 2 + length


def without_tables(data):
    """Without Huffman tables, as frames of MJPEG cameras are. Those of the standard are meant."""
    for marker, start, end in reversed(list(segments(data))):
        if marker == 0xC4:
            data = data[:start] + data[end:]
    return data


def with_segment(marker, payload):
    segment = bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload
    return lambda data: data[:2] + segment + data[2:]


def exif(orientation):
    entry = b"\x12\x01\x03\0\x01\0\0\0" + bytes([orientation, 0, 0, 0])
    return with_segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + bytes(4))


def frame_byte(offset, value):
    """With another byte in the frame's segment, counted from its marker."""

    def edit(data):
        for marker, start, _ in segments(data):
            if marker in (0xC0, 0xC1, 0xC2):
                return data[: start + offset] + bytes([value]) + data[start + offset + 1 :]

    return edit


def after_scan(number, end=b""):
    """Without the scans after this one."""

    def edit(data):
        at = -1
        for _ in range(number + 1):
            at = data.index(b"\xff\xda", at + 1)
        return data[:at] + end

    return edit


READ = {
    "jpeg444": encoded(subsampling=0),
    "jpeg422": encoded(subsampling=1),
    "jpeg420": encoded(subsampling=2),
    "jpeg440": by_opencv(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440),
    "jpeg411": by_opencv(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411),
    "jpeg_grey": encoded(1),
    "jpeg444_progressive": encoded(subsampling=0, progressive=True),
    "jpeg422_progressive": encoded(subsampling=1, progressive=True),
    "jpeg420_progressive": encoded(subsampling=2, progressive=True),
    "jpeg_grey_progressive": encoded(1, progressive=True),
    "jpeg420_optimised": encoded(subsampling=2, optimize=True),
    "jpeg420_restarts": encoded(subsampling=2, restart_marker_blocks=1),
    "jpeg422_restarts_rows": encoded(subsampling=1, restart_marker_rows=1),
    "jpeg420_progressive_restarts": by_opencv(
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420, cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_RST_INTERVAL, 3
    ),
    "jpeg_rgb": encoded(keep_rgb=True, subsampling=0),
    "jpeg420_exif_upright": encoded(subsampling=2, edit=exif(1)),
    "jpeg420_without_end": encoded(subsampling=2, edit=lambda data: data[:-2]),
    "jpeg420_more_behind": encoded(subsampling=2, edit=lambda data: data + b"more"),
    "jpeg422_without_tables": encoded(subsampling=1, quality=80, edit=without_tables),
    "jpeg420_comment": encoded(subsampling=2, edit=with_segment(0xFE, b"a comment")),
}

REFUSED = {
    "jpeg_cmyk": encoded(4, "CMYK"),
    "jpeg_12_bit": encoded(edit=frame_byte(4, 12)),
    "jpeg_lossless": encoded(edit=frame_byte(1, 0xC3)),
    "jpeg_arithmetic": encoded(edit=frame_byte(1, 0xC9)),
    "jpeg_hierarchical": encoded(edit=frame_byte(1, 0xC5)),
    "jpeg_height_later": encoded(edit=lambda data: frame_byte(5, 0)(frame_byte(6, 0)(data))),
    "jpeg_unusual_resolution": encoded(subsampling=0, edit=frame_byte(14, 0x21)),
    **{f"jpeg_exif_{turn}": encoded(subsampling=2, edit=exif(turn)) for turn in range(2, 9)},
    "jpeg_progressive_first_scans": encoded(subsampling=2, progressive=True, edit=after_scan(2, b"\xff\xd9")),
    "jpeg_progressive_cut_between": encoded(subsampling=2, progressive=True, edit=after_scan(3)),
    "jpeg_cut": encoded(subsampling=2, edit=lambda data: data[: len(data) * 2 // 3]),
}
