"""Writes tests/data/raw/vectors.txt: the SHA-256 of OpenCV's result for camera frames.

usage: python make_raw_vectors.py DIRECTORY

Needs requirements.txt. On aarch64 (make_resize_vectors.py says how to emulate it) it writes the
same file: OpenCV converts colours alike there, and `model/resize.py` resizes. A frame is noise,
rows without padding. The lines of vectors.txt:

    raw FORMAT[/HOW] W H X Y ROI_W ROI_H TARGET_W TARGET_H ORDER SHA256
    colours FORMAT SHA256

`raw` is a region, resized; ORDER is bgr or rgb. HOW is the number of low bits that are dropped from
the samples, or `edge_aware`. `colours` is every Y with every U and V as rgb, see
`all_colours`.
"""

import hashlib
import pathlib
import sys

import cv2
import numpy as np

import frames

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "model"))
import resize as rules

# To blue, green, red.
CODES = {
    "yuyv": cv2.COLOR_YUV2BGR_YUY2,
    "uyvy": cv2.COLOR_YUV2BGR_UYVY,
    "nv12": cv2.COLOR_YUV2BGR_NV12,
    "grey": cv2.COLOR_GRAY2BGR,
    "rgb24": cv2.COLOR_RGB2BGR,
}
# OpenCV names a mosaic by the second row and column of V4L2's name.
MOSAICS = {"rggb": "BG", "grbg": "GB", "gbrg": "GR", "bggr": "RG"}
# Bits of the samples; p is packed.
SAMPLES = {"8": 8, "10": 10, "12": 12, "16": 16, "10p": 10, "12p": 12}
# Sizes and regions at every border, with odd and even first columns and rows and lengths, down to
# one pixel.
CASES = [
    ((38, 30), (0, 0, 38, 30), (38, 30)), ((38, 30), (0, 0, 38, 30), (19, 15)), ((38, 30), (5, 3, 23, 19), (11, 13)),
    ((38, 30), (4, 3, 23, 20), (23, 20)), ((38, 30), (5, 2, 22, 19), (40, 31)), ((38, 30), (9, 11, 29, 19), (17, 12)),
    ((38, 30), (8, 10, 30, 20), (17, 40)), ((38, 30), (37, 29, 1, 1), (3, 2)), ((38, 30), (36, 28, 1, 1), (1, 1)),
    ((38, 30), (1, 1, 36, 28), (18, 14)), ((2, 2), (0, 0, 2, 2), (5, 5)), ((2, 2), (1, 1, 1, 1), (1, 1)),
    ((640, 480), (101, 53, 401, 397), (224, 224)), ((1280, 720), (280, 1, 719, 719), (960, 960)), ((4096, 32), (7, 1, 4089, 31), (960, 8)),
]


# Regions of mosaics and of samples with more than 8 bits.
SAMPLED = [
    ((40, 30), (0, 0, 40, 30), (40, 30)), ((40, 30), (0, 0, 40, 30), (19, 15)), ((40, 30), (5, 3, 23, 19), (11, 13)),
    ((40, 30), (4, 3, 23, 20), (23, 20)), ((40, 30), (39, 29, 1, 1), (3, 2)), ((40, 30), (0, 0, 1, 1), (1, 1)),
    ((40, 30), (38, 28, 2, 2), (2, 2)), ((40, 30), (0, 1, 2, 1), (2, 1)), ((40, 30), (1, 1, 38, 28), (19, 14)),
    ((4, 3), (0, 0, 4, 3), (4, 3)), ((640, 480), (101, 53, 401, 397), (224, 224)), ((4096, 32), (7, 1, 4089, 31), (960, 8)),
]
# And with an odd size, where nothing is packed.
ODD = [((37, 101), (0, 0, 37, 101), (37, 101)), ((37, 101), (2, 50, 35, 51), (20, 30)), ((3, 3), (0, 0, 3, 3), (3, 3))]


def sampled_bytes(samples, width, height):
    """The bytes of a noise frame with one sample a pixel, rows without padding."""
    bits = SAMPLES[samples]
    if samples == "8":
        return frames.noise(width * height)
    if samples.endswith("p"):
        return frames.noise(width * height * bits // 8)
    pixels = frames.noise(width * height * 2)
    # The unused high bits are 0.
    pixels[1::2] &= (1 << (bits - 8)) - 1
    return pixels


def sampled(samples, width, height, dropped=None):
    """The samples of that frame as bytes: V4L2's packing, and low bits dropped."""
    data, bits = sampled_bytes(samples, width, height), SAMPLES[samples]
    if samples == "8":
        values = data.astype(np.uint16)
    elif samples == "10p":
        groups = data.reshape(-1, 5).astype(np.uint16)
        values = np.stack([groups[:, at] << 2 | groups[:, 4] >> (2 * at) & 3 for at in range(4)], -1)
    elif samples == "12p":
        groups = data.reshape(-1, 3).astype(np.uint16)
        values = np.stack([groups[:, 0] << 4 | groups[:, 2] & 15, groups[:, 1] << 4 | groups[:, 2] >> 4], -1)
    else:
        values = data.view("<u2")
    dropped = bits - 8 if dropped is None else dropped
    return np.minimum(values >> dropped, 255).astype(np.uint8).reshape(height, width)


def sampled_kinds():
    """Each format with one sample a pixel: (word, samples, dropped bits, conversion)."""
    for samples, bits in SAMPLES.items():
        yield f"{'grey' if bits == 8 else 'y' + samples}", samples, None, lambda pixels: cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
        if bits > 8:
            yield f"y{samples}/1", samples, 1, lambda pixels: cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
        for mosaic, name in MOSAICS.items():
            code, edges = getattr(cv2, f"COLOR_Bayer{name}2BGR"), getattr(cv2, f"COLOR_Bayer{name}2BGR_EA")
            yield f"s{mosaic}{samples}", samples, None, lambda pixels, code=code: cv2.cvtColor(pixels, code)
            if bits == 8:
                yield f"s{mosaic}{samples}/edge_aware", samples, None, lambda pixels, code=edges: cv2.cvtColor(pixels, code)
            elif samples in ("10p", "12"):
                yield f"s{mosaic}{samples}/edge_aware", samples, None, lambda pixels, code=edges: cv2.cvtColor(pixels, code)
            else:
                yield f"s{mosaic}{samples}/0", samples, 0, lambda pixels, code=code: cv2.cvtColor(pixels, code)


def sampled_lines():
    for word, samples, dropped, colours in sampled_kinds():
        cases = SAMPLED + ([] if samples.endswith("p") else ODD)
        for (width, height), (x, y, w, h), (tw, th) in cases:
            if (width, height) == (640, 480) and samples != "8":
                continue
            pixels = resize(colours(sampled(samples, width, height, dropped))[y : y + h, x : x + w], tw, th)
            head = f"raw {word} {width} {height} {x} {y} {w} {h} {tw} {th}"
            yield f"{head} bgr {digest(pixels)}"
            if (w, h) == (23, 19):
                yield f"{head} rgb {digest(pixels[:, :, ::-1])}"


def frame(kind, width, height):
    """A noise frame as an array of the shape for cv2.cvtColor."""
    shape = {"yuyv": (height, width, 2), "uyvy": (height, width, 2), "nv12": (height * 3 // 2, width), "grey": (height, width)}
    shape = shape.get(kind, (height, width, 3))
    return frames.noise(int(np.prod(shape))).reshape(shape)


def bgr(kind, pixels):
    return pixels if kind == "bgr24" else cv2.cvtColor(pixels, CODES[kind])


def resize(pixels, width, height):
    return rules.resize(np.ascontiguousarray(pixels), (width, height), "linear")


def all_colours(kind):
    """Frames 4096 rows high, with every Y, U and V.

    In packed formats Y, U and V are the bytes of a pair's number, and its second Y is 255 minus the
    first. In nv12 each block's number gives U, V and a quarter of Y. The block's four pixels have
    the four values of that quarter.
    """
    number = np.arange(1 << 24, dtype=np.uint32)
    if kind == "nv12":
        block = np.arange(1 << 22, dtype=np.uint32)
        u, v, y = (block >> 8).astype(np.uint8), block.astype(np.uint8), ((block >> 16) * 4).astype(np.uint8)
        luma = np.empty((4096, 4096), np.uint8)
        for at, part in enumerate((y, y + 1, y + 2, y + 3)):
            luma[at // 2 :: 2, at % 2 :: 2] = part.reshape(2048, 2048)
        return np.vstack([luma, np.stack([u, v], -1).reshape(2048, 4096)])
    u, v, y = (number >> 8).astype(np.uint8), number.astype(np.uint8), (number >> 16).astype(np.uint8)
    parts = {"yuyv": [y, u, 255 - y, v], "uyvy": [u, y, v, 255 - y]}[kind]
    return np.stack(parts, -1).reshape(4096, 8192, 2)


def digest(pixels):
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def main(directory):
    cv2.setNumThreads(1)
    lines = [f"# Made by tools/opencv/make_raw_vectors.py with OpenCV {cv2.__version__}."]
    for kind in [*CODES, "bgr24"]:
        for (width, height), (x, y, w, h), (tw, th) in CASES:
            pixels = resize(bgr(kind, frame(kind, width, height))[y : y + h, x : x + w], tw, th)
            head = f"raw {kind} {width} {height} {x} {y} {w} {h} {tw} {th}"
            lines.append(f"{head} bgr {digest(pixels)}")
            lines.append(f"{head} rgb {digest(pixels[:, :, ::-1])}")
    lines += sampled_lines()
    for kind in ("yuyv", "uyvy", "nv12"):
        lines.append(f"colours {kind} {digest(bgr(kind, all_colours(kind))[:, :, ::-1])}")
    (directory / "vectors.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
