"""Writes masks of every PNG type, and vectors.txt with the results of OpenCV, the station and the
scripts.

    python3 tests/data/masks/make.py

Each line of vectors.txt contains a file's name, the result with two classes and with three
(`read`, or the reason of a refusal), and OpenCV's grey values in hexadecimal, row by row. Needs
numpy and OpenCV. OpenCV 4.11 and 5.0 give the same. No PNG writer supports all types, so this
script assembles the files itself.
"""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np

HERE = Path(__file__).parent
WIDTH, HEIGHT = 12, 9
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
GAMMA = [(b"gAMA", struct.pack(">I", 45455))]
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def rows(values, depth):
    """Unfiltered rows of samples [H, W, channels]."""
    if depth == 16:
        return b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    bits = (values[..., None] >> np.arange(depth)[::-1]) & 1
    return b"".join(b"\0" + np.packbits(row.ravel().astype(np.uint8)).tobytes() for row in bits)


def png(values, color, depth, before=(), after=(), interlaced=False):
    values = np.asarray(values, np.uint16).reshape(HEIGHT, WIDTH, CHANNELS[color])
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, color, 0, 0, interlaced)
    parts = [values[y::dy, x::dx] for x, y, dx, dy in PASSES] if interlaced else [values]
    data = zlib.compress(b"".join(rows(part, depth) for part in parts if part.size), 9)
    chunks = [(b"IHDR", header), *before, (b"IDAT", data), *after, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def exif(orientation):
    return (b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">H", orientation) + b"\0\0\0\0\0\0")


def mark(value, black=0):
    """An area of 6 x 5 pixels of this value (a number, or one for each channel) on black."""
    value = np.atleast_1d(value)
    values = np.full((HEIGHT, WIDTH, len(value)), black, np.uint16)
    values[2:7, 3:9] = value
    return values


def noise(seed, channels, depth):
    """Random values, which no real mask has. They test the conversion to grey."""
    return np.random.default_rng(seed).integers(0, 1 << depth, (HEIGHT, WIDTH, channels))


def soft():
    """A white area with the soft edges of a JPEG file, and specks around it."""
    _, jpeg = cv2.imencode(".jpg", mark(255)[..., 0].astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 60])
    return cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE)


def line(value, rest):
    """A line of ten pixels, one pixel high, beside an area."""
    values = mark(rest)
    values[0, 1:11] = value
    return values


def palette(*colours):
    return [(b"PLTE", bytes(sum(colours, ())))]


def files():
    """(name, result with two classes, result with three, the file)."""
    black, white, green, blue, red, cyan = (0, 0, 0), (255, 255, 255), (0, 255, 0), (0, 0, 255), (255, 0, 0), (0, 255, 255)
    wide = 65535
    # Every type and depth, white on black, and class 1.
    for depth in (1, 2, 4, 8, 16):
        top = (1 << depth) - 1
        form = "class" if depth == 8 else "form"
        yield f"grey{depth}_white", "read", form, png(mark(top), GREY, depth)
        yield f"grey{depth}_white_interlaced", "read", form, png(mark(top), GREY, depth, interlaced=True)
        yield f"grey{depth}_black_transparent", "read", form, png(mark(top), GREY, depth, [(b"tRNS", b"\0\0")])
        if depth > 1:
            yield f"grey{depth}_one", "faint", "read" if depth == 8 else "form", png(mark(1), GREY, depth)
        if depth < 16:
            yield f"palette{depth}_white", "read", "form", png(mark(1), PALETTE, depth, palette(black, white))
            yield f"palette{depth}_black_transparent", "read", "form", png(
                mark(1), PALETTE, depth, [*palette(black, white), (b"tRNS", b"\0")])
            yield f"palette{depth}_blue_interlaced", "faint", "form", png(
                mark(1), PALETTE, depth, palette(black, blue), interlaced=True)
    for depth, form in ((8, "class"), (16, "form")):
        top = (1 << depth) - 1
        for name, color, channels in (("rgb", RGB, 3), ("grey_alpha", GREY_ALPHA, 1), ("rgba", RGBA, 3)):
            opaque = [top] * (CHANNELS[color] - channels)
            full = lambda value: np.dstack([mark([value] * channels), *(np.full((HEIGHT, WIDTH), a) for a in opaque)])
            yield f"{name}{depth}_white", "read", form, png(full(top), color, depth)
            yield f"{name}{depth}_white_interlaced", "read", form, png(full(top), color, depth, interlaced=True)
            yield f"{name}{depth}_one", "faint", "read" if depth == 8 else "form", png(full(1), color, depth)
            if opaque:
                yield f"{name}{depth}_black_transparent", "read", form, png(mark([top] * (channels + 1)), color, depth)
                yield f"{name}{depth}_black_on_transparent", "transparency", "transparency", png(
                    mark([0] * channels + [top]), color, depth)
                yield f"{name}{depth}_white_on_transparent_white", "transparency", "transparency", png(
                    np.dstack([np.full((HEIGHT, WIDTH, channels), top), mark(top)]), color, depth)
                yield f"{name}{depth}_half_transparent", "read", form, png(
                    np.dstack([mark([top] * channels), np.full((HEIGHT, WIDTH), top // 2)]), color, depth)
        yield f"rgb{depth}_noise", "read", "form", png(noise(depth, 3, depth), RGB, depth)
        yield f"rgba{depth}_noise", "read", "form", png(noise(depth + 1, 4, depth), RGBA, depth)
    # 16-bit values below one 8-bit step.
    yield "grey16_255", "faint", "form", png(mark(255), GREY, 16)
    yield "grey16_two", "faint", "form", png(mark(2), GREY, 16)
    # Colours: OpenCV's grey value is 149, 29, 76, 178.
    yield "green", "read", "form", png(mark(green), RGB, 8)
    yield "green_16", "read", "form", png(mark((0, wide, 0)), RGB, 16)
    yield "cyan", "read", "form", png(mark(cyan), RGB, 8)
    yield "blue", "faint", "form", png(mark(blue), RGB, 8)
    yield "red", "faint", "form", png(mark(red), RGB, 8)
    yield "almost_black_blue", "faint", "form", png(mark((0, 0, 3)), RGB, 8)
    yield "palette_green", "read", "form", png(mark(1), PALETTE, 8, palette(black, green))
    two = mark(white)
    two[2:7, 6:9] = green
    yield "white_and_green", "colours", "form", png(two, RGB, 8)
    two[2:7, 6:9] = red
    yield "white_and_red", "dark", "form", png(two, RGB, 8)
    yield "palette_of_two_classes", "faint", "form", png(
        two[..., :1] // 255 + (two[..., 1:2] == 0) * two[..., :1] // 255, PALETTE, 8, palette(black, (128, 0, 0), (0, 128, 0)))
    # Gamma and profiles change OpenCV's grey value of a colour, but not that of white.
    yield "gamma_white", "read", "class", png(mark(white), RGB, 8, GAMMA)
    yield "gamma_grey", "read", "class", png(mark(255), GREY, 8, GAMMA)
    yield "gamma_green", "gamma", "form", png(mark(green), RGB, 8, GAMMA)
    yield "gamma_palette_green", "gamma", "form", png(mark(1), PALETTE, 8, [*GAMMA, *palette(black, green)])
    yield "srgb_green", "gamma", "form", png(mark(green), RGB, 8, [(b"sRGB", b"\0")])
    yield "srgb_white16", "gamma", "form", png(mark((wide,) * 3), RGB, 16, [(b"sRGB", b"\0")])
    yield "srgb_black16", "read", "form", png(mark((0,) * 3), RGB, 16, [(b"sRGB", b"\0")])
    # Greys: soft edges and painted areas.
    yield "soft", "read", "class", png(soft(), GREY, 8)
    yield "black", "read", "read", png(mark(0), GREY, 8)
    yield "grey127", "faint", "class", png(mark(127), GREY, 8)
    yield "grey128", "read", "class", png(mark(128), GREY, 8)
    yield "line_of_one", "dark", "class", png(line(1, 255), GREY, 8)
    yield "speck_of_one", "read", "class", png(np.where(np.arange(12) % 6 == 1, line(1, 255)[..., 0], mark(255)[..., 0]), GREY, 8)
    ring = mark(255)
    ring[3:6, 4:8] = 1
    yield "one_in_a_white_ring", "dark", "class", png(ring, GREY, 8)
    classes = mark(2)
    classes[2:7, 6:9] = 1
    yield "classes", "faint", "read", png(classes, GREY, 8)
    yield "class_three", "faint", "class", png(mark(3), GREY, 8)
    # Rotated pictures.
    yield "upright", "read", "class", png(mark(255), GREY, 8, [exif(1)])
    yield "turned", "picture", "picture", png(mark(255), GREY, 8, [exif(6)])
    yield "turned_behind", "picture", "picture", png(mark(255), GREY, 8, after=[exif(3)])


def main():
    with open(HERE / "vectors.txt", "w") as vectors:
        for name, two, three, data in files():
            (HERE / f"{name}.png").write_bytes(data)
            grey = cv2.imread(str(HERE / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
            vectors.write(f"{name} {two} {three} {grey.tobytes().hex()}\n")


if __name__ == "__main__":
    main()
