r"""Writes tests/data/resize: for many pairs of sizes, the SHA-256 of OpenCV's result by each rule.

usage: python make_resize_vectors.py DIRECTORY

It writes the file of the processor that it runs on, `x86_64.txt` or `aarch64.txt`. The latter has
`linear_kleidicv` only, which is INTER_LINEAR there. Without such a machine an emulator serves. It
needs Debian's Python for aarch64, and the aarch64 wheels of requirements.txt for that Python:

    tools/cross/setup.sh
    tools/cross/debian.sh with target/arm stable python3-minimal:arm64 libpython3-stdlib:arm64 libstdc++6:arm64
    pip install --target target/arm-site --only-binary=:all: --platform manylinux2014_aarch64 \
        --platform manylinux_2_28_aarch64 --python-version 3.11 opencv-python-headless==5.0.0.93 numpy==2.4.6
    PYTHONPATH=target/arm-site target/cross/user/usr/bin/qemu-aarch64-static -L target/arm \
        target/arm/usr/bin/python3 tools/opencv/make_resize_vectors.py DIRECTORY

A line has the sizes and the first 16 digits of each checksum, in the order of the first line. The
pixels are noise, three channels. Every third picture is black and white only.
"""

import hashlib
import pathlib
import platform
import sys

import cv2
import numpy as np

import frames

RULES = {
    "linear": cv2.INTER_LINEAR,
    "linear_exact": cv2.INTER_LINEAR_EXACT,
    "area": cv2.INTER_AREA,
    "nearest": cv2.INTER_NEAREST,
}

# Borders, whole factors (49 and 98 are whole only nearly, by their inverse), one axis alone, and
# the widths at which vector code begins, changes its steps or counts anew.
SIZES = [
    (1, 1, 1, 1), (1, 1, 9, 7), (2, 2, 1, 1), (5, 3, 1, 1), (3, 3, 2, 2), (2, 2, 3, 3), (7, 5, 7, 5), (8, 6, 4, 6), (8, 6, 8, 3),
    (8, 6, 4, 3), (20, 20, 10, 10), (64, 32, 32, 16), (63, 33, 21, 11), (100, 60, 25, 20), (100, 60, 25, 30), (99, 60, 33, 30),
    (490, 490, 10, 10), (98, 98, 2, 2), (12, 9, 24, 9), (12, 9, 24, 4), (12, 9, 13, 4), (10, 10, 20, 20), (10, 10, 25, 20),
    (10, 12, 9, 11), (11, 12, 10, 11), (14, 6, 11, 5), (32, 4, 31, 3), (33, 9, 11, 8), (33, 9, 12, 8), (31, 17, 200, 3),
    (200, 10, 10, 200), (10, 200, 200, 10), (301, 407, 256, 256), (640, 480, 256, 256), (300, 300, 160, 160), (1000, 40, 70, 40),
    (70, 40, 59, 31), (120, 30, 113, 29), (407, 60, 225, 40), (498, 60, 290, 40), (3000, 5, 2990, 4),
    (4000, 4, 2001, 3), (4000, 4, 1339, 3), (4096, 5, 3600, 4), (9000, 3, 8800, 2), (1800, 30, 960, 16),
]


def sizes():
    """The pairs above, and pairs of every ratio without a pattern."""
    random = np.random.default_rng(17)
    anything = [tuple(int(side) for side in random.integers(1, 160, 4)) for _ in range(60)]
    smaller = [(w, h, max(1, round(w * x)), max(1, round(h * y)))
               for w, h, x, y in zip(*random.integers(2, 240, (2, 100)).tolist(), *random.uniform(0.3, 1, (2, 100)).tolist())]
    return SIZES + anything + smaller


def picture(index, width, height):
    pixels = frames.noise(width * height * 3).reshape(height, width, 3)
    return np.where(pixels < 128, 0, 255).astype(np.uint8) if index % 3 == 2 else pixels


def digest(pixels):
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()[:16]


def main(directory):
    cv2.setNumThreads(1)
    machine = platform.machine()
    rules = RULES if machine == "x86_64" else {"linear_kleidicv": cv2.INTER_LINEAR}
    lines = [f"# Made by tools/opencv/make_resize_vectors.py with OpenCV {cv2.__version__} on {machine}: {' '.join(rules)}"]
    for index, (w, h, tw, th) in enumerate(sizes()):
        pixels = picture(index, w, h)
        found = (digest(cv2.resize(pixels, (tw, th), interpolation=rule)) for rule in rules.values())
        lines.append(f"{w} {h} {tw} {th} {' '.join(found)}")
    (directory / f"{machine}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
