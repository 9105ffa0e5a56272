"""Reads mask files by the station's rule, which `src/labelled/eval/label.rs` defines.

`read` returns the value of each pixel, or exits with the file's name and what to do. A mask with
two possible meanings must not train, measure or tune anything, and must never count as good.
README.md has the rule in short. `tests/data/masks/` tests both implementations with the same files.
"""

import struct

import cv2
import numpy as np

# From this grey value on, a pixel of a two-class mask is a defect.
DEFECT_MIN = 128
# The smallest painted area is a square of this side. The smallest line has as many pixels as that
# square.
SIDE = 3
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, PALETTE = 0, 3
WRITE_IT = "write it as an 8-bit grey PNG, 0 where the part is good and 255 on every pixel of a defect"


def chunks(path):
    """`{name: content}` of a PNG file, the first of chunks with one name. Empty if it is not a PNG
    or is cut off.
    """
    data, found = path.read_bytes(), {}
    if not data.startswith(SIGNATURE):
        return {}
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        found.setdefault(name, data[at + 8 : at + 8 + length])
        at += 12 + length
    return found if b"IEND" in found else {}


def orientation(exif):
    """The Exif orientation, 1 if the file gives none."""
    order = {b"MM\0*": ">", b"II*\0": "<"}.get(exif[:4])
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, start)
        entries = [struct.unpack_from(order + "HHIH", exif, start + 2 + 12 * index) for index in range(count)]
    except (struct.error, TypeError):
        return 1
    return next((value for tag, _, _, value in entries if tag == 0x0112), 1)


def samples(path):
    """(chunks, grey values HW, colours HW3 or grey HW1 as in the file, transparency HW or None)."""
    if not path.is_file():
        raise SystemExit(f"{path}: no such file")
    found = chunks(path)
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    values = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if not found or grey is None or values is None:
        raise SystemExit(f"{path}: not a complete PNG, as a mask must be")
    if b"acTL" in found:
        raise SystemExit(f"{path}: the file is an animation: store a single picture")
    if 2 <= orientation(found.get(b"eXIf", b"")) <= 8:
        raise SystemExit(f"{path}: its Exif data rotate it: store the pixels upright, with orientation 1 or none")
    values = values.reshape(*grey.shape, -1)
    alpha = values[..., 3] if values.shape[2] == 4 else None
    if b"tRNS" in found and found[b"IHDR"][9] == GREY:
        depth = found[b"IHDR"][8]
        scale = 255 // ((1 << depth) - 1) if depth < 8 else 1
        alpha = values[..., 0] != struct.unpack(">H", found[b"tRNS"][:2])[0] * scale
    return found, grey, values[..., :3], alpha


def check_transparency(path, colours, alpha):
    """Refuses transparency that is neither uniform nor exactly the black pixels."""
    if alpha is None or (alpha == alpha.flat[0]).all():
        return
    odd = np.argwhere(colours.any(axis=2) != (alpha != 0))
    if len(odd):
        y, x = odd[0]
        raise SystemExit(f"{path}: its transparency differs from its colour, for example at ({x}, {y}), and only "
                         f"the colour is read; {WRITE_IT}")


def areas(colours):
    """Upper left corners (HW, bool, smaller by two) of the 3 x 3 squares of equal pixels that are
    not black.
    """
    packed = colours.astype(np.uint64) @ np.array([1, 1 << 16, 1 << 32][: colours.shape[2]], np.uint64)
    height, width = (max(0, side - SIDE + 1) for side in packed.shape)
    first = packed[:height, :width]
    equal = first != 0
    for y in range(SIDE):
        for x in range(SIDE):
            equal &= packed[y : y + height, x : x + width] == first
    return equal, first


def check_painted(path, grey, colours):
    """Refuses a two-class mask with marks that are too dark to count, or with areas of two colours.
    """
    dark = colours.any(axis=2) & (grey < DEFECT_MIN)
    equal, packed = areas(colours)
    height, width = equal.shape
    places = np.argwhere(equal & dark[:height, :width])
    count = np.bincount(grey[dark], minlength=1)
    most = int(count.argmax())
    if not len(places) and count[most] >= SIDE * SIDE and 2 * count[most] > count.sum():
        places = np.argwhere(dark & (grey == most))
    if len(places):
        y, x = places[0]
        raise SystemExit(f"{path}: the mark at ({x}, {y}) has the grey value {grey[y, x]}, and only {DEFECT_MIN} and above is a "
                         f"defect: this mark would not count, though others do; {WRITE_IT}")
    in_colour = (colours != colours[..., :1]).any()
    if in_colour and len(np.unique(packed[equal])) > 1:
        raise SystemExit(f"{path}: has areas in several colours: with two classes it is unclear which of them are defects; {WRITE_IT}")


def defects(path):
    """255 where a two-class mask has a defect, else 0 (HW, uint8)."""
    found, grey, colours, alpha = samples(path)
    check_transparency(path, colours, alpha)
    three, wide = colours.shape[2] == 3 and found[b"IHDR"][9] & 2, found[b"IHDR"][8] == 16
    in_colour = (colours != colours[..., :1]).any()
    if colours.any() and three and (in_colour or wide) and found.keys() & {b"gAMA", b"sRGB", b"iCCP"}:
        raise SystemExit(f"{path}: is in colour with a gamma value or a colour profile (gAMA, sRGB or iCCP), on which OpenCV's grey "
                         f"value depends; {WRITE_IT}")
    if colours.any() and grey.max() < DEFECT_MIN:
        raise SystemExit(f"{path}: its brightest grey value is {grey.max()} (of 255, as OpenCV reads it), and a defect is white (255), "
                         f"from {DEFECT_MIN} on: nothing would count; {WRITE_IT}, or, if the grey values are classes, use "
                         "what takes more than two (--classes)")
    check_painted(path, grey, colours)
    return np.where(grey >= DEFECT_MIN, 255, 0).astype(np.uint8)


def numbers(path, classes):
    """The class of each pixel of a mask of more than two classes (HW, uint8)."""
    found, grey, colours, alpha = samples(path)
    check_transparency(path, colours, alpha)
    depth, color = found[b"IHDR"][8], found[b"IHDR"][9]
    form = ("with a palette" if color == PALETTE else "of 16 bits" if depth == 16 else "of less than 8 bits" if depth < 8
            else "in colour" if (colours != colours[..., :1]).any() else None)
    if form:
        raise SystemExit(f"{path}: is {form}; with {classes} classes the mask's grey value is the class: write it as an 8-bit grey "
                         f"PNG with the values 0 (good) to {classes - 1}")
    if grey.max() >= classes:
        raise SystemExit(f"{path}: grey value {grey.max()} is no class; with {classes} classes the grey value is the class, 0 (good) "
                         f"to {classes - 1}")
    return grey


def read(path, classes):
    """The value of each pixel of a mask (HW, uint8): 0 and 255 for two classes, else the class."""
    return defects(path) if classes == 2 else numbers(path, classes)
