"""Writes tests/data/frame: small PNG files, and the SHA-256 of OpenCV's result for them.

usage: python make_vectors.py DIRECTORY

Needs requirements.txt. The lines of vectors.txt:

    resize W H TARGET_W TARGET_H SHA256
    png FILE X Y W H TARGET_W TARGET_H ORDER SHA256

`resize` is noise of W x H. `png` is a region of a file; ORDER is bgr or rgb.
"""

import hashlib
import pathlib
import sys

import cv2
import numpy as np

import frames

WIDTH, HEIGHT = 37, 29
REGIONS = [(5, 3, 23, 19, 11, 13), (0, 0, 37, 29, 37, 29), (9, 2, 22, 26, 11, 13), (13, 7, 24, 22, 40, 31), (36, 28, 1, 1, 3, 2)]
SIZES = [
    (1, 1, 1, 1), (1, 1, 4, 4), (2, 2, 1, 1), (3, 3, 2, 2), (2, 2, 3, 3), (7, 5, 7, 5), (8, 6, 4, 3), (8, 6, 4, 6), (8, 6, 8, 3),
    (64, 48, 33, 25), (33, 25, 64, 48), (101, 67, 29, 31), (29, 31, 101, 67), (200, 10, 10, 200), (10, 200, 200, 10),
    (256, 256, 128, 128), (256, 256, 127, 129), (640, 480, 224, 224), (1000, 40, 70, 40), (1800, 1800, 960, 960),
]


def digest(pixels):
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def resize(pixels, width, height):
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR)


def scene():
    """A smooth scene with camera noise, encoded by cv2.imwrite."""
    y, x = np.mgrid[0:150, 0:200].astype(np.float64)
    base = np.stack([120 + 60 * np.sin(x / 31), 110 + 50 * np.sin(y / 40 + x / 90), 100 + 40 * np.cos(x / 50)], -1)
    grain = frames.noise(base.size).reshape(base.shape) / 32
    return np.clip(base + grain, 0, 255).astype(np.uint8)


def main(directory):
    cv2.setNumThreads(1)
    lines = [f"# Made by tools/opencv/make_vectors.py with OpenCV {cv2.__version__}."]
    for w, h, tw, th in SIZES:
        source = frames.noise(w * h * 3).reshape(h, w, 3)
        lines.append(f"resize {w} {h} {tw} {th} {digest(resize(source, tw, th))}")
    files = {}
    for kind in frames.KINDS:
        files[f"{kind}.png"] = frames.png(kind, WIDTH, HEIGHT, False)
        files[f"{kind}_interlaced.png"] = frames.png(kind, WIDTH, HEIGHT, True)
    files["scene.png"] = cv2.imencode(".png", scene())[1].tobytes()
    for name, data in files.items():
        (directory / name).write_bytes(data)
        frame = cv2.imread(str(directory / name), cv2.IMREAD_COLOR)
        regions = [(40, 30, 120, 110, 64, 64)] if name == "scene.png" else REGIONS
        for x, y, w, h, tw, th in regions:
            pixels = resize(frame[y : y + h, x : x + w], tw, th)
            lines.append(f"png {name} {x} {y} {w} {h} {tw} {th} bgr {digest(pixels)}")
            lines.append(f"png {name} {x} {y} {w} {h} {tw} {th} rgb {digest(pixels[:, :, ::-1])}")
    (directory / "vectors.txt").write_text("\n".join(lines) + "\n")


main(pathlib.Path(sys.argv[1]))
